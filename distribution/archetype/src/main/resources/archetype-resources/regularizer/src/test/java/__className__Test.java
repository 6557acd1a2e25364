package ${package};

import org.genlab.tck.RegularizerSuite;

/** Everything that the host demands of a regularizer. Tests of the numbers themselves belong here too. */
class ${className}Test extends RegularizerSuite {
  ${className}Test() {
    super(${className}.class);
  }
}
