package org.genlab.cli.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Predicate;
import org.genlab.runtime.engine.RunResult;
import org.genlab.runtime.plugins.Revision;
import org.genlab.store.RunDifference;
import org.genlab.store.RunDirectory;
import org.genlab.store.UserError;
import org.genlab.study.RunEntry;
import org.genlab.study.StudyRunner;
import org.genlab.study.report.NumberText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a run again with exactly the plugins it was made with, and compares. */
@Command(
    name = "rerun",
    description =
        "Make a run again with exactly the plugins it had, whatever is installed today, and"
            + " compare bit by bit.",
    footer = "genlab rerun runs/grokking-20260101-120000")
final class RerunCommand implements Callable<Integer> {
  private final Lab lab;
  private final Terminal terminal;

  @Mixin private RunOptions options;

  @Option(
      names = "--locked",
      description =
          "Refuse to run unless every plugin is of the very jar (SHA-256) that the run's lock"
              + " names.")
  private boolean locked;

  @Option(
      names = "--today",
      description =
          "Take the plugins of today instead. When the bits differ, find the bundle since which"
              + " they do.")
  private boolean today;

  @Parameters(
      index = "0",
      paramLabel = "RUN",
      description = "The directory of the run, or its name in the runs directory.")
  private Path given;

  RerunCommand(Lab lab, Terminal terminal) {
    this.lab = lab;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (locked && today) {
      throw new UserError(
          "--locked takes the plugins of then and --today those of now; give one of them.");
    }
    Path directory = ResumeCommand.locate(given, options.runsDirectory);
    if (StudyRunner.isStudy(directory)) {
      throw new UserError(
          directory
              + " is a study; repeat one of its runs, as in 'genlab rerun "
              + directory.resolve("runs").resolve("NAME")
              + "'.");
    }
    RunDirectory original = RunDirectory.open(directory);
    try (Rerun rerun = new Rerun(lab, original);
        Interrupts interrupts = Interrupts.open(() -> say(RunSession.STOPPING))) {
      Map<Revision, String> missing = rerun.obtain();
      if (locked && !missing.isEmpty()) {
        throw new UserError(
            first(missing)
                + "; install exactly that jar, or leave out --locked to take the version of"
                + " today.");
      }
      if (!today) {
        missing.values().forEach(m -> say(m + "; the version of today is taken."));
      }
      return new Attempt(rerun, missing, original, interrupts).make();
    }
  }

  private static String first(Map<Revision, String> missing) {
    return missing.values().iterator().next();
  }

  private void say(String line) {
    terminal.err().println("genlab: " + line);
  }

  private void print(String line) {
    if (!options.json) {
      terminal.out().println(line);
    }
  }

  /** One rerun, and what follows from its outcome. */
  private final class Attempt {
    private final Rerun rerun;
    private final Map<Revision, String> missing;
    private final String name;
    private final Interrupts interrupts;

    Attempt(
        Rerun rerun, Map<Revision, String> missing, RunDirectory original, Interrupts interrupts) {
      this.rerun = rerun;
      this.missing = missing;
      this.name = original.path().toAbsolutePath().normalize().getFileName().toString();
      this.interrupts = interrupts;
    }

    int make() {
      RunResult result =
          run(
              today ? revision -> false : revision -> true,
              experiment ->
                  RunDirectory.create(options.runsDirectory, name + "-rerun", experiment));
      if (interrupts.exitCode() != 0) {
        return RunSession.stopped(
            terminal, options.json, result.directory(), interrupts.exitCode());
      }
      Optional<RunDifference> difference = rerun.compare(result);
      List<String> plugins = rerun.pluginChanges(result.directory());
      List<String> platform = rerun.platformChanges(result.directory());
      print("");
      print("  " + name + " again, in " + result.directory());
      print("  " + verdict(difference));
      List<String> changes = new ArrayList<>(plugins);
      changes.addAll(platform);
      if (!changes.isEmpty()) {
        print("  not as it was then:");
        changes.forEach(change -> print("    " + change));
      } else if (difference.isPresent()) {
        print("  though all plugins, the backend and the JVM are as they were then.");
      }
      if (options.json) {
        try (Display display = Display.of(terminal, true)) {
          changes.forEach(display::say);
          display.say(verdict(difference));
          display.runWritten(
              result.directory(), difference.isEmpty() ? "same" : "different", result.steps());
        }
      }
      if (difference.isPresent() && today) {
        return blame(rerun.changedBundles(result.directory()));
      }
      return difference.isEmpty() ? Genlab.OK : Genlab.FAILED;
    }

    private String verdict(Optional<RunDifference> difference) {
      return difference
          .map(
              d ->
                  terminal.style(Terminal.Style.RED, "other bits")
                      + " from step "
                      + d.step()
                      + " on: "
                      + d.sentence()
                      + ".")
          .orElseGet(
              () ->
                  terminal.style(Terminal.Style.GREEN, "the same bits")
                      + ": all metrics up to step "
                      + rerun.target()
                      + ", and the checkpoint there.");
    }

    private RunResult run(Predicate<Revision> recorded, Function<String, RunDirectory> place) {
      try (Display display = Display.of(terminal, options.json)) {
        SingleRun listener = new SingleRun(display, name, seed(), rerun.target(), 0, 1);
        display.planned(List.of(listener.planned()));
        RunResult result =
            rerun.run(recorded, options.processors(), place, listener, interrupts.stop());
        listener.ended(RunEntry.Status.FINISHED, "");
        return result;
      }
    }

    private long seed() {
      return rerun.plan(revision -> true).seed();
    }

    /** Takes the changed bundles of today one at a time, and says which of them change the bits. */
    private int blame(List<String> bundles) {
      if (bundles.isEmpty()) {
        return Genlab.FAILED;
      }
      if (!missing.isEmpty()) {
        say(first(missing) + "; so it cannot be found out since which bundle the bits differ.");
        return Genlab.FAILED;
      }
      Optional<RunDifference> before = trial("none", revision -> true);
      if (before.isPresent()) {
        print(
            "  with the plugins of then they differ too, from step "
                + before.get().step()
                + " on: it is not the plugins.");
        return Genlab.FAILED;
      }
      List<String> guilty = new ArrayList<>();
      for (String bundle : bundles) {
        trial(bundle, revision -> !revision.bundle().equals(bundle))
            .ifPresent(d -> guilty.add(bundle + " (from step " + d.step() + " on)"));
        if (interrupts.exitCode() != 0) {
          return interrupts.exitCode();
        }
      }
      print(
          guilty.isEmpty()
              ? "  none of "
                  + String.join(", ", bundles)
                  + " changes the bits alone; together they do."
              : "  they differ since "
                  + String.join(" and since ", guilty)
                  + (guilty.size() == bundles.size()
                      ? "."
                      : ", and not because of the other "
                          + NumberText.count(bundles.size() - guilty.size(), "changed bundle")
                          + "."));
      return Genlab.FAILED;
    }

    private Optional<RunDifference> trial(String bundle, Predicate<Revision> recorded) {
      say(
          bundle.equals("none")
              ? "trying with the plugins of then..."
              : "trying with " + bundle + " of today and all others of then...");
      return rerun.compare(
          run(
              recorded,
              experiment ->
                  RunDirectory.create(options.runsDirectory, name + "-" + bundle, experiment)));
    }
  }
}
