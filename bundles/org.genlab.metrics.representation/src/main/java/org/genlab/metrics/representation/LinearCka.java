package org.genlab.metrics.representation;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.Slots;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.tensor.Tensor;

/**
 * Linear centred kernel alignment of a network's features with the same features at all earlier
 * evaluations (Kornblith, Norouzi, Lee and Hinton, "Similarity of neural network representations
 * revisited", ICML 2019, equation 3; used for convergence over training in arXiv 2410.11451).
 *
 * <pre>
 *   CKA(X, Y) = |Y'X|^2 / (|X'X| |Y'Y|)       Frobenius norms, columns centred, rows the same inputs
 * </pre>
 *
 * <p>In [0, 1]; 1 when the features are equal up to rotation and scale. With {@code debiased: true}
 * the inner products are the unbiased estimates of Song et al. (JMLR 2012, equation 5), which are 0
 * on average for unrelated features also when there are few rows; they can be negative.
 *
 * <p>At each evaluation, the array {@code linear-cka/feature} takes the similarity of the features
 * at each evaluation so far with those of this one, oldest first, and the array {@code
 * linear-cka/steps} takes the steps of these evaluations: what was recorded last is the convergence
 * curve to the end of training. The series {@code linear-cka/previous/feature} is the similarity to
 * the evaluation before. All earlier features are kept with the run, rows times width numbers each
 * time, so choose few evaluations, and rows that are many compared with the width.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "linear-cka",
    version = "1.0.0",
    summary = "Similarity of features with those of earlier and of the last evaluation",
    source = "Kornblith et al. 2019, equation 3; arXiv:2410.11451")
public final class LinearCka implements Metric {
  private static final String COUNT = "evaluations";

  /**
   * The settings.
   *
   * @param features names of features, or the ends of names after a dot
   * @param split whose examples are read
   * @param examples how many of the split's first examples are read
   * @param debiased whether inner products are the unbiased estimates
   */
  public record Settings(
      @Default("[attention, mlp]")
          @Doc("features that are read: names, or ends of names such as mlp for block.0.mlp")
          List<String> features,
      @Default("validation") @Doc("split whose examples are read") String split,
      @Default("64") @Range(min = 1) @Doc("examples of the split that are read") int examples,
      @Default("false") @Doc("whether inner products are unbiased estimates") boolean debiased) {
    public Settings {
      features = List.copyOf(features);
    }
  }

  private final Settings settings;
  private final Slots slots;

  @Inject
  public LinearCka(Settings settings, Slots slots) {
    this.settings = settings;
    this.slots = slots;
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    Split split = Representations.split(snapshot, settings.split(), "linear-cka");
    int before = (int) slots.number(COUNT).orElse(0);
    double[] steps = new double[before + 1];
    for (int i = 0; i < before; i++) {
      steps[i] = slots.number("step." + i).orElseThrow();
    }
    steps[before] = (double) snapshot.step();
    Map<String, double[][]> now =
        Representations.rows(snapshot, split, settings.features(), settings.examples());
    now.forEach(
        (feature, rows) -> {
          double[] curve = new double[before + 1];
          double[][] y = centred(rows);
          for (int i = 0; i < before; i++) {
            curve[i] = similarity(kept(feature, i), y);
          }
          curve[before] = similarity(y, y);
          recorder.array("linear-cka/" + feature, curve);
          if (before > 0) {
            recorder.number("linear-cka/previous/" + feature, curve[before - 1]);
          }
          slots.put(name(feature, before), tensor(y));
        });
    recorder.array("linear-cka/steps", steps);
    slots.put("step." + before, (double) snapshot.step());
    slots.put(COUNT, (double) (before + 1));
  }

  private static String name(String feature, int evaluation) {
    return feature + "." + evaluation;
  }

  private static Tensor tensor(double[][] rows) {
    int width = rows.length == 0 ? 0 : rows[0].length;
    float[] values = new float[rows.length * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[i / width][i % width];
    }
    return Tensor.of(values, rows.length, width);
  }

  private double[][] kept(String feature, int evaluation) {
    Optional<Tensor> tensor = slots.array(name(feature, evaluation));
    Tensor matrix = tensor.orElseThrow();
    int width = matrix.dimension(1);
    float[] values = matrix.toArray();
    double[][] rows = new double[matrix.dimension(0)][width];
    for (int i = 0; i < values.length; i++) {
      rows[i / width][i % width] = values[i];
    }
    return rows;
  }

  private double similarity(double[][] x, double[][] y) {
    return settings.debiased() ? Cka.debiased(x, y) : Cka.plain(x, y);
  }

  /** The rows minus their mean. */
  static double[][] centred(double[][] rows) {
    int width = rows.length == 0 ? 0 : rows[0].length;
    double[] mean = new double[width];
    for (double[] row : rows) {
      for (int j = 0; j < width; j++) {
        mean[j] += row[j] / rows.length;
      }
    }
    List<double[]> centred = new ArrayList<>();
    for (double[] row : rows) {
      double[] out = new double[width];
      for (int j = 0; j < width; j++) {
        out[j] = row[j] - mean[j];
      }
      centred.add(out);
    }
    return centred.toArray(double[][]::new);
  }
}
