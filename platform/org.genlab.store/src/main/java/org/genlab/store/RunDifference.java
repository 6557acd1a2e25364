package org.genlab.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The first thing in which two runs of the same experiment differ.
 *
 * @param step the step of the first difference
 * @param where the series that differs there; or, when all series agree, the array of the
 *     checkpoint
 * @param sentence what was and what is, without a full stop
 */
public record RunDifference(long step, String where, String sentence) {

  /**
   * Compares metrics and the checkpoint of a step, bit by bit.
   *
   * @param expected a run that may have gone further
   * @param actual a run that ended at that step
   * @return empty when they have the same bits up to there
   * @throws UserError when a file of either cannot be read
   */
  public static Optional<RunDifference> between(
      RunDirectory expected, RunDirectory actual, long step) {
    Checkpoint then = checkpoint(expected, step);
    Checkpoint now = checkpoint(actual, step);
    byte[] a = metrics(expected, then);
    byte[] b = metrics(actual, now);
    if (Arrays.equals(a, b)) {
      return inState(then, now);
    }
    Optional<RunDifference> rows = inRows(rows(expected, a), rows(actual, b));
    return rows.isPresent() ? rows : inState(then, now);
  }

  private static Checkpoint checkpoint(RunDirectory run, long step) {
    CheckpointStore store = run.checkpoints(warning -> {});
    try {
      return store.load(step);
    } catch (IOException e) {
      throw new UserError(
          "the checkpoint " + store.data(step) + " cannot be compared: " + e.getMessage() + ".", e);
    }
  }

  private static byte[] metrics(RunDirectory run, Checkpoint checkpoint) {
    try {
      byte[] all = Files.readAllBytes(run.file(RunDirectory.METRICS));
      return Arrays.copyOf(all, (int) Math.min(all.length, checkpoint.metricsBytes()));
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(run.file(RunDirectory.METRICS), e);
    }
  }

  private static List<MetricsLog.Row> rows(RunDirectory run, byte... metrics) {
    return MetricsLog.parse(
        new String(metrics, StandardCharsets.UTF_8), run.file(RunDirectory.METRICS));
  }

  private static Optional<RunDifference> inRows(
      List<MetricsLog.Row> then, List<MetricsLog.Row> now) {
    for (int i = 0; i < Math.max(then.size(), now.size()); i++) {
      if (i == then.size() || i == now.size() || then.get(i).step() != now.get(i).step()) {
        long step =
            Math.min(
                i < then.size() ? then.get(i).step() : Long.MAX_VALUE,
                i < now.size() ? now.get(i).step() : Long.MAX_VALUE);
        boolean was = i < then.size() && then.get(i).step() == step;
        return Optional.of(
            new RunDifference(
                step,
                "",
                "metrics were " + (was ? "taken then, and are not now" : "not taken then")));
      }
      TreeSet<String> names = new TreeSet<>(then.get(i).values().keySet());
      names.addAll(now.get(i).values().keySet());
      for (String name : names) {
        Double a = then.get(i).values().get(name);
        Double b = now.get(i).values().get(name);
        if (a == null || !a.equals(b)) {
          return Optional.of(
              new RunDifference(
                  then.get(i).step(), name, name + " was " + text(a) + " and is " + text(b)));
        }
      }
    }
    return Optional.empty();
  }

  private static String text(Double value) {
    return value == null ? "not there" : Numbers.toText(value);
  }

  private static Optional<RunDifference> inState(Checkpoint then, Checkpoint now) {
    TreeSet<String> names = new TreeSet<>(then.arrays().keySet());
    names.addAll(now.arrays().keySet());
    for (String name : names) {
      Safetensors.Floats a = then.arrays().get(name);
      Safetensors.Floats b = now.arrays().get(name);
      if (a == null || b == null) {
        return Optional.of(
            new RunDifference(
                then.step(), name, name + (a == null ? " was not there" : " is not there")));
      }
      if (!Arrays.equals(a.shape(), b.shape()) || !Arrays.equals(a.values(), b.values())) {
        return Optional.of(new RunDifference(then.step(), name, difference(name, a, b)));
      }
    }
    for (Map.Entry<String, Double> number : then.numbers().entrySet()) {
      Double b = now.numbers().get(number.getKey());
      if (!number.getValue().equals(b)) {
        return Optional.of(
            new RunDifference(
                then.step(),
                number.getKey(),
                number.getKey() + " was " + text(number.getValue()) + " and is " + text(b)));
      }
    }
    return now.numbers().keySet().stream()
        .filter(name -> !then.numbers().containsKey(name))
        .findFirst()
        .map(name -> new RunDifference(then.step(), name, name + " was not there"));
  }

  private static String difference(String name, Safetensors.Floats a, Safetensors.Floats b) {
    if (!Arrays.equals(a.shape(), b.shape())) {
      return name
          + " was of shape "
          + Arrays.toString(a.shape())
          + " and is of "
          + Arrays.toString(b.shape());
    }
    int different = 0;
    int first = -1;
    for (int i = 0; i < a.values().length; i++) {
      if (Float.floatToIntBits(a.values()[i]) != Float.floatToIntBits(b.values()[i])) {
        first = first < 0 ? i : first;
        different++;
      }
    }
    return String.format(
        Locale.ROOT,
        "%d of the %d values of %s differ; the first was %s and is %s",
        different,
        a.values().length,
        name,
        a.values()[first],
        b.values()[first]);
  }
}
