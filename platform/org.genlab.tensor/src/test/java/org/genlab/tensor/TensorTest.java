package org.genlab.tensor;

import static org.genlab.tensor.Refusals.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class TensorTest {
  private static final Tensor X = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);

  @Test
  void givesItsElements() {
    assertEquals(6, X.get(1, 2));
    assertEquals(7, Tensor.scalar(7).get());
    assertEquals(7, Tensor.full(7, 1, 1).item());
    assertEquals(3, X.dimension(-1));
    assertArrayEquals(
        new int[] {2, 1}, Tensor.of(new float[] {0, 1, 3, 2, 5, 5}, 2, 3).argmax().toArray());
    assertArrayEquals(new float[] {0, 0, 0, 1, 1, 1}, X.greaterThan(Tensor.scalar(3)).toArray());
    assertThrows(IndexOutOfBoundsException.class, () -> X.get(2, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> X.get(1));
    assertThrows(IllegalArgumentException.class, X::item);
  }

  @Test
  void sizesAreLimitedWhereThereAreElements() {
    assertEquals(0, Shape.of(65536, 65536, 0).size());
    assertEquals(0, Tensor.zeros(65536, 65536, 65536, 65536, 0).size());
    assertEquals(Integer.MAX_VALUE, Shape.of(1, Integer.MAX_VALUE).size());
    refuses(() -> Shape.of(65536, 32768), "Shape.of", "[65536, 32768]", "2147483647");
    refuses(() -> Shape.of(65536, 65536, 65536, 65536), "Shape.of", "2147483647");
    refuses(() -> Tensor.zeros(65536, 65536, 0, -1), "zeros", "negative dimension");
    refuses(() -> Tensor.zeros(65536, 65536), "zeros", "[65536, 65536]", "2147483647");
    // 3 2^30 elements along an axis are no int, and are too many even where another axis is empty
    Tensor long0 = Tensor.zeros(1 << 30, 0);
    refuses(
        () -> Tensor.concat(0, List.of(long0, long0, long0)),
        "concat",
        "3221225472",
        "[1073741824, 0]");
    refuses(
        () -> Tensor.concat(0, List.of(Tensor.zeros(1 << 20, 0), Tensor.zeros(1, 1 << 30, 0))),
        "concat",
        "differ");
    Tensor wide = Tensor.zeros(1, 1 << 20);
    Tensor[] many = new Tensor[2048];
    Arrays.fill(many, wide);
    refuses(() -> Tensor.concat(0, List.of(many)), "concat", "[2048, 1048576]", "2147483647");
  }

  @Test
  void findsWhatIsNotFinite() {
    assertTrue(X.allFinite());
    assertFalse(X.log().minus(X.log()).dividedBy(Tensor.zeros(3)).allFinite());
    assertFalse(Tensor.of(new double[] {1e300}, 1).allFinite());
  }

  @Test
  void tracksOnlyWhatDependsOnVariables() {
    Tensor v = X.variable();
    assertTrue(v.isTracked() && v.plus(X).isTracked() && v.reshape(6).isTracked());
    assertFalse(X.plus(X).isTracked() || v.detach().isTracked() || v.copy().isTracked());
    assertFalse(v.greaterThan(X).isTracked());
    assertSame(X, X.detach());
  }

  @Test
  void numbersAreDrawnAsSaid() {
    Tensor u = Tensor.uniform(RandomStream.of(1, "u"), -2, 3, 100, 100);
    float least = -u.negate().max(false, 0).max(false, 0).item();
    float most = u.max(false, 0).max(false, 0).item();
    assertTrue(least >= -2 && least < -1.99 && most < 3 && most > 2.99);
    Tensor n = Tensor.normal(RandomStream.of(1, "n"), 2, 100, 100);
    assertEquals(0, n.mean().item(), 0.1);
    assertEquals(4, n.square().mean().item(), 0.3);
  }

  @Test
  void infinitiesPassThroughLogSumExp() {
    float inf = Float.POSITIVE_INFINITY;
    Tensor x = Tensor.of(new float[] {-inf, -inf, 1, -inf, inf, 0}, 3, 2);
    assertArrayEquals(new float[] {-inf, 1, inf}, x.logSumExp(false, 1).toArray());
  }

  @Test
  void dropoutKeepsTheMean() {
    Tensor x = Tensor.ones(100, 100);
    RandomStream random = RandomStream.of(5, "dropout");
    assertEquals(1, x.dropout(0.3, random).mean().item(), 0.05);
    assertSame(x, x.dropout(0, random));
    assertThrows(IllegalArgumentException.class, () -> x.dropout(1, random));
    assertThrows(IllegalArgumentException.class, () -> x.dropout(Double.NaN, random));
  }

  @Test
  void errorsNameTheOperationAndTheShapes() {
    Tensor row = Tensor.ones(4);
    Tensor square = Tensor.ones(4, 4);
    refuses(() -> X.plus(row), "plus", "[2, 3]", "[4]");
    refuses(() -> X.minus(row), "minus", "[2, 3]", "[4]");
    refuses(() -> X.times(row), "times", "[2, 3]", "[4]");
    refuses(() -> X.dividedBy(row), "dividedBy", "[2, 3]", "[4]");
    refuses(() -> X.maximum(row), "maximum", "[2, 3]", "[4]");
    refuses(() -> X.where(row, X), "where", "[2, 3]", "[4]");
    refuses(() -> X.dot(row), "dot", "[2, 3]", "[4]");
    refuses(() -> X.matmul(square), "matmul", "[2, 3]", "[4, 4]");
    refuses(() -> X.matmul(X), "matmul", "[2, 3]");
    refuses(() -> X.matmul(X, true, true), "matmul", "[2, 3] transposed");
    refuses(() -> X.matmul(row), "matmul", "[4]");
    refuses(
        () -> Tensor.ones(2, 3, 3).matmul(Tensor.ones(5, 3, 3)),
        "matmul",
        "[2, 3, 3]",
        "[5, 3, 3]");
    refuses(() -> X.linear(square, null), "linear", "[2, 3]", "[4, 4]");
    refuses(() -> row.linear(square, Tensor.ones(3)), "linear", "[3]", "[4, 4]");
    refuses(() -> X.layerNorm(row, row, 1), "layerNorm", "[2, 3]", "[4]");
    refuses(() -> X.attention(X, X, true), "attention", "[2, 3]");
    refuses(() -> X.crossEntropy(IntTensor.of(new int[3], 3)), "crossEntropy", "[2, 3]", "[3]");
    refuses(
        () -> X.crossEntropy(IntTensor.of(new int[] {0, 3}, 2)),
        "crossEntropy",
        "label 3",
        "[2, 3]");
    refuses(() -> X.crossEntropy(square), "crossEntropy", "[2, 3]", "[4, 4]");
    refuses(() -> X.reshape(4, -1), "reshape", "[2, 3]", "[4, -1]");
    refuses(() -> X.reshape(-1, -1), "reshape", "[2, 3]", "[-1, -1]");
    refuses(() -> X.reshape(Shape.of(5)), "reshape", "[2, 3]", "[5]");
    refuses(() -> X.permute(0, 0), "permute", "[2, 3]", "[0, 0]");
    refuses(() -> X.broadcastTo(Shape.of(3)), "broadcastTo", "[2, 3]", "[3]");
    refuses(() -> X.slice(1, 2, 4), "slice", "[2, 4)", "[2, 3]");
    refuses(() -> X.split(List.of(Shape.of(6))), "split", "[2, 3]", "[6]");
    refuses(() -> row.split(List.of(Shape.of(3))), "split", "[4]", "[3]");
    refuses(() -> Tensor.concat(0, List.of(X, square)), "concat", "[2, 3]", "[4, 4]");
    refuses(() -> Tensor.concat(0, List.of()), "concat");
    refuses(() -> Tensor.stack(3, List.of(X)), "stack", "[2, 3]");
    refuses(() -> Tensor.concat(2, List.of(X, X)), "axis 2", "[2, 3]");
    refuses(() -> X.slice(-3, 0, 1), "axis -3", "[2, 3]");
    refuses(() -> X.permute(0, 2), "axis 2", "[2, 3]");
    refuses(() -> X.flip(2), "axis 2", "[2, 3]");
    refuses(() -> X.roll(2, 1), "axis 2", "[2, 3]");
    refuses(() -> X.pad(2, 1, 1, 0), "axis 2", "[2, 3]");
    refuses(() -> X.gather(IntTensor.of(new int[] {2}, 1)), "gather", "2", "[2, 3]");
    refuses(() -> X.sum(false, 1, -1), "sum", "[2, 3]");
    refuses(() -> X.sum(false, 2), "axis 2", "[2, 3]");
    refuses(() -> Tensor.zeros(2, 0).max(false, 1), "max:", "axis 1", "[2, 0]");
    refuses(() -> Tensor.zeros(2, 0, 3).max(true, 2, -2), "max:", "axis -2", "[2, 0, 3]");
    refuses(() -> Tensor.zeros(2, 0).min(false, 1), "min:", "[2, 0]");
    refuses(() -> Tensor.zeros(2, 0).logSumExp(false, 1), "logSumExp:", "[2, 0]");
    refuses(() -> Images.globalMaxPool(Tensor.zeros(2, 3, 0, 5)), "globalMaxPool", "[2, 3, 0, 5]");
    refuses(() -> Tensor.scalar(1).transpose(), "transpose", "[]");
    refuses(() -> Tensor.scalar(1).softmax(), "softmax");
    refuses(() -> Tensor.of(new float[2], 3), "2 values", "[3]");
    refuses(() -> X.clamp(1, 0), "clamp", "1.0");
  }

  @Test
  void rowsOfIntegersAreSelected() {
    IntTensor t = IntTensor.of(new int[] {1, 2, 3, 4}, 2, 2);
    assertEquals(IntTensor.of(new int[] {3, 4, 3, 4, 1, 2}, 3, 2), t.selectRows(1, 1, 0));
    assertEquals(3, t.at(2));
    refuses(() -> t.selectRows(2), "row 2", "[2, 2]");
    refuses(() -> IntTensor.of(new int[3], 2), "3 values", "[2]");
  }
}
