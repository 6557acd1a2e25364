package org.genlab.cli.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.genlab.lab.ControlClient;
import org.genlab.lab.Submission;
import org.genlab.runtime.config.Yaml;
import org.genlab.store.AtomicFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives an experiment to a running lab. */
@Command(
    name = "submit",
    description = {
      "Give an experiment to a running lab; with ranges or lists of values, all of them.",
      "The lab takes the text of the file as it is now. It checks the experiment before it accepts"
          + " it, and relative paths in it go from here."
    },
    footer = "genlab submit experiment.yaml optimizer.weight-decay=0 seed=0..4")
final class SubmitCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private LabOptions options;

  @Option(names = "--json", description = "Write one JSON object to standard output.")
  private boolean json;

  @Parameters(index = "0", paramLabel = "FILE", description = "An experiment file.")
  private Path file;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "OVERRIDE",
      description = "As for 'genlab run'.")
  private List<String> overrides = List.of();

  SubmitCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    // Whatever is wrong with the file itself needs no lab.
    Yaml.parse(file);
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(file, e);
    }
    ControlClient lab = options.lab();
    JsonNode answer =
        lab.post(
            "/runs",
            new Submission(file.toString(), text, Path.of("").toAbsolutePath(), overrides)
                .toJson());
    if (json) {
      terminal.out().println(answer);
      return Genlab.OK;
    }
    long ahead = answer.path("ahead").asLong();
    JsonNode jobs = answer.path("jobs");
    TextTable table = new TextTable("#number", "run", "variant");
    for (JsonNode job : jobs) {
      table.row(job.path("number").asText(), job.path("run").asText(), job.path("label").asText());
    }
    if (jobs.size() == 1) {
      terminal.out().println(jobs.path(0).path("run").asText());
    } else {
      table.lines("").forEach(terminal.out()::println);
    }
    terminal
        .err()
        .println(
            "accepted"
                + (ahead == 0 ? "" : ", after " + ahead + (ahead == 1 ? " other" : " others"))
                + "; watch it with: genlab watch "
                + jobs.path(0).path("run").asText());
    return Genlab.OK;
  }
}
