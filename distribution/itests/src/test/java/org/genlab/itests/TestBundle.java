package org.genlab.itests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Makes bundles for tests out of classes of this module. */
final class TestBundle {
  private final Attributes headers;
  private final Manifest manifest = new Manifest();
  private final List<Class<?>> classes = new ArrayList<>();
  private final Map<String, Path> files = new LinkedHashMap<>();

  TestBundle(String symbolicName) {
    headers = manifest.getMainAttributes();
    header("Manifest-Version", "1.0");
    header("Bundle-ManifestVersion", "2");
    header("Bundle-SymbolicName", symbolicName);
    header("Bundle-Version", "1.2.3");
  }

  TestBundle header(String name, String value) {
    headers.putValue(name, value);
    return this;
  }

  TestBundle classes(Class<?>... more) {
    classes.addAll(List.of(more));
    return this;
  }

  TestBundle file(String entry, Path content) {
    files.put(entry, content);
    return this;
  }

  /** Writes the jar into a directory. */
  Path into(Path directory) throws IOException {
    Path jar =
        Files.createDirectories(directory)
            .resolve(headers.getValue("Bundle-SymbolicName") + ".jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream stream = new JarOutputStream(out, manifest)) {
      for (Class<?> type : classes) {
        String path = type.getName().replace('.', '/') + ".class";
        try (InputStream in = type.getClassLoader().getResourceAsStream(path)) {
          stream.putNextEntry(new JarEntry(path));
          in.transferTo(stream);
          stream.closeEntry();
        }
      }
      for (Map.Entry<String, Path> file : files.entrySet()) {
        stream.putNextEntry(new JarEntry(file.getKey()));
        Files.copy(file.getValue(), stream);
        stream.closeEntry();
      }
    }
    return jar;
  }
}
