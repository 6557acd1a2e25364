package org.genlab.cli.internal;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The commands that change which plugins there are. */
@Command(
    name = "plugin",
    description = "Make, find, install, update, remove and publish plugins.",
    synopsisSubcommandLabel = "COMMAND",
    footer = "genlab plugin install sam")
final class PluginCommand implements Callable<Integer> {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Spec private CommandSpec spec;

  private PluginCommand() {}

  /** The command with all commands below it. */
  static CommandLine with(Lab lab, Terminal terminal) {
    CommandLine command = new CommandLine(new PluginCommand());
    command.addSubcommand(new PluginInstallCommand(lab, terminal));
    command.addSubcommand(new PluginUpdateCommand(lab, terminal));
    command.addSubcommand(new PluginRemoveCommand(lab, terminal));
    command.addSubcommand(new PluginListCommand(lab, terminal));
    command.addSubcommand(new PluginSearchCommand(lab, terminal));
    command.addSubcommand(new PluginInfoCommand(lab, terminal));
    command.addSubcommand(new PluginWhyCommand(lab, terminal));
    command.addSubcommand(new PluginIndexCommand(terminal));
    command.addSubcommand(new PluginSignCommand(terminal));
    command.addSubcommand(new PluginKeygenCommand(terminal));
    command.addSubcommand(PluginRepositoryCommand.with(lab, terminal));
    command.addSubcommand(PluginTrustCommand.with(lab, terminal));
    command.addSubcommand(new PluginNewCommand(terminal));
    return command;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return Genlab.OK;
  }
}
