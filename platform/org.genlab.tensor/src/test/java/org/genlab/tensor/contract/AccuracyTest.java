package org.genlab.tensor.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class AccuracyTest {
  /** The page for authors states the bounds that the contracts hold backends to. */
  @Test
  void thePageStatesTheBounds() throws IOException {
    String page = Files.readString(Path.of("WRITING-DIFFERENTIABLE-CODE.md"));
    for (String row : Accuracy.rows()) {
      assertTrue(page.contains("\n" + row + "\n"), "missing: " + row);
    }
    assertTrue(page.contains("within " + Accuracy.text(Accuracy.OF_TERMS) + " of the sum of"));
  }
}
