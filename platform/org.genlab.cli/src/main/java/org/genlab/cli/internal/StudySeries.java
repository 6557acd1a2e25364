package org.genlab.cli.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.genlab.cli.internal.Terminal.Style;
import org.genlab.runtime.engine.StopSignal;
import org.genlab.store.UserError;
import org.genlab.study.ControlResult;
import org.genlab.study.Study;
import org.genlab.study.StudyResult;
import org.genlab.study.StudyRunner;
import org.genlab.study.report.NumberText;
import org.genlab.study.report.Reports;

/**
 * Carries several studies through, one after the other. A study that cannot be run does not keep
 * the others from it.
 */
final class StudySeries {
  private final Terminal terminal;
  private final StudySession session;
  private final boolean json;
  private final TextTable table = new TextTable("study", "claims", "controls", "#time", "report");
  private boolean allPassed = true;

  StudySeries(Terminal terminal, boolean json) {
    this.terminal = terminal;
    this.json = json;
    session = new StudySession(terminal, json);
  }

  /** A study to be run. */
  interface Item {
    String id();

    /** Reads it; called when its turn has come. */
    Study study();

    /** Runs it, or goes on with it. */
    StudyRunner.Outcome run(Study study, Display display, StopSignal stop);
  }

  /**
   * Runs the studies.
   *
   * @param resume how to go on when the series is stopped
   * @return the exit code
   */
  int run(List<? extends Item> items, String resume) {
    double seconds = 0;
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      try {
        Study study = item.study();
        say(
            Style.BOLD,
            "[" + (i + 1) + "/" + items.size() + "] " + item.id() + ": " + study.title());
        StudySession.Carried carried =
            session.carry((display, stop) -> item.run(study, display, stop));
        if (carried.isStopped()) {
          summary(items.size(), seconds);
          terminal.err().println("stopped; go on with: " + resume);
          return carried.signal() == 0 ? Interrupts.INTERRUPTED : carried.signal();
        }
        seconds += ended(carried.outcome());
      } catch (UserError e) {
        allPassed = false;
        table.row(item.id(), "cannot be run", "", "", "");
        terminal.err().println("genlab: " + e.getMessage());
      }
    }
    summary(items.size(), seconds);
    return allPassed ? Genlab.OK : Genlab.FAILED;
  }

  /** Reports on a study, and returns how long it took. */
  private double ended(StudyRunner.Outcome outcome) {
    StudyResult result = outcome.result();
    Reports.Written written = session.written(outcome);
    allPassed &= result.passed();
    double seconds = result.timing().seconds();
    table.row(
        result.id(),
        Results.standing(result),
        controls(result),
        NumberText.duration(seconds),
        shorter(written.page()));
    if (!json) {
      new Results(terminal).printVerdicts(result);
    }
    return seconds;
  }

  private void summary(int all, double seconds) {
    if (json || table.isEmpty()) {
      return;
    }
    terminal.out().println();
    List<String> lines = new ArrayList<>(table.lines(""));
    terminal.out().println(terminal.style(Style.BOLD, lines.remove(0)));
    lines.forEach(terminal.out()::println);
    terminal.out().println();
    terminal
        .out()
        .println(
            (lines.size() == all ? "" : lines.size() + " of ")
                + (all == 1 ? "1 study" : all + " studies")
                + ", "
                + NumberText.duration(seconds));
  }

  private void say(Style style, String line) {
    if (!json) {
      terminal.out().println();
      terminal.out().println(terminal.style(style, line));
    }
  }

  private static String controls(StudyResult study) {
    List<ControlResult> controls = study.judgedControls();
    if (controls.isEmpty()) {
      return "";
    }
    long breaking = controls.stream().filter(ControlResult::breaks).count();
    return breaking + " of " + controls.size() + " break";
  }

  private static String shorter(Path page) {
    Path here = Path.of("").toAbsolutePath();
    Path absolute = page.toAbsolutePath().normalize();
    return (absolute.startsWith(here) ? here.relativize(absolute) : absolute).toString();
  }
}
