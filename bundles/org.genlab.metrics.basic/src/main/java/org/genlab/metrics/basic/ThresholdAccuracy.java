package org.genlab.metrics.basic;

import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.util.List;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Predictions;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.tensor.special.SpecialFunctions;

/**
 * An accuracy of regressions: an example counts as right when its squared error, the mean over its
 * d outputs, is below epsilon (Levi, Beck and Bar-Sinai, "Grokking in linear estimators", arXiv
 * 2310.16441, section 2).
 *
 * <p>For each evaluated split:
 *
 * <ul>
 *   <li>{@code split/squared-error}, L, the mean squared error of an output;
 *   <li>{@code split/threshold-accuracy}, the counted share of its examples;
 *   <li>{@code split/gaussian-accuracy}, the share that L alone predicts when errors are
 *       independent Gaussian numbers with mean zero and variance L (equations 10 and 14 of the
 *       paper): P(d/2, d epsilon / (2 L)), the regularised lower incomplete gamma function, which
 *       for one output is erf sqrt(epsilon / (2 L)).
 * </ul>
 *
 * <p>Further thresholds give the same two series with the threshold behind a hyphen, e.g. {@code
 * test/threshold-accuracy-0.0001}.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "threshold-accuracy",
    version = "1.0.0",
    summary = "Share of the examples of a regression whose squared error is below a threshold",
    source = "arXiv:2310.16441, section 2")
public final class ThresholdAccuracy implements Metric {
  /**
   * The settings.
   *
   * @param epsilon the threshold
   * @param further thresholds that are tried as well
   */
  public record Settings(
      @Default("1e-3")
          @Range(min = 0, max = 1e30, minExclusive = true)
          @Doc("squared error below which an example counts as right")
          double epsilon,
      @Default("[]")
          @Range(min = 0, max = 1e30, minExclusive = true)
          @Doc("further thresholds, each with series of its own")
          List<Double> further) {
    public Settings {
      further = List.copyOf(further);
      if (further.stream().distinct().count() < further.size()) {
        throw new SettingException("further", "must name each threshold once, not " + further);
      }
    }
  }

  private final Settings settings;

  @Inject
  public ThresholdAccuracy(Settings settings, Dataset dataset) {
    this.settings = settings;
    if (!(dataset.spec().target() instanceof TargetSpec.Values)) {
      throw new IllegalArgumentException(
          "threshold-accuracy needs targets that are real numbers, and the dataset has "
              + dataset.spec().target());
    }
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    for (Split split : snapshot.splits()) {
      Predictions predictions = snapshot.predictions(split);
      double[] errors = squaredErrors(predictions);
      int outputs = predictions.logits().size() / Math.max(1, errors.length);
      double sum = 0;
      for (double error : errors) {
        sum += error;
      }
      double loss = sum / errors.length;
      recorder.number(split.name() + "/squared-error", loss);
      record(recorder, split.name(), "", settings.epsilon(), errors, loss, outputs);
      for (double epsilon : settings.further()) {
        String suffix = "-" + BigDecimal.valueOf(epsilon).stripTrailingZeros().toPlainString();
        record(recorder, split.name(), suffix, epsilon, errors, loss, outputs);
      }
    }
  }

  private static void record(
      Recorder recorder,
      String split,
      String suffix,
      double epsilon,
      double[] errors,
      double loss,
      int outputs) {
    int right = 0;
    for (double error : errors) {
      right += error < epsilon ? 1 : 0;
    }
    recorder.number(split + "/threshold-accuracy" + suffix, (double) right / errors.length);
    recorder.number(split + "/gaussian-accuracy" + suffix, gaussian(epsilon, loss, outputs));
  }

  /** P(d/2, d epsilon / (2 L)). */
  static double gaussian(double epsilon, double loss, int outputs) {
    if (Double.isNaN(loss)) {
      return Double.NaN;
    }
    return loss == 0 ? 1 : SpecialFunctions.gammaP(outputs / 2.0, outputs * epsilon / (2 * loss));
  }

  /** For each example the mean over its outputs of (output - target)^2. */
  private static double[] squaredErrors(Predictions predictions) {
    float[] outputs = predictions.logits().toArray();
    float[] targets = predictions.examples().reals(Batch.TARGET).toArray();
    int n = predictions.examples().size();
    double[] errors = new double[n];
    int width = outputs.length / Math.max(1, n);
    for (int i = 0; i < n; i++) {
      for (int k = i * width; k < (i + 1) * width; k++) {
        double error = (double) outputs[k] - targets[k];
        errors[i] += error * error / width;
      }
    }
    return errors;
  }
}
