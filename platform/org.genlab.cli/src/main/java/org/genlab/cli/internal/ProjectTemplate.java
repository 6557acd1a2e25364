package org.genlab.cli.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.genlab.store.UserError;

/**
 * The files of a new project of a kind, as the Maven archetype has them: those for all kinds, and
 * those of the kind's own directory. Values stand for <code>${name}</code>; what has another name
 * is left as it is, since it belongs to Maven.
 */
final class ProjectTemplate {
  /** The version of a new project. */
  static final String VERSION = "1.0.0";

  private static final String ROOT = "archetype-resources/";
  private static final String SOURCES = "src/main/java/";
  private static final String TESTS = "src/test/java/";

  private final Map<String, String> files;

  private ProjectTemplate(Map<String, String> files) {
    this.files = files;
  }

  /**
   * What a project is called.
   *
   * @param id of the plugin
   * @param className of its class, without the package
   * @param packageName its package, which is also the name of the bundle
   * @param sdk the directory with the jars of the platform
   */
  record Names(String id, String className, String packageName, String sdk) {
    private Map<String, String> values() {
      int dot = packageName.lastIndexOf('.');
      Map<String, String> values = new LinkedHashMap<>();
      values.put("id", id);
      values.put("className", className);
      values.put("package", packageName);
      values.put("groupId", dot < 0 ? packageName : packageName.substring(0, dot));
      values.put("artifactId", packageName);
      values.put("version", VERSION);
      values.put("sdk", sdk.replace("&", "&amp;").replace("<", "&lt;"));
      return values;
    }
  }

  /** Reads the template of a kind from the archetype's jar. */
  static ProjectTemplate of(Path archetype, String kind) {
    Map<String, String> files = new TreeMap<>();
    try (ZipFile zip = new ZipFile(archetype.toFile())) {
      for (ZipEntry entry : zip.stream().filter(e -> !e.isDirectory()).toList()) {
        String name = entry.getName();
        if (!name.startsWith(ROOT)) {
          continue;
        }
        String path = name.substring(ROOT.length());
        boolean own = path.startsWith(kind + "/");
        boolean common = path.indexOf('/') < 0 || path.startsWith(".");
        if (own || common) {
          try (InputStream in = zip.getInputStream(entry)) {
            files.put(
                own ? path.substring(kind.length() + 1) : path,
                new String(in.readAllBytes(), StandardCharsets.UTF_8));
          }
        }
      }
    } catch (IOException e) {
      throw new UserError("cannot read the templates in " + archetype + ": " + e.getMessage(), e);
    }
    return new ProjectTemplate(files);
  }

  /** Whether the plugin's class could not be called that, because it uses one of that name. */
  boolean uses(String className) {
    return files.values().stream()
        .anyMatch(
            text ->
                text.lines()
                    .anyMatch(l -> l.startsWith("import ") && l.endsWith("." + className + ";")));
  }

  /** Writes a project. */
  void write(Path directory, Names names) {
    Map<String, String> values = names.values();
    String folder = names.packageName().replace('.', '/') + "/";
    for (Map.Entry<String, String> file : files.entrySet()) {
      String path = file.getKey().replace("__className__", names.className());
      for (String root : new String[] {SOURCES, TESTS}) {
        if (path.startsWith(root)) {
          path = root + folder + path.substring(root.length());
        }
      }
      Path target = directory.resolve(path);
      try {
        Files.createDirectories(target.getParent());
        Files.writeString(target, fill(file.getValue(), values));
      } catch (IOException e) {
        throw new UserError("cannot write " + target + ": " + e.getMessage() + ".", e);
      }
    }
  }

  private static String fill(String text, Map<String, String> values) {
    String filled = text;
    for (Map.Entry<String, String> value : values.entrySet()) {
      filled = filled.replace("${" + value.getKey() + "}", value.getValue());
    }
    return filled;
  }
}
