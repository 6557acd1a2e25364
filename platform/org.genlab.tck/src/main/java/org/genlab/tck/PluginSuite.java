package org.genlab.tck;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.genlab.api.Plugin;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.runtime.config.Setting;
import org.genlab.runtime.plugins.PluginException;
import org.genlab.runtime.plugins.SettingsSchema;
import org.genlab.store.UserError;
import org.genlab.tck.internal.Bench;
import org.genlab.tck.internal.Bench.Interruption;
import org.genlab.tck.internal.Bench.Use;
import org.genlab.tck.internal.BundleCheck;
import org.genlab.tck.internal.KitExamples;
import org.genlab.tck.internal.Setup;
import org.genlab.tck.internal.Traces;
import org.genlab.tck.internal.Uses;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.opentest4j.AssertionFailedError;

/**
 * What every plugin must do. A plugin's author extends the suite of its kind with one class, whose
 * constructor names the plugin, and may override
 *
 * <ul>
 *   <li>{@link #settings}, the settings to try, where the defaults are not enough;
 *   <li>{@link #experiment}, what stands beside the plugin, where the kit's own small plugins do
 *       not fit;
 *   <li>{@link #companions}, the plugins named there;
 *   <li>{@link #fragments}, what else is part of the bundle.
 * </ul>
 *
 * <p>The plugin is wired and run by the runtime of GenLab itself, mostly in class loaders of its
 * own; a whole suite takes some seconds.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class PluginSuite {
  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]*");
  private static final Pattern VERSION = Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+");
  private static final int LONGEST_SUMMARY = 120;

  private final Class<?> plugin;
  private final String kind;
  private Bench bench;
  private List<Setup> setups;
  private final Map<Setup, Exception> broken = new LinkedHashMap<>();

  PluginSuite(String kind, Class<?> plugin) {
    this.kind = kind;
    this.plugin = plugin;
  }

  /**
   * The settings that are tried, each a map in YAML such as {@code {rate: 0.1, layers: [3, 4]}}; by
   * default only {@code {}}, which leaves everything to the plugin's own defaults.
   */
  protected List<String> settings() {
    return List.of("{}");
  }

  /**
   * The blocks of an experiment that take the place of the kit's, in YAML, e.g. {@code dataset:
   * {plugin: my-graphs}}; by default nothing, and the kit tries its own examples, network and
   * optimizer, with every form of data that the plugin accepts.
   */
  protected String experiment() {
    return "";
  }

  /** Further classes of plugins that settings or the experiment name; by default none. */
  protected List<Class<?>> companions() {
    return List.of();
  }

  /**
   * The bundle with the plugin, a jar or a directory; by default where its class comes from, which
   * in a build is {@code target/classes}.
   */
  protected Path bundle() {
    return Bench.bundleOf(plugin);
  }

  /** Directories or jars of fragments, which the bundle is loaded with; by default none. */
  protected List<Path> fragments() {
    return List.of();
  }

  // ---- checks ---------------------------------------------------------------------------------

  @Test
  @DisplayName("declares what it is")
  void declaration() {
    Plugin annotation = annotation();
    check(
        kind.equals(annotation.kind()),
        "%s is declared as kind '%s' and tested as '%s'; extend the suite of its kind.",
        plugin.getName(),
        annotation.kind(),
        kind);
    check(
        ID.matcher(annotation.id()).matches(),
        "the id '%s' must have lower-case letters, digits and hyphens only, as in 'sign-momentum',"
            + " because experiments name the plugin by it.",
        annotation.id());
    check(
        VERSION.matcher(annotation.version()).matches(),
        "the version '%s' must be three numbers, as in 1.2.0.",
        annotation.version());
    String summary = annotation.summary();
    check(
        !summary.isBlank() && !summary.contains("\n") && summary.length() <= LONGEST_SUMMARY,
        "the summary in @Plugin must be one line of at most %d characters that tells people who"
            + " choose between plugins what this one does; it is '%s'.",
        LONGEST_SUMMARY,
        summary);
  }

  @Test
  @DisplayName("documents each of its settings")
  void documentation() {
    SettingsSchema schema = bench().schema();
    List<String> missing = new ArrayList<>();
    schema.settings().forEach(setting -> undocumented("", setting, missing));
    check(
        missing.isEmpty(),
        "these settings have no @Doc that says what they mean: %s; add one to each component of the"
            + " settings record, with its unit or its symbol in the paper.",
        String.join(", ", missing));
  }

  private static void undocumented(String prefix, Setting setting, List<String> missing) {
    if (setting.doc().isBlank()) {
      missing.add(prefix + setting.name());
    }
    setting.nested().forEach(s -> undocumented(prefix + setting.name() + ".", s, missing));
  }

  @Test
  @DisplayName("accepts its own defaults, and settings that are written out in full")
  void defaults() {
    for (Setup setup : setups()) {
      String first = bench().resolved(setup).toYaml();
      check(
          first.equals(bench().resolved(setup).toYaml()),
          "with %s, resolving the settings twice gives two results; defaults must be constants.",
          setup);
    }
  }

  @Test
  @DisplayName("refuses what it cannot use with a sentence")
  void refusals() {
    setups();
    broken.forEach(
        (setup, failure) -> {
          throw failed(
              failure,
              "with %s, it fails with %s; refuse what the plugin cannot use with an"
                  + " IllegalArgumentException (or a SettingException) that says what it can.",
              setup,
              root(failure));
        });
  }

  @Test
  @DisplayName("gives the same bits for the same seed, on any number of threads")
  void determinism() {
    for (Setup setup : setups()) {
      Use use = Use.of(setup);
      Map<String, byte[]> first = Uses.anew(bench(), use, records());
      Optional<String> again = Bench.differing(first, Uses.anew(bench(), use, records()));
      check(
          again.isEmpty(),
          "with %s, two runs of the same seed differ in %s; take random numbers from the host's"
              + " Randomness or context.random only, and use no time, no hash order and no identity"
              + " of objects.",
          setup,
          again.orElse(""));
      Optional<String> threads =
          Bench.differing(first, Uses.anew(bench(), use.threads(3), records()));
      check(
          threads.isEmpty(),
          "with %s, a run on three threads differs from one on one thread in %s; sum in an order"
              + " that does not depend on threads, or leave the arithmetic to tensors.",
          setup,
          threads.orElse(""));
    }
  }

  @Test
  @DisplayName("has no memory that passes from one run to the next")
  void independence() {
    for (Setup setup : some(2)) {
      Use use = Use.of(setup);
      List<Map<String, byte[]>> runs =
          Uses.together(bench(), List.of(use, use.seed(4), use), records());
      Optional<String> difference = Bench.differing(runs.get(0), runs.get(2));
      check(
          difference.isEmpty(),
          "with %s, a run differs in %s from the same run made earlier in the same process; keep"
              + " nothing in static fields: what a run remembers lies in the optimizer's State or"
              + " in Slots.",
          setup,
          difference.orElse(""));
    }
  }

  @Test
  @DisplayName("goes on after a stop and after a crash with the same bits")
  void resumption() {
    if (records() != null) {
      return;
    }
    for (Setup setup : some(2)) {
      Bench.Outcome whole = bench().run(Use.of(setup));
      long last = Math.min(3, whole.steps() - 1);
      for (long at = 1; at <= last; at++) {
        resumed(setup, whole, Interruption.STOP, at);
      }
      // How a run ends is the host's affair, so one kill is enough.
      if (last > 0) {
        resumed(setup, whole, Interruption.KILL, last);
      }
    }
  }

  private void resumed(Setup setup, Bench.Outcome whole, Interruption how, long at) {
    Use use = Use.of(setup).interrupted(how, at);
    Optional<String> difference = attempt(setup, use).difference(whole);
    check(
        difference.isEmpty(),
        "with %s, a run that was %s after step %d and resumed ends with other bits in %s than the"
            + " uninterrupted one; what is remembered between steps must lie in the optimizer's"
            + " State, in Slots or in the network's buffers, never in fields.",
        setup,
        how == Interruption.STOP ? "stopped" : "killed",
        at,
        difference.orElse(""));
  }

  private Bench.Outcome attempt(Setup setup, Use use) {
    try {
      return bench().run(use);
    } catch (UserError | PluginException e) {
      throw failed(
          e,
          "with %s, a run that was interrupted after step %d fails when it is resumed: %s",
          setup,
          use.at(),
          e.getMessage());
    }
  }

  @Test
  @DisplayName("leaves no threads behind")
  void threads() {
    for (Setup setup : some(1)) {
      Set<Thread> before = Traces.threads();
      Uses.anew(bench(), Use.of(setup), records());
      List<Thread> left = Traces.newThreads(before);
      check(
          left.isEmpty(),
          "with %s, these threads live on after the run: %s; a plugin has no moment at which to"
              + " stop its threads, so leave parallel work to tensors.",
          setup,
          left.stream().map(Thread::getName).toList());
    }
  }

  @Test
  @DisplayName("leaves no files behind")
  void files() {
    for (Setup setup : some(1)) {
      Map<String, Integer> open = Traces.openFiles();
      Set<String> every = writtenByOneUse(setup);
      Set<String> left = Traces.leftOpen(open);
      check(
          left.isEmpty(),
          "with %s, these files are still open after the run: %s; close them, with"
              + " try-with-resources.",
          setup,
          left);
      // What another process wrote meanwhile does not come again.
      for (int i = 0; i < 2 && !every.isEmpty(); i++) {
        every.retainAll(writtenByOneUse(setup));
      }
      check(
          every.isEmpty(),
          "with %s, each run leaves files in the working directory or the directory for temporary"
              + " files: %s; keep values in Slots or record them, and delete temporary files.",
          setup,
          every);
    }
  }

  private Set<String> writtenByOneUse(Setup setup) {
    Map<String, Long> before = Traces.files();
    Uses.anew(bench(), Use.of(setup), records());
    return new LinkedHashSet<>(Traces.newFiles(before));
  }

  @Test
  @DisplayName("can be unloaded after a run")
  void unloading() {
    for (Setup setup : some(1)) {
      WeakReference<ClassLoader> loader = Uses.released(bench(), Use.of(setup), records());
      check(
          Uses.isCollected(loader),
          "with %s, the plugin's class loader stays in memory after the run, so each update would"
              + " leak one: look for objects of its classes in a ThreadLocal, a running thread, a"
              + " shutdown hook, a listener, or a static field of a library.",
          setup);
    }
  }

  @Test
  @DisplayName("comes in a bundle that is in order")
  void bundleInOrder() {
    List<String> problems = BundleCheck.problems(bundle(), plugin);
    check(problems.isEmpty(), "%s", String.join(" Further, ", problems));
  }

  // ---- for the suites of the kinds ------------------------------------------------------------

  final Class<?> plugin() {
    return plugin;
  }

  final Plugin annotation() {
    Plugin annotation = plugin.getAnnotation(Plugin.class);
    check(
        annotation != null,
        "%s has no annotation @Plugin, so it is no plugin; add @Plugin(kind = Kind.%s, id = ...,"
            + " version = \"1.0.0\", summary = ...).",
        plugin.getName(),
        kind.toUpperCase(java.util.Locale.ROOT));
    return annotation;
  }

  final Bench bench() {
    if (bench == null) {
      annotation();
      bench = new Bench(plugin, companions(), fragments(), experiment());
    }
    return bench;
  }

  /** The runs that are analysed; null for plugins that are part of a run. */
  List<RunRecord> records() {
    return null;
  }

  /** The settings to try, with what the kit adds to make runs short. */
  List<String> shortSettings() {
    return settings();
  }

  /**
   * All ways of using the plugin that it accepts; for each of its settings there is one at least.
   */
  final List<Setup> setups() {
    if (setups == null) {
      List<Setup> found = new ArrayList<>();
      for (String settings : shortSettings()) {
        found.addAll(accepted(settings));
      }
      setups = List.copyOf(found);
    }
    return setups;
  }

  /** Of each of the settings, a few ways of using the plugin with it: the first and the last. */
  private List<Setup> some(int count) {
    List<Setup> chosen = new ArrayList<>();
    for (String settings : shortSettings()) {
      List<Setup> all = setups().stream().filter(s -> s.settings().equals(settings)).toList();
      chosen.add(all.get(0));
      if (count > 1 && all.size() > 1) {
        chosen.add(all.get(all.size() - 1));
      }
    }
    return chosen;
  }

  private List<Setup> accepted(String settings) {
    List<Setup> all = new ArrayList<>();
    if (bench().takesForms()) {
      for (KitExamples.Form form : KitExamples.Form.values()) {
        all.add(new Setup(settings, Optional.of(form)));
      }
    } else {
      all.add(new Setup(settings, Optional.empty()));
    }
    List<Setup> accepted = new ArrayList<>();
    Exception refusal = null;
    for (Setup setup : all) {
      try {
        tryOut(setup);
        accepted.add(setup);
      } catch (RuntimeException e) {
        if (isRefusal(e)) {
          refusal = e;
        } else {
          broken.put(setup, e);
          refusal = refusal == null ? e : refusal;
        }
      }
    }
    if (accepted.isEmpty()) {
      throw failed(
          refusal,
          "with settings %s, it runs with nothing that the kit has: %s; settings() gives the"
              + " settings to try, experiment() the blocks (such as a dataset) to stand beside the"
              + " plugin.",
          settings.strip(),
          root(refusal));
    }
    return accepted;
  }

  /** One short use. */
  void tryOut(Setup setup) {
    bench().run(Use.of(setup));
  }

  /** Whether a failure is the sentence with which plugins refuse what they cannot use. */
  static boolean isRefusal(Throwable e) {
    if (e instanceof PluginException && e.getCause() != null) {
      return isRefusal(e.getCause());
    }
    return (e instanceof UserError || e instanceof IllegalArgumentException)
        && e.getMessage() != null
        && !e.getMessage().isBlank();
  }

  /** What a failure comes from. */
  static String root(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null && cause instanceof PluginException) {
      cause = cause.getCause();
    }
    return cause instanceof UserError || cause instanceof PluginException
        ? cause.getMessage()
        : cause.toString();
  }

  static void check(boolean condition, String sentence, Object... arguments) {
    if (!condition) {
      throw new AssertionFailedError(String.format(java.util.Locale.ROOT, sentence, arguments));
    }
  }

  static AssertionFailedError failed(Throwable cause, String sentence, Object... arguments) {
    return new AssertionFailedError(
        String.format(java.util.Locale.ROOT, sentence, arguments), cause);
  }

  /** Removes what the runs left. */
  @AfterAll
  final void cleanUp() {
    if (bench != null) {
      bench.close();
    }
  }
}
