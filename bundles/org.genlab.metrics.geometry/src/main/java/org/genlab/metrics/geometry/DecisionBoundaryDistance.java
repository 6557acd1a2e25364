package org.genlab.metrics.geometry;

import jakarta.inject.Inject;
import java.util.Arrays;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;

/**
 * How far examples lie from the decision boundary, in the L2 norm of inputs, along the line against
 * the gradient of the margin (the largest logit minus the second): an upper bound of the distance,
 * exact for a linear classifier.
 *
 * <p>Series, of each evaluated split: {@code split/decision-boundary-distance}, the mean over the
 * examples for which the line meets another class within the reach; {@code
 * split/decision-boundary-distance-median}, over all examples, those that meet none counting as
 * infinite; {@code split/decision-boundary-found}, the share that meets one.
 *
 * <p>Costs {@code (steps + halvings + 1) examples} forward passes.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "decision-boundary-distance",
    version = "1.0.0",
    summary = "Distance of examples to the decision boundary along gradients")
public final class DecisionBoundaryDistance implements Metric {
  /**
   * The settings.
   *
   * @param examples how many of each split, the first ones
   * @param reach how far is searched, in the L2 norm of inputs
   * @param steps of equal length in which the reach is searched
   * @param halvings of the step in which the class changes
   */
  public record Settings(
      @Default("200") @Range(min = 1) @Doc("examples of each split, the first ones") int examples,
      @Default("5") @Range(min = 0, minExclusive = true) @Doc("how far is searched, L2 norm")
          double reach,
      @Default("25") @Range(min = 1, max = 100000) @Doc("equal steps in which it is searched")
          int steps,
      @Default("10")
          @Range(min = 0, max = 60)
          @Doc("halvings of the step in which the class changes")
          int halvings) {}

  private final Settings settings;

  @Inject
  public DecisionBoundaryDistance(Settings settings, Dataset dataset) {
    this.settings = settings;
    Probes.checkClassifiesReals("decision-boundary-distance", dataset);
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    BoundarySearch search =
        new BoundarySearch(settings.reach(), settings.steps(), settings.halvings());
    for (Split split : snapshot.splits()) {
      int n = Math.min(settings.examples(), split.size());
      double[] distances = search.from(snapshot.model(), split.range(0, n)).distances();
      double[] sorted = distances.clone();
      int found = 0;
      double sum = 0;
      for (int i = 0; i < n; i++) {
        if (Double.isNaN(distances[i])) {
          sorted[i] = Double.POSITIVE_INFINITY;
        } else {
          found++;
          sum += distances[i];
        }
      }
      Arrays.sort(sorted);
      recorder.number(split.name() + "/decision-boundary-distance", sum / found);
      recorder.number(
          split.name() + "/decision-boundary-distance-median",
          (sorted[(n - 1) / 2] + sorted[n / 2]) / 2);
      recorder.number(split.name() + "/decision-boundary-found", (double) found / n);
    }
  }
}
