package org.genlab.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.genlab.itests.Genlab.Result;
import org.genlab.itests.Genlab.Running;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a run when its process is stopped, killed, or its files are damaged. */
class ReliabilityTest {
  private static final int STEPS = 60;

  @TempDir Path work;
  private Path experiment;

  @BeforeEach
  void writeExperiment() {
    experiment = Experiments.write(work, "small.yaml", Experiments.small(STEPS));
  }

  private Path directory(String name) throws Exception {
    return Files.createDirectory(work.resolve(name));
  }

  /** The program in a directory of its own; all of a test share a cache. */
  private Genlab in(Path directory) {
    return new Genlab(directory).with("GENLAB_CACHE", work.resolve("cache").toString());
  }

  private Map<String, String> uninterrupted() throws Exception {
    Path directory = directory("uninterrupted");
    Result result = in(directory).run("run", experiment.toString());
    assertEquals(0, result.code(), result.describe());
    return Experiments.outcome(Experiments.onlyRun(directory));
  }

  @Test
  void killedAtRandomMomentsAndResumedEndsInTheSameBits() throws Exception {
    long started = System.nanoTime();
    Map<String, String> expected = uninterrupted();
    long whole = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int kills = 0;
    for (int life = 0; kills < 20; life++) {
      Path directory = directory("life-" + life);
      int killsOfThisLife = 0;
      boolean ended = false;
      while (!ended) {
        List<Path> runs = Experiments.runs(directory);
        // Killed before it had a directory, it left nothing that could go on.
        String[] command =
            runs.isEmpty()
                ? new String[] {"run", experiment.toString()}
                : new String[] {"resume", Experiments.onlyRun(directory).toString()};
        try (Running running = in(directory).start(command)) {
          // The last process of a life is left alone, so that each life ends.
          boolean alone = killsOfThisLife == 5;
          ended = alone || running.process().waitFor(random.nextLong(whole), TimeUnit.MILLISECONDS);
          if (ended) {
            Result result = running.result();
            assertEquals(0, result.code(), "seed " + seed + ": " + result.describe());
          } else {
            running.signal("KILL");
            running.process().waitFor();
            killsOfThisLife++;
          }
        }
      }
      kills += killsOfThisLife;
      assertEquals(
          expected,
          Experiments.outcome(Experiments.onlyRun(directory)),
          "after " + killsOfThisLife + " kills, seed " + seed);
    }
  }

  @Test
  void interruptLeavesACheckpointAndResumeCompletesTheRun() throws Exception {
    Map<String, String> expected = uninterrupted();
    Path directory = directory("interrupted");
    Path run;
    try (Running running =
        in(directory).start("run", experiment.toString(), "procedure.steps=100000")) {
      awaitCheckpoint(directory, running, 5);
      running.interrupt();
      Result result = running.result();
      assertEquals(130, result.code(), result.describe());
      run = Experiments.onlyRun(directory);
      assertTrue(result.err().contains("genlab resume "), result.describe());
      assertTrue(
          Files.readString(run.resolve("metrics.jsonl"))
              .startsWith(
                  Files.readString(
                          Experiments.onlyRun(work.resolve("uninterrupted"))
                              .resolve("metrics.jsonl"))
                      .lines()
                      .findFirst()
                      .orElseThrow()),
          "the same beginning");
    }
    Path second = directory("interrupted-in-time");
    try (Running running = in(second).start("run", experiment.toString())) {
      awaitCheckpoint(second, running, 5);
      running.interrupt();
      int code = running.result().code();
      assertTrue(code == 130 || code == 0, "stopped, unless it was quicker: " + code);
    }
    Result resumed = in(second).run("resume", Experiments.onlyRun(second).toString());
    assertEquals(0, resumed.code(), resumed.describe());
    assertEquals(expected, Experiments.outcome(Experiments.onlyRun(second)));
  }

  private static void awaitCheckpoint(Path directory, Running running, int step) throws Exception {
    while (running.process().isAlive()) {
      List<Path> runs = Experiments.runs(directory);
      if (!runs.isEmpty()
          && Files.isDirectory(runs.get(0).resolve("checkpoints"))
          && Experiments.checkpoints(runs.get(0)).stream().anyMatch(c -> step(c) >= step)) {
        return;
      }
      Thread.sleep(5);
    }
  }

  private static long step(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString().replaceAll("\\D", ""));
  }

  private static boolean isWhole(Path checkpoint) {
    String name = checkpoint.getFileName().toString().replace(".safetensors", ".json");
    return Files.exists(checkpoint.resolveSibling(name));
  }

  @Test
  void damagedCheckpointIsSaidAndThePreviousOneUsed() throws Exception {
    Map<String, String> expected = uninterrupted();
    Path directory = directory("damaged");
    Genlab genlab = in(directory);
    try (Running running = genlab.start("run", experiment.toString())) {
      awaitCheckpoint(directory, running, 10);
      running.signal("KILL");
      running.process().waitFor();
    }
    Path run = Experiments.onlyRun(directory);
    // The kill may have come between the arrays and the description of the last, which then does
    // not count.
    List<Path> checkpoints =
        Experiments.checkpoints(run).stream().filter(ReliabilityTest::isWhole).toList();
    Path newest = checkpoints.get(checkpoints.size() - 1);
    Bytes.flip(newest);
    Result result = genlab.run("resume", run.toString());
    assertEquals(0, result.code(), result.describe());
    assertTrue(
        result.err().contains(newest.getFileName().toString())
            || result.out().contains(newest.getFileName().toString()),
        "names the damaged file: " + result.describe());
    assertEquals(expected, Experiments.outcome(run));
  }

  @Test
  void resumingAFinishedRunChangesNothing() throws Exception {
    Map<String, String> expected = uninterrupted();
    Path run = Experiments.onlyRun(work.resolve("uninterrupted"));
    Result result = in(work.resolve("uninterrupted")).run("resume", run.toString());
    assertEquals(0, result.code(), result.describe());
    assertEquals(expected, Experiments.outcome(run));
  }

  @Test
  void resultsAreTheSameBitsForAnyNumberOfThreadsAndOnAnyJdk() throws Exception {
    Map<String, String> expected = uninterrupted();
    for (String threads : List.of("1", "2", "3")) {
      Path directory = directory("threads-" + threads);
      Result result = in(directory).run("run", experiment.toString(), "threads=" + threads);
      assertEquals(0, result.code(), result.describe());
      assertEquals(
          expected, Experiments.outcome(Experiments.onlyRun(directory)), threads + " threads");
    }
    String other = System.getenv("GENLAB_OTHER_JDK");
    if (other != null && !other.isEmpty()) {
      Path directory = directory("other-jdk");
      Result result =
          in(directory).with("JAVA_HOME", other).run("run", experiment.toString(), "threads=2");
      assertEquals(0, result.code(), result.describe());
      assertFalse(result.err().contains("WARNING"), result.describe());
      assertEquals(expected, Experiments.outcome(Experiments.onlyRun(directory)), other);
    }
    Path directory = directory("other-seed");
    assertEquals(0, in(directory).run("run", experiment.toString(), "seed=8").code());
    assertNotEquals(expected, Experiments.outcome(Experiments.onlyRun(directory)));
  }
}
