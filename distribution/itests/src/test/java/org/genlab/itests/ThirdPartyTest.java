package org.genlab.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.genlab.itests.Genlab.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles that were built by others, from the packaged API alone, in a lab that is running. */
class ThirdPartyTest {
  private static final String EXPERIMENT =
      """
      name: spirals
      seed: 3
      dataset: {plugin: two-spirals}
      architecture: {plugin: mlp, hidden: [16]}
      optimizer: {plugin: sign-momentum}
      regularizers:
        cross-entropy: {}
      metrics:
        loss: {}
      procedure: {plugin: erm, steps: 40, batch-size: 32}
      evaluation: {every: 20}
      """;

  private static final String OLD = "\"id\":\"sign-momentum\",\"version\":\"1.0.0\"";
  private static final String NEW = "\"id\":\"sign-momentum\",\"version\":\"2.0.0\"";

  @TempDir Path work;

  private static void run(RunningLab lab, String... arguments) {
    Result result = lab.genlab().run(arguments);
    assertEquals(0, result.code(), result.describe());
  }

  @Test
  void installedRunUpdatedSwappedRemovedAndRunAgain() throws Exception {
    Experiments.write(work, "spirals.yaml", EXPERIMENT);
    try (RunningLab lab = new RunningLab(work)) {
      lab.genlab().with("GENLAB_INSTALLED", work.resolve("installed").toString());
      lab.serve("--parallel", "2", "--threads", "1");

      run(lab, "plugin", "install", ThirdParty.dataset().toString());
      run(lab, "plugin", "install", ThirdParty.optimizer("1.0.0").toString());
      lab.awaitSaid("installed org.example.spirals 1.0.0");
      lab.awaitSaid("installed org.example.signmomentum 1.0.0");
      String first = lab.submit("spirals.yaml");
      lab.awaitSaid(first + " finished after step 40.");
      String running = lab.submit("spirals.yaml", "procedure.steps=1000000");
      lab.await(lab.run(running).resolve("metrics.jsonl"), rows -> rows.lines().count() > 2);

      run(lab, "plugin", "update", ThirdParty.optimizer("2.0.0").toString());
      lab.awaitSaid("org.example.signmomentum 2.0.0");
      String next = lab.submit("spirals.yaml");
      lab.awaitSaid(next + " finished after step 40.");
      assertTrue(lock(lab, first).contains(OLD), lock(lab, first));
      assertTrue(lock(lab, next).contains(NEW), lock(lab, next));
      assertFalse(lock(lab, running).contains(NEW), lock(lab, running));

      run(lab, "swap", running, "optimizer=sign-momentum@2");
      assertTrue(lock(lab, running).contains(NEW), lock(lab, running));

      run(lab, "plugin", "remove", "sign-momentum");
      run(lab, "plugin", "remove", "two-spirals");
      lab.awaitSaid("removed org.example.spirals 1.0.0");
      Result gone = lab.genlab().run("submit", "spirals.yaml");
      assertEquals(2, gone.code(), gone.describe());
      assertTrue(gone.err().contains("there is no"), gone.describe());
      long rows = Files.readString(lab.run(running).resolve("metrics.jsonl")).lines().count();
      lab.await(lab.run(running).resolve("metrics.jsonl"), m -> m.lines().count() > rows);
      run(lab, "stop", running);

      Result again = lab.genlab().run("rerun", first, "--locked");
      assertEquals(0, again.code(), again.describe());
      assertTrue(again.out().contains("the same bits"), again.describe());
    }
  }

  private static String lock(RunningLab lab, String run) throws Exception {
    return Files.readString(lab.run(run).resolve("lock.json")).replaceAll("\\s", "");
  }
}
