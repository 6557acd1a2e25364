package org.genlab.cli.internal;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.genlab.study.RunEntry;
import org.genlab.study.report.NumberText;

/**
 * Lines for logs: one for an evaluation, but only where the step has doubled since the last one of
 * the run or ten seconds have gone.
 */
final class PlainDisplay implements Display {
  private static final long PATIENCE = 10_000_000_000L;

  private record Last(long step, long nanos) {}

  private final PrintStream err;
  private final Terminal terminal;
  private final Map<String, RunGauge> gauges = new HashMap<>();
  private final Map<String, Last> written = new HashMap<>();
  private boolean several;
  private int nameWidth;

  PlainDisplay(Terminal terminal) {
    this.terminal = terminal;
    this.err = terminal.err();
  }

  @Override
  public synchronized void planned(List<PlannedRun> planned) {
    several = planned.size() > 1;
    nameWidth = planned.stream().mapToInt(p -> p.name().length()).max().orElse(0);
  }

  @Override
  public synchronized void runStarted(PlannedRun run, long step) {
    gauges.put(run.name(), new RunGauge(step, run.totalSteps(), now()));
    if (several || step > 0) {
      err.println(
          run.name() + (step == 0 ? " starts" : " goes on at step " + step) + total(run) + ".");
    }
  }

  private static String total(PlannedRun run) {
    return run.totalSteps() > 0 ? " (of " + NumberText.count(run.totalSteps(), "step") + ")" : "";
  }

  @Override
  public synchronized void stepped(PlannedRun run, long step, float loss, Progress progress) {
    RunGauge gauge = gauges.get(run.name());
    if (gauge != null) {
      gauge.stepped(step, run.totalSteps(), now());
    }
  }

  @Override
  public synchronized void evaluated(PlannedRun run, long step, Map<String, Double> values) {
    RunGauge gauge = gauges.get(run.name());
    if (gauge == null) {
      return;
    }
    gauge.evaluated(values);
    long nanos = now();
    Last last = written.get(run.name());
    boolean due =
        last == null
            || step >= 2 * last.step() + 10
            || nanos - last.nanos() >= PATIENCE
            || step == run.totalSteps();
    if (due) {
      gauge.stepped(step, run.totalSteps(), nanos);
      err.println(
          (several
                  ? String.format(Locale.ROOT, "%-" + Math.max(1, nameWidth) + "s  ", run.name())
                  : "step ")
              + gauge.line(nanos));
      written.put(run.name(), new Last(step, nanos));
    }
  }

  @Override
  public synchronized void logged(PlannedRun run, String line) {
    err.println((several ? run.name() + ": " : "") + line);
  }

  @Override
  public synchronized void runEnded(PlannedRun run, RunEntry entry, Progress progress) {
    if (!several && entry.status() == RunEntry.Status.FAILED) {
      return; // The command fails with the reason as its message.
    }
    err.println(
        ending(entry) + (several ? ", " + progress.runsEnded() + " of " + progress.runs() : ""));
  }

  /** How a run ended, in words. */
  static String ending(RunEntry entry) {
    return switch (entry.status()) {
      case FINISHED -> entry.name() + " finished after " + NumberText.count(entry.steps(), "step");
      case STOPPED -> entry.name() + " stopped after " + NumberText.count(entry.steps(), "step");
      case FAILED -> entry.name() + " failed: " + entry.reason();
      case PENDING -> entry.name() + " did not start";
    };
  }

  @Override
  public synchronized void say(String line) {
    err.println(line);
  }

  @Override
  public void close() {
    err.flush();
  }

  private long now() {
    return terminal.nanoTime().getAsLong();
  }
}
