package org.genlab.analyses.grokking;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.Range;
import org.genlab.api.evaluation.Analysis;
import org.genlab.api.evaluation.ArmSelection;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.api.evaluation.Series;
import org.genlab.tensor.random.RandomStream;

/**
 * The size of the training set at which the final accuracy rises: the critical size of "Explaining
 * grokking through circuit efficiency" (arXiv 2309.02390, section 3), below which memorising costs
 * less norm than generalising.
 *
 * <p>A run gives one point, its size and its last accuracy; or, where its size changes along the
 * run, as with the procedure {@code dataset-switch}, one for each phase: its size and the accuracy
 * at its end. Through all points a logistic curve in the logarithm of the size is fitted by least
 * squares. Findings:
 *
 * <ul>
 *   <li>{@code critical-size}: where the curve is half-way between its levels; with more than one
 *       seed also {@code critical-size-low} and {@code critical-size-high}, the 95 % interval when
 *       seeds are resampled. None of them where the levels differ by less than {@code least-rise}.
 *   <li>{@code low} and {@code high}: the levels of the curve.
 *   <li>{@code width}: the factor in size that takes the curve from a tenth to nine tenths of its
 *       rise; near 1 when the transition is sharp.
 *   <li>{@code r-squared}: the share of the variance that the curve explains; none when there is no
 *       variance.
 *   <li>{@code largest-rise}: the largest rise of the mean accuracy between neighbouring sizes, and
 *       {@code largest-rise-below}, {@code largest-rise-above}: these two sizes.
 *   <li>{@code midpoint-size}: the smallest size whose mean accuracy is above the middle between
 *       the lowest and the highest; none when all are equal.
 *   <li>the arrays {@code sizes} and {@code accuracies}, the mean at each size.
 * </ul>
 */
@Plugin(
    kind = Kind.ANALYSIS,
    id = "critical-dataset-size",
    version = "1.0.1",
    summary = "The size of the training set at which the final accuracy rises, by a logistic fit",
    source = "arXiv:2309.02390, section 3")
public final class CriticalDatasetSize implements Analysis {
  /**
   * The settings.
   *
   * @param arms the arms that are used, as {@link ArmSelection} takes them
   * @param size a setting by its path, or a series along the run, that is the size
   * @param accuracy the series whose last value, or value at the end of a phase, is used
   * @param skip how many phases at the beginning of a run are left out
   * @param leastRise how much the levels must differ for there to be a critical size
   */
  public record Settings(
      @Default("[]") @Doc("arms that are used, * for any text; [] for all") List<String> arms,
      @Default("dataset.train-fraction")
          @Doc("what is the size: a setting by its path, or a series with a value for each phase")
          String size,
      @Default("validation/accuracy") @Doc("series of the accuracy") String accuracy,
      @Default("0")
          @Range(min = 0, max = 1000000)
          @Doc("phases at the beginning of a run that are left out")
          int skip,
      @Default("0.1")
          @Range(min = 0, max = 1)
          @Doc("least difference of the levels for which there is a critical size")
          double leastRise) {
    public Settings {
      arms = List.copyOf(arms);
    }
  }

  private static final int RESAMPLES = 1000;
  private static final double TAIL = 0.025;

  private record Point(double size, double accuracy) {}

  private final Settings settings;
  private final Randomness randomness;

  @Inject
  public CriticalDatasetSize(Settings settings, Randomness randomness) {
    this.settings = settings;
    this.randomness = randomness;
  }

  @Override
  public void analyse(List<RunRecord> runs, Recorder recorder) {
    SortedMap<Long, List<Point>> bySeed = new TreeMap<>();
    for (RunRecord run : ArmSelection.runs(runs, settings.arms())) {
      bySeed.computeIfAbsent(run.seed(), seed -> new ArrayList<>()).addAll(points(run));
    }
    List<Point> all = bySeed.values().stream().flatMap(List::stream).toList();
    SortedMap<Double, Double> means = means(all);
    if (means.size() < 3) {
      throw new IllegalArgumentException(
          "a critical size needs runs with at least three sizes, and '"
              + settings.size()
              + "' is "
              + (means.isEmpty() ? "missing: there are no runs" : "one of " + means.keySet()));
    }
    Logistic curve = fit(all);
    recorder.number("low", curve.low());
    recorder.number("high", curve.high());
    recorder.number("width", StrictMath.exp(2 * StrictMath.log(9) * curve.scale()));
    if (rises(curve)) {
      recorder.number("critical-size", curve.location());
      interval(bySeed, recorder);
    }
    double variation = variation(all);
    if (variation > 0) {
      recorder.number("r-squared", 1 - curve.error() / variation);
    }
    neighbours(means, recorder);
    recorder.array("sizes", means.keySet().stream().mapToDouble(Double::doubleValue).toArray());
    recorder.array(
        "accuracies", means.values().stream().mapToDouble(Double::doubleValue).toArray());
  }

  private boolean rises(Logistic curve) {
    return curve.high() - curve.low() >= settings.leastRise();
  }

  private List<Point> points(RunRecord run) {
    Series accuracy = series(run, settings.accuracy());
    Object setting = run.settings().get(settings.size());
    List<Point> points = new ArrayList<>();
    if (setting instanceof Number size) {
      points.add(point(run, size.doubleValue(), accuracy, Long.MAX_VALUE));
      return points;
    }
    Series sizes = series(run, settings.size());
    for (int i = settings.skip(); i < sizes.length(); i++) {
      // A size is recorded with the first step of its phase; the one before ended just before it.
      long end = i + 1 < sizes.length() ? sizes.steps()[i + 1] - 1 : Long.MAX_VALUE;
      points.add(point(run, sizes.values()[i], accuracy, end));
    }
    return points;
  }

  private static Point point(RunRecord run, double size, Series accuracy, long end) {
    double value = accuracy.at(end).orElse(Double.NaN);
    if (!(size > 0) || !(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(
          "sizes must be above 0 and accuracies between 0 and 1, and in arm '"
              + run.arm()
              + "', seed "
              + run.seed()
              + ", they are "
              + size
              + " and "
              + value);
    }
    return new Point(size, value);
  }

  private static Series series(RunRecord run, String name) {
    return run.history()
        .series(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "arm '"
                        + run.arm()
                        + "' has neither a setting nor a series '"
                        + name
                        + "', which critical-dataset-size reads"));
  }

  private static Logistic fit(List<Point> points) {
    return Logistic.fit(
        points.stream().mapToDouble(Point::size).toArray(),
        points.stream().mapToDouble(Point::accuracy).toArray());
  }

  private static SortedMap<Double, Double> means(List<Point> points) {
    SortedMap<Double, Double> means = new TreeMap<>();
    for (double size : new TreeSet<>(points.stream().map(Point::size).toList())) {
      means.put(
          size,
          points.stream()
              .filter(p -> p.size() == size)
              .mapToDouble(Point::accuracy)
              .sorted()
              .average()
              .orElseThrow());
    }
    return means;
  }

  private static double variation(List<Point> points) {
    double mean = points.stream().mapToDouble(Point::accuracy).average().orElseThrow();
    return points.stream().mapToDouble(p -> (p.accuracy() - mean) * (p.accuracy() - mean)).sum();
  }

  private void interval(SortedMap<Long, List<Point>> bySeed, Recorder recorder) {
    List<List<Point>> seeds = List.copyOf(bySeed.values());
    if (seeds.size() < 2) {
      return;
    }
    RandomStream random = randomness.stream("resampling");
    List<Double> locations = new ArrayList<>();
    // Of few seeds there are few samples: each is fitted once.
    Map<List<Integer>, Double> fitted = new HashMap<>();
    for (int r = 0; r < RESAMPLES; r++) {
      List<Integer> drawn = new ArrayList<>();
      for (int i = 0; i < seeds.size(); i++) {
        drawn.add(random.nextInt(seeds.size()));
      }
      locations.add(
          fitted.computeIfAbsent(
              drawn,
              sample ->
                  fit(sample.stream().flatMap(i -> seeds.get(i).stream()).toList()).location()));
    }
    locations.sort(null);
    recorder.number("critical-size-low", locations.get((int) (TAIL * RESAMPLES)));
    recorder.number("critical-size-high", locations.get((int) ((1 - TAIL) * RESAMPLES) - 1));
  }

  private static void neighbours(SortedMap<Double, Double> means, Recorder recorder) {
    double largest = Double.NEGATIVE_INFINITY;
    double below = 0;
    double above = 0;
    double previous = Double.NaN;
    for (Map.Entry<Double, Double> entry : means.entrySet()) {
      if (!Double.isNaN(previous) && entry.getValue() - means.get(previous) > largest) {
        largest = entry.getValue() - means.get(previous);
        below = previous;
        above = entry.getKey();
      }
      previous = entry.getKey();
    }
    recorder.number("largest-rise", largest);
    recorder.number("largest-rise-below", below);
    recorder.number("largest-rise-above", above);
    double lowest = means.values().stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    double highest = means.values().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    means.entrySet().stream()
        .filter(e -> e.getValue() > (lowest + highest) / 2)
        .findFirst()
        .ifPresent(e -> recorder.number("midpoint-size", e.getKey()));
  }
}
