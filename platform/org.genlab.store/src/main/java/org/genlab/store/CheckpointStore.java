package org.genlab.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The checkpoints of a run: {@code step-00000500.safetensors} with all arrays and numbers, then
 * {@code step-00000500.json} with its length and SHA-256. A checkpoint counts when both are there
 * and agree, so one that was being written when the process died, or that has changed since, is
 * never taken for whole.
 */
public final class CheckpointStore {
  private static final Pattern NAME = Pattern.compile("step-(\\d{8,})\\.(json|safetensors)");
  private static final JsonMapper JSON = new JsonMapper();

  private final Path directory;
  private final Consumer<String> warnings;
  private final UnaryOperator<OutputStream> device;

  /**
   * @param directory where the checkpoints lie; created with the first one
   * @param warnings takes a sentence for each checkpoint that is passed over
   */
  public CheckpointStore(Path directory, Consumer<String> warnings) {
    this(directory, warnings, UnaryOperator.identity());
  }

  CheckpointStore(Path directory, Consumer<String> warnings, UnaryOperator<OutputStream> device) {
    this.directory = directory;
    this.warnings = warnings;
    this.device = device;
  }

  /**
   * Writes a checkpoint, then deletes older ones.
   *
   * @param keep how many to keep, at least 2: the newest may turn out to be damaged
   * @throws UserError when it cannot be written; earlier checkpoints stay as they are
   */
  public void write(Checkpoint checkpoint, int keep) {
    if (keep < 2) {
      throw new IllegalArgumentException("keep " + keep + " is less than 2");
    }
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(directory, e);
    }
    Path data = data(checkpoint.step());
    MessageDigest digest = Digests.sha256();
    Safetensors tensors = encode(checkpoint);
    AtomicFiles.write(
        data,
        out -> {
          DigestOutputStream digesting = new DigestOutputStream(out, digest);
          tensors.writeTo(digesting);
          digesting.flush();
        },
        device);
    String description;
    try {
      description = describe(checkpoint, Files.size(data), digest.digest());
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(data, e);
    }
    AtomicFiles.write(
        description(checkpoint.step()),
        out -> out.write(description.getBytes(StandardCharsets.UTF_8)),
        device);
    steps().stream()
        .filter(step -> step < checkpoint.step())
        .limit(Math.max(0, steps().size() - keep))
        .forEach(this::delete);
  }

  private void delete(long step) {
    try {
      // The description first: data without one is never taken for a checkpoint.
      Files.deleteIfExists(description(step));
      Files.deleteIfExists(data(step));
    } catch (IOException e) {
      warnings.accept("The old checkpoint " + data(step) + " could not be deleted.");
    }
  }

  /** The steps of the checkpoints that have both files, ascending. */
  public List<Long> steps() {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> NAME.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .filter(name -> name.group(2).equals("json"))
          .map(name -> Long.parseLong(name.group(1)))
          .filter(step -> Files.exists(data(step)))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(directory, e);
    }
  }

  /** Deletes every file of checkpoints after a step, as if they had never been written. */
  public void deleteAfter(long step) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      files
          .map(file -> NAME.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .map(name -> Long.parseLong(name.group(1)))
          .filter(s -> s > step)
          .distinct()
          .sorted()
          .toList()
          .forEach(this::delete);
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(directory, e);
    }
  }

  /**
   * The newest checkpoint that is whole. Damaged ones are passed over, and that is said.
   *
   * @return empty when no checkpoint was ever completed
   * @throws UserError when there are checkpoints, but all are damaged
   */
  public Optional<Checkpoint> latest() {
    List<Long> steps = steps();
    String problem = null;
    for (int i = steps.size() - 1; i >= 0; i--) {
      Path data = data(steps.get(i));
      try {
        Checkpoint checkpoint = load(steps.get(i));
        if (problem != null) {
          warnings.accept(problem + " The previous one, " + data + ", is used instead.");
        }
        return Optional.of(checkpoint);
      } catch (IOException e) {
        if (problem != null) {
          warnings.accept(problem);
        }
        problem = "The checkpoint " + data + " is damaged (" + e.getMessage() + ").";
      }
    }
    if (problem != null) {
      throw new UserError(
          "no checkpoint in "
              + directory
              + " is whole: "
              + problem
              + " Restore the files from a copy, or start the run anew.");
    }
    return Optional.empty();
  }

  /**
   * The newest checkpoint, and no other.
   *
   * @throws UserError when there is none, or it is damaged
   */
  public Checkpoint last() {
    List<Long> steps = steps();
    if (steps.isEmpty()) {
      throw new UserError("there is no checkpoint in " + directory + "; run the experiment first.");
    }
    long step = steps.get(steps.size() - 1);
    try {
      return load(step);
    } catch (IOException e) {
      throw new UserError(
          "The checkpoint "
              + data(step)
              + " is damaged ("
              + e.getMessage()
              + "); resume the run to compute it again.",
          e);
    }
  }

  /**
   * Reads and verifies the checkpoint of a step.
   *
   * @throws IOException when it is damaged; the message says how
   */
  public Checkpoint load(long step) throws IOException {
    byte[] bytes = Files.readAllBytes(data(step));
    byte[] digest = Digests.sha256().digest(bytes);
    String described = Files.readString(description(step), StandardCharsets.ISO_8859_1);
    JsonNode node;
    try {
      node = JSON.readTree(described);
    } catch (JsonProcessingException e) {
      throw new IOException(description(step).getFileName() + " is not JSON", e);
    }
    if (!HexFormat.of().formatHex(digest).equals(node.path("sha256").asText())) {
      throw new IOException("its SHA-256 is not the one recorded");
    }
    Checkpoint checkpoint = decode(Safetensors.read(bytes));
    // The description is a function of the data, so any change to it shows.
    if (checkpoint.step() != step
        || !described.equals(describe(checkpoint, bytes.length, digest))) {
      throw new IOException(description(step).getFileName() + " does not describe it");
    }
    return checkpoint;
  }

  /** The file with the arrays of a step's checkpoint. */
  public Path data(long step) {
    return directory.resolve(String.format(Locale.ROOT, "step-%08d.safetensors", step));
  }

  private Path description(long step) {
    return directory.resolve(String.format(Locale.ROOT, "step-%08d.json", step));
  }

  private String describe(Checkpoint checkpoint, long bytes, byte[] digest) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("step", checkpoint.step());
    node.put("file", data(checkpoint.step()).getFileName().toString());
    node.put("bytes", bytes);
    node.put("sha256", HexFormat.of().formatHex(digest));
    node.put("metrics-bytes", checkpoint.metricsBytes());
    return node.toString() + "\n";
  }

  private static Safetensors encode(Checkpoint checkpoint) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", "genlab-checkpoint-1");
    metadata.put("step", Long.toString(checkpoint.step()));
    metadata.put("metrics-bytes", Long.toString(checkpoint.metricsBytes()));
    checkpoint.numbers().forEach((name, v) -> metadata.put("number:" + name, Numbers.toText(v)));
    checkpoint.roles().forEach((name, role) -> metadata.put("role:" + name, role));
    return new Safetensors(checkpoint.arrays(), metadata);
  }

  private static Checkpoint decode(Safetensors tensors) throws IOException {
    Map<String, Safetensors.Floats> arrays = new LinkedHashMap<>();
    Map<String, Double> numbers = new LinkedHashMap<>();
    Map<String, String> roles = new LinkedHashMap<>();
    for (Map.Entry<String, Safetensors.Array> entry : tensors.arrays().entrySet()) {
      if (!(entry.getValue() instanceof Safetensors.Floats floats)) {
        throw new IOException("array '" + entry.getKey() + "' is not of type F32");
      }
      arrays.put(entry.getKey(), floats);
    }
    Map<String, String> metadata = tensors.metadata();
    if (!"genlab-checkpoint-1".equals(metadata.get("format"))) {
      throw new IOException("it is not a checkpoint of this program");
    }
    metadata.forEach(
        (key, value) -> {
          if (key.startsWith("number:")) {
            numbers.put(key.substring("number:".length()), Numbers.parse(value));
          } else if (key.startsWith("role:")) {
            roles.put(key.substring("role:".length()), value);
          }
        });
    try {
      return new Checkpoint(
          Long.parseLong(metadata.get("step")),
          Long.parseLong(metadata.get("metrics-bytes")),
          arrays,
          numbers,
          roles);
    } catch (NumberFormatException e) {
      throw new IOException("it has no step", e);
    }
  }
}
