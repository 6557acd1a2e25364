package org.genlab.metrics.geometry;

import jakarta.inject.Inject;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.tensor.Tensor;

/**
 * The covariance matrices of a split's inputs x, flattened to R^d, and targets y, to R^m; divided
 * by the number of examples. Taken once, at the end of the run, for analyses that compare a network
 * with what the second moments of its data imply: the arrays {@code covariance/input} (d d values,
 * row by row), {@code covariance/target} (m m) and {@code covariance/cross} (d m, row i of input
 * i).
 */
@Plugin(
    kind = Kind.METRIC,
    id = "covariance",
    version = "1.0.0",
    summary = "Covariance matrices of the inputs and targets of a split")
public final class Covariance implements Metric {
  /**
   * The settings.
   *
   * @param split whose examples are taken; empty for the training split
   */
  public record Settings(
      @Default("") @Doc("split whose examples are taken; empty for the first") String split) {}

  private final Split split;

  @Inject
  public Covariance(Settings settings, Dataset dataset) {
    if (!(dataset.spec().input() instanceof InputSpec.Values)
        || !(dataset.spec().target() instanceof TargetSpec.Values)) {
      throw new IllegalArgumentException(
          "covariance needs inputs and targets that are real numbers, and the dataset has "
              + dataset.spec().input()
              + " and "
              + dataset.spec().target());
    }
    split = settings.split().isEmpty() ? dataset.splits().get(0) : dataset.split(settings.split());
  }

  @Override
  public When when() {
    return When.END;
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    int n = split.size();
    Batch all = split.range(0, n);
    double[][] x = centred(all.input(), n);
    double[][] y = centred(all.reals(Batch.TARGET), n);
    recorder.array("covariance/input", products(x, x));
    recorder.array("covariance/target", products(y, y));
    recorder.array("covariance/cross", products(x, y));
  }

  /** The rows, minus their mean. */
  private static double[][] centred(Tensor table, int n) {
    float[] values = table.toArray();
    int width = values.length / n;
    double[][] rows = new double[n][width];
    double[] mean = new double[width];
    for (int i = 0; i < values.length; i++) {
      mean[i % width] += (double) values[i] / n;
    }
    for (int i = 0; i < values.length; i++) {
      rows[i / width][i % width] = values[i] - mean[i % width];
    }
    return rows;
  }

  /** The means over the rows of the products of all columns of a with all columns of b. */
  private static double[] products(double[][] a, double[][] b) {
    int p = a[0].length;
    int q = b[0].length;
    double[] sums = new double[p * q];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < p; j++) {
        for (int k = 0; k < q; k++) {
          sums[j * q + k] += a[i][j] * b[i][k] / a.length;
        }
      }
    }
    return sums;
  }
}
