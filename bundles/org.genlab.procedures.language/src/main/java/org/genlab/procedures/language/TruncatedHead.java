package org.genlab.procedures.language;

import java.util.List;
import org.genlab.tensor.LinearAlgebra;
import org.genlab.tensor.Tensor;

/**
 * The singular value decomposition of a head W, [width, classes], centred over the classes: W -
 * mean = U diag(s) V'.
 */
final class TruncatedHead {
  private final LinearAlgebra.Svd svd;

  private TruncatedHead(LinearAlgebra.Svd svd) {
    this.svd = svd;
  }

  static TruncatedHead of(Tensor weight) {
    return new TruncatedHead(LinearAlgebra.svd(weight.minus(weight.mean(true, 1))));
  }

  /**
   * The flattened A = U sqrt(S) and B = sqrt(S) V' of the first singular values, with zeros for
   * those beyond the last, and the bias.
   */
  List<Tensor> factors(int rank, Tensor bias) {
    int width = svd.u().dimension(0);
    int classes = svd.v().dimension(0);
    int known = svd.values().length;
    float[] down = new float[width * rank];
    float[] up = new float[rank * classes];
    for (int r = 0; r < Math.min(rank, known); r++) {
      double root = Math.sqrt(svd.values()[r]);
      for (int i = 0; i < width; i++) {
        down[i * rank + r] = (float) (root * svd.u().get(i, r));
      }
      for (int j = 0; j < classes; j++) {
        up[r * classes + j] = (float) (root * svd.v().get(j, r));
      }
    }
    return List.of(Tensor.of(down, down.length), Tensor.of(up, up.length), bias);
  }

  /** The sum over i > rank of s_i^2. */
  double tailEnergy(int rank) {
    double sum = 0;
    for (int i = rank; i < svd.values().length; i++) {
      sum += svd.values()[i] * svd.values()[i];
    }
    return sum;
  }
}
