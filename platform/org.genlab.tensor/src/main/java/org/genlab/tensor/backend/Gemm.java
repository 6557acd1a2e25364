package org.genlab.tensor.backend;

/**
 * The form of a batch of matrix products C = op(A) op(B), or C += op(A) op(B), with op(A) [m, k],
 * op(B) [k, n] and C [m, n], all row-major.
 *
 * @param transposeA whether A is stored [k, m]
 * @param transposeB whether B is stored [n, k]
 * @param m rows of C
 * @param n columns of C
 * @param k the length of the sums
 * @param lda distance between stored rows of A
 * @param ldb distance between stored rows of B
 * @param ldc distance between rows of C
 * @param batch the number of products
 * @param strideA distance between the As; 0 when all products share one
 * @param strideB distance between the Bs; 0 when all products share one
 * @param strideC distance between the Cs; 0 only when batch is 1
 * @param accumulate whether C is added to
 */
public record Gemm(
    boolean transposeA,
    boolean transposeB,
    int m,
    int n,
    int k,
    int lda,
    int ldb,
    int ldc,
    int batch,
    int strideA,
    int strideB,
    int strideC,
    boolean accumulate) {

  /** One product of densely stored matrices. */
  public static Gemm of(
      boolean transposeA, boolean transposeB, int m, int n, int k, boolean accumulate) {
    return batched(transposeA, transposeB, m, n, k, 1, 0, 0, accumulate);
  }

  /** Products of densely stored matrices, the results one after the other. */
  public static Gemm batched(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      int batch,
      int strideA,
      int strideB,
      boolean accumulate) {
    return new Gemm(
        transposeA,
        transposeB,
        m,
        n,
        k,
        transposeA ? m : k,
        transposeB ? k : n,
        n,
        batch,
        strideA,
        strideB,
        batch == 1 ? 0 : m * n,
        accumulate);
  }
}
