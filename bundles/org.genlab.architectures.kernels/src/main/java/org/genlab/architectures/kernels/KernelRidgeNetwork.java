package org.genlab.architectures.kernels;

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
    double[] weights = new double[pivots.length * outputs];
    for (int k = 0; k < outputs; k++) {
      double[] a = factor.solve(y[k]);
      for (int i = 0; i < a.length; i++) {
        weights[i * outputs + k] = a[i];
      }
    }
    return State.empty()
        .with("centers", Tensor.of(centers, pivots.length, dimensions))
        .with("weights", Tensor.of(weights, pivots.length, outputs))
        .with("bandwidth", Tensor.scalar(bandwidth));
  }

  @Override
  public Output forward(Parameters parameters, Batch batch, Forward forward) {
    Tensor centers = forward.buffer("centers").orElseThrow();
    Tensor weights = forward.buffer("weights").orElseThrow();
    Tensor x = batch.input().reshape(batch.size(), dimensions);
    Tensor kernel =
        forward.feature("kernel", Forward.Site.REPRESENTATION, kernel(x, centers, forward));
    return new Output(shaped(kernel.matmul(weights), batch.size()), Map.of("kernel", kernel));
  }

  private Tensor kernel(Tensor x, Tensor centers, Forward forward) {
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
    double bandwidth = forward.buffer("bandwidth").orElseThrow().toArray()[0];
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
