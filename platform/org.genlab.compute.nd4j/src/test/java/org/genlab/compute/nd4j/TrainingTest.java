package org.genlab.compute.nd4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.genlab.tensor.Compute;
import org.genlab.tensor.backend.Backend;
import org.junit.jupiter.api.Test;

class TrainingTest {
  private static final int STEPS = 50;

  @Test
  void losesAsTheBackendOfTheJvmDoes() {
    float[] expected = losses("jvm");
    float[] actual = losses("nd4j");
    for (int t = 0; t < STEPS; t++) {
      assertEquals(expected[t], actual[t], 1e-3 * expected[t], "step " + (t + 1));
    }
    assertTrue(expected[STEPS - 1] < 0.95 * expected[0], "learns");
  }

  private static float[] losses(String name) {
    float[] losses = new float[STEPS];
    try (Backend backend = Compute.create(name, 2);
        Compute.Binding binding = Compute.use(backend)) {
      GrokkingTransformer network =
          new GrokkingTransformer(new GrokkingTransformer.Size(7, 2, 32, 4, 64));
      for (int t = 1; t <= STEPS; t++) {
        losses[t - 1] = network.step(t);
      }
    }
    return losses;
  }
}
