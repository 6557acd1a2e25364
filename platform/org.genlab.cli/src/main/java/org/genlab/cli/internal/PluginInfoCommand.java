package org.genlab.cli.internal;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.genlab.provisioning.bundles.BundleResource;
import org.genlab.provisioning.bundles.Content;
import org.genlab.provisioning.bundles.PluginFacts;
import org.genlab.provisioning.install.InstalledDirectory.Origin;
import org.genlab.provisioning.install.Provisioning;
import org.genlab.provisioning.repository.Repository;
import org.genlab.provisioning.resolve.Installed;
import org.genlab.provisioning.resolve.Situation;
import org.genlab.provisioning.resolve.Wanted;
import org.genlab.runtime.plugins.PluginDescriptor;
import org.genlab.runtime.plugins.PluginException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Tells all about a plugin. */
@Command(
    name = "info",
    description =
        "Tell what a plugin is: its settings and origin when it is installed, else what a"
            + " repository says of it.",
    footer = "genlab plugin info sam")
final class PluginInfoCommand implements Callable<Integer> {
  private static final int WIDTH = 98;

  private final Lab lab;
  private final Terminal terminal;

  @Mixin private SourceOptions sources;

  @Parameters(
      index = "0",
      paramLabel = "PLUGIN",
      description = "sam, optimizer=sam, sam@1, or a bundle.")
  private String word;

  PluginInfoCommand(Lab lab, Terminal terminal) {
    this.lab = lab;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    PluginChanges told = new PluginChanges(lab, terminal);
    Wanted wanted = Wanted.parse(word);
    Provisioning provisioning = lab.provisioning();
    Situation situation = provisioning.situation(List.of(), told::note);
    PrintStream out = terminal.out();
    boolean found = false;
    for (PluginDescriptor plugin : lab.plugins().all()) {
      boolean meant =
          wanted.isBundle()
              ? plugin.bundle().equals(wanted.name())
              : plugin.id().equals(wanted.name())
                  && wanted.kind().map(plugin.kind()::equals).orElse(true)
                  && wanted.versions().includes(plugin.version());
      if (meant) {
        found = true;
        try {
          new PluginsCommand(lab, terminal).describe(plugin);
        } catch (PluginException e) {
          // Its origin is all the more worth knowing.
          told.note(e.getMessage());
        }
        situation.installed().stream()
            .filter(
                i -> i.bundle().toString().equals(plugin.bundle() + " " + plugin.bundleVersion()))
            .findFirst()
            .ifPresent(this::origin);
      }
    }
    if (found) {
      return Genlab.OK;
    }
    for (Installed installed : situation.installed()) {
      if (wanted.isMetBy(installed.bundle())) {
        found = true;
        describe(installed.bundle(), wanted);
        origin(installed);
      }
    }
    if (found) {
      return Genlab.OK;
    }
    List<Repository> repositories = provisioning.open(sources.options(), told::note);
    for (Repository repository : repositories) {
      for (BundleResource bundle :
          repository.bundles().stream().sorted(BundleResource.ORDER).toList()) {
        if (wanted.isMetBy(bundle)) {
          found = true;
          describe(bundle, wanted);
          out.println(
              "  not installed; in the repository "
                  + repository.name()
                  + ", "
                  + repository.endorsement()
                  + bundle.content().map(c -> ", " + size(c)).orElse(""));
          out.println();
        }
      }
    }
    if (!found) {
      // Says what there is instead.
      Situation all = provisioning.situation(repositories, told::note);
      provisioning.why(all).explain(wanted);
    }
    return Genlab.OK;
  }

  private void describe(BundleResource bundle, Wanted wanted) {
    PrintStream out = terminal.out();
    List<PluginFacts> plugins = wanted.isBundle() ? bundle.plugins() : wanted.plugins(bundle);
    if (plugins.isEmpty()) {
      out.println(terminal.style(Terminal.Style.BOLD, bundle.toString()) + "  a library");
    }
    for (PluginFacts plugin : plugins) {
      out.println(
          terminal.style(Terminal.Style.BOLD, plugin.id())
              + "  "
              + plugin.kind()
              + " "
              + plugin.version()
              + ", bundle "
              + bundle);
      if (!plugin.summary().isBlank()) {
        TextTable.wrap(plugin.summary(), WIDTH).forEach(line -> out.println("  " + line));
      }
      if (!plugin.source().isBlank()) {
        TextTable.wrap("source: " + plugin.source(), WIDTH)
            .forEach(line -> out.println("  " + line));
      }
    }
  }

  private void origin(Installed installed) {
    PrintStream out = terminal.out();
    Map<String, Origin> origins = lab.provisioning().directory().origins();
    Origin origin =
        installed.owned() ? origins.get(installed.file().getFileName().toString()) : null;
    out.println("  file: " + installed.file());
    out.println("  sha256: " + installed.sha256());
    if (origin != null) {
      out.println(
          "  installed "
              + origin.time()
              + " from "
              + origin.source()
              + ", signed by "
              + origin.signer().or(origin::key).orElse("nobody"));
    }
    out.println();
  }

  private static String size(Content content) {
    long kibibytes = (content.size() + 1023) / 1024;
    return kibibytes < 10_000 ? kibibytes + " kB" : kibibytes / 1024 + " MB";
  }
}
