package org.genlab.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 2, 3, 4, 5);

  @TempDir Path directory;

  private RunDirectory run() {
    return RunDirectory.create(directory.resolve("runs"), "my run", "name: x\n", TIME);
  }

  @Test
  void directoriesOfTheSameSecondAreNumbered() {
    assertEquals("my-run-20260102-030405", run().path().getFileName().toString());
    assertEquals("my-run-20260102-030405-2", run().path().getFileName().toString());
    assertEquals("my-run-20260102-030405-3", run().path().getFileName().toString());
  }

  @Test
  void aFileInTheWayIsAnErrorThatNamesIt() throws IOException {
    Files.writeString(directory.resolve("runs"), "");
    UserError error = assertThrows(UserError.class, this::run);
    assertTrue(error.getMessage().contains(directory.resolve("runs").toString()));
  }

  @Test
  void anExactPathMustBeNew() {
    Path path = directory.resolve("study").resolve("runs").resolve("main-seed0");
    assertEquals(path, RunDirectory.createAt(path, "name: x\n").path());
    assertThrows(UserError.class, () -> RunDirectory.createAt(path, "name: x\n"));
  }

  @Test
  void onlyRunDirectoriesCanBeOpened() {
    RunDirectory run = run();
    assertEquals("name: x\n", RunDirectory.open(run.path()).experiment());
    assertThrows(UserError.class, () -> RunDirectory.open(directory));
    assertThrows(UserError.class, () -> RunDirectory.open(directory.resolve("none")));
  }

  @Test
  void statusAndLockReadBack() {
    RunDirectory run = run();
    assertEquals(Optional.empty(), run.status());
    assertEquals(Map.of(), run.lock());
    RunStatus status = new RunStatus(RunStatus.State.FAILED, 3, 10, "broken");
    run.writeStatus(status);
    assertEquals(Optional.of(status), run.status());
    run.writeLock(Map.of("seed", 1, "plugins", List.of(Map.of("id", "sam"))));
    assertEquals(Map.of("seed", 1, "plugins", List.of(Map.of("id", "sam"))), run.lock());
  }

  @Test
  void onlyOneRunAtATime() {
    RunDirectory run = run();
    assertFalse(run.isInUse());
    RunDirectory.Lease lease = run.acquire();
    assertTrue(run.isInUse());
    UserError error = assertThrows(UserError.class, run::acquire);
    assertTrue(error.getMessage().contains(run.path() + " is in use"), error.getMessage());
    lease.close();
    assertFalse(run.isInUse());
    run.acquire().close();
  }

  @Test
  void anotherProcessIsKeptOutToo() throws IOException, InterruptedException {
    RunDirectory run = run();
    RunDirectory.Lease lease = run.acquire();
    assertTrue(run.isInUse());
    assertEquals("true", askAnotherProcess(run));
    lease.close();
    assertEquals("false", askAnotherProcess(run));
  }

  private static String askAnotherProcess(RunDirectory run)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Ask.class.getName(),
                run.path().toString())
            .redirectErrorStream(true)
            .start();
    String answer =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    process.waitFor();
    return answer;
  }

  /** Says whether a run directory is in use. */
  static final class Ask {
    private Ask() {}

    public static void main(String[] arguments) {
      System.out.println(RunDirectory.open(Path.of(arguments[0])).isInUse());
    }
  }

  @Test
  void arraysAreExactAndTheLastCounts() {
    RunDirectory run = run();
    run.writeArrays(5, Map.of("a/b", new double[] {0.1, Double.NaN}));
    run.writeArrays(10, Map.of("a/b", new double[] {0.2}, "c", new double[0]));
    assertArrayEquals(new double[] {0.2}, run.array("a/b").orElseThrow());
    run.deleteArraysAfter(5);
    assertArrayEquals(new double[] {0.1, Double.NaN}, run.array("a/b").orElseThrow());
    assertTrue(run.array("c").isEmpty());
  }

  @Test
  void aRunReadsBackAsARecord() {
    RunDirectory run = run();
    run.writeLock(Map.of("seed", 4, "settings", Map.of("optimizer.weight-decay", 1.0)));
    try (MetricsLog log = MetricsLog.open(run.file(RunDirectory.METRICS), 0)) {
      log.append(new MetricsLog.Row(3, Map.of("x", 0.25)));
    }
    StoredRun record = run.record("main");
    assertEquals("main", record.arm());
    assertEquals(4, record.seed());
    assertEquals(1.0, record.settings().get("optimizer.weight-decay"));
    assertEquals(0.25, record.history().series("x").orElseThrow().last().orElseThrow());
  }

  @Test
  void theLogIsAppendedTo() throws IOException {
    RunDirectory run = run();
    run.log("one");
    run.log("two");
    List<String> lines = Files.readAllLines(run.file(RunDirectory.LOG));
    assertEquals(2, lines.size());
    assertTrue(lines.get(1).endsWith(" two"), lines.get(1));
  }
}
