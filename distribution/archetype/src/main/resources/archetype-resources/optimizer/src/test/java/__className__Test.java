package ${package};

import org.genlab.tck.OptimizerSuite;

/** Everything that the host demands of an optimizer. Tests of the numbers themselves belong here too. */
class ${className}Test extends OptimizerSuite {
  ${className}Test() {
    super(${className}.class);
  }
}
