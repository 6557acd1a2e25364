package org.genlab.metrics.representation;

import jakarta.inject.Inject;
import java.util.List;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.Scope;

/**
 * Proportional effective rank of weight matrices and of their gradients: the entropy effective rank
 * divided by the rank that the shape allows, so that layers of different width can be compared
 * (arXiv 2410.11451).
 *
 * <pre>
 *   PER(W) = exp(- sum_i p_i ln p_i) / min(rows, columns),   p_i = s_i / sum_j s_j
 * </pre>
 *
 * <p>In (0, 1], or 0 of a matrix of zeros. The series {@code
 * proportional-effective-rank/parameter}, and with {@code gradients: true} also {@code
 * proportional-effective-rank/gradient/parameter}, of the gradient of the objective on the first
 * examples of the training split.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "proportional-effective-rank",
    version = "1.0.0",
    summary = "Entropy effective rank of weights and gradients over the rank their shape allows",
    source = "arXiv:2410.11451")
public final class ProportionalEffectiveRank implements Metric {
  /**
   * The settings.
   *
   * @param parameters names of weight matrices, or the ends of names after a dot; all when empty
   * @param gradients whether the ranks of gradients are recorded too
   * @param examples training examples that the gradient is computed on
   */
  public record Settings(
      @Default("[]") @Doc("weight matrices: names, or ends of names after a dot; [] for all")
          List<String> parameters,
      @Default("false") @Doc("whether gradients are measured too, for a backward pass")
          boolean gradients,
      @Default("32") @Range(min = 1) @Doc("training examples that the gradient is computed on")
          int examples) {
    public Settings {
      parameters = List.copyOf(parameters);
    }
  }

  private final Settings settings;
  private final Split train;

  @Inject
  public ProportionalEffectiveRank(Settings settings, Dataset dataset) {
    this.settings = settings;
    this.train = dataset.splits().get(0);
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    Parameters parameters = snapshot.model().parameters();
    record("", parameters, recorder);
    if (settings.gradients()) {
      try (Scope ignored = Scope.open()) {
        int n = Math.min(settings.examples(), train.size());
        record(
            "gradient/",
            parameters.with(snapshot.loss(train.range(0, n)).evaluate(parameters).gradient()),
            recorder);
      }
    }
  }

  private void record(String prefix, Parameters values, Recorder recorder) {
    for (String name : Spectra.matrices(values, settings.parameters())) {
      recorder.number(
          "proportional-effective-rank/" + prefix + name,
          Spectra.effectiveRank(values.get(name)) / Spectra.possibleRank(values.get(name)));
    }
  }
}
