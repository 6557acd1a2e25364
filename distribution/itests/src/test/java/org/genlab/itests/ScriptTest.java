package org.genlab.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.genlab.itests.Genlab.Result;
import org.genlab.itests.Genlab.Running;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The start script in a source tree: what it builds, and when. A stand-in takes Maven's place. */
class ScriptTest {
  @TempDir Path work;
  private Path tree;
  private Genlab genlab;

  @BeforeEach
  void layTree() throws IOException {
    tree = Files.createDirectories(work.resolve("source tree"));
    Files.copy(Genlab.home().resolve("bin/genlab"), tree.resolve("genlab"));
    Files.writeString(tree.resolve("pom.xml"), "<project/>");
    for (String module : List.of("platform/a", "bundles/b", "distribution/assembly")) {
      Files.createDirectories(tree.resolve(module).resolve("src/main/java"));
      Files.writeString(tree.resolve(module).resolve("src/main/java/A.java"), "class A {}");
    }
    Path plugins = work.resolve("plugins");
    LauncherTest.probe().into(plugins);
    genlab =
        new Genlab(work)
            .script(tree.resolve("genlab"))
            .with("GENLAB_PLUGINS", plugins.toString())
            .with(
                "MAVEN",
                maven(
                    "mkdir -p distribution/assembly/target",
                    "rm -rf distribution/assembly/target/home",
                    "cp -R '" + Genlab.home() + "' distribution/assembly/target/home"));
  }

  private String maven(String... lines) throws IOException {
    Path file = work.resolve("mvn");
    Files.writeString(
        file, "#!/bin/sh\necho build >>'" + work + "/builds'\n" + String.join("\n", lines) + "\n");
    assertTrue(file.toFile().setExecutable(true));
    return file.toString();
  }

  private long builds() throws IOException {
    try (Stream<String> lines = Files.lines(work.resolve("builds"))) {
      return lines.count();
    }
  }

  @Test
  void firstUseBuildsLaterOnesDoNot() throws IOException {
    Result first = genlab.run("code", "7");
    assertEquals(7, first.code(), first.describe());
    assertTrue(first.err().startsWith("genlab: first use; building"), first.describe());
    assertTrue(first.err().contains("genlab: built.\n"), first.describe());
    Result second = genlab.run("code", "0");
    assertEquals("probe stopped\n", second.err());
    assertEquals(1, builds());
  }

  @Test
  void newerSourceIsBuilt() throws IOException {
    genlab.run("--version");
    Files.writeString(tree.resolve("bundles/b/src/main/java/B.java"), "class B {}");
    Result result = genlab.run("--version");
    assertTrue(
        result.err().startsWith("genlab: sources have changed; building."), result.describe());
    assertEquals(2, builds());
    Files.createDirectories(tree.resolve("platform/a/target"));
    Files.writeString(tree.resolve("platform/a/target/pom.xml"), "what a build makes is no source");
    genlab.run("--version");
    assertEquals(2, builds());
  }

  @Test
  void failedBuildShowsTheErrorAndTheLogAndKeepsTheOldProgram() throws IOException {
    genlab.run("--version");
    Path old = tree.resolve("distribution/assembly/target/genlab").toRealPath();
    genlab.with("MAVEN", maven("echo '[ERROR] A.java:[1,2] expected ;'", "exit 1"));
    Files.writeString(tree.resolve("bundles/b/src/main/java/B.java"), "class B {");
    Result result = genlab.run("--version");
    assertEquals(1, result.code());
    assertEquals("", result.out());
    assertTrue(result.err().contains("[ERROR] A.java:[1,2] expected ;\n"), result.describe());
    Path log = tree.resolve(".genlab/build.log");
    assertTrue(
        result.err().contains("genlab: the build failed; all of its output is in " + log + ".\n"));
    assertTrue(Files.readString(log).contains("expected ;"));
    assertEquals(old, tree.resolve("distribution/assembly/target/genlab").toRealPath());
  }

  @Test
  void noMavenIsASentence() {
    Result result = genlab.with("MAVEN", "mvn-that-is-not-there").run("--version");
    assertEquals(2, result.code());
    assertTrue(
        result
            .err()
            .contains("GenLab is not built yet and Maven (mvn-that-is-not-there) was not found"),
        result.describe());
  }

  @Test
  void runningLabIsNotDisturbedByBuilds() throws Exception {
    Path source = tree.resolve("bundles/b/src/main/java/B.java");
    genlab.run("--version");
    try (Running lab = genlab.start("load-on", work.resolve("go").toString())) {
      while (!Files.readString(lab.out()).contains("waiting") && lab.process().isAlive()) {
        Thread.sleep(10);
      }
      Path old = tree.resolve("distribution/assembly/target/genlab").toRealPath();
      for (int i = 0; i < 3; i++) {
        Files.writeString(source, "class B" + i + " {}");
        genlab.run("--version");
      }
      assertFalse(Files.exists(old), "only the newest two builds are kept");
      Files.createFile(work.resolve("go"));
      Result result = lab.result();
      assertEquals(0, result.code(), result.describe());
      assertTrue(result.out().contains("loaded"), result.describe());
    }
  }

  @Test
  void buildThatALabServesFromIsKept() throws IOException {
    Path source = tree.resolve("bundles/b/src/main/java/B.java");
    genlab.run("--version");
    Path served = tree.resolve("distribution/assembly/target/genlab").toRealPath();
    Path mark = Files.createFile(served.resolve(".serving-" + ProcessHandle.current().pid()));
    for (int i = 0; i < 3; i++) {
      Files.writeString(source, "class B" + i + " {}");
      genlab.run("--version");
    }
    assertTrue(Files.exists(served), "its runs are started from there");
    Files.delete(mark);
    Files.writeString(source, "class B {}");
    genlab.run("--version");
    assertFalse(Files.exists(served));
  }

  @Test
  void computeLayerIsInstalledKeptByBuildsAndRemoved() throws IOException {
    Path built = tree.resolve("distribution/compute/target/layer");
    String build = Files.readString(work.resolve("mvn")).replaceFirst("(?s).*?builds'\n", "");
    genlab.with(
        "MAVEN",
        maven(
            build,
            "echo \"$@\" >>'" + work + "/arguments'",
            "mkdir -p '" + built + "/plugins'",
            "touch '" + built + "/x.jar.txt'"));
    Result result = genlab.run("compute", "nd4j");
    assertEquals(0, result.code(), result.describe());
    Path layer = tree.resolve(".genlab/nd4j");
    assertTrue(
        result.err().contains("genlab: installed the compute layer in " + layer + ".\n"),
        result.describe());
    assertEquals("nd4j\n", Files.readString(layer.resolve("device")));
    String arguments = Files.readString(work.resolve("arguments"));
    assertTrue(arguments.contains("-Dgenlab.compute=nd4j"), arguments);
    Files.writeString(tree.resolve("bundles/b/src/main/java/B.java"), "class B {}");
    assertEquals(0, genlab.run("code", "0").code());
    assertTrue(Files.exists(layer.resolve("x.jar.txt")), "a build keeps the layer");
    assertEquals(0, genlab.run("compute", "cuda").code());
    assertEquals("cuda\n", Files.readString(layer.resolve("device")));
    assertEquals(0, genlab.run("compute", "none").code());
    assertFalse(Files.exists(layer));
  }

  @Test
  void firstUsesAtOnceBuildOnce() throws IOException {
    try (Running one = genlab.start("code", "0");
        Running two = genlab.start("code", "0")) {
      assertEquals(0, one.result().code(), one.result().describe());
      assertEquals(0, two.result().code(), two.result().describe());
    }
    assertEquals(1, builds());
  }
}
