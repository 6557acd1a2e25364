package org.genlab.provisioning.bundles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JacksonAnnotation;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.inject.Injector;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.genlab.provisioning.TestContainer;
import org.genlab.provisioning.TestJar;
import org.genlab.store.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.namespace.IdentityNamespace;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.resource.Capability;
import org.osgi.resource.Requirement;
import org.snakeyaml.engine.v2.api.Load;

/** The oracle is the framework: it reads the same manifests. */
class ManifestReaderTest {
  @TempDir Path work;

  private List<Path> samples() throws Exception {
    List<Path> jars = new ArrayList<>();
    for (Class<?> type :
        List.of(
            ObjectMapper.class,
            JsonFactory.class,
            JacksonAnnotation.class,
            Load.class,
            Injector.class,
            Inject.class)) {
      jars.add(Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()));
    }
    jars.add(
        new TestJar("org.example.all;singleton:=true", "1.2.3.q")
            .header(
                "Export-Package",
                "a.b;a.c;version=\"1.5\";uses:=\"x.y,z\";mandatory:=\"side\";side=left,d")
            .header(
                "Import-Package",
                "x.y;version=\"[1,2)\";resolution:=optional,z;version=1.1,w;k=v;version=\"(1,2]\"")
            .header("Require-Bundle", "other;bundle-version=\"[1,2)\";visibility:=reexport,third")
            .header(
                "Provide-Capability",
                "n.s;a=\"x, y\";n:Long=3;d:Double=1.5;v:Version=2;l:List<String>=\"p,q\\,r\"")
            .header("Require-Capability", "n.t;filter:=\"(&(a=1)(b>=2))\";effective:=active")
            .to(work.resolve("all.jar")));
    jars.add(
        new TestJar("org.example.part", "1")
            .header("Fragment-Host", "org.example.all;bundle-version=\"[1,3)\"")
            .to(work.resolve("part.jar")));
    return jars;
  }

  @Test
  void manifestsMeanWhatTheyMeanToTheFramework() throws Exception {
    try (TestContainer container = new TestContainer(work.resolve("felix"), "")) {
      List<Path> samples = samples();
      for (Path jar : samples) {
        Bundle bundle = container.install(jar);
        BundleRevision expected = bundle.adapt(BundleRevision.class);
        BundleResource actual = JarReader.read(jar, null);
        assertEquals(expected.getSymbolicName(), actual.symbolicName());
        assertEquals(expected.getVersion(), actual.version());
        assertEquals(
            capabilities(expected.getDeclaredCapabilities(null)),
            capabilities(actual.getCapabilities(null)),
            jar.toString());
        assertEquals(
            requirements(expected.getDeclaredRequirements(null)),
            requirements(actual.getRequirements(null)),
            jar.toString());
      }
    }
  }

  private static List<String> capabilities(List<? extends Capability> capabilities) {
    return capabilities.stream()
        .map(
            c -> {
              Map<String, Object> attributes = new TreeMap<>(c.getAttributes());
              if (c.getNamespace().equals(IdentityNamespace.IDENTITY_NAMESPACE)) {
                // Of the identity only this has a meaning; the rest are descriptions.
                attributes.keySet().retainAll(List.of("osgi.identity", "type", "version"));
              }
              return c.getNamespace() + attributes + c.getDirectives().get("uses");
            })
        .sorted()
        .toList();
  }

  private static List<String> requirements(List<? extends Requirement> requirements) {
    return requirements.stream()
        .filter(r -> !"dynamic".equals(r.getDirectives().get("resolution")))
        .map(
            r ->
                r.getNamespace()
                    + r.getDirectives().get("filter")
                    + r.getDirectives().get("resolution")
                    + r.getDirectives().get("effective"))
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Bundle-SymbolicName | ../../evil | '../../evil' is no symbolic name of a bundle",
        "Bundle-SymbolicName | a/b | 'a/b' is no symbolic name of a bundle",
        "Bundle-SymbolicName | .. | '..' is no symbolic name of a bundle",
        "Bundle-ManifestVersion | 1 | so it is an ordinary jar and no bundle",
        "Bundle-Version | one | invalid version \"one\"",
        "Import-Package | a;version=\"[1,2 | a quotation mark is missing in 'a;version=\"[1,2'",
        "Provide-Capability | a;b:Wrong=1 | there is no type 'Wrong'",
        "Require-Capability | a;filter:=\"(x\" | the filter '(x' is malformed"
      })
  void whatIsMalformedIsNamed(String header, String value, String sentence) throws Exception {
    Path jar = new TestJar("org.example.bad", "1").header(header, value).to(work.resolve("b.jar"));
    UserError error = assertThrows(UserError.class, () -> JarReader.read(jar, null));
    assertTrue(error.getMessage().contains(sentence), error.getMessage());
    assertTrue(error.getMessage().contains("b.jar"), error.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"../out.class", "a/../../out", "/etc/passwd", "a\\..\\out", "C:/out", "..", "a/.."})
  void entriesCannotLeaveTheArchive(String name) throws Exception {
    Path jar = new TestJar("org.example.zip", "1").entry(name, "x").to(work.resolve("zip.jar"));
    UserError error = assertThrows(UserError.class, () -> JarReader.read(jar, null));
    assertTrue(error.getMessage().contains("leads out of the archive"), error.getMessage());
  }

  @Test
  void dotsWithinNamesAreNoDanger() throws Exception {
    Path jar =
        new TestJar("org.example.zip", "1").entry("a..b/..c/d..", "x").to(work.resolve("zip.jar"));
    assertEquals("org.example.zip 1.0.0", JarReader.read(jar, null).toString());
  }

  @Test
  void whatIsNoArchiveIsNamed() throws Exception {
    Path text = Files.writeString(work.resolve("text.jar"), "no jar");
    UserError error = assertThrows(UserError.class, () -> JarReader.read(text, null));
    assertTrue(error.getMessage().contains("text.jar is damaged or no jar"), error.getMessage());
  }

  @Test
  void classesForANewerJavaAreFound() throws Exception {
    byte[] old = {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 0, 61};
    byte[] young = {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 0, 65};
    TestJar jar =
        new TestJar("org.example.classes", "1")
            .entry("a/Old.class", old)
            .entry("META-INF/versions/21/a/Old.class", young);
    assertTrue(JarReader.newerThan(jar.to(work.resolve("c.jar")), 17).isEmpty());
    jar.entry("a/Young.class", young);
    assertEquals(
        new JarReader.ForeignClass("a/Young.class", 21),
        JarReader.newerThan(jar.to(work.resolve("c.jar")), 17).orElseThrow());
  }
}
