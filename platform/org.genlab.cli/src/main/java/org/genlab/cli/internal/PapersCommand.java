package org.genlab.cli.internal;

import java.util.concurrent.Callable;
import org.genlab.study.StudyCatalog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the papers that can be reproduced. */
@Command(
    name = "papers",
    description = "List the papers that 'genlab reproduce' knows.",
    footer = "genlab papers")
final class PapersCommand implements Callable<Integer> {
  private final Lab lab;
  private final Terminal terminal;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  PapersCommand(Lab lab, Terminal terminal) {
    this.lab = lab;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    TextTable table = new TextTable("id", "#year", "group", "title");
    for (StudyCatalog.Listing paper : lab.studies().list()) {
      table.row(
          paper.id(),
          paper.year() == 0 ? "" : Integer.toString(paper.year()),
          paper.group(),
          paper.problem().isEmpty() ? paper.title() : "cannot be read: " + paper.problem());
    }
    if (table.isEmpty()) {
      terminal.err().println("No bundle with a study is installed.");
    } else {
      table.lines("").forEach(terminal.out()::println);
    }
    return Genlab.OK;
  }
}
