package org.genlab.cli.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import org.genlab.lab.ControlClient;
import org.genlab.lab.Endpoint;
import org.genlab.lab.LabServer;
import org.genlab.store.UserError;
import picocli.CommandLine.Option;

/** The options of every command that has to do with a running lab. */
final class LabOptions {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(
      names = "--runs-dir",
      paramLabel = "DIR",
      defaultValue = "runs",
      description = "Which lab: the one that serves this directory; ./runs unless given.")
  Path runsDirectory;

  /**
   * The lab that serves the directory.
   *
   * @throws UserError when there is none
   */
  ControlClient lab() {
    return ControlClient.of(file()).orElseThrow(this::noLab);
  }

  private Path file() {
    return runsDirectory.resolve(LabServer.DIRECTORY).resolve(LabServer.ENDPOINT);
  }

  private UserError noLab() {
    return new UserError(
        "no lab serves "
            + runsDirectory
            + "; start one, in another terminal, with 'genlab serve"
            + (runsDirectory.equals(Path.of("runs")) ? "" : " --runs-dir " + runsDirectory)
            + "'.");
  }

  /** Whoever computes a run, and what the run is called there. */
  record Target(ControlClient client, String run) {
    String path(String what) {
      return "/runs/" + run + "/" + what;
    }
  }

  /**
   * Who computes a run: the process of a 'genlab run', or else the lab.
   *
   * @param given a directory, its name among the runs, or a number in the lab's queue
   * @throws UserError when nobody does
   */
  Target target(String given) {
    Path directory = Path.of(given);
    Path among = runsDirectory.resolve(given);
    for (Path candidate : new Path[] {directory, among}) {
      var own = ControlClient.of(candidate.resolve(Endpoint.OF_RUN));
      if (own.isPresent()) {
        return new Target(own.get(), name(candidate));
      }
    }
    var lab = ControlClient.of(file());
    if (lab.isEmpty()) {
      throw new UserError(
          (Files.isDirectory(directory) || Files.isDirectory(among)
                  ? "the run " + given + " is not running: no process computes it, and "
                  : "there is no run "
                      + given
                      + ", neither here nor in "
                      + runsDirectory
                      + ", and ")
              + noLab().getMessage());
    }
    return new Target(lab.get(), name(directory));
  }

  private static String name(Path directory) {
    return String.valueOf(directory.toAbsolutePath().normalize().getFileName());
  }
}
