package org.genlab.cli.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.genlab.store.AtomicFiles;
import org.genlab.store.RunDirectory;
import org.genlab.store.RunStatus;
import org.genlab.store.UserError;
import org.genlab.study.StudyResult;
import org.genlab.study.StudyRunner;
import org.genlab.study.Verdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists runs and studies. */
@Command(
    name = "runs",
    description = "List the runs and studies there are, the latest last.",
    footer = "genlab runs")
final class RunsCommand implements Callable<Integer> {
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

  RunsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  private record Listed(Path path, long modified) {}

  @Override
  public Integer call() {
    TextTable table = new TextTable("name", "kind", "state", "outcome");
    for (Path directory : directories()) {
      String name = directory.getFileName().toString();
      try {
        if (StudyRunner.isStudy(directory)) {
          StudyResult study = StudyResult.read(directory);
          boolean finished = study.outcome() == StudyResult.Outcome.FINISHED;
          table.row(name, "study", finished ? "finished" : "open", finished ? verdicts(study) : "");
        } else {
          RunDirectory run = RunDirectory.open(directory);
          table.row(name, "run", state(run), steps(run));
        }
      } catch (UserError e) {
        table.row(name, "?", "damaged", e.getMessage());
      }
    }
    if (table.isEmpty()) {
      terminal.err().println("There are no runs in " + runsDirectory + " yet.");
    } else {
      table.lines("").forEach(terminal.out()::println);
    }
    return Genlab.OK;
  }

  private List<Path> directories() {
    if (!Files.isDirectory(runsDirectory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(runsDirectory)) {
      return entries
          .filter(p -> !p.getFileName().toString().startsWith("."))
          .filter(
              p ->
                  StudyRunner.isStudy(p) || Files.isRegularFile(p.resolve(RunDirectory.EXPERIMENT)))
          .map(p -> new Listed(p, p.toFile().lastModified()))
          .sorted(Comparator.comparingLong(Listed::modified).thenComparing(Listed::path))
          .map(Listed::path)
          .toList();
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(runsDirectory, e);
    }
  }

  private static String verdicts(StudyResult study) {
    long yes = study.claims().stream().filter(c -> c.verdict() == Verdict.TRUE).count();
    return yes + " of " + study.claims().size() + " claims TRUE";
  }

  private static String state(RunDirectory run) {
    RunStatus.State state = run.status().map(RunStatus::state).orElse(null);
    if (state == null) {
      return "not started";
    }
    return state == RunStatus.State.RUNNING && !run.isInUse() ? "killed" : state.text();
  }

  private static String steps(RunDirectory run) {
    return run.status()
        .map(
            s ->
                "step "
                    + s.step()
                    + (s.totalSteps() > 0 ? " of " + s.totalSteps() : "")
                    + (s.message().isEmpty() ? "" : ": " + s.message()))
        .orElse("");
  }
}
