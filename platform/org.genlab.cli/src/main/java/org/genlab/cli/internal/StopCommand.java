package org.genlab.cli.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stops a run that another process computes. */
@Command(
    name = "stop",
    description = {
      "Stop a run at its next step, with a checkpoint: one of a running lab, or of another 'genlab"
          + " run'.",
      "A run that is only queued is taken out of the queue."
    },
    footer = "genlab stop division-20260101-120000")
final class StopCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private LabOptions options;

  @Option(
      names = "--now",
      description =
          "Do not wait for the next step, for a plugin that does not return; what was made since"
              + " the last checkpoint is lost. For runs of a lab.")
  private boolean now;

  @Parameters(
      index = "0",
      paramLabel = "RUN",
      description = "A run: its directory or name, or its number in the lab's queue.")
  private String run;

  StopCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    LabOptions.Target target = options.target(run);
    JsonNode answer =
        target
            .client()
            .post(target.path("stop"), new JsonMapper().createObjectNode().put("now", now));
    terminal.out().println(answer.path("sentence").asText());
    return answer.path("state").asText().equals("failed") ? Genlab.FAILED : Genlab.OK;
  }
}
