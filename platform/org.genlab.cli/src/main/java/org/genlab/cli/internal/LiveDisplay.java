package org.genlab.cli.internal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.genlab.study.RunEntry;
import org.genlab.study.report.NumberText;

/** One line for each run that is going on, redrawn in place at most five times a second. */
final class LiveDisplay implements Display {
  private static final long BETWEEN_FRAMES = 200_000_000L;
  private static final String CLEAR_LINE = "\r\u001b[2K";
  private static final String NO_WRAP = "\u001b[?7l";
  private static final String WRAP = "\u001b[?7h";

  private final PrintStream err;
  private final Terminal terminal;
  private final Map<String, RunGauge> active = new LinkedHashMap<>();
  private int drawn;
  private long lastFrame;
  private boolean anyFrame;
  private int runs = 1;
  private int nameWidth;
  private Progress study;

  LiveDisplay(Terminal terminal) {
    this.terminal = terminal;
    this.err = terminal.err();
  }

  @Override
  public synchronized void planned(List<PlannedRun> planned) {
    runs = planned.size();
    nameWidth = planned.stream().mapToInt(p -> p.name().length()).max().orElse(0);
  }

  @Override
  public synchronized void runStarted(PlannedRun run, long step) {
    active.put(run.name(), new RunGauge(step, run.totalSteps(), terminal.nanoTime().getAsLong()));
    frame(true);
  }

  @Override
  public synchronized void stepped(PlannedRun run, long step, float loss, Progress progress) {
    RunGauge gauge = active.get(run.name());
    if (gauge != null) {
      gauge.stepped(step, run.totalSteps(), terminal.nanoTime().getAsLong());
      study = progress;
      frame(false);
    }
  }

  @Override
  public synchronized void evaluated(PlannedRun run, long step, Map<String, Double> values) {
    RunGauge gauge = active.get(run.name());
    if (gauge != null) {
      gauge.evaluated(values);
      frame(false);
    }
  }

  @Override
  public synchronized void logged(PlannedRun run, String line) {
    above((runs > 1 ? run.name() + ": " : "") + line);
  }

  @Override
  public synchronized void runEnded(PlannedRun run, RunEntry entry, Progress progress) {
    RunGauge gauge = active.remove(run.name());
    study = progress;
    if (runs == 1 && entry.status() == RunEntry.Status.FAILED) {
      frame(true); // The message that follows says it.
      return;
    }
    String measured = RunGauge.measurements(gauge == null ? Map.of() : gauge.values());
    if (runs > 1 || entry.status() != RunEntry.Status.FAILED) {
      above(PlainDisplay.ending(entry) + measured);
    }
  }

  @Override
  public synchronized void say(String line) {
    above(line);
  }

  @Override
  public synchronized void close() {
    active.clear();
    clear();
    err.flush();
  }

  /** Writes a line that stays, above those that are redrawn. */
  private void above(String line) {
    clear();
    err.println(line);
    frame(true);
  }

  private void clear() {
    if (drawn == 0) {
      return;
    }
    StringBuilder text = new StringBuilder(CLEAR_LINE);
    for (int i = 1; i < drawn; i++) {
      text.append("\u001b[1A").append(CLEAR_LINE);
    }
    err.print(text);
    drawn = 0;
  }

  private void frame(boolean now) {
    long nanos = terminal.nanoTime().getAsLong();
    if (!now && anyFrame && nanos - lastFrame < BETWEEN_FRAMES) {
      return;
    }
    lastFrame = nanos;
    anyFrame = true;
    List<String> lines = new ArrayList<>();
    active.forEach(
        (name, gauge) ->
            lines.add(
                (runs > 1
                        ? String.format(Locale.ROOT, "%-" + Math.max(1, nameWidth) + "s  ", name)
                        : "step ")
                    + gauge.line(nanos)));
    if (runs > 1 && study != null && !lines.isEmpty()) {
      lines.add(
          study.runsEnded()
              + " of "
              + study.runs()
              + " runs ended, "
              + NumberText.duration(study.secondsLeft())
              + " left");
    }
    clear();
    if (!lines.isEmpty()) {
      err.print(NO_WRAP + String.join("\n", lines) + WRAP);
      drawn = lines.size();
    }
    err.flush();
  }
}
