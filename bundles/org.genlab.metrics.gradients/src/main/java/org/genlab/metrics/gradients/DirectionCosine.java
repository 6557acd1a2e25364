package org.genlab.metrics.gradients;

import jakarta.inject.Inject;
import java.util.List;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.Tensor;

/**
 * Along which direction of input space a network decides: the cosine of a reference direction with
 * the mean gradient of the network's decision with respect to its input. Of a perceptron that
 * gradient is its weight vector, up to length, so this is the overlap of weights with a direction
 * (Refinetti, Ingrosso and Goldt, arXiv 2211.11567, section 3); of other networks it is their mean
 * linearisation.
 *
 * <p>The decision is the logit of class 1 minus that of class 0 for two classes, and the output for
 * one real number. The directions are the first examples of splits of the dataset. Series {@code
 * split/direction-cosine} for each of them, in [-1, 1]; 0 when the gradient vanishes.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "direction-cosine",
    version = "1.0.0",
    summary = "Cosine of the mean input gradient, a perceptron's weights, with given directions",
    source = "arXiv:2211.11567, section 3")
public final class DirectionCosine implements Metric {
  /**
   * The settings.
   *
   * @param directions names of the splits whose first examples are the directions
   * @param at the split over whose examples the gradient is averaged
   * @param examples how many of them, from the first
   */
  public record Settings(
      @Doc("splits of the dataset whose first examples are the directions") List<String> directions,
      @Default("test") @Doc("split over whose examples the gradient is averaged") String at,
      @Default("256")
          @Range(min = 1, max = 1000000)
          @Doc("how many of its examples, from the first")
          int examples) {
    public Settings {
      directions = List.copyOf(directions);
    }
  }

  private final Settings settings;
  private final boolean classes;
  private final Split at;
  private final List<Split> directions;

  @Inject
  public DirectionCosine(Settings settings, Dataset dataset) {
    this.settings = settings;
    this.classes =
        dataset.spec().target() instanceof TargetSpec.Classes target && target.count() == 2;
    boolean single =
        dataset.spec().target() instanceof TargetSpec.Values target
            && target.shape().stream().reduce(1, (a, b) -> a * b) == 1;
    if (!(dataset.spec().input() instanceof InputSpec.Values) || !(classes || single)) {
      throw new IllegalArgumentException(
          "direction-cosine needs real inputs and two classes or one real target, and the dataset"
              + " has "
              + dataset.spec().input()
              + " and "
              + dataset.spec().target());
    }
    at = dataset.split(settings.at());
    directions = settings.directions().stream().map(dataset::split).toList();
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    Batch batch = at.range(0, Math.min(settings.examples(), at.size()));
    Tensor x = batch.input().variable();
    Tensor logits = snapshot.model().predict(batch.with(Batch.INPUT, x)).logits();
    Tensor decision =
        classes ? logits.slice(1, 1, 2).minus(logits.slice(1, 0, 1)).sum() : logits.sum();
    double[] gradient = meanRow(Gradients.of(decision, x));
    for (Split direction : directions) {
      double[] reference = meanRow(direction.batch(0).input());
      recorder.number(direction.name() + "/direction-cosine", Cosine.of(gradient, reference));
    }
  }

  private static double[] meanRow(Tensor rows) {
    float[] values = rows.toArray();
    int n = rows.dimension(0);
    double[] mean = new double[values.length / n];
    for (int i = 0; i < values.length; i++) {
      mean[i % mean.length] += values[i] / (double) n;
    }
    return mean;
  }
}
