package org.genlab.metrics.representation;

import jakarta.inject.Inject;
import java.util.List;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.Tensor;

/**
 * Singular entropy: how far the spectrum of a weight matrix is from a flat one, as the divergence
 * of its normalised singular values from the uniform distribution (arXiv 2404.07647).
 *
 * <pre>
 *   SE(W) = sum_i sigma_i ln(d sigma_i) = KL(sigma || uniform),   sigma_i = s_i / sum_j s_j,
 *   d = min(rows, columns)
 * </pre>
 *
 * <p>In [0, ln d]: 0 for equal singular values, ln d when one direction is all; NaN of a matrix of
 * zeros. The series {@code singular-entropy/parameter} for each matrix.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "singular-entropy",
    version = "1.0.0",
    summary = "Divergence of a weight matrix's normalised singular values from equal ones",
    source = "arXiv:2404.07647")
public final class SingularEntropy implements Metric {
  /**
   * The settings.
   *
   * @param parameters names of weight matrices, or the ends of names after a dot; all when empty
   */
  public record Settings(
      @Default("[readout.weight]")
          @Doc("weight matrices: names, or ends of names after a dot; [] for all")
          List<String> parameters) {
    public Settings {
      parameters = List.copyOf(parameters);
    }
  }

  private final Settings settings;

  @Inject
  public SingularEntropy(Settings settings) {
    this.settings = settings;
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    Parameters parameters = snapshot.model().parameters();
    for (String name : Spectra.matrices(parameters, settings.parameters())) {
      Tensor matrix = parameters.get(name);
      double rank = Spectra.effectiveRank(matrix);
      recorder.number(
          "singular-entropy/" + name,
          rank == 0
              ? Double.NaN
              : Math.max(0, StrictMath.log(Spectra.possibleRank(matrix) / rank)));
    }
  }
}
