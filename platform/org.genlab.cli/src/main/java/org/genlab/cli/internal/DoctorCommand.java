package org.genlab.cli.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.genlab.provisioning.install.Doctor;
import org.genlab.provisioning.install.Doctor.Finding;
import org.genlab.runtime.plugins.PluginDescriptor;
import org.genlab.runtime.plugins.PluginException;
import org.genlab.runtime.plugins.SettingsSchema;
import org.genlab.store.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Examines the installation. */
@Command(
    name = "doctor",
    description = {
      "Find what is wrong with this installation, and why plugins cannot be used.",
      "The exit code is 0 when all is well, else 1."
    },
    footer = "genlab doctor")
final class DoctorCommand implements Callable<Integer> {
  private final Lab lab;
  private final Terminal terminal;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(names = "--json", description = "Write one JSON object, and nothing else.")
  boolean json;

  DoctorCommand(Lab lab, Terminal terminal) {
    this.lab = lab;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    int java = Runtime.version().feature();
    List<Finding> findings = new ArrayList<>(new Doctor(lab.provisioning(), java).examine());
    lab.inactive().forEach(sentence -> findings.add(Finding.problem(sentence)));
    List<PluginDescriptor> plugins = lab.plugins().all();
    plugins.forEach(plugin -> examine(plugin, findings));
    boolean well = findings.stream().noneMatch(Finding::isProblem);
    if (json) {
      terminal.out().println(json(findings, well));
    } else {
      tell(findings, well, plugins.size(), java);
    }
    return well ? Genlab.OK : Genlab.FAILED;
  }

  /** Whether a plugin's class can be loaded and says what its settings are. */
  private static void examine(PluginDescriptor plugin, List<Finding> findings) {
    try {
      SettingsSchema.of(plugin);
    } catch (PluginException | UserError | LinkageError e) {
      findings.add(
          Finding.problem(
              String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString())
                  + "; install another version of "
                  + plugin.bundle()
                  + ", or remove it."));
    }
  }

  private void tell(List<Finding> findings, boolean well, int plugins, int java) {
    PrintStream out = terminal.out();
    for (Finding finding : findings) {
      String mark =
          finding.isProblem()
              ? terminal.style(Terminal.Style.RED, "✗")
              : terminal.style(Terminal.Style.YELLOW, "·");
      out.println(mark + " " + finding.sentence());
      finding.details().forEach(out::println);
    }
    long problems = findings.stream().filter(Finding::isProblem).count();
    out.println(
        well
            ? "All is well: " + plugins + " plugins, Java " + java + "."
            : problems + (problems == 1 ? " thing is wrong." : " things are wrong."));
  }

  private static String json(List<Finding> findings, boolean well) {
    try {
      return JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build()
          .writeValueAsString(
              Map.of(
                  "well",
                  well,
                  "findings",
                  findings.stream()
                      .map(
                          f ->
                              Map.of(
                                  "problem",
                                  f.isProblem(),
                                  "sentence",
                                  f.sentence(),
                                  "details",
                                  f.details()))
                      .toList()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of texts cannot be written", e);
    }
  }
}
