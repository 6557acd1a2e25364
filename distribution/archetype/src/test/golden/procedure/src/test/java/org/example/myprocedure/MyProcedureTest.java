package org.example.myprocedure;

import org.genlab.tck.ProcedureSuite;

/** Everything that the host demands of a procedure. Tests of the numbers themselves belong here too. */
class MyProcedureTest extends ProcedureSuite {
  MyProcedureTest() {
    super(MyProcedure.class);
  }
}
