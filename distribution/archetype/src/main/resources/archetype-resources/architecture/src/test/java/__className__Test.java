package ${package};

import org.genlab.tck.ArchitectureSuite;

/** Everything that the host demands of an architecture. Tests of the numbers themselves belong here too. */
class ${className}Test extends ArchitectureSuite {
  ${className}Test() {
    super(${className}.class);
  }
}
