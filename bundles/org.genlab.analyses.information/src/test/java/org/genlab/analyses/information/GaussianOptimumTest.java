package org.genlab.analyses.information;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.genlab.tensor.LinearAlgebra;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class GaussianOptimumTest {
  private static Tensor normal(String name, int rows, int columns) {
    return Tensor.normal(RandomStream.of(8, name), 1, rows, columns);
  }

  /** x in R^5 with a covariance of its own, y = T'x + e in R^3. */
  private static GaussianOptimum five() {
    Tensor root = normal("root", 5, 5);
    Tensor sx = root.matmul(root.transpose()).plus(identity(5).times(0.2));
    Tensor t = normal("t", 5, 3);
    Tensor sxy = sx.matmul(t);
    Tensor sy = t.transpose().matmul(sxy).plus(identity(3).times(2));
    return GaussianOptimum.of(sx, sy, sxy);
  }

  private static Tensor identity(int n) {
    float[] values = new float[n * n];
    for (int i = 0; i < n; i++) {
      values[i * n + i] = 1;
    }
    return Tensor.of(values, n, n);
  }

  @Test
  void ofTwoNumbersIsKnown() {
    // rho^2 = 0.8: lambda = 1 - rho^2, critical beta 1 / rho^2, a^2 = (beta rho^2 - 1) / lambda /
    // 4.
    Tensor sx = Tensor.of(new float[] {4}, 1, 1);
    Tensor sy = Tensor.of(new float[] {5}, 1, 1);
    Tensor sxy = Tensor.of(new float[] {4}, 1, 1);
    GaussianOptimum optimum = GaussianOptimum.of(sx, sy, sxy);
    assertEquals(0.2, optimum.lambda()[0], 1e-6);
    assertEquals(1.25, optimum.criticalBetas()[0], 1e-6);
    assertEquals(0, optimum.rank(1.2));
    assertEquals(1, optimum.rank(1.3));
    assertEquals(0, optimum.projection(1.2).item());
    assertEquals(Math.sqrt((6 * 0.8 - 1) / 0.2 / 4), Math.abs(optimum.projection(6).item()), 1e-5);
    double a = 1.5;
    double kept = Math.log(a * a * 4 + 1) / 2;
    double told = kept - Math.log(a * a * 0.8 + 1) / 2;
    assertEquals(
        kept - 6 * told, optimum.lagrangian(Tensor.of(new float[] {(float) a}, 1, 1), 6), 1e-6);
  }

  @Test
  void vectorsAreLeftEigenvectorsOfTheConditionalByTheWhole() {
    GaussianOptimum optimum = five();
    for (int i = 0; i < 5; i++) {
      Tensor v = optimum.vectors().slice(1, i, i + 1);
      // v' S_x|y = lambda v' S_x
      Tensor left = v.transpose().matmul(optimum.conditional());
      Tensor right = v.transpose().matmul(optimum.input()).times(optimum.lambda()[i]);
      assertTrue(left.minus(right).abs().sum().item() < 1e-3);
      assertEquals(1, v.transpose().matmul(optimum.input()).matmul(v).item(), 1e-4);
    }
    // y has three dimensions, so two of x's say nothing about it.
    assertEquals(1, optimum.lambda()[3], 1e-5);
    assertTrue(optimum.lambda()[2] < 0.99);
  }

  @Test
  void nothingNearTheBestProjectionIsBetter() {
    GaussianOptimum optimum = five();
    double[] critical = optimum.criticalBetas();
    for (double beta : new double[] {1.001 * critical[0], 1.1 * critical[1], 2 * critical[2]}) {
      Tensor best = optimum.projection(beta);
      double least = optimum.lagrangian(best, beta);
      for (int trial = 0; trial < 60; trial++) {
        for (double size : new double[] {0.05, 0.3, 2}) {
          Tensor other = best.plus(normal("step" + trial, 5, 5).times(size));
          assertTrue(optimum.lagrangian(other, beta) > least - 1e-5);
        }
      }
      double[] sigma = LinearAlgebra.singularValues(best);
      for (int i = 0; i < 5; i++) {
        assertEquals(i < optimum.rank(beta), sigma[i] > 1e-4);
      }
    }
    assertEquals(1, optimum.rank(1.001 * critical[0]));
    assertEquals(2, optimum.rank(1.001 * critical[1]));
    assertEquals(3, optimum.rank(2 * critical[2]));
  }
}
