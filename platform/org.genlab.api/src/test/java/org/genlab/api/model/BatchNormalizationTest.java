package org.genlab.api.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class BatchNormalizationTest {
  /** A pass whose buffers take effect at once. */
  private static final class Pass implements Forward {
    final Map<String, Tensor> buffers = new LinkedHashMap<>();
    boolean training = true;

    @Override
    public boolean training() {
      return training;
    }

    @Override
    public Tensor feature(String name, Site site, Tensor value) {
      return value;
    }

    @Override
    public RandomStream random(String name) {
      throw new AssertionError("nothing here is random");
    }

    @Override
    public Optional<Tensor> buffer(String name) {
      return Optional.ofNullable(buffers.get(name));
    }

    @Override
    public void updateBuffer(String name, Tensor value) {
      buffers.put(name, value);
    }
  }

  private static final Tensor SCALE = Tensor.of(new double[] {2, 1}, 2);
  private static final Tensor SHIFT = Tensor.of(new double[] {0, -1}, 2);

  /** Channel 0 holds 1, 3 (mean 2, variance 1, unbiased 2), channel 1 holds 4, 4. */
  @Test
  void normalisesByTheBatchAndKeepsRunningAverages() {
    Pass pass = new Pass();
    BatchNormalization norm = new BatchNormalization(0.25, 1e-12);
    Tensor x = Tensor.of(new double[] {1, 4, 3, 4}, 2, 2);
    Tensor y = norm.apply(pass, "norm", x, SCALE, SHIFT);
    assertArrayEquals(new float[] {-2, -1, 2, -1}, y.toArray(), 1e-6f);
    assertArrayEquals(new float[] {0.5f, 1}, pass.buffers.get("norm.mean").toArray(), 1e-6f);
    assertArrayEquals(
        new float[] {0.75f + 0.5f, 0.75f}, pass.buffers.get("norm.variance").toArray(), 1e-6f);
    norm.apply(pass, "norm", x, SCALE, SHIFT);
    assertArrayEquals(
        new float[] {0.375f + 0.5f, 1.75f}, pass.buffers.get("norm.mean").toArray(), 1e-6f);
  }

  /**
   * In evaluation y = scale (x - mean) / sqrt(variance + epsilon) + shift, for each example alone.
   */
  @Test
  void evaluationUsesTheRunningAverages() {
    Pass pass = new Pass();
    pass.training = false;
    Tensor x = Tensor.of(new double[] {5, 2}, 1, 2);
    BatchNormalization norm = new BatchNormalization(0.1, 1e-12);
    assertArrayEquals(new float[] {10, 1}, norm.apply(pass, "n", x, SCALE, SHIFT).toArray(), 1e-5f);
    pass.buffers.put("n.mean", Tensor.of(new double[] {1, 0}, 2));
    pass.buffers.put("n.variance", Tensor.of(new double[] {4, 0.25}, 2));
    assertArrayEquals(new float[] {4, 3}, norm.apply(pass, "n", x, SCALE, SHIFT).toArray(), 1e-5f);
    assertEquals(2, pass.buffers.size());
  }

  @Test
  void oneNumberAChannelGivesNoVariance() {
    Pass pass = new Pass();
    Tensor x = Tensor.of(new double[] {5, 2}, 1, 2);
    Tensor y = BatchNormalization.USUAL.apply(pass, "n", x, SCALE, SHIFT);
    assertArrayEquals(SHIFT.toArray(), y.toArray());
    assertFalse(pass.buffers.containsKey("n.variance"));
  }

  @Test
  void refusesConstantsOutOfRange() {
    assertThrows(IllegalArgumentException.class, () -> new BatchNormalization(0, 1e-5));
    assertThrows(IllegalArgumentException.class, () -> new BatchNormalization(0.1, 0));
  }
}
