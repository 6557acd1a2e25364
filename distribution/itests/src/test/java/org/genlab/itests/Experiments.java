package org.genlab.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Small experiments, and what their runs leave behind. */
final class Experiments {
  private Experiments() {}

  /**
   * An experiment with every kind of randomness (order, dropout, noise on updates) that takes a
   * second or so, with a checkpoint every few steps.
   */
  static String small(int steps) {
    return """
    name: small
    seed: 7
    dataset: {plugin: modular-arithmetic, operation: x/y, modulus: 23, train-fraction: 0.6}
    architecture: {plugin: transformer-decoder, layers: 1, width: 32, heads: 2}
    optimizer: {plugin: adamw, learning-rate: 1e-3, weight-decay: 0.5, schedule: {warmup: 5}}
    regularizers:
      cross-entropy: {}
      dropout: {probability: 0.1}
      update-noise: {}
    metrics:
      loss: {}
      accuracy: {}
      weight-norm: {}
      steps-to-threshold: {threshold: 0.5}
    procedure: {plugin: erm, steps: %d, batch-size: 64}
    evaluation: {every: 10, splits: [train, validation]}
    checkpoints: {every: 5, keep: 2}
    """
        .formatted(steps);
  }

  /** Writes an experiment file into a directory. */
  static Path write(Path directory, String name, String yaml) {
    try {
      return Files.writeString(directory.resolve(name), yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The run directories under {@code runs} of a working directory, by name. */
  static List<Path> runs(Path work) {
    Path runs = work.resolve("runs");
    if (!Files.isDirectory(runs)) {
      return List.of();
    }
    try (Stream<Path> directories = Files.list(runs)) {
      return directories
          .filter(Files::isDirectory)
          .filter(d -> !d.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The one run directory under {@code runs} of a working directory. */
  static Path onlyRun(Path work) {
    List<Path> runs = runs(work);
    if (runs.size() != 1) {
      throw new AssertionError("expected one run, found " + runs);
    }
    return runs.get(0);
  }

  /** The files whose bytes are a pure function of the experiment: weights and metrics, by name. */
  static Map<String, String> outcome(Path run) {
    Map<String, String> outcome = new LinkedHashMap<>();
    outcome.put("metrics.jsonl", Bytes.sha256(run.resolve("metrics.jsonl")));
    Path last = checkpoints(run).get(checkpoints(run).size() - 1);
    outcome.put(last.getFileName().toString(), Bytes.sha256(last));
    return outcome;
  }

  /** The arrays of a run's checkpoints, in the order of their steps. */
  static List<Path> checkpoints(Path run) {
    try (Stream<Path> files = Files.list(run.resolve("checkpoints"))) {
      return files.filter(file -> file.toString().endsWith(".safetensors")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every file below a directory with a digest of its content, to see that nothing changed. */
  static Map<String, String> contents(Path directory) {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> contents.put(directory.relativize(file).toString(), Bytes.sha256(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return contents;
  }
}
