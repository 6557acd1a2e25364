package org.genlab.cli.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.config.Overrides;
import org.genlab.runtime.config.Yaml;
import org.genlab.runtime.plugins.Experiment;
import org.genlab.store.RunDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs an experiment, or a sweep over variants of it. */
@Command(
    name = "run",
    description = "Run an experiment; with ranges or lists of values, one after the other.",
    footer = "genlab run experiment.yaml optimizer.weight-decay=0 seed=0..4")
final class RunCommand implements Callable<Integer> {
  private final Lab lab;
  private final Terminal terminal;

  @Mixin private RunOptions options;

  @Option(
      names = "--install",
      description = "Install plugins that the experiment names and that are not there.")
  private boolean install;

  @Parameters(index = "0", paramLabel = "FILE", description = "An experiment file.")
  private Path file;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "OVERRIDE",
      description =
          "optimizer.rho=0.1 sets, ~regularizers.dropout removes, seed=0..4 and optimizer=sam,adamw"
              + " run each.")
  private List<String> overrides = List.of();

  RunCommand(Lab lab, Terminal terminal) {
    this.lab = lab;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Node root = Experiment.named(Yaml.parse(file), file);
    Node.MapNode map =
        root.asMap()
            .orElseThrow(
                () -> root.error("an experiment is a map of blocks, not " + root.describe()));
    EngineLaboratory laboratory = new EngineLaboratory(lab);
    MissingPlugins missing = new MissingPlugins(lab, terminal, install);
    List<RunSession.Job> jobs = new ArrayList<>();
    for (Overrides.Variant variant : Overrides.parse(overrides).variants()) {
      EngineLaboratory.Ready ready = missing.with(() -> laboratory.prepare(variant.applyTo(map)));
      String name = variant.label().isEmpty() ? ready.name() : variant.label();
      jobs.add(
          RunSession.ExperimentJob.create(
              ready,
              name,
              options.processors(),
              experiment -> RunDirectory.create(options.runsDirectory, ready.name(), experiment)));
    }
    return new RunSession(terminal, options.json, lab::livePlugins).run(jobs);
  }
}
