package org.example.signmomentum;

import java.util.List;
import org.genlab.tck.OptimizerSuite;

/** Everything that the host demands of an optimizer. */
class SignMomentumTest extends OptimizerSuite {
  SignMomentumTest() {
    super(SignMomentum.class);
  }

  @Override
  protected List<String> settings() {
    return List.of("{}", "{learning-rate: 0.01, momentum: 0}");
  }
}
