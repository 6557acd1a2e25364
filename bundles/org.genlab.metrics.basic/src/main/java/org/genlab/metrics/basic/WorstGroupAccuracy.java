package org.genlab.metrics.basic;

import jakarta.inject.Inject;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Predictions;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.tensor.IntTensor;

/**
 * The accuracy of each group of examples and the least of them (Sagawa, Koh, Hashimoto and Liang,
 * "Distributionally robust neural networks for group shifts", arXiv 1911.08731, section 2).
 *
 * <p>The group of an example is an integer that the data annotate it with: its group or domain, its
 * class ({@code target}), how many training examples are like it. With {@code from}, groups are
 * ranges of that integer: {@code [0, 1, 3]} makes 0, 1 to 2, and 3 or more; what is less than the
 * first is in no group.
 *
 * <p>Of each evaluated split that has the annotation, for each group G that occurs in it, named by
 * its integer or the first of its range: {@code split/group-accuracy-G}, in [0, 1], and {@code
 * split/group-share-G}, its share of the split's labels; and {@code split/worst-group-accuracy}. So
 * the accuracy of a split is the sum of share times accuracy, when all examples are in a group.
 * With a class for each position, each that counts is a label.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "worst-group-accuracy",
    version = "1.0.0",
    summary = "Accuracy of each group of examples, and the least of them",
    source = "arXiv:1911.08731, section 2")
public final class WorstGroupAccuracy implements Metric {
  /**
   * The settings.
   *
   * @param group the annotation
   * @param from where ranges of it begin; each value is a group by itself when empty
   */
  public record Settings(
      @Default("group") @Doc("integer annotation by which examples are grouped") String group,
      @Default("[]")
          @Doc("where ranges that make a group begin, ascending; [] for each value by itself")
          List<Integer> from) {
    public Settings {
      from = List.copyOf(from);
      for (int k = 1; k < from.size(); k++) {
        if (from.get(k - 1) >= from.get(k)) {
          throw new SettingException("from", "must be ascending, and " + from + " is not");
        }
      }
    }

    /** Whether examples with this value are in a group. */
    boolean isGrouped(int value) {
      return from.isEmpty() || value >= from.get(0);
    }

    /** The group of examples with this value: the value, or where its range begins. */
    int group(int value) {
      return from.stream().filter(begin -> begin <= value).reduce((a, b) -> b).orElse(value);
    }
  }

  /** How many labels of a group count, and how many of these are predicted. */
  private record Count(int counted, int right) {
    Count with(Count other) {
      return new Count(counted + other.counted, right + other.right);
    }

    double accuracy() {
      return (double) right / counted;
    }
  }

  private final Settings settings;

  @Inject
  public WorstGroupAccuracy(Settings settings, Dataset dataset) {
    if (!Scores.hasClasses(dataset)) {
      throw new IllegalArgumentException(
          "worst-group-accuracy needs targets that are classes, and the dataset has "
              + dataset.spec().target());
    }
    if (dataset.splits().stream().noneMatch(s -> isAnnotated(s.range(0, 1), settings.group()))) {
      throw new IllegalArgumentException(
          "worst-group-accuracy needs an integer '"
              + settings.group()
              + "' of each example, and those of the dataset have "
              + dataset.splits().get(0).range(0, 1).columns());
    }
    this.settings = settings;
  }

  private static boolean isAnnotated(Batch examples, String group) {
    return examples.isInts(group) && examples.ints(group).size() == examples.size();
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    for (Split split : snapshot.splits()) {
      Predictions predictions = snapshot.predictions(split);
      if (isAnnotated(predictions.examples(), settings.group())) {
        record(split.name(), counts(predictions), predictions, recorder);
      }
    }
  }

  private static void record(
      String split, SortedMap<Integer, Count> counts, Predictions of, Recorder recorder) {
    double all = Scores.counted(of);
    double worst = Double.POSITIVE_INFINITY;
    for (var group : counts.entrySet()) {
      double accuracy = group.getValue().accuracy();
      worst = Math.min(worst, accuracy);
      recorder.number(split + "/group-accuracy-" + group.getKey(), accuracy);
      recorder.number(split + "/group-share-" + group.getKey(), group.getValue().counted() / all);
    }
    if (!counts.isEmpty()) {
      recorder.number(split + "/worst-group-accuracy", worst);
    }
  }

  private SortedMap<Integer, Count> counts(Predictions predictions) {
    IntTensor predicted = predictions.logits().argmax();
    IntTensor labels = predictions.examples().labels();
    IntTensor groups = predictions.examples().ints(settings.group());
    int positions = labels.size() / Math.max(1, groups.size());
    SortedMap<Integer, Count> counts = new TreeMap<>();
    for (int i = 0; i < labels.size(); i++) {
      int value = groups.at(i / positions);
      if (labels.at(i) >= 0 && settings.isGrouped(value)) {
        Count one = new Count(1, predicted.at(i) == labels.at(i) ? 1 : 0);
        counts.merge(settings.group(value), one, Count::with);
      }
    }
    return counts;
  }
}
