package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.Lanes.F;
import static org.genlab.compute.jvm.Lanes.LEN;
import static org.genlab.compute.jvm.Lanes.whole;

import jdk.incubator.vector.FloatVector;
import org.genlab.tensor.backend.Gemm;

/**
 * Matrix products whose sums have one term, as in gradients of single examples: nothing is worth
 * packing, and each result is written once.
 */
final class OuterProducts {
  private OuterProducts() {}

  /** Whether these products are of that kind. */
  static boolean are(Gemm form, boolean withBias) {
    return form.k() == 1
        && !withBias
        && !form.accumulate()
        && (!form.transposeB() || form.ldb() == 1);
  }

  static void run(
      Workers workers, Gemm form, float[] a, int aStart, float[] b, int bStart, float[] c, int cs) {
    int rows = form.batch() * form.m();
    if (rows == 0 || form.n() == 0) {
      return;
    }
    int piece = Math.max(1, JvmBackend.CHUNK / form.n());
    workers.run(
        (rows + piece - 1) / piece,
        chunk -> {
          int end = Math.min(rows, (chunk + 1) * piece);
          for (int r = chunk * piece; r < end; r++) {
            int p = r / form.m();
            int i = r % form.m();
            int at = aStart + p * form.strideA() + (form.transposeA() ? i : i * form.lda());
            int to = cs + p * form.strideC() + i * form.ldc();
            row(a[at], b, bStart + p * form.strideB(), c, to, form.n());
          }
        });
  }

  /** A chain of one term starts at 0: adding it turns -0 into 0. */
  private static void row(float factor, float[] b, int bs, float[] c, int cs, int n) {
    int whole = whole(n);
    for (int j = 0; j < whole; j += LEN) {
      FloatVector.fromArray(F, b, bs + j).mul(factor).add(0f).intoArray(c, cs + j);
    }
    for (int j = whole; j < n; j++) {
      c[cs + j] = factor * b[bs + j] + 0f;
    }
  }
}
