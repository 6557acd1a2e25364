package org.genlab.metrics.geometry;

import java.util.Arrays;
import org.genlab.api.data.Batch;
import org.genlab.api.model.Model;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Scope;
import org.genlab.tensor.Tensor;

/**
 * A search for the decision boundary along the line from each example against the gradient of its
 * margin: {@code x - t grad m / |grad m|}, where m is the largest logit minus the second. The line
 * is walked in equal steps until another class is predicted; the last step is halved again and
 * again.
 *
 * @param reach how far is searched, in the L2 norm of inputs
 * @param steps of the walk
 * @param halvings of its last step
 */
record BoundarySearch(double reach, int steps, int halvings) {
  /**
   * What was found.
   *
   * @param distances of each example, NaN where no other class was met
   * @param points just beyond the boundary, [examples, ...]; without meaning where the distance is
   *     NaN
   */
  record Found(double[] distances, Tensor points) {
    /** The positions of the examples for which the boundary was met. */
    int[] met() {
      int[] met = new int[distances.length];
      int n = 0;
      for (int i = 0; i < distances.length; i++) {
        if (!Double.isNaN(distances[i])) {
          met[n++] = i;
        }
      }
      return Arrays.copyOf(met, n);
    }
  }

  /** Searches from the inputs of a batch. */
  Found from(Model model, Batch batch) {
    int n = batch.size();
    double[] near = new double[n];
    double[] far = new double[n];
    Arrays.fill(far, Double.NaN);
    try (Scope scope = Scope.open()) {
      Tensor x = batch.input();
      Tensor at = x.variable();
      Tensor logits = model.predict(batch.with(Batch.INPUT, at)).logits();
      IntTensor before = logits.argmax();
      Tensor downhill = unit(Gradients.of(margins(logits).sum(), at).negate());
      for (int step = 1; step <= steps; step++) {
        double t = reach * step / steps;
        double[] everywhere = new double[n];
        Arrays.fill(everywhere, t);
        IntTensor now = classes(model, batch, x, downhill, everywhere);
        for (int i = 0; i < n; i++) {
          if (Double.isNaN(far[i])) {
            if (now.at(i) == before.at(i)) {
              near[i] = t;
            } else {
              far[i] = t;
            }
          }
        }
      }
      for (int k = 0; k < halvings; k++) {
        double[] middle = new double[n];
        for (int i = 0; i < n; i++) {
          middle[i] = Double.isNaN(far[i]) ? 0 : (near[i] + far[i]) / 2;
        }
        IntTensor now = classes(model, batch, x, downhill, middle);
        for (int i = 0; i < n; i++) {
          if (!Double.isNaN(far[i])) {
            if (now.at(i) == before.at(i)) {
              near[i] = middle[i];
            } else {
              far[i] = middle[i];
            }
          }
        }
      }
      double[] moved = new double[n];
      for (int i = 0; i < n; i++) {
        moved[i] = Double.isNaN(far[i]) ? 0 : far[i];
      }
      return new Found(far, scope.keep(along(x, downhill, moved)));
    }
  }

  private static IntTensor classes(
      Model model, Batch batch, Tensor x, Tensor direction, double... t) {
    return model.predict(batch.with(Batch.INPUT, along(x, direction, t))).logits().argmax();
  }

  private static Tensor along(Tensor x, Tensor direction, double... t) {
    int[] shape = new int[x.rank()];
    Arrays.fill(shape, 1);
    shape[0] = t.length;
    return x.plus(direction.times(Tensor.of(t, shape)));
  }

  /** The largest logit minus the second largest, [examples]. */
  private static Tensor margins(Tensor logits) {
    Tensor two = logits.topK(-1, 2).values();
    return two.slice(1, 0, 1).minus(two.slice(1, 1, 2));
  }

  /** Vectors of length 1; zero stays zero. */
  private static Tensor unit(Tensor vectors) {
    Tensor flat = vectors.reshape(vectors.dimension(0), -1);
    Tensor lengths = flat.norm(true, 1).maximum(Tensor.scalar(Float.MIN_NORMAL));
    return flat.dividedBy(lengths).reshape(vectors.shape());
  }
}
