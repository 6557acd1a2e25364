package org.genlab.architectures.nonparametric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.FittedNetwork;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class FrequencyTableTest {
  private record Examples(Batch all) implements Split {
    @Override
    public String name() {
      return "train";
    }

    @Override
    public int size() {
      return all.size();
    }

    @Override
    public Batch batch(int... indices) {
      return all.select(indices);
    }
  }

  private static final DataSpec SPEC =
      new DataSpec(new InputSpec.Tokens(4, 1), new TargetSpec.Classes(2));

  /** Token 0 three times with label 0, token 1 twice with label 1, token 2 once with label 1. */
  private static Tensor table(int minimumCount) {
    Batch train =
        Batch.of(6)
            .with(Batch.INPUT, IntTensor.of(new int[] {0, 1, 0, 2, 1, 0}, 6, 1))
            .with(Batch.TARGET, IntTensor.of(new int[] {0, 1, 0, 1, 1, 0}, 6));
    FittedNetwork network =
        (FittedNetwork) new FrequencyTable(new FrequencyTable.Settings(minimumCount)).build(SPEC);
    return network
        .fit(new Examples(train), (name, counters) -> RandomStream.of(0, name, counters))
        .array("logits");
  }

  @Test
  void whatIsSeenOftenEnoughIsRemembered() {
    // Overall both labels occur three times; of equal ones the first is predicted.
    assertArrayEquals(new int[] {0, 1, 1, 0}, table(1).argmax().toArray());
    assertArrayEquals(new int[] {0, 1, 0, 0}, table(2).argmax().toArray());
    assertArrayEquals(new int[] {0, 0, 0, 0}, table(3).argmax().toArray());
    float[] logits = table(2).toArray();
    assertEquals(Math.log(4.0 / 5), logits[0], 1e-6);
    assertEquals(Math.log(1.0 / 5), logits[1], 1e-6);
    assertEquals(Math.log(4.0 / 8), logits[4], 1e-6);
  }

  @Test
  void otherDataAreRefused() {
    FrequencyTable architecture = new FrequencyTable(new FrequencyTable.Settings(1));
    for (DataSpec spec :
        List.of(
            new DataSpec(new InputSpec.Tokens(4, 2), new TargetSpec.Classes(2)),
            new DataSpec(new InputSpec.Values(List.of(1)), new TargetSpec.Classes(2)),
            new DataSpec(new InputSpec.Tokens(4, 1), new TargetSpec.ClassPerPosition(2)))) {
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> architecture.build(spec));
      assertTrue(refused.getMessage().startsWith("frequency-table"), refused.getMessage());
    }
  }
}
