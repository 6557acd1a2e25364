package org.genlab.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.genlab.itests.Genlab.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program with and without the optional compute layer, the one for the CPU. */
class ComputeLayerTest {
  @TempDir Path work;

  private static Path layer() {
    return Path.of(System.getProperty("genlab.layer")).normalize();
  }

  private Genlab with() {
    return new Genlab(work).with("GENLAB_COMPUTE", layer().toString());
  }

  private Genlab without() {
    return new Genlab(work).with("GENLAB_COMPUTE", work.resolve("absent").toString());
  }

  private String network() {
    Path file = work.resolve("network.json");
    try (InputStream in = ComputeLayerTest.class.getResourceAsStream("embedding-sum.json")) {
      Files.write(file, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return """
    name: dl4j
    seed: 0
    dataset: {plugin: modular-arithmetic, operation: x+y, modulus: 11, train-fraction: 0.7}
    architecture: {plugin: dl4j-network, file: network.json}
    optimizer: {plugin: adamw, learning-rate: 5e-3}
    regularizers: {cross-entropy: {}}
    procedure: {plugin: erm, steps: 60, batch-size: 32}
    evaluation: {every: 60, growth: 1}
    checkpoints: {every: 30}
    """;
  }

  /** All values of a series, in the order of the steps. */
  private static List<Double> values(Path run, String series) throws IOException {
    return Pattern.compile("\"" + series + "\":([-0-9.eE]+)")
        .matcher(Files.readString(run.resolve("metrics.jsonl")))
        .results()
        .map(match -> Double.valueOf(match.group(1)))
        .toList();
  }

  private static double last(Path run, String series) throws IOException {
    List<Double> values = values(run, series);
    return values.get(values.size() - 1);
  }

  /** A network of DL4J under GenLab's optimizer and metrics; exported, and begun from again. */
  @Test
  void networkOfDl4jTrains() throws IOException {
    Path experiment = Experiments.write(work, "dl4j.yaml", network());
    Result result = with().run("run", experiment.toString());
    assertEquals(0, result.code(), result.describe());
    assertEquals("", result.err().replaceAll("(?m)^(step|dl4j).*\\R", ""), result.describe());
    Path run = Experiments.onlyRun(work);
    double trained = last(run, "train/accuracy");
    assertTrue(trained > 0.5, "accuracy " + trained + " with a chance of 0.09");
    assertTrue(Files.readString(run.resolve("lock.json")).contains("\"backend\" : \"jvm\""));

    assertEquals(
        0,
        with()
            .run("export", run.toString(), "--out", work.resolve("out.safetensors").toString())
            .code());
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(work.resolve("out.safetensors")))
            .order(ByteOrder.LITTLE_ENDIAN);
    String header = new String(file.array(), 8, (int) file.getLong(0), StandardCharsets.UTF_8);
    assertTrue(header.contains("\"embedding.W\":{\"dtype\":\"F32\",\"shape\":[24,13],"), header);

    Result again =
        with()
            .run(
                "run",
                experiment.toString(),
                "initialize-from=out.safetensors",
                "name=again",
                "evaluation.every=1",
                "procedure.steps=1");
    assertEquals(0, again.code(), again.describe());
    Path second =
        Experiments.runs(work).stream()
            .filter(r -> r.getFileName().toString().startsWith("again"))
            .findFirst()
            .orElseThrow();
    String first = Files.readAllLines(second.resolve("metrics.jsonl")).get(0);
    assertTrue(first.contains("\"train/accuracy\":" + trained), first);
  }

  /** Lets DL4J or HDF5 write a file, in a process of its own: neither is on the class path here. */
  private void save(String file) throws IOException, InterruptedException {
    Path log = work.resolve("save.log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // Where the program that is run next looks for the same native libraries.
                "-Dorg.bytedeco.javacpp.cachedir=" + work.resolve("cache/javacpp"),
                "-cp",
                layer() + "/*" + File.pathSeparator + System.getProperty("genlab.networks"),
                "org.genlab.architectures.dl4j.networks.SavedNetworks",
                work.resolve(file).toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertTrue(process.waitFor(2, TimeUnit.MINUTES), "hangs");
      assertEquals(0, process.exitValue(), Files.readString(log));
    } finally {
      process.destroyForcibly();
    }
  }

  /** What DL4J and Keras saved, begun from its parameters and trained with two gradients a step. */
  @ParameterizedTest
  @ValueSource(strings = {"graph.zip", "chain.h5"})
  void savedNetworksTrain(String file) throws IOException, InterruptedException {
    save(file);
    String yaml =
        """
        name: saved
        seed: 0
        dataset: {plugin: gaussian-mixture, classes: 3, dimensions: 4, train-examples: 300}
        architecture: {plugin: dl4j-network, file: %s, pretrained: true}
        optimizer: {plugin: sam, rho: 0.1, base: {plugin: sgd, learning-rate: 0.05, momentum: 0.9}}
        regularizers: {cross-entropy: {}}
        procedure: {plugin: erm, steps: 60, batch-size: 32}
        evaluation: {every: 60, growth: 1}
        """
            .formatted(file);
    Result result = with().run("run", Experiments.write(work, "saved.yaml", yaml).toString());
    assertEquals(0, result.code(), result.describe());
    Path run = Experiments.onlyRun(work);
    List<Double> losses = values(run, "train/loss");
    assertTrue(last(run, "train/loss") < losses.get(0) / 2, losses.toString());
    assertTrue(Files.readString(run.resolve("lock.json")).contains("\"sam\""));

    Result other =
        with()
            .run(
                "run",
                "saved.yaml",
                "name=drawn",
                "architecture.pretrained=false",
                "procedure.steps=1");
    assertEquals(0, other.code(), other.describe());
    Path drawn = Experiments.runs(work).get(0);
    assertNotEquals(losses.get(0), values(drawn, "train/loss").get(0), "begins elsewhere");
  }

  /** The same experiment on both backends: the same losses before and after each step. */
  @Test
  void backendNd4jAgreesWithJvm() throws IOException {
    String yaml =
        Experiments.small(50)
            .replace("probability: 0.1", "probability: 0")
            .replace("every: 10,", "every: 1, growth: 1,");
    Path experiment = Experiments.write(work, "small.yaml", yaml);
    Result jvm = with().run("run", experiment.toString(), "name=jvm");
    assertEquals(0, jvm.code(), jvm.describe());
    Result nd4j = with().run("run", experiment.toString(), "name=nd4j", "backend=nd4j");
    assertEquals(0, nd4j.code(), nd4j.describe());
    Path one = Experiments.runs(work).get(0);
    Path two = Experiments.runs(work).get(1);
    assertTrue(Files.readString(one.resolve("lock.json")).contains("\"deterministic\" : true"));
    String lock = Files.readString(two.resolve("lock.json"));
    assertTrue(lock.contains("\"backend\" : \"nd4j\""), lock);
    assertTrue(lock.contains("\"deterministic\" : false"), lock);
    for (String series : List.of("train/loss", "validation/loss")) {
      List<Double> expected = values(one, series);
      List<Double> found = values(two, series);
      assertEquals(51, expected.size(), series);
      assertEquals(51, found.size(), series);
      for (int step = 0; step <= 50; step++) {
        double loss = expected.get(step);
        assertEquals(loss, found.get(step), 1e-3 * loss, series + " after step " + step);
      }
      assertTrue(expected.get(50) < 0.99 * expected.get(0), series + " falls: " + expected);
    }
  }

  @Test
  void withoutTheLayerSentencesSayWhatInstallsIt() {
    Path experiment = Experiments.write(work, "dl4j.yaml", network());
    Path small = Experiments.write(work, "small.yaml", Experiments.small(5));
    for (List<String> arguments :
        List.of(
            List.of("run", experiment.toString()),
            List.of("run", small.toString(), "backend=nd4j"),
            List.of("run", small.toString(), "device=cuda"))) {
      Result result = without().run(arguments.toArray(String[]::new));
      assertEquals(2, result.code(), result.describe());
      assertTrue(result.err().contains("installed; './genlab compute "), result.describe());
      assertEquals(1, result.err().lines().count(), result.describe());
      assertEquals("", result.out());
      assertFalse(Files.exists(work.resolve("runs")));
    }
  }

  @Test
  void computeListsWhatThereIs() {
    Result none = without().run("compute");
    assertEquals(0, none.code(), none.describe());
    assertTrue(none.out().contains("jvm"), none.describe());
    assertTrue(none.out().contains("'./genlab compute nd4j' installs it"), none.describe());
    Result some = with().run("compute");
    assertEquals(0, some.code(), some.describe());
    assertTrue(
        some.out().lines().anyMatch(l -> l.matches("nd4j +cpu +equal up to rounding +usable")),
        some.describe());
    assertTrue(
        some.out().lines().anyMatch(l -> l.matches("cuda +cuda .* not usable: .*")),
        some.describe());
    Result unknown = without().run("compute", "tpu");
    assertEquals(2, unknown.code());
    assertTrue(unknown.err().contains("there are nd4j, cuda and none"), unknown.describe());
    // An installation without sources has nothing to take a layer from.
    Result installed = without().run("compute", "nd4j");
    assertEquals(2, installed.code(), installed.describe());
    assertTrue(installed.err().contains("in the source tree"), installed.describe());
    assertEquals(0, without().run("compute", "none").code());
  }
}
