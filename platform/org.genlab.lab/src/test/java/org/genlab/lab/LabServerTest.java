package org.genlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.StreamSupport;
import org.genlab.store.UserError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a lab does with what is asked of it, through its port. */
class LabServerTest {
  private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

  @TempDir Path directory;
  private FakeRunners runners = new FakeRunners();
  private final List<String> said = new ArrayList<>();
  private LabServer lab;

  private ControlClient open(int parallel) {
    return open(parallel, Duration.ZERO);
  }

  private ControlClient open(int parallel, Duration silence) {
    runners = new FakeRunners();
    lab =
        LabServer.open(new LabServer.Options(directory, parallel, 1, silence), runners, said::add);
    return ControlClient.of(directory.resolve(".lab/endpoint.json")).orElseThrow();
  }

  @AfterEach
  void close() {
    if (lab != null) {
      lab.close(0);
    }
  }

  private static ObjectNode experiment(String text, String... overrides) {
    return new Submission("dir/a.yaml", text, Path.of("/from"), List.of(overrides)).toJson();
  }

  private static List<String> states(ControlClient client) {
    return StreamSupport.stream(client.get("/state").path("jobs").spliterator(), false)
        .map(j -> j.path("state").asText())
        .toList();
  }

  private FakeRunners.FakeRun run(int number) {
    return runners.runs.get(number);
  }

  @Test
  void runsAreComputedInOrderAFewAtATime() {
    ControlClient client = open(2);
    JsonNode answer = client.post("/runs", experiment("x", "seed=0..4"));
    assertEquals(5, answer.path("jobs").size());
    assertEquals("seed=3", answer.path("jobs").path(3).path("label").asText());
    assertEquals(List.of("running", "running", "queued", "queued", "queued"), states(client));
    assertEquals(2, runners.runs.size());
    assertEquals("x", run(0).task.experiment());
    assertEquals(Path.of("/from"), run(0).task.from());
    run(1).events.started(0, 100);
    run(1).events.stepped(100, 100, 0.5f);
    run(1).events.ended(RunEvents.End.FINISHED, "");
    assertEquals(List.of("running", "finished", "running", "queued", "queued"), states(client));
    run(0).events.ended(RunEvents.End.FAILED, "it broke");
    JsonNode jobs = client.get("/state").path("jobs");
    assertEquals("it broke", jobs.path(0).path("message").asText());
    assertEquals(100, jobs.path(1).path("step").asLong());
    assertEquals(4, runners.runs.size());
  }

  @Test
  void whatIsWrongIsNotAccepted() {
    ControlClient client = open(1);
    UserError error = assertThrows(UserError.class, () -> client.post("/runs", experiment("bad")));
    assertEquals("dir/a.yaml:1: this is bad", error.getMessage());
    assertEquals(List.of(), states(client));
    assertEquals(
        "a submission needs 'source'.",
        assertThrows(UserError.class, () -> client.post("/runs", NOTHING)).getMessage());
  }

  @Test
  void killedLabLosesNothing() throws Exception {
    ControlClient client = open(1);
    client.post("/runs", experiment("x", "seed=0..2"));
    run(0).events.started(0, 100);
    // As the disk is when the process is killed now.
    Path copy = directory.resolve("copy/.lab");
    Files.createDirectories(copy);
    Files.copy(directory.resolve(".lab/queue.jsonl"), copy.resolve("queue.jsonl"));
    String first = run(0).name();
    FakeRunners again = new FakeRunners();
    try (LabServer next =
        LabServer.open(
            new LabServer.Options(directory.resolve("copy"), 1, 1, Duration.ZERO),
            again,
            said::add)) {
      assertEquals(1, next.running());
      assertEquals(first, again.runs.get(0).name(), "what ran goes on first");
      again.runs.get(0).events.ended(RunEvents.End.FINISHED, "");
      again.runs.get(1).events.ended(RunEvents.End.FINISHED, "");
      again.runs.get(2).events.ended(RunEvents.End.FINISHED, "");
      assertEquals(0, next.running());
    }
  }

  @Test
  void labThatEndsStopsItsRunsAndTheNextGoesOnWithThem() throws Exception {
    ControlClient client = open(1);
    client.post("/runs", experiment("x", "seed=0..1"));
    FakeRunners.FakeRun running = run(0);
    CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> lab.close(60_000));
    while (!running.stopped) {
      Thread.onSpinWait();
    }
    running.events.ended(RunEvents.End.STOPPED, "");
    closed.get();
    assertEquals(1, runners.runs.size(), "nothing new began");
    ControlClient next = open(2);
    assertEquals(List.of("running", "running"), states(next));
    assertEquals(running.name(), run(0).name());
    assertFalse(running.name().equals(run(1).name()));
    assertEquals(
        3, next.post("/runs", experiment("x")).path("jobs").path(0).path("number").asInt());
  }

  @Test
  void stoppingWaitsForTheEndAndTakesQueuedOnesOut() throws Exception {
    ControlClient client = open(1);
    client.post("/runs", experiment("x", "seed=0..2"));
    String second = client.get("/state").path("jobs").path(1).path("run").asText();
    assertEquals(
        second + " was taken out of the queue.",
        client.post("/runs/" + second + "/stop", NOTHING).path("sentence").asText());
    CompletableFuture<JsonNode> stop =
        CompletableFuture.supplyAsync(() -> client.post("/runs/1/stop", NOTHING));
    while (!run(0).stopped) {
      Thread.onSpinWait();
    }
    assertFalse(stop.isDone());
    assertEquals("stopping", states(client).get(0));
    run(0).events.started(40, 100);
    run(0).events.ended(RunEvents.End.STOPPED, "");
    assertTrue(
        stop.get()
            .path("sentence")
            .asText()
            .matches(".* was stopped at step 40; go on with: genlab resume .*"),
        stop.get().toString());
    assertEquals(List.of("stopped", "cancelled", "running"), states(client));
    assertEquals(
        run(0).name() + " is not running: it is stopped.",
        assertThrows(UserError.class, () -> client.post("/runs/1/stop", NOTHING)).getMessage());
    assertEquals(
        "the lab knows no run '9'; 'genlab queue' lists those it has.",
        assertThrows(UserError.class, () -> client.post("/runs/9/stop", NOTHING)).getMessage());
    lab.close(0);
    ControlClient next = open(1);
    assertEquals(List.of("stopped", "cancelled", "running"), states(next), "not begun again");
  }

  @Test
  void runThatDoesNotReachItsNextStepCanBeEndedAtOnce() {
    ControlClient client = open(1);
    client.post("/runs", experiment("x"));
    run(0).events.started(7, 100);
    JsonNode answer =
        client.post("/runs/1/stop", JsonNodeFactory.instance.objectNode().put("now", true));
    assertTrue(run(0).killed);
    assertEquals("stopped", answer.path("state").asText());
    assertTrue(answer.path("sentence").asText().contains("at once, in step 8"), answer.toString());
  }

  @Test
  void silentRunIsEndedAndThePluginNamed() throws Exception {
    for (boolean kills : new boolean[] {true, false}) {
      ControlClient client = open(1, Duration.ofMillis(50));
      runners.kills = kills;
      client.post("/runs", experiment("x"));
      client.post("/runs", experiment("y"));
      String path = "/runs/" + run(0).name() + "/events";
      List<JsonNode> events = new ArrayList<>();
      client.stream(path, events::add);
      String reason = events.get(events.size() - 1).path("reason").asText();
      assertTrue(
          reason.contains(
              " in optimizer 'slow' 1.0.0 of bundle org.example.slow 1.2.3, in step 1;"),
          reason);
      assertTrue(reason.contains(kills ? "its process was ended" : "cannot be ended"), reason);
      assertTrue(run(0).killed);
      while (runners.runs.size() < 2) {
        Thread.onSpinWait(); // The next run takes its place.
      }
      lab.close(0);
      Files.delete(directory.resolve(".lab/queue.jsonl"));
    }
  }

  @Test
  void watchersSeeTheRunFromWhereTheyCome() throws Exception {
    ControlClient client = open(1);
    client.post("/runs", experiment("x", "seed=0..1"));
    run(0).events.started(0, 100);
    run(0).events.stepped(20, 100, 0.5f);
    run(0).events.evaluated(20, Map.of("train/loss", Double.NaN));
    run(0).events.logged("a line");
    List<String> seen = new ArrayList<>();
    CountDownLatch there = new CountDownLatch(5);
    CompletableFuture<Void> watcher =
        CompletableFuture.runAsync(
            () ->
                client.stream(
                    "/runs/" + run(0).name() + "/events",
                    e -> {
                      synchronized (seen) {
                        seen.add(e.path("event").asText() + " " + e.path("step").asText());
                      }
                      there.countDown();
                    }));
    List<String> queued = new ArrayList<>();
    CountDownLatch waits = new CountDownLatch(1);
    CompletableFuture<Void> early =
        CompletableFuture.runAsync(
            () ->
                client.stream(
                    "/runs/2/events",
                    e -> {
                      queued.add(e.path("event").asText() + e.path("ahead").asText());
                      waits.countDown();
                    }));
    waits.await();
    while (there.getCount() > 1) {
      Thread.onSpinWait();
    }
    run(0).events.checkpointed(25);
    run(0).events.ended(RunEvents.End.FINISHED, "");
    watcher.get();
    assertEquals(
        List.of("run ", "started 20", "logged ", "evaluated 20", "checkpointed 25", "ended 20"),
        seen);
    run(1).events.started(0, 100);
    run(1).events.ended(RunEvents.End.FINISHED, "");
    early.get();
    assertEquals(List.of("run1", "started", "ended"), queued);
    List<JsonNode> late = new ArrayList<>();
    client.stream("/runs/1/events", late::add);
    assertEquals("finished", late.get(1).path("status").asText());
  }

  @Test
  void swapsAreForRunningRuns() {
    ControlClient client = open(1);
    client.post("/runs", experiment("x", "seed=0..1"));
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putArray("overrides").add("optimizer=sgd");
    assertEquals(
        "swapped [optimizer=sgd]", client.post("/runs/1/swap", body).path("sentence").asText());
    UserError error = assertThrows(UserError.class, () -> client.post("/runs/2/swap", body));
    assertTrue(
        error.getMessage().contains(" is queued; only in a running run"), error.getMessage());
  }

  @Test
  void secondLabOfADirectoryIsRefused() throws Exception {
    open(1);
    UserError error =
        assertThrows(
            UserError.class,
            () ->
                LabServer.open(
                    new LabServer.Options(directory, 1, 1, Duration.ZERO),
                    new FakeRunners(),
                    said::add));
    assertTrue(
        error.getMessage().startsWith("another lab serves " + directory), error.getMessage());
    assertTrue(
        ControlClient.of(directory.resolve(".lab/endpoint.json")).isPresent(), "the first goes on");
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(".lab"))));
  }
}
