package org.genlab.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.genlab.itests.Genlab.Result;
import org.genlab.itests.zoo.Animals;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plugins that do what no plugin should, in a lab that computes another run at the same time: that
 * one, and the lab, come through, and whoever looks is told which plugin it was.
 */
class HostileTest {
  @TempDir Path work;

  @Test
  void labAndOtherRunsSurviveEachOfThem() throws Exception {
    Experiments.write(work, "small.yaml", Experiments.small(30));
    Path directory = Files.createDirectory(work.resolve("undisturbed"));
    Result alone =
        new Genlab(directory)
            .with("GENLAB_CACHE", work.resolve("cache").toString())
            .run("run", work.resolve("small.yaml").toString(), "procedure.steps=1500");
    assertEquals(0, alone.code(), alone.describe());
    Map<String, String> expected = Experiments.outcome(Experiments.onlyRun(directory));
    try (RunningLab lab = new RunningLab(work)) {
      for (Class<?> animal : Animals.class.getDeclaredClasses()) {
        Zoo.drop(Zoo.bundle(animal, "1.0.0"), lab.plugins, animal.getSimpleName());
      }
      lab.genlab().with("GENLAB_JAVA_OPTS", "-Xmx256m");
      lab.serve("--parallel", "2", "--threads", "1");
      String innocent = lab.submit("small.yaml", "procedure.steps=1500");

      assertFails(
          lab,
          "stillborn",
          "failed at its construction: java.lang.IllegalStateException: not today");
      assertFails(lab, "thrower", "failed at step 3: thrown by the zoo");
      assertFails(lab, "quitter", "called System.exit in step 4, which a plugin must not");
      String halted = failure(lab, "halter");
      assertTrue(halted.contains("exit code 7, as by Runtime.halt (after step 3)"), halted);
      assertTrue(
          halted.contains("optimizer 'halter' 1.0.0 of bundle org.example.halter 1.0.0"), halted);
      assertFails(lab, "glutton", "ran out of memory at step 3");

      Result landmine = lab.genlab().run("submit", "small.yaml", "optimizer=landmine");
      assertEquals(2, landmine.code(), landmine.describe());
      assertTrue(
          landmine.err().contains("one of its plugins ended the process"), landmine.describe());

      String sleeper = lab.submit("small.yaml", "optimizer=sleeper");
      lab.await(lab.run(sleeper).resolve("status.json"), status -> status.contains("\"running\""));
      Result stopped = lab.genlab().run("stop", sleeper, "--now");
      assertEquals(0, stopped.code(), stopped.describe());
      assertTrue(stopped.out().contains("was ended at once, in step "), stopped.describe());

      // Neither keeps its run from finishing.
      String leaker = lab.submit("small.yaml", "optimizer=leaker");
      Result watched = lab.genlab().run("watch", leaker);
      assertEquals(0, watched.code(), watched.describe());
      String log = Files.readString(lab.run(leaker).resolve("run.log"));
      assertTrue(
          log.contains(
              "optimizer 'leaker' 1.0.0 of bundle org.example.leaker 1.0.0 left the thread 'left by"
                  + " the zoo' running"),
          log);
      assertTrue(log.contains("lost its thread 'lost thread': java.lang.IllegalState"), log);
      String chatterbox = lab.submit("small.yaml", "optimizer=chatterbox");
      watched = lab.genlab().run("watch", chatterbox);
      assertEquals(0, watched.code(), watched.describe());
      Path output = lab.run(chatterbox).resolve("output.log");
      assertTrue(Files.size(output) < (1 << 20) + 200, "limited: " + Files.size(output));
      assertTrue(Files.readString(output).endsWith("the rest is left out]\n"));

      lab.awaitSaid(innocent + " finished after step 1500.");
      assertEquals(expected, Experiments.outcome(lab.run(innocent)));
      lab.awaitSaid(lab.submit("small.yaml", "optimizer=tame") + " finished after step 30.");
    }
  }

  @Test
  void plainRunSaysWhoEndedIt() throws Exception {
    Experiments.write(work, "small.yaml", Experiments.small(30));
    Path plugins = work.resolve("plugins");
    Files.createDirectory(plugins);
    Zoo.drop(Zoo.bundle(Animals.Quitter.class, "1.0.0"), plugins, "quitter");
    Result result =
        new Genlab(work)
            .with("GENLAB_PLUGINS", plugins.toString())
            .with("GENLAB_ARCHIVE", work.resolve("archive").toString())
            .run("run", "small.yaml", "optimizer=quitter");
    assertEquals(1, result.code(), result.describe());
    assertTrue(
        result
            .err()
            .contains(
                "genlab: optimizer 'quitter' 1.0.0 of bundle org.example.quitter 1.0.0 called"
                    + " System.exit in step 4"),
        result.describe());
  }

  private static void assertFails(RunningLab lab, String id, String how) {
    String message = failure(lab, id);
    assertTrue(message.contains("optimizer '" + id + "' 1.0.0"), message);
    assertTrue(message.contains("bundle org.example." + id + " 1.0.0"), message);
    assertTrue(message.contains(how), message);
    assertTrue(message.contains("take"), "what to do: " + message);
  }

  /** Submits a run with that optimizer and returns why it failed. */
  private static String failure(RunningLab lab, String id) {
    String run = lab.submit("small.yaml", "optimizer=" + id);
    Result watched = lab.genlab().run("watch", run);
    assertEquals(1, watched.code(), watched.describe());
    return watched.err().replaceAll("(?s).*genlab: ", "");
  }
}
