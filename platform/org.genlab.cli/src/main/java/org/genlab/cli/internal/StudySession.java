package org.genlab.cli.internal;

import java.util.function.BiFunction;
import org.genlab.runtime.engine.StopSignal;
import org.genlab.study.StudyResult;
import org.genlab.study.StudyRunner;
import org.genlab.study.report.Reports;

/** Carries a study through: shows its progress, prints what it found and writes its report. */
record StudySession(Terminal terminal, boolean json) {
  /**
   * A study as far as it got.
   *
   * @param signal the exit code when it was stopped by a signal
   */
  record Carried(StudyRunner.Outcome outcome, int signal) {
    boolean isStopped() {
      return outcome.result().outcome() == StudyResult.Outcome.STOPPED;
    }
  }

  /**
   * Runs a study and reports on it.
   *
   * @param study runs it, given the display and the signal to stop
   * @return the exit code
   */
  int run(BiFunction<Display, StopSignal, StudyRunner.Outcome> study) {
    Carried carried = carry(study);
    StudyRunner.Outcome outcome = carried.outcome();
    if (carried.isStopped()) {
      return RunSession.stopped(terminal, json, outcome.directory(), carried.signal());
    }
    StudyResult result = outcome.result();
    Reports.Written written = written(outcome);
    if (!json) {
      Results results = new Results(terminal);
      results.print(result, Reports.arms(outcome.directory(), result));
      results.printPaths(outcome.directory(), written);
    }
    return result.passed() ? Genlab.OK : Genlab.FAILED;
  }

  /** Runs a study, showing its progress only. */
  Carried carry(BiFunction<Display, StopSignal, StudyRunner.Outcome> study) {
    try (Display display = Display.of(terminal, json);
        Interrupts interrupts = Interrupts.open(() -> display.say(RunSession.STOPPING))) {
      StudyRunner.Outcome outcome = study.apply(display, interrupts.stop());
      return new Carried(outcome, interrupts.exitCode());
    }
  }

  /** Writes the report of a study that ended; programs are told that it did. */
  Reports.Written written(StudyRunner.Outcome outcome) {
    Reports.Written written = Reports.writeStudy(outcome.directory(), outcome.result());
    if (json) {
      try (Display display = Display.of(terminal, true)) {
        display.studyEnded(outcome.directory(), outcome.result());
      }
    }
    return written;
  }
}
