package org.genlab.analyses.theory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.genlab.tensor.LinearAlgebra;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class GradientFlowTest {
  private static GradientFlow flow(double lambda, double initial, int outputs) {
    return new GradientFlow(new MarchenkoPastur(lambda), initial, outputs);
  }

  /** Moments of the law: E 1 = E nu = 1, E nu^2 = 1 + lambda, E nu^3 = 1 + 3 lambda + lambda^2. */
  @Test
  void momentsAreThoseOfTheLaw() {
    for (double lambda : new double[] {0.1, 0.5, 0.9, 1.25, 4}) {
      MarchenkoPastur law = new MarchenkoPastur(lambda);
      assertEquals(1, law.expectation(nu -> 1), 1e-9);
      assertEquals(1, law.expectation(nu -> nu), 1e-9);
      assertEquals(1 + lambda, law.expectation(nu -> nu * nu), 1e-9);
      assertEquals(1 + 3 * lambda + lambda * lambda, law.expectation(nu -> nu * nu * nu), 1e-9);
      if (lambda < 1) {
        assertEquals(1 / (1 - lambda), law.expectation(nu -> 1 / nu), 1e-9);
      }
    }
    assertThrows(IllegalArgumentException.class, () -> new MarchenkoPastur(0));
  }

  /** tr exp(-4 Sigma t) / d of an actual sample covariance, 300 dimensions. */
  @Test
  void lossesAreThoseOfASampleCovariance() {
    int d = 300;
    for (int n : new int[] {600, 200}) {
      RandomStream random = RandomStream.of(0, "rows");
      float[] rows = new float[n * d];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = (float) random.nextGaussian();
      }
      Tensor x = Tensor.of(rows, n, d);
      double[] values =
          LinearAlgebra.symmetricEigen(x.transpose().matmul(x).times(1.0 / n)).values();
      GradientFlow flow = flow((double) d / n, 3, 1);
      for (double t : new double[] {0, 0.1, 0.5, 2}) {
        double population = 0;
        double train = 0;
        for (double nu : values) {
          population += 3 * Math.exp(-4 * nu * t) / d;
          train += 3 * nu * Math.exp(-4 * nu * t) / d;
        }
        assertEquals(population, flow.populationLoss(t), 0.03 * population, "t = " + t);
        assertEquals(train, flow.trainLoss(t), 0.04 * train + 1e-3, "t = " + t);
      }
    }
  }

  /**
   * A numerical check made independently, with eta = 1, epsilon = 1e-3 and an initial loss of 2.
   */
  @Test
  void timesTo95Percent() {
    double[] lambdas = {0.33, 0.5, 0.625, 0.77};
    double[] train = {5.4, 8.5, 12.4, 20.8};
    double[] test = {6.9, 13.0, 23.3, 59.4};
    double[] asymptotic = {2.4, 7.2, 17.8, 69};
    for (int i = 0; i < 4; i++) {
      GradientFlow flow = flow(lambdas[i], 2, 1);
      double level = flow.lossAt(0.95, 1e-3);
      assertEquals(1e-3 / 3.841458820694124, level, 1e-9);
      assertEquals(train[i], flow.trainTime(level), 0.05);
      assertEquals(test[i], flow.populationTime(level), 0.05);
      assertEquals(asymptotic[i], flow.asymptoticDelay(), 0.02 * asymptotic[i]);
      // With ten outputs the gradient of their mean is a tenth as large.
      GradientFlow ten = flow(lambdas[i], 2, 10);
      assertEquals(10 * flow.trainTime(1e-3), ten.trainTime(1e-3), 1e-6);
      assertEquals(0.95, ten.accuracy(ten.lossAt(0.95, 1e-3), 1e-3), 1e-9);
    }
  }

  @Test
  void withTooFewExamplesThePopulationLossStalls() {
    GradientFlow flow = flow(1.25, 2, 1);
    assertEquals(2 * (1 - 1 / 1.25), flow.populationLoss(1e6), 1e-3);
    assertEquals(Double.POSITIVE_INFINITY, flow.populationTime(0.39));
    assertTrue(Double.isFinite(flow.populationTime(0.45)));
    assertTrue(Double.isFinite(flow.trainTime(1e-3)));
    assertArrayEquals(
        new double[] {Double.POSITIVE_INFINITY}, new double[] {flow(1, 2, 1).asymptoticDelay()});
  }
}
