package org.genlab.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ImagesTest {
  private static final Tensor X = Tensor.zeros(2, 5, 6, 4).copy();

  private static void refuses(String message, Supplier<?> operation) {
    Exception e = assertThrows(IllegalArgumentException.class, operation::get);
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void refusesWindows() {
    refuses("height 0; it must be at least 1", () -> Window.of(0, 3));
    refuses("width -1", () -> Window.of(-1));
    refuses("stride 0", () -> Window.of(2, 2).stride(1, 0));
    refuses("padding -2; it must be at least 0", () -> Window.of(2, 2).padding(1, 1, 1, -2));
    refuses("dilation 0", () -> Window.of(2, 2).dilation(0));
  }

  @Test
  void refusesConvolutionsThatDoNotFit() {
    Window w = Window.of(3, 3);
    refuses(
        "conv2d: an input of shape [2, 5, 6, 4] does not fit a weight of shape [3, 3, 3, 7]",
        () -> Images.conv2d(X, Tensor.zeros(3, 3, 3, 7), null, w));
    refuses(
        "conv2d: an input of shape [4] does not fit a weight of shape [3, 3, 4, 7]",
        () -> Images.conv2d(Tensor.zeros(4), Tensor.zeros(3, 3, 4, 7), null, w));
    refuses(
        "a weight of shape [3, 2, 4, 7] does not fit a window of 3 x 3",
        () -> Images.conv2d(X, Tensor.zeros(3, 2, 4, 7), null, w));
    refuses(
        "make 2 groups, which must divide",
        () -> Images.conv2d(X, Tensor.zeros(3, 3, 2, 7), null, w));
    refuses(
        "a bias of shape [6] does not fit a weight of shape [3, 3, 4, 7]",
        () -> Images.conv2d(X, Tensor.zeros(3, 3, 4, 7), Tensor.zeros(6), w));
    refuses(
        "is smaller than the window",
        () -> Images.conv2d(X, Tensor.zeros(6, 1, 4, 1), null, Window.of(6, 1)));
    refuses(
        "conv2d: an input of shape [2, 5, 6, 4] does not fit a weight of shape [3]",
        () -> Images.conv2d(X, Tensor.zeros(3), null));
    refuses(
        "conv1d: an input of shape [2, 5, 6, 4] does not fit a weight of shape [3, 4, 1]",
        () -> Images.conv1d(X, Tensor.zeros(3, 4, 1), null, Window.of(3)));
  }

  @Test
  void refusesPoolingThatDoesNotFit() {
    refuses(
        "maxPool2d: images of shape [4]", () -> Images.maxPool2d(Tensor.zeros(4), Window.of(1)));
    refuses("maxPool1d: sequences of shape [2, 5, 6, 4]", () -> Images.maxPool1d(X, Window.of(1)));
    refuses("is dilated", () -> Images.maxPool2d(X, Window.of(2, 2).dilation(2)));
    refuses(
        "must be less than its size",
        () -> Images.averagePool2d(X, Window.of(2, 2).padding(2), true));
    refuses("is smaller than the window", () -> Images.maxPool2d(X, Window.of(6, 6)));
    refuses("globalAveragePool", () -> Images.globalAveragePool(Tensor.zeros(3)));
    refuses("factors 0 and 1", () -> Images.upsampleNearest(X, 0, 1));
    refuses("upsampleBilinear", () -> Images.upsampleBilinear(Tensor.zeros(1, 0, 2, 1), 2, 2));
  }

  @Test
  void refusesNormalizationThatDoesNotFit() {
    Tensor four = Tensor.zeros(4);
    refuses(
        "Normalization.batch: an input of shape [2, 5, 6, 4] does not fit scale and shift of shapes"
            + " [3] and [4]",
        () -> Normalization.batch(X, Tensor.zeros(3), four, 0));
    refuses("epsilon is -1.0", () -> Normalization.batch(X, four, four, -1));
    refuses("has no mean", () -> Normalization.batch(Tensor.zeros(0, 4), four, four, 0));
    refuses(
        "Normalization.ghostBatch: 3 groups do not divide the batch",
        () -> Normalization.ghostBatch(X, 3, four, four, 0));
    refuses(
        "Normalization.group: 3 groups do not divide the channels",
        () -> Normalization.group(X, 3, four, four, 0));
    refuses(
        "does not fit mean and variance of shapes [2] and [4]",
        () -> Normalization.inference(X, Tensor.zeros(2), four, four, four, 0));
  }

  @Test
  void sameKeepsTheSize() {
    for (int size = 1; size < 6; size++) {
      for (int dilation = 1; dilation < 4; dilation++) {
        Window w = Window.of(size, 6 - size).dilation(dilation).same();
        Tensor y = Images.conv2d(X, Tensor.zeros(size, 6 - size, 4, 1), null, w);
        assertEquals(Shape.of(2, 5, 6, 1), y.shape());
      }
    }
  }

  /** Equal numbers share no gradient: the first takes it, also of NaNs. */
  @Test
  void gradientOfMaxPoolGoesToTheFirst() {
    Tensor x = Tensor.of(new float[] {1, 1, 1, 0, Float.NaN, 2}, 1, 1, 6, 1).variable();
    Tensor y = Images.maxPool2d(x, Window.of(1, 3).stride(3));
    assertArrayEquals(new float[] {1, Float.NaN}, y.toArray());
    Tensor seed = Tensor.of(new float[] {5, 7}, 1, 1, 2, 1);
    float[] expected = {5, 0, 0, 7, 0, 0};
    assertArrayEquals(expected, Gradients.vectorJacobian(y, seed, x).get(0).toArray());
    assertArrayEquals(
        expected, Gradients.differentiableVectorJacobian(y, seed, x).get(0).toArray());
  }

  @Test
  void paddingIsNeverTheLargest() {
    Tensor x = Tensor.full(-3, 1, 2, 2, 1);
    Tensor y = Images.maxPool2d(x, Window.of(2, 2).padding(1));
    assertArrayEquals(Tensor.full(-3, 1, 3, 3, 1).toArray(), y.toArray());
  }

  @Test
  void givesTheStatisticsOfABatch() {
    Tensor x = Tensor.of(new float[] {1, 10, 3, 20, 5, 60, 7, 70}, 4, 2).variable();
    Normalization.Result all = Normalization.batch(x, Tensor.ones(2), Tensor.zeros(2), 0);
    assertArrayEquals(new float[] {4, 40}, all.mean().toArray());
    assertArrayEquals(new float[] {5, 650}, all.variance().toArray());
    assertFalse(all.mean().isTracked() || all.variance().isTracked());
    Normalization.Result parts = Normalization.ghostBatch(x, 2, Tensor.ones(2), Tensor.zeros(2), 0);
    assertEquals(Shape.of(2, 2), parts.mean().shape());
    assertArrayEquals(new float[] {2, 15, 6, 65}, parts.mean().toArray());
    assertArrayEquals(new float[] {1, 25, 1, 25}, parts.variance().toArray());
    assertArrayEquals(new float[] {-1, -1, 1, 1, -1, -1, 1, 1}, parts.output().toArray());
  }

  @Test
  void inferenceWithTheStatisticsOfABatchGivesTheBatchNorm() {
    Tensor x = Tensor.of(new float[] {1, 10, 3, 20, 5, 60, 7, 70}, 4, 2);
    Tensor scale = Tensor.of(new float[] {2, 3}, 2);
    Tensor shift = Tensor.of(new float[] {-1, 1}, 2);
    Normalization.Result y = Normalization.batch(x, scale, shift, 0.5);
    assertArrayEquals(
        y.output().toArray(),
        Normalization.inference(x, y.mean(), y.variance(), scale, shift, 0.5).toArray());
  }

  /** A mean that is large beside the deviations costs no accuracy. */
  @Test
  void varianceIsStable() {
    float[] values = new float[1000];
    for (int i = 0; i < values.length; i++) {
      values[i] = 10000 + i % 2;
    }
    Tensor x = Tensor.of(values, 1000, 1);
    Normalization.Result y = Normalization.batch(x, Tensor.ones(1), Tensor.zeros(1), 0);
    assertEquals(10000.5f, y.mean().item());
    assertEquals(0.25f, y.variance().item(), 1e-6f);
  }

  @Test
  void normalizesEmptyBatches() {
    Tensor four = Tensor.zeros(4);
    Shape none = Shape.of(0, 3, 4);
    assertEquals(none, Normalization.instance(Tensor.zeros(none), four, four, 0).shape());
    assertEquals(none, Normalization.group(Tensor.zeros(none), 2, four, four, 0).shape());
    assertEquals(
        none, Normalization.inference(Tensor.zeros(none), four, four, four, four, 0).shape());
  }
}
