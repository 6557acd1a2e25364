package org.genlab.analyses.curves;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
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
 * Where a noisy curve descends and ascends: its turning points, such as those of local complexity,
 * which descends, ascends and descends once more as a network trains (Humayun, Balestriero and
 * Baraniuk, arXiv 2402.15555, section 3).
 *
 * <p>A curve turns where it has moved back from its last extreme by more than {@code swing} times
 * the difference of its largest and its smallest value. Between turns lie phases, alternately
 * descents and ascents; a curve that never moves so far has none.
 *
 * <p>Findings for each arm, with a value for each seed, seeds ascending: the arrays {@code
 * arm/descents} and {@code arm/ascents}, how many there are; {@code arm/last-descent}, the step at
 * which a last phase that is a descent begins, Infinity when the last phase is none; {@code
 * arm/fall}, the last value over that at its beginning, NaN when there is none; and {@code
 * arm/delay}, that step over the step at which the series {@code fitted} lastingly (for three
 * evaluations) reaches its level. For each run with its seed s the arrays {@code arm/turns/s} and
 * {@code arm/values/s}: the steps at which phases begin and the last one ends, and the values
 * there.
 */
@Plugin(
    kind = Kind.ANALYSIS,
    id = "phase-detection",
    version = "1.0.1",
    summary = "Descents and ascents of a noisy curve, and how late the last descent begins",
    source = "arXiv:2402.15555, section 3")
public final class PhaseDetection implements Analysis {
  private static final int LASTING = 3;

  /**
   * The settings.
   *
   * @param arms the arms that count, as {@link ArmSelection} takes them
   * @param series the curve
   * @param swing how far it must move back to turn, in units of its range
   * @param fitted what the delay is counted from
   * @param level the level of that
   */
  public record Settings(
      @Default("[]") @Doc("arms that count, * for any text; [] for all") List<String> arms,
      @Doc("the curve, e.g. train/local-complexity") String series,
      @Default("0.15")
          @Range(min = 0, minExclusive = true, max = 1)
          @Doc("how far a curve must move back to turn, in units of its range")
          double swing,
      @Default("train/accuracy") @Doc("the series the delay is counted from") String fitted,
      @Default("0.99") @Doc("its level there") double level) {
    public Settings {
      arms = List.copyOf(arms);
    }
  }

  private final Settings settings;

  @Inject
  public PhaseDetection(Settings settings) {
    this.settings = settings;
  }

  @Override
  public void analyse(List<RunRecord> runs, Recorder recorder) {
    ArmSelection.byArm(runs, settings.arms()).forEach((arm, all) -> report(arm, all, recorder));
  }

  private void report(String arm, List<RunRecord> runs, Recorder recorder) {
    int seeds = runs.size();
    double[] descents = new double[seeds];
    double[] ascents = new double[seeds];
    double[] last = new double[seeds];
    double[] fall = new double[seeds];
    double[] delay = new double[seeds];
    for (int i = 0; i < seeds; i++) {
      RunRecord run = runs.get(i);
      Series curve = series(run, settings.series());
      double[] values = curve.values();
      int[] turns = turns(values, settings.swing());
      for (int k = 0; k + 1 < turns.length; k++) {
        double rise = values[turns[k + 1]] - values[turns[k]];
        descents[i] += rise < 0 ? 1 : 0;
        ascents[i] += rise > 0 ? 1 : 0;
      }
      last[i] = Double.POSITIVE_INFINITY;
      fall[i] = Double.NaN;
      if (turns.length > 1) {
        int begin = turns[turns.length - 2];
        if (values[turns[turns.length - 1]] < values[begin]) {
          last[i] = curve.steps()[begin];
          fall[i] = values[values.length - 1] / values[begin];
        }
      }
      OptionalLong fit =
          series(run, settings.fitted()).firstLasting(v -> v >= settings.level(), LASTING);
      delay[i] = fit.isPresent() ? last[i] / Math.max(1, fit.getAsLong()) : Double.NaN;
      double[] steps = new double[turns.length];
      double[] levels = new double[turns.length];
      for (int k = 0; k < turns.length; k++) {
        steps[k] = curve.steps()[turns[k]];
        levels[k] = values[turns[k]];
      }
      recorder.array(arm + "/turns/" + run.seed(), steps);
      recorder.array(arm + "/values/" + run.seed(), levels);
    }
    recorder.array(arm + "/descents", descents);
    recorder.array(arm + "/ascents", ascents);
    recorder.array(arm + "/last-descent", last);
    recorder.array(arm + "/fall", fall);
    recorder.array(arm + "/delay", delay);
  }

  /**
   * The positions at which phases begin and the last one ends.
   *
   * @return none when the curve never moves by more than the swing; otherwise at least two, the
   *     first extreme and the last
   */
  static int[] turns(double[] values, double swing) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    double least = swing * (high - low);
    List<Integer> turns = new ArrayList<>();
    int lowest = 0;
    int highest = 0;
    int direction = 0;
    for (int i = 1; i < values.length; i++) {
      lowest = values[i] < values[lowest] ? i : lowest;
      highest = values[i] > values[highest] ? i : highest;
      if (direction >= 0 && values[highest] - values[i] > least) {
        turns.add(highest);
        direction = -1;
        lowest = i;
        highest = i;
      } else if (direction <= 0 && values[i] - values[lowest] > least) {
        turns.add(lowest);
        direction = 1;
        lowest = i;
        highest = i;
      }
    }
    if (direction != 0) {
      turns.add(direction > 0 ? highest : lowest);
    }
    return turns.stream().mapToInt(Integer::intValue).toArray();
  }

  private static Series series(RunRecord run, String name) {
    return run.history()
        .series(name)
        .filter(s -> s.length() > 0)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "arm '"
                        + run.arm()
                        + "' has no series '"
                        + name
                        + "', only "
                        + run.history().names()));
  }
}
