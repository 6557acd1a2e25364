package org.genlab.cli.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.genlab.store.AtomicFiles;
import org.genlab.study.RecordedStudies;
import org.genlab.study.RecordedStudies.Recorded;
import org.genlab.study.StudyCatalog;
import org.genlab.study.report.ResultEntry;
import org.genlab.study.report.ResultsPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the results page. */
@Command(
    name = "results",
    description =
        "Write the results page DIR/README.md: a row for each claim of each paper, as the last full"
            + " run of its study judged it. Beside it lies an entry <id>.json for each study; those"
            + " of studies without a newer run stay, so runs can be made one at a time and on"
            + " several machines.",
    footer = "genlab results")
final class ResultsCommand implements Callable<Integer> {
  private final Lab lab;
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
      arity = "0..1",
      paramLabel = "DIR",
      defaultValue = "results",
      description = "Where the page is kept; ./results unless given.")
  private Path directory;

  ResultsCommand(Lab lab, Terminal terminal) {
    this.lab = lab;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Map<String, ResultEntry> entries = kept();
    int taken = 0;
    for (StudyCatalog.Listing paper : lab.studies().list()) {
      if (!paper.problem().isEmpty()) {
        terminal.err().println("genlab: " + paper.problem());
        continue;
      }
      Recorded last = last(paper.id());
      if (last != null) {
        ResultEntry entry = ResultEntry.of(last);
        AtomicFiles.write(made().resolve(paper.id() + ".json"), entry.toJson());
        entries.put(paper.id(), entry);
        taken++;
      }
    }
    if (entries.isEmpty()) {
      terminal
          .err()
          .println(
              "genlab: there is no finished full run of a study in "
                  + runsDirectory
                  + "; 'genlab reproduce --all' makes them.");
      return Genlab.USAGE;
    }
    Path page = made().resolve("README.md");
    AtomicFiles.write(page, ResultsPage.of(List.copyOf(entries.values())));
    terminal
        .out()
        .println(
            page + ": " + entries.size() + " studies, " + taken + " of them from " + runsDirectory);
    return Genlab.OK;
  }

  /** The last full run of a study as it is now; null when there is none. */
  private Recorded last(String id) {
    List<Recorded> full =
        new RecordedStudies(runsDirectory)
            .of(id).stream()
                .filter(r -> r.isFinished() && r.result().profile().equals("full"))
                .toList();
    if (full.isEmpty()) {
      return null;
    }
    for (Recorded recorded : full) {
      if (recorded.isOf(lab.studies().find(id))) {
        return recorded;
      }
    }
    terminal
        .err()
        .println(
            "genlab: "
                + id
                + " was changed since its last full run, which therefore does not count.");
    return null;
  }

  private Map<String, ResultEntry> kept() {
    Map<String, ResultEntry> entries = new TreeMap<>();
    if (Files.isDirectory(directory)) {
      List<Path> files = new ArrayList<>();
      try (Stream<Path> all = Files.list(directory)) {
        all.filter(f -> f.toString().endsWith(".json")).sorted().forEach(files::add);
      } catch (IOException e) {
        throw AtomicFiles.cannotRead(directory, e);
      }
      for (Path file : files) {
        ResultEntry entry = ResultEntry.read(file);
        entries.put(entry.id(), entry);
      }
    }
    return entries;
  }

  /** The directory, made when it is missing. */
  private Path made() {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(directory, e);
    }
    return directory;
  }
}
