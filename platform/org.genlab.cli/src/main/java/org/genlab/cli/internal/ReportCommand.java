package org.genlab.cli.internal;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.genlab.study.report.Reports;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a report again. */
@Command(
    name = "report",
    description = "Write the report and the plots of a run or a study again.",
    footer = "genlab report runs/grokking-20260101-120000")
final class ReportCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(
      names = "--runs-dir",
      paramLabel = "DIR",
      defaultValue = "runs",
      description = "Where runs are kept; ./runs unless given.")
  private Path runsDirectory;

  @Parameters(
      index = "0",
      paramLabel = "DIR",
      description = "The directory of the run or study, or its name in the runs directory.")
  private Path given;

  ReportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Reports.Written written = Reports.write(ResumeCommand.locate(given, runsDirectory));
    terminal.out().println(written.page());
    written.plots().forEach(terminal.out()::println);
    written.notices().forEach(notice -> terminal.err().println("genlab: " + notice));
    return Genlab.OK;
  }
}
