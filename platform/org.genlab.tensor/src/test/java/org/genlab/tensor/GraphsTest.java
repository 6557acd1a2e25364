package org.genlab.tensor;

import static org.genlab.tensor.Refusals.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class GraphsTest {
  private static SparseMatrix matrix() {
    Tensor values = Tensor.of(new float[] {1, 2, 3}, 3);
    return SparseMatrix.of(2, 3, new int[] {1, 0, 1}, new int[] {2, 1, 0}, values);
  }

  @Test
  void entriesAreOrdered() {
    SparseMatrix a = matrix();
    assertArrayEquals(new int[] {0, 1, 1}, a.rowIndices());
    assertArrayEquals(new int[] {1, 0, 2}, a.columnIndices());
    assertArrayEquals(new float[] {2, 3, 1}, a.values().toArray());
    assertArrayEquals(new float[] {0, 2, 0, 3, 0, 1}, a.toDense().toArray());
    SparseMatrix t = a.transpose();
    assertEquals(3, t.rows());
    assertEquals(2, t.columns());
    assertArrayEquals(new float[] {3, 2, 1}, t.values().toArray());
    assertArrayEquals(new float[] {0, 3, 2, 0, 0, 1}, t.toDense().toArray());
    float[] other = a.withValues(Tensor.of(new float[] {7, 8, 9}, 3)).toDense().toArray();
    assertArrayEquals(new float[] {0, 7, 0, 8, 0, 9}, other);
  }

  @Test
  void aGraphThatIsHeldOutlivesScopes() {
    SparseMatrix a;
    try (Scope scope = Scope.open()) {
      a = SparseMatrix.normalizedAdjacency(3, new int[] {0, 0}, new int[] {1, 0});
    }
    assertEquals(5, a.size());
    float[] expected = {0.5f, 0.5f, 0, 0.5f, 0.5f, 0, 0, 0, 1};
    assertArrayEquals(expected, a.toDense().toArray(), 1e-7f);
  }

  @Test
  void theLargestOfASegment() {
    Segments segments = Segments.of(IntTensor.of(new int[] {2, 0, 2, 0}, 4), 4);
    Tensor x = Tensor.of(new float[] {-1, 5, -1, 5}, 4).variable();
    Tensor max = segments.max(x);
    assertArrayEquals(new float[] {5, 0, -1, 0}, max.toArray());
    assertArrayEquals(new float[] {1, 1, 0, 0}, Gradients.of(max.sum(), x).toArray());
    assertEquals(2, segments.size(0));
    assertEquals(0, segments.size(3));
    assertEquals(4, segments.count());
    Tensor nan = Tensor.of(new float[] {1, 2, Float.NaN, 1}, 4);
    assertTrue(Float.isNaN(segments.max(nan).get(2)));
    assertArrayEquals(
        new float[] {5, 5},
        segments.spread(max).gather(IntTensor.of(new int[] {1, 3}, 2)).toArray());
  }

  @Test
  void errorsNameTheOperationAndTheShapes() {
    SparseMatrix a = matrix();
    Tensor x = Tensor.ones(2, 4);
    refuses(() -> a.times(x), "times", "[2, 3]", "[2, 4]");
    refuses(() -> a.times(Tensor.scalar(1)), "times", "[]");
    refuses(() -> a.withValues(x), "withValues", "[2, 4]", "3 entries");
    refuses(() -> a.productsOfRows(x, x), "productsOfRows", "[2, 4]", "[2, 3]");
    refuses(
        () -> SparseMatrix.of(2, 2, new int[1], new int[2], Tensor.ones(1)), "1 rows", "2 columns");
    refuses(
        () -> SparseMatrix.of(2, 2, new int[] {2}, new int[1], Tensor.ones(1)), "(2, 0)", "2 rows");
    refuses(
        () -> SparseMatrix.normalizedAdjacency(2, new int[1], new int[2]),
        "1 sources",
        "2 targets");
    refuses(
        () -> SparseMatrix.normalizedAdjacency(2, new int[] {0}, new int[] {2}),
        "(0, 2)",
        "2 nodes");
    Segments segments = Segments.of(IntTensor.of(new int[] {1, 0}, 2), 2);
    Tensor y = Tensor.ones(3);
    refuses(() -> segments.sum(y), "Segments.sum", "[3]", "2 rows");
    refuses(() -> segments.mean(y), "Segments.mean", "[3]");
    refuses(() -> segments.max(y), "Segments.max", "[3]");
    refuses(() -> segments.softmax(y), "Segments.softmax", "[3]");
    refuses(() -> segments.spread(y), "spread", "[3]");
    refuses(() -> Segments.of(IntTensor.of(new int[] {2}, 1), 2), "segment 2");
    refuses(() -> Segments.of(IntTensor.of(new int[1]), 2), "Segments", "[]");
    refuses(() -> Segments.of(IntTensor.of(new int[0], 0), -1), "Segments", "-1 segments");
  }

  @Test
  void denseMatricesMayBeWide() {
    SparseMatrix wide =
        SparseMatrix.of(
            1, 70_000, new int[2], new int[] {69_999, 3}, Tensor.of(new float[] {2, 5}, 2));
    Tensor dense = wide.toDense();
    assertEquals(2, dense.get(0, 69_999));
    assertEquals(5, dense.get(0, 3));
    assertEquals(7, dense.sum().item());
  }
}
