package org.genlab.study;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.genlab.runtime.config.Nearest;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.config.Yaml;
import org.genlab.store.UserError;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/**
 * The studies there are, by id. Files are {@code GENLAB-INF/studies/<id>.yaml} in a bundle, or
 * {@code <id>.yaml} in a directory.
 */
public final class StudyCatalog {
  /** Where studies lie in a bundle. */
  public static final String FOLDER = "GENLAB-INF/studies";

  private static final String SUFFIX = ".yaml";

  private final Supplier<Map<String, Entry>> entries;

  private StudyCatalog(Supplier<Map<String, Entry>> entries) {
    this.entries = entries;
  }

  /** A file that holds a study. */
  private record Entry(
      String id, String source, String group, Function<String, Optional<String>> files) {
    String text() {
      return files
          .apply(id + SUFFIX)
          .orElseThrow(() -> new UserError("cannot read the study " + source + "."));
    }
  }

  /**
   * A line of a list of papers.
   *
   * @param id what a user types: {@code genlab reproduce <id>}
   * @param title of the paper; of the study where it is of none
   * @param number in the catalogue of papers; 0 when it has none
   * @param year of publication; 0 when unknown
   * @param group of papers; empty when unknown
   * @param minutes about how long the full study takes on two cores; 0 when unknown
   * @param problem why the study file cannot be read; empty when it can
   */
  public record Listing(
      String id,
      String title,
      int number,
      int year,
      String group,
      double minutes,
      String problem) {}

  /**
   * The studies in the active bundles at each moment. Of two bundles with the same study the one
   * with the higher version counts.
   */
  public static StudyCatalog of(BundleContext context) {
    return new StudyCatalog(() -> scan(context));
  }

  /** The studies in directories; those of an earlier directory count first. */
  public static StudyCatalog of(List<Path> directories) {
    List<Path> copy = List.copyOf(directories);
    return new StudyCatalog(() -> scan(copy));
  }

  private static Map<String, Entry> scan(BundleContext context) {
    List<Bundle> bundles = new ArrayList<>();
    for (Bundle bundle : context.getBundles()) {
      if (bundle.getState() == Bundle.ACTIVE || bundle.getState() == Bundle.STARTING) {
        bundles.add(bundle);
      }
    }
    bundles.sort(
        Comparator.comparing(Bundle::getVersion).reversed().thenComparing(Bundle::getBundleId));
    Map<String, Entry> found = new TreeMap<>();
    for (Bundle bundle : bundles) {
      Enumeration<String> paths = bundle.getEntryPaths(FOLDER);
      if (paths == null) {
        continue;
      }
      String name = bundle.getSymbolicName();
      String group = name.substring(name.lastIndexOf('.') + 1);
      for (String path : Collections.list(paths)) {
        String file = path.substring(path.lastIndexOf('/') + 1);
        if (file.endsWith(SUFFIX)) {
          String id = file.substring(0, file.length() - SUFFIX.length());
          found.putIfAbsent(
              id,
              new Entry(
                  id,
                  name + "/" + path,
                  group,
                  other -> content(bundle.getEntry(FOLDER + "/" + other))));
        }
      }
    }
    return found;
  }

  private static Optional<String> content(URL url) {
    if (url == null) {
      return Optional.empty();
    }
    try (InputStream in = url.openStream()) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UserError("cannot read " + url + ": " + e.getMessage() + ".", e);
    }
  }

  private static Map<String, Entry> scan(List<Path> directories) {
    Map<String, Entry> found = new TreeMap<>();
    for (Path directory : directories) {
      if (!Files.isDirectory(directory)) {
        throw new UserError("there is no directory of studies '" + directory + "'.");
      }
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.sorted().toList()) {
          String name = file.getFileName().toString();
          if (name.endsWith(SUFFIX)) {
            String id = name.substring(0, name.length() - SUFFIX.length());
            found.putIfAbsent(
                id,
                new Entry(
                    id,
                    file.toString(),
                    directory.toAbsolutePath().getFileName().toString(),
                    other -> content(directory.resolve(other))));
          }
        }
      } catch (IOException e) {
        throw new UserError("cannot list " + directory + ": " + e.getMessage() + ".", e);
      }
    }
    return found;
  }

  private static Optional<String> content(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(file));
    } catch (IOException e) {
      throw new UserError("cannot read " + file + ": " + e.getMessage() + ".", e);
    }
  }

  /**
   * The study of that id, or in that file when the argument ends in {@code .yaml} or {@code .yml}.
   *
   * @throws UserError when there is none, or its file is wrong
   */
  public Study find(String idOrFile) {
    if (idOrFile.endsWith(SUFFIX) || idOrFile.endsWith(".yml")) {
      return Study.read(Path.of(idOrFile));
    }
    Map<String, Entry> known = entries.get();
    Entry entry = known.get(idOrFile);
    if (entry == null) {
      throw new UserError(
          "there is no study '"
              + idOrFile
              + "'"
              + Nearest.hint(idOrFile, known.keySet())
              + "; 'genlab papers' lists them, and a path that ends in .yaml names a file");
    }
    Study study = Study.parse(entry.text(), entry.source(), entry.files());
    if (!study.id().equals(entry.id())) {
      throw new UserError(
          entry.source() + ": the id '" + study.id() + "' must be the name of the file");
    }
    return study;
  }

  /** All studies, by number of their paper and then by id. Files are not checked in full. */
  public List<Listing> list() {
    List<Listing> list = new ArrayList<>();
    for (Entry entry : entries.get().values()) {
      list.add(listing(entry));
    }
    list.sort(
        Comparator.comparingInt((Listing l) -> l.number() == 0 ? Integer.MAX_VALUE : l.number())
            .thenComparing(Listing::id));
    return List.copyOf(list);
  }

  private static Listing listing(Entry entry) {
    try {
      Node.MapNode root =
          Yaml.parse(entry.text(), entry.source())
              .asMap()
              .orElseThrow(() -> new UserError(entry.source() + ": a study must be a map"));
      Node.MapNode paper =
          root.get("paper").flatMap(Node::asMap).orElse(Node.MapNode.empty(root.where()));
      String title = text(paper, "title");
      String group = text(paper, "group");
      return new Listing(
          entry.id(),
          title.isEmpty() ? text(root, "title") : title,
          (int) number(paper, "number"),
          (int) number(paper, "year"),
          group.isEmpty() ? entry.group() : group,
          number(root, "minutes"),
          "");
    } catch (UserError e) {
      return new Listing(entry.id(), "", 0, 0, entry.group(), 0, e.getMessage());
    }
  }

  private static String text(Node.MapNode map, String key) {
    return map.get(key).orElse(null) instanceof Node.Scalar scalar && !scalar.isNull()
        ? scalar.text()
        : "";
  }

  private static double number(Node.MapNode map, String key) {
    return map.get(key).orElse(null) instanceof Node.Scalar scalar
        ? scalar.asNumber().map(Number::doubleValue).orElse(0.0)
        : 0;
  }
}
