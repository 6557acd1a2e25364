package org.genlab.cli.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.genlab.runtime.config.Yaml;
import org.genlab.store.RunDirectory;
import org.genlab.store.UserError;
import org.genlab.study.StudyRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Goes on with what was stopped or killed. */
@Command(
    name = "resume",
    description =
        "Go on with a run or a study that was stopped or killed; it ends in exactly the same bits.",
    footer = "genlab resume runs/grokking-20260101-120000")
final class ResumeCommand implements Callable<Integer> {
  private final Lab lab;
  private final Terminal terminal;

  @Mixin private RunOptions options;

  @Parameters(
      index = "0",
      paramLabel = "DIR",
      description = "The directory of the run or study, or its name in the runs directory.")
  private Path given;

  ResumeCommand(Lab lab, Terminal terminal) {
    this.lab = lab;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Path directory = locate(given, options.runsDirectory);
    EngineLaboratory laboratory = new EngineLaboratory(lab);
    if (StudyRunner.isStudy(directory)) {
      StudyRunner runner = new StudyRunner(laboratory, options.processors());
      return new StudySession(terminal, options.json)
          .run((display, stop) -> runner.resume(directory, display, stop));
    }
    RunDirectory run = RunDirectory.open(directory);
    Path file = run.file(RunDirectory.EXPERIMENT);
    EngineLaboratory.Ready ready =
        laboratory.prepare(
            Yaml.parse(file)
                .asMap()
                .orElseThrow(() -> new UserError(file + ": an experiment is a map of blocks.")));
    String name = directory.toAbsolutePath().normalize().getFileName().toString();
    return new RunSession(terminal, options.json, lab::livePlugins)
        .run(List.of(RunSession.ExperimentJob.resume(ready, name, options.processors(), run)));
  }

  /** A directory as it was given, or of that name among the runs. */
  static Path locate(Path given, Path runs) {
    if (Files.isDirectory(given)) {
      return given;
    }
    Path among = runs.resolve(given);
    if (Files.isDirectory(among)) {
      return among;
    }
    throw new UserError(
        "there is no directory "
            + given
            + (given.isAbsolute() ? "" : ", neither here nor in " + runs)
            + "; 'genlab runs' lists what there is.");
  }
}
