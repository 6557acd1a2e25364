package org.genlab.tck;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.tck.internal.BundleCheck;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Built jars: a good one passes, and each thing that is wrong with one is told. */
class JarCheckTest {
  @Plugin(kind = Kind.OPTIMIZER, id = "packed", version = "1.2.0", summary = "A packed optimizer")
  public static final class Packed extends OptimizerSuiteTest.Descent {
    @Inject
    public Packed() {}
  }

  @TempDir Path directory;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private final Map<String, byte[]> more = new LinkedHashMap<>();
  private boolean passed;

  @BeforeEach
  void goodHeaders() {
    headers.put("Manifest-Version", "1.0");
    headers.put("Bundle-ManifestVersion", "2");
    headers.put("Bundle-SymbolicName", "org.example.packed");
    headers.put("Bundle-Version", "1.2.0");
    headers.put(
        "Import-Package",
        "jakarta.inject;version=\"[2.0,3)\",java.lang,org.genlab.api;version=\"[1.0,2)\","
            + "org.genlab.api.model;version=\"[1.0,2)\",org.genlab.tensor;version=\"[1.0,2)\"");
    headers.put(
        "Provide-Capability",
        "genlab.plugin;class=\"org.genlab.tck.JarCheckTest$Packed\";id=packed;kind=optimizer;"
            + "summary=\"A packed optimizer\";version:Version=\"1.2.0\"");
    headers.put("Require-Capability", "osgi.ee;filter:=\"(&(osgi.ee=JavaSE)(version=17))\"");
  }

  private Path pack() throws IOException {
    Manifest manifest = new Manifest();
    headers.forEach((name, value) -> manifest.getMainAttributes().putValue(name, value));
    Path jar = directory.resolve("packed.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream stream = new JarOutputStream(out, manifest)) {
      for (Class<?> type :
          List.of(
              Packed.class,
              JarCheckTest.class,
              OptimizerSuiteTest.class,
              OptimizerSuiteTest.Descent.class)) {
        String path = type.getName().replace('.', '/') + ".class";
        try (InputStream in = type.getClassLoader().getResourceAsStream(path)) {
          stream.putNextEntry(new JarEntry(path));
          stream.write(in.readAllBytes());
        }
      }
      for (Map.Entry<String, byte[]> entry : more.entrySet()) {
        stream.putNextEntry(new JarEntry(entry.getKey()));
        stream.write(entry.getValue());
      }
    }
    return jar;
  }

  private String check(Map<String, List<String>> settings) throws IOException {
    Path jar = pack();
    ByteArrayOutputStream report = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(report, true, StandardCharsets.UTF_8);
    passed = new JarCheck(List.of(jar), settings, out).run(List.of(jar));
    return report.toString(StandardCharsets.UTF_8);
  }

  private void assertTold(String part) throws IOException {
    String report = check(Map.of());
    assertFalse(passed, report);
    assertTrue(report.contains(part), report);
  }

  private void assertProblem(String part) throws IOException {
    List<String> problems = BundleCheck.problems(pack(), Packed.class);
    assertTrue(problems.stream().anyMatch(p -> p.contains(part)), problems.toString());
  }

  @Test
  void aGoodJarPasses() throws IOException {
    String report = check(Map.of());
    assertTrue(passed, report);
    assertTrue(report.contains("optimizer 'packed' 1.2.0"), report);
    assertTrue(report.contains("✓ documents each of its settings"), report);
    assertTrue(report.endsWith("checks passed.\n"), report);
  }

  @Test
  void settingsAreTried() throws IOException {
    String report = check(Map.of("packed", List.of("{rate: 3}")));
    assertFalse(passed, report);
    assertTrue(report.contains("has no setting 'rate'"), report);
    assertTrue(report.contains("for the same reason"), report);
  }

  @Test
  void withoutCapabilityThePluginIsTold() throws IOException {
    headers.remove("Provide-Capability");
    assertTold("has the annotation @Plugin and no capability");
  }

  @Test
  void aCapabilityThatSaysOtherwiseIsTold() throws IOException {
    headers.compute("Provide-Capability", (k, v) -> v.replace("1.2.0", "1.3.0"));
    assertProblem("with version '1.3.0', and its annotation says '1.2.0'");
  }

  @Test
  void aVersionThatIsTextIsTold() throws IOException {
    headers.compute("Provide-Capability", (k, v) -> v.replace("version:Version", "version"));
    assertProblem("as text, so ranges do not work");
  }

  @Test
  void aMissingClassIsTold() throws IOException {
    headers.compute("Provide-Capability", (k, v) -> v.replace("Packed", "Lost"));
    assertTold("cannot be loaded");
  }

  @Test
  void anUnknownKindIsTold() throws IOException {
    headers.compute("Provide-Capability", (k, v) -> v.replace("kind=optimizer", "kind=toy"));
    assertTold("has no annotation @Plugin of that kind");
  }

  @Test
  void importsWithoutRangesAreTold() throws IOException {
    headers.compute("Import-Package", (k, v) -> v.replace("[1.0,2)", "1.0"));
    assertProblem("imports org.genlab.tensor without a range of versions");
  }

  @Test
  void importsOfTheInsideAreTold() throws IOException {
    headers.compute(
        "Import-Package", (k, v) -> v + ",org.genlab.runtime.plugins;version=\"[1,2)\"");
    assertProblem("imports org.genlab.runtime.plugins, which belongs to the inside");
    headers.compute(
        "Import-Package",
        (k, v) -> v.replace("org.genlab.runtime.plugins", "org.example.internal"));
    assertProblem("imports org.example.internal, which belongs to the inside");
    headers.compute("Import-Package", (k, v) -> v.replace("org.example.internal", "sun.misc"));
    assertProblem("imports sun.misc, which belongs to the inside of Java");
  }

  @Test
  void aBundleWithoutIdentityIsTold() throws IOException {
    headers.remove("Bundle-Version");
    assertProblem("has no Bundle-Version");
    headers.put("Bundle-Version", "1.x");
    assertProblem("is no version");
    headers.remove("Bundle-SymbolicName");
    assertProblem("has no Bundle-SymbolicName");
    headers.remove("Bundle-ManifestVersion");
    assertProblem("Bundle-ManifestVersion: 2");
  }

  @Test
  void tiesToOtherBundlesAreTold() throws IOException {
    headers.put("Require-Bundle", "org.genlab.api");
    assertProblem("has Require-Bundle");
    headers.put("DynamicImport-Package", "*");
    assertProblem("has DynamicImport-Package");
  }

  @Test
  void anotherJavaIsTold() throws IOException {
    headers.compute("Require-Capability", (k, v) -> v.replace("17", "21"));
    assertProblem("needs Java 21");
    headers.remove("Require-Capability");
    assertProblem("does not say which Java");
    more.put(
        "x/Y.class", new byte[] {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 0, 65});
    assertProblem("x/Y.class is compiled for Java 21");
  }

  @Test
  void aCopyOfThePlatformIsTold() throws IOException {
    more.put(
        "org/genlab/api/Doc.class",
        new byte[] {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 0, 61});
    assertProblem("packs org/genlab/api/Doc.class, a copy");
  }

  @Test
  void importOfTheApiIsMissed() throws IOException {
    headers.compute("Import-Package", (k, v) -> v.replace("org.genlab.api;", "org.genlab.other;"));
    assertProblem("does not import org.genlab.api");
  }
}
