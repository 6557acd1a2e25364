package org.genlab.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.genlab.api.Default;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.itests.Genlab.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an author of plugins does: make a project, build it, test its jar, use it. */
class AuthorTest {
  private static final Path GOLDEN = Path.of("../archetype/src/test/golden");
  private static final String SDK_VERSION = "1.0.0-SNAPSHOT";

  @TempDir Path work;

  private void make(String kind) {
    Result result = new Genlab(work).run("plugin", "new", kind, "my-" + kind);
    assertEquals(0, result.code(), result.describe());
    assertTrue(result.out().contains("mvn verify"), result.describe());
  }

  /** All files of a project by name, with the place of the sdk that golden ones have. */
  private static Map<String, String> files(Path project) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(project)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        files.put(
            project.relativize(file).toString(),
            text.replace(Maven.sdk().toString(), "/opt/genlab/sdk"));
      }
    }
    return files;
  }

  @Test
  void newProjectsAreTheSameFromTheProgramAndFromTheArchetype() throws IOException {
    Path settings = work.resolve("settings.xml");
    Files.writeString(
        settings,
        """
        <settings>
          <profiles>
            <profile>
              <id>genlab</id>
              <repositories>
                <repository>
                  <id>archetype</id>
                  <url>file://%s/repository</url>
                  <releases><enabled>false</enabled></releases>
                  <snapshots><updatePolicy>always</updatePolicy></snapshots>
                </repository>
              </repositories>
            </profile>
          </profiles>
          <activeProfiles><activeProfile>genlab</activeProfile></activeProfiles>
        </settings>
        """
            .formatted(Maven.sdk()));
    Path archetype = Files.createDirectory(work.resolve("archetype"));
    for (String kind : Kind.ALL) {
      make(kind);
      Maven.run(
          archetype,
          "-s",
          settings.toString(),
          "org.apache.maven.plugins:maven-archetype-plugin:3.4.0:generate",
          "-DarchetypeGroupId=org.genlab",
          "-DarchetypeArtifactId=org.genlab.archetype",
          "-DarchetypeVersion=" + SDK_VERSION,
          "-DgroupId=org.example",
          "-DartifactId=org.example.my" + kind,
          "-Dversion=1.0.0",
          "-Dpackage=org.example.my" + kind,
          "-Dkind=" + kind,
          "-Did=my-" + kind,
          "-DclassName=My" + Character.toUpperCase(kind.charAt(0)) + kind.substring(1),
          "-Dsdk=" + Maven.sdk());
      Map<String, String> golden = files(GOLDEN.resolve(kind));
      assertEquals(golden, files(work.resolve("my-" + kind)), kind + ", by the program");
      assertEquals(
          golden, files(archetype.resolve("org.example.my" + kind)), kind + ", by the archetype");
    }
  }

  @Test
  void aNewProjectOfEachKindBuildsAndIsUsed() throws IOException {
    for (String kind : Kind.ALL) {
      make(kind);
    }
    Files.writeString(
        work.resolve("pom.xml"),
        """
        <project>
          <modelVersion>4.0.0</modelVersion>
          <groupId>org.example</groupId>
          <artifactId>all</artifactId>
          <version>1</version>
          <packaging>pom</packaging>
          <modules>%s</modules>
        </project>
        """
            .formatted(
                Kind.ALL.stream()
                    .map(kind -> "<module>my-" + kind + "</module>")
                    .collect(Collectors.joining())));
    Maven.run(work, "-T2", "verify");
    String plugins =
        Kind.ALL.stream()
            .map(kind -> work.resolve("my-" + kind + "/target").toString())
            .collect(Collectors.joining(":"));
    for (String kind : Kind.ALL) {
      Genlab genlab = new Genlab(work).with("GENLAB_PLUGINS", plugins);
      String experiment = "my-" + kind + "/experiment.yaml";
      Result result =
          kind.equals(Kind.ANALYSIS)
              ? genlab.run("reproduce", experiment)
              : genlab.run("run", experiment, "procedure.steps=3", "name=" + kind);
      assertEquals(0, result.code(), result.describe());
    }
    for (Path run : Experiments.runs(work)) {
      Path lock = run.resolve("lock.json");
      if (Files.exists(lock)) {
        String text = Files.readString(lock);
        assertTrue(text.contains("\"org.example.my"), text);
      }
    }
  }

  @Test
  void twoVersionsOfAThirdPartyStandSideBySide() throws IOException {
    Path plugins = Files.createDirectory(work.resolve("plugins"));
    for (Path jar :
        List.of(
            ThirdParty.optimizer("1.0.0"), ThirdParty.optimizer("2.0.0"), ThirdParty.dataset())) {
      Files.copy(jar, plugins.resolve(jar.getFileName()));
    }
    Experiments.write(
        work,
        "spirals.yaml",
        """
        dataset: {plugin: two-spirals}
        architecture: {plugin: mlp, hidden: [32, 32]}
        optimizer: {plugin: sign-momentum, learning-rate: 1e-3}
        regularizers: {cross-entropy: {}}
        procedure: {plugin: erm, steps: 20, batch-size: 50}
        """);
    Genlab genlab = new Genlab(work).with("GENLAB_PLUGINS", plugins.toString());
    Result result =
        genlab.run("run", "spirals.yaml", "optimizer.plugin=sign-momentum@1,sign-momentum@2");
    assertEquals(0, result.code(), result.describe());
    List<String> versions = new java.util.ArrayList<>();
    for (Path run : Experiments.runs(work)) {
      String lock = Files.readString(run.resolve("lock.json"));
      versions.add(lock.contains("\"2.0.0\"") ? "2" : lock.contains("\"1.0.0\"") ? "1" : "?");
    }
    versions.sort(null);
    assertEquals(List.of("1", "2"), versions, result.describe());
  }

  @Test
  void jarsAreTestedWithTheKit() {
    Result good = new Genlab(work).run("tck", ThirdParty.dataset().toString());
    assertEquals(0, good.code(), good.describe());
    assertTrue(good.out().contains("dataset 'two-spirals' 1.0.0"), good.describe());
    assertTrue(good.out().contains("✓ has splits with names of their own"), good.describe());
    assertFalse(good.out().contains("✗"), good.describe());
  }

  /** A metric that says nothing of its setting, and records nothing. */
  @Plugin(kind = Kind.METRIC, id = "mute", version = "1.0.0", summary = "Records nothing")
  public static final class Mute implements Metric {
    /** The settings. */
    public record Settings(@Default("1") int volume) {}

    private final Settings settings;

    @Inject
    public Mute(Settings settings) {
      this.settings = settings;
    }

    @Override
    public void measure(Snapshot snapshot, Recorder recorder) {
      if (settings.volume() > 1) {
        recorder.number("train/volume", settings.volume());
      }
    }
  }

  @Test
  void whatIsWrongWithAJarIsToldInSentences() throws IOException {
    Path jar =
        new TestBundle("org.example.mute")
            .header(
                "Import-Package",
                "jakarta.inject,org.genlab.api;version=\"[1.0,2)\","
                    + "org.genlab.api.evaluation;version=\"[1.0,2)\"")
            .header(
                "Provide-Capability",
                "genlab.plugin;class=\""
                    + Mute.class.getName()
                    + "\";id=mute;kind=metric;"
                    + "summary=\"Records nothing\";version:Version=\"1.0.0\"")
            .header("Require-Capability", "osgi.ee;filter:=\"(&(osgi.ee=JavaSE)(version=17))\"")
            .classes(Mute.class, Mute.Settings.class, AuthorTest.class)
            .into(work);
    Result result = new Genlab(work).run("tck", jar.toString());
    assertEquals(1, result.code(), result.describe());
    for (String sentence :
        List.of(
            "imports jakarta.inject without a range of versions",
            "these settings have no @Doc that says what they mean: volume",
            "the metric records no number and no array",
            "checks failed.")) {
      assertTrue(result.out().contains(sentence), sentence + " is not in\n" + result.describe());
    }
    Result loud = new Genlab(work).run("tck", jar.toString(), "--settings", "mute={volume: 3}");
    assertEquals(1, loud.code(), loud.describe());
    assertFalse(loud.out().contains("the metric records no number"), loud.describe());
  }

  @Test
  void mistakesAreOneSentence() throws IOException {
    Files.createDirectory(work.resolve("full"));
    Files.writeString(work.resolve("full/notes.txt"), "mine");
    Files.writeString(work.resolve("notes.txt"), "no jar");
    Map<List<String>, String> mistakes =
        Map.of(
            List.of("plugin", "new"), "needs KIND",
            List.of("plugin", "new", "optimizer"), "needs ID",
            List.of("plugin", "new", "optimiser", "lion"), "did you mean 'optimizer'?",
            List.of("plugin", "new", "optimizer", "Lion"), "is no id of a plugin",
            List.of("plugin", "new", "optimizer", "lion", "--directory", "full"),
                "is not overwritten",
            List.of("tck", "lost.jar"), "there is no file lost.jar",
            List.of("tck", "notes.txt"), "is no jar",
            List.of("tck"), "needs JAR");
    for (Map.Entry<List<String>, String> mistake : mistakes.entrySet()) {
      Result result = new Genlab(work).run(mistake.getKey().toArray(String[]::new));
      assertEquals(2, result.code(), result.describe());
      assertEquals(1, result.err().lines().count(), result.describe());
      assertTrue(result.err().contains(mistake.getValue()), result.describe());
    }
    assertEquals("mine", Files.readString(work.resolve("full/notes.txt")));
  }
}
