package org.genlab.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForeignFunctionTest {
  /** a^2 b, element by element, computed on plain arrays. */
  private static Tensor squareTimes(Tensor a, Tensor b) {
    float[] x = a.toArray();
    float[] y = b.toArray();
    float[] value = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      value[i] = x[i] * x[i] * y[i];
    }
    return ForeignFunction.apply(
        "square-times",
        Tensor.of(value, x.length),
        (g, wanted) -> {
          float[] toA = g.toArray();
          float[] toB = g.toArray();
          for (int i = 0; i < x.length; i++) {
            toA[i] *= 2 * x[i] * y[i];
            toB[i] *= x[i] * x[i];
          }
          return Arrays.asList(
              wanted[0] ? Tensor.of(toA, x.length) : null,
              wanted[1] ? Tensor.of(toB, x.length) : null);
        },
        a,
        b);
  }

  @Test
  void gradientsFlowThrough() {
    try (Scope scope = Scope.open()) {
      Tensor a = Tensor.of(new float[] {1, -2, 3}, 3).variable();
      Tensor b = Tensor.of(new float[] {4, 5, -6}, 3).variable();
      // d/da sum 3 (a^2 b) + a, twice through the function
      Tensor y = squareTimes(a, b).times(3).plus(a).sum().plus(squareTimes(a, a).sum());
      List<Tensor> gradients = Gradients.of(y, a, b);
      assertArrayEquals(
          new float[] {3 * 8 + 1 + 3, 3 * -20 + 1 + 12, 3 * -36 + 1 + 27},
          gradients.get(0).toArray());
      assertArrayEquals(new float[] {3, 12, 27}, gradients.get(1).toArray());
    }
  }

  @Test
  void trackedGradientsHaveTheSameValues() {
    Tensor a = Tensor.of(new float[] {1, -2, 3}, 3).variable();
    Tensor b = Tensor.of(new float[] {4, 5, -6}, 3);
    Tensor tracked = Gradients.differentiable(squareTimes(a, b).sum(), a);
    assertArrayEquals(new float[] {8, -20, -36}, tracked.toArray());
  }

  @Test
  void onlyWhatIsWantedIsAskedFor() {
    Tensor a = Tensor.ones(2).variable();
    Tensor b = Tensor.ones(2);
    Tensor y =
        ForeignFunction.apply(
            "picky",
            Tensor.ones(2),
            (g, wanted) -> {
              assertTrue(wanted[0]);
              assertFalse(wanted[1]);
              assertFalse(g.isTracked());
              return Arrays.asList(g, null);
            },
            a,
            b);
    assertArrayEquals(new float[] {1, 1}, Gradients.of(y.sum(), a).toArray());
  }

  @Test
  void constantsGiveConstants() {
    Tensor y = squareTimes(Tensor.ones(2), Tensor.ones(2));
    assertFalse(y.isTracked());
    assertNull(y.node());
  }

  @Test
  void secondDerivativesAreRefusedByName() {
    Tensor a = Tensor.ones(2).variable();
    Tensor b = Tensor.ones(2);
    Tensor gradient = Gradients.differentiable(squareTimes(a, b).sum(), a);
    String message =
        assertThrows(UnsupportedOperationException.class, () -> Gradients.of(gradient.sum(), a))
            .getMessage();
    assertTrue(message.startsWith("square-times is computed outside"), message);
    assertThrows(
        UnsupportedOperationException.class,
        () -> Gradients.hessianVector(squareTimes(a, b).sum(), a, Tensor.ones(2)));
    // through the gradient that comes from above, too
    Tensor square = squareTimes(a, b).square().sum();
    assertThrows(
        UnsupportedOperationException.class,
        () -> Gradients.of(Gradients.differentiable(square, a).sum(), a));
  }

  @Test
  void gradientsOfAnotherShapeAreRefused() {
    Tensor a = Tensor.ones(2).variable();
    Tensor y =
        ForeignFunction.apply("odd", Tensor.ones(2), (g, wanted) -> List.of(Tensor.ones(3)), a);
    String message =
        assertThrows(IllegalArgumentException.class, () -> Gradients.of(y.sum(), a)).getMessage();
    assertEquals("odd: the gradient at input 0 of shape [2] has shape [3]", message);
    Tensor none = ForeignFunction.apply("odd", Tensor.ones(2), (g, wanted) -> List.of(), a);
    assertThrows(IllegalArgumentException.class, () -> Gradients.of(none.sum(), a));
  }
}
