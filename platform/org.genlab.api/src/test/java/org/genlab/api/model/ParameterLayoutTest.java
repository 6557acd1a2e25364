package org.genlab.api.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.genlab.api.model.ParameterLayout.Role;
import org.junit.jupiter.api.Test;

class ParameterLayoutTest {
  private final ParameterLayout layout =
      ParameterLayout.builder()
          .add("a.weight", Role.WEIGHT, 3, 4)
          .add("a.bias", Role.BIAS, 4)
          .add("scale", Role.NORM)
          .build();

  @Test
  void entriesLieOneAfterTheOther() {
    assertEquals(17, layout.size());
    assertEquals(0, layout.entry("a.weight").offset());
    assertEquals(12, layout.entry("a.bias").offset());
    assertEquals(16, layout.entry("scale").offset());
    assertEquals(1, layout.entry("scale").size());
  }

  @Test
  void anUnknownNameIsAnsweredWithThoseThereAre() {
    Exception e = assertThrows(IllegalArgumentException.class, () -> layout.entry("b"));
    assertTrue(e.getMessage().contains("a.weight"), e.getMessage());
  }

  @Test
  void aNameCannotBeThereTwice() {
    ParameterLayout.Builder twice =
        ParameterLayout.builder().add("w", Role.WEIGHT, 1).add("w", Role.BIAS, 1);
    assertThrows(IllegalArgumentException.class, twice::build);
  }
}
