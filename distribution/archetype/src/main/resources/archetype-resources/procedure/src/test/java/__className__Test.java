package ${package};

import org.genlab.tck.ProcedureSuite;

/** Everything that the host demands of a procedure. Tests of the numbers themselves belong here too. */
class ${className}Test extends ProcedureSuite {
  ${className}Test() {
    super(${className}.class);
  }
}
