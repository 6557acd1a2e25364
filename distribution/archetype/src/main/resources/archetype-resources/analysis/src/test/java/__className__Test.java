package ${package};

import org.genlab.tck.AnalysisSuite;

/** Everything that the host demands of an analysis. Tests of the numbers themselves belong here too. */
class ${className}Test extends AnalysisSuite {
  ${className}Test() {
    super(${className}.class);
  }
}
