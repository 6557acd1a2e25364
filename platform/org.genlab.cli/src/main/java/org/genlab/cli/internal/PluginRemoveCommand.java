package org.genlab.cli.internal;

import java.util.List;
import java.util.concurrent.Callable;
import org.genlab.provisioning.install.Provisioning;
import org.genlab.provisioning.resolve.Plan;
import org.genlab.provisioning.resolve.Wanted;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes plugins. */
@Command(
    name = "remove",
    description = {
      "Remove plugins, and what came only because they needed it.",
      "Runs that use them keep them until they end."
    },
    footer = "genlab plugin remove sam")
final class PluginRemoveCommand implements Callable<Integer> {
  private final Lab lab;
  private final Terminal terminal;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(names = "--dry-run", description = "Only tell what would be done.")
  boolean dryRun;

  @Parameters(
      index = "0..*",
      arity = "1..*",
      paramLabel = "PLUGIN",
      description = "What to remove: sam, optimizer=sam, sam@1, or a bundle.")
  private List<String> words;

  PluginRemoveCommand(Lab lab, Terminal terminal) {
    this.lab = lab;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    PluginChanges told = new PluginChanges(lab, terminal);
    Provisioning provisioning = lab.provisioning();
    List<Wanted> wanted = words.stream().map(Wanted::parse).toList();
    Plan plan = provisioning.planner(provisioning.situation(List.of(), told::note)).remove(wanted);
    if (dryRun) {
      told.show(plan);
    } else {
      told.apply(plan, Provisioning.Options.DEFAULT);
    }
    return Genlab.OK;
  }
}
