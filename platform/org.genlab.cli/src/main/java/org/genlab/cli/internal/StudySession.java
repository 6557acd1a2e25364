package org.genlab.cli.internal;

import java.util.function.BiFunction;
import org.genlab.runtime.engine.StopSignal;
import org.genlab.study.StudyResult;
import org.genlab.study.StudyRunner;
import org.genlab.study.report.Reports;

/** Carries a study through: shows its progress, prints what it found and writes its report. */
record StudySession(Terminal terminal, boolean json) {

  /**
   * Runs a study.
   *
   * @param study runs it, given the display and the signal to stop
   * @return the exit code
   */
  int run(BiFunction<Display, StopSignal, StudyRunner.Outcome> study) {
    StudyRunner.Outcome outcome;
    int signal;
    try (Display display = Display.of(terminal, json);
        Interrupts interrupts = Interrupts.open(() -> display.say(RunSession.STOPPING))) {
      outcome = study.apply(display, interrupts.stop());
      signal = interrupts.exitCode();
    }
    StudyResult result = outcome.result();
    if (result.outcome() == StudyResult.Outcome.STOPPED) {
      return RunSession.stopped(terminal, json, outcome.directory(), signal);
    }
    if (json) {
      Reports.writeStudy(outcome.directory(), result);
      try (Display display = Display.of(terminal, true)) {
        display.studyEnded(outcome.directory(), result);
      }
    } else {
      Results results = new Results(terminal);
      results.print(result, Reports.arms(outcome.directory(), result));
      results.printPaths(outcome.directory(), Reports.writeStudy(outcome.directory(), result));
    }
    return result.passed() ? Genlab.OK : Genlab.FAILED;
  }
}
