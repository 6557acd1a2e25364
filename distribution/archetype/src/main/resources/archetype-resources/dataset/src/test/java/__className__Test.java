package ${package};

import org.genlab.tck.DatasetSuite;

/** Everything that the host demands of a dataset. Tests of the numbers themselves belong here too. */
class ${className}Test extends DatasetSuite {
  ${className}Test() {
    super(${className}.class);
  }
}
