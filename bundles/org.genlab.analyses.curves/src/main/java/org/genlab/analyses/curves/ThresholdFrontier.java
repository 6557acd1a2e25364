package org.genlab.analyses.curves;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.evaluation.Analysis;
import org.genlab.api.evaluation.ArmSelection;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.api.evaluation.Series;

/**
 * How much is needed: for each value z of one setting, the smallest value x of another at which a
 * series reaches a target, in the mean over the seeds and whatever else differs. With x the number
 * of clean examples and z the number of noisy labels for each, it is the critical amount of clean
 * data n*(alpha) (Rolnick, Veit, Belongie and Shavit, arXiv 1705.10694, figure 5).
 *
 * <p>Between the last x that misses the target and the next one, the frontier is where the straight
 * line through both means, over log x, meets the target; it is the smallest x when that one already
 * reaches it, and Infinity when none does. A mean that falls below the target again at a larger x
 * counts: the frontier lies behind the last miss.
 *
 * <p>Findings: the arrays {@code levels}, all z ascending, and {@code frontier}, one x for each;
 * the numbers {@code frontier/z}; and the arrays {@code mean/z}, the mean for each x ascending.
 */
@Plugin(
    kind = Kind.ANALYSIS,
    id = "threshold-frontier",
    version = "1.0.1",
    summary = "Smallest value of a setting that reaches a target, for each value of another",
    source = "arXiv:1705.10694, figure 5")
public final class ThresholdFrontier implements Analysis {
  /** What of a series counts. */
  public enum Statistic {
    /** Its last value. */
    FINAL,
    /** Its largest value. */
    MAXIMUM,
    /** Its smallest value. */
    MINIMUM
  }

  /**
   * The settings.
   *
   * @param size path of the setting x, which must be positive
   * @param level path of the setting z
   * @param arms the arms that count, as {@link ArmSelection} takes them
   * @param series what must reach the target
   * @param statistic which of its values
   * @param target what it must reach, from below
   */
  public record Settings(
      @Doc("path of the setting x whose smallest sufficient value is sought, e.g. dataset.train")
          String size,
      @Doc("path of the setting z for each of whose values it is sought") String level,
      @Default("[]") @Doc("arms that count, * for any text; [] for all") List<String> arms,
      @Default("test/accuracy") @Doc("the series that must reach the target") String series,
      @Default("final") @Doc("final, maximum or minimum: which of its values") Statistic statistic,
      @Doc("the value that must be reached, from below") double target) {
    public Settings {
      arms = List.copyOf(arms);
    }
  }

  private final Settings settings;

  @Inject
  public ThresholdFrontier(Settings settings) {
    this.settings = settings;
  }

  @Override
  public void analyse(List<RunRecord> runs, Recorder recorder) {
    NavigableMap<Double, NavigableMap<Double, List<Double>>> values = new TreeMap<>();
    for (RunRecord run : ArmSelection.runs(runs, settings.arms())) {
      double x = number(run, settings.size());
      if (!(x > 0)) {
        throw new IllegalArgumentException(
            "'" + settings.size() + "' of arm '" + run.arm() + "' is " + x + ", not positive");
      }
      values
          .computeIfAbsent(number(run, settings.level()), z -> new TreeMap<>())
          .computeIfAbsent(x, any -> new ArrayList<>())
          .add(value(run));
    }
    double[] frontier = new double[values.size()];
    int at = 0;
    for (Map.Entry<Double, NavigableMap<Double, List<Double>>> level : values.entrySet()) {
      NavigableMap<Double, Double> means = new TreeMap<>();
      level.getValue().forEach((x, all) -> means.put(x, mean(all)));
      frontier[at] = frontier(means, settings.target());
      String name = text(level.getKey());
      recorder.number("frontier/" + name, frontier[at]);
      recorder.array(
          "mean/" + name, means.values().stream().mapToDouble(Double::doubleValue).toArray());
      at++;
    }
    recorder.array("levels", values.keySet().stream().mapToDouble(Double::doubleValue).toArray());
    recorder.array("frontier", frontier);
  }

  /** The mean, summed in ascending order: whatever the order of the runs, the same bits. */
  private static double mean(List<Double> values) {
    double sum = 0;
    for (double value : values.stream().sorted().toList()) {
      sum += value;
    }
    return sum / values.size();
  }

  /**
   * Where the means reach a target for good.
   *
   * @param means by x, ascending
   */
  static double frontier(NavigableMap<Double, Double> means, double target) {
    Map.Entry<Double, Double> miss = null;
    for (Map.Entry<Double, Double> entry : means.entrySet()) {
      if (!(entry.getValue() >= target)) {
        miss = entry;
      }
    }
    if (miss == null) {
      return means.firstKey();
    }
    Map.Entry<Double, Double> hit = means.higherEntry(miss.getKey());
    if (hit == null) {
      return Double.POSITIVE_INFINITY;
    }
    double part = (target - miss.getValue()) / (hit.getValue() - miss.getValue());
    double from = StrictMath.log(miss.getKey());
    return StrictMath.exp(from + part * (StrictMath.log(hit.getKey()) - from));
  }

  private double value(RunRecord run) {
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
    return switch (settings.statistic()) {
      case FINAL -> series.last().getAsDouble();
      case MAXIMUM -> Arrays.stream(series.values()).max().getAsDouble();
      case MINIMUM -> Arrays.stream(series.values()).min().getAsDouble();
    };
  }

  private static double number(RunRecord run, String path) {
    Object value = run.settings().get(path);
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw new IllegalArgumentException(
        "arm '"
            + run.arm()
            + "' has no number as '"
            + path
            + "'"
            + (value == null ? "" : ", but " + value));
  }

  private static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
