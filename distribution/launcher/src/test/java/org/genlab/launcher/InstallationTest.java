package org.genlab.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {
  @TempDir Path home;

  @BeforeEach
  void lay() throws IOException {
    for (String directory : new String[] {"lib", "bundles", "plugins"}) {
      Files.createDirectory(home.resolve(directory));
    }
  }

  private Path jar(String path, String exports, String... entries) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
    if (exports != null) {
      manifest.getMainAttributes().putValue("Export-Package", exports);
    }
    Path jar = home.resolve(path);
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream stream = new JarOutputStream(out, manifest)) {
      for (String entry : entries) {
        stream.putNextEntry(new JarEntry(entry));
      }
    }
    return jar;
  }

  private Installation open() throws Exception {
    return Installation.open(home, null, null, null);
  }

  @Test
  void bootPackagesAreThoseOfTheManifests() throws Exception {
    jar("lib/a.jar", "p;version=\"1.2\";uses:=\"q,r\",q");
    jar("lib/aopalliance-1.0.jar", null, "org/aopalliance/intercept/MethodInterceptor.class");
    jar("lib/framework.jar", "org.osgi.framework.launch;version=1.2");
    jar("lib/launcher.jar", null);
    assertEquals(
        "p;version=\"1.2\";uses:=\"q,r\",q"
            + ",org.aopalliance.aop;version=1.0,org.aopalliance.intercept;version=1.0",
        open().bootPackages());
  }

  @Test
  void keyChangesWithAnyJar() throws Exception {
    Path jar = jar("plugins/a.jar", null);
    String key = open().key();
    assertEquals(key, open().key());
    Files.setLastModifiedTime(jar, FileTime.fromMillis(1));
    String touched = open().key();
    assertNotEquals(key, touched);
    Files.move(jar, home.resolve("bundles/a.jar"));
    assertNotEquals(touched, open().key(), "a plugin is not a base bundle");
  }

  @Test
  void installedPluginsComeFromTheirDirectoryWhenItIsThere() throws Exception {
    Path own = jar("plugins/a.jar", null);
    Path installed = home.resolve("installed");
    Installation absent = Installation.open(home, installed, null, null);
    assertEquals(List.of(own.toRealPath()), absent.plugins());
    assertEquals(
        List.of(home.toRealPath().resolve("plugins"), installed), absent.pluginDirectories());
    Files.createDirectory(installed);
    Path added = jar("installed/b.jar", null);
    assertEquals(
        List.of(own.toRealPath(), added.toRealPath()),
        Installation.open(home, installed, null, null).plugins());
    // In an installation both are one directory.
    Installation one = Installation.open(home, home.resolve("plugins"), null, null);
    assertEquals(List.of(own.toRealPath()), one.plugins());
    assertEquals(1, one.pluginDirectories().size());
  }

  @Test
  void checksumsBelongToTheKey() throws Exception {
    Path jar = jar("plugins/a.jar", null);
    String key = open().key();
    String digest = Checksums.sha256(Files.readAllBytes(jar));
    Path sums = home.resolve("plugins/SHA256SUMS");
    Files.writeString(sums, digest + "  a.jar\n\n" + "0".repeat(64) + " *gone.jar\n");
    Installation installation = open();
    assertEquals(digest, installation.checksums().get(jar.toRealPath()));
    assertNotEquals(key, installation.key());
    Files.writeString(sums, digest + " a.jar\n");
    LaunchException error = assertThrows(LaunchException.class, this::open);
    assertTrue(error.getMessage().contains("SHA256SUMS:1: this line is not as in 'sha256sum"));
  }

  @Test
  void furtherPluginDirectoriesComeAfterTheOwnOne() throws Exception {
    jar("plugins/z.jar", null);
    Path more = Files.createDirectory(home.resolve("more"));
    jar("more/a.jar", null);
    Files.writeString(more.resolve("notes.txt"), "no jar");
    Installation installation = Installation.open(home, null, more + ":", null);
    assertEquals(2, installation.bundleCount());
    assertTrue(installation.plugins().get(0).endsWith("plugins/z.jar"));
    assertTrue(installation.plugins().get(1).endsWith("more/a.jar"));
  }

  @Test
  void computeLayerAddsItsPackagesAndPlugins() throws Exception {
    Path layer = Files.createDirectories(home.resolve("lib/nd4j"));
    Files.createDirectory(layer.resolve("plugins"));
    jar("lib/a.jar", "p");
    jar("plugins/z.jar", null);
    String key = open().key();
    jar(
        "lib/nd4j/nd4j.jar",
        null,
        "org/nd4j/linalg/api/A.class",
        "org/nd4j/linalg/api/B.class",
        "org/nd4j/notes.txt",
        "org/bytedeco/C.class");
    jar("lib/nd4j/dl4j.jar", null, "org/deeplearning4j/nn/D.class");
    jar("lib/nd4j/plugins/fragment.jar", null);
    Installation installation = Installation.open(home, null, null, layer);
    assertEquals("p,org.deeplearning4j.nn,org.nd4j.linalg.api", installation.bootPackages());
    assertEquals(2, installation.bundleCount());
    assertNotEquals(key, installation.key());
    ComputeLayer.main(new String[] {layer.toString()});
    assertEquals(
        List.of("org.deeplearning4j.nn", "org.nd4j.linalg.api"),
        Files.readAllLines(layer.resolve("packages")));
    Files.writeString(layer.resolve("packages"), "x.y");
    assertEquals(
        "p,x.y",
        Installation.open(home, null, null, layer).bootPackages(),
        "the list is not made anew");
    assertEquals("p", Installation.open(home, null, null, home.resolve("absent")).bootPackages());
  }

  @Test
  void missingDirectoryIsNamed() throws IOException {
    Files.delete(home.resolve("bundles"));
    LaunchException failure = assertThrows(LaunchException.class, this::open);
    assertTrue(failure.getMessage().contains(home.toRealPath().resolve("bundles").toString()));
  }
}
