package org.genlab.cli.internal;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.genlab.provisioning.bundles.BundleResource;
import org.genlab.provisioning.install.Provisioning;
import org.genlab.provisioning.repository.Repository;
import org.genlab.provisioning.resolve.Plan;
import org.genlab.provisioning.resolve.Situation;
import org.genlab.provisioning.resolve.Wanted;
import org.genlab.runtime.plugins.MissingPlugin;
import org.genlab.store.UserError;

/** Installs plugins that an experiment names, or says which repository has them. */
final class MissingPlugins {
  private final Lab lab;
  private final PluginChanges told;
  private final boolean install;

  /**
   * @param install whether to install them
   */
  MissingPlugins(Lab lab, Terminal terminal, boolean install) {
    this.lab = lab;
    this.install = install;
    told = new PluginChanges(lab, terminal);
  }

  /**
   * Does something that needs plugins.
   *
   * @throws UserError when one is missing and cannot be, or is not to be, installed
   */
  <T> T with(Supplier<T> work) {
    Set<String> tried = new HashSet<>();
    while (true) {
      try {
        return work.get();
      } catch (MissingPlugin missing) {
        Wanted wanted = Wanted.parse(missing.kind() + "=" + missing.reference());
        if (!install) {
          throw advice(missing, wanted);
        }
        if (!tried.add(wanted.toString())) {
          throw missing;
        }
        install(wanted);
      }
    }
  }

  private void install(Wanted wanted) {
    Provisioning provisioning = lab.provisioning();
    Provisioning.Options options = Provisioning.Options.DEFAULT;
    Situation situation =
        provisioning.situation(provisioning.open(options, told::note), told::note);
    Plan plan = provisioning.planner(situation).install(List.of(wanted), List.of());
    // Results go to standard output, and these are none of the run.
    plan.steps()
        .forEach(step -> told.note("installing " + step.bundle() + " for this experiment."));
    lab.deploy(
        provisioning.apply(plan, options, warning -> told.note("warning: " + warning)).added());
  }

  private UserError advice(MissingPlugin missing, Wanted wanted) {
    List<Repository> repositories;
    try {
      repositories = lab.provisioning().open(Provisioning.Options.DEFAULT, note -> {});
    } catch (UserError e) {
      // What is wrong with repositories is not what the user asked for.
      return missing;
    }
    for (Repository repository : repositories) {
      for (BundleResource bundle : repository.bundles()) {
        if (wanted.isMetBy(bundle)) {
          return new UserError(
              missing.getMessage()
                  + "; the repository "
                  + repository.name()
                  + " has it: 'genlab plugin install \""
                  + missing.kind()
                  + "="
                  + missing.reference()
                  + "\"' installs it, and so does this command with --install.",
              missing);
        }
      }
    }
    return missing;
  }
}
