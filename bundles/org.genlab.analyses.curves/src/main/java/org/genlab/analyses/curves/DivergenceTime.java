package org.genlab.analyses.curves;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.evaluation.Analysis;
import org.genlab.api.evaluation.ArmSelection;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.api.evaluation.Series;

/**
 * When the curves of two arms part: for each seed the first step, among those at which both were
 * evaluated, from which on the reference arm is ahead of the other by more than a margin. With
 * clones of a dataset it is the time until which a network uses no more of the data than the clone
 * has (Refinetti, Ingrosso and Goldt, arXiv 2211.11567, figure 1).
 *
 * <p>Findings for each arm compared: the array {@code arm}, the step of each seed, seeds ascending,
 * Infinity where the curves do not part; and the numbers {@code arm/median}, {@code arm/earliest}
 * and {@code arm/latest} of these. For all arms together, with a value for each seed: the array
 * {@code first}, the step at which the first of them parts; {@code level-at-first}, the value of
 * the reference there, or its last when none parts; and {@code spread-before}, the largest distance
 * between any two of all curves, the reference's included, before that step and from the one on at
 * which the reference first reaches {@code after}, 0 when there is no such step.
 *
 * <p>A run is compared with the reference run of the same seed; each arm must have the same seeds.
 */
@Plugin(
    kind = Kind.ANALYSIS,
    id = "divergence-time",
    version = "1.0.1",
    summary = "Step from which the curves of two arms lie apart by more than a margin",
    source = "arXiv:2211.11567, figure 1")
public final class DivergenceTime implements Analysis {
  /** Which differences count. */
  public enum Side {
    /** The reference lies above. */
    ABOVE,
    /** The reference lies below. */
    BELOW,
    /** Either. */
    APART
  }

  /**
   * The settings.
   *
   * @param reference the arm the others are compared with
   * @param arms those others, as {@link ArmSelection} takes them
   * @param series what is compared
   * @param margin the difference that must be exceeded
   * @param side which differences count
   * @param hold evaluations in a row that must exceed the margin; 0 for all to the end
   * @param after where the reference first reaches this value, {@code spread-before} begins
   */
  public record Settings(
      @Doc("the arm that others are compared with") String reference,
      @Default("[]") @Doc("arms compared with it, * for any text; [] for all others")
          List<String> arms,
      @Default("test/accuracy") @Doc("the series compared") String series,
      @Default("0.03") @Range(min = 0) @Doc("the difference that must be exceeded") double margin,
      @Default("above") @Doc("above, below or apart: where the reference must lie") Side side,
      @Default("0")
          @Range(min = 0)
          @Doc("evaluations in a row that must exceed the margin; 0: all up to the end")
          int hold,
      @Default("0")
          @Doc("distances before the curves part count from where the reference reaches this value")
          double after) {
    public Settings {
      arms = List.copyOf(arms);
    }
  }

  private final Settings settings;

  @Inject
  public DivergenceTime(Settings settings) {
    this.settings = settings;
  }

  @Override
  public void analyse(List<RunRecord> runs, Recorder recorder) {
    Map<String, NavigableMap<Long, RunRecord>> byArm = new LinkedHashMap<>();
    for (RunRecord run : runs) {
      byArm.computeIfAbsent(run.arm(), a -> new TreeMap<>()).put(run.seed(), run);
    }
    Map<Long, RunRecord> references = arm(byArm, settings.reference());
    List<String> compared =
        ArmSelection.byArm(runs, settings.arms()).keySet().stream()
            .filter(name -> !name.equals(settings.reference()))
            .toList();
    if (compared.isEmpty()) {
      throw new IllegalArgumentException(
          "divergence-time needs an arm beside '" + settings.reference() + "' to compare it with");
    }
    int seeds = references.size();
    double[] first = new double[seeds];
    Arrays.fill(first, Double.POSITIVE_INFINITY);
    List<List<NavigableMap<Long, Double>>> curves = new ArrayList<>();
    references.values().forEach(run -> curves.add(new ArrayList<>(List.of(curve(run)))));
    for (String name : compared) {
      Map<Long, RunRecord> own = arm(byArm, name);
      if (!own.keySet().equals(references.keySet())) {
        throw new IllegalArgumentException(
            "arm '"
                + settings.reference()
                + "' has the seeds "
                + references.keySet()
                + " and arm '"
                + name
                + "' has "
                + own.keySet()
                + "; runs are compared with the run of the same seed");
      }
      double[] times = new double[seeds];
      int i = 0;
      for (RunRecord run : own.values()) {
        curves.get(i).add(curve(run));
        times[i] = parting(curves.get(i).get(0), curve(run));
        first[i] = Math.min(first[i], times[i]);
        i++;
      }
      report(name, times, recorder);
    }
    double[] levels = new double[seeds];
    double[] spreads = new double[seeds];
    for (int i = 0; i < seeds; i++) {
      NavigableMap<Long, Double> reference = curves.get(i).get(0);
      boolean parts = !Double.isInfinite(first[i]);
      levels[i] = parts ? reference.get((long) first[i]) : reference.lastEntry().getValue();
      spreads[i] = spreadBefore(curves.get(i), first[i]);
    }
    recorder.array("first", first);
    recorder.array("level-at-first", levels);
    recorder.array("spread-before", spreads);
  }

  private static void report(String name, double[] times, Recorder recorder) {
    recorder.array(name, times);
    double[] sorted = times.clone();
    Arrays.sort(sorted);
    double low = sorted[(sorted.length - 1) / 2];
    double high = sorted[sorted.length / 2];
    recorder.number(name + "/median", low == high ? low : (low + high) / 2);
    recorder.number(name + "/earliest", sorted[0]);
    recorder.number(name + "/latest", sorted[sorted.length - 1]);
  }

  private static Map<Long, RunRecord> arm(
      Map<String, NavigableMap<Long, RunRecord>> byArm, String name) {
    Map<Long, RunRecord> runs = byArm.get(name);
    if (runs == null) {
      throw new IllegalArgumentException(
          "there are no runs of an arm '" + name + "', only of " + byArm.keySet());
    }
    return runs;
  }

  private NavigableMap<Long, Double> curve(RunRecord run) {
    Series series =
        run.history()
            .series(settings.series())
            .filter(s -> s.length() > 0)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "arm '"
                            + run.arm()
                            + "' has no series '"
                            + settings.series()
                            + "', only "
                            + run.history().names()));
    NavigableMap<Long, Double> curve = new TreeMap<>();
    for (int i = 0; i < series.length(); i++) {
      curve.put(series.steps()[i], series.values()[i]);
    }
    return curve;
  }

  /** The step from which two curves lie apart, Infinity when they do not. */
  private double parting(NavigableMap<Long, Double> reference, NavigableMap<Long, Double> other) {
    List<Long> common = common(List.of(reference, other));
    Series difference =
        new Series(
            settings.series(),
            common.stream().mapToLong(Long::longValue).toArray(),
            common.stream().mapToDouble(step -> reference.get(step) - other.get(step)).toArray());
    int hold = settings.hold() == 0 ? common.size() : settings.hold();
    var parting = difference.firstLasting(this::isApart, hold);
    return parting.isPresent() ? parting.getAsLong() : Double.POSITIVE_INFINITY;
  }

  private List<Long> common(List<NavigableMap<Long, Double>> curves) {
    List<Long> common =
        curves.get(0).keySet().stream()
            .filter(step -> curves.stream().allMatch(c -> c.containsKey(step)))
            .toList();
    if (common.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no step at which all runs compared recorded '" + settings.series() + "'");
    }
    return common;
  }

  private double spreadBefore(List<NavigableMap<Long, Double>> curves, double end) {
    double spread = 0;
    boolean reached = false;
    for (long step : common(curves)) {
      if (step < end) {
        reached |= curves.get(0).get(step) >= settings.after();
        double[] values = curves.stream().mapToDouble(c -> c.get(step)).sorted().toArray();
        double distance = values[values.length - 1] - values[0];
        spread = reached ? Math.max(spread, distance) : spread;
      }
    }
    return spread;
  }

  private boolean isApart(double difference) {
    return switch (settings.side()) {
      case ABOVE -> difference > settings.margin();
      case BELOW -> -difference > settings.margin();
      case APART -> Math.abs(difference) > settings.margin();
    };
  }
}
