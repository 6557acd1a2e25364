package org.example.myregularizer;

import org.genlab.tck.RegularizerSuite;

/** Everything that the host demands of a regularizer. Tests of the numbers themselves belong here too. */
class MyRegularizerTest extends RegularizerSuite {
  MyRegularizerTest() {
    super(MyRegularizer.class);
  }
}
