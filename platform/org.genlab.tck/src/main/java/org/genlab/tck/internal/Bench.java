package org.genlab.tck.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.RunInfo;
import org.genlab.api.Slots;
import org.genlab.api.evaluation.Analysis;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.runtime.config.Location;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.config.Yaml;
import org.genlab.runtime.engine.RunEngine;
import org.genlab.runtime.engine.RunListener;
import org.genlab.runtime.engine.RunPlan;
import org.genlab.runtime.engine.StopSignal;
import org.genlab.runtime.plugins.ClassCatalog;
import org.genlab.runtime.plugins.Experiment;
import org.genlab.runtime.plugins.HostServices;
import org.genlab.runtime.plugins.PluginCatalog;
import org.genlab.runtime.plugins.PluginDescriptor;
import org.genlab.runtime.plugins.SettingsSchema;
import org.genlab.runtime.plugins.Wiring;
import org.genlab.store.CheckpointStore;
import org.genlab.store.RunDirectory;
import org.genlab.store.RunStatus;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** Wires and runs a plugin as the host does, beside plugins of the kit. */
public final class Bench implements AutoCloseable {
  static {
    // Classes that Guice generates would hold on to the class loaders of plugins.
    System.setProperty("guice_bytecode_gen_option", "DISABLED");
  }

  /** Runs that go on for longer are stopped after so many steps. */
  public static final long LIMIT = 12;

  /** Among further settings of a run: that a metric stands there without those of the kit. */
  public static final String ALONE = "(alone)";

  /** The room that is wanted for runs in memory, in bytes; a kit needs a few megabytes. */
  private static final long ROOM = 1L << 30;

  private static final String BASE =
      """
      name: tck
      dataset: {plugin: tck-examples}
      architecture: {plugin: tck-network}
      optimizer: {plugin: tck-descent}
      regularizers: {tck-loss: {}}
      metrics: {tck-scores: {}}
      procedure: {plugin: tck-training}
      evaluation: {every: 2, growth: 1}
      checkpoints: {every: 2, keep: 2}
      """;

  private static final Class<?>[] KIT = {
    KitExamples.class,
    KitNetwork.class,
    KitDescent.class,
    KitLoss.class,
    KitScores.class,
    KitTraining.class
  };

  private static final Map<String, String> KIT_IDS =
      Map.of(
          Kind.DATASET, KitExamples.ID,
          Kind.ARCHITECTURE, KitNetwork.ID,
          Kind.OPTIMIZER, KitDescent.ID,
          Kind.REGULARIZER, KitLoss.ID,
          Kind.METRIC, KitScores.ID,
          Kind.PROCEDURE, KitTraining.ID);

  private final Class<?> plugin;
  private final String kind;
  private final String id;
  private final List<Class<?>> companions;
  private final List<Path> fragments;
  private final Node.MapNode changes;
  private Path directory;
  private int count;

  /**
   * @param plugin the class under test, which has the annotation
   * @param companions further plugins that may be named
   * @param fragments what the bundle is loaded with
   * @param experiment blocks of an experiment, in YAML, that take the place of the kit's
   */
  public Bench(
      Class<?> plugin, List<Class<?>> companions, List<Path> fragments, String experiment) {
    Plugin annotation = plugin.getAnnotation(Plugin.class);
    this.plugin = plugin;
    this.kind = annotation.kind();
    this.id = annotation.id();
    this.companions = List.copyOf(companions);
    this.fragments = List.copyOf(fragments);
    this.changes =
        Yaml.parse(experiment.isBlank() ? "{}" : experiment, "experiment()")
            .asMap()
            .orElseThrow(
                () -> new IllegalArgumentException("experiment() must give a map in YAML"));
  }

  /** How a run is interrupted. */
  public enum Interruption {
    NONE,
    /** It is asked to stop, and resumed. */
    STOP,
    /** It dies without notice, and is resumed from its last checkpoint. */
    KILL
  }

  /** Whether examples of the kit are used. */
  public boolean takesForms() {
    return !kind.equals(Kind.DATASET) && !kind.equals(Kind.ANALYSIS) && !changes.has(Kind.DATASET);
  }

  /** The class loader that the plugin came with. */
  public ClassLoader ownLoader() {
    return plugin.getClassLoader();
  }

  /** Where the plugin's classes lie, a directory or a jar. */
  public static Path bundleOf(Class<?> plugin) {
    CodeSource source = plugin.getProtectionDomain().getCodeSource();
    if (source == null) {
      throw new IllegalStateException(plugin.getName() + " comes from no directory and no jar");
    }
    try {
      return Path.of(source.getLocation().toURI());
    } catch (java.net.URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A new class loader with a copy of the plugin's bundle. */
  IsolatedLoader isolated() {
    try {
      List<URL> locations = new ArrayList<>(List.of(bundleOf(plugin).toUri().toURL()));
      for (Path fragment : fragments) {
        locations.add(fragment.toUri().toURL());
      }
      return new IsolatedLoader(locations, plugin.getClassLoader());
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All plugins there are, with those of the bundle from a loader. */
  PluginCatalog catalog(IsolatedLoader loader) {
    List<Class<?>> all = new ArrayList<>(List.of(KIT));
    for (Class<?> type : companions) {
      if (!type.equals(plugin)) {
        all.add(loader == null ? type : loader.anew(type));
      }
    }
    all.add(loader == null ? plugin : loader.anew(plugin));
    return ClassCatalog.of(all.toArray(Class<?>[]::new));
  }

  /** What an experiment can say of the plugin. */
  public SettingsSchema schema() {
    return SettingsSchema.of(descriptor(catalog(null)));
  }

  private PluginDescriptor descriptor(PluginCatalog catalog) {
    return catalog.all().stream()
        .filter(p -> p.className().equals(plugin.getName()))
        .findFirst()
        .orElseThrow();
  }

  /** The plugin's block: its settings, and plugins of the kit where it wraps what is not there. */
  private Node.MapNode block(String settings, PluginCatalog catalog) {
    Node.MapNode own =
        Yaml.parse(settings.isBlank() ? "{}" : settings, "settings()")
            .asMap()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "settings() must give maps in YAML, as in {rate: 0.1}, not " + settings));
    SettingsSchema schema = SettingsSchema.of(descriptor(catalog));
    for (SettingsSchema.WrappedPlugin wrapped : schema.wrapped()) {
      boolean there =
          catalog.ofKind(wrapped.kind()).stream().anyMatch(p -> p.id().equals(wrapped.byDefault()));
      if (!own.has(wrapped.name()) && !there) {
        own = own.with(wrapped.name(), text(KIT_IDS.get(wrapped.kind()), own.where()));
      }
    }
    return own.withFirst(Map.of("plugin", text(id, own.where())));
  }

  private static Node text(String value, Location where) {
    return Node.of(value, where);
  }

  /** The experiment of a setup. */
  Node.MapNode experiment(Setup setup, PluginCatalog catalog, Map<String, Object> more) {
    Node.MapNode root = Yaml.parse(BASE, "the test kit").asMap().orElseThrow();
    if (setup.form().isPresent()) {
      root =
          root.with(
              Kind.DATASET,
              Node.of(
                  Map.of(
                      "plugin",
                      KitExamples.ID,
                      "form",
                      setup.form().get().name().toLowerCase(Locale.ROOT)),
                  root.where()));
    }
    for (Map.Entry<String, Node> change : changes.entries().entrySet()) {
      root = root.with(change.getKey(), change.getValue());
    }
    if (!kind.equals(Kind.ANALYSIS)) {
      Node.MapNode block = block(setup.settings(), catalog);
      switch (kind) {
        case Kind.REGULARIZER -> root = add(root, "regularizers", block);
        case Kind.METRIC ->
            root = add(more.containsKey(ALONE) ? root.without("metrics") : root, "metrics", block);
        default -> root = root.with(kind, block);
      }
    }
    for (Map.Entry<String, Object> entry : more.entrySet()) {
      if (!entry.getKey().equals(ALONE)) {
        root = put(root, entry.getKey(), Node.of(entry.getValue(), root.where()));
      }
    }
    return root;
  }

  private Node.MapNode add(Node.MapNode root, String group, Node.MapNode block) {
    Node.MapNode all =
        root.get(group).flatMap(Node::asMap).orElse(Node.MapNode.empty(root.where()));
    return root.with(group, all.with(id, block));
  }

  private static Node.MapNode put(Node.MapNode root, String path, Node value) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      return root.with(path, value);
    }
    String key = path.substring(0, dot);
    Node.MapNode inner =
        root.get(key).flatMap(Node::asMap).orElse(Node.MapNode.empty(root.where()));
    return root.with(key, put(inner, path.substring(dot + 1), value));
  }

  /** The path at which the plugin stands. */
  public String path() {
    return switch (kind) {
      case Kind.REGULARIZER -> "regularizers." + id;
      case Kind.METRIC -> "metrics." + id;
      case Kind.ANALYSIS -> "analyses." + id;
      default -> kind;
    };
  }

  /** The resolved settings of the plugin, all defaults written out. */
  public Node.MapNode resolved(Setup setup) {
    PluginCatalog catalog = catalog(null);
    Wiring wiring = Wiring.with(catalog);
    if (kind.equals(Kind.ANALYSIS)) {
      wiring.analysis(path(), id, block(setup.settings(), catalog), host());
      return block(setup.settings(), catalog);
    }
    return wiring.plan(Experiment.of(experiment(setup, catalog, Map.of()))).resolved();
  }

  // ---- runs -----------------------------------------------------------------------------------

  /**
   * One run.
   *
   * @param setup how the plugin is used
   * @param seed of the run
   * @param threads that compute
   * @param interruption what happens to it
   * @param at the step after which that happens
   * @param more settings by path
   */
  public record Use(
      Setup setup,
      long seed,
      int threads,
      Interruption interruption,
      long at,
      Map<String, Object> more) {
    public Use {
      more = Map.copyOf(more);
    }

    /** A run of the usual seed on one thread that nothing interrupts. */
    public static Use of(Setup setup) {
      return new Use(setup, 3, 1, Interruption.NONE, 0, Map.of());
    }

    public Use seed(long other) {
      return new Use(setup, other, threads, interruption, at, more);
    }

    public Use threads(int number) {
      return new Use(setup, seed, number, interruption, at, more);
    }

    public Use interrupted(Interruption how, long step) {
      return new Use(setup, seed, threads, how, step, more);
    }

    public Use with(String path, Object value) {
      Map<String, Object> next = new LinkedHashMap<>(more);
      next.put(path, value);
      return new Use(setup, seed, threads, interruption, at, next);
    }
  }

  /**
   * What a run leaves: the files that must be the same for the same experiment.
   *
   * @param files their bytes by name
   * @param steps that were made
   * @param totalSteps that were announced
   * @param finished whether the procedure ended it
   */
  public record Outcome(
      Map<String, byte[]> files, long steps, long totalSteps, boolean finished, Path directory) {
    /** The name of a file that differs, if there is one. */
    public Optional<String> difference(Outcome other) {
      return differing(files, other.files);
    }
  }

  /** The name of the first of some values that differs, if there is one. */
  public static Optional<String> differing(Map<String, byte[]> a, Map<String, byte[]> b) {
    TreeMap<String, byte[]> all = new TreeMap<>(a);
    all.putAll(b);
    return all.keySet().stream()
        .filter(
            name ->
                !java.util.Arrays.equals(
                    a.getOrDefault(name, new byte[0]), b.getOrDefault(name, new byte[0])))
        .findFirst();
  }

  /** Runs with the plugin as it is loaded already. */
  public Outcome run(Use use) {
    return run(use, catalog(null));
  }

  Outcome run(Use use, PluginCatalog catalog) {
    Map<String, Object> more = new LinkedHashMap<>(use.more());
    more.put("seed", use.seed());
    more.put("threads", use.threads());
    RunPlan plan =
        RunPlan.of(
            Wiring.with(catalog).plan(Experiment.of(experiment(use.setup(), catalog, more))));
    Path place = fresh();
    Watch watch = new Watch(use.interruption(), use.at());
    RunEngine engine = new RunEngine();
    try {
      engine.run(plan, experiment -> RunDirectory.createAt(place, experiment), watch, watch.stop);
    } catch (Killed e) {
      // As intended.
    }
    RunDirectory run = RunDirectory.open(place);
    if (watch.happened) {
      Watch rest = new Watch(Interruption.NONE, 0);
      engine.resume(plan, run, rest, rest.stop);
    }
    return outcome(run);
  }

  private Outcome outcome(RunDirectory run) {
    Map<String, byte[]> files = new TreeMap<>();
    RunStatus status = run.status().orElseThrow();
    CheckpointStore checkpoints = run.checkpoints(line -> {});
    Path data = checkpoints.data(status.step());
    keep(files, "the metrics", run.file(RunDirectory.METRICS));
    keep(files, "the weights and states", data);
    Path arrays = run.file(RunDirectory.ARRAYS);
    if (Files.isDirectory(arrays)) {
      try (Stream<Path> list = Files.list(arrays)) {
        list.sorted().forEach(file -> keep(files, "the array of " + file.getFileName(), file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new Outcome(
        files,
        status.step(),
        status.totalSteps(),
        status.state() == RunStatus.State.FINISHED,
        run.path());
  }

  private static void keep(Map<String, byte[]> files, String name, Path file) {
    try {
      files.put(name, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Looks at a run from inside, in its first step. */
  public void ask(Setup setup, Map<String, Object> more, KitTraining.Question question) {
    Use use = Use.of(setup);
    for (Map.Entry<String, Object> entry : more.entrySet()) {
      use = use.with(entry.getKey(), entry.getValue());
    }
    KitTraining.QUESTION.set(question);
    try {
      run(use.with("procedure", Map.of("plugin", KitTraining.ID, "steps", 1)));
    } finally {
      KitTraining.QUESTION.remove();
    }
    Throwable failure = KitTraining.Answer.take();
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }

  // ---- analyses -------------------------------------------------------------------------------

  /** Runs of two arms with three seeds each, as an analysis is given them. */
  public List<RunRecord> records() {
    List<RunRecord> records = new ArrayList<>();
    for (String arm : List.of("main", "other")) {
      for (long seed = 0; seed < 3; seed++) {
        Use use = Use.of(new Setup("{}", Optional.empty())).seed(seed);
        if (arm.equals("other") && !changes.has(Kind.OPTIMIZER)) {
          use = use.with("optimizer.learning-rate", 0.01);
        }
        records.add(RunDirectory.open(run(use).directory()).record(arm));
      }
    }
    return records;
  }

  /** What an analysis finds in runs, by name. */
  Map<String, byte[]> analyse(String settings, List<RunRecord> runs, IsolatedLoader loader) {
    PluginCatalog catalog = catalog(loader);
    Analysis analysis = Wiring.with(catalog).analysis(path(), id, block(settings, catalog), host());
    Map<String, byte[]> found = new TreeMap<>();
    analysis.analyse(
        runs,
        new Recorder() {
          @Override
          public void number(String series, double value) {
            found.put(series, Double.toString(value).getBytes(StandardCharsets.UTF_8));
          }

          @Override
          public void array(String name, double... values) {
            found.put(name, java.util.Arrays.toString(values).getBytes(StandardCharsets.UTF_8));
          }
        });
    return found;
  }

  private static HostServices host() {
    return new Host();
  }

  private static final class Host implements HostServices {
    @Override
    public Randomness randomness(String path) {
      return (name, counters) -> RandomStream.of(3, path + "/" + name, counters);
    }

    @Override
    public Slots slots(String path) {
      return new NoSlots();
    }

    @Override
    public RunInfo runInfo() {
      return new RunInfo() {
        @Override
        public String name() {
          return "tck";
        }

        @Override
        public long seed() {
          return 3;
        }

        @Override
        public void log(String line) {}
      };
    }
  }

  private static final class NoSlots implements Slots {
    @Override
    public Optional<Tensor> array(String name) {
      return Optional.empty();
    }

    @Override
    public void put(String name, Tensor value) {}

    @Override
    public java.util.OptionalDouble number(String name) {
      return java.util.OptionalDouble.empty();
    }

    @Override
    public void put(String name, double value) {}

    @Override
    public void remove(String name) {}
  }

  // ---- files ----------------------------------------------------------------------------------

  private Path fresh() {
    try {
      if (directory == null) {
        directory = Files.createTempDirectory(place(), "genlab-tck-");
      }
      return directory.resolve("run-" + count++);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Where the runs lie: in memory where Linux has room for files there, else with the temporary
   * files. They are thousands, small and short-lived; on a disk, making and removing them takes
   * half of the kit's time.
   */
  private static Path place() {
    Path memory = Path.of("/dev/shm");
    try {
      if (Files.isWritable(memory) && Files.getFileStore(memory).getUsableSpace() >= ROOM) {
        return memory;
      }
    } catch (IOException e) {
      // Then it is of no use.
    }
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  /** The directory that all runs are under, once there is one. */
  Optional<Path> directory() {
    return Optional.ofNullable(directory);
  }

  @Override
  public void close() {
    if (directory != null && Files.isDirectory(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    directory = null;
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Interrupts a run after a step, and ends it in any case after {@link #LIMIT}. */
  private static final class Watch implements RunListener {
    final StopSignal stop = new StopSignal();
    private final Interruption interruption;
    private final long at;
    boolean happened;

    Watch(Interruption interruption, long at) {
      this.interruption = interruption;
      this.at = at;
    }

    @Override
    public void stepped(long steps, long totalSteps, float loss) {
      if (steps == at && interruption != Interruption.NONE) {
        happened = true;
        if (interruption == Interruption.KILL) {
          throw new Killed();
        }
        stop.request();
      }
      if (steps >= LIMIT) {
        stop.request();
      }
    }
  }
}
