package org.example.myoptimizer;

import org.genlab.tck.OptimizerSuite;

/** Everything that the host demands of an optimizer. Tests of the numbers themselves belong here too. */
class MyOptimizerTest extends OptimizerSuite {
  MyOptimizerTest() {
    super(MyOptimizer.class);
  }
}
