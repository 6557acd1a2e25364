package org.genlab.tensor.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.genlab.tensor.Compute;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.Images;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Normalization;
import org.genlab.tensor.Recurrent;
import org.genlab.tensor.SparseMatrix;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.Window;
import org.genlab.tensor.backend.Backend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What operations must give at the sizes of networks, where sums are long: values and gradients as
 * plain loops in double precision have them, within the bounds of {@link Accuracy} at real sizes.
 */
public abstract class RealSizeContract {
  private Backend backend;
  private Compute.Binding binding;
  private final Random random = new Random(8);

  /** The backend under test; closed after each test. */
  protected abstract Backend create();

  @BeforeEach
  void bind() {
    backend = create();
    binding = Compute.use(backend);
  }

  @AfterEach
  void unbind() {
    binding.close();
    backend.close();
  }

  private double[] normal(int... shape) {
    double[] values = new double[Reference.product(shape)];
    Arrays.setAll(values, i -> (float) random.nextGaussian());
    return values;
  }

  private static Tensor variable(double[] values, int... shape) {
    return Tensor.of(values, shape).variable();
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).map(Math::abs).max().orElse(0);
  }

  private static void close(String what, double[] expected, Tensor actual, double bound) {
    float[] found = actual.toArray();
    assertEquals(expected.length, found.length, what);
    double allowed = bound * largest(expected);
    for (int i = 0; i < found.length; i++) {
      assertEquals(expected[i], found[i], allowed, what + " at " + i);
    }
  }

  private static void values(Accuracy family, String what, double[] expected, Tensor actual) {
    close(what, expected, actual, family.forwardAtSize());
  }

  private static void gradient(Accuracy family, String what, double[] expected, Tensor actual) {
    close("gradient of " + what, expected, actual, family.gradientAtSize());
  }

  /** Each sum is close relative to the absolute values of its terms. */
  private static void sums(String what, Sums expected, Tensor actual) {
    float[] found = actual.toArray();
    assertEquals(expected.values.length, found.length, what);
    for (int i = 0; i < found.length; i++) {
      double allowed = Accuracy.OF_TERMS * expected.terms[i];
      assertEquals(expected.values[i], found[i], allowed, what + " at " + i);
    }
  }

  private static void sumValues(Accuracy family, String what, Sums expected, Tensor actual) {
    values(family, what, expected.values, actual);
    sums(what, expected, actual);
  }

  private static void sumGradient(Accuracy family, String what, Sums expected, Tensor actual) {
    gradient(family, what, expected.values, actual);
    sums("gradient of " + what, expected, actual);
  }

  @Test
  void matrixProducts() {
    int m = 33;
    int n = 40;
    for (int k : new int[] {512, 784, 2048, 2560}) {
      double[] a = normal(m, k);
      double[] b = normal(k, n);
      for (int t = 0; t < 4; t++) {
        boolean ta = (t & 1) != 0;
        boolean tb = (t & 2) != 0;
        Sums.Matrix left = Sums.Matrix.of(a, ta ? m : k);
        Sums.Matrix right = Sums.Matrix.of(b, tb ? k : n);
        Sums expected =
            Sums.product(ta ? left.transposed() : left, tb ? right.transposed() : right, m, k, n);
        Tensor x = ta ? Tensor.of(a, k, m) : Tensor.of(a, m, k);
        Tensor y = tb ? Tensor.of(b, n, k) : Tensor.of(b, k, n);
        String what = "matmul of " + k + (ta ? " transposed" : "") + (tb ? " with transposed" : "");
        sumValues(Accuracy.PRODUCTS, what, expected, x.matmul(y, ta, tb));
      }
    }
  }

  @Test
  void linearLayers() {
    // rows, in, out: each is the length of the sums of one of the three products
    int[][] forms = {
      {128, 784, 512}, {512, 48, 40}, {2048, 33, 24}, {32, 2560, 40}, {40, 36, 2048}
    };
    for (int[] f : forms) {
      double[] x = normal(f[0], f[1]);
      double[] w = normal(f[1], f[2]);
      double[] bias = normal(f[2]);
      double[] g = normal(f[0], f[2]);
      Sums.Matrix xs = Sums.Matrix.of(x, f[1]);
      Sums.Matrix ws = Sums.Matrix.of(w, f[2]);
      Sums.Matrix gs = Sums.Matrix.of(g, f[2]);
      Sums expected = Sums.product(xs, ws, f[0], f[1], f[2]);
      for (int i = 0; i < expected.values.length; i++) {
        expected.add(i, bias[i % f[2]]);
      }
      Tensor[] inputs = {variable(x, f[0], f[1]), variable(w, f[1], f[2]), variable(bias, f[2])};
      Tensor y = inputs[0].linear(inputs[1], inputs[2]);
      List<Tensor> found = Gradients.vectorJacobian(y, Tensor.of(g, f[0], f[2]), inputs);
      String what = "linear " + Arrays.toString(f);
      Accuracy family = Accuracy.PRODUCTS;
      sumValues(family, what, expected, y);
      Sums dx = Sums.product(gs, ws.transposed(), f[0], f[2], f[1]);
      sumGradient(family, what + ", input", dx, found.get(0));
      Sums dw = Sums.product(xs.transposed(), gs, f[1], f[0], f[2]);
      sumGradient(family, what + ", weight", dw, found.get(1));
      sumGradient(family, what + ", bias", Sums.columns(g, f[2]), found.get(2));
    }
  }

  @Test
  void convolution() {
    int batch = 64;
    int size = 32;
    int channels = 16;
    PlainConvolution plain = new PlainConvolution(batch, size, channels, channels);
    double[] x = normal(batch, size, size, channels);
    double[] w = normal(3, 3, channels, channels);
    double[] g = normal(batch, size, size, channels);
    Tensor[] inputs = {
      variable(x, batch, size, size, channels), variable(w, 3, 3, channels, channels)
    };
    Tensor y = Images.conv2d(inputs[0], inputs[1], null, Window.of(3, 3).padding(1));
    Tensor seed = Tensor.of(g, batch, size, size, channels);
    List<Tensor> found = Gradients.vectorJacobian(y, seed, inputs);
    Accuracy family = Accuracy.CONVOLUTIONS;
    sumValues(family, "convolution", plain.forward(x, w), y);
    sumGradient(family, "convolution, input", plain.inputGradient(w, g), found.get(0));
    sumGradient(family, "convolution, weight", plain.weightGradient(x, g), found.get(1));
  }

  @Test
  void attention() {
    int[] shape = {8, 64, 4, 32};
    for (boolean causal : new boolean[] {false, true}) {
      double[] q = normal(shape);
      double[] k = normal(shape);
      double[] v = normal(shape);
      double[] g = normal(shape);
      PlainAttention plain = new PlainAttention(q, k, v, g, 64, 4, 32, causal);
      Tensor[] inputs = {variable(q, shape), variable(k, shape), variable(v, shape)};
      Tensor y = inputs[0].attention(inputs[1], inputs[2], causal);
      List<Tensor> found = Gradients.vectorJacobian(y, Tensor.of(g, shape), inputs);
      String what = causal ? "causal attention" : "attention";
      Accuracy family = Accuracy.ATTENTION;
      values(family, what, plain.values, y);
      gradient(family, what + ", queries", plain.queryGradient, found.get(0));
      gradient(family, what + ", keys", plain.keyGradient, found.get(1));
      gradient(family, what + ", values", plain.valueGradient, found.get(2));
    }
  }

  @Test
  void lstm() {
    int batch = 64;
    int time = 32;
    int in = 64;
    int hidden = 64;
    double[] x = normal(batch, time, in);
    double[] w = small(in, 4 * hidden);
    double[] u = small(hidden, 4 * hidden);
    double[] bias = normal(4 * hidden);
    double[] g = normal(batch, time, hidden);
    double[] last = normal(batch, hidden);
    PlainLstm plain = new PlainLstm(x, w, u, bias, g, last, time);
    Tensor[] inputs = {
      variable(x, batch, time, in),
      variable(w, in, 4 * hidden),
      variable(u, hidden, 4 * hidden),
      variable(bias, 4 * hidden)
    };
    Recurrent.LstmStates states =
        Recurrent.lstm(inputs[0], null, null, inputs[1], inputs[2], inputs[3]);
    Tensor loss =
        states
            .all()
            .dot(Tensor.of(g, batch, time, hidden))
            .plus(states.cell().dot(Tensor.of(last, batch, hidden)));
    List<Tensor> found = Gradients.of(loss, inputs);
    Accuracy family = Accuracy.RECURRENCE;
    values(family, "lstm", plain.all, states.all());
    values(family, "lstm, cell", plain.cell, states.cell());
    gradient(family, "lstm, input", plain.inputGradient, found.get(0));
    gradient(family, "lstm, input weight", plain.inputWeightGradient, found.get(1));
    gradient(family, "lstm, state weight", plain.stateWeightGradient, found.get(2));
    gradient(family, "lstm, bias", plain.biasGradient, found.get(3));
  }

  /** Of a variance that keeps the sums of products near 1. */
  private double[] small(int rows, int columns) {
    double[] values = normal(rows, columns);
    Arrays.setAll(values, i -> (float) (values[i] / Math.sqrt(rows)));
    return values;
  }

  @Test
  void normalization() {
    int[][] shapes = {{64, 2048}, {3, 50_000}, {2048, 64}, {50_000, 3}};
    for (int[] shape : shapes) {
      for (boolean rows : new boolean[] {true, false}) {
        if (rows ? shape[1] < 2048 : shape[0] < 2048) {
          continue;
        }
        double[] x = normal(shape);
        Arrays.setAll(x, i -> (float) (3 + x[i]));
        double[] scale = normal(shape[1]);
        double[] shift = normal(shape[1]);
        double[] g = normal(shape);
        PlainNormalization plain = new PlainNormalization(x, scale, shift, g, 1e-5, rows);
        Tensor[] inputs = {
          variable(x, shape), variable(scale, shape[1]), variable(shift, shape[1])
        };
        Tensor y =
            rows
                ? inputs[0].layerNorm(inputs[1], inputs[2], 1e-5)
                : Normalization.batch(inputs[0], inputs[1], inputs[2], 1e-5).output();
        List<Tensor> found = Gradients.vectorJacobian(y, Tensor.of(g, shape), inputs);
        String what = (rows ? "layerNorm " : "batchNorm ") + Arrays.toString(shape);
        Accuracy family = Accuracy.NORMALIZATION;
        values(family, what, plain.values, y);
        gradient(family, what + ", input", plain.inputGradient, found.get(0));
        // the terms hold what was normalised, which has an error of its own
        gradient(family, what + ", scale", plain.scaleGradient.values, found.get(1));
        sumGradient(family, what + ", shift", plain.shiftGradient, found.get(2));
      }
    }
  }

  @Test
  void softmaxAndCrossEntropy() {
    for (int[] shape : new int[][] {{32, 2048}, {4, 50_000}}) {
      int rows = shape[0];
      int n = shape[1];
      double[] logits = normal(shape);
      double[] g = normal(shape);
      double[] seed = normal(rows);
      int[] labels = new int[rows];
      double[] softmax = new double[rows * n];
      double[] losses = new double[rows];
      double[] softmaxGradient = new double[rows * n];
      double[] lossGradient = new double[rows * n];
      for (int r = 0; r < rows; r++) {
        labels[r] = random.nextInt(n);
        double total = 0;
        for (int j = 0; j < n; j++) {
          total += Math.exp(logits[r * n + j]);
        }
        double mean = 0;
        for (int j = 0; j < n; j++) {
          int at = r * n + j;
          softmax[at] = Math.exp(logits[at]) / total;
          mean += softmax[at] * g[at];
          lossGradient[at] = seed[r] * (softmax[at] - (j == labels[r] ? 1 : 0));
        }
        for (int at = r * n; at < (r + 1) * n; at++) {
          softmaxGradient[at] = softmax[at] * (g[at] - mean);
        }
        losses[r] = Math.log(total) - logits[r * n + labels[r]];
      }
      Tensor x = variable(logits, shape);
      Tensor y = x.softmax();
      Tensor loss = x.crossEntropy(IntTensor.of(labels, rows));
      Accuracy family = Accuracy.LOSSES;
      values(family, "softmax of " + n, softmax, y);
      Tensor dx = Gradients.vectorJacobian(y, Tensor.of(g, shape), x).get(0);
      gradient(family, "softmax of " + n, softmaxGradient, dx);
      values(family, "crossEntropy of " + n, losses, loss);
      Tensor dlogits = Gradients.vectorJacobian(loss, Tensor.of(seed, rows), x).get(0);
      gradient(family, "crossEntropy of " + n, lossGradient, dlogits);
    }
  }

  @Test
  void reductions() {
    for (int[] shape : new int[][] {{33, 2048}, {4, 50_000}}) {
      for (int axis = 0; axis < 2; axis++) {
        int rows = shape[0];
        int n = shape[1];
        double[] x = normal(shape);
        Sums sums = new Sums(rows);
        double[] means = new double[rows];
        double[] variances = new double[rows];
        double[] norms = new double[rows];
        double[] logarithms = new double[rows];
        for (int at = 0; at < rows * n; at++) {
          sums.add(at / n, x[at]);
          norms[at / n] += x[at] * x[at];
          logarithms[at / n] += Math.exp(x[at]);
        }
        for (int at = 0; at < rows * n; at++) {
          double mean = sums.values[at / n] / n;
          means[at / n] = mean;
          variances[at / n] += (x[at] - mean) * (x[at] - mean) / n;
        }
        Arrays.setAll(norms, i -> Math.sqrt(norms[i]));
        Arrays.setAll(logarithms, i -> Math.log(logarithms[i]));
        // down the columns of the transpose, the same sums
        Tensor t = variable(x, shape);
        t = axis == 0 ? t.transpose() : t;
        String what = " of " + n + " along axis " + axis;
        Accuracy family = Accuracy.SUMS;
        sums("sum" + what, sums, t.sum(false, axis));
        values(family, "variance" + what, variances, t.variance(false, false, axis));
        values(family, "norm" + what, norms, t.norm(false, axis));
        values(family, "logSumExp" + what, logarithms, t.logSumExp(false, axis));
        double[] slopes = new double[rows * n];
        double[] seed = normal(rows);
        Arrays.setAll(slopes, at -> seed[at / n] * 2 * (x[at] - means[at / n]) / n);
        Tensor v = variable(x, shape);
        Tensor y = axis == 0 ? v.transpose() : v;
        Tensor dx =
            Gradients.vectorJacobian(y.variance(false, false, axis), Tensor.of(seed, rows), v)
                .get(0);
        gradient(family, "variance" + what, slopes, dx);
        Arrays.setAll(slopes, at -> seed[at / n] * x[at] / norms[at / n]);
        dx = Gradients.vectorJacobian(y.norm(false, axis), Tensor.of(seed, rows), v).get(0);
        gradient(family, "norm" + what, slopes, dx);
        Arrays.setAll(slopes, at -> seed[at / n] * Math.exp(x[at] - logarithms[at / n]));
        dx = Gradients.vectorJacobian(y.logSumExp(false, axis), Tensor.of(seed, rows), v).get(0);
        gradient(family, "logSumExp" + what, slopes, dx);
      }
    }
  }

  @Test
  void runningSums() {
    for (int[] shape : new int[][] {{33, 2048}, {4, 50_000}}) {
      double[] x = normal(shape);
      double[] g = normal(shape);
      double[] running = x.clone();
      double[] slopes = g.clone();
      int n = shape[1];
      for (int i = 0; i < x.length; i++) {
        running[i] += i % n == 0 ? 0 : running[i - 1];
        int back = x.length - 1 - i;
        slopes[back] += i % n == 0 ? 0 : slopes[back + 1];
      }
      for (int axis = 0; axis < 2; axis++) {
        // down the columns of the transpose, the same sums
        Tensor v = variable(x, shape);
        Tensor y =
            axis == 0 ? v.transpose().cumulativeSum(0).transpose() : v.cumulativeSum(1, false);
        Tensor dx = Gradients.vectorJacobian(y, Tensor.of(g, shape), v).get(0);
        String what = "cumulativeSum of " + n + " along axis " + axis;
        values(Accuracy.RUNNING_SUMS, what, running, y);
        gradient(Accuracy.RUNNING_SUMS, what, slopes, dx);
      }
    }
  }

  /** A graph convolution of 2,500 nodes, of which one has an edge to all. */
  @Test
  void sparseProducts() {
    int nodes = 2500;
    int edges = 12 * nodes;
    int width = 48;
    int[] rows = new int[edges];
    int[] columns = new int[edges];
    for (int e = 0; e < edges; e++) {
      rows[e] = e < nodes ? 7 : random.nextInt(nodes);
      columns[e] = e < nodes ? e : random.nextInt(nodes);
    }
    double[] weights = normal(edges);
    double[] x = normal(nodes, width);
    double[] g = normal(nodes, width);
    Sums y = new Sums(nodes * width);
    Sums dx = new Sums(nodes * width);
    Sums dw = new Sums(edges);
    for (int e = 0; e < edges; e++) {
      for (int j = 0; j < width; j++) {
        int to = rows[e] * width + j;
        int from = columns[e] * width + j;
        y.add(to, weights[e] * x[from]);
        dx.add(from, weights[e] * g[to]);
        dw.add(e, x[from] * g[to]);
      }
    }
    Tensor[] inputs = {variable(weights, edges), variable(x, nodes, width)};
    Tensor product = SparseMatrix.of(nodes, nodes, rows, columns, inputs[0]).times(inputs[1]);
    List<Tensor> found = Gradients.vectorJacobian(product, Tensor.of(g, nodes, width), inputs);
    sumValues(Accuracy.GRAPHS, "sparse product", y, product);
    sumGradient(Accuracy.GRAPHS, "sparse product, values", dw, found.get(0));
    sumGradient(Accuracy.GRAPHS, "sparse product, input", dx, found.get(1));
    assertTrue(largest(y.terms) > 1000, "one sum is long");
  }
}
