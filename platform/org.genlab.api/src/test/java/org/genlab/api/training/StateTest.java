package org.genlab.api.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.genlab.tensor.Tensor;
import org.junit.jupiter.api.Test;

class StateTest {
  @Test
  void aWrapperFindsTheStateOfTheWrapped() {
    Tensor m = Tensor.zeros(2);
    State base = State.empty().with("m", m).with("t", 3.0);
    State outer = State.empty().with("slow", Tensor.ones(2)).withNested("base", base);
    assertSame(m, outer.nested("base").array("m"));
    assertEquals(3.0, outer.nested("base").number("t"));
    assertFalse(outer.nested("base").has("slow"));
  }

  @Test
  void nestingReplacesWhatStoodThere() {
    State outer = State.empty().withNested("base", State.empty().with("old", 1.0));
    State next = outer.withNested("base", State.empty().with("new", 2.0));
    assertFalse(next.nested("base").has("old"));
    assertEquals(2.0, next.nested("base").number("new"));
    assertTrue(outer.nested("base").has("old"), "a state is a value");
  }

  @Test
  void nestsToAnyDepth() {
    State inner = State.empty().with("x", 1.0);
    State state = State.empty().withNested("a", State.empty().withNested("b", inner));
    assertEquals(1.0, state.nested("a").nested("b").number("x"));
    assertEquals(1.0, state.number("a/b/x"));
  }

  @Test
  void aMissingNameIsAnsweredWithThoseThereAre() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> State.empty().with("t", 1.0).number("u"));
    assertEquals("the state has no number 'u', only [t]", e.getMessage());
  }
}
