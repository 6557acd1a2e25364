package org.genlab.metrics.dynamics;

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
 * How much logit a network makes of its parameters' norm (Varma, Shah, Kenton, Kramar and Kumar,
 * "Explaining grokking through circuit efficiency", arXiv 2309.02390, section 3: of two circuits
 * that answer alike, the one that needs less norm for the same logits wins under weight decay).
 *
 * <pre>
 *   scale = mean over examples of (z_y - mean over the other classes of z)
 *   efficiency = scale / |theta|^kappa
 * </pre>
 *
 * <p>z are the logits, y is the target, |theta| the L2 norm of all parameters. Series {@code
 * split/logit-scale} and {@code split/circuit-efficiency} for each evaluated split. Where all
 * answers on a split come from memory, or all from a rule, it is the efficiency of that circuit. A
 * network whose logits grow with the power kappa of its norm has an efficiency that does not depend
 * on its norm.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "circuit-efficiency",
    version = "1.0.0",
    summary = "Logit of the right class for each unit of the parameters' norm",
    source = "arXiv:2309.02390, section 3")
public final class CircuitEfficiency implements Metric {
  /**
   * The settings.
   *
   * @param exponent kappa, the power of the norm
   */
  public record Settings(
      @Default("1")
          @Range(min = 0, max = 100)
          @Doc("power kappa of the norm that logits are held against")
          double exponent) {}

  private final Settings settings;

  @Inject
  public CircuitEfficiency(Settings settings, Dataset dataset) {
    TargetSpec target = dataset.spec().target();
    int classes =
        target instanceof TargetSpec.Classes one
            ? one.count()
            : target instanceof TargetSpec.ClassPerPosition each ? each.count() : 0;
    if (classes < 2) {
      throw new IllegalArgumentException(
          "circuit-efficiency needs targets that are at least two classes, and the dataset has "
              + target);
    }
    this.settings = settings;
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    double squares = 0;
    for (float value : snapshot.model().parameters().flat().toArray()) {
      squares += (double) value * value;
    }
    double norm = Math.sqrt(squares);
    for (Split split : snapshot.splits()) {
      double scale = scale(snapshot.predictions(split));
      recorder.number(split.name() + "/logit-scale", scale);
      if (norm > 0) {
        recorder.number(
            split.name() + "/circuit-efficiency",
            scale / StrictMath.pow(norm, settings.exponent()));
      }
    }
  }

  /** The mean distance of the right logit from the mean of the others; NaN of no examples. */
  private static double scale(Predictions predictions) {
    IntTensor labels = predictions.examples().labels();
    float[] logits = predictions.logits().toArray();
    int classes = predictions.logits().dimension(-1);
    double sum = 0;
    int counted = 0;
    for (int i = 0; i < labels.size(); i++) {
      int label = labels.at(i);
      if (label >= 0) {
        double all = 0;
        for (int c = 0; c < classes; c++) {
          all += logits[i * classes + c];
        }
        double right = logits[i * classes + label];
        sum += right - (all - right) / (classes - 1);
        counted++;
      }
    }
    return sum / counted;
  }
}
