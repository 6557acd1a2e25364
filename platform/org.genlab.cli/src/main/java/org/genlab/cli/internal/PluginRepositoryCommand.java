package org.genlab.cli.internal;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Keeps the list of known repositories. */
@Command(
    name = "repository",
    description = "Keep the list of repositories that plugins are looked for in.",
    synopsisSubcommandLabel = "COMMAND",
    footer = "genlab plugin repository add lab https://example.org/genlab")
final class PluginRepositoryCommand implements Callable<Integer> {
  private final Lab lab;
  private final Terminal terminal;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Spec private CommandSpec spec;

  private PluginRepositoryCommand(Lab lab, Terminal terminal) {
    this.lab = lab;
    this.terminal = terminal;
  }

  static CommandLine with(Lab lab, Terminal terminal) {
    return new CommandLine(new PluginRepositoryCommand(lab, terminal));
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return Genlab.OK;
  }

  @Command(
      name = "add",
      description = "Add a repository to the list.",
      footer = "genlab plugin repository add lab https://example.org/genlab")
  int add(
      @Option(
              names = {"-h", "--help"},
              usageHelp = true,
              description = "Show this help.")
          boolean asked,
      @Parameters(index = "0", paramLabel = "NAME", description = "What to call it.") String name,
      @Parameters(
              index = "1",
              paramLabel = "ADDRESS",
              description = "Its folder, http(s) address, or index.xml.")
          String address) {
    lab.provisioning().repositories().add(name, address);
    return Genlab.OK;
  }

  @Command(
      name = "remove",
      description = "Take a repository from the list; what was installed from it stays.",
      footer = "genlab plugin repository remove lab")
  int remove(
      @Option(
              names = {"-h", "--help"},
              usageHelp = true,
              description = "Show this help.")
          boolean asked,
      @Parameters(index = "0", paramLabel = "NAME", description = "Its name.") String name) {
    lab.provisioning().repositories().remove(name);
    return Genlab.OK;
  }

  @Command(name = "list", description = "List the repositories that are known.")
  int list(
      @Option(
              names = {"-h", "--help"},
              usageHelp = true,
              description = "Show this help.")
          boolean asked) {
    TextTable table = new TextTable("name", "index");
    lab.provisioning()
        .repositories()
        .all()
        .forEach((name, index) -> table.row(name, index.toString()));
    if (table.isEmpty()) {
      terminal
          .err()
          .println("No repository is known; 'genlab plugin repository add NAME ADDRESS' adds one.");
    } else {
      table.lines("").forEach(terminal.out()::println);
    }
    return Genlab.OK;
  }
}
