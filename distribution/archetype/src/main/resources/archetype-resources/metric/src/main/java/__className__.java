package ${package};

import jakarta.inject.Inject;
import java.util.Arrays;
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

/**
 * The margin of classification: by how much the logit of the right class exceeds the largest other
 * one, which is what margin bounds on generalisation are about (Bartlett et al., arXiv:1706.08498). Of
 * the margins of a split the smallest and a quantile are recorded.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "${id}",
    version = "1.0.0",
    summary = "Smallest margin of each split, and a quantile of its margins",
    source = "arXiv:1706.08498, section 1")
public final class ${className} implements Metric {
  /**
   * The settings.
   *
   * @param quantile which one is recorded
   */
  public record Settings(
      @Default("0.1") @Range(min = 0, max = 1) @Doc("the quantile that is recorded, 0.5 the median")
          double quantile) {}

  private final Settings settings;

  @Inject
  public ${className}(Settings settings, Dataset dataset) {
    this.settings = settings;
    if (!(dataset.spec().target() instanceof TargetSpec.Classes)) {
      throw new IllegalArgumentException(
          "${id} needs one class an example, and the dataset has " + dataset.spec().target());
    }
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    for (Split split : snapshot.splits()) {
      double[] margins = margins(snapshot.predictions(split));
      Arrays.sort(margins);
      int rank = (int) Math.round(settings.quantile() * (margins.length - 1));
      recorder.number(split.name() + "/${id}-min", margins[0]);
      recorder.number(split.name() + "/${id}", margins[rank]);
    }
  }

  private static double[] margins(Predictions predictions) {
    int[] labels = predictions.examples().labels().toArray();
    float[] logits = predictions.logits().toArray();
    int classes = logits.length / labels.length;
    double[] margins = new double[labels.length];
    for (int i = 0; i < labels.length; i++) {
      double best = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        if (c != labels[i]) {
          best = Math.max(best, logits[i * classes + c]);
        }
      }
      margins[i] = logits[i * classes + labels[i]] - best;
    }
    return margins;
  }
}
