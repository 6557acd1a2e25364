package org.example.spirals;

import java.util.List;
import org.genlab.tck.DatasetSuite;

/** Everything that the host demands of a dataset. */
class TwoSpiralsTest extends DatasetSuite {
  TwoSpiralsTest() {
    super(TwoSpirals.class);
  }

  @Override
  protected List<String> settings() {
    return List.of("{}", "{train: 3, validation: 1, noise: 0}");
  }
}
