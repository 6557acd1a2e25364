package org.genlab.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.genlab.itests.Genlab.Result;
import org.genlab.itests.Genlab.Running;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lab served by one process, used by others, and what becomes of it when it is killed. */
class LabTest {
  private static final int STEPS = 60;

  @TempDir Path work;
  private Path experiment;

  @BeforeEach
  void writeExperiment() {
    experiment = Experiments.write(work, "small.yaml", Experiments.small(STEPS));
  }

  private Map<String, String> undisturbed(String... overrides) throws Exception {
    Path directory = Files.createDirectory(work.resolve("undisturbed"));
    String[] arguments = new String[overrides.length + 2];
    arguments[0] = "run";
    arguments[1] = experiment.toString();
    System.arraycopy(overrides, 0, arguments, 2, overrides.length);
    Result result =
        new Genlab(directory).with("GENLAB_CACHE", work.resolve("cache").toString()).run(arguments);
    assertEquals(0, result.code(), result.describe());
    return Experiments.outcome(Experiments.onlyRun(directory));
  }

  @Test
  void submittedRunIsComputedLikeAnyOtherAndWatched() throws Exception {
    Map<String, String> expected = undisturbed();
    try (RunningLab lab = new RunningLab(work)) {
      lab.serve();
      String run = lab.submit("small.yaml");
      // What becomes of the file does not matter any more.
      Files.delete(experiment);
      Result watched = lab.genlab().run("watch", run, "--json");
      assertEquals(0, watched.code(), watched.describe());
      assertTrue(
          watched.out().contains("\"outcome\":\"finished\",\"step\":60"), watched.describe());
      assertEquals(expected, Experiments.outcome(lab.run(run)));
      assertTrue(Files.exists(lab.run(run).resolve("report.html")));
      Result queue = lab.genlab().run("queue");
      assertTrue(
          queue.out().matches("(?s).* 1  " + run + " +finished +60/60 100 %.*"), queue.describe());
      Result wrong = lab.genlab().run("submit", "small.yaml");
      assertEquals(2, wrong.code(), wrong.describe());
    }
  }

  @Test
  void mistakesAreFoundBeforeARunIsAccepted() throws Exception {
    try (RunningLab lab = new RunningLab(work)) {
      Result none = lab.genlab().run("submit", "small.yaml");
      assertEquals(2, none.code());
      assertEquals(
          "genlab: no lab serves runs; start one, in another terminal, with 'genlab serve'.\n",
          none.err());
      lab.serve();
      Files.writeString(
          experiment, Experiments.small(STEPS).replace("learning-rate", "learning-rat"));
      Result result = lab.genlab().run("submit", "small.yaml");
      assertEquals(2, result.code(), result.describe());
      assertTrue(
          result.err().startsWith("genlab: small.yaml:5: optimizer 'adamw' has no setting"),
          result.describe());
      Result second = lab.genlab().run("serve");
      assertEquals(2, second.code(), second.describe());
      assertTrue(second.err().startsWith("genlab: another lab serves runs already"), second.err());
      Result stop = lab.genlab().run("stop", "nothing");
      assertEquals(2, stop.code());
      assertEquals(
          "genlab: the lab knows no run 'nothing'; 'genlab queue' lists those it has.\n",
          stop.err());
    }
  }

  @Test
  void killedLabLosesNothingAndItsRunsEndInTheSameBits() throws Exception {
    Map<String, String> expected = undisturbed("procedure.steps=400");
    try (RunningLab lab = new RunningLab(work)) {
      lab.serve();
      String first = lab.submit("small.yaml", "procedure.steps=400");
      String second = lab.submit("small.yaml");
      lab.await(lab.run(first).resolve("run.log"), log -> log.contains("Begins at step 0"));
      while (!Files.isDirectory(lab.run(first).resolve("checkpoints"))
          || Experiments.checkpoints(lab.run(first)).isEmpty()) {
        Thread.sleep(5);
      }
      lab.serving().signal("KILL");
      lab.serving().process().waitFor();
      assertFalse(Files.exists(lab.run(second)), "still queued");
      lab.serve();
      lab.awaitSaid(second + " finished after step 60");
      assertEquals(expected, Experiments.outcome(lab.run(first)));
      assertTrue(Files.readString(lab.run(first).resolve("run.log")).contains("Goes on at step "));
    }
  }

  @Test
  void labThatIsEndedStopsItsRunsWithACheckpointAndGoesOnLater() throws Exception {
    for (String signal : new String[] {"INT", "TERM"}) {
      try (RunningLab lab = new RunningLab(work)) {
        Running serving = lab.serve("--threads", "1");
        String run = lab.submit("small.yaml", "procedure.steps=100000");
        lab.await(lab.run(run).resolve("metrics.jsonl"), rows -> rows.lines().count() > 3);
        serving.signal(signal);
        Result result = serving.result();
        assertEquals(signal.equals("INT") ? 130 : 143, result.code(), result.describe());
        assertTrue(result.err().contains("the next lab goes on with it"), result.describe());
        lab.serve();
        lab.awaitSaid(run + " goes on.");
        Result stopped = lab.genlab().run("stop", run);
        assertEquals(0, stopped.code(), stopped.describe());
        assertTrue(stopped.out().contains(" was stopped at step "), stopped.describe());
        assertTrue(Files.readString(lab.run(run).resolve("status.json")).contains("\"stopped\""));
      }
    }
  }

  @Test
  void plainRunCanBeWatchedChangedAndStoppedFromOutside() throws Exception {
    Genlab genlab = new Genlab(work).with("GENLAB_ARCHIVE", work.resolve("archive").toString());
    try (Running running = genlab.start("run", "small.yaml", "procedure.steps=1000000")) {
      while (Experiments.runs(work).isEmpty()
          || !Files.exists(Experiments.onlyRun(work).resolve(".control.json"))) {
        assertTrue(running.process().isAlive(), Files.readString(running.err()));
        Thread.sleep(10);
      }
      String run = Experiments.onlyRun(work).getFileName().toString();
      try (Running watch = genlab.start("watch", run)) {
        while (!Files.readString(watch.err()).contains("steps/s")) {
          assertTrue(watch.process().isAlive(), Files.readString(watch.err()));
          Thread.sleep(10);
        }
        watch.interrupt();
        watch.process().waitFor();
      }
      assertTrue(running.process().isAlive(), "left alone");
      Result swap = genlab.run("swap", run, "optimizer.learning-rate=2e-3");
      assertEquals(0, swap.code(), swap.describe());
      assertTrue(swap.out().contains("learning-rate"), swap.describe());
      Result wrong = genlab.run("swap", run, "optimizer.learning-rat=2e-3");
      assertEquals(2, wrong.code(), wrong.describe());
      assertTrue(wrong.err().contains("did you mean 'learning-rate'?"), wrong.describe());
      Result stop = genlab.run("stop", "runs/" + run);
      assertEquals(0, stop.code(), stop.describe());
      assertEquals(130, running.result().code());
      assertFalse(Files.exists(Experiments.onlyRun(work).resolve(".control.json")));
      Result again = genlab.run("stop", run);
      assertEquals(2, again.code());
      assertTrue(again.err().contains("is not running"), again.describe());
    }
  }
}
