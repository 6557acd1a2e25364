package org.genlab.tensor;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/** Bad input, and what the messages about it must say. */
final class Refusals {
  private Refusals() {}

  /** The message names the operation and whatever else is given. */
  static void refuses(Executable wrong, String... named) {
    RuntimeException e = assertThrows(RuntimeException.class, wrong);
    assertTrue(
        e instanceof IllegalArgumentException || e instanceof IndexOutOfBoundsException,
        e.toString());
    for (String name : named) {
      assertTrue(e.getMessage().contains(name), e.getMessage() + " does not say " + name);
    }
  }
}
