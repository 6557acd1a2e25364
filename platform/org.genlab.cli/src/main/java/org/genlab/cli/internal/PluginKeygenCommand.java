package org.genlab.cli.internal;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.genlab.provisioning.trust.Keys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a pair of keys. */
@Command(
    name = "keygen",
    description =
        "Make a pair of Ed25519 keys: FILE, which signs and which only you can read, and FILE.pub,"
            + " which others trust.",
    footer = "genlab plugin keygen ~/.genlab-key")
final class PluginKeygenCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Parameters(index = "0", paramLabel = "FILE", description = "Where to write the private key.")
  private Path file;

  PluginKeygenCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Path shared = Keys.generate(file);
    terminal
        .out()
        .println(
            "Wrote "
                + file
                + "; keep it to yourself. Others trust it with 'genlab plugin trust add NAME "
                + shared.getFileName()
                + "'.");
    return Genlab.OK;
  }
}
