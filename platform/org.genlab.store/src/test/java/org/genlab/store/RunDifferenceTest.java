package org.genlab.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.genlab.api.training.State;
import org.genlab.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDifferenceTest {
  @TempDir Path work;

  private record Point(long step, String series, double value) {}

  private RunDirectory run(String name, State state, Point... points) {
    RunDirectory run = RunDirectory.createAt(work.resolve(name), "seed: 0\n");
    Map<Long, Map<String, Double>> rows = new TreeMap<>();
    for (Point point : points) {
      rows.computeIfAbsent(point.step, s -> new LinkedHashMap<>()).put(point.series, point.value);
    }
    try (MetricsLog log = MetricsLog.open(run.file(RunDirectory.METRICS), 0)) {
      rows.forEach((step, values) -> log.append(new MetricsLog.Row(step, values)));
      run.checkpoints(w -> {})
          .write(new Checkpoint.Builder().put("models/main", state).build(9, log.sync()), 2);
    }
    return run;
  }

  private static State state(float... values) {
    return State.empty().with("w", Tensor.of(values, values.length)).with("steps", 9);
  }

  private static final Point[] SAME = {new Point(0, "loss", 2.5), new Point(5, "loss", 1.25)};

  @Test
  void whatIsTheSameHasNoDifference() {
    RunDirectory a = run("a", state(1, 2), SAME);
    RunDirectory b = run("b", state(1, 2), SAME);
    assertEquals(Optional.empty(), RunDifference.between(a, b, 9));
    // What the first run did after the checkpoint is no difference.
    try (MetricsLog log =
        MetricsLog.open(
            a.file(RunDirectory.METRICS), a.checkpoints(w -> {}).last().metricsBytes())) {
      log.append(new MetricsLog.Row(10, Map.of("loss", 1.0)));
    }
    assertEquals(Optional.empty(), RunDifference.between(a, b, 9));
  }

  @Test
  void theFirstSeriesThatDiffersIsNamed() {
    RunDirectory a = run("a", state(1, 2), SAME);
    RunDirectory b = run("b", state(1, 3), SAME[0], new Point(5, "loss", Math.nextUp(1.25)));
    assertEquals(
        Optional.of(new RunDifference(5, "loss", "loss was 1.25 and is 1.2500000000000002")),
        RunDifference.between(a, b, 9));
    RunDirectory more = run("more", state(1, 2), SAME[0], SAME[1], new Point(5, "acc", 1));
    assertEquals(
        Optional.of(new RunDifference(5, "acc", "acc was not there and is 1.0")),
        RunDifference.between(a, more, 9));
    RunDirectory less = run("less", state(1, 2), SAME[0]);
    assertEquals(
        Optional.of(new RunDifference(5, "", "metrics were taken then, and are not now")),
        RunDifference.between(a, less, 9));
    assertEquals(
        Optional.of(new RunDifference(5, "", "metrics were not taken then")),
        RunDifference.between(less, a, 9));
  }

  @Test
  void theStateIsComparedBitByBit() {
    RunDirectory a = run("a", state(0f, 2), SAME);
    assertEquals(
        Optional.of(
            new RunDifference(
                9,
                "models/main/w",
                "1 of the 2 values of models/main/w differ; the first was 0.0 and is -0.0")),
        RunDifference.between(a, run("b", state(-0f, 2), SAME), 9));
    assertEquals(
        List.of("models/main/w was of shape [2] and is of [3]"),
        RunDifference.between(a, run("c", state(0, 2, 0), SAME), 9).stream()
            .map(RunDifference::sentence)
            .toList());
    assertEquals(
        List.of("models/main/steps was 9.0 and is 8.0"),
        RunDifference.between(a, run("d", state(0, 2).with("steps", 8), SAME), 9).stream()
            .map(RunDifference::sentence)
            .toList());
  }

  @Test
  void withoutTheCheckpointNothingCanBeCompared() {
    RunDirectory a = run("a", state(1), SAME);
    UserError error = assertThrows(UserError.class, () -> RunDifference.between(a, a, 8));
    assertEquals(true, error.getMessage().contains("step-00000008.safetensors cannot be compared"));
  }
}
