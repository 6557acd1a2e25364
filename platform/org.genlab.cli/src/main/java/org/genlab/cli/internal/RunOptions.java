package org.genlab.cli.internal;

import java.nio.file.Path;
import org.genlab.store.UserError;
import picocli.CommandLine.Option;

/** The options of every command that runs something. */
final class RunOptions {
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
  Path runsDirectory;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Processors to use; all unless given. Never changes results.")
  Integer threads;

  @Option(
      names = "--json",
      description = "Write one JSON object for each event to standard output, and nothing else.")
  boolean json;

  /** How many processors to use. */
  int processors() {
    if (threads == null) {
      return Runtime.getRuntime().availableProcessors();
    }
    if (threads < 1) {
      throw new UserError("--threads must be at least 1, not " + threads + ".");
    }
    return threads;
  }
}
