package org.genlab.cli.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;
import org.genlab.study.report.NumberText;

/** How one run goes: its step, its speed over the last seconds and its latest measurements. */
final class RunGauge {
  private static final long WINDOW = 15_000_000_000L;
  private static final long BETWEEN_SAMPLES = 250_000_000L;

  private record Sample(long nanos, long step) {}

  private final Deque<Sample> samples = new ArrayDeque<>();
  private long step;
  private long totalSteps;
  private Map<String, Double> values = Map.of();

  RunGauge(long step, long totalSteps, long nanos) {
    this.step = step;
    this.totalSteps = totalSteps;
    samples.add(new Sample(nanos, step));
  }

  void stepped(long now, long total, long nanos) {
    step = now;
    totalSteps = total;
    if (nanos - samples.getLast().nanos() >= BETWEEN_SAMPLES) {
      samples.addLast(new Sample(nanos, step));
      while (samples.size() > 2 && nanos - samples.getFirst().nanos() > WINDOW) {
        samples.removeFirst();
      }
    }
  }

  void evaluated(Map<String, Double> latest) {
    values = latest;
  }

  Map<String, Double> values() {
    return values;
  }

  long step() {
    return step;
  }

  /** Steps per second over the last seconds; NaN before that can be said. */
  double rate(long nanos) {
    long elapsed = nanos - samples.getFirst().nanos();
    long made = step - samples.getFirst().step();
    return made <= 0 || elapsed < BETWEEN_SAMPLES ? Double.NaN : made * 1e9 / elapsed;
  }

  /** Step, speed, time left and the latest measurements, in columns that keep their places. */
  String line(long nanos) {
    int digits = Long.toString(Math.max(1, totalSteps)).length();
    StringBuilder line = new StringBuilder();
    line.append(String.format(Locale.ROOT, "%" + digits + "d", step));
    if (totalSteps > 0) {
      line.append('/').append(totalSteps);
    }
    double rate = rate(nanos);
    String speed =
        Double.isNaN(rate)
            ? "–"
            : String.format(Locale.ROOT, rate < 100 ? "%.1f steps/s" : "%.0f steps/s", rate);
    line.append("  ").append(String.format(Locale.ROOT, "%12s", speed));
    if (totalSteps > 0) {
      double left = Double.isNaN(rate) ? Double.NaN : (totalSteps - step) / rate;
      String time =
          Double.isNaN(left) || step >= totalSteps ? "" : NumberText.duration(left) + " left";
      line.append("  ").append(String.format(Locale.ROOT, "%17s", time));
    }
    return line.append(measurements(values)).toString();
  }

  /** Accuracy and loss on the training and the validation data, as far as they were measured. */
  static String measurements(Map<String, Double> values) {
    StringBuilder text = new StringBuilder();
    for (String split : new String[] {"train", "validation"}) {
      Double accuracy = values.get(split + "/accuracy");
      Double loss = values.get(split + "/loss");
      if (accuracy == null && loss == null) {
        continue;
      }
      text.append("  ").append(split.equals("train") ? "train" : "val");
      if (accuracy != null) {
        text.append(String.format(Locale.ROOT, " %7s", NumberText.percent(accuracy)));
      }
      if (loss != null) {
        text.append(String.format(Locale.ROOT, " %9s", NumberText.number(loss)));
      }
    }
    return text.toString();
  }
}
