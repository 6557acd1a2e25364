package org.genlab.cli.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists what a running lab has to do. */
@Command(
    name = "queue",
    description =
        "List the runs of a running lab: their state, how far they are, and what happened to its"
            + " plugins.",
    footer = "genlab queue")
final class QueueCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private LabOptions options;

  @Option(names = "--json", description = "Write one JSON object to standard output.")
  private boolean json;

  QueueCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    JsonNode state = options.lab().get("/state");
    if (json) {
      terminal.out().println(state);
      return Genlab.OK;
    }
    TextTable table = new TextTable("#number", "run", "state", "#progress", "");
    for (JsonNode job : state.path("jobs")) {
      table.row(
          job.path("number").asText(),
          job.path("run").asText(),
          job.path("state").asText(),
          progress(job.path("step").asLong(), job.path("total-steps").asLong()),
          job.path("message").asText(job.path("label").asText()));
    }
    if (table.isEmpty()) {
      terminal.err().println("The lab has no runs; submit one with: genlab submit FILE");
    } else {
      table.lines("").forEach(terminal.out()::println);
    }
    if (!state.path("plugins").isEmpty()) {
      terminal.out().println();
      terminal.out().println(terminal.style(Terminal.Style.BOLD, "Plugins"));
      state.path("plugins").forEach(line -> terminal.out().println("  " + line.asText()));
    }
    return Genlab.OK;
  }

  private static String progress(long step, long total) {
    if (total <= 0) {
      return step == 0 ? "" : "step " + step;
    }
    return String.format(Locale.ROOT, "%d/%d %3d %%", step, total, 100 * step / total);
  }
}
