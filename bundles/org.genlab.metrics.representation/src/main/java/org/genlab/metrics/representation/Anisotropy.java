package org.genlab.metrics.representation;

import jakarta.inject.Inject;
import java.util.List;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;

/**
 * Anisotropy: the mean cosine similarity of the representations of different tokens (Ethayarajh,
 * "How contextual are contextualized word representations?", EMNLP 2019; arXiv 2404.07647).
 *
 * <pre>
 *   A = mean over i != j of cos(h_i, h_j) = (|sum_i u_i|^2 - n) / (n (n - 1)),   u_i = h_i / |h_i|
 * </pre>
 *
 * <p>In [-1/(n-1), 1]; 0 for directions spread evenly, 1 when all are the same. The series {@code
 * split/anisotropy/feature} for each evaluated split and feature. Rows are the examples or, with
 * several positions, all positions of the first examples; rows of norm 0 do not count; NaN of fewer
 * than two.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "anisotropy",
    version = "1.0.0",
    summary = "Mean cosine similarity of the representations of different tokens",
    source = "arXiv:2404.07647")
public final class Anisotropy implements Metric {
  /**
   * The settings.
   *
   * @param features names of features, or the ends of names after a dot
   * @param examples how many of a split's first examples are read
   */
  public record Settings(
      @Default("[representation]")
          @Doc("features that are read: names, or ends of names such as mlp for block.0.mlp")
          List<String> features,
      @Default("256") @Range(min = 1) @Doc("examples of each split that are read") int examples) {
    public Settings {
      features = List.copyOf(features);
    }
  }

  private final Settings settings;

  @Inject
  public Anisotropy(Settings settings) {
    this.settings = settings;
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    for (Split split : snapshot.splits()) {
      Representations.rows(snapshot, split, settings.features(), settings.examples())
          .forEach(
              (feature, rows) ->
                  recorder.number(split.name() + "/anisotropy/" + feature, meanCosine(rows)));
    }
  }

  /** The mean cosine of pairs of different rows. */
  static double meanCosine(double[][] rows) {
    double[] sum = new double[rows.length == 0 ? 0 : rows[0].length];
    int n = 0;
    for (double[] row : rows) {
      double norm = 0;
      for (double x : row) {
        norm += x * x;
      }
      if (norm > 0) {
        n++;
        for (int i = 0; i < sum.length; i++) {
          sum[i] += row[i] / Math.sqrt(norm);
        }
      }
    }
    double squares = 0;
    for (double x : sum) {
      squares += x * x;
    }
    return n < 2 ? Double.NaN : (squares - n) / ((double) n * (n - 1));
  }
}
