package org.genlab.cli.internal;

import java.util.List;
import java.util.concurrent.Callable;
import org.genlab.store.UserError;
import org.genlab.tensor.Compute;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.BackendProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells which backends there are; the start script installs the layers. */
@Command(
    name = "compute",
    description = {
      "List what can compute here, or install the optional compute layer in which"
          + " DeepLearning4J's ND4J computes.",
      "There is one such layer at a time: ND4J is bound to one device for the life of a process."
    },
    footer = "genlab compute nd4j")
final class ComputeCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "LAYER",
      description =
          "nd4j (ND4J on the CPU, 150 MB fetched), cuda (ND4J on an NVIDIA GPU, more than 2 GB), or"
              + " none to remove it.")
  private String layer;

  ComputeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (layer != null) {
      // The start script takes those that it knows.
      throw new UserError(
          "there is no compute layer '" + layer + "'; there are nd4j, cuda and none.");
    }
    TextTable table = new TextTable("backend", "device", "results", "state");
    List<BackendProvider> installed = Compute.installed();
    for (BackendProvider provider : installed) {
      table.row(
          provider.name(),
          provider.device(),
          provider.isDeterministic() ? "same bits everywhere" : "equal up to rounding",
          state(provider));
    }
    table.row("scalar", "cpu", "same bits everywhere", "usable; plain loops, slow");
    table.lines("").forEach(terminal.out()::println);
    if (installed.stream().noneMatch(p -> p.name().equals("nd4j"))) {
      terminal
          .out()
          .println(
              "Not installed: nd4j. './genlab compute nd4j' installs it for the CPU, './genlab"
                  + " compute cuda' for an NVIDIA GPU.");
    }
    return Genlab.OK;
  }

  /** Whether a backend can be used; tried, because a driver may be missing. */
  private static String state(BackendProvider provider) {
    try (Backend backend = provider.create(1)) {
      return backend.name().isEmpty() ? "" : "usable";
    } catch (IllegalStateException | LinkageError e) {
      return "not usable: " + (e.getMessage() == null ? e : e.getMessage().strip());
    }
  }
}
