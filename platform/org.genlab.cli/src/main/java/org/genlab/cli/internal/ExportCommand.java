package org.genlab.cli.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.genlab.api.model.Parameters;
import org.genlab.store.Checkpoint;
import org.genlab.store.CheckpointStore;
import org.genlab.store.ParameterFile;
import org.genlab.store.RunDirectory;
import org.genlab.store.StoredRun;
import org.genlab.store.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes the parameters of a run for other programs. */
@Command(
    name = "export",
    description = {
      "Write the parameters of a run to a file that other programs read: safetensors or NumPy's"
          + " npz, with an array for each parameter.",
      "An experiment with 'initialize-from: FILE' begins with the parameters in such a file."
    },
    footer = "genlab export runs/grokking-20260101-120000 --out grokking.npz")
final class ExportCommand implements Callable<Integer> {
  private final Terminal terminal;

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
  private Path runsDirectory;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "safetensors or npz; what the file's ending says unless given.")
  private ParameterFile.Format format;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The file to write; ./<name of the run>.<format> unless given.")
  private Path out;

  @Option(
      names = "--step",
      paramLabel = "N",
      description = "The step of the checkpoint; the last one unless given.")
  private Long step;

  @picocli.CommandLine.Parameters(
      index = "0",
      paramLabel = "DIR",
      description = "The directory of the run, or its name in the runs directory.")
  private Path given;

  ExportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Path directory = ResumeCommand.locate(given, runsDirectory);
    RunDirectory run = RunDirectory.open(directory);
    Checkpoint checkpoint = checkpoint(run);
    Optional<Parameters> parameters = checkpoint.parameters(StoredRun.MAIN_PARAMETERS);
    if (parameters.isEmpty()) {
      throw new UserError(directory + ": the model of this run has no parameters to export.");
    }
    Path file = file(directory);
    ParameterFile.Format as = format == null ? ParameterFile.Format.of(file) : format;
    ParameterFile.write(parameters.get(), as, file);
    terminal
        .out()
        .printf(
            Locale.ROOT, "%s: %s of step %d%n", file, parameters.get().layout(), checkpoint.step());
    return Genlab.OK;
  }

  private Checkpoint checkpoint(RunDirectory run) {
    CheckpointStore store = run.checkpoints(warning -> {});
    if (step == null) {
      return store.last();
    }
    if (!store.steps().contains(step)) {
      throw new UserError(
          run.path()
              + " has no checkpoint of step "
              + step
              + "; it has "
              + (store.steps().isEmpty() ? "none" : store.steps())
              + ".");
    }
    try {
      return store.load(step);
    } catch (IOException e) {
      throw new UserError(
          "the checkpoint " + store.data(step) + " is damaged (" + e.getMessage() + ").", e);
    }
  }

  private Path file(Path directory) {
    if (out != null) {
      return out;
    }
    ParameterFile.Format as = format == null ? ParameterFile.Format.SAFETENSORS : format;
    return Path.of(
        directory.toAbsolutePath().normalize().getFileName()
            + "."
            + as.name().toLowerCase(Locale.ROOT));
  }
}
