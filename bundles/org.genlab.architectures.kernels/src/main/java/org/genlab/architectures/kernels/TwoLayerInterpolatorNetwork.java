package org.genlab.architectures.kernels;

import java.util.Arrays;
import java.util.Map;
import org.genlab.api.Randomness;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.FittedNetwork;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.State;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** The network of {@link TwoLayerInterpolator}. */
final class TwoLayerInterpolatorNetwork implements FittedNetwork {
  /** How many directions a are tried before two inputs are held to be the same. */
  private static final int DIRECTIONS = 20;

  /** Positions nearer than this share of their range are not told apart. */
  private static final double APART = 1e-12;

  private final int dimensions;
  private final TargetSpec target;

  TwoLayerInterpolatorNetwork(int dimensions, TargetSpec target) {
    this.dimensions = dimensions;
    this.target = target;
  }

  @Override
  public ParameterLayout layout() {
    return ParameterLayout.builder().build();
  }

  @Override
  public Parameters initialize(RandomStream random) {
    return new Parameters(layout(), Tensor.zeros(0));
  }

  @Override
  public State fit(Split split, Randomness randomness) {
    float[][] x = Targets.inputs("two-layer-interpolator", split);
    double[] y = values(split);
    for (int attempt = 0; attempt < DIRECTIONS; attempt++) {
      Tensor a = Tensor.normal(randomness.stream("direction", attempt), 1, dimensions);
      double[] z = project(a.toArray(), x);
      if (areApart(z)) {
        Interpolation c = Interpolation.through(z, y);
        return State.empty()
            .with("a", a)
            .with("b", Doubles.pack(c.b()))
            .with("w", Doubles.pack(c.w()));
      }
    }
    throw new IllegalArgumentException(
        "two-layer-interpolator goes through points that are all different, and at least two"
            + " examples of the split '"
            + split.name()
            + "' have the same input");
  }

  /** What c is to be for each example. */
  private double[] values(Split split) {
    if (target instanceof TargetSpec.Classes classes) {
      double[][] y = Targets.targets(split, target, classes.count());
      double[] number = new double[split.size()];
      for (int k = 0; k < y.length; k++) {
        for (int i = 0; i < number.length; i++) {
          number[i] += k * y[k][i];
        }
      }
      return number;
    }
    return Targets.targets(split, target, 1)[0];
  }

  private static boolean areApart(double[] z) {
    double[] sorted = z.clone();
    Arrays.sort(sorted);
    double least = APART * (sorted[sorted.length - 1] - sorted[0]);
    for (int i = 1; i < sorted.length; i++) {
      if (!(sorted[i] - sorted[i - 1] > least)) {
        return false;
      }
    }
    return true;
  }

  private static double[] project(float[] a, float[][] x) {
    double[] z = new double[x.length];
    for (int i = 0; i < z.length; i++) {
      z[i] = Distances.innerProduct(a, x[i]);
    }
    return z;
  }

  @Override
  public Output forward(Parameters parameters, Batch batch, Forward forward) {
    Tensor a = forward.buffer("a").orElseThrow();
    double[] b = Doubles.unpack(forward.buffer("b").orElseThrow());
    double[] w = Doubles.unpack(forward.buffer("w").orElseThrow());
    Tensor x = batch.input().reshape(batch.size(), dimensions);
    Tensor value = forward.feature("value", Forward.Site.OTHER, value(x, a, b, w));
    return new Output(outputs(value, batch.size()), Map.of("value", value));
  }

  /**
   * c(x) in double precision, [batch, 1]. Steep pieces of opposite sign cancel out, for which
   * single precision is not enough; the gradient is that of c in single precision, whose value is
   * taken off again.
   */
  private Tensor value(Tensor x, Tensor a, double[] b, double[] w) {
    int size = x.shape().dimension(0);
    float[] flat = x.toArray();
    float[][] rows = new float[size][];
    for (int i = 0; i < size; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * dimensions, (i + 1) * dimensions);
    }
    Interpolation c = new Interpolation(b, w);
    double[] exact = Arrays.stream(project(a.toArray(), rows)).map(c::at).toArray();
    Tensor z = x.matmul(a.reshape(dimensions, 1));
    Tensor rough = z.minus(Tensor.of(b, 1, b.length)).relu().matmul(Tensor.of(w, w.length, 1));
    return Tensor.of(exact, size, 1).plus(rough.minus(rough.detach()));
  }

  private Tensor outputs(Tensor value, int batch) {
    if (target instanceof TargetSpec.Classes classes) {
      int k = classes.count();
      double[] numbers = new double[k];
      Arrays.setAll(numbers, i -> i);
      Tensor limited = value.clamp(0, k - 1);
      return limited.minus(Tensor.of(numbers, 1, k)).abs().negate().plus(1).relu();
    }
    int[] shape = new int[((TargetSpec.Values) target).shape().size() + 1];
    Arrays.fill(shape, 1);
    shape[0] = batch;
    return value.reshape(shape);
  }
}
