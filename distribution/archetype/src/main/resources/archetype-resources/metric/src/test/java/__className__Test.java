package ${package};

import org.genlab.tck.MetricSuite;

/** Everything that the host demands of a metric. Tests of the numbers themselves belong here too. */
class ${className}Test extends MetricSuite {
  ${className}Test() {
    super(${className}.class);
  }
}
