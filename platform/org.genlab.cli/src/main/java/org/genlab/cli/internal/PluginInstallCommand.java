package org.genlab.cli.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.genlab.provisioning.install.Provisioning;
import org.genlab.provisioning.repository.Repository;
import org.genlab.provisioning.resolve.Plan;
import org.genlab.provisioning.resolve.Planner;
import org.genlab.provisioning.resolve.Situation;
import org.genlab.provisioning.resolve.Wanted;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Installs plugins. */
@Command(
    name = "install",
    description = {
      "Install plugins, with all that they need. Other versions stay beside them.",
      "A plugin is named as in experiments (sam, optimizer=sam, sam@[1,2)), or by its bundle"
          + " (org.example.sam). A jar or a folder of jars is named by its path or address."
    },
    footer = "genlab plugin install \"sam@[1,2)\"")
final class PluginInstallCommand implements Callable<Integer> {
  private final Lab lab;
  private final Terminal terminal;

  @Mixin private SourceOptions sources;
  @Mixin private ChangeOptions changes;

  @Parameters(
      index = "0..*",
      arity = "1..*",
      paramLabel = "PLUGIN|FILE",
      description = "What to install.")
  private List<String> words = List.of();

  PluginInstallCommand(Lab lab, Terminal terminal) {
    this.lab = lab;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    PluginChanges told = new PluginChanges(lab, terminal);
    Provisioning provisioning = lab.provisioning();
    Provisioning.Options options = sources.options(changes.policy());
    List<Wanted> wanted =
        words.stream().filter(w -> !Provisioning.isFile(w)).map(Wanted::parse).toList();
    try (Temporary temporary = Temporary.create()) {
      Provisioning.Given given =
          provisioning.given(
              words.stream().filter(Provisioning::isFile).toList(), temporary.path(), told::note);
      List<Repository> repositories = new ArrayList<>(given.repositories());
      repositories.addAll(provisioning.open(options, told::note));
      Situation situation = provisioning.situation(repositories, told::note);
      Planner planner = provisioning.planner(situation);
      Plan plan = planner.install(wanted, given.bundles());
      if (changes.dryRun) {
        told.show(plan);
        return Genlab.OK;
      }
      told.apply(plan, options);
      provisioning.request(situation, wanted);
    }
    return Genlab.OK;
  }
}
