package org.example.myanalysis;

import org.genlab.tck.AnalysisSuite;

/** Everything that the host demands of an analysis. Tests of the numbers themselves belong here too. */
class MyAnalysisTest extends AnalysisSuite {
  MyAnalysisTest() {
    super(MyAnalysis.class);
  }
}
