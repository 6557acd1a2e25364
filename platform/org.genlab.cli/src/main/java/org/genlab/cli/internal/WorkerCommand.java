package org.genlab.cli.internal;

import java.util.concurrent.Callable;
import org.genlab.lab.Worker;
import org.genlab.study.report.Reports;
import picocli.CommandLine.Command;

/** Works for a lab; started by it, not by hand. */
@Command(
    name = WorkerCommand.NAME,
    hidden = true,
    description = "Work for 'genlab serve', which starts this itself.")
final class WorkerCommand implements Callable<Integer> {
  static final String NAME = "worker";

  private final Lab lab;
  private final Terminal terminal;

  WorkerCommand(Lab lab, Terminal terminal) {
    this.lab = lab;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    // Ctrl-C in the terminal of the lab, and the end of the session or the system, are for the lab,
    // which stops its workers in its own way; when it is gone their input ends.
    Interrupts.ignore("INT");
    Interrupts.ignore("TERM");
    Interrupts.ignore("HUP");
    Worker.work(lab.labPlugins(true, Reports::writeRun).plugins(), System.in, terminal.out());
    return Genlab.OK;
  }
}
