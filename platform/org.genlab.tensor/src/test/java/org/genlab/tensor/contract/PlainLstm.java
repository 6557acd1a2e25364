package org.genlab.tensor.contract;

/**
 * An LSTM over sequences [batch, time, in] from zeros, and its gradients, as plain loops in double
 * precision: the equations of {@link org.genlab.tensor.Recurrent#lstm}, and the chain rule back
 * through time.
 */
final class PlainLstm {
  private final int time;
  private final int in;
  private final int hidden;
  private final double[] x;
  private final double[] w;
  private final double[] u;
  private final double[] bias;
  final double[] all;
  final double[] cell;
  final double[] inputGradient;
  final double[] inputWeightGradient;
  final double[] stateWeightGradient;
  final double[] biasGradient;

  /**
   * Computes all of it.
   *
   * @param x [batch, time, in]
   * @param g the gradient of the outputs, [batch, time, hidden]
   * @param last the gradient of the last cell state, [batch, hidden]
   */
  PlainLstm(
      double[] x, double[] w, double[] u, double[] bias, double[] g, double[] last, int time) {
    this.time = time;
    this.hidden = bias.length / 4;
    this.in = w.length / bias.length;
    this.x = x;
    this.w = w;
    this.u = u;
    this.bias = bias;
    int batch = last.length / hidden;
    all = new double[g.length];
    cell = new double[last.length];
    inputGradient = new double[x.length];
    inputWeightGradient = new double[w.length];
    stateWeightGradient = new double[u.length];
    biasGradient = new double[bias.length];
    for (int b = 0; b < batch; b++) {
      sequence(b, g, last);
    }
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  private void sequence(int b, double[] g, double[] last) {
    double[][] gates = new double[time][];
    double[][] cells = new double[time + 1][hidden];
    double[][] outputs = new double[time + 1][hidden];
    for (int t = 0; t < time; t++) {
      double[] z = bias.clone();
      multiply(x, (b * time + t) * in, w, in, z);
      multiply(outputs[t], 0, u, hidden, z);
      gates[t] = z;
      for (int j = 0; j < hidden; j++) {
        z[j] = sigmoid(z[j]);
        z[hidden + j] = sigmoid(z[hidden + j]);
        z[2 * hidden + j] = Math.tanh(z[2 * hidden + j]);
        z[3 * hidden + j] = sigmoid(z[3 * hidden + j]);
        cells[t + 1][j] = z[hidden + j] * cells[t][j] + z[j] * z[2 * hidden + j];
        outputs[t + 1][j] = z[3 * hidden + j] * Math.tanh(cells[t + 1][j]);
        all[(b * time + t) * hidden + j] = outputs[t + 1][j];
      }
    }
    System.arraycopy(cells[time], 0, cell, b * hidden, hidden);
    double[] dh = new double[hidden];
    double[] dc = new double[hidden];
    System.arraycopy(last, b * hidden, dc, 0, hidden);
    for (int t = time - 1; t >= 0; t--) {
      double[] z = gates[t];
      double[] dz = new double[4 * hidden];
      for (int j = 0; j < hidden; j++) {
        double i = z[j];
        double f = z[hidden + j];
        double a = z[2 * hidden + j];
        double o = z[3 * hidden + j];
        double above = dh[j] + g[(b * time + t) * hidden + j];
        double c = Math.tanh(cells[t + 1][j]);
        double through = dc[j] + above * o * (1 - c * c);
        dz[j] = through * a * i * (1 - i);
        dz[hidden + j] = through * cells[t][j] * f * (1 - f);
        dz[2 * hidden + j] = through * i * (1 - a * a);
        dz[3 * hidden + j] = above * c * o * (1 - o);
        dc[j] = through * f;
      }
      back(x, (b * time + t) * in, w, in, dz, inputGradient, inputWeightGradient);
      dh = new double[hidden];
      back(outputs[t], 0, u, hidden, dz, dh, stateWeightGradient);
      for (int j = 0; j < dz.length; j++) {
        biasGradient[j] += dz[j];
      }
    }
  }

  /** z += a row times a matrix of that many rows. */
  private static void multiply(double[] row, int at, double[] matrix, int n, double[] z) {
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < z.length; j++) {
        z[j] += row[at + i] * matrix[i * z.length + j];
      }
    }
  }

  /** Adds to the gradients of a row and of the matrix that it was multiplied with. */
  private static void back(
      double[] row, int at, double[] matrix, int n, double[] dz, double[] drow, double[] dmatrix) {
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < dz.length; j++) {
        drow[at + i] += dz[j] * matrix[i * dz.length + j];
        dmatrix[i * dz.length + j] += dz[j] * row[at + i];
      }
    }
  }
}
