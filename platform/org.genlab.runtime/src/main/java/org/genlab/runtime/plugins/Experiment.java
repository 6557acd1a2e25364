package org.genlab.runtime.plugins;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Range;
import org.genlab.runtime.config.Location;
import org.genlab.runtime.config.Nearest;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.config.Node.MapNode;
import org.genlab.runtime.config.SettingsBinder;
import org.genlab.runtime.config.Yaml;
import org.genlab.store.UserError;

/**
 * An experiment as its file describes it: which plugins, with which settings, on which device. Its
 * structure is checked here; its plugins and their settings are checked by {@link Wiring#plan}.
 * Immutable.
 */
public final class Experiment {
  /** All names that may stand at the top of an experiment file. */
  public static final List<String> KEYS =
      List.of(
          "name",
          "seed",
          "device",
          "backend",
          "threads",
          "initialize-from",
          "dataset",
          "architecture",
          "optimizer",
          "regularizers",
          "metrics",
          "procedure",
          "evaluation",
          "checkpoints");

  private static final List<String> HEADER_KEYS = SettingsBinder.names(Header.class);
  private static final String DEFAULT_METRICS = "{loss: {}, accuracy: {}}";
  private static final Pattern NAME = Pattern.compile("[\\p{L}0-9][\\p{L}0-9_.+-]{0,99}");
  private static final Pattern BLOCK_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*");
  private static final Map<String, String> EXAMPLES =
      Map.of(
          Kind.DATASET, "dataset: {plugin: modular-arithmetic, modulus: 97}",
          Kind.ARCHITECTURE, "architecture: {plugin: mlp}",
          Kind.OPTIMIZER, "optimizer: {plugin: adamw, learning-rate: 1e-3}",
          Kind.PROCEDURE, "procedure: {plugin: erm, steps: 10000}");

  private final MapNode source;
  private final Header header;
  private final MapNode resolvedHeader;
  private final Block dataset;
  private final Block architecture;
  private final Block optimizer;
  private final List<Block> regularizers;
  private final List<Block> metrics;
  private final Block procedure;

  /** Where the arithmetic is done. */
  public enum Device {
    CPU,
    CUDA
  }

  /** What does the arithmetic. */
  public enum BackendChoice {
    /** The best that is installed for the device. */
    AUTO,
    /** Java arrays and the Vector API; bitwise deterministic. */
    JVM,
    /** ND4J, of the optional compute layer. */
    ND4J,
    /** Plain loops: slow, the reference for the others. */
    SCALAR
  }

  /**
   * When metrics are taken: at step 0, then at steps that grow by a factor but are never further
   * apart than a limit, and at the end.
   *
   * @param every the largest number of steps between evaluations
   * @param growth the factor between the steps of successive evaluations; 1 for evaluations that
   *     are {@code every} steps apart from the beginning
   * @param splits the splits evaluated, in order; all of the dataset's when empty
   */
  public record Evaluation(
      @Default("100") @Range(min = 1) @Doc("largest number of steps between evaluations")
          long every,
      @Default("1.1") @Range(min = 1) @Doc("factor between the steps of successive evaluations")
          double growth,
      @Default("[]") @Doc("splits evaluated; all when empty") List<String> splits) {}

  /**
   * When checkpoints are written.
   *
   * @param every steps between checkpoints
   * @param keep how many are kept; at least 2, so that there is another when one is damaged
   */
  public record Checkpoints(
      @Default("500") @Range(min = 1) @Doc("steps between checkpoints") long every,
      @Default("2") @Range(min = 2) @Doc("how many checkpoints are kept") int keep) {}

  private record Header(
      @Default("experiment") String name,
      @Default("0") long seed,
      @Default("cpu") Device device,
      @Default("auto") BackendChoice backend,
      @Range(min = 1, max = 4096) Optional<Integer> threads,
      Optional<String> initializeFrom,
      @Default("{}") Evaluation evaluation,
      @Default("{}") Checkpoints checkpoints) {}

  /**
   * A place in an experiment at which a plugin stands.
   *
   * @param path e.g. {@code optimizer} or {@code regularizers.dropout}
   * @param kind one of the constants of {@link Kind}
   * @param reference see {@link PluginReference}
   * @param settings all that is set, without {@code plugin}
   * @param where the plugin is named
   */
  public record Block(
      String path, String kind, String reference, MapNode settings, Location where) {
    /**
     * Reads a block: an id, or a map with {@code plugin} and settings.
     *
     * @throws UserError when it is neither
     */
    public static Block of(String path, String kind, Node node) {
      return of(path, kind, node, null);
    }

    /**
     * Reads a block that may leave out which plugin, because its name says it.
     *
     * @param name the id taken then
     */
    public static Block of(String path, String kind, Node node, String name) {
      if (node instanceof Node.Scalar scalar && scalar.isText()) {
        return new Block(path, kind, scalar.text(), MapNode.empty(node.where()), node.where());
      }
      MapNode map =
          node.asMap()
              .orElseThrow(
                  () ->
                      node.error(
                          "'"
                              + path
                              + "' must be the id of a plugin or a map with 'plugin:' and"
                              + " settings, not "
                              + node.describe()));
      Optional<Node> plugin = map.get("plugin");
      if (plugin.isEmpty() && name != null) {
        return new Block(path, kind, name, map, map.whereKey("plugin"));
      }
      if (plugin.isEmpty()) {
        throw map.error(
            "'"
                + path
                + "' does not say which "
                + kind
                + "; add 'plugin: ...'"
                + map.entries().keySet().stream()
                    .filter(k -> Nearest.of(k, List.of("plugin")).isPresent())
                    .findFirst()
                    .map(k -> " ('" + k + "' is not known)")
                    .orElse(""));
      }
      if (!(plugin.get() instanceof Node.Scalar id) || !id.isText()) {
        throw plugin
            .get()
            .error(
                "'plugin' of '"
                    + path
                    + "' must be the id of a plugin, not "
                    + plugin.get().describe());
      }
      return new Block(path, kind, id.text(), map.without("plugin"), id.where());
    }
  }

  private Experiment(MapNode root) {
    this.source = root;
    for (String key : root.entries().keySet()) {
      if (!KEYS.contains(key)) {
        String hint = Nearest.hint(key, KEYS);
        throw root.whereKey(key)
            .error(
                "an experiment has no '"
                    + key
                    + "'"
                    + (hint.isEmpty() ? "; it has " + String.join(", ", KEYS) : hint));
      }
    }
    MapNode head = root;
    for (String key : root.entries().keySet()) {
      if (!HEADER_KEYS.contains(key)) {
        head = head.without(key);
      }
    }
    SettingsBinder.Bound<Header> bound = SettingsBinder.bind(Header.class, head, "the experiment");
    this.header = bound.value();
    this.resolvedHeader = bound.resolved();
    if (!NAME.matcher(header.name).matches()) {
      throw root.get("name")
          .orElse(root)
          .error(
              "'name' of the experiment must have letters, digits, '-', '_', '.' or '+' only,"
                  + " because it names a directory, not '"
                  + header.name
                  + "'");
    }
    this.dataset = required(Kind.DATASET);
    this.architecture = required(Kind.ARCHITECTURE);
    this.optimizer = required(Kind.OPTIMIZER);
    this.regularizers = several(Kind.REGULARIZER, "regularizers", "{}");
    this.metrics = several(Kind.METRIC, "metrics", DEFAULT_METRICS);
    this.procedure = required(Kind.PROCEDURE);
  }

  /**
   * Reads an experiment.
   *
   * @throws UserError when its structure is wrong
   */
  public static Experiment of(Node root) {
    return new Experiment(
        root.asMap()
            .orElseThrow(
                () ->
                    root.error(
                        "an experiment is a map of "
                            + String.join(", ", KEYS)
                            + ", not "
                            + root.describe())));
  }

  /**
   * Reads an experiment file. An experiment without a name gets that of its file.
   *
   * @throws UserError when the file cannot be read or its structure is wrong
   */
  public static Experiment read(Path file) {
    return of(named(Yaml.parse(file), file));
  }

  /** A root node with the name of its file, unless it has one. */
  public static Node named(Node root, Path file) {
    Optional<MapNode> map = root.asMap();
    String name = String.valueOf(file.getFileName()).replaceFirst("\\.ya?ml$", "");
    if (map.isEmpty() || map.get().has("name") || !NAME.matcher(name).matches()) {
      return root;
    }
    Map<String, Node> entries = new LinkedHashMap<>();
    entries.put("name", Node.of(name, root.where()));
    return map.get().withFirst(entries);
  }

  public String name() {
    return header.name;
  }

  public long seed() {
    return header.seed;
  }

  public Device device() {
    return header.device;
  }

  public BackendChoice backend() {
    return header.backend;
  }

  /**
   * The file that the main model's first parameters are read from; empty when the architecture
   * draws them.
   */
  public Optional<Path> initializeFrom() {
    return header.initializeFrom.map(Path::of);
  }

  /** The number of threads to use; empty for as many as there are processors. */
  public OptionalInt threads() {
    return header.threads.map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  public Evaluation evaluation() {
    return header.evaluation;
  }

  public Checkpoints checkpoints() {
    return header.checkpoints;
  }

  public Block dataset() {
    return dataset;
  }

  public Block architecture() {
    return architecture;
  }

  public Block optimizer() {
    return optimizer;
  }

  /** In the order of the experiment. */
  public List<Block> regularizers() {
    return regularizers;
  }

  /** In the order of the experiment; loss and accuracy when it names none. */
  public List<Block> metrics() {
    return metrics;
  }

  public Block procedure() {
    return procedure;
  }

  /** All places at which plugins stand, in the order in which they are made. */
  public List<Block> blocks() {
    List<Block> blocks = new ArrayList<>(List.of(dataset, architecture, optimizer));
    blocks.addAll(regularizers);
    blocks.addAll(metrics);
    blocks.add(procedure);
    return List.copyOf(blocks);
  }

  /** What the experiment was read from, with overrides. */
  public MapNode source() {
    return source;
  }

  /** Where a setting was written, for messages about it; the whole experiment if nowhere. */
  public Location where(String path) {
    Node node = source;
    for (String part : path.split("\\.", -1)) {
      Optional<Node> next = node.asMap().flatMap(m -> m.get(part));
      if (next.isEmpty()) {
        break;
      }
      node = next.get();
    }
    return node.where();
  }

  /** The settings that belong to no plugin, with defaults: name, seed, device... */
  public MapNode resolvedHeader() {
    return resolvedHeader;
  }

  private Block required(String kind) {
    Node node =
        source
            .get(kind)
            .orElseThrow(
                () ->
                    source.error(
                        "the experiment has no "
                            + kind
                            + "; add one, as in '"
                            + EXAMPLES.get(kind)
                            + "'"));
    return Block.of(kind, kind, node);
  }

  private List<Block> several(String kind, String key, String byDefault) {
    Node node =
        source.get(key).orElseGet(() -> Yaml.parse(byDefault, Location.of("the default " + key)));
    MapNode map =
        node.asMap()
            .orElseThrow(
                () ->
                    node.error(
                        "'"
                            + key
                            + "' must be a map of ids and settings, as in {l2: {weight: 0.1}}, not "
                            + node.describe()));
    List<Block> blocks = new ArrayList<>();
    map.entries()
        .forEach(
            (name, value) -> {
              if (!BLOCK_NAME.matcher(name).matches()) {
                throw map.whereKey(name)
                    .error(
                        "'"
                            + name
                            + "' in '"
                            + key
                            + "' must be a name of letters, digits, '-' and '_'; a version goes"
                            + " into the block, as in 'loss: {plugin: loss@1.2}'");
              }
              blocks.add(Block.of(key + "." + name, kind, located(map, name, value), name));
            });
    return List.copyOf(blocks);
  }

  /** An empty block stands where its name does. */
  private static Node located(MapNode map, String name, Node value) {
    return value.asMap().filter(m -> m.entries().isEmpty()).isPresent()
        ? MapNode.empty(map.whereKey(name))
        : value;
  }
}
