package org.genlab.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.genlab.itests.Genlab.Result;
import org.genlab.itests.probe.Probe;
import org.genlab.itests.zoo.Animals;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins that come, change and go while a lab is running. */
class DeploymentTest {
  @TempDir Path work;

  private String lock(RunningLab lab, String run) throws IOException {
    return Files.readString(lab.run(run).resolve("lock.json"));
  }

  @Test
  void droppedReplacedAndDeletedWhileRunsGoOn() throws Exception {
    Experiments.write(work, "small.yaml", Experiments.small(30));
    try (RunningLab lab = new RunningLab(work)) {
      lab.serve("--parallel", "2", "--threads", "1");
      Result absent = lab.genlab().run("submit", "small.yaml", "optimizer=tame");
      assertEquals(2, absent.code(), absent.describe());
      assertTrue(absent.err().contains("there is no optimizer 'tame'"), absent.describe());

      Path jar = Zoo.drop(Zoo.bundle(Animals.Tame.class, "1.0.0"), lab.plugins, "tame");
      lab.awaitSaid("installed org.example.tame 1.0.0 (tame.jar): optimizer 'tame' 1.0.0.");
      String old = lab.submit("small.yaml", "optimizer=tame", "procedure.steps=1000000");
      lab.await(lab.run(old).resolve("metrics.jsonl"), rows -> rows.lines().count() > 2);

      Zoo.drop(Zoo.bundle(Animals.Tame.class, "2.0.0"), lab.plugins, "tame");
      lab.awaitSaid("replaced org.example.tame 1.0.0 by org.example.tame 2.0.0 (tame.jar)");
      String next = lab.submit("small.yaml", "optimizer=tame");
      lab.awaitSaid(next + " finished after step 30.");
      assertTrue(lock(lab, next).contains("\"2.0.0\""), lock(lab, next));
      long rows = Files.readString(lab.run(old).resolve("metrics.jsonl")).lines().count();
      lab.await(lab.run(old).resolve("metrics.jsonl"), m -> m.lines().count() > rows);
      assertTrue(lock(lab, old).contains("\"1.0.0\""));
      assertFalse(lock(lab, old).contains("\"2.0.0\""));

      // A running run takes up what has come since.
      Result swap = lab.genlab().run("swap", old, "optimizer=tame@2");
      assertEquals(0, swap.code(), swap.describe());
      assertTrue(swap.out().contains("2.0.0") || swap.out().contains("tame@2"), swap.describe());

      Files.delete(jar);
      lab.awaitSaid("removed org.example.tame 2.0.0 (tame.jar): optimizer 'tame' 2.0.0.");
      Result gone = lab.genlab().run("submit", "small.yaml", "optimizer=tame");
      assertEquals(2, gone.code(), gone.describe());
      assertEquals(0, lab.genlab().run("stop", old).code());
      Result queue = lab.genlab().run("queue");
      assertTrue(queue.out().contains("Plugins\n  installed org.example.tame"), queue.describe());
    }
  }

  @Test
  void whatCannotBeUsedIsToldInASentenceAndHarmsNothing() throws Exception {
    Experiments.write(work, "small.yaml", Experiments.small(30));
    try (RunningLab lab = new RunningLab(work)) {
      lab.serve();
      Zoo.drop(
          Zoo.bundle(Animals.Thrower.class, "1.0.0")
              .header("Import-Package", "org.example.absent;version=\"[1,2)\""),
          lab.plugins,
          "lacking");
      lab.awaitSaid(
          "the bundle org.example.thrower 1.0.0 (lacking.jar) cannot be used: it needs the package"
              + " org.example.absent, version at least 1.0.0 and below 2.0.0, which no installed"
              + " bundle provides.");

      // What is in the directory counts, whether it can be used or not.
      Zoo.drop(Zoo.bundle(Animals.Tame.class, "1.0.0"), lab.plugins, "tame");
      lab.awaitSaid("installed org.example.tame 1.0.0");
      Zoo.drop(
          Zoo.bundle(Animals.Tame.class, "1.1.0")
              .header("Import-Package", Zoo.IMPORTS + ",org.example.absent"),
          lab.plugins,
          "tame");
      lab.awaitSaid(
          "the bundle org.example.tame 1.1.0 (tame.jar) cannot be used: it needs the package"
              + " org.example.absent, which no installed bundle provides. It replaced"
              + " org.example.tame 1.0.0.");
      Result neither = lab.genlab().run("submit", "small.yaml", "optimizer=tame");
      assertEquals(2, neither.code(), neither.describe());

      // What it lacked comes, and is taken up.
      Zoo.drop(
          new TestBundle("org.example.provider").header("Export-Package", "org.example.absent"),
          lab.plugins,
          "provider");
      lab.awaitSaid("installed org.example.tame 1.1.0");
      lab.awaitSaid(lab.submit("small.yaml", "optimizer=tame") + " finished after step 30.");

      Path half = lab.plugins.resolve("half.jar");
      Path whole = Zoo.bundle(Animals.Quitter.class, "1.0.0").into(work.resolve("made"));
      byte[] bytes = Files.readAllBytes(whole);
      Files.write(half, Arrays.copyOf(bytes, bytes.length / 2));
      lab.awaitSaid("the file " + half + " cannot be used: it is not a whole jar");
      Files.write(half, bytes);
      lab.awaitSaid("installed org.example.quitter 1.0.0 (half.jar)");

      Zoo.drop(
          Zoo.bundle(Animals.Quitter.class, "1.0.0")
              .header("Bundle-SymbolicName", "org.example.another"),
          lab.plugins,
          "another");
      lab.awaitSaid(
          "optimizer 'quitter' 1.0.0 is offered by two bundles, org.example.another 1.0.0 and");

      Path future = Zoo.bundle(Animals.Leaker.class, "1.0.0").into(work.resolve("made"));
      Bytes.replaceClassVersion(future, lab.plugins.resolve("future.jar"), 99);
      lab.awaitSaid("installed org.example.leaker 1.0.0");
      Result refused = lab.genlab().run("submit", "small.yaml", "optimizer=leaker");
      assertEquals(2, refused.code(), refused.describe());
      assertTrue(
          refused.err().contains("optimizer 'leaker' 1.0.0 of bundle org.example.leaker 1.0.0"),
          refused.describe());
      assertTrue(refused.err().contains("compiled for Java 55"), refused.describe());

      Path sums = lab.plugins.resolve("SHA256SUMS");
      Files.writeString(sums, "0".repeat(64) + "  listed.jar\n");
      Path listed = Zoo.drop(Zoo.bundle(Animals.Halter.class, "1.0.0"), lab.plugins, "listed");
      lab.awaitSaid("the file " + listed + " is not used: its SHA-256 is " + Bytes.sha256(listed));
      Files.writeString(sums, Bytes.sha256(listed) + "  listed.jar\n");
      lab.awaitSaid("installed org.example.halter 1.0.0 (listed.jar)");
    }
  }

  @Test
  void thousandReplacementsLeaveARunsBitsAndNoLoaderBehind() throws Exception {
    Path plugins = work.resolve("probe");
    LauncherTest.probe()
        .classes(
            Class.forName(Probe.class.getPackageName() + ".DeployerSoak"),
            Class.forName(Probe.class.getPackageName() + ".DeployerSoak$1"),
            Class.forName(Probe.class.getPackageName() + ".DeployerSoak$2"))
        .into(plugins);
    Path watched = Files.createDirectory(work.resolve("watched"));
    Path first = Zoo.bundle(Animals.Tame.class, "1.0.0").into(work.resolve("first"));
    Path second = Zoo.bundle(Animals.Tame.class, "1.0.1").into(work.resolve("second"));
    Path experiment =
        Experiments.write(
            work,
            "small.yaml",
            Experiments.small(100_000_000)
                .replaceFirst("optimizer: .*", "optimizer: tame")
                .replace("every: 10,", "every: 500,")
                .replace("every: 5,", "every: 500,"));
    Result result =
        new Genlab(work)
            .with("GENLAB_PLUGINS", plugins.toString())
            .run(
                "soak",
                watched.toString(),
                first.toString(),
                second.toString(),
                experiment.toString(),
                work.resolve("runs").toString(),
                "1000");
    assertEquals(0, result.code(), result.describe());
    assertTrue(
        result
            .out()
            .startsWith("replaced 1000\nrunning true\nothers unchanged true\nalive 0\nbundles 0\n"),
        result.describe());
    Map<String, String> undisturbed = Experiments.outcome(work.resolve("runs/undisturbed"));
    assertEquals(undisturbed, Experiments.outcome(work.resolve("runs/disturbed")));
    System.out.println(result.err().strip());
  }
}
