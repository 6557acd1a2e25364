package org.genlab.datasets.images;

import java.util.List;
import org.genlab.tck.DatasetSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class FontDigitsKit extends DatasetSuite {
    FontDigitsKit() {
      super(FontDigits.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{train: 40, validation: 10, test: 20}",
          "{train: 30, validation: 0, test: 9, size: 28, characters: '417', new-fonts: true,"
              + " values: standard}");
    }
  }
}
