package org.genlab.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.genlab.itests.Genlab.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Old runs are made again with the plugins of then, after these were replaced. */
class RerunTest {
  private static final String OPTIMIZER =
      """
      package org.example;

      import jakarta.inject.Inject;
      import org.genlab.api.Kind;
      import org.genlab.api.Plugin;
      import org.genlab.api.model.Parameters;
      import org.genlab.api.training.*;

      @Plugin(kind = Kind.OPTIMIZER, id = "drift", version = "%1$s", summary = "Descends.")
      public final class Drift implements Optimizer {
        @Inject
        public Drift() {}

        @Override
        public State initial(Parameters parameters) {
          return State.empty();
        }

        @Override
        public Step step(Parameters p, LossFunction loss, State state, Context context) {
          LossFunction.Evaluation here = loss.evaluate(p);
          return new Step(
              p.map(w -> w.minus(here.gradient().times(%2$s))), state, here.loss());
        }
      }
      """;

  @TempDir Path work;
  private Path plugins;
  private Genlab genlab;
  private Path run;

  @BeforeEach
  void runWithTheFirstVersion() throws IOException {
    plugins = Files.createDirectories(work.resolve("my plugins"));
    genlab = new Genlab(work).with("GENLAB_PLUGINS", plugins.toString());
    install("drift-1.jar", "1.0.0", "0.05");
    Experiments.write(work, "small.yaml", Experiments.small(40));
    Result result = genlab.run("run", "small.yaml", "optimizer=drift");
    assertEquals(0, result.code(), result.describe());
    run = Experiments.onlyRun(work);
  }

  private void install(String file, String version, String rate) throws IOException {
    Path sources = Files.createDirectories(work.resolve("src"));
    Path source = sources.resolve("Drift.java");
    Files.writeString(source, OPTIMIZER.formatted(version, rate));
    Path classes = Files.createDirectories(work.resolve("classes"));
    String classPath;
    try (Stream<Path> lib = Files.list(Genlab.home().resolve("lib"));
        Stream<Path> bundles = Files.list(Genlab.home().resolve("bundles"))) {
      classPath =
          Stream.concat(lib, bundles)
              .map(jar -> jar.toAbsolutePath().toString())
              .collect(Collectors.joining(File.pathSeparator));
    }
    assertEquals(
        0,
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "--release",
                "17",
                "-proc:none",
                "-cp",
                classPath,
                "-d",
                classes.toString(),
                source.toString()));
    Path jar =
        new TestBundle("org.example.drift")
            .header("Bundle-Version", version)
            .header(
                "Provide-Capability",
                "genlab.plugin;class=\"org.example.Drift\";id=drift;kind=optimizer;source=\"\";"
                    + "summary=\"Descends\";version:Version=\""
                    + version
                    + "\"")
            .header(
                "Import-Package",
                "jakarta.inject,org.genlab.api,org.genlab.api.model,org.genlab.api.training,"
                    + "org.genlab.tensor")
            .file("org/example/Drift.class", classes.resolve("org/example/Drift.class"))
            .into(work.resolve("built"));
    Files.move(jar, plugins.resolve(file));
  }

  private void replace(String version, String rate) throws IOException {
    Files.delete(plugins.resolve("drift-1.jar"));
    install("drift-2.jar", version, rate);
  }

  private Path newest() {
    List<Path> runs = Experiments.runs(work).stream().filter(r -> !r.equals(run)).toList();
    return runs.get(runs.size() - 1);
  }

  @Test
  void theVersionOfThenComesFromTheArchiveBesideThatOfToday() throws IOException {
    replace("2.0.0", "0.04");
    Result result = genlab.run("rerun", run.getFileName().toString());
    assertEquals(0, result.code(), result.describe());
    assertTrue(
        result.out().contains("the same bits: all metrics up to step 40"), result.describe());
    assertEquals(Experiments.outcome(run), Experiments.outcome(newest()));
    Result locked = genlab.run("rerun", run.toString(), "--locked");
    assertEquals(0, locked.code(), locked.describe());

    Result today = genlab.run("rerun", run.toString(), "--today");
    assertEquals(1, today.code(), today.describe());
    assertTrue(
        today.out().contains("other bits from step 1 on: train/loss was "), today.describe());
    assertTrue(
        today.out().contains("optimizer: drift 1.0.0 of org.example.drift 1.0.0 "),
        today.describe());
    assertTrue(
        today.out().contains("they differ since org.example.drift (from step 1 on)."),
        today.describe());
    // Today's plugins are what they were, and the old version is not among them.
    Result list = genlab.run("plugins", "drift");
    assertTrue(list.out().contains("2.0.0"), list.describe());
    assertTrue(!list.out().contains("1.0.0"), list.describe());
  }

  @Test
  void twoVersionsAreTwoArmsOfOneStudy() throws IOException {
    install("drift-2.jar", "2.0.0", "0.04");
    String experiment =
        Experiments.small(10).lines().map(line -> "  " + line + "\n").collect(Collectors.joining());
    Experiments.write(
        work,
        "versions.yaml",
        """
        id: versions
        title: Two versions
        experiment:
        %s
        seeds: [0]
        arms:
          old: {optimizer: 'drift@[1,2)'}
          young: {optimizer: 'drift@[2,3)'}
        claims:
          different:
            statement: Both versions train side by side.
            value: young.final('train/loss') - old.final('train/loss')
            greater-than: 0
        controls:
          - breaks: different
            because: one version is not two
            arms: {young: {optimizer: 'drift@[1,2)'}}
        """
            .formatted(experiment));
    Result result = genlab.run("reproduce", "versions.yaml");
    assertEquals(0, result.code(), result.describe());
    assertTrue(
        lock("old").contains("\"version\" : \"1.0.0\",\n    \"bundle\" : \"org.example.drift\""),
        lock("old"));
    assertTrue(
        lock("young").contains("\"version\" : \"2.0.0\",\n    \"bundle\" : \"org.example.drift\""),
        lock("young"));
  }

  /** The lock of the only run of an arm. */
  private String lock(String arm) throws IOException {
    try (Stream<Path> files = Files.walk(work.resolve("runs"))) {
      Path lock =
          files
              .filter(
                  f ->
                      f.endsWith("lock.json")
                          && f.getParent().getFileName().toString().startsWith(arm))
              .findFirst()
              .orElseThrow();
      return Files.readString(lock).replace("\r", "");
    }
  }

  @Test
  void aJarThatIsGoneForGoodIsRefusedOrReplaced() throws IOException {
    replace("1.0.1", "0.05");
    for (Path jar : archived()) {
      Files.delete(jar);
    }
    int runs = Experiments.runs(work).size();
    Result locked = genlab.run("rerun", run.toString(), "--locked");
    assertEquals(2, locked.code(), locked.describe());
    assertTrue(
        locked
            .err()
            .matches(
                "genlab: the optimizer at optimizer \\(drift 1\\.0\\.0 of org\\.example\\.drift"
                    + " 1\\.0\\.0 [0-9a-f]{12}\\) is not to be had: it is neither installed nor in"
                    + " the archive of bundles; install exactly that jar, or leave out --locked to"
                    + " take the version of today\\.\n"),
        locked.describe());
    assertEquals(runs, Experiments.runs(work).size(), "nothing was written");

    Result rerun = genlab.run("rerun", run.toString());
    assertEquals(0, rerun.code(), rerun.describe());
    assertTrue(rerun.err().contains("the version of today is taken."), rerun.describe());
    assertTrue(rerun.out().contains("the same bits"), "both descend at the same rate");
    assertTrue(rerun.out().contains("1.0.1 of org.example.drift 1.0.1"), rerun.describe());
  }

  private List<Path> archived() throws IOException {
    try (Stream<Path> files = Files.list(work.resolve("archive"))) {
      List<Path> jars = files.toList();
      assertTrue(jars.size() > 1, "the archive has the bundles of the run: " + jars);
      return jars;
    }
  }

  @Test
  void aRunThatWasStoppedIsComparedUpToThere() throws IOException {
    // The last checkpoint of a run that was killed is older than its metrics.
    Path last = Experiments.checkpoints(run).get(1);
    Files.delete(last);
    Files.delete(last.resolveSibling(last.getFileName().toString().replace("safetensors", "json")));
    Path status = run.resolve("status.json");
    Files.writeString(status, Files.readString(status).replace("finished", "stopped"));
    Result result = genlab.run("rerun", run.toString());
    assertEquals(0, result.code(), result.describe());
    assertTrue(result.out().contains("up to step 35,"), result.describe());
    // What is compared is compared to the bit.
    Path metrics = run.resolve("metrics.jsonl");
    String text = Files.readString(metrics);
    String changed =
        text.replaceFirst("(\"step\":[0-9]+,\"train/loss\":[0-9]\\.[0-9]*?)(.),", "$17,");
    assertNotEquals(text, changed);
    Files.writeString(metrics, changed);
    Result other = genlab.run("rerun", run.toString());
    assertEquals(1, other.code(), other.describe());
    assertTrue(
        other.out().contains("other bits from step 0 on: train/loss was "), other.describe());
    assertTrue(
        other.out().contains("though all plugins, the backend and the JVM are as they were"),
        other.describe());
  }

  @Test
  void whatCannotBeRepeatedIsSaidInASentence() throws IOException {
    Result both = genlab.run("rerun", run.toString(), "--locked", "--today");
    assertEquals(2, both.code(), both.describe());
    assertTrue(both.err().contains("give one of them"), both.describe());
    Result nowhere = genlab.run("rerun", "nowhere");
    assertEquals(2, nowhere.code(), nowhere.describe());
    Files.writeString(run.resolve("lock.json"), "{}");
    Result noLock = genlab.run("rerun", run.toString());
    assertEquals(2, noLock.code(), noLock.describe());
    assertTrue(
        noLock.err().contains("lock.json does not say which plugins the run was made with"),
        noLock.describe());
  }

  @Test
  void aJarThatIsNotWhatItsSumsSayIsNotUsed() throws IOException {
    Path sums = plugins.resolve("SHA256SUMS");
    String digest = Bytes.sha256(plugins.resolve("drift-1.jar"));
    Files.writeString(sums, digest + "  drift-1.jar\n");
    Result good = genlab.run("plugins", "drift");
    assertEquals(0, good.code(), good.describe());
    assertEquals("", good.err());
    String other = "0".repeat(63) + "1";
    Files.writeString(sums, other + "  drift-1.jar\n");
    Result bad = genlab.run("plugins", "optimizer");
    assertEquals(0, bad.code(), bad.describe());
    assertTrue(
        bad.err().contains("drift-1.jar is not used: its SHA-256 is " + digest + ", but " + sums),
        bad.describe());
    assertTrue(!bad.out().contains("drift"), bad.describe());
    Files.writeString(sums, "no sums\n");
    Result broken = genlab.run("plugins", "optimizer");
    assertEquals(1, broken.code(), broken.describe());
    assertTrue(broken.err().contains("SHA256SUMS:1: this line is not as in"), broken.describe());
  }
}
