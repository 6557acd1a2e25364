package org.genlab.metrics.answers;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.CheckedSplit;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Predictions;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.tensor.IntTensor;

/**
 * How much better a model does on examples like those it was trained on than on others (Qi et al.,
 * arXiv 2410.01769, section 2): with accuracies a_ID and a_OOD on two splits,
 *
 * <pre>
 *   gap = max(a_ID - a_OOD, 0),   relative = gap / a_ID,   ratio = a_OOD / a_ID
 * </pre>
 *
 * <p>An example of a {@link CheckedSplit} is right when the split accepts what the model answers,
 * one likeliest token after the other; what has not ended at the last position is wrong. An example
 * of any other split is right when each class that counts is predicted.
 *
 * <p>Records {@code id-ood-gap/id}, {@code /ood}, {@code /gap}, {@code /relative}, {@code /ratio}
 * (the last two only where a_ID is not 0), and {@code /loss}, the mean loss on OOD minus that on ID
 * examples. Where examples have a group (a column such as task) in both splits, all are means over
 * the groups that both have, but the loss; {@code relative} and {@code ratio} are of these means.
 * Then it also records arrays with a number for each group, ascending: {@code id-ood-gap/groups},
 * {@code /group-id}, {@code /group-ood}, {@code /group-levels}, the mean difficulty of the group's
 * ID examples (0 where there is none), and, for each level of difficulty, the means over its
 * groups, {@code id-ood-gap/id-level-L}, {@code /ood-level-L} and {@code /gap-level-L}, with L
 * rounded to a whole number.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "id-ood-gap",
    version = "1.1.0",
    summary = "How far accuracy falls from examples like the training data to others",
    source = "arXiv:2410.01769, section 2")
public final class IdOodGap implements Metric {
  /**
   * The settings.
   *
   * @param id the split with ID examples
   * @param ood the split with OOD examples
   * @param group the integer column with the group of an example, used where both splits have it
   * @param when at the end, or at each evaluation
   */
  public record Settings(
      @Default("test-id") @Doc("split with examples like the training data") String id,
      @Default("test-ood") @Doc("split with other examples") String ood,
      @Default("task") @Doc("integer column with an example's group, if there is one") String group,
      @Default("end") @Doc("end, or evaluation: each time, at a pass for each token of an answer")
          When when) {}

  private final Settings settings;
  private final Split id;
  private final Split ood;

  @Inject
  public IdOodGap(Settings settings, Dataset dataset) {
    TargetSpec target = dataset.spec().target();
    if (!(target instanceof TargetSpec.Classes)
        && !(target instanceof TargetSpec.ClassPerPosition)) {
      throw new IllegalArgumentException(
          "id-ood-gap needs targets that are classes, and the dataset has " + target);
    }
    this.settings = settings;
    id = dataset.split(settings.id());
    ood = dataset.split(settings.ood());
  }

  @Override
  public When when() {
    return settings.when();
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    Batch idExamples = id.range(0, id.size());
    Batch oodExamples = ood.range(0, ood.size());
    boolean grouped = isGrouped(idExamples) && isGrouped(oodExamples);
    SortedMap<Integer, Mean> idAccuracy = means(idExamples, grouped, right(snapshot, id));
    SortedMap<Integer, Mean> oodAccuracy = means(oodExamples, grouped, right(snapshot, ood));
    idAccuracy.keySet().retainAll(oodAccuracy.keySet());
    int[] groups = idAccuracy.keySet().stream().mapToInt(Integer::intValue).toArray();
    double[] a = IntStream.of(groups).mapToDouble(g -> idAccuracy.get(g).value()).toArray();
    double[] b = IntStream.of(groups).mapToDouble(g -> oodAccuracy.get(g).value()).toArray();
    if (groups.length == 0) {
      return;
    }
    record("", IntStream.range(0, groups.length).toArray(), a, b, recorder);
    double all = mean(a, IntStream.range(0, a.length).toArray());
    if (all > 0) {
      double gap = gaps(a, b, IntStream.range(0, a.length).toArray());
      recorder.number("id-ood-gap/relative", gap / all);
      recorder.number("id-ood-gap/ratio", mean(b, IntStream.range(0, b.length).toArray()) / all);
    }
    recorder.number("id-ood-gap/loss", loss(snapshot, ood) - loss(snapshot, id));
    if (grouped) {
      double[] levels = levels(idExamples, groups);
      recorder.array("id-ood-gap/groups", IntStream.of(groups).asDoubleStream().toArray());
      recorder.array("id-ood-gap/group-id", a);
      recorder.array("id-ood-gap/group-ood", b);
      recorder.array("id-ood-gap/group-levels", levels);
      IntStream.range(0, levels.length)
          .mapToObj(i -> Math.round(levels[i]))
          .distinct()
          .sorted()
          .forEach(
              level ->
                  record(
                      "-level-" + level,
                      IntStream.range(0, levels.length)
                          .filter(i -> Math.round(levels[i]) == level)
                          .toArray(),
                      a,
                      b,
                      recorder));
    }
  }

  private static void record(
      String suffix, int[] groups, double[] a, double[] b, Recorder recorder) {
    recorder.number("id-ood-gap/id" + suffix, mean(a, groups));
    recorder.number("id-ood-gap/ood" + suffix, mean(b, groups));
    recorder.number("id-ood-gap/gap" + suffix, gaps(a, b, groups));
  }

  private static double mean(double[] values, int... of) {
    return IntStream.of(of).mapToDouble(i -> values[i]).average().orElse(Double.NaN);
  }

  private static double gaps(double[] a, double[] b, int... of) {
    return IntStream.of(of).mapToDouble(i -> Math.max(a[i] - b[i], 0)).average().orElse(Double.NaN);
  }

  private boolean isGrouped(Batch batch) {
    return batch.has(settings.group()) && batch.isInts(settings.group());
  }

  /** Which examples of a split are answered right. */
  private static boolean[] right(Snapshot snapshot, Split split) {
    boolean[] right = new boolean[split.size()];
    if (split instanceof CheckedSplit checked) {
      List<Optional<int[]>> answers = GreedyDecoding.answers(snapshot.model(), checked);
      for (int i = 0; i < right.length; i++) {
        int index = i;
        right[i] = answers.get(i).filter(answer -> checked.isRight(index, answer)).isPresent();
      }
      return right;
    }
    Predictions predictions = snapshot.predictions(split);
    IntTensor said = predictions.logits().argmax();
    IntTensor labels = predictions.examples().labels();
    int each = right.length == 0 ? 1 : labels.size() / right.length;
    for (int i = 0; i < right.length; i++) {
      int from = i * each;
      right[i] =
          IntStream.range(from, from + each)
              .allMatch(j -> labels.at(j) < 0 || labels.at(j) == said.at(j));
    }
    return right;
  }

  /** The accuracy of each group; all in group 0 when there are none. */
  private SortedMap<Integer, Mean> means(Batch batch, boolean grouped, boolean[] right) {
    SortedMap<Integer, Mean> means = new TreeMap<>();
    for (int i = 0; i < right.length; i++) {
      int group = grouped ? batch.ints(settings.group()).at(i) : 0;
      means.merge(group, new Mean(right[i] ? 1 : 0, 1), Mean::with);
    }
    return means;
  }

  private double[] levels(Batch examples, int... groups) {
    Optional<float[]> difficulty =
        examples.has(Annotation.DIFFICULTY) && !examples.isInts(Annotation.DIFFICULTY)
            ? Optional.of(examples.reals(Annotation.DIFFICULTY).toArray())
            : Optional.empty();
    SortedMap<Integer, Mean> means = new TreeMap<>();
    for (int i = 0; i < examples.size(); i++) {
      double level = difficulty.isPresent() ? difficulty.get()[i] : 0;
      means.merge(examples.ints(settings.group()).at(i), new Mean(level, 1), Mean::with);
    }
    return IntStream.of(groups).mapToDouble(g -> means.get(g).value()).toArray();
  }

  private static double loss(Snapshot snapshot, Split split) {
    double sum = 0;
    float[] losses = snapshot.predictions(split).losses().toArray();
    for (float loss : losses) {
      sum += loss;
    }
    return sum / losses.length;
  }

  /** A sum and a number of terms. */
  private record Mean(double sum, int count) {
    Mean with(Mean other) {
      return new Mean(sum + other.sum, count + other.count);
    }

    double value() {
      return sum / count;
    }
  }
}
