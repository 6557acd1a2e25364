package org.genlab.cli.internal;

import java.io.PrintStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.genlab.api.Kind;
import org.genlab.runtime.config.Nearest;
import org.genlab.runtime.config.Setting;
import org.genlab.runtime.plugins.PluginDescriptor;
import org.genlab.runtime.plugins.SettingsSchema;
import org.genlab.store.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists plugins, or the settings of one. */
@Command(
    name = "plugins",
    description = "List the plugins that are installed, those of a kind, or the settings of one.",
    footer = "genlab plugins adamw")
final class PluginsCommand implements Callable<Integer> {
  private static final int WIDTH = 100;

  private final Lab lab;
  private final Terminal terminal;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "KIND|ID",
      description =
          "dataset, architecture, optimizer, regularizer, metric, procedure, analysis, or the id of"
              + " a plugin.")
  private String which;

  PluginsCommand(Lab lab, Terminal terminal) {
    this.lab = lab;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<PluginDescriptor> all = lab.plugins().all();
    String kind =
        which != null && which.endsWith("s") && Kind.ALL.contains(singular(which))
            ? singular(which)
            : which;
    if (which == null || Kind.ALL.contains(kind)) {
      list(all.stream().filter(p -> which == null || p.kind().equals(kind)).toList());
      return Genlab.OK;
    }
    List<PluginDescriptor> named =
        all.stream()
            .filter(p -> p.id().equals(which) || (p.id() + "@" + p.version()).equals(which))
            .toList();
    if (named.isEmpty()) {
      Set<String> known = new LinkedHashSet<>(Kind.ALL);
      all.forEach(p -> known.add(p.id()));
      String hint = Nearest.hint(which, known);
      throw new UserError(
          "there is no plugin and no kind '"
              + which
              + "'"
              + (hint.isEmpty() ? "; 'genlab plugins' lists what there is." : hint));
    }
    named.forEach(this::describe);
    return Genlab.OK;
  }

  private static String singular(String kinds) {
    return kinds.substring(0, kinds.length() - 1);
  }

  private void list(List<PluginDescriptor> plugins) {
    TextTable table = new TextTable("kind", "id", "version", "bundle", "summary");
    for (PluginDescriptor plugin : plugins) {
      table.row(
          plugin.kind(),
          plugin.id(),
          plugin.version().toString(),
          plugin.bundle() + " " + plugin.bundleVersion(),
          plugin.summary());
    }
    if (table.isEmpty()) {
      terminal.err().println("No such plugin is installed.");
    } else {
      table.lines("").forEach(terminal.out()::println);
    }
  }

  /** Writes what there is to say of a plugin. */
  void describe(PluginDescriptor plugin) {
    PrintStream out = terminal.out();
    out.println(
        terminal.style(Terminal.Style.BOLD, plugin.id())
            + "  "
            + plugin.kind()
            + " "
            + plugin.version()
            + ", bundle "
            + plugin.bundle()
            + " "
            + plugin.bundleVersion());
    TextTable.wrap(plugin.summary(), WIDTH - 2).forEach(line -> out.println("  " + line));
    if (!plugin.source().isBlank()) {
      TextTable.wrap("source: " + plugin.source(), WIDTH - 2)
          .forEach(line -> out.println("  " + line));
    }
    SettingsSchema schema = SettingsSchema.of(plugin);
    TextTable table = new TextTable("setting", "type", "range", "default", "meaning");
    for (SettingsSchema.WrappedPlugin wrapped : schema.wrapped()) {
      table.row(
          wrapped.name(),
          wrapped.kind(),
          "",
          wrapped.byDefault().isEmpty() ? "required" : wrapped.byDefault(),
          "The " + wrapped.kind() + " it wraps.");
    }
    schema.settings().forEach(setting -> add(table, "", setting));
    if (table.isEmpty()) {
      out.println("  It has no settings.");
    } else {
      table.lines("  ").forEach(out::println);
    }
    out.println();
  }

  private static void add(TextTable table, String prefix, Setting setting) {
    String name = prefix + setting.name();
    table.row(
        name,
        setting.type(),
        setting.range(),
        setting.byDefault().orElse(setting.optional() ? "–" : "required"),
        setting.doc());
    setting.nested().forEach(inner -> add(table, name + ".", inner));
  }
}
