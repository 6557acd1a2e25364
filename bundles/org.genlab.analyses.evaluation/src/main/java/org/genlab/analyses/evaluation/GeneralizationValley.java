package org.genlab.analyses.evaluation;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.genlab.analyses.evaluation.Valley.Run;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.Range;
import org.genlab.api.evaluation.Analysis;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.tensor.random.RandomStream;

/**
 * How the gap between ID and OOD accuracy depends on the complexity of the task, and how that
 * changes with the size of the model (Qi et al., arXiv 2410.01769, sections 2 and 4): the gap rises
 * and falls again with complexity, the valley of generalisation; the level of its peak is the
 * critical complexity of a model.
 *
 * <p>An arm is a model; its runs are its seeds. From the arrays of the metric {@code id-ood-gap}
 * comes the gap of each task, max(ID - OOD, 0), averaged over the tasks of a level, then over the
 * seeds. For each arm it records {@code arm/gap-L}, {@code arm/id-L} and {@code arm/ood-L} for each
 * level L, {@code arm/peak}, the critical complexity; {@code arm/centre}, the mean of the levels
 * weighted by their gaps (left out when there is no gap); {@code arm/rise}, the largest gap of an
 * inner level minus the larger one of the first and the last level; {@code arm/id-trend}, the rank
 * correlation of ID accuracy with the level.
 *
 * <p>Over the arms, ascending by size: {@code valleys}, the number of arms whose rise is at least
 * {@code margin}; {@code peak-shift} and {@code centre-shift}, of the largest arm minus the
 * smallest; {@code centre-slope}, the least difference of the centres of two neighbours in size,
 * the larger minus the smaller, whatever their sizes are. A bootstrap over seeds and over the tasks
 * of each level gives 95 % intervals: {@code -low} and {@code -high} of each rise, of {@code
 * peak-shift} and of {@code centre-shift}.
 */
@Plugin(
    kind = Kind.ANALYSIS,
    id = "generalization-valley",
    version = "1.0.0",
    summary = "Gap between ID and OOD accuracy by complexity: its peak, and the trend with size",
    source = "arXiv:2410.01769, sections 2 and 4")
public final class GeneralizationValley implements Analysis {
  /**
   * The settings.
   *
   * @param size path of the setting by which arms are ordered
   * @param margin the rise that makes a valley
   * @param resamples of the bootstrap
   */
  public record Settings(
      @Default("architecture.width") @Doc("path of the setting that is the size of a model")
          String size,
      @Default("0.03") @Range(min = 0, max = 1) @Doc("rise that makes a valley") double margin,
      @Default("2000") @Range(min = 1, max = 1e6) @Doc("resamples of the bootstrap")
          int resamples) {}

  private record Arm(String name, double size, List<Run> runs) {}

  private final Settings settings;
  private final Randomness randomness;

  @Inject
  public GeneralizationValley(Settings settings, Randomness randomness) {
    this.settings = settings;
    this.randomness = randomness;
  }

  @Override
  public void analyse(List<RunRecord> runs, Recorder recorder) {
    List<Arm> arms = arms(runs);
    int valleys = 0;
    for (Arm arm : arms) {
      Valley valley = Valley.of(arm.runs());
      if (valley.gaps().size() < 3) {
        throw new IllegalArgumentException(
            "generalization-valley needs at least three levels of difficulty, and arm '"
                + arm.name()
                + "' has "
                + valley.gaps().keySet());
      }
      valley.gaps().forEach((l, gap) -> recorder.number(arm.name() + "/gap-" + l, gap));
      List<Integer> levels = List.copyOf(valley.gaps().keySet());
      double[] id = levels(arm, levels, Run::id);
      double[] ood = levels(arm, levels, Run::ood);
      for (int i = 0; i < levels.size(); i++) {
        recorder.number(arm.name() + "/id-" + levels.get(i), id[i]);
        recorder.number(arm.name() + "/ood-" + levels.get(i), ood[i]);
      }
      recorder.number(arm.name() + "/peak", valley.peak());
      number(recorder, arm.name() + "/centre", valley.centre());
      recorder.number(arm.name() + "/rise", valley.rise());
      number(
          recorder,
          arm.name() + "/id-trend",
          Ranks.correlation(levels.stream().mapToDouble(Integer::doubleValue).toArray(), id));
      valleys += valley.rise() >= settings.margin() ? 1 : 0;
    }
    recorder.number("valleys", valleys);
    Arm smallest = arms.get(0);
    Arm largest = arms.get(arms.size() - 1);
    recorder.number("peak-shift", peak(largest.runs()) - peak(smallest.runs()));
    number(recorder, "centre-shift", centre(largest) - centre(smallest));
    number(
        recorder,
        "centre-slope",
        IntStream.range(1, arms.size())
            .mapToDouble(i -> centre(arms.get(i)) - centre(arms.get(i - 1)))
            .min()
            .orElse(Double.NaN));
    intervals(arms, recorder);
  }

  private static double peak(List<Run> runs) {
    return Valley.of(runs).peak();
  }

  private static double centre(Arm arm) {
    return Valley.of(arm.runs()).centre();
  }

  private static void number(Recorder recorder, String name, double value) {
    if (!Double.isNaN(value)) {
      recorder.number(name, value);
    }
  }

  /** The mean of an accuracy over the tasks of each level, then over the seeds. */
  private static double[] levels(Arm arm, List<Integer> levels, Function<Run, double[]> accuracy) {
    return levels.stream()
        .mapToDouble(
            level ->
                arm.runs().stream()
                    .mapToDouble(
                        run ->
                            IntStream.range(0, run.levels().length)
                                .filter(g -> run.level(g) == level)
                                .mapToDouble(g -> accuracy.apply(run)[g])
                                .average()
                                .orElse(Double.NaN))
                    .average()
                    .orElse(Double.NaN))
        .toArray();
  }

  private List<Arm> arms(List<RunRecord> runs) {
    Map<String, Arm> byName = new LinkedHashMap<>();
    List<RunRecord> bySeed = new ArrayList<>(runs);
    bySeed.sort(Comparator.comparingLong(RunRecord::seed));
    for (RunRecord record : bySeed) {
      byName
          .computeIfAbsent(record.arm(), a -> new Arm(a, size(record), new ArrayList<>()))
          .runs()
          .add(
              new Run(
                  array(record, "group-levels"),
                  array(record, "group-id"),
                  array(record, "group-ood")));
    }
    if (byName.isEmpty()) {
      throw new IllegalArgumentException("generalization-valley needs at least one run");
    }
    List<Arm> arms = new ArrayList<>(byName.values());
    arms.sort(Comparator.comparingDouble(Arm::size).thenComparing(Arm::name));
    for (Arm arm : arms) {
      for (Run run : arm.runs()) {
        if (!Arrays.equals(run.levels(), arms.get(0).runs().get(0).levels())) {
          throw new IllegalArgumentException(
              "generalization-valley compares runs with the same tasks and levels, and those of"
                  + " arm '"
                  + arm.name()
                  + "' differ from the first run's");
        }
      }
    }
    return arms;
  }

  private double size(RunRecord record) {
    Object size = record.settings().get(settings.size());
    try {
      return Double.parseDouble(String.valueOf(size));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "generalization-valley orders arms by the setting '"
              + settings.size()
              + "', and in arm '"
              + record.arm()
              + "' it is "
              + size,
          e);
    }
  }

  private static double[] array(RunRecord record, String name) {
    return record
        .array("id-ood-gap/" + name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "generalization-valley reads the array 'id-ood-gap/"
                        + name
                        + "', which arm '"
                        + record.arm()
                        + "' does not have: list the metric id-ood-gap, with a dataset whose"
                        + " examples have groups"));
  }

  /** Percentile intervals; seeds are drawn anew for each arm, tasks for all together. */
  private void intervals(List<Arm> arms, Recorder recorder) {
    int n = settings.resamples();
    List<List<Valley>> drawn = new ArrayList<>();
    RandomStream random = randomness.stream("bootstrap");
    for (int b = 0; b < n; b++) {
      int[] groups = groups(arms.get(0).runs().get(0), random);
      List<Valley> valleys = new ArrayList<>();
      for (Arm arm : arms) {
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < arm.runs().size(); i++) {
          runs.add(arm.runs().get(random.nextInt(arm.runs().size())));
        }
        valleys.add(Valley.of(runs, g -> groups[g]));
      }
      drawn.add(valleys);
    }
    for (int i = 0; i < arms.size(); i++) {
      int arm = i;
      interval(recorder, arms.get(i).name() + "/rise", drawn, v -> v.get(arm).rise());
    }
    int last = arms.size() - 1;
    interval(recorder, "peak-shift", drawn, v -> v.get(last).peak() - v.get(0).peak());
    interval(recorder, "centre-shift", drawn, v -> v.get(last).centre() - v.get(0).centre());
  }

  private static void interval(
      Recorder recorder, String name, List<List<Valley>> drawn, ToDoubleFunction<List<Valley>> f) {
    double[] values =
        drawn.stream().mapToDouble(f).filter(v -> !Double.isNaN(v)).sorted().toArray();
    if (values.length > 0) {
      recorder.number(name + "-low", values[(int) Math.floor(0.025 * (values.length - 1))]);
      recorder.number(name + "-high", values[(int) Math.ceil(0.975 * (values.length - 1))]);
    }
  }

  /** For each group, a random one of its level. */
  private static int[] groups(Run run, RandomStream random) {
    int n = run.levels().length;
    int[] chosen = new int[n];
    for (int g = 0; g < n; g++) {
      int level = run.level(g);
      int[] same = IntStream.range(0, n).filter(i -> run.level(i) == level).toArray();
      chosen[g] = same[random.nextInt(same.length)];
    }
    return chosen;
  }
}
