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
import org.genlab.architectures.kernels.KernelRidge.Settings;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** The network of {@link KernelRidge}. */
final class KernelRidgeNetwork implements FittedNetwork {
  /** What remains of the diagonal below this share of it is rounding. */
  private static final double TOLERANCE = 1e-11;

  private final Settings settings;
  private final int dimensions;
  private final TargetSpec target;
  private final int outputs;

  KernelRidgeNetwork(Settings settings, int dimensions, TargetSpec target) {
    this.settings = settings;
    this.dimensions = dimensions;
    this.target = target;
    this.outputs =
        target instanceof TargetSpec.Classes classes
            ? classes.count()
            : ((TargetSpec.Values) target).shape().stream().reduce(1, Math::multiplyExact);
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
    float[][] x = Targets.inputs("kernel-ridge", split);
    double bandwidth =
        settings.bandwidthFactor()
            * (settings.bandwidth() > 0 || settings.kernel() == Kernel.LINEAR
                ? settings.bandwidth()
                : Distances.median(x));
    double[][] gram = settings.kernel().gram(x, bandwidth);
    for (int i = 0; i < gram.length; i++) {
      gram[i][i] += settings.ridge();
    }
    PivotedCholesky factor = PivotedCholesky.of(gram, TOLERANCE);
    int[] pivots = factor.pivots();
    float[] centers = new float[pivots.length * dimensions];
    for (int i = 0; i < pivots.length; i++) {
      System.arraycopy(x[pivots[i]], 0, centers, i * dimensions, dimensions);
    }
    double[][] y = Targets.targets(split, target, outputs);
    double[] a = new double[pivots.length * outputs];
    for (int k = 0; k < outputs; k++) {
      double[] ofOutput = factor.solve(y[k]);
      for (int i = 0; i < ofOutput.length; i++) {
        a[i * outputs + k] = ofOutput[i];
      }
    }
    return State.empty()
        .with("centers", Tensor.of(centers, pivots.length, dimensions))
        .with("coefficients", Doubles.pack(a).reshape(Doubles.PARTS, pivots.length, outputs))
        .with("scale", Doubles.pack(new double[] {bandwidth}));
  }

  /**
   * Outputs in double precision: large coefficients cancel out where K is nearly singular, for
   * which single precision is not enough. Their gradient is that of what is computed in single
   * precision, whose value is taken off again; so outputs also follow a feature that is replaced.
   */
  @Override
  public Output forward(Parameters parameters, Batch batch, Forward forward) {
    Tensor centers = forward.buffer("centers").orElseThrow();
    double[] a = Doubles.unpack(forward.buffer("coefficients").orElseThrow());
    double bandwidth = Doubles.unpack(forward.buffer("scale").orElseThrow())[0];
    int size = batch.size();
    int n = centers.dimension(0);
    Tensor x = batch.input().reshape(size, dimensions);
    double[] exact = settings.kernel().matrix(rows(x), rows(centers), bandwidth);
    Tensor single = kernel(x, centers, bandwidth);
    Tensor own = Tensor.of(exact, size, n).plus(single.minus(single.detach()));
    Tensor kernel = forward.feature("kernel", Forward.Site.REPRESENTATION, own);
    Tensor coefficients = Tensor.of(a, n, outputs);
    Tensor change = kernel.matmul(coefficients).minus(own.detach().matmul(coefficients));
    Tensor values = Tensor.of(product(exact, a), size, outputs).plus(change);
    return new Output(shaped(values, size), Map.of("kernel", kernel));
  }

  private float[][] rows(Tensor x) {
    float[] flat = x.toArray();
    float[][] rows = new float[x.dimension(0)][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * dimensions, (i + 1) * dimensions);
    }
    return rows;
  }

  /** The product of a matrix, row by row, and the coefficients, [centers, outputs]. */
  private double[] product(double[] matrix, double[] a) {
    int n = a.length / outputs;
    double[] product = new double[matrix.length / n * outputs];
    for (int i = 0; i < matrix.length; i++) {
      int row = i / n * outputs;
      int center = i % n * outputs;
      for (int k = 0; k < outputs; k++) {
        product[row + k] += matrix[i] * a[center + k];
      }
    }
    return product;
  }

  private Tensor kernel(Tensor x, Tensor centers, double bandwidth) {
    if (settings.kernel() == Kernel.LINEAR) {
      return x.matmul(centers, false, true);
    }
    // Around their mean, numbers are smaller, and less is lost where squares cancel out.
    Tensor mean = centers.mean(true, 0);
    Tensor a = x.minus(mean);
    Tensor b = centers.minus(mean);
    Tensor squaredDistances =
        a.square()
            .sum(true, 1)
            .plus(b.square().sum(false, 1))
            .minus(a.matmul(b, false, true).times(2))
            .maximum(Tensor.scalar(0));
    return settings.kernel().of(squaredDistances, bandwidth);
  }

  private Tensor shaped(Tensor outputsOfBatch, int batch) {
    if (target instanceof TargetSpec.Values values) {
      int[] shape = new int[values.shape().size() + 1];
      shape[0] = batch;
      for (int i = 1; i < shape.length; i++) {
        shape[i] = values.shape().get(i - 1);
      }
      return outputsOfBatch.reshape(shape);
    }
    return outputsOfBatch;
  }
}
