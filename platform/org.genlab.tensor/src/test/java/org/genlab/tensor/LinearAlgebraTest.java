package org.genlab.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class LinearAlgebraTest {
  private static final int[][] SHAPES = {
    {1, 1}, {3, 3}, {5, 2}, {2, 5}, {40, 17}, {17, 40}, {1, 4}
  };

  private static Tensor normal(int... shape) {
    return Tensor.normal(RandomStream.of(1, "matrix", shape[0], shape[1]), 1, shape);
  }

  private static void same(Tensor expected, Tensor actual, double tolerance) {
    assertEquals(expected.shape(), actual.shape());
    assertArrayEquals(expected.toArray(), actual.toArray(), (float) tolerance);
  }

  private static Tensor identity(int n) {
    int[] ones = new int[n];
    Arrays.setAll(ones, i -> i);
    return IntTensor.of(ones, n).oneHot(n);
  }

  private static Tensor row(double[] values) {
    return Tensor.of(values, values.length);
  }

  @Test
  void svdMultipliesBack() {
    for (int[] shape : SHAPES) {
      Tensor a = normal(shape);
      int k = Math.min(shape[0], shape[1]);
      LinearAlgebra.Svd svd = LinearAlgebra.svd(a);
      assertEquals(k, svd.values().length);
      same(a, svd.u().times(row(svd.values())).matmul(svd.v(), false, true), 1e-5);
      same(identity(k), svd.u().matmul(svd.u(), true, false), 1e-6);
      same(identity(k), svd.v().matmul(svd.v(), true, false), 1e-6);
      for (int i = 1; i < k; i++) {
        assertTrue(svd.values()[i - 1] >= svd.values()[i] && svd.values()[i] >= 0);
      }
      assertArrayEquals(svd.values(), LinearAlgebra.singularValues(a), 1e-12);
    }
    assertArrayEquals(
        new double[] {5, 0},
        LinearAlgebra.singularValues(Tensor.of(new float[] {3, 0, 4, 0}, 2, 2)),
        1e-12);
  }

  @Test
  void eigenvectorsMultiplyBack() {
    for (int n : new int[] {1, 2, 5, 30}) {
      Tensor b = normal(n, n);
      Tensor a = b.plus(b.transpose());
      LinearAlgebra.Eigen eigen = LinearAlgebra.symmetricEigen(a);
      Tensor q = eigen.vectors();
      same(a, q.times(row(eigen.values())).matmul(q, false, true), 1e-5 * n);
      same(identity(n), q.matmul(q, true, false), 1e-6);
    }
    // [[2, 1], [1, 2]] has 1 and 3 along the diagonals.
    LinearAlgebra.Eigen eigen =
        LinearAlgebra.symmetricEigen(Tensor.of(new float[] {2, 1, 1, 2}, 2, 2));
    assertArrayEquals(new double[] {1, 3}, eigen.values(), 1e-12);
    float root = (float) Math.sqrt(0.5);
    same(Tensor.of(new float[] {root, root, -root, root}, 2, 2), eigen.vectors(), 1e-6);
  }

  @Test
  void trianglesMultiplyBack() {
    for (int[] shape : SHAPES) {
      Tensor a = normal(shape);
      int k = Math.min(shape[0], shape[1]);
      LinearAlgebra.Qr qr = LinearAlgebra.qr(a);
      same(a, qr.q().matmul(qr.r()), 1e-5);
      same(identity(k), qr.q().matmul(qr.q(), true, false), 1e-6);
      for (int i = 0; i < k; i++) {
        assertTrue(qr.r().get(i, i) >= 0);
        for (int j = 0; j < i; j++) {
          assertEquals(0, qr.r().get(i, j));
        }
      }
      Tensor positive = a.matmul(a, true, false).plus(identity(shape[1]).times(0.1));
      Tensor l = LinearAlgebra.cholesky(positive);
      same(positive, l.matmul(l, false, true), 1e-4);
      same(l, l.times(Tensor.lowerTriangle(shape[1], shape[1], 0)), 0);
    }
  }

  @Test
  void solutionsSolve() {
    for (int n : new int[] {1, 3, 20}) {
      Tensor a = normal(n, n).plus(identity(n).times(3));
      Tensor b = normal(n, 2);
      same(b, a.matmul(LinearAlgebra.solve(a, b)), 1e-4);
    }
  }

  @Test
  void determinantsAreThoseOfSmallMatrices() {
    LinearAlgebra.LogDeterminant d =
        LinearAlgebra.logDeterminant(Tensor.of(new float[] {0, 2, 3, 4}, 2, 2));
    assertEquals(-1, d.sign());
    assertEquals(Math.log(6), d.logarithm(), 1e-12);
    // A cyclic exchange of three rows is even.
    d = LinearAlgebra.logDeterminant(Tensor.of(new float[] {0, 2, 0, 0, 0, 3, 4, 0, 0}, 3, 3));
    assertEquals(1, d.sign());
    assertEquals(Math.log(24), d.logarithm(), 1e-12);
    d = LinearAlgebra.logDeterminant(Tensor.of(new float[] {1, 2, 2, 4}, 2, 2));
    assertEquals(0, d.sign());
    assertEquals(Double.NEGATIVE_INFINITY, d.logarithm());
  }

  @Test
  void badMatricesAreRefused() {
    Tensor nan = Tensor.of(new float[] {1, Float.NaN, 0, 1}, 2, 2);
    List<UnaryOperator<Tensor>> all =
        List.of(
            a -> LinearAlgebra.svd(a).u(),
            a -> Tensor.scalar(LinearAlgebra.singularValues(a)[0]),
            a -> LinearAlgebra.symmetricEigen(a).vectors(),
            a -> LinearAlgebra.qr(a).q(),
            LinearAlgebra::cholesky,
            a -> LinearAlgebra.solve(a, Tensor.ones(2, 1)),
            a -> Tensor.scalar(LinearAlgebra.logDeterminant(a).sign()));
    for (UnaryOperator<Tensor> operation : all) {
      for (Tensor bad : List.of(nan, Tensor.ones(3), Tensor.ones(0, 2))) {
        String message =
            assertThrows(IllegalArgumentException.class, () -> operation.apply(bad)).getMessage();
        assertTrue(message.contains(bad.shape().toString()), message);
      }
    }
    refused(
        "not symmetric",
        () -> LinearAlgebra.symmetricEigen(Tensor.of(new float[] {1, 2, 3, 4}, 2, 2)));
    refused("not positive definite", () -> LinearAlgebra.cholesky(identity(2).negate()));
    refused("singular", () -> LinearAlgebra.solve(Tensor.ones(2, 2), Tensor.ones(2, 1)));
    refused("[2, 2] and [3, 1]", () -> LinearAlgebra.solve(identity(2), Tensor.ones(3, 1)));
    refused("not square", () -> LinearAlgebra.solve(Tensor.ones(2, 3), Tensor.ones(2, 1)));
  }

  private static void refused(String why, Executable wrong) {
    String message = assertThrows(IllegalArgumentException.class, wrong).getMessage();
    assertTrue(message.contains(why), message);
  }
}
