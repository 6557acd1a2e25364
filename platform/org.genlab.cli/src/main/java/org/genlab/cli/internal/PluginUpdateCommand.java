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

/** Updates plugins. */
@Command(
    name = "update",
    description = {
      "Replace plugins by the newest versions there are; without names, all that were installed.",
      "A range holds the update back: sam@1 stays below 2. A jar replaces the newest version of its"
          + " bundle, also one of the same version."
    },
    footer = "genlab plugin update sam")
final class PluginUpdateCommand implements Callable<Integer> {
  private final Lab lab;
  private final Terminal terminal;

  @Mixin private SourceOptions sources;
  @Mixin private ChangeOptions changes;

  @Parameters(
      index = "0..*",
      arity = "0..*",
      paramLabel = "PLUGIN|FILE",
      description = "What to update.")
  private List<String> words = List.of();

  PluginUpdateCommand(Lab lab, Terminal terminal) {
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
      Plan plan = words.isEmpty() ? planner.updateAll() : planner.update(wanted, given.bundles());
      if (changes.dryRun) {
        told.show(plan);
        return Genlab.OK;
      }
      told.apply(plan, options);
    }
    return Genlab.OK;
  }
}
