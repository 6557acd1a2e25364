package org.genlab.tensor;

import static org.genlab.tensor.Refusals.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class SelectionTest {
  private static final float INF = Float.POSITIVE_INFINITY;
  private static final Tensor X =
      Tensor.of(new float[] {2, Float.NaN, -INF, 0, -0f, INF, 2, -1}, 8);

  @Test
  void orderIsStableAndNanIsTheLargest() {
    assertArrayEquals(new int[] {2, 7, 3, 4, 0, 6, 5, 1}, X.argsort(0, false).toArray());
    assertArrayEquals(new int[] {1, 5, 0, 6, 3, 4, 7, 2}, X.argsort(0, true).toArray());
    Sorted top = X.topK(0, 3);
    assertArrayEquals(new float[] {Float.NaN, INF, 2}, top.values().toArray());
    assertArrayEquals(new int[] {1, 5, 0}, top.indices().toArray());
    assertEquals(1, X.argmax().at(0));
    assertEquals(1, X.argmin(0).at(0));
    assertArrayEquals(
        new int[] {1, 0, 1}, Tensor.of(new float[] {1, 5, 3, 2, 4, 6}, 2, 3).argmax(0).toArray());
    assertArrayEquals(
        new int[] {0, 1, 0}, Tensor.of(new float[] {1, 5, 3, 2, 4, 6}, 2, 3).argmin(0).toArray());
  }

  @Test
  void masksAreOnes() {
    IntTensor labels = IntTensor.of(new int[] {0, 1, 0}, 3);
    assertArrayEquals(
        new float[] {1, 0, 1, 0, 1, 0, 1, 0, 1}, labels.reshape(3, 1).equalTo(labels).toArray());
    assertArrayEquals(new float[] {0, 1, 0}, labels.equalTo(1).toArray());
    assertArrayEquals(new float[] {1, 0, 0, 1, 1, 0}, labels.oneHot(2).toArray());
    assertArrayEquals(new float[] {0, 0, 0, 1, 0, 0}, Tensor.lowerTriangle(2, 3, -1).toArray());
  }

  /** The expanded form x^2 - 2 x y + y^2 would give noise of 1e-1 here. */
  @Test
  void closeRowsHaveExactDistances() {
    Tensor x = Tensor.normal(RandomStream.of(1, "x"), 1, 700, 20).plus(1000);
    Tensor y = x.plus(0.0625);
    float[] distances = x.squaredDistances(y).toArray();
    for (int i = 0; i < 700; i++) {
      assertEquals(20 * 0.0625 * 0.0625, distances[i * 700 + i], 1e-6);
    }
  }

  @Test
  void lossesOfLargeLogitsAreExact() {
    Tensor x = Tensor.of(new float[] {-200, -30, 30, 200}, 4);
    Tensor zeros = x.binaryCrossEntropy(Tensor.zeros(4));
    Tensor ones = x.binaryCrossEntropy(Tensor.ones(4));
    float small = (float) Math.log1p(Math.exp(-30));
    assertArrayEquals(new float[] {0, small, 30, 200}, zeros.toArray(), small * 1e-6f);
    assertArrayEquals(new float[] {200, 30, small, 0}, ones.toArray(), small * 1e-6f);
  }

  @Test
  void errorsNameTheOperationAndTheShapes() {
    Tensor m = Tensor.ones(2, 3);
    Tensor row = Tensor.ones(4);
    IntTensor labels = IntTensor.of(new int[] {0, 2}, 2);
    refuses(() -> m.minimum(row), "minimum", "[2, 3]", "[4]");
    refuses(() -> m.greaterThan(row), "greaterThan", "[2, 3]", "[4]");
    refuses(() -> m.greaterOrEqual(row), "greaterOrEqual", "[2, 3]", "[4]");
    refuses(() -> m.equalTo(row), "equalTo", "[2, 3]", "[4]");
    refuses(() -> m.straightThrough(row), "straightThrough", "[2, 3]", "[4]");
    refuses(() -> m.max(true, 0, -2), "max", "axis -2", "[2, 3]");
    refuses(() -> m.min(true, 2), "axis 2", "[2, 3]");
    refuses(() -> m.logSumExp(true, 3), "axis 3", "[2, 3]");
    refuses(() -> m.variance(false, true, 2), "axis 2", "[2, 3]");
    refuses(() -> Tensor.ones(1, 3).variance(true, true, 0), "variance", "[0]", "[1, 3]");
    refuses(() -> m.norm(true, 5), "axis 5", "[2, 3]");
    refuses(() -> m.argmax(2), "axis 2", "[2, 3]");
    refuses(() -> Tensor.ones(0, 3).argmin(0), "argmin", "[0, 3]");
    refuses(() -> m.select(1, 3), "select", "position 3", "[2, 3]");
    refuses(() -> m.select(1, -1), "select", "position -1", "[2, 3]");
    refuses(() -> m.takeAlong(1, labels), "takeAlong", "[2]", "[2, 3]");
    refuses(() -> m.takeAlong(1, IntTensor.of(new int[] {0, 3}, 2, 1)), "takeAlong", "3", "[2, 3]");
    refuses(
        () -> m.scatterAddAlong(0, IntTensor.of(new int[] {2, 0, 0}, 1, 3), Tensor.ones(1, 3)),
        "scatterAddAlong",
        "2",
        "[2, 3]");
    refuses(
        () -> m.scatterAddAlong(0, IntTensor.of(new int[3], 1, 3), row),
        "scatterAddAlong",
        "[4]",
        "[1, 3]");
    refuses(() -> m.sort(2, true), "axis 2", "[2, 3]");
    refuses(() -> m.topK(1, 4), "topK", "4", "[2, 3]");
    refuses(() -> m.pad(0, -1, 0, 0), "pad", "-1", "[2, 3]");
    refuses(() -> m.flip(2), "axis 2", "[2, 3]");
    refuses(() -> m.roll(2, 1), "axis 2", "[2, 3]");
    refuses(() -> m.repeat(2), "repeat", "[2]", "[2, 3]");
    refuses(() -> row.diagonal(), "diagonal", "[4]");
    refuses(() -> m.outer(Tensor.scalar(1)), "outer", "[2, 3]", "[]");
    refuses(() -> m.squaredDistances(row), "squaredDistances", "[2, 3]", "[4]");
    refuses(() -> m.squaredDistances(Tensor.ones(2, 4)), "squaredDistances", "[2, 3]", "[2, 4]");
    refuses(() -> Tensor.einsum("ij,jk", m, m), "einsum", "ij,jk", "[2, 3]");
    refuses(() -> Tensor.einsum("ij,jk->ik", m, row), "einsum", "'jk'", "[4]");
    refuses(() -> Tensor.einsum("ij,jk->ik", m, m), "einsum", "'j'", "[2, 3]");
    refuses(() -> Tensor.einsum("ij->ik", m), "einsum", "'k'");
    refuses(() -> Tensor.einsum("ij->ii", m), "einsum", "'i'");
    refuses(() -> Tensor.einsum("ij,jk->ik", m), "einsum");
    refuses(() -> m.crossEntropy(labels, row), "crossEntropy", "[2, 3]", "[4]");
    refuses(() -> m.crossEntropy(labels, 1.5), "crossEntropy", "1.5");
    refuses(() -> m.binaryCrossEntropy(row), "binaryCrossEntropy", "[2, 3]", "[4]");
    refuses(() -> labels.oneHot(2), "oneHot", "2");
    refuses(() -> labels.equalTo(IntTensor.of(new int[3], 3)), "equalTo", "[2]", "[3]");
  }
}
