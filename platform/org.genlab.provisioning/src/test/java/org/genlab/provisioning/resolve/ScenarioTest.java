package org.genlab.provisioning.resolve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.genlab.provisioning.TestContainer;
import org.genlab.provisioning.TestJar;
import org.genlab.provisioning.bundles.BundleResource;
import org.genlab.provisioning.bundles.JarReader;
import org.genlab.provisioning.repository.Folder;
import org.genlab.provisioning.repository.Repository;
import org.genlab.provisioning.trust.Endorsement;
import org.genlab.store.Digests;
import org.genlab.store.UserError;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Bundle;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What the planner makes of the situations in {@code scenarios/*.yaml}: what is installed, what
 * repositories have, what the user says, and the plan, or the sentence, that they read. The oracle
 * is the framework: it must be able to use what a plan leaves, and refresh what the plan says.
 */
class ScenarioTest {
  @TempDir Path work;

  static Stream<String> scenarios() throws Exception {
    try (Stream<Path> files = Files.list(directory())) {
      return files.map(f -> f.getFileName().toString()).sorted().toList().stream();
    }
  }

  private static Path directory() throws Exception {
    URI here = ScenarioTest.class.getResource("/scenarios/install-newest.yaml").toURI();
    return Path.of(here).getParent();
  }

  /** A scenario, as its file says it. */
  @SuppressWarnings("unchecked") // The files are ours.
  private record Scenario(Map<String, Object> map) {
    Map<String, Map<String, Object>> bundles(String key) {
      return (Map<String, Map<String, Object>>) map.getOrDefault(key, Map.of());
    }

    Map<String, Map<String, Map<String, Object>>> repositories() {
      return (Map<String, Map<String, Map<String, Object>>>)
          map.getOrDefault("repositories", Map.of());
    }

    List<String> list(String key) {
      return (List<String>) map.getOrDefault(key, List.of());
    }

    String text(String key) {
      return String.valueOf(map.getOrDefault(key, ""));
    }
  }

  private static Path jar(String bundle, Map<String, Object> facts, Path directory)
      throws IOException {
    String[] name = bundle.split(" ", -1);
    TestJar jar = new TestJar(name[0], name[1]);
    if (facts.containsKey("singleton")) {
      jar.header("Bundle-SymbolicName", name[0] + ";singleton:=true");
    }
    for (String plugin : strings(facts, "plugins")) {
      String[] words = plugin.split(" ", -1);
      jar.plugin(words[0], words[1], words[2]);
    }
    Map<String, String> headers =
        Map.of(
            "exports", "Export-Package",
            "imports", "Import-Package",
            "requires", "Require-Bundle",
            "needs", "Require-Capability",
            "offers", "Provide-Capability",
            "part-of", "Fragment-Host");
    headers.forEach((key, header) -> strings(facts, key).forEach(c -> jar.add(header, c)));
    if (facts.containsKey("java")) {
      jar.add(
          "Require-Capability",
          "osgi.ee;filter:=\"(&(osgi.ee=JavaSE)(version=" + facts.get("java") + "))\"");
    }
    if (facts.containsKey("content")) {
      jar.entry("content", String.valueOf(facts.get("content")));
    }
    return jar.into(directory);
  }

  @SuppressWarnings("unchecked")
  private static List<String> strings(Map<String, Object> facts, String key) {
    Object value = facts.getOrDefault(key, List.of());
    return value instanceof List<?> list ? (List<String>) list : List.of(value.toString());
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void theUserReadsWhatIsExpected(String name) throws Exception {
    Object read =
        new Load(LoadSettings.builder().setLabel(name).build())
            .loadFromString(
                Files.readString(directory().resolve(name))
                    .replace("JAVA", Integer.toString(Runtime.version().feature()))
                    .replace("WORK", work.toString()));
    @SuppressWarnings("unchecked")
    Scenario scenario = new Scenario((Map<String, Object>) read);
    try (TestContainer container =
        new TestContainer(work.resolve("felix"), "org.genlab.api;version=1.2.0")) {
      check(scenario, container);
    }
  }

  private void check(Scenario scenario, TestContainer container) throws Exception {
    List<Installed> installed = new ArrayList<>();
    for (Map.Entry<String, Map<String, Object>> entry : scenario.bundles("installed").entrySet()) {
      Map<String, Object> facts = entry.getValue();
      boolean shipped = facts.containsKey("shipped");
      Path file = jar(entry.getKey(), facts, work.resolve(shipped ? "shipped" : "plugins"));
      installed.add(
          new Installed(
              JarReader.read(file, null),
              file,
              Digests.sha256(file),
              !shipped,
              !facts.containsKey("automatic")));
    }
    List<Repository> repositories = new ArrayList<>();
    for (String name : scenario.repositories().keySet()) {
      Path folder = Files.createDirectories(work.resolve("repositories").resolve(name));
      for (Map.Entry<String, Map<String, Object>> entry :
          scenario.repositories().get(name).entrySet()) {
        jar(entry.getKey(), entry.getValue(), folder);
      }
      Folder.index(folder, name, null, s -> {});
      repositories.add(
          Repository.open(
              name,
              folder.resolve("index.xml").toUri(),
              new Repository.Access(
                  new org.genlab.provisioning.trust.TrustStore(work.resolve("configuration")),
                  work.resolve("cache"),
                  false)));
    }
    List<BundleResource> given = new ArrayList<>();
    for (Map.Entry<String, Map<String, Object>> entry : scenario.bundles("files").entrySet()) {
      Path folder = work.resolve("files");
      jar(entry.getKey(), entry.getValue(), folder);
    }
    if (!scenario.bundles("files").isEmpty()) {
      given.addAll(Folder.scan(work.resolve("files"), s -> {}));
      repositories.add(
          0,
          new Repository(
              "file",
              work.resolve("files/index.xml").toUri(),
              given,
              Endorsement.NONE,
              Optional.empty()));
    }
    Situation situation =
        new Situation(Platform.of(container.context(), b -> false), installed, repositories);
    Plan plan;
    try {
      plan = plan(scenario.text("command"), situation, given, container);
    } catch (UserError e) {
      assertEquals(scenario.text("sentence").strip(), e.getMessage());
      assertTrue(e.getMessage().lines().count() == 1, e.getMessage());
      return;
    }
    assertEquals("", scenario.text("sentence"), () -> "no sentence, but " + plan.lines());
    assertEquals(String.join("\n", scenario.list("plan")), String.join("\n", plan.lines()), "plan");
    assertEquals(
        String.join("\n", scenario.list("notes")), String.join("\n", plan.notes()), "notes");
    checkAgainstFramework(plan, situation, container);
  }

  private static Plan plan(
      String command, Situation situation, List<BundleResource> given, TestContainer container) {
    List<String> words = new ArrayList<>(Arrays.asList(command.split(" ", -1)));
    String verb = words.remove(0);
    words.remove("FILES");
    List<Wanted> wanted = words.stream().map(Wanted::parse).toList();
    Planner planner = new Planner(container.resolver(), situation);
    return switch (verb) {
      case "install" -> planner.install(wanted, given);
      case "update" ->
          wanted.isEmpty() && given.isEmpty() ? planner.updateAll() : planner.update(wanted, given);
      case "remove" -> planner.remove(wanted);
      default -> throw new IllegalArgumentException(command);
    };
  }

  /** Does in the framework what the plan says, and compares. */
  private static void checkAgainstFramework(Plan plan, Situation situation, TestContainer container)
      throws Exception {
    Map<String, Bundle> bundles = new LinkedHashMap<>();
    for (Installed installed : situation.installed()) {
      bundles.put(installed.bundle().toString(), container.install(installed.file()));
    }
    container.resolve();
    TreeSet<String> working = new TreeSet<>();
    bundles.forEach(
        (name, bundle) -> {
          if (bundle.getState() == Bundle.RESOLVED) {
            working.add(name);
          }
        });
    List<Bundle> old = new ArrayList<>();
    boolean fragments = false;
    for (Plan.Step step : plan.steps()) {
      step.old().ifPresent(o -> old.add(bundles.get(o.bundle().toString())));
      step.old().ifPresent(o -> working.remove(o.bundle().toString()));
      fragments |= step.bundle().isFragment();
    }
    if (!fragments) {
      TreeSet<String> refreshed = new TreeSet<>();
      for (Bundle bundle : container.closure(old)) {
        refreshed.add(bundle.getSymbolicName() + " " + bundle.getVersion());
      }
      TreeSet<String> planned = new TreeSet<>();
      plan.refreshed().forEach(b -> planned.add(b.toString()));
      assertEquals(refreshed, planned, "what the framework would refresh");
    }
    for (Bundle bundle : old) {
      bundle.uninstall();
    }
    for (Plan.Step step : plan.steps()) {
      if (step.action() != Plan.Action.REMOVE) {
        Repository from = step.from().orElseThrow();
        URI jar = from.index().resolve(step.bundle().content().orElseThrow().url());
        bundles.put(step.bundle().toString(), container.install(Path.of(jar)));
        working.add(step.bundle().toString());
      }
    }
    container.refresh();
    for (String name : working) {
      assertEquals(Bundle.RESOLVED, bundles.get(name).getState(), name + " in the framework");
    }
  }
}
