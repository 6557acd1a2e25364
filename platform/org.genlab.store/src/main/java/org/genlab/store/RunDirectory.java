package org.genlab.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The directory of one run; the truth about it. See the names of the files below. */
public final class RunDirectory {
  /** The resolved experiment, all defaults written out. */
  public static final String EXPERIMENT = "experiment.yaml";

  /** What exactly was run: revisions of plugins, JVM, backend, seed. */
  public static final String LOCK = "lock.json";

  /** How the run stands, see {@link RunStatus}. */
  public static final String STATUS = "status.json";

  /** See {@link MetricsLog}. */
  public static final String METRICS = "metrics.jsonl";

  /** What was said while it ran, with times. */
  public static final String LOG = "run.log";

  /** See {@link CheckpointStore}. */
  public static final String CHECKPOINTS = "checkpoints";

  /** Arrays that metrics recorded, one file for each moment. */
  public static final String ARRAYS = "arrays";

  private static final String IN_USE = ".in-use";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /**
   * The directories this process runs in. Closing any channel of a file ends all locks a process
   * has on it, on some systems; so the file of a directory held here must not even be opened.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path path;

  private RunDirectory(Path path) {
    this.path = path;
  }

  /**
   * Creates {@code <runs>/<name>-<yyyyMMdd-HHmmss>}, with {@code -2}, {@code -3}... when that
   * exists.
   *
   * @param runs created when there is none
   * @param experiment the resolved experiment, which stands in it from the beginning
   * @throws UserError when it cannot be created
   */
  public static RunDirectory create(Path runs, String name, String experiment) {
    return new RunDirectory(NewDirectories.stamped(runs, name, EXPERIMENT, experiment));
  }

  static RunDirectory create(Path runs, String name, String experiment, LocalDateTime time) {
    return new RunDirectory(NewDirectories.stamped(runs, name, EXPERIMENT, experiment, time));
  }

  /**
   * Creates a run directory of exactly that path, such as {@code runs/<arm>-seed<k>} in a study.
   *
   * @param experiment the resolved experiment, which stands in it from the beginning
   * @throws UserError when it exists or cannot be created
   */
  public static RunDirectory createAt(Path path, String experiment) {
    NewDirectories.exactly(path, EXPERIMENT, experiment);
    return new RunDirectory(path);
  }

  /**
   * Opens the directory of a run.
   *
   * @throws UserError when it is none
   */
  public static RunDirectory open(Path path) {
    if (!Files.isRegularFile(path.resolve(EXPERIMENT))) {
      throw new UserError(
          path
              + " is not the directory of a run: "
              + (Files.isDirectory(path) ? "it has no " + EXPERIMENT : "there is no such directory")
              + ".");
    }
    return new RunDirectory(path);
  }

  /** Where the directory lies. */
  public Path path() {
    return path;
  }

  /** A file of that name in the directory. */
  public Path file(String name) {
    return path.resolve(name);
  }

  /** The resolved experiment as it was written. */
  public String experiment() {
    try {
      return Files.readString(file(EXPERIMENT));
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(file(EXPERIMENT), e);
    }
  }

  /** What exactly was run; empty when that was not written. */
  public Map<String, Object> lock() {
    JsonNode node = readJson(LOCK);
    return node == null
        ? Map.of()
        : JSON.convertValue(node, new TypeReference<LinkedHashMap<String, Object>>() {});
  }

  /** Writes what exactly is run: texts, numbers, lists and maps of them. */
  public void writeLock(Map<String, Object> lock) {
    AtomicFiles.write(file(LOCK), JSON.valueToTree(lock).toPrettyString() + "\n");
  }

  /** How the run stands; empty when it never started. */
  public Optional<RunStatus> status() {
    JsonNode node = readJson(STATUS);
    if (node == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new RunStatus(
              RunStatus.State.valueOf(node.path("state").asText().toUpperCase(Locale.ROOT)),
              node.path("step").asLong(),
              node.path("total-steps").asLong(),
              node.path("message").asText("")));
    } catch (IllegalArgumentException e) {
      throw new UserError(
          file(STATUS) + " gives no state; known are running, finished, stopped and failed.", e);
    }
  }

  /** Writes how the run stands. */
  public void writeStatus(RunStatus status) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("state", status.state().text());
    node.put("step", status.step());
    node.put("total-steps", status.totalSteps());
    if (!status.message().isEmpty()) {
      node.put("message", status.message());
    }
    node.put("updated", now());
    AtomicFiles.write(file(STATUS), node.toPrettyString() + "\n");
  }

  private JsonNode readJson(String name) {
    Path file = file(name);
    if (!Files.exists(file)) {
      return null;
    }
    try {
      return JSON.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new UserError(
          file
              + (e.getLocation() == null ? "" : ":" + e.getLocation().getLineNr())
              + ": this is not JSON.",
          e);
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(file, e);
    }
  }

  private static String now() {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
        ZonedDateTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS));
  }

  /** Appends a line to the log. */
  public void log(String line) {
    try {
      Files.writeString(
          file(LOG),
          now() + " " + line + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(file(LOG), e);
    }
  }

  /** The rows of the metrics. */
  public List<MetricsLog.Row> metrics() {
    return MetricsLog.read(file(METRICS));
  }

  /** The checkpoints; warnings take a sentence for each that is passed over. */
  public CheckpointStore checkpoints(Consumer<String> warnings) {
    return new CheckpointStore(file(CHECKPOINTS), warnings);
  }

  /** Writes the arrays that metrics recorded at a step, exactly. */
  public void writeArrays(long step, Map<String, double[]> arrays) {
    Map<String, Safetensors.Array> doubles = new LinkedHashMap<>();
    arrays.forEach(
        (name, values) -> doubles.put(name, new Safetensors.Doubles(values, values.length)));
    try {
      Files.createDirectories(file(ARRAYS));
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(file(ARRAYS), e);
    }
    AtomicFiles.write(
        file(ARRAYS).resolve(String.format(Locale.ROOT, "step-%08d.safetensors", step)),
        new Safetensors(doubles, Map.of())::writeTo);
  }

  /** The array of that name recorded last. */
  public Optional<double[]> array(String name) {
    for (Path file : arrayFiles()) {
      try {
        if (Safetensors.read(Files.readAllBytes(file)).arrays().get(name)
            instanceof Safetensors.Doubles doubles) {
          return Optional.of(doubles.values());
        }
      } catch (IOException e) {
        throw AtomicFiles.cannotRead(file, e);
      }
    }
    return Optional.empty();
  }

  /** Deletes the arrays recorded after a step. */
  public void deleteArraysAfter(long step) {
    String limit = String.format(Locale.ROOT, "step-%08d.safetensors", step);
    for (Path file : arrayFiles()) {
      if (BY_STEP.compare(file.getFileName().toString(), limit) > 0) {
        try {
          Files.delete(file);
        } catch (IOException e) {
          throw AtomicFiles.cannotWrite(file, e);
        }
      }
    }
  }

  private static final Comparator<String> BY_STEP =
      Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

  /** Newest first. */
  private List<Path> arrayFiles() {
    if (!Files.isDirectory(file(ARRAYS))) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(file(ARRAYS))) {
      return files
          .filter(f -> f.getFileName().toString().matches("step-\\d+\\.safetensors"))
          .sorted(Comparator.comparing((Path f) -> f.getFileName().toString(), BY_STEP).reversed())
          .toList();
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(file(ARRAYS), e);
    }
  }

  /** The right to run in a directory, held by one process at a time; ends with the process. */
  public static final class Lease implements AutoCloseable {
    private final Path directory;
    private final FileChannel channel;

    private Lease(Path directory, FileChannel channel) {
      this.directory = directory;
      this.channel = channel;
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        // The lock ends with the process at the latest.
      } finally {
        HELD.remove(directory);
      }
    }
  }

  /**
   * Takes the right to run in this directory.
   *
   * @throws UserError when another process, or another run of this one, has it
   */
  public Lease acquire() {
    return tryAcquire()
        .orElseThrow(
            () ->
                new UserError(
                    path
                        + " is in use: a run is going on in it. Wait for its end, or stop it"
                        + " first."));
  }

  /** Whether a run is going on in this directory. */
  public boolean isInUse() {
    if (!Files.exists(file(IN_USE))) {
      return false;
    }
    if (!Files.isWritable(file(IN_USE))) {
      return false;
    }
    Optional<Lease> lease = tryAcquire();
    lease.ifPresent(Lease::close);
    return lease.isEmpty();
  }

  private Optional<Lease> tryAcquire() {
    FileChannel channel = null;
    Path real = null;
    try {
      real = path.toRealPath();
      if (!HELD.add(real)) {
        return Optional.empty();
      }
      channel = FileChannel.open(file(IN_USE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return Optional.of(new Lease(real, channel));
      }
      new Lease(real, channel).close();
      return Optional.empty();
    } catch (IOException e) {
      if (channel != null) {
        new Lease(real, channel).close();
      } else if (real != null) {
        HELD.remove(real);
      }
      throw AtomicFiles.cannotWrite(file(IN_USE), e);
    }
  }

  /**
   * The run as analyses see it.
   *
   * @param arm its arm in a study, or any name
   */
  public StoredRun record(String arm) {
    return new StoredRun(this, arm);
  }
}
