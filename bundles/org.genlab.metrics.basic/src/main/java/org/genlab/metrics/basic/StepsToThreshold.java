package org.genlab.metrics.basic;

import jakarta.inject.Inject;
import java.util.OptionalLong;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Series;
import org.genlab.api.evaluation.Snapshot;

/**
 * The first step at which a split's accuracy lastingly reaches a threshold: the number {@code
 * split/steps-to-threshold} for each evaluated split, Infinity when it never does; taken once, at
 * the end of the run, from the series {@code split/accuracy}.
 *
 * <p>For each split but the training split, the first of the dataset, also {@code
 * split/delay-ratio}: its steps divided by those of the training split, the t_val / t_train of the
 * grokking paper (arXiv 2201.02177); Infinity when only the split never gets there, NaN when the
 * training split does not.
 *
 * <p>A crossing is lasting when the next {@code hold} values, itself included, reach the threshold:
 * one lucky value of a noisy curve does not count.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "steps-to-threshold",
    version = "1.0.0",
    summary = "First step at which a split's accuracy lastingly reaches a threshold",
    source = "arXiv:2201.02177")
public final class StepsToThreshold implements Metric {
  /**
   * The settings.
   *
   * @param threshold the accuracy to reach
   * @param hold how many evaluations in a row must reach it
   * @param series the metric whose series are read
   */
  public record Settings(
      @Default("0.99") @Range(min = 0, max = 1) @Doc("the accuracy to reach") double threshold,
      @Default("3") @Range(min = 1, max = 1000000) @Doc("evaluations in a row that must reach it")
          int hold,
      @Default("accuracy") @Doc("the metric whose series split/<metric> are read") String series) {}

  private final Settings settings;
  private final String train;

  @Inject
  public StepsToThreshold(Settings settings, Dataset dataset) {
    this.settings = settings;
    this.train = dataset.splits().get(0).name();
  }

  @Override
  public When when() {
    return When.END;
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    double trained = Double.NaN;
    for (Split split : snapshot.splits()) {
      if (split.name().equals(train)) {
        trained = steps(snapshot, split);
      }
    }
    for (Split split : snapshot.splits()) {
      double steps = steps(snapshot, split);
      recorder.number(split.name() + "/steps-to-threshold", steps);
      if (!split.name().equals(train)) {
        recorder.number(
            split.name() + "/delay-ratio",
            Double.isInfinite(trained) ? Double.NaN : steps / trained);
      }
    }
  }

  private double steps(Snapshot snapshot, Split split) {
    String name = split.name() + "/" + settings.series();
    Series series =
        snapshot
            .history()
            .series(name)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "steps-to-threshold reads the series '"
                            + name
                            + "', which is not recorded: list the metric '"
                            + settings.series()
                            + "' among the metrics"));
    OptionalLong step = series.firstLasting(v -> v >= settings.threshold(), settings.hold());
    return step.isPresent() ? step.getAsLong() : Double.POSITIVE_INFINITY;
  }
}
