package org.genlab.cli.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.Callable;
import org.genlab.store.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Changes modules of a run while it runs. */
@Command(
    name = "swap",
    description = {
      "Change plugins or settings of a running run at its next step: one of a running lab, or of"
          + " another 'genlab run'.",
      "A checkpoint is written first. When what is new fails in its first step, the run goes back"
          + " to what it had, and goes on."
    },
    footer = "genlab swap division-20260101-120000 'optimizer=sam@[2,3)' optimizer.rho=0.1")
final class SwapCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private LabOptions options;

  @Option(names = "--json", description = "Write one JSON object to standard output.")
  private boolean json;

  @Parameters(
      index = "0",
      paramLabel = "RUN",
      description = "A run: its directory or name, or its number in the lab's queue.")
  private String run;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "OVERRIDE",
      description = "optimizer.rho=0.1 sets, ~regularizers.dropout removes; no ranges or lists.")
  private List<String> overrides;

  SwapCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    LabOptions.Target target = options.target(run);
    ObjectNode body = new JsonMapper().createObjectNode();
    overrides.forEach(body.putArray("overrides")::add);
    JsonNode answer = target.client().post(target.path("swap"), body);
    String sentence = answer.path("sentence").asText();
    String result = answer.path("result").asText();
    if (json) {
      terminal.out().println(answer);
    } else if (result.equals("refused")) {
      throw new UserError(sentence);
    } else {
      (result.equals("swapped") ? terminal.out() : terminal.err()).println(sentence);
    }
    return switch (result) {
      case "swapped" -> Genlab.OK;
      case "refused" -> Genlab.USAGE;
      default -> Genlab.FAILED;
    };
  }
}
