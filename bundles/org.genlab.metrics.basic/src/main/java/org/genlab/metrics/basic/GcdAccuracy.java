package org.genlab.metrics.basic;

import jakarta.inject.Inject;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Predictions;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.tensor.IntTensor;

/**
 * How many answers are learned: the number of classes from 1 of which more than {@code threshold}
 * of a split's examples are predicted, the series {@code split/gcd-accuracy} of each evaluated
 * split. With the greatest common divisor for class, it is what Charton ("Learning the greatest
 * common divisor", arXiv 2308.15594, section 2) counts. Class 0, and classes without an example,
 * are not counted.
 *
 * <p>The array {@code split/gcd-accuracy-by-class} has the share predicted of each class from 0,
 * NaN without examples.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "gcd-accuracy",
    version = "1.0.0",
    summary =
        "Number of greatest common divisors, or other classes from 1, that are predicted right",
    source = "arXiv:2308.15594, section 2; arXiv:2410.07041, section 2")
public final class GcdAccuracy implements Metric {
  /**
   * The settings.
   *
   * @param threshold the share of a class that must be exceeded
   */
  public record Settings(
      @Default("0.95") @Range(min = 0, max = 1) @Doc("share of a class that must be exceeded")
          double threshold) {}

  private final Settings settings;
  private final int classes;

  @Inject
  public GcdAccuracy(Settings settings, Dataset dataset) {
    if (!(dataset.spec().target() instanceof TargetSpec.Classes target)) {
      throw new IllegalArgumentException(
          "gcd-accuracy needs one class an example, and the dataset has "
              + dataset.spec().target());
    }
    this.settings = settings;
    classes = target.count();
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    for (Split split : snapshot.splits()) {
      double[] shares = shares(snapshot.predictions(split));
      int learned = 0;
      for (int c = 1; c < classes; c++) {
        learned += shares[c] > settings.threshold() ? 1 : 0;
      }
      recorder.number(split.name() + "/gcd-accuracy", learned);
      recorder.array(split.name() + "/gcd-accuracy-by-class", shares);
    }
  }

  private double[] shares(Predictions predictions) {
    IntTensor predicted = predictions.logits().argmax();
    IntTensor labels = predictions.examples().labels();
    double[] right = new double[classes];
    int[] all = new int[classes];
    for (int i = 0; i < labels.size(); i++) {
      all[labels.at(i)]++;
      right[labels.at(i)] += predicted.at(i) == labels.at(i) ? 1 : 0;
    }
    for (int c = 0; c < classes; c++) {
      right[c] /= all[c];
    }
    return right;
  }
}
