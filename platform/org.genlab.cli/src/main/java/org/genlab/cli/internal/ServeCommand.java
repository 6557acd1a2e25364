package org.genlab.cli.internal;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.genlab.lab.Deployer;
import org.genlab.lab.ExitWatch;
import org.genlab.lab.LabServer;
import org.genlab.lab.ProcessRunners;
import org.genlab.lab.Runners;
import org.genlab.lab.ThreadRunners;
import org.genlab.store.UserError;
import org.genlab.study.report.Reports;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Keeps a lab running. */
@Command(
    name = "serve",
    description = {
      "Keep a lab running that takes experiments from 'genlab submit' and runs them one after the"
          + " other, or several at once.",
      "Ctrl-C stops its runs with a checkpoint; the next 'genlab serve' goes on with them. Plugins"
          + " that are put into a plugin directory, replaced or removed are taken up at once: by"
          + " new runs, while running ones finish on those they began with."
    },
    footer = "genlab serve --parallel 2")
final class ServeCommand implements Callable<Integer> {
  private static final String SERVING = ".serving-";
  private static final long WATCH_MILLIS = 500;
  private static final long PATIENCE_MILLIS = 120_000;

  private final Lab lab;
  private final Terminal terminal;

  @Mixin private LabOptions options;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many runs at once; 1 unless given.")
  private int parallel;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Processors for each run; unless given, all of them shared out. Never changes results.")
  private Integer threads;

  @Option(
      names = "--silence",
      paramLabel = "MIN",
      defaultValue = "60",
      description =
          "End a run that shows no sign of life, no step and no measurement, for so many minutes;"
              + " 60 unless given, 0 for never.")
  private long silence;

  @Option(
      names = "--isolation",
      paramLabel = "HOW",
      defaultValue = "process",
      description =
          "process: each run in a process of its own, which no plugin of another can harm. thread:"
              + " all in this process; they begin sooner and share memory. process unless given.")
  private Isolation isolation;

  /** What keeps runs from each other. */
  enum Isolation {
    PROCESS,
    THREAD
  }

  ServeCommand(Lab lab, Terminal terminal) {
    this.lab = lab;
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    int processors = Runtime.getRuntime().availableProcessors();
    if (parallel < 1 || (threads != null && threads < 1) || silence < 0) {
      throw new UserError("--parallel and --threads must be at least 1, and --silence at least 0.");
    }
    int each = threads == null ? Math.max(1, processors / parallel) : threads;
    Path runs = options.runsDirectory;
    boolean here = isolation == Isolation.THREAD;
    LabPlugins plugins = lab.labPlugins(here, ServeCommand::writeReport);
    Runners runners =
        here
            ? new ThreadRunners(plugins.plugins())
            : new ProcessRunners(workerCommand(parallel), LabServer.home(runs));
    try (ExitWatch exit =
            ExitWatch.open(
                plugins.plugins(), () -> 0, line -> terminal.err().println("genlab: " + line));
        Interrupts interrupts =
            Interrupts.open(
                () -> terminal.err().println("stopping the runs after their step..."))) {
      LabServer server =
          LabServer.open(
              new LabServer.Options(runs, parallel, each, Duration.ofMinutes(silence)),
              runners,
              line -> terminal.err().println(line));
      try {
        terminal
            .err()
            .println(
                "The lab serves "
                    + runs
                    + (parallel > 1 ? ", " + parallel + " runs at once" : "")
                    + "; submit experiments with: genlab submit FILE"
                    + (runs.equals(Path.of("runs")) ? "" : " --runs-dir " + runs));
        Deployer deployer = plugins.deployer(server::notice);
        deployer.scan();
        try (AutoCloseable watch = deployer.watch(WATCH_MILLIS);
            AutoCloseable mark = markHome()) {
          while (!interrupts.stop().isRequested()) {
            Thread.sleep(100);
          }
        }
      } finally {
        server.close(PATIENCE_MILLIS);
      }
      terminal.err().println("the lab has ended; its queue is kept for the next.");
      return interrupts.exitCode();
    }
  }

  /** Builds must not remove the files that the processes of runs are started from. */
  private static AutoCloseable markHome() {
    Path home = Path.of(System.getProperty("genlab.home"));
    Path mark = home.resolve(SERVING + ProcessHandle.current().pid());
    try (DirectoryStream<Path> marks = Files.newDirectoryStream(home, SERVING + "*")) {
      for (Path old : marks) {
        // Labs that were killed leave theirs.
        long pid = Long.parseLong(old.getFileName().toString().substring(SERVING.length()));
        if (ProcessHandle.of(pid).isEmpty()) {
          Files.deleteIfExists(old);
        }
      }
      Files.write(mark, new byte[0]);
      return () -> Files.deleteIfExists(mark);
    } catch (IOException | NumberFormatException e) {
      // An installation that belongs to somebody else, which no build of ours replaces.
      return () -> {};
    }
  }

  private static void writeReport(Path directory) {
    Reports.writeRun(directory);
  }

  /** This very Java with the same options, shared out. */
  private static List<String> workerCommand(int parallel) {
    List<String> command = new ArrayList<>();
    command.add(
        ProcessHandle.current()
            .info()
            .command()
            .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      // Descriptor 3 is not passed on; what is for the whole machine is shared by the runs.
      if (option.startsWith("-XX:MaxRAMPercentage=")) {
        command.add("-XX:MaxRAMPercentage=" + Math.max(1, 60 / parallel));
      } else if (!option.startsWith("-Dgenlab.stderr=") && !option.startsWith("-XX:ErrorFile=")) {
        command.add(option);
      }
    }
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            "org.genlab.launcher.Main",
            WorkerCommand.NAME));
    return command;
  }
}
