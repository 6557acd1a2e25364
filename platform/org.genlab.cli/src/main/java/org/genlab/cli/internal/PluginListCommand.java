package org.genlab.cli.internal;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.genlab.provisioning.bundles.BundleResource;
import org.genlab.provisioning.bundles.PluginFacts;
import org.genlab.provisioning.install.InstalledDirectory.Origin;
import org.genlab.provisioning.install.Provisioning;
import org.genlab.provisioning.resolve.Installed;
import org.genlab.provisioning.resolve.Situation;
import org.genlab.provisioning.resolve.Why;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists bundles of plugins and where they came from. */
@Command(
    name = "list",
    description = {
      "List the bundles that were installed, with their plugins and origins.",
      "'genlab plugins' lists the plugins themselves, those that came with GenLab included."
    },
    footer = "genlab plugin list --all")
final class PluginListCommand implements Callable<Integer> {
  private final Lab lab;
  private final Terminal terminal;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(names = "--all", description = "List those, too, that came with GenLab.")
  boolean all;

  PluginListCommand(Lab lab, Terminal terminal) {
    this.lab = lab;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    PluginChanges told = new PluginChanges(lab, terminal);
    Provisioning provisioning = lab.provisioning();
    Situation situation = provisioning.situation(List.of(), told::note);
    Why why = provisioning.why(situation);
    Map<String, Origin> origins = provisioning.directory().origins();
    TextTable table = new TextTable("bundle", "version", "plugins", "signed by", "from", "state");
    for (Installed installed :
        situation.installed().stream()
            .sorted((a, b) -> BundleResource.ORDER.compare(a.bundle(), b.bundle()))
            .toList()) {
      Origin origin =
          installed.owned() ? origins.get(installed.file().getFileName().toString()) : null;
      if (origin == null && !all) {
        continue;
      }
      table.row(
          installed.bundle().symbolicName(),
          installed.bundle().version().toString(),
          installed.bundle().plugins().stream()
              .map(PluginFacts::toString)
              .collect(Collectors.joining(", ")),
          origin == null ? "" : origin.signer().orElse(origin.key().isEmpty() ? "nobody" : "?"),
          origin == null ? installed.file().toString() : origin.source(),
          why.unusable(installed.bundle()).isEmpty() ? "usable" : "not usable");
    }
    if (table.isEmpty()) {
      terminal
          .err()
          .println(
              "Nothing was installed in "
                  + provisioning.directory().path()
                  + "; 'genlab plugin list --all' lists what came with GenLab.");
    } else {
      table.lines("").forEach(terminal.out()::println);
    }
    return Genlab.OK;
  }
}
