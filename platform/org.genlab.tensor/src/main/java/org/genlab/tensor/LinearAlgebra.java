package org.genlab.tensor;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.ejml.concurrency.EjmlConcurrency;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.decomposition.chol.CholeskyDecompositionInner_DDRM;
import org.ejml.dense.row.decomposition.eig.SymmetricQRAlgorithmDecomposition_DDRM;
import org.ejml.dense.row.decomposition.hessenberg.TridiagonalDecompositionHouseholder_DDRM;
import org.ejml.dense.row.decomposition.lu.LUDecompositionAlt_DDRM;
import org.ejml.dense.row.decomposition.qr.QRDecompositionHouseholderColumn_DDRM;
import org.ejml.dense.row.decomposition.svd.SvdImplicitQrDecompose_DDRM;
import org.ejml.dense.row.linsol.lu.LinearSolverLu_DDRM;

/**
 * Decompositions of matrices, for measurements: computed in double precision by EJML, not
 * differentiable.
 *
 * <p>Everything is computed by the calling thread, whatever the backend, so results do not depend
 * on the number of threads. The iterations for singular values and eigenvalues take a sine and
 * cosine of the platform where they get stuck; but for that rare case results are the same bits
 * everywhere. Vectors, which are determined up to their sign, get the sign that makes their first
 * largest entry positive.
 *
 * <p>A matrix that is empty, has not two axes, or has an element that is infinite or NaN gives an
 * {@link IllegalArgumentException}.
 */
public final class LinearAlgebra {
  static {
    // Its classes for several threads are not used here; this is for those that choose by size.
    EjmlConcurrency.USE_CONCURRENT = false;
  }

  private LinearAlgebra() {}

  /**
   * A = U diag(s) V' with k = min(m, n).
   *
   * @param u orthonormal columns, [m, k]
   * @param values s, descending, k of them
   * @param v orthonormal columns, [n, k]
   */
  public record Svd(Tensor u, double[] values, Tensor v) {}

  /**
   * A = Q diag(values) Q'.
   *
   * @param values ascending, n of them
   * @param vectors Q, the eigenvectors as columns, [n, n]
   */
  public record Eigen(double[] values, Tensor vectors) {}

  /**
   * A = Q R with k = min(m, n).
   *
   * @param q orthonormal columns, [m, k]
   * @param r upper triangular with a diagonal that is not negative, [k, n]
   */
  public record Qr(Tensor q, Tensor r) {}

  /**
   * The determinant as sign exp(logarithm).
   *
   * @param sign -1, 0 or 1
   * @param logarithm of the magnitude; negative infinity when that is 0
   */
  public record LogDeterminant(int sign, double logarithm) {}

  /**
   * The thin singular value decomposition of a matrix [m, n].
   *
   * @throws IllegalArgumentException as said above, or when the iteration does not converge
   */
  public static Svd svd(Tensor a) {
    DMatrixRMaj matrix = matrix("svd", a);
    SvdImplicitQrDecompose_DDRM svd = new SvdImplicitQrDecompose_DDRM(true, true, true, false);
    done("svd", a, svd.decompose(matrix));
    double[] values = Arrays.copyOf(svd.getSingularValues(), svd.numberOfSingularValues());
    int[] order = order(values, true);
    DMatrixRMaj u = svd.getU(null, false);
    DMatrixRMaj v = svd.getV(null, false);
    double[] signs = signs(v, order);
    return new Svd(
        columns(u, order, signs),
        Arrays.stream(order).mapToDouble(i -> values[i]).toArray(),
        columns(v, order, signs));
  }

  /**
   * The min(m, n) singular values of a matrix [m, n], descending.
   *
   * @throws IllegalArgumentException as said above, or when the iteration does not converge
   */
  public static double[] singularValues(Tensor a) {
    DMatrixRMaj matrix = matrix("singularValues", a);
    SvdImplicitQrDecompose_DDRM svd = new SvdImplicitQrDecompose_DDRM(true, false, false, false);
    done("singularValues", a, svd.decompose(matrix));
    double[] values = Arrays.copyOf(svd.getSingularValues(), svd.numberOfSingularValues());
    return Arrays.stream(order(values, true)).mapToDouble(i -> values[i]).toArray();
  }

  /**
   * The eigenvalues and eigenvectors of a symmetric matrix [n, n].
   *
   * @throws IllegalArgumentException when it is not square, or not symmetric to 1e-5 of its largest
   *     element; within that, the mean of both halves is taken
   */
  public static Eigen symmetricEigen(Tensor a) {
    DMatrixRMaj matrix = symmetric("symmetricEigen", a);
    int n = matrix.numRows;
    SymmetricQRAlgorithmDecomposition_DDRM eigen =
        new SymmetricQRAlgorithmDecomposition_DDRM(
            new TridiagonalDecompositionHouseholder_DDRM(), true);
    done("symmetricEigen", a, eigen.decompose(matrix));
    double[] values = IntStream.range(0, n).mapToDouble(i -> eigen.getEigenvalue(i).real).toArray();
    int[] order = order(values, false);
    DMatrixRMaj vectors = new DMatrixRMaj(n, n);
    for (int j = 0; j < n; j++) {
      DMatrixRMaj vector = eigen.getEigenVector(j);
      for (int i = 0; i < n; i++) {
        vectors.set(i, j, vector.get(i));
      }
    }
    return new Eigen(
        Arrays.stream(order).mapToDouble(i -> values[i]).toArray(),
        columns(vectors, order, signs(vectors, order)));
  }

  /**
   * The thin QR decomposition of a matrix [m, n].
   *
   * @throws IllegalArgumentException as said above
   */
  public static Qr qr(Tensor a) {
    DMatrixRMaj matrix = matrix("qr", a);
    int k = Math.min(matrix.numRows, matrix.numCols);
    QRDecompositionHouseholderColumn_DDRM qr = new QRDecompositionHouseholderColumn_DDRM();
    done("qr", a, qr.decompose(matrix));
    DMatrixRMaj q = qr.getQ(null, true);
    DMatrixRMaj r = qr.getR(null, true);
    for (int i = 0; i < k; i++) {
      if (r.get(i, i) < 0) {
        for (int j = 0; j < r.numCols; j++) {
          r.set(i, j, -r.get(i, j) + 0.0);
        }
        for (int j = 0; j < q.numRows; j++) {
          q.set(j, i, -q.get(j, i) + 0.0);
        }
      }
    }
    return new Qr(tensor(q), tensor(r));
  }

  /**
   * L, lower triangular, with A = L L'.
   *
   * @param a symmetric and positive definite, [n, n]
   * @throws IllegalArgumentException when it is not
   */
  public static Tensor cholesky(Tensor a) {
    CholeskyDecompositionInner_DDRM cholesky = new CholeskyDecompositionInner_DDRM(true);
    if (!cholesky.decompose(symmetric("cholesky", a))) {
      throw new IllegalArgumentException(
          "cholesky: a matrix of shape " + a.shape() + " is not positive definite");
    }
    return tensor(cholesky.getT(null));
  }

  /**
   * X with A X = B, by LU decomposition with pivots.
   *
   * @param a [n, n]
   * @param b [n, m]
   * @return [n, m]
   * @throws IllegalArgumentException when A is singular, or the shapes do not fit
   */
  public static Tensor solve(Tensor a, Tensor b) {
    DMatrixRMaj matrix = square("solve", a);
    DMatrixRMaj right = matrix("solve", b);
    if (right.numRows != matrix.numRows) {
      throw new IllegalArgumentException(
          "solve: shapes " + a.shape() + " and " + b.shape() + " do not fit together");
    }
    LinearSolverLu_DDRM solver = new LinearSolverLu_DDRM(new LUDecompositionAlt_DDRM());
    if (!solver.setA(matrix) || solver.quality() == 0) {
      throw new IllegalArgumentException("solve: a matrix of shape " + a.shape() + " is singular");
    }
    DMatrixRMaj x = new DMatrixRMaj(matrix.numRows, right.numCols);
    solver.solve(right, x);
    return tensor(x);
  }

  /**
   * The logarithm of the magnitude of the determinant of a matrix [n, n], and its sign.
   *
   * @throws IllegalArgumentException when it is not square
   */
  public static LogDeterminant logDeterminant(Tensor a) {
    DMatrixRMaj matrix = square("logDeterminant", a);
    LUDecompositionAlt_DDRM lu = new LUDecompositionAlt_DDRM();
    done("logDeterminant", a, lu.decompose(matrix));
    DMatrixRMaj upper = lu.getUpper(null);
    DMatrixRMaj pivots = lu.getRowPivot(null);
    double sign = parity(pivots);
    double logarithm = 0;
    for (int i = 0; i < upper.numRows; i++) {
      sign *= Math.signum(upper.get(i, i));
      logarithm += StrictMath.log(Math.abs(upper.get(i, i)));
    }
    return new LogDeterminant((int) sign, logarithm);
  }

  /** The sign of a permutation: -1 for each of its cycles of even length. */
  private static int parity(DMatrixRMaj permutation) {
    int n = permutation.numRows;
    boolean[] seen = new boolean[n];
    int sign = 1;
    for (int i = 0; i < n; i++) {
      int length = 0;
      for (int at = i; !seen[at]; length++) {
        seen[at] = true;
        int row = at;
        at = IntStream.range(0, n).filter(j -> permutation.get(row, j) == 1).findFirst().orElse(0);
      }
      sign *= length % 2 == 0 && length > 0 ? -1 : 1;
    }
    return sign;
  }

  private static DMatrixRMaj matrix(String operation, Tensor a) {
    if (a.rank() != 2 || a.size() == 0) {
      throw new IllegalArgumentException(
          operation + ": shape " + a.shape() + " is not that of a matrix with elements");
    }
    if (!a.allFinite()) {
      throw new IllegalArgumentException(
          operation + ": a matrix of shape " + a.shape() + " has an element that is not finite");
    }
    float[] values = a.toArray();
    DMatrixRMaj matrix = new DMatrixRMaj(a.dimension(0), a.dimension(1));
    for (int i = 0; i < values.length; i++) {
      matrix.data[i] = values[i];
    }
    return matrix;
  }

  private static DMatrixRMaj square(String operation, Tensor a) {
    DMatrixRMaj matrix = matrix(operation, a);
    if (matrix.numRows != matrix.numCols) {
      throw new IllegalArgumentException(
          operation + ": a matrix of shape " + a.shape() + " is not square");
    }
    return matrix;
  }

  private static DMatrixRMaj symmetric(String operation, Tensor a) {
    DMatrixRMaj matrix = square(operation, a);
    double largest = CommonOps_DDRM.elementMaxAbs(matrix);
    for (int i = 0; i < matrix.numRows; i++) {
      for (int j = 0; j < i; j++) {
        double above = matrix.get(j, i);
        double below = matrix.get(i, j);
        if (Math.abs(above - below) > 1e-5 * largest) {
          throw new IllegalArgumentException(
              operation + ": a matrix of shape " + a.shape() + " is not symmetric");
        }
        matrix.set(i, j, (above + below) / 2);
        matrix.set(j, i, (above + below) / 2);
      }
    }
    return matrix;
  }

  private static void done(String operation, Tensor a, boolean success) {
    if (!success) {
      throw new IllegalArgumentException(
          operation + ": the iteration does not converge for this matrix of shape " + a.shape());
    }
  }

  private static int[] order(double[] values, boolean descending) {
    Comparator<Integer> order = Comparator.comparingDouble(i -> values[i]);
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(descending ? order.reversed() : order)
        .mapToInt(i -> i)
        .toArray();
  }

  /** For each of those columns, the sign of its first largest entry. */
  private static double[] signs(DMatrixRMaj matrix, int[] columns) {
    double[] signs = new double[columns.length];
    for (int j = 0; j < columns.length; j++) {
      double largest = 0;
      for (int i = 0; i < matrix.numRows; i++) {
        double value = matrix.get(i, columns[j]);
        // What rounding made different is not larger.
        largest = Math.abs(value) > Math.abs(largest) * (1 + 1e-9) ? value : largest;
      }
      signs[j] = largest < 0 ? -1 : 1;
    }
    return signs;
  }

  private static Tensor columns(DMatrixRMaj matrix, int[] columns, double[] signs) {
    DMatrixRMaj chosen = new DMatrixRMaj(matrix.numRows, columns.length);
    for (int i = 0; i < matrix.numRows; i++) {
      for (int j = 0; j < columns.length; j++) {
        chosen.set(i, j, matrix.get(i, columns[j]) * signs[j]);
      }
    }
    return tensor(chosen);
  }

  private static Tensor tensor(DMatrixRMaj matrix) {
    return Tensor.of(
        Arrays.copyOf(matrix.data, matrix.numRows * matrix.numCols),
        matrix.numRows,
        matrix.numCols);
  }
}
