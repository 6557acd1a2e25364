package org.genlab.cli.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.genlab.provisioning.bundles.PluginFacts;
import org.genlab.provisioning.install.Provisioning;
import org.genlab.provisioning.resolve.Plan;
import org.genlab.provisioning.trust.Endorsement;

/** Carries plans out and tells what was done. */
final class PluginChanges {
  private final Lab lab;
  private final Terminal terminal;

  PluginChanges(Lab lab, Terminal terminal) {
    this.lab = lab;
    this.terminal = terminal;
  }

  /** Tells something that the user should know. */
  void note(String sentence) {
    terminal.err().println("genlab: " + sentence);
  }

  /** Tells what a plan would do. */
  void show(Plan plan) {
    plan.notes().forEach(this::note);
    if (plan.isEmpty()) {
      terminal.out().println("Nothing would change.");
      return;
    }
    plan.lines().forEach(line -> terminal.out().println("would " + line));
    if (plan.refreshed().isEmpty()) {
      terminal.out().println("would refresh nothing");
    }
  }

  /**
   * Carries a plan out.
   *
   * @return the files that were added
   */
  List<Path> apply(Plan plan, Provisioning.Options options) {
    plan.notes().forEach(this::note);
    if (plan.isEmpty()) {
      return List.of();
    }
    Provisioning.Outcome outcome =
        lab.provisioning().apply(plan, options, warning -> note("warning: " + warning));
    List<Endorsement> endorsements = new ArrayList<>(outcome.endorsements());
    for (Plan.Step step : plan.steps()) {
      String line =
          step.action() == Plan.Action.REMOVE
              ? "removed " + step.bundle()
              : (step.action() == Plan.Action.UPDATE
                      ? "updated "
                          + step.old().orElseThrow().bundle()
                          + " to "
                          + step.bundle().version()
                      : "installed " + step.bundle())
                  + plugins(step)
                  + ", "
                  + endorsements.remove(0);
      terminal.out().println(line + (step.reason().isEmpty() ? "" : ", " + step.reason()));
    }
    return outcome.added();
  }

  private static String plugins(Plan.Step step) {
    List<String> plugins = step.bundle().plugins().stream().map(PluginFacts::toString).toList();
    return plugins.isEmpty() ? "" : " (" + String.join(", ", plugins) + ")";
  }
}
