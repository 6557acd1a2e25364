package org.genlab.cli.internal;

import java.util.concurrent.Callable;
import org.genlab.provisioning.install.Provisioning;
import org.genlab.provisioning.resolve.Situation;
import org.genlab.provisioning.resolve.Wanted;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Explains why a plugin is there, or is not. */
@Command(
    name = "why",
    description = "Explain why a plugin can be used or cannot, and which others need it.",
    footer = "genlab plugin why sam")
final class PluginWhyCommand implements Callable<Integer> {
  private final Lab lab;
  private final Terminal terminal;

  @Mixin private SourceOptions sources;

  @Parameters(
      index = "0",
      paramLabel = "PLUGIN",
      description = "sam, optimizer=sam, sam@1, or a bundle.")
  private String word;

  PluginWhyCommand(Lab lab, Terminal terminal) {
    this.lab = lab;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    PluginChanges told = new PluginChanges(lab, terminal);
    Wanted wanted = Wanted.parse(word);
    Provisioning provisioning = lab.provisioning();
    Situation situation =
        provisioning.situation(provisioning.open(sources.options(), told::note), told::note);
    provisioning.why(situation).explain(wanted).forEach(terminal.out()::println);
    return Genlab.OK;
  }
}
