package org.genlab.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.genlab.itests.Genlab.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Mistakes, given to the real program: each is answered with one sentence and exit code 2, and
 * leaves nothing behind.
 */
class BadInputTest {
  private static final List<String> LINES = Experiments.small(20).lines().toList();

  @TempDir static Path shared;
  @TempDir Path work;

  private Genlab genlab() {
    return new Genlab(work).with("GENLAB_CACHE", shared.toString());
  }

  /** Runs an experiment file that is wrong, and returns the sentence. */
  private String refused(String yaml, String... arguments) {
    Path file = Experiments.write(work, "bad.yaml", yaml);
    String[] command = new String[arguments.length + 2];
    command[0] = "run";
    command[1] = file.toString();
    System.arraycopy(arguments, 0, command, 2, arguments.length);
    return refusedCommand(command);
  }

  private String refusedCommand(String... command) {
    Result result = genlab().run(command);
    assertEquals(2, result.code(), result.describe());
    assertEquals("", result.out(), result.describe());
    assertEquals(List.of(), Experiments.runs(work), "something was written");
    assertTrue(result.err().startsWith("genlab: "), result.describe());
    assertEquals(1, result.err().lines().count(), "one sentence: " + result.describe());
    return result.err().strip();
  }

  private static void assertSays(String sentence, String... parts) {
    for (String part : parts) {
      assertTrue(sentence.contains(part), "'" + part + "' is missing: " + sentence);
    }
  }

  private static String replace(String what, String by) {
    String yaml = String.join("\n", LINES) + "\n";
    assertTrue(yaml.contains(what), what);
    return yaml.replace(what, by);
  }

  private static String at(String file, String part) {
    for (int i = 0; i < LINES.size(); i++) {
      if (LINES.get(i).contains(part)) {
        return file + ":" + (i + 1);
      }
    }
    throw new AssertionError("no line with " + part);
  }

  /** What stands in the experiment; what to write instead; the line; what the sentence says. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # unknown plugin, with the nearest name
          plugin: adamw           | plugin: adamww            | optimizer:    | adamww;'adamw'
          # a plugin of another kind
          plugin: adamw           | plugin: accuracy          | optimizer:    | accuracy;metric
          # unknown kind
          'architecture: {'       | 'architectur: {'          | architecture: | architectur;architecture
          # unknown setting
          train-fraction: 0.6     | train-fractoin: 0.6       | dataset:      | train-fractoin;train-fraction
          # out of range
          weight-decay: 0.5       | weight-decay: -0.5        | optimizer:    | weight-decay;-0.5;0
          # wrong type
          layers: 1               | layers: one               | architecture: | layers;one;integer
          # duplicate key
          seed: 7                 | 'name: again'             | seed:         | name
          # not YAML
          'metrics:'              | 'metrics: {{'             | ''            | bad.yaml:
          # not prime, where division needs it
          modulus: 23             | modulus: 21               | dataset:      | 21;prime
          # an empty split
          train-fraction: 0.6     | train-fraction: 0.000001  | dataset:      | train
          # width not divisible by heads
          heads: 2                | heads: 3                  | architecture: | 32;3
          # no such device
          seed: 7                 | 'device: cuda'            | seed:         | CUDA;cpu
          """)
  void mistakeInAnExperimentIsOneSentence(String what, String by, String line, String parts) {
    String sentence = refused(replace(what, by));
    assertSays(sentence, parts.split(";", -1));
    if (line != null && !line.isEmpty()) {
      assertSays(sentence, at("bad.yaml", line));
    }
  }

  @Test
  void missingFileIsNamed() {
    assertSays(refusedCommand("run", "absent.yaml"), "absent.yaml");
  }

  @Test
  void experimentWithoutDatasetSaysSo() {
    String yaml =
        String.join("\n", LINES.stream().filter(line -> !line.startsWith("dataset")).toList());
    assertSays(refused(yaml), "bad.yaml", "dataset");
  }

  @Test
  void mistakeInAnOverrideNamesIt() {
    assertSays(
        refused(String.join("\n", LINES), "optimizer.wieght-decay=0"),
        "wieght-decay",
        "weight-decay");
  }

  @Test
  void unknownCommandAndOptionNameTheNearest() {
    assertSays(refusedCommand("rnu", "x.yaml"), "rnu", "run");
    assertSays(refusedCommand("run", "x.yaml", "--thread", "2"), "--thread", "--threads");
    assertSays(refusedCommand("reproduce", "groking"), "groking", "grokking");
    assertSays(refusedCommand("resume", "absent"), "absent");
  }

  @Test
  void placeThatCannotBeWrittenIsNamed() throws Exception {
    Path file = Files.createFile(work.resolve("file"));
    Path experiment = Experiments.write(work, "good.yaml", Experiments.small(20));
    String sentence =
        refusedCommand("run", experiment.toString(), "--runs-dir", file.resolve("runs").toString());
    assertSays(sentence, file.toString());
  }

  @Test
  void fullDiskIsNamedAndEarlierCheckpointsStayValid() throws Exception {
    // No file may grow beyond 64 KiB, which the checkpoints of a wider network do.
    Path experiment = Experiments.write(work, "good.yaml", Experiments.small(20));
    assertEquals(0, genlab().run("run", experiment.toString()).code());
    Path run = Experiments.onlyRun(work);
    Map<String, String> before = Experiments.contents(run);
    Path limited =
        Files.writeString(
            work.resolve("limited"),
            "#!/bin/bash\nulimit -f 64\nexec '"
                + Genlab.home().resolve("bin/genlab")
                + "' \"$@\"\n");
    assertTrue(limited.toFile().setExecutable(true));
    Result result =
        genlab()
            .script(limited)
            .run("run", experiment.toString(), "architecture.width=128", "--runs-dir", "full");
    assertEquals(2, result.code(), result.describe());
    assertSays(result.err(), "full/small-", "checkpoint");
    assertEquals(before, Experiments.contents(run));
  }

  @Test
  void divergenceSaysTheStepTheLastGoodCheckpointAndWhatToTry() {
    Path experiment = Experiments.write(work, "good.yaml", Experiments.small(40));
    Result result =
        genlab()
            .run(
                "run",
                experiment.toString(),
                "optimizer={plugin: sgd, learning-rate: 1e30}",
                "regularizers.update-noise.standard-deviation=0");
    assertEquals(2, result.code(), result.describe());
    assertSays(result.err(), "step", "checkpoint", "learning rate");
  }
}
