package org.genlab.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.genlab.itests.Genlab.Result;
import org.genlab.itests.Genlab.Running;
import org.genlab.itests.probe.Probe;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process around the container: arguments, exit codes, messages, caches, bundles that are bad.
 */
class LauncherTest {
  @TempDir Path work;
  private Path plugins;
  private Genlab genlab;

  @BeforeEach
  void putProbe() throws IOException {
    plugins = work.resolve("more plugins");
    probe().into(plugins);
    genlab = new Genlab(work).with("GENLAB_PLUGINS", plugins.toString());
  }

  static TestBundle probe() {
    return new TestBundle("org.genlab.itests.probe")
        .header("Bundle-Activator", Probe.class.getName())
        .header("DynamicImport-Package", "*")
        .header("Import-Package", "org.osgi.framework")
        .classes(Probe.class);
  }

  @Test
  void versionNeedsNoContainer() {
    Result result = genlab.run("--version");
    assertEquals(0, result.code(), result.describe());
    assertTrue(
        result.out().matches("genlab \\d+\\.\\d+\\.\\d+ \\(Java .*\\)\n"), result.describe());
    assertEquals("", result.err());
    assertFalse(Files.exists(work.resolve("cache")), "the framework was started");
  }

  @Test
  void allBundlesOfTheAssemblyStart() throws IOException {
    Result result = genlab.run("bundles");
    assertEquals(0, result.code(), result.describe());
    assertEquals("probe stopped\n", result.err(), "nothing else to say");
    long jars = 0;
    for (String directory : List.of("bundles", "plugins")) {
      try (Stream<Path> files = Files.list(Genlab.home().resolve(directory))) {
        jars += files.count();
      }
    }
    List<String> lines = result.out().lines().toList();
    assertEquals(jars + 2, lines.size(), "the assembly's, the framework and the probe");
    assertTrue(lines.stream().allMatch(line -> line.endsWith(" active")), result.describe());
  }

  @Test
  void argumentsArriveUnchanged() {
    Result result = genlab.run("echo", "a b", "", "x=*", "$HOME", "ü");
    assertEquals("a b\n\nx=*\n$HOME\nü\n", result.out(), result.describe());
  }

  @Test
  void exitCodeIsTheCommandLines() {
    assertEquals(0, genlab.run("code", "0").code());
    assertEquals(7, genlab.run("code", "7").code());
  }

  @Test
  void exceptionEndsTheProcessWithASentence() {
    Result result = genlab.run("throw");
    assertEquals(1, result.code(), result.describe());
    assertTrue(
        result
            .err()
            .contains(
                "genlab: internal failure: java.lang.IllegalStateException: thrown by the probe\n"),
        result.describe());
    assertTrue(result.err().contains("probe stopped"), "bundles are stopped: " + result.describe());
  }

  @Test
  void errorEndsTheProcessWithASentence() {
    Result result = genlab.run("error");
    assertEquals(1, result.code(), result.describe());
    assertTrue(result.err().contains("overflown by the probe"), result.describe());
  }

  @Test
  void deathOfAThreadThatSomebodyWaitsForEndsTheProcess() {
    Result result = genlab.run("lose-thread");
    assertEquals(1, result.code(), result.describe());
    assertTrue(
        result
            .err()
            .contains(
                "genlab: internal failure in thread worker: java.lang.IllegalStateException: lost"
                    + " by the probe"),
        result.describe());
  }

  @Test
  void threadLeftBehindDoesNotKeepTheProcess() {
    assertEquals(0, genlab.run("leave-thread").code());
  }

  @Test
  void interruptEndsAWaitingProcess() throws Exception {
    try (Running running = genlab.start("wait")) {
      while (!Files.readString(running.out()).contains("waiting") && running.process().isAlive()) {
        Thread.sleep(10);
      }
      running.interrupt();
      assertEquals(130, running.result().code());
    }
  }

  @Test
  void noDisplayIsNeeded() {
    assertEquals("true\n", genlab.run("headless").out());
  }

  @Test
  void bundleThatLacksAPackageIsNamedAndLeftOut() throws IOException {
    new TestBundle("org.example.lacking")
        .header("Import-Package", "org.example.absent;version=\"[1.5,2)\", org.osgi.framework")
        .into(plugins);
    Result result = genlab.run("bundles");
    assertEquals(0, result.code(), result.describe());
    assertTrue(
        result
            .err()
            .contains(
                "genlab: the bundle org.example.lacking 1.2.3 (org.example.lacking.jar) cannot be"
                    + " used: it needs the package org.example.absent, version at least 1.5.0 and"
                    + " below 2.0.0, which no installed bundle provides.\n"),
        result.describe());
    assertEquals(
        List.of("org.example.lacking inactive"),
        result.out().lines().filter(line -> line.endsWith(" inactive")).toList());
    assertEquals(result.err(), genlab.run("bundles").err(), "said again by the next start");
  }

  @Test
  void bundleThatNeedsAnotherVersionHearsWhichThereIs() throws IOException {
    new TestBundle("org.example.newer")
        .header("Import-Package", "org.genlab.api;version=\"[99,100)\"")
        .into(plugins);
    Result result = genlab.run("code", "0");
    assertTrue(
        result
            .err()
            .contains(
                "it needs the package org.genlab.api, version at least 99.0.0 and below 100.0.0,"
                    + " and there is only version 1."),
        result.describe());
  }

  @Test
  void bundleWhoseActivatorFailsIsNamed() throws IOException {
    new TestBundle("org.example.broken")
        .header("Bundle-Activator", "org.example.Absent")
        .into(plugins);
    Result result = genlab.run("code", "0");
    assertEquals(0, result.code());
    assertTrue(
        result
            .err()
            .contains(
                "the bundle org.example.broken 1.2.3 (org.example.broken.jar) cannot be used: "),
        result.describe());
    assertTrue(result.err().contains("org.example.Absent"), result.describe());
  }

  @Test
  void halfCopiedJarIsNamedAndLeftOut() throws IOException {
    byte[] whole = Files.readAllBytes(plugins.resolve("org.genlab.itests.probe.jar"));
    Path half = plugins.resolve("half.jar");
    Files.write(half, Arrays.copyOf(whole, whole.length / 2));
    Result result = genlab.run("code", "0");
    assertEquals(0, result.code(), result.describe());
    assertTrue(
        result.err().contains("genlab: the file " + half + " cannot be used"), result.describe());
    Files.write(half, whole);
  }

  @Test
  void processesAtOnceHaveSeparateCachesAndLaterOnesReuseThem() throws Exception {
    String alone = genlab.run("storage").out();
    try (Running first = genlab.start("wait")) {
      while (!Files.readString(first.out()).contains("waiting") && first.process().isAlive()) {
        Thread.sleep(10);
      }
      String second = genlab.run("storage").out();
      assertNotEquals(alone, second);
      assertEquals(second, genlab.run("storage").out());
    }
    Thread.sleep(
        50); // The kernel releases the lock of a killed process when it has been torn down.
    assertEquals(alone, genlab.run("storage").out());
  }

  @Test
  void cachesOfOtherBuildsAreRemoved() throws IOException {
    genlab.run("code", "0");
    try (Stream<Path> before = Files.list(work.resolve("cache"))) {
      assertEquals(2, before.count(), "one build and the lock");
    }
    String build = Path.of(genlab.run("storage").out().strip()).getParent().getParent().toString();
    new TestBundle("org.example.harmless").into(plugins);
    genlab.run("code", "0");
    assertFalse(Files.exists(Path.of(build)));
    try (Stream<Path> after = Files.list(work.resolve("cache"))) {
      assertEquals(2, after.count());
    }
  }

  @Test
  void damagedCacheIsMadeAnew() throws IOException {
    Path storage = Path.of(genlab.run("storage").out().strip());
    List<Path> damages;
    try (Stream<Path> files = Files.walk(storage)) {
      damages =
          files
              .filter(file -> file.toString().matches(".*/bundle[34]/(bundle.info|.*jar)"))
              .toList();
    }
    assertEquals(4, damages.size());
    for (Path damage : damages) {
      Files.write(damage, new byte[0]);
      Result result = genlab.run("bundles");
      assertEquals(0, result.code(), damage + ": " + result.describe());
      assertFalse(result.err().contains("genlab: "), damage + ": " + result.describe());
      assertFalse(result.out().contains("inactive"), damage + ": " + result.describe());
    }
  }

  @Test
  void cacheThatCannotBeWrittenIsReplacedByATemporaryOne() throws IOException {
    Path file = Files.createFile(work.resolve("no-directory"));
    Result result = genlab.with("GENLAB_CACHE", file.toString()).run("storage");
    assertEquals(0, result.code(), result.describe());
    assertFalse(Files.exists(Path.of(result.out().strip())), "removed at the end");
  }

  @Test
  void homeMayLieBehindLinksAndSpaces() throws IOException {
    Path place = Files.createDirectories(work.resolve("a place"));
    Path home = Files.createSymbolicLink(place.resolve("home"), Genlab.home());
    Path script = Files.createSymbolicLink(place.resolve("my genlab"), Path.of("home/bin/genlab"));
    assertEquals(7, genlab.script(script).run("code", "7").code());
    assertEquals(7, genlab.script(home.resolve("bin/genlab")).run("code", "7").code());
    Files.delete(script);
    Files.delete(home);
  }

  @Test
  void missingJavaIsASentence() {
    Result result = genlab.with("JAVA_HOME", "/nowhere").run("code", "0");
    assertEquals(2, result.code());
    assertEquals(
        "genlab: JAVA_HOME is /nowhere, but there is no bin/java in it; point it at a JDK 17 or"
            + " newer.\n",
        result.err());
  }

  @Test
  void oldJavaIsASentence() throws IOException {
    Path jdk = Files.createDirectories(work.resolve("jdk/bin")).getParent();
    Path java = Files.writeString(jdk.resolve("bin/java"), "#!/bin/sh\nexit 9\n");
    assertTrue(java.toFile().setExecutable(true));
    Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"11.0.2\"\n");
    Result result = genlab.with("JAVA_HOME", jdk.toString()).run("code", "0");
    assertEquals(2, result.code());
    assertEquals(
        "genlab: " + java + " is Java 11.0.2; GenLab needs Java 17 or newer (set JAVA_HOME).\n",
        result.err());
  }
}
