package org.genlab.cli.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.genlab.runtime.config.Nearest;
import org.genlab.store.UserError;
import org.genlab.study.RecordedStudies;
import org.genlab.study.RecordedStudies.Recorded;
import org.genlab.study.StudyCatalog;
import org.genlab.study.report.NumberText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the papers that can be reproduced, and how their last runs came out. */
@Command(
    name = "papers",
    description =
        "List the papers that 'genlab reproduce' knows, how their last runs came out, and about how"
            + " long a full one takes: as long as the last one here, else as the study says.",
    footer = "genlab papers --group grokking-and-memorisation")
final class PapersCommand implements Callable<Integer> {
  private final Lab lab;
  private final Terminal terminal;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(names = "--group", paramLabel = "GROUP", description = "Only the papers of a group.")
  private String group;

  @Option(
      names = "--runs-dir",
      paramLabel = "DIR",
      defaultValue = "runs",
      description = "Where runs are kept; ./runs unless given.")
  private Path runsDirectory;

  PapersCommand(Lab lab, Terminal terminal) {
    this.lab = lab;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<StudyCatalog.Listing> papers = lab.studies().list();
    if (papers.isEmpty()) {
      terminal.err().println("No bundle with a study is installed.");
      return Genlab.OK;
    }
    TextTable table =
        new TextTable("id", "#year", "group", "status", "last run", "#takes", "title");
    RecordedStudies recorded = new RecordedStudies(runsDirectory);
    for (StudyCatalog.Listing paper : papers) {
      if (group == null || group.equals(paper.group())) {
        row(table, paper, recorded.of(paper.id()));
      }
    }
    if (table.isEmpty()) {
      throw new UserError(
          "there is no group of papers '"
              + group
              + "'"
              + Nearest.hint(group, papers.stream().map(StudyCatalog.Listing::group).toList()));
    }
    table.lines("").forEach(terminal.out()::println);
    return Genlab.OK;
  }

  private static void row(TextTable table, StudyCatalog.Listing paper, List<Recorded> runs) {
    Optional<Recorded> last = runs.stream().findFirst();
    Optional<Recorded> full =
        runs.stream()
            .filter(r -> r.isFinished() && r.result().profile().equals("full"))
            .findFirst();
    double seconds = full.map(r -> r.result().timing().seconds()).orElse(paper.minutes() * 60);
    table.row(
        paper.id(),
        paper.year() == 0 ? "" : Integer.toString(paper.year()),
        paper.group(),
        last.map(PapersCommand::status).orElse("never run"),
        last.map(r -> r.result().timing().started().replaceFirst("T(..:..).*", " $1")).orElse(""),
        seconds == 0 ? "" : NumberText.duration(seconds),
        paper.problem().isEmpty() ? paper.title() : "cannot be read: " + paper.problem());
  }

  /** In the words of {@link Results#standing}, and what else one must know to believe it. */
  private static String status(Recorded recorded) {
    if (!recorded.isFinished()) {
      return "stopped";
    }
    long holding = recorded.result().judgedControls().stream().filter(c -> !c.breaks()).count();
    return Results.standing(recorded.result())
        + (recorded.result().profile().equals("quick") ? " (quick)" : "")
        + (holding == 0 ? "" : ", " + NumberText.count(holding, "control") + " not breaking");
  }
}
