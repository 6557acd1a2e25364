package org.genlab.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.State;
import org.genlab.tensor.Tensor;
import org.junit.jupiter.api.Test;

class CheckpointTest {
  private static final ParameterLayout LAYOUT =
      ParameterLayout.builder()
          .add("w", ParameterLayout.Role.WEIGHT, 2, 2)
          .add("b", ParameterLayout.Role.BIAS, 2)
          .build();
  private static final float[] VALUES = {1, 2, 3, 4, 5, 6};

  private static Checkpoint.Builder builder() {
    State state =
        State.empty()
            .with("moment", Tensor.of(new float[] {0.5f}, 1))
            .with("base/velocity", Tensor.of(new float[] {7, 8}, 1, 2))
            .with("count", 3);
    return new Checkpoint.Builder()
        .put("models/main/parameters", new Parameters(LAYOUT, Tensor.of(VALUES, 6)))
        .put("models/main/optimizer", state)
        .put("models/mainly", State.empty().with("x", 1));
  }

  @Test
  void parametersAreArraysOfTheirOwnAndReadBackWhole() {
    Checkpoint checkpoint = builder().build(1, 2);
    assertArrayEquals(
        new float[] {5, 6}, checkpoint.arrays().get("models/main/parameters/b").values());
    Parameters parameters = checkpoint.parameters("models/main/parameters").orElseThrow();
    assertEquals(LAYOUT, parameters.layout());
    assertArrayEquals(VALUES, parameters.flat().toArray());
    assertTrue(checkpoint.parameters("models/main/optimizer").isEmpty());
  }

  @Test
  void statesReadBackByPrefix() {
    State state = builder().build(1, 2).state("models/main/optimizer");
    assertEquals(List.of("moment", "base/velocity"), List.copyOf(state.arrays().keySet()));
    assertArrayEquals(new int[] {1, 2}, state.array("base/velocity").shape().toArray());
    assertEquals(Map.of("count", 3.0), state.numbers());
  }

  @Test
  void partsAreListedAndCopied() {
    Checkpoint checkpoint = builder().build(1, 2);
    assertEquals(List.of("main", "mainly"), checkpoint.children("models"));
    Checkpoint copy = new Checkpoint.Builder().copy("models/main", checkpoint).build(1, 2);
    assertEquals(List.of("main"), copy.children("models"));
    assertEquals(LAYOUT, copy.parameters("models/main/parameters").orElseThrow().layout());
    assertEquals(Map.of("models/main/optimizer/count", 3.0), copy.numbers());
  }
}
