package org.example.myarchitecture;

import org.genlab.tck.ArchitectureSuite;

/** Everything that the host demands of an architecture. Tests of the numbers themselves belong here too. */
class MyArchitectureTest extends ArchitectureSuite {
  MyArchitectureTest() {
    super(MyArchitecture.class);
  }
}
