package org.genlab.cli.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.genlab.store.UserError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PluginNewCommandTest {
  private static final String SOURCE =
      "package ${package};\n\nimport org.genlab.api.Plugin;\n\nclass ${className} {} // ${id}\n";

  @TempDir Path work;
  private Path sdk;
  private final Capture capture = new Capture();
  private final List<String> asked = new ArrayList<>();

  @BeforeEach
  void smallTemplates() throws IOException {
    sdk = work.resolve("a & b");
    Path jar =
        sdk.resolve(
            "repository/org/genlab/org.genlab.archetype/1.2.3/org.genlab.archetype-1.2.3.jar");
    Files.createDirectories(jar.getParent());
    Map<String, String> entries =
        Map.of(
            "META-INF/x.txt", "not part of it",
            "archetype-resources/pom.xml",
                "${groupId}:${artifactId}:${version} ${sdk} ${project.version}",
            "archetype-resources/.mvn/maven.config", "-X",
            "archetype-resources/optimizer/README.md", "${className}",
            "archetype-resources/metric/README.md", "of another kind",
            "archetype-resources/optimizer/src/main/java/__className__.java", SOURCE,
            "archetype-resources/optimizer/src/test/java/__className__Test.java", "// ${id}");
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private int run(UnaryOperator<String> question, String... arguments) {
    CommandLine command =
        new CommandLine(new PluginNewCommand(capture.terminal(false), sdk, question));
    Exception[] problem = new Exception[1];
    command.setExecutionExceptionHandler(
        (e, c, r) -> {
          problem[0] = e;
          return Genlab.USAGE;
        });
    int code = command.execute(arguments);
    if (problem[0] instanceof UserError error) {
      throw error;
    }
    return code;
  }

  private UnaryOperator<String> answers(String... answers) {
    Deque<String> left = new ArrayDeque<>(List.of(answers));
    return prompt -> {
      asked.add(prompt);
      return left.poll();
    };
  }

  private void assertRefused(String part, String... arguments) {
    String message = assertThrows(UserError.class, () -> run(null, arguments)).getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void filesAreFilledInAndOthersLeftOut() throws IOException {
    Path project = work.resolve("new");
    assertEquals(
        0,
        run(
            null,
            "optimizer",
            "sign-momentum",
            "--package",
            "com.acme.signs",
            "--directory",
            project.toString()));
    assertEquals(
        "com.acme:com.acme.signs:1.0.0 "
            + work.toAbsolutePath().normalize()
            + "/a &amp; b ${project.version}",
        Files.readString(project.resolve("pom.xml")));
    assertEquals("-X", Files.readString(project.resolve(".mvn/maven.config")));
    assertEquals("SignMomentum", Files.readString(project.resolve("README.md")));
    assertEquals(
        SOURCE
            .replace("${package}", "com.acme.signs")
            .replace("${className}", "SignMomentum")
            .replace("${id}", "sign-momentum"),
        Files.readString(project.resolve("src/main/java/com/acme/signs/SignMomentum.java")));
    assertEquals(
        "// sign-momentum",
        Files.readString(project.resolve("src/test/java/com/acme/signs/SignMomentumTest.java")));
    try (var files = Files.walk(project)) {
      assertEquals(5, files.filter(Files::isRegularFile).count());
    }
    assertTrue(capture.out().contains("mvn verify"), capture.out());
  }

  @Test
  void whatIsMissingIsAskedFor() {
    String project = work.resolve("asked").toString();
    assertEquals(0, run(answers("optimizer", "lion", ""), "--directory", project));
    assertEquals(3, asked.size());
    assertEquals("Package [org.example.lion]: ", asked.get(2));
    assertTrue(
        Files.exists(Path.of(project, "src/main/java/org/example/lion/Lion.java")), capture.out());
  }

  @Test
  void withNobodyToAskItIsASentence() {
    assertRefused("needs KIND, as in 'genlab plugin new optimizer lion'");
    assertRefused("needs ID", "optimizer");
    assertFalse(Files.exists(Path.of("lion")));
  }

  @Test
  void namesAreChecked() {
    assertRefused("did you mean 'optimizer'?", "optimizzer", "lion");
    assertRefused("there are dataset, architecture", "thing", "lion");
    for (String id : List.of("Lion", "1lion", "lion_2", "lion-", "lion--b", "")) {
      assertRefused("is no id of a plugin", "optimizer", id);
    }
    for (String name :
        List.of("lion", "org.class", "Org.lion", "org..lion", "org.l-ion", "org.1")) {
      assertRefused("is no package for a plugin", "optimizer", "lion", "--package", name);
    }
    assertRefused("because org.genlab is taken", "optimizer", "lion", "--package", "org.genlab.x");
    assertRefused("because java is taken", "optimizer", "lion", "--package", "java.lion");
    assertRefused("would be a class Plugin", "optimizer", "plugin", "--package", "org.example.x");
    assertRefused("would be a class String", "optimizer", "string", "--package", "org.example.x");
  }

  @Test
  void keywordsGetAPackageAllTheSame() {
    String project = work.resolve("new").toString();
    assertEquals(0, run(null, "optimizer", "switch", "--directory", project));
    assertTrue(Files.exists(Path.of(project, "src/main/java/org/example/switch_/Switch.java")));
  }

  @Test
  void nothingIsOverwritten() throws IOException {
    Path project = Files.createDirectory(work.resolve("mine"));
    // An empty directory is taken.
    assertEquals(0, run(null, "optimizer", "lion", "--directory", project.toString()));
    String before = Files.readString(project.resolve("pom.xml"));
    assertRefused("is not overwritten", "optimizer", "tiger", "--directory", project.toString());
    assertEquals(before, Files.readString(project.resolve("pom.xml")));
    Path file = Files.writeString(work.resolve("file"), "x");
    assertRefused("is not overwritten", "optimizer", "lion", "--directory", file.toString());
  }

  @Test
  void anInstallationWithoutTemplatesIsTold() {
    sdk = work.resolve("nothing");
    assertRefused("there are no templates in", "optimizer", "lion");
  }
}
