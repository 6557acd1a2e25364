package org.genlab.analyses.theory;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * Runs of linear students on linear teachers, compared with the gradient flow that the
 * Marchenko-Pastur law predicts for white inputs (Levi, Beck and Bar-Sinai, "Grokking in linear
 * estimators", arXiv 2310.16441, sections 3 and 4).
 *
 * <p>It reads runs of {@code linear-teacher} with a {@code population-split}, the metric {@code
 * threshold-accuracy} and gradient descent on the mean squared error of an output (the data term
 * {@code mse}) over the whole training split. Times are learning rate times steps. The initial loss
 * of the prediction is the measured one.
 *
 * <p>Findings are arrays with one value an arm, in the order of the study, each a mean over the
 * arm's seeds: {@code lambda}, the dimensions over the training examples; {@code train-time},
 * {@code test-time}, when the accuracy lastingly (for three evaluations) reaches the level,
 * interpolated between evaluations, and {@code delay}, their difference; {@code
 * predicted-train-time}, {@code predicted-test-time}, {@code predicted-delay}; {@code
 * asymptotic-delay}, ln(1/nu) / (4 nu) for nu = (1 - sqrt(lambda))^2; {@code train-loss-error} and
 * {@code population-loss-error}, the largest relative difference of the mean loss from the
 * predicted one until the latter has fallen to a tenth; {@code least-curvature}, the smallest
 * second difference of the logarithm of the population loss over three successive evaluations: what
 * is below zero is an event in the loss. Where the evaluations are not equally far apart, h and k,
 * it is the second divided difference times 2 h k. A finding is not a number where it has no value:
 * no delay when neither level is reached, no curvature of fewer than three evaluations.
 */
@Plugin(
    kind = Kind.ANALYSIS,
    id = "gradient-flow-theory",
    version = "1.1.1",
    summary = "Losses and times to an accuracy of linear students against the Marchenko-Pastur law",
    source = "arXiv:2310.16441, sections 3 and 4")
public final class GradientFlowTheory implements Analysis {
  private static final int HOLD = 3;

  /**
   * The settings.
   *
   * @param arms the arms that are compared, as {@link ArmSelection} takes them
   * @param accuracy the level that times are taken at
   * @param epsilon the threshold of {@code threshold-accuracy}
   */
  public record Settings(
      @Default("[]") @Doc("arms that are compared, * for any text; [] for all") List<String> arms,
      @Default("0.95")
          @Range(min = 0, max = 1, minExclusive = true, maxExclusive = true)
          @Doc("accuracy that times are taken at")
          double accuracy,
      @Default("1e-3")
          @Range(min = 0, max = 1e30, minExclusive = true)
          @Doc("threshold epsilon of the metric threshold-accuracy")
          double epsilon) {
    public Settings {
      arms = List.copyOf(arms);
    }
  }

  private final Settings settings;

  @Inject
  public GradientFlowTheory(Settings settings) {
    this.settings = settings;
  }

  @Override
  public void analyse(List<RunRecord> runs, Recorder recorder) {
    Map<String, List<Double>> findings = new LinkedHashMap<>();
    ArmSelection.byArm(runs, settings.arms())
        .values()
        .forEach(
            arm ->
                compare(arm)
                    .forEach(
                        (name, value) ->
                            findings.computeIfAbsent(name, n -> new ArrayList<>()).add(value)));
    findings.forEach(
        (name, values) ->
            recorder.array(name, values.stream().mapToDouble(Double::doubleValue).toArray()));
  }

  /** The findings of an arm. */
  private Map<String, Double> compare(List<RunRecord> seeds) {
    RunRecord any = seeds.get(0);
    double dimensions = setting(any, "dataset.dimensions");
    double rate = setting(any, "optimizer.learning-rate");
    int outputs = (int) setting(any, "dataset.outputs");
    double lambda = dimensions / setting(any, "dataset.train-examples");
    GradientFlow theory =
        new GradientFlow(
            new MarchenkoPastur(lambda),
            mean(seeds, run -> series(run, "population/squared-error").values()[0]),
            outputs);
    double level = theory.lossAt(settings.accuracy(), settings.epsilon());
    double train = mean(seeds, run -> rate * crossing(run, "train/threshold-accuracy"));
    double test = mean(seeds, run -> rate * crossing(run, "test/threshold-accuracy"));
    Map<String, Double> found = new LinkedHashMap<>();
    found.put("lambda", lambda);
    found.put("train-time", train);
    found.put("test-time", test);
    found.put("delay", test - train);
    double predictedTrain = theory.trainTime(level);
    double predictedTest = theory.populationTime(level);
    found.put("predicted-train-time", predictedTrain);
    found.put("predicted-test-time", predictedTest);
    found.put("predicted-delay", predictedTest - predictedTrain);
    found.put("asymptotic-delay", theory.asymptoticDelay());
    found.put(
        "train-loss-error",
        lossError(seeds, "train/squared-error", t -> theory.trainLoss(rate * t)));
    found.put(
        "population-loss-error",
        lossError(seeds, "population/squared-error", t -> theory.populationLoss(rate * t)));
    found.put(
        "least-curvature",
        seeds.stream()
            .mapToDouble(run -> leastCurvature(series(run, "population/squared-error")))
            .min()
            .orElseThrow());
    return found;
  }

  private interface OfRun {
    double value(RunRecord run);
  }

  private interface OfStep {
    double value(long step);
  }

  private static double mean(List<RunRecord> runs, OfRun of) {
    double sum = 0;
    for (RunRecord run : runs) {
      sum += of.value(run);
    }
    return sum / runs.size();
  }

  /** The step of a lasting crossing, between the last evaluation below and the first above. */
  private double crossing(RunRecord run, String name) {
    Series series = series(run, name);
    OptionalLong first = series.firstLasting(v -> v >= settings.accuracy(), HOLD);
    if (first.isEmpty()) {
      return Double.POSITIVE_INFINITY;
    }
    int above = 0;
    while (series.steps()[above] < first.getAsLong()) {
      above++;
    }
    if (above == 0) {
      return first.getAsLong();
    }
    double before = series.values()[above - 1];
    double after = series.values()[above];
    double part = before >= after ? 1 : (settings.accuracy() - before) / (after - before);
    long from = series.steps()[above - 1];
    return from + Math.max(0, Math.min(1, part)) * (first.getAsLong() - from);
  }

  /**
   * max over steps of |mean loss / predicted loss - 1|, until the latter is a tenth of its start.
   */
  private static double lossError(List<RunRecord> seeds, String name, OfStep predicted) {
    long[] steps = series(seeds.get(0), name).steps();
    double start = predicted.value(0);
    double largest = 0;
    for (long step : steps) {
      double expected = predicted.value(step);
      if (expected < start / 10) {
        break;
      }
      double loss = mean(seeds, run -> series(run, name).at(step).orElseThrow());
      largest = Math.max(largest, Math.abs(loss / expected - 1));
    }
    return largest;
  }

  /** The smallest second difference; not a number when there is none. */
  private static double leastCurvature(Series series) {
    long[] steps = series.steps();
    double[] losses = series.values();
    double least = losses.length < 3 ? Double.NaN : Double.POSITIVE_INFINITY;
    for (int i = 1; i + 1 < losses.length; i++) {
      double before = StrictMath.log(losses[i - 1]);
      double here = StrictMath.log(losses[i]);
      double after = StrictMath.log(losses[i + 1]);
      double h = steps[i] - steps[i - 1];
      double k = steps[i + 1] - steps[i];
      double curvature =
          h == k
              ? after - 2 * here + before
              : 2 * (h * (after - here) - k * (here - before)) / (h + k);
      least = Math.min(least, curvature);
    }
    return least;
  }

  private static Series series(RunRecord run, String name) {
    return run.history()
        .series(name)
        .filter(s -> s.length() > 0)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "gradient-flow-theory reads the series '"
                        + name
                        + "', which the run of arm '"
                        + run.arm()
                        + "' does not have: evaluate the splits train, test and population of"
                        + " linear-teacher with the metric threshold-accuracy"));
  }

  private static double setting(RunRecord run, String path) {
    Object value = run.settings().get(path);
    try {
      return Double.parseDouble(String.valueOf(value));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "gradient-flow-theory reads the number '"
              + path
              + "', which the run of arm '"
              + run.arm()
              + "' does not have: compare runs of linear-teacher trained with sgd");
    }
  }
}
