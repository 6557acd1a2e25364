package org.genlab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.genlab.store.UserError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Version;

class StudyCatalogTest {
  private static final String BODY =
      """
      experiment: {file: base.yml}
      arms: {main: {}}
      claims: {c: {statement: S., value: main.final('x'), at-least: 1}}
      controls: [{breaks: c, because: b, with: {a: 1}}]
      """;

  @TempDir private Path directory;
  private StudyCatalog catalog;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(
        directory.resolve("late.yaml"),
        "id: late\npaper: {number: 30, title: Late, year: 2024}\n" + BODY);
    Files.writeString(
        directory.resolve("early.yaml"),
        "id: early\nminutes: 2.5\npaper: {number: 2, title: Early, year: 2021, group: dawn}\n"
            + BODY);
    Files.writeString(directory.resolve("own.yaml"), "id: own\ntitle: Mine\n" + BODY);
    Files.writeString(directory.resolve("broken.yaml"), "id: broken\npaper: {title: [\n");
    Files.writeString(directory.resolve("base.yml"), "optimizer: sgd\n");
    catalog = StudyCatalog.of(List.of(directory));
  }

  @Test
  void listsByNumberAndSaysWhatCannotBeRead() {
    String group = directory.getFileName().toString();
    List<StudyCatalog.Listing> list = catalog.list();
    assertEquals(
        List.of("early", "late", "broken", "own"),
        list.stream().map(StudyCatalog.Listing::id).toList());
    assertEquals(new StudyCatalog.Listing("early", "Early", 2, 2021, "dawn", 2.5, ""), list.get(0));
    assertEquals(new StudyCatalog.Listing("late", "Late", 30, 2024, group, 0, ""), list.get(1));
    assertTrue(list.get(2).problem().contains("broken.yaml"), list.get(2).problem());
    assertEquals("Mine", list.get(3).title());
  }

  @Test
  void findsByIdAndByFile() {
    assertEquals("Early", catalog.find("early").title());
    assertTrue(catalog.find("early").experiment().has("optimizer"));
    Path file = directory.resolve("own.yaml");
    assertEquals("Mine", catalog.find(file.toString()).title());
  }

  @Test
  void namesTheNearestStudy() throws IOException {
    UserError error = assertThrows(UserError.class, () -> catalog.find("erly"));
    assertTrue(error.getMessage().contains("did you mean 'early'?"), error.getMessage());
    Files.move(directory.resolve("own.yaml"), directory.resolve("other.yaml"));
    error = assertThrows(UserError.class, () -> catalog.find("other"));
    assertTrue(error.getMessage().contains("must be the name of the file"), error.getMessage());
    assertThrows(UserError.class, () -> catalog.find("nowhere.yaml"));
    StudyCatalog nowhere = StudyCatalog.of(List.of(directory.resolve("no")));
    assertThrows(UserError.class, nowhere::list);
  }

  /** A bundle whose studies lie in a directory. */
  private static Bundle bundle(long id, String name, String version, int state, Path studies) {
    return (Bundle)
        Proxy.newProxyInstance(
            StudyCatalogTest.class.getClassLoader(),
            new Class<?>[] {Bundle.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getBundleId" -> id;
                  case "getSymbolicName" -> name;
                  case "getVersion" -> Version.parseVersion(version);
                  case "getState" -> state;
                  case "getEntryPaths" -> paths(studies);
                  case "getEntry" -> {
                    Path file = studies.resolve(Path.of((String) arguments[0]).getFileName());
                    yield Files.exists(file) ? file.toUri().toURL() : null;
                  }
                  default -> throw new AssertionError(method.getName());
                });
  }

  private static Object paths(Path studies) throws IOException {
    if (studies == null) {
      return null;
    }
    try (Stream<Path> files = Files.list(studies)) {
      return Collections.enumeration(
          files.map(f -> StudyCatalog.FOLDER + "/" + f.getFileName()).toList());
    }
  }

  private static StudyCatalog catalog(Bundle... bundles) {
    return StudyCatalog.of(
        (BundleContext)
            Proxy.newProxyInstance(
                StudyCatalogTest.class.getClassLoader(),
                new Class<?>[] {BundleContext.class},
                (proxy, method, arguments) -> {
                  assertEquals("getBundles", method.getName());
                  return bundles;
                }));
  }

  @Test
  void findsStudiesInActiveBundlesTheHighestVersionFirst(@TempDir Path newer) throws IOException {
    Files.writeString(newer.resolve("early.yaml"), "id: early\ntitle: Newer\n" + BODY);
    Files.writeString(newer.resolve("base.yml"), "optimizer: adam\n");
    Bundle plain = bundle(1, "org.genlab.api", "1.0.0", Bundle.ACTIVE, null);
    Bundle old = bundle(2, "org.genlab.papers.dawn", "1.9.0", Bundle.ACTIVE, directory);
    Bundle next = bundle(3, "org.genlab.papers.dawn", "1.10.0", Bundle.ACTIVE, newer);
    Bundle stopped = bundle(3, "org.genlab.papers.dawn", "1.10.0", Bundle.RESOLVED, newer);

    Study study = catalog(plain, old, next).find("early");
    assertEquals("Newer", study.title());
    assertTrue(study.toYaml().contains("adam"));
    assertEquals("Early", catalog(plain, old, stopped).find("early").title());
    List<StudyCatalog.Listing> list = catalog(plain, old, next).list();
    assertEquals(4, list.size());
    assertEquals(new StudyCatalog.Listing("late", "Late", 30, 2024, "dawn", 0, ""), list.get(0));
    UserError error = assertThrows(UserError.class, () -> catalog(old).find("broken"));
    assertTrue(
        error.getMessage().contains("org.genlab.papers.dawn/GENLAB-INF/studies/broken.yaml:"),
        error.getMessage());
    assertEquals(List.of(), catalog(plain).list());
  }
}
