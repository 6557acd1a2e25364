package org.genlab.architectures.basic;

import java.util.Map;
import java.util.Optional;
import org.genlab.api.Randomness;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.FittedNetwork;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Forward.Site;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.State;
import org.genlab.tensor.LinearAlgebra;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** The network of {@link LinearRegression}. */
final class LinearRegressionNetwork implements FittedNetwork {
  private static final double NEGLIGIBLE = 1e-5;

  private final LinearRegression.Settings settings;
  private final DataSpec spec;
  private final int inputs;
  private final int outputs;
  private final ParameterLayout layout = ParameterLayout.builder().build();

  LinearRegressionNetwork(LinearRegression.Settings settings, DataSpec spec) {
    this.settings = settings;
    this.spec = spec;
    inputs = LinearMap.inputs(spec);
    outputs = LinearMap.outputs(spec);
  }

  @Override
  public ParameterLayout layout() {
    return layout;
  }

  @Override
  public Parameters initialize(RandomStream random) {
    return new Parameters(layout, Tensor.zeros(0));
  }

  @Override
  public State fit(Split split, Randomness randomness) {
    if (split.size() == Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "linear-regression needs finitely many examples, and the split '"
              + split.name()
              + "' has no end");
    }
    Batch all = split.range(0, split.size());
    int n = all.size();
    double[][] x = rows(all.input(), n, inputs);
    double[][] y =
        rows(
            spec.target() instanceof TargetSpec.Classes
                ? all.labels().oneHot(outputs)
                : all.reals(Batch.TARGET),
            n,
            outputs);
    double[] meanX = settings.bias() ? centred(x, inputs) : new double[inputs];
    double[] meanY = settings.bias() ? centred(y, outputs) : new double[outputs];
    double[][] w = weights(x, y);
    float[] bias = new float[outputs];
    float[] weight = new float[inputs * outputs];
    for (int o = 0; o < outputs; o++) {
      double b = meanY[o];
      for (int k = 0; k < inputs; k++) {
        weight[k * outputs + o] = (float) w[k][o];
        b -= meanX[k] * w[k][o];
      }
      bias[o] = (float) b;
    }
    return State.empty()
        .with("weight", Tensor.of(weight, inputs, outputs))
        .with("bias", Tensor.of(bias, outputs));
  }

  /**
   * V diag(s / (s^2 + n ridge)) U'Y for X = U diag(s) V'; a negligible s counts as 0.
   *
   * @return [inputs, outputs]
   */
  private double[][] weights(double[][] x, double[][] y) {
    int n = x.length;
    LinearAlgebra.Svd svd = LinearAlgebra.svd(matrix(x, inputs));
    float[] u = svd.u().toArray();
    float[] v = svd.v().toArray();
    double[] s = svd.values();
    double[][] w = new double[inputs][outputs];
    for (int r = 0; r < s.length; r++) {
      if (s[r] <= NEGLIGIBLE * s[0]) {
        continue;
      }
      double factor = s[r] / (s[r] * s[r] + n * settings.ridge());
      for (int o = 0; o < outputs; o++) {
        double projection = 0;
        for (int i = 0; i < n; i++) {
          projection += u[i * s.length + r] * y[i][o];
        }
        for (int k = 0; k < inputs; k++) {
          w[k][o] += factor * projection * v[k * s.length + r];
        }
      }
    }
    return w;
  }

  private static double[][] rows(Tensor values, int rows, int width) {
    float[] flat = values.toArray();
    double[][] out = new double[rows][width];
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < width; k++) {
        out[i][k] = flat[i * width + k];
      }
    }
    return out;
  }

  private static Tensor matrix(double[][] rows, int width) {
    double[] flat = new double[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * width, width);
    }
    return Tensor.of(flat, rows.length, width);
  }

  /** Takes the mean of each column off, and returns it. */
  private static double[] centred(double[][] rows, int width) {
    double[] mean = new double[width];
    for (double[] row : rows) {
      for (int k = 0; k < width; k++) {
        mean[k] += row[k] / rows.length;
      }
    }
    for (double[] row : rows) {
      for (int k = 0; k < width; k++) {
        row[k] -= mean[k];
      }
    }
    return mean;
  }

  @Override
  public Output forward(Parameters parameters, Batch batch, Forward forward) {
    Tensor x =
        forward.feature(
            "representation", Site.REPRESENTATION, batch.input().reshape(batch.size(), inputs));
    Optional<Tensor> weight = forward.buffer("weight");
    Optional<Tensor> bias = forward.buffer("bias");
    if (weight.isEmpty() || bias.isEmpty()) {
      throw new IllegalStateException("linear-regression has not been fitted");
    }
    return new Output(
        LinearMap.shaped(spec, x.linear(weight.get(), bias.get())), Map.of("representation", x));
  }
}
