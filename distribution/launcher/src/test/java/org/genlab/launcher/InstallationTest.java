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
    return Installation.open(home, null);
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
  void furtherPluginDirectoriesComeAfterTheOwnOne() throws Exception {
    jar("plugins/z.jar", null);
    Path more = Files.createDirectory(home.resolve("more"));
    jar("more/a.jar", null);
    Files.writeString(more.resolve("notes.txt"), "no jar");
    Installation installation = Installation.open(home, more + ":");
    assertEquals(2, installation.bundleCount());
    assertTrue(installation.plugins().get(0).endsWith("plugins/z.jar"));
    assertTrue(installation.plugins().get(1).endsWith("more/a.jar"));
  }

  @Test
  void missingDirectoryIsNamed() throws IOException {
    Files.delete(home.resolve("bundles"));
    LaunchException failure = assertThrows(LaunchException.class, this::open);
    assertTrue(failure.getMessage().contains(home.toRealPath().resolve("bundles").toString()));
  }
}
