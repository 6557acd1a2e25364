package org.genlab.api.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.junit.jupiter.api.Test;

class BatchTest {
  private final Batch batch =
      Batch.of(3)
          .with(Batch.INPUT, Tensor.of(new float[] {0, 1, 10, 11, 20, 21}, 3, 2))
          .with(Batch.TARGET, IntTensor.of(new int[] {5, 6, 7}, 3));

  @Test
  void selectsAllColumnsAlike() {
    Batch chosen = batch.select(2, 0, 2);
    assertArrayEquals(new float[] {20, 21, 0, 1, 20, 21}, chosen.input().toArray());
    assertArrayEquals(new int[] {7, 5, 7}, chosen.labels().toArray());
  }

  @Test
  void aColumnMustHaveARowForEachExample() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> batch.with(Annotation.GROUP, IntTensor.of(new int[] {1}, 1)));
    assertEquals("column 'group' has 1 rows, the batch has 3 examples", e.getMessage());
  }

  @Test
  void aMissingColumnIsAnsweredWithThoseThereAre() {
    Exception e = assertThrows(IllegalArgumentException.class, () -> batch.ints(Annotation.DOMAIN));
    assertTrue(e.getMessage().contains("[input, target]"), e.getMessage());
    Exception type = assertThrows(IllegalArgumentException.class, () -> batch.ints(Batch.INPUT));
    assertEquals("column 'input' does not hold integers", type.getMessage());
  }

  @Test
  void isNotChangedByAddingToIt() {
    batch.with(Annotation.GROUP, IntTensor.of(new int[] {1, 2, 3}, 3));
    assertEquals(2, batch.columns().size());
  }
}
