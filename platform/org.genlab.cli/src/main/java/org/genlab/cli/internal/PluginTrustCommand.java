package org.genlab.cli.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.genlab.provisioning.trust.Keys;
import org.genlab.provisioning.trust.TrustStore;
import org.genlab.provisioning.trust.TrustStore.Policy;
import org.genlab.provisioning.trust.TrustStore.Source;
import org.genlab.store.UserError;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Keeps the keys that are trusted. */
@Command(
    name = "trust",
    description = "Decide whose plugins may be installed.",
    synopsisSubcommandLabel = "COMMAND",
    footer = "genlab plugin trust add alice alice.pub")
final class PluginTrustCommand implements Callable<Integer> {
  private final Lab lab;
  private final Terminal terminal;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Spec private CommandSpec spec;

  private PluginTrustCommand(Lab lab, Terminal terminal) {
    this.lab = lab;
    this.terminal = terminal;
  }

  static CommandLine with(Lab lab, Terminal terminal) {
    return new CommandLine(new PluginTrustCommand(lab, terminal));
  }

  private TrustStore trust() {
    return lab.provisioning().trust();
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return Genlab.OK;
  }

  @Command(
      name = "add",
      description = "Trust a key: what it signs may be installed.",
      footer = "genlab plugin trust add alice alice.pub")
  int add(
      @Option(
              names = {"-h", "--help"},
              usageHelp = true,
              description = "Show this help.")
          boolean asked,
      @Parameters(index = "0", paramLabel = "NAME", description = "Whose key it is.") String name,
      @Parameters(index = "1", paramLabel = "KEYFILE", description = "The file of a public key.")
          Path file) {
    trust().add(name, Keys.readPublic(file));
    return Genlab.OK;
  }

  @Command(
      name = "remove",
      description = "Trust a key no longer; 'genlab doctor' then tells what it has signed.",
      footer = "genlab plugin trust remove alice")
  int remove(
      @Option(
              names = {"-h", "--help"},
              usageHelp = true,
              description = "Show this help.")
          boolean asked,
      @Parameters(index = "0", paramLabel = "NAME", description = "Whose key it is.") String name) {
    trust().remove(name);
    return Genlab.OK;
  }

  @Command(name = "list", description = "List the keys that are trusted, and the policy.")
  int list(
      @Option(
              names = {"-h", "--help"},
              usageHelp = true,
              description = "Show this help.")
          boolean asked) {
    TextTable table = new TextTable("name", "key");
    trust().keys().forEach((name, key) -> table.row(name, TrustStore.hexadecimal(key)));
    if (table.isEmpty()) {
      terminal.out().println("No key is trusted.");
    } else {
      table.lines("").forEach(terminal.out()::println);
    }
    trust()
        .policies()
        .forEach(
            (source, policy) ->
                terminal.out().println("What is " + source + " and not signed by them: " + policy));
    return Genlab.OK;
  }

  @Command(
      name = "policy",
      description = {
        "Set what happens to what no trusted key signed: remote=require refuses it, local=warn lets"
            + " it in with a warning, allow without one.",
        "What is signed wrongly, or has another SHA-256 than its index says, is refused always."
      },
      footer = "genlab plugin trust policy local=require")
  int policy(
      @Option(
              names = {"-h", "--help"},
              usageHelp = true,
              description = "Show this help.")
          boolean asked,
      @Parameters(
              index = "0..*",
              arity = "1..*",
              paramLabel = "SOURCE=POLICY",
              description = "remote or local, and require, warn or allow.")
          List<String> settings) {
    for (String setting : settings) {
      String[] words = setting.toUpperCase(Locale.ROOT).split("=", -1);
      try {
        if (words.length != 2) {
          throw new IllegalArgumentException(setting);
        }
        trust().setPolicy(Source.valueOf(words[0]), Policy.valueOf(words[1]));
      } catch (IllegalArgumentException e) {
        throw new UserError(
            "'"
                + setting
                + "' must be remote or local, '=', and require, warn or allow, as in"
                + " remote=require.",
            e);
      }
    }
    return Genlab.OK;
  }
}
