package org.genlab.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What derivatives must be on every backend, however they are asked for. */
public abstract class GradientsContract {
  private final Backend backend = create();
  private final Compute.Binding binding = Compute.use(backend);

  /** The backend under test; closed after each test. */
  protected abstract Backend create();

  @AfterEach
  void unbind() {
    binding.close();
    backend.close();
  }

  @Test
  void cubeHasThreeDerivatives() {
    Tensor x = Tensor.scalar(2).variable();
    Tensor y = x.times(x).times(x);
    Tensor first = Gradients.differentiable(y, x);
    Tensor second = Gradients.differentiable(first, x);
    assertEquals(12, first.item());
    assertEquals(12, second.item());
    assertEquals(6, Gradients.of(second, x).item());
  }

  @Test
  void gradientsOfPartsMeetInTheWhole() {
    Tensor flat = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 8).variable();
    List<Tensor> parts = flat.split(List.of(Shape.of(2, 3), Shape.of(2)));
    Tensor x = Tensor.of(new float[] {1, -1}, 1, 2);
    Tensor loss =
        x.linear(parts.get(0).slice(1, 0, 2), parts.get(1)).sum().plus(flat.square().sum());
    assertArrayEquals(new float[] {3, 5, 6, 7, 9, 12, 15, 17}, Gradients.of(loss, flat).toArray());
    assertArrayEquals(
        new float[] {3, 5, 6, 7, 9, 12, 15, 17}, Gradients.differentiable(loss, flat).toArray());
  }

  @Test
  void inBetweenTensorsHaveGradientsToo() {
    Tensor x = Tensor.of(new float[] {1, 2}, 2).variable();
    Tensor h = x.square();
    Tensor y = h.exp().plus(x).sum();
    List<Tensor> g = Gradients.of(y, h, x);
    assertEquals(Math.exp(1), g.get(0).get(0), 1e-5);
    assertEquals(2 * Math.exp(1) + 1, g.get(1).get(0), 1e-5);
    assertArrayEquals(new float[] {1, 1}, Gradients.of(x.sum(), x).toArray());
    assertEquals(1, Gradients.of(y, y).item());
  }

  @Test
  void partsAndWholeHaveTheirOwnGradients() {
    Tensor flat = Tensor.of(new float[] {1, 2, 3}, 3).variable();
    List<Tensor> parts = flat.split(List.of(Shape.of(2), Shape.of(1)));
    Tensor y = parts.get(0).square().sum().plus(flat.sum().times(10)).plus(parts.get(0).sum());
    List<Tensor> g = Gradients.of(y, parts.get(0), parts.get(1), flat);
    assertArrayEquals(new float[] {3, 5}, g.get(0).toArray());
    assertArrayEquals(new float[] {0}, g.get(1).toArray());
    assertArrayEquals(new float[] {13, 15, 10}, g.get(2).toArray());
    assertArrayEquals(new float[] {3, 5}, Gradients.of(y, parts.get(0)).toArray());
    assertArrayEquals(
        new float[] {2, 0, 0},
        Gradients.of(parts.get(0).times(2).slice(0, 0, 1).sum(), flat).toArray());
    assertArrayEquals(new float[] {0, 0, 1}, Gradients.of(parts.get(1).reshape(), flat).toArray());
  }

  @Test
  void partAsOutputSeedsTheWhole() {
    Tensor flat = Tensor.of(new float[] {1, 2, 3}, 3).variable();
    Tensor last = flat.split(List.of(Shape.of(2), Shape.of())).get(1);
    assertArrayEquals(new float[] {0, 0, 1}, Gradients.of(last, flat).toArray());
    assertArrayEquals(new float[] {0, 0, 1}, Gradients.differentiable(last, flat).toArray());
  }

  @Test
  void independentTensorsHaveZeroGradientsUnlessStrict() {
    Tensor x = Tensor.ones(2).variable();
    Tensor other = Tensor.ones(3, 2).variable();
    Tensor y = x.sum();
    assertArrayEquals(new float[6], Gradients.of(y, other).toArray());
    assertArrayEquals(new float[6], Gradients.differentiable(y, other).toArray());
    assertArrayEquals(new float[2], Gradients.of(Tensor.scalar(3), x).toArray());
    String message =
        assertThrows(IllegalArgumentException.class, () -> Gradients.strict(y, x, other))
            .getMessage();
    assertTrue(message.contains("[3, 2]"), message);
    assertEquals(2, Gradients.strict(y.plus(other.sum()), x, other).size());
  }

  /** Operations count, not values; what has no gradient by its nature is no dependence. */
  @Test
  void dependenceCanBeRequired() {
    Tensor flat = Tensor.of(new float[] {1, 2, 3}, 3).variable();
    List<Tensor> parts = flat.split(List.of(Shape.of(2), Shape.of(1)));
    Tensor x = parts.get(0);
    Tensor other = parts.get(1);
    Tensor y = x.square().times(0).plus(other.floor().sum()).plus(other.detach());
    Gradients.requireDependence(y, x);
    Gradients.requireDependence(y, flat);
    Gradients.requireDependence(y, y);
    Gradients.requireDependence(y);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Gradients.requireDependence(y, flat, x, other))
            .getMessage();
    assertEquals(
        "Gradients.requireDependence: the output of shape [2] does not depend on tensor 2 of shape"
            + " [1]",
        message);
    assertThrows(
        IllegalArgumentException.class, () -> Gradients.requireDependence(Tensor.scalar(1), flat));
    // the other derivatives are zeros there
    assertArrayEquals(
        new float[1], Gradients.vectorJacobian(y, Tensor.ones(2), other).get(0).toArray());
    assertArrayEquals(
        new float[1], Gradients.hessianVector(y.sum(), other, Tensor.ones(1)).toArray());
  }

  @Test
  void misuseIsRefused() {
    Tensor x = Tensor.ones(2).variable();
    assertThrows(IllegalArgumentException.class, () -> Gradients.of(x, x));
    assertThrows(IllegalArgumentException.class, () -> Gradients.of(x.sum(), Tensor.ones(2)));
    assertThrows(
        IllegalArgumentException.class, () -> Gradients.vectorJacobian(x, Tensor.ones(3), x));
  }

  @Test
  void seedAndInputsStayAsTheyWere() {
    Tensor x = Tensor.of(new float[] {1, 2}, 2).variable();
    Tensor seed = Tensor.of(new float[] {3, 4}, 2);
    Tensor y = x.plus(x.negate()).plus(x.times(x)).plus(x);
    assertArrayEquals(new float[] {9, 20}, Gradients.vectorJacobian(y, seed, x).get(0).toArray());
    assertArrayEquals(new float[] {3, 4}, seed.toArray());
    assertArrayEquals(new float[] {1, 2}, x.toArray());
    assertArrayEquals(new float[] {9, 20}, Gradients.vectorJacobian(y, seed, x).get(0).toArray());
  }

  /** f(x) = x' A x / 2 + sum of x^4 / 12: the Hessian is A + diag(x^2). */
  @Test
  void hessianVectorProductsAreExact() {
    Tensor a = Tensor.of(new float[] {2, 1, 0, 1, 3, -1, 0, -1, 4}, 3, 3);
    Tensor at = Tensor.of(new float[] {1, -2, 3}, 3);
    Tensor v = Tensor.of(new float[] {1, 2, -1}, 3);
    Tensor product =
        Gradients.hessianVector(
            x ->
                x.reshape(1, 3)
                    .matmul(a)
                    .reshape(3)
                    .dot(x)
                    .times(0.5)
                    .plus(x.pow(4).sum().dividedBy(12)),
            at,
            v);
    assertArrayEquals(new float[] {5, 16, -15}, product.toArray(), 1e-4f);
  }

  /** One step of gradient descent inside: d/dw of L(w - r L'(w)) for L(w) = w^4. */
  @Test
  void gradientsFlowThroughUpdates() {
    double w0 = 0.7;
    double rate = 0.05;
    Tensor w = Tensor.scalar(w0).variable();
    Tensor inner = Gradients.differentiable(w.pow(4), w);
    Tensor outer = w.minus(inner.times(rate)).pow(4);
    double moved = w0 - rate * 4 * Math.pow(w0, 3);
    double expected = 4 * Math.pow(moved, 3) * (1 - rate * 12 * w0 * w0);
    assertEquals(expected, Gradients.of(outer, w).item(), 1e-5);
  }

  @Test
  void longChainsDoNotOverflowTheStack() {
    Tensor x = Tensor.scalar(1).variable();
    Tensor y = x;
    for (int i = 0; i < 20000; i++) {
      y = y.plus(x);
    }
    assertEquals(20001, Gradients.of(y, x).item());
    assertEquals(20001, Gradients.differentiable(y, x).item());
  }

  @Test
  void intermediateGradientsAreGivenBack() {
    Tensor x = Tensor.ones(1000).variable();
    Tensor y = x;
    for (int i = 0; i < 100; i++) {
      y = y.plus(1).tanh();
    }
    Tensor loss = y.sum();
    long before = Compute.current().pool().allocated();
    Gradients.of(loss, x);
    long used = Compute.current().pool().allocated() - before;
    assertTrue(used < 4000, used + " floats for a chain of gradients of 1000");
  }

  /** f(x) = (x0 x1, x1^2, x0 + exp x2) at (2, 3, 0). */
  @Test
  void jacobiansHaveARowForEachElement() {
    Tensor x = Tensor.of(new float[] {2, 3, 0}, 3).variable();
    List<Tensor> e = x.split(List.of(Shape.of(1), Shape.of(1), Shape.of(1)));
    Tensor y =
        Tensor.concat(
            0, List.of(e.get(0).times(e.get(1)), e.get(1).square(), e.get(0).plus(e.get(2).exp())));
    float[] expected = {3, 2, 0, 0, 6, 0, 1, 0, 1};
    assertArrayEquals(expected, Gradients.jacobian(y, x).toArray());
    assertEquals(Shape.of(3, 3), Gradients.jacobian(y.reshape(3, 1), x).shape());
    assertArrayEquals(
        new float[] {3 - 4, -12, 1 + 5},
        Gradients.jacobianVector(y, x, Tensor.of(new float[] {1, -2, 5}, 3)).toArray());
    Tensor other = Tensor.ones(2).variable();
    assertArrayEquals(new float[6], Gradients.jacobian(y, other).toArray());
    assertArrayEquals(new float[3], Gradients.jacobianVector(y, other, Tensor.ones(2)).toArray());
    assertEquals(Shape.of(0, 3), Gradients.jacobian(x.slice(0, 0, 0), x).shape());
    assertThrows(
        IllegalArgumentException.class, () -> Gradients.jacobianVector(y, x, Tensor.ones(2)));
  }

  @Test
  void hessiansAreSymmetric() {
    Tensor x = Tensor.of(new float[] {2, 3}, 2).variable();
    // x0^2 x1: [[2 x1, 2 x0], [2 x0, 0]]
    Tensor y = x.slice(0, 0, 1).square().times(x.slice(0, 1, 2)).sum();
    assertArrayEquals(new float[] {6, 4, 4, 0}, Gradients.hessian(y, x).toArray());
  }

  @Test
  void straightThroughHasTheGradientOfOneAndTheValueOfTheOther() {
    Tensor x = Tensor.of(new float[] {0.4f, 1.5f, -2.7f}, 3).variable();
    Tensor y = x.straightThrough(x.round());
    assertArrayEquals(new float[] {0, 2, -3}, y.toArray());
    assertArrayEquals(new float[] {0, 4, -6}, Gradients.of(y.square().sum(), x).toArray());
    assertArrayEquals(
        new float[3], Gradients.of(x.floor().sum().plus(x.sum().times(0)), x).toArray());
  }

  /** As a function, it is differentiated as if the value were the tensor: y^3, 3 y^2, 6 y, 6. */
  @Test
  void straightThroughIsDifferentiableAgain() {
    Tensor x = Tensor.of(new float[] {0.4f, 1.5f, -2.7f}, 3).variable();
    Tensor y = x.straightThrough(x.round());
    Tensor first = Gradients.differentiable(y.pow(3).sum(), x);
    assertArrayEquals(new float[] {0, 12, 27}, first.toArray(), 1e-5f);
    Tensor second = Gradients.differentiable(first.sum(), x);
    assertArrayEquals(new float[] {0, 12, -18}, second.toArray(), 1e-5f);
    assertArrayEquals(new float[] {6, 6, 6}, Gradients.of(second.sum(), x).toArray(), 1e-5f);
  }

  /** Nothing flows to the value, be it tracked or not. */
  @Test
  void straightThroughHasOneParent() {
    Tensor x = Tensor.of(new float[] {1, 2}, 2).variable();
    Tensor value = Tensor.of(new float[] {5, -7}, 2).variable();
    Tensor y = x.straightThrough(value.times(2));
    assertArrayEquals(new float[] {10, -14}, y.toArray());
    Tensor loss = y.square().sum();
    assertArrayEquals(new float[] {20, -28}, Gradients.of(loss, x).toArray());
    assertArrayEquals(new float[2], Gradients.of(loss, value).toArray());
    assertArrayEquals(new float[2], Gradients.differentiable(loss, value).toArray());
    assertArrayEquals(new float[] {1, 2}, x.toArray());
    Tensor constant = Tensor.ones(2).straightThrough(value);
    assertTrue(!constant.isTracked());
  }

  /** What is kept is scaled up and has that slope; what is dropped has none. */
  @Test
  void dropoutKeepsTheMeanAndItsSlope() {
    int n = 40_000;
    Tensor x = Tensor.full(3, n).variable();
    Tensor y = x.dropout(0.25, RandomStream.of(2, "dropout"));
    float[] values = y.toArray();
    float[] slopes = Gradients.of(y.sum(), x).toArray();
    int dropped = 0;
    int together = 0;
    for (int i = 0; i < n; i++) {
      assertEquals(values[i] == 0 ? 0 : 4, values[i], 1e-6);
      assertEquals(values[i] / 3, slopes[i], 1e-6);
      dropped += values[i] == 0 ? 1 : 0;
      together += values[i] == 0 && values[(i + 1) % n] == 0 ? 1 : 0;
    }
    // Five standard deviations of a binomial count; of neighbours, whose counts are dependent, six.
    assertEquals(0.25 * n, dropped, 5 * Math.sqrt(0.25 * 0.75 * n));
    assertEquals(n / 16.0, together, 6 * Math.sqrt(n / 16.0));
    float[] others = x.dropout(0.25, RandomStream.of(3, "dropout")).toArray();
    assertTrue(!Arrays.equals(values, others));
  }

  /** Nothing of a row without a label counts, not even what is not finite. */
  @Test
  void rowsWithoutALabelHaveNoLossAndNoSlope() {
    float nan = Float.NaN;
    float inf = Float.POSITIVE_INFINITY;
    Tensor x = Tensor.of(new float[] {1, 2, 4, nan, inf, -inf, 0, -1, 3}, 3, 3).variable();
    Tensor clean = Tensor.of(new float[] {1, 2, 4, 0, 0, 0, 0, -1, 3}, 3, 3).variable();
    Tensor weights = Tensor.of(new float[] {inf, 2, 3}, 3);
    Tensor finite = Tensor.of(new float[] {1, 2, 3}, 3);
    IntTensor labels = IntTensor.of(new int[] {2, -1, 1}, 3);
    assertSame(clean.crossEntropy(labels), clean, x.crossEntropy(labels), x);
    assertSame(clean.crossEntropy(labels, 0.1), clean, x.crossEntropy(labels, 0.1), x);
    assertSame(clean.crossEntropy(labels, finite), clean, x.crossEntropy(labels, weights), x);
  }

  private static void assertSame(Tensor expected, Tensor at, Tensor found, Tensor x) {
    assertArrayEquals(expected.toArray(), found.toArray());
    assertEquals(0, found.get(1));
    Tensor one = Gradients.differentiable(expected.square().sum(), at);
    Tensor other = Gradients.differentiable(found.square().sum(), x);
    assertArrayEquals(
        Gradients.of(expected.square().sum(), at).toArray(),
        Gradients.of(found.square().sum(), x).toArray());
    assertArrayEquals(one.toArray(), other.toArray());
    assertArrayEquals(
        Gradients.of(one.square().sum(), at).toArray(),
        Gradients.of(other.square().sum(), x).toArray());
  }

  @Test
  void rowsOfNoClassesHaveNoLoss() {
    Tensor x = Tensor.zeros(2, 0).variable();
    IntTensor none = IntTensor.of(new int[] {-1, -1}, 2);
    for (Tensor loss :
        List.of(
            x.crossEntropy(none),
            x.crossEntropy(none, 0.1),
            x.crossEntropy(none, Tensor.zeros(0)))) {
      assertArrayEquals(new float[2], loss.toArray());
      assertEquals(Shape.of(2, 0), Gradients.of(loss.sum(), x).shape());
    }
  }

  /** The axes that go have 2^31 and 2^32 elements together, and those that stay have none. */
  @Test
  void emptyTensorsMayHaveLongAxes() {
    for (int n : new int[] {32768, 65536}) {
      Tensor x = Tensor.zeros(0, 65536, n).variable();
      for (boolean keep : new boolean[] {false, true}) {
        Shape shape = keep ? Shape.of(0, 1, 1) : Shape.of(0);
        for (Tensor y :
            List.of(
                x.sum(keep, 1, 2),
                x.mean(keep, 1, 2),
                x.max(keep, 1, 2),
                x.min(keep, 1, 2),
                x.norm(keep, 1, 2),
                x.logSumExp(keep, 1, 2),
                x.variance(true, keep, 1, 2))) {
          assertEquals(shape, y.shape());
          assertEquals(x.shape(), Gradients.of(y.sum(), x).shape());
        }
      }
      assertEquals(Shape.of(0), Tensor.zeros(65536, n, 0).mean(false, 0, 1).shape());
      assertEquals(Shape.of(0), Tensor.zeros(65536, n, 0).max(false, 0, 1).shape());
    }
  }

  @Test
  void normsHaveNoSlopeAtZero() {
    Tensor x = Tensor.of(new float[] {0, 0, 3, 4}, 2, 2).variable();
    Tensor y = x.norm(false, 1);
    assertArrayEquals(new float[] {0, 5}, y.toArray());
    assertArrayEquals(new float[] {0, 0, 0.6f, 0.8f}, Gradients.of(y.sum(), x).toArray(), 1e-6f);
  }
}
