package org.genlab.cli.internal;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.genlab.api.Kind;
import org.genlab.provisioning.bundles.BundleResource;
import org.genlab.provisioning.bundles.PluginFacts;
import org.genlab.provisioning.install.Provisioning;
import org.genlab.provisioning.repository.Repository;
import org.genlab.provisioning.resolve.Situation;
import org.genlab.store.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Searches repositories for plugins. */
@Command(
    name = "search",
    description = "Search the known repositories for plugins; without a word, list them all.",
    footer = "genlab plugin search sharpness")
final class PluginSearchCommand implements Callable<Integer> {
  private final Lab lab;
  private final Terminal terminal;

  @Mixin private SourceOptions sources;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "WORD",
      description = "Part of the id, kind, summary, source or bundle, in any case.")
  private String word = "";

  PluginSearchCommand(Lab lab, Terminal terminal) {
    this.lab = lab;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    PluginChanges told = new PluginChanges(lab, terminal);
    Provisioning provisioning = lab.provisioning();
    List<Repository> repositories = provisioning.open(sources.options(), told::note);
    if (repositories.isEmpty() && provisioning.repositories().all().isEmpty()) {
      throw new UserError(
          "no repository is known; 'genlab plugin repository add NAME ADDRESS' adds one.");
    }
    Situation situation = provisioning.situation(List.of(), told::note);
    Set<String> installed = new HashSet<>();
    situation.installed().forEach(i -> installed.add(i.bundle().toString()));
    TextTable table = new TextTable("kind", "id", "version", "repository", "", "summary");
    for (Repository repository : repositories) {
      for (BundleResource bundle :
          repository.bundles().stream().sorted(BundleResource.ORDER).toList()) {
        for (PluginFacts plugin : bundle.plugins()) {
          if (Kind.ALL.contains(plugin.kind()) && matches(plugin, bundle)) {
            table.row(
                plugin.kind(),
                plugin.id(),
                plugin.version().toString(),
                repository.name(),
                installed.contains(bundle.toString()) ? "installed" : "",
                plugin.summary());
          }
        }
      }
    }
    if (table.isEmpty()) {
      terminal.err().println("No repository has a plugin with '" + word + "' in what it says.");
    } else {
      table.lines("").forEach(terminal.out()::println);
    }
    return Genlab.OK;
  }

  private boolean matches(PluginFacts plugin, BundleResource bundle) {
    String wanted = word.toLowerCase(Locale.ROOT);
    return List.of(
            plugin.id(), plugin.kind(), plugin.summary(), plugin.source(), bundle.symbolicName())
        .stream()
        .anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(wanted));
  }
}
