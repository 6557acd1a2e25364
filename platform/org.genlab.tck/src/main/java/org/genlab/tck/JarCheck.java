package org.genlab.tck;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.tck.internal.BundleCheck;
import org.genlab.tck.internal.BundleCheck.Declared;
import org.genlab.tck.internal.JarPlugins;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Tests every plugin of built jars with the suite of its kind, and reports in sentences. */
public final class JarCheck {
  private final List<Path> installed;
  private final Map<String, List<String>> settings;
  private final PrintStream out;
  private int checks;
  private int failures;

  /**
   * @param installed jars of plugins that those under test may wrap or name
   * @param settings to try, in YAML, by the id of the plugin; for others their defaults are tried
   * @param out takes the report
   */
  public JarCheck(List<Path> installed, Map<String, List<String>> settings, PrintStream out) {
    this.installed = List.copyOf(installed);
    this.settings = Map.copyOf(settings);
    this.out = out;
  }

  /**
   * Tests jars. What goes wrong in one does not keep the others from being tested.
   *
   * @return whether everything is in order
   */
  public boolean run(List<Path> jars) {
    for (Path jar : jars) {
      jar(jar);
    }
    out.println(
        failures == 0
            ? "All " + checks + " checks passed."
            : failures + " of " + checks + " checks failed.");
    return failures == 0;
  }

  private void jar(Path jar) {
    out.println(jar.getFileName());
    List<Declared> declared = BundleCheck.declared(jar);
    List<String> problems = new ArrayList<>(BundleCheck.problems(jar, null));
    Set<String> unknown = new LinkedHashSet<>();
    try (JarPlugins plugins = JarPlugins.open(jar, installed)) {
      Set<String> classes = declared.stream().map(Declared::className).collect(Collectors.toSet());
      plugins.annotated().stream()
          .filter(name -> !classes.contains(name))
          .forEach(
              name ->
                  problems.add(
                      name
                          + " has the annotation @Plugin and no capability in the manifest, so no"
                          + " container finds it; build with bnd-maven-plugin."));
      report("the bundle", problems);
      for (Declared plugin : declared) {
        plugin(plugin, plugins);
      }
      if (declared.isEmpty() && problems.isEmpty()) {
        out.println("  It holds no plugins.");
      }
      settings.keySet().stream()
          .filter(id -> declared.stream().noneMatch(d -> d.id().equals(id)))
          .forEach(unknown::add);
    }
    if (!unknown.isEmpty() && declared.size() > 0) {
      out.println("  Settings were given for " + unknown + ", which it does not hold.");
    }
  }

  private void report(String what, List<String> problems) {
    checks++;
    if (problems.isEmpty()) {
      return;
    }
    failures++;
    out.println("  " + what);
    problems.forEach(problem -> out.println("    ✗ " + problem));
  }

  private void plugin(Declared plugin, JarPlugins plugins) {
    String name = plugin.kind() + " '" + plugin.id() + "' " + plugin.version();
    Class<?> type;
    try {
      type = plugins.load(plugin.className());
    } catch (ClassNotFoundException | LinkageError e) {
      report(
          name,
          List.of(
              "its class "
                  + plugin.className()
                  + " cannot be loaded: "
                  + e
                  + "; build anew (mvn clean verify)."));
      return;
    }
    if (!Kind.ALL.contains(plugin.kind())
        || type.getAnnotation(Plugin.class) == null
        || !type.getAnnotation(Plugin.class).kind().equals(plugin.kind())) {
      report(
          name,
          List.of(
              "its class has no annotation @Plugin of that kind; build anew (mvn clean verify), and"
                  + " leave the capability to bnd."));
      return;
    }
    out.println("  " + name);
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(JarCheck.class.getClassLoader());
    plugins.choose(type, settings.getOrDefault(plugin.id(), List.of("{}")));
    try {
      Launcher launcher =
          LauncherFactory.create(
              LauncherConfig.builder()
                  .enableLauncherSessionListenerAutoRegistration(false)
                  .enablePostDiscoveryFilterAutoRegistration(false)
                  .enableTestExecutionListenerAutoRegistration(false)
                  .build());
      launcher.execute(
          LauncherDiscoveryRequestBuilder.request()
              .selectors(selectClass(JarSuites.of(plugin.kind())))
              .build(),
          new Report());
    } finally {
      plugins.choose(null, List.of());
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  /** Writes a line for each check. */
  private final class Report implements TestExecutionListener {
    private final Map<String, String> said = new LinkedHashMap<>();

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      boolean failed = result.getStatus() != TestExecutionResult.Status.SUCCESSFUL;
      if (!test.isTest() && !failed) {
        return;
      }
      checks++;
      if (!failed) {
        out.println("    ✓ " + test.getDisplayName());
        return;
      }
      failures++;
      Throwable cause = result.getThrowable().orElseThrow();
      String why = cause instanceof AssertionError ? cause.getMessage() : cause.toString();
      // Where nothing runs every check fails for the same reason, which is said once.
      String first = said.putIfAbsent(why, test.getDisplayName());
      out.println(
          "    ✗ "
              + test.getDisplayName()
              + (first == null ? ": " + why : ": for the same reason."));
    }
  }

  /**
   * Tests jars, in a class loader of its own that has the kit, the platform and JUnit.
   *
   * @param installed separated by line feeds
   * @param jars separated by line feeds
   * @param settings each {@code id=yaml}, separated by line feeds
   */
  public static boolean check(String installed, String jars, String settings, PrintStream out) {
    Map<String, List<String>> byId = new LinkedHashMap<>();
    settings
        .lines()
        .forEach(
            line -> {
              int equals = line.indexOf('=');
              byId.computeIfAbsent(line.substring(0, equals), id -> new ArrayList<>())
                  .add(line.substring(equals + 1));
            });
    return new JarCheck(installed.lines().map(Path::of).toList(), byId, out)
        .run(jars.lines().map(Path::of).toList());
  }
}
