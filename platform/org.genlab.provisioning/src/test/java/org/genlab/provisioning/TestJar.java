package org.genlab.provisioning;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes jars for tests. */
public final class TestJar {
  private final Map<String, String> headers = new LinkedHashMap<>();
  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  /** A bundle without content. */
  public TestJar(String symbolicName, String version) {
    header("Manifest-Version", "1.0");
    header("Bundle-ManifestVersion", "2");
    header("Bundle-SymbolicName", symbolicName);
    header("Bundle-Version", version);
  }

  /** Sets a header; null removes it. */
  public TestJar header(String name, String value) {
    if (value == null) {
      headers.remove(name);
    } else {
      headers.put(name, value);
    }
    return this;
  }

  /** Adds to a header whose value is a list. */
  public TestJar add(String name, String clause) {
    headers.merge(name, clause, (a, b) -> a + "," + b);
    return this;
  }

  /** Declares a plugin. */
  public TestJar plugin(String kind, String id, String version) {
    return add(
        "Provide-Capability",
        "genlab.plugin;class=\"org.example.X\";id="
            + id
            + ";kind="
            + kind
            + ";version:Version=\""
            + version
            + "\";summary=\"A test, of "
            + id
            + "\"");
  }

  public TestJar entry(String name, String content) {
    return entry(name, content.getBytes(StandardCharsets.UTF_8));
  }

  public TestJar entry(String name, byte[] content) {
    entries.put(name, content);
    return this;
  }

  /** Writes the jar; the same content gives the same bytes. */
  public Path to(Path file) throws IOException {
    StringBuilder manifest = new StringBuilder();
    headers.forEach((name, value) -> manifest.append(folded(name + ": " + value)));
    manifest.append("\r\n");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      put(zip, JarFile.MANIFEST_NAME, manifest.toString().getBytes(StandardCharsets.UTF_8));
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        put(zip, entry.getKey(), entry.getValue());
      }
    }
    return file;
  }

  /** Writes the jar under its own name into a directory. */
  public Path into(Path directory) throws IOException {
    String name = headers.get("Bundle-SymbolicName").split(";", -1)[0];
    return to(
        Files.createDirectories(directory)
            .resolve(name + "-" + headers.get("Bundle-Version") + ".jar"));
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(java.time.LocalDateTime.of(2026, 1, 1, 0, 0));
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  /** Lines of a manifest have at most 72 bytes. */
  private static String folded(String line) {
    StringBuilder text = new StringBuilder();
    int width = 70;
    for (int from = 0; from < line.length(); from += width) {
      text.append(from == 0 ? "" : " ");
      text.append(line, from, Math.min(line.length(), from + width)).append("\r\n");
    }
    return text.toString();
  }
}
