package org.genlab.cli.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.genlab.lab.RunEvents;
import org.genlab.study.RunEntry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows how a run goes that another process computes. */
@Command(
    name = "watch",
    description = {
      "Show how a run goes: one of a running lab, or of another 'genlab run'.",
      "Ctrl-C leaves the run alone."
    },
    footer = "genlab watch division-20260101-120000")
final class WatchCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private LabOptions options;

  @Option(
      names = "--json",
      description = "Write one JSON object for each event to standard output, and nothing else.")
  private boolean json;

  @Parameters(
      index = "0",
      paramLabel = "RUN",
      description = "A run: its directory or name, or its number in the lab's queue.")
  private String run;

  WatchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** What the stream tells of a run. */
  private final class Viewer implements AutoCloseable {
    private final Display display = Display.of(terminal, json);
    private SingleRun single;
    private String directory = "";
    private JsonNode end;

    void see(JsonNode event) {
      switch (event.path("event").asText()) {
        case "run" -> {
          directory = event.path("directory").asText();
          single =
              new SingleRun(
                  display,
                  event.path("run").asText(),
                  event.path("seed").asLong(),
                  event.path("total-steps").asLong(),
                  0,
                  1);
          display.planned(List.of(single.planned()));
          if (event.has("ahead")) {
            long ahead = event.path("ahead").asLong();
            display.say(
                event.path("run").asText()
                    + " is queued"
                    + (ahead == 0
                        ? "."
                        : ", after " + ahead + (ahead == 1 ? " other." : " others.")));
          }
        }
        case "ended" -> {
          end = event;
          single.ended(
              switch (RunEvents.how(event)) {
                case FINISHED -> RunEntry.Status.FINISHED;
                case STOPPED -> RunEntry.Status.STOPPED;
                case FAILED -> RunEntry.Status.FAILED;
              },
              event.path("reason").asText(""),
              event.path("step").asLong());
        }
        default -> RunEvents.tell(event, single);
      }
    }

    @Override
    public void close() {
      display.close();
    }
  }

  @Override
  public Integer call() {
    LabOptions.Target target = options.target(run);
    JsonNode end;
    try (Viewer viewer = new Viewer()) {
      target.client().stream(target.path("events"), viewer::see);
      end = viewer.end;
      if (json && end != null) {
        viewer.display.runWritten(
            Path.of(viewer.directory), end.path("status").asText(), end.path("step").asLong());
      }
    }
    if (end == null) {
      terminal
          .err()
          .println("genlab: the lab ended; its next 'genlab serve' goes on with the run.");
      return Genlab.FAILED;
    }
    if (RunEvents.how(end) == RunEvents.End.FAILED) {
      if (!json) {
        terminal.err().println("genlab: " + run + " failed: " + end.path("reason").asText());
      }
      return Genlab.FAILED;
    }
    return Genlab.OK;
  }
}
