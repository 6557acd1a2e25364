package org.genlab.architectures.dl4j.networks;

import static org.genlab.architectures.dl4j.networks.Losses.assertGradient;
import static org.genlab.architectures.dl4j.networks.Losses.loss;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Network;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.architectures.dl4j.Dl4jNetwork;
import org.genlab.architectures.dl4j.data.Arrays4j;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class ForeignNetworkTest {
  private static final DataSpec VECTORS =
      new DataSpec(new InputSpec.Values(List.of(4)), new TargetSpec.Classes(3));
  private static final DataSpec IMAGES =
      new DataSpec(new InputSpec.Values(List.of(6, 5, 2)), new TargetSpec.Classes(3));

  @TempDir Path directory;

  private static MultiLayerConfiguration mlp(double keep) {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .list()
        .layer(
            new DenseLayer.Builder()
                .nIn(4)
                .nOut(5)
                .activation(Activation.TANH)
                .name("hidden")
                .build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(5)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .dropOut(keep)
                .build())
        .build();
  }

  private static MultiLayerConfiguration cnn(CNN2DFormat format, boolean norm) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .list()
            .layer(
                new ConvolutionLayer.Builder(3, 2)
                    .nOut(4)
                    .activation(Activation.TANH)
                    .dataFormat(format)
                    .build());
    if (norm) {
      list.layer(new BatchNormalization.Builder().dataFormat(format).build());
    }
    return list.layer(
            new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.AVG)
                .kernelSize(2, 2)
                .stride(2, 2)
                .dataFormat(format)
                .build())
        .layer(new DenseLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
        .layer(new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.IDENTITY).build())
        .setInputType(InputType.convolutional(6, 5, 2, format))
        .build();
  }

  private Network read(String json, DataSpec spec) throws IOException {
    Path file = Files.writeString(directory.resolve("net.json"), json);
    return read(file, false, spec);
  }

  private static Network read(Path file, boolean pretrained, DataSpec spec) {
    return new FileReader().read(new Dl4jNetwork.Settings(file.toString(), pretrained), spec);
  }

  private static Batch batch(int n, int... shape) {
    int[] whole = new int[shape.length + 1];
    whole[0] = n;
    System.arraycopy(shape, 0, whole, 1, shape.length);
    int[] labels = new int[n];
    Arrays.setAll(labels, i -> i % 3);
    return Batch.of(n)
        .with(Batch.INPUT, Tensor.normal(RandomStream.of(1, "inputs"), 1, whole))
        .with(Batch.TARGET, IntTensor.of(labels, n));
  }

  @Test
  void parametersLieInTheOrderOfDl4jUnderTheNamesOfTheLayers() throws IOException {
    Network network = read(mlp(1).toJson(), VECTORS);
    List<ParameterLayout.Entry> entries = network.layout().entries();
    assertEquals(
        List.of("hidden.W", "hidden.b", "1.W", "1.b"),
        entries.stream().map(e -> e.name().replace("layer", "")).toList());
    assertEquals("[5, 4]", entries.get(0).shape().toString());
    assertEquals("[5]", entries.get(1).shape().toString());
    assertEquals(
        List.of(Role.WEIGHT, Role.BIAS, Role.WEIGHT, Role.BIAS),
        entries.stream().map(ParameterLayout.Entry::role).toList());
    // The logits, written down: W is listed as [out, in].
    Parameters parameters = network.initialize(RandomStream.of(3, "init"));
    Batch batch = batch(6, 4);
    Tensor logits = network.forward(parameters, batch, new Pass(false, 0)).logits();
    Tensor hidden =
        batch
            .input()
            .matmul(parameters.get("hidden.W"), false, true)
            .plus(parameters.get("hidden.b"))
            .tanh();
    Tensor expected =
        hidden
            .matmul(parameters.get(entries.get(2).name()), false, true)
            .plus(parameters.get(entries.get(3).name()));
    assertArrayEquals(expected.toArray(), logits.toArray(), 1e-5f);
  }

  @Test
  void initialParametersAreAFunctionOfTheSeed() throws IOException {
    Network network = read(mlp(1).toJson(), VECTORS);
    float[] first = network.initialize(RandomStream.of(3, "init")).flat().toArray();
    Nd4j.getRandom().setSeed(99);
    assertArrayEquals(first, network.initialize(RandomStream.of(3, "init")).flat().toArray());
    assertFalse(
        Arrays.equals(first, network.initialize(RandomStream.of(4, "init")).flat().toArray()));
  }

  @Test
  void gradientsAreThoseOfTheLoss() throws IOException {
    assertGradient(read(mlp(1).toJson(), VECTORS), batch(7, 4), true);
    assertGradient(read(mlp(1).toJson(), VECTORS), batch(7, 4), false);
    assertGradient(read(mlp(0.6).toJson(), VECTORS), batch(7, 4), true);
    assertGradient(read(cnn(CNN2DFormat.NCHW, false).toJson(), IMAGES), batch(4, 6, 5, 2), true);
    assertGradient(read(cnn(CNN2DFormat.NHWC, false).toJson(), IMAGES), batch(4, 6, 5, 2), false);
    assertGradient(read(cnn(CNN2DFormat.NCHW, true).toJson(), IMAGES), batch(4, 6, 5, 2), true);
  }

  @Test
  void formatsOfImagesSeeTheSameImage() throws IOException {
    Batch batch = batch(4, 6, 5, 2);
    Network first = read(cnn(CNN2DFormat.NCHW, false).toJson(), IMAGES);
    Parameters parameters = first.initialize(RandomStream.of(3, "init"));
    // Only the kernels: the order in which channels are flattened differs, hence a sum over them.
    Network last = read(cnn(CNN2DFormat.NHWC, false).toJson(), IMAGES);
    assertEquals(first.layout().size(), last.layout().size());
    Tensor other =
        last.forward(last.initialize(RandomStream.of(3, "init")), batch, new Pass(false, 0))
            .logits();
    Tensor logits = first.forward(parameters, batch, new Pass(false, 0)).logits();
    assertEquals(logits.shape(), other.shape());
    // The first image of a batch of one is the first of the batch.
    Tensor alone = first.forward(parameters, batch.select(0), new Pass(false, 0)).logits();
    assertArrayEquals(alone.toArray(), logits.slice(0, 0, 1).toArray(), 1e-5f);
  }

  @Test
  void imagesAreConvertedForTheConvolution() throws IOException {
    MultiLayerConfiguration configuration = cnn(CNN2DFormat.NCHW, false);
    MultiLayerNetwork own = new MultiLayerNetwork(configuration);
    own.init();
    Path file = directory.resolve("net.zip");
    ModelSerializer.writeModel(own, file.toFile(), false);
    Network network = read(file, true, IMAGES);
    Batch batch = batch(4, 6, 5, 2);
    INDArray expected = own.output(Arrays4j.toChannelsFirst(batch.input()));
    Tensor logits =
        network
            .forward(network.initialize(RandomStream.of(0, "init")), batch, new Pass(false, 0))
            .logits();
    assertArrayEquals(Arrays4j.values(expected), logits.softmax().toArray(), 1e-5f);
  }

  @Test
  void inputsHaveGradientsToo() throws IOException {
    Network network = read(cnn(CNN2DFormat.NCHW, false).toJson(), IMAGES);
    Parameters parameters = network.initialize(RandomStream.of(3, "init"));
    Batch batch = batch(2, 6, 5, 2);
    Tensor input = batch.input().variable();
    float[] gradient =
        Gradients.of(
                loss(network, parameters.flat(), batch.with(Batch.INPUT, input), new Pass(true, 0)),
                input)
            .toArray();
    float[] values = batch.input().toArray();
    float h = 1e-2f;
    for (int i = 0; i < values.length; i += 7) {
      float before = values[i];
      values[i] = before + h;
      Tensor up = Tensor.of(values, 2, 6, 5, 2);
      values[i] = before - h;
      Tensor down = Tensor.of(values, 2, 6, 5, 2);
      values[i] = before;
      double difference =
          loss(network, parameters.flat(), batch.with(Batch.INPUT, up), new Pass(true, 0)).item()
              - loss(network, parameters.flat(), batch.with(Batch.INPUT, down), new Pass(true, 0))
                  .item();
      assertEquals(difference / (2 * h), gradient[i], 2e-3, "pixel " + i);
    }
  }

  /** Two forward passes at two points, then both backward passes: as SAM and MAML do. */
  @Test
  void passesMayOverlap() throws IOException {
    Network network = read(mlp(0.6).toJson(), VECTORS);
    Tensor w = network.initialize(RandomStream.of(3, "init")).flat();
    Tensor displaced = w.plus(0.3);
    Batch one = batch(5, 4);
    Batch two = batch(9, 4);
    float[][] apart = new float[2][];
    Tensor a = w.variable();
    apart[0] = Gradients.of(loss(network, a, one, new Pass(true, 1)), a).toArray();
    Tensor b = displaced.variable();
    apart[1] = Gradients.of(loss(network, b, two, new Pass(true, 2)), b).toArray();
    Tensor c = w.variable();
    Tensor d = displaced.variable();
    Tensor sum =
        loss(network, c, one, new Pass(true, 1)).plus(loss(network, d, two, new Pass(true, 2)));
    List<Tensor> together = Gradients.of(sum, c, d);
    assertArrayEquals(apart[0], together.get(0).toArray());
    assertArrayEquals(apart[1], together.get(1).toArray());
    assertArrayEquals(apart[0], Gradients.of(sum, c, d).get(0).toArray(), "and once more");
  }

  @Test
  void dropoutIsDrawnFromTheSeedOfThePass() throws IOException {
    Network network = read(mlp(0.5).toJson(), VECTORS);
    Parameters parameters = network.initialize(RandomStream.of(3, "init"));
    Batch batch = batch(20, 4);
    float[] first = network.forward(parameters, batch, new Pass(true, 1)).logits().toArray();
    assertArrayEquals(
        first, network.forward(parameters, batch, new Pass(true, 1)).logits().toArray());
    assertFalse(
        Arrays.equals(
            first, network.forward(parameters, batch, new Pass(true, 2)).logits().toArray()));
    assertArrayEquals(
        network.forward(parameters, batch, new Pass(false, 1)).logits().toArray(),
        network.forward(parameters, batch, new Pass(false, 2)).logits().toArray());
  }

  @Test
  void runningStatisticsAreBuffers() throws IOException {
    Network network = read(cnn(CNN2DFormat.NCHW, true).toJson(), IMAGES);
    List<String> names =
        network.layout().entries().stream().map(ParameterLayout.Entry::name).toList();
    assertTrue(names.stream().anyMatch(n -> n.endsWith(".gamma")), names.toString());
    assertFalse(names.stream().anyMatch(n -> n.endsWith(".mean")), names.toString());
    Parameters parameters = network.initialize(RandomStream.of(3, "init"));
    Batch batch = batch(8, 6, 5, 2);
    Pass pass = new Pass(true, 0);
    Tensor w = parameters.flat().variable();
    Gradients.of(loss(network, w, batch, pass), w);
    assertEquals(2, pass.updates.size());
    Tensor mean =
        pass.updates.entrySet().stream()
            .filter(e -> e.getKey().endsWith(".mean"))
            .findFirst()
            .orElseThrow()
            .getValue();
    // The convolution written down, to have its mean over batch and positions; decay 0.9 from 0.
    double[] sums = new double[4];
    Tensor kernels = parameters.get(names.get(names.get(0).endsWith(".W") ? 0 : 1));
    Tensor bias = parameters.get(names.get(names.get(0).endsWith(".b") ? 0 : 1));
    int count = 0;
    for (int n = 0; n < 8; n++) {
      for (int y = 0; y < 4; y++) {
        for (int x = 0; x < 4; x++) {
          count++;
          for (int o = 0; o < 4; o++) {
            double value = bias.toArray()[o];
            for (int c = 0; c < 2; c++) {
              for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 2; j++) {
                  value += kernels.get(o, c, i, j) * batch.input().get(n, y + i, x + j, c);
                }
              }
            }
            sums[o] += Math.tanh(value);
          }
        }
      }
    }
    for (int o = 0; o < 4; o++) {
      assertEquals(0.1 * sums[o] / count, mean.toArray()[o], 1e-5);
    }
    // In evaluation they are used.
    Pass evaluation = new Pass(false, 0);
    float[] before = network.forward(parameters, batch, evaluation).logits().toArray();
    evaluation.buffers.putAll(pass.updates);
    assertFalse(
        Arrays.equals(before, network.forward(parameters, batch, evaluation).logits().toArray()));
    Tensor again = parameters.flat().variable();
    Tensor evaluated = loss(network, again, batch, new Pass(false, 0));
    assertThrows(UnsupportedOperationException.class, () -> Gradients.of(evaluated, again));
  }

  @Test
  void graphsAreReadAndDifferentiated() throws IOException {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .graphBuilder()
            .addInputs("in")
            .addLayer(
                "a",
                new DenseLayer.Builder().nIn(4).nOut(6).activation(Activation.TANH).build(),
                "in")
            .addLayer(
                "b",
                new DenseLayer.Builder().nIn(4).nOut(6).activation(Activation.SIGMOID).build(),
                "in")
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b")
            .addLayer(
                "out",
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nIn(6)
                    .nOut(3)
                    .activation(Activation.SOFTMAX)
                    .build(),
                "sum")
            .setOutputs("out")
            .build();
    Network network = read(configuration.toJson(), VECTORS);
    assertTrue(network.layout().toString().startsWith("6 parameters"));
    assertGradient(network, batch(7, 4), true);
    Parameters parameters = network.initialize(RandomStream.of(3, "init"));
    Batch batch = batch(5, 4);
    Tensor input = batch.input().variable();
    Tensor loss =
        loss(network, parameters.flat(), batch.with(Batch.INPUT, input), new Pass(true, 0));
    assertThrows(UnsupportedOperationException.class, () -> Gradients.of(loss, input));
    // Saved and read back with its parameters.
    ComputationGraph own = new ComputationGraph(configuration);
    own.init();
    Path file = directory.resolve("graph.zip");
    ModelSerializer.writeModel(own, file.toFile(), false);
    Network restored = read(file, true, VECTORS);
    Tensor logits =
        restored
            .forward(restored.initialize(RandomStream.of(0, "x")), batch, new Pass(false, 0))
            .logits();
    assertArrayEquals(
        Arrays4j.values(own.outputSingle(Arrays4j.toNd4j(batch.input()))),
        logits.softmax().toArray(),
        1e-5f);
  }

  @Test
  void recurrentNetworksReadTokensAndPredictEachPosition() throws IOException {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .list()
            .layer(new EmbeddingSequenceLayer.Builder().nIn(7).nOut(4).inputLength(5).build())
            .layer(new LSTM.Builder().nIn(4).nOut(6).activation(Activation.TANH).build())
            .layer(
                new RnnOutputLayer.Builder(LossFunction.MCXENT)
                    .nIn(6)
                    .nOut(3)
                    .activation(Activation.SOFTMAX)
                    .build())
            .build();
    DataSpec spec = new DataSpec(new InputSpec.Tokens(7, 5), new TargetSpec.ClassPerPosition(3));
    Network network = read(configuration.toJson(), spec);
    int[] tokens = new int[15];
    int[] targets = new int[15];
    Arrays.setAll(tokens, i -> i * 3 % 7);
    Arrays.setAll(targets, i -> i % 3);
    Batch batch = Batch.of(3).with(Batch.INPUT, IntTensor.of(tokens, 3, 5));
    Parameters parameters = network.initialize(RandomStream.of(3, "init"));
    Tensor w = parameters.flat().variable();
    Tensor logits = network.forward(parameters.with(w), batch, new Pass(true, 0)).logits();
    assertEquals("[3, 5, 3]", logits.shape().toString());
    Tensor loss = logits.reshape(15, 3).crossEntropy(IntTensor.of(targets, 15)).mean();
    Tensor gradient = Gradients.of(loss, w);
    Tensor direction = gradient.times(0.02 / gradient.norm().item());
    double[] shifted = new double[2];
    for (int s = 0; s < 2; s++) {
      Parameters there = parameters.with(parameters.flat().plus(direction.times(s == 0 ? 1 : -1)));
      shifted[s] =
          network
              .forward(there, batch, new Pass(true, 0))
              .logits()
              .reshape(15, 3)
              .crossEntropy(IntTensor.of(targets, 15))
              .mean()
              .item();
    }
    double expected = 2 * gradient.dot(direction).item();
    assertEquals(expected, shifted[0] - shifted[1], 0.02 * expected);
    assertEquals(Role.EMBEDDING, network.layout().entries().get(0).role());
  }

  @Test
  void whatCannotBeReadIsOneSentence() throws IOException {
    assertRefused("hello", "file", "begins like none of them");
    assertRefused("{\"confs\": 3}", "file", "must name a network that DL4J can read");
    assertRefused("{\"a\": 1}", "file", "something that every network has is missing");
    Path zip = directory.resolve("cut.zip");
    MultiLayerNetwork own = new MultiLayerNetwork(mlp(1));
    own.init();
    ModelSerializer.writeModel(own, zip.toFile(), false);
    byte[] whole = Files.readAllBytes(zip);
    Files.write(zip, Arrays.copyOf(whole, whole.length / 2));
    assertRefusal(zip, false, "file", "is none");
    Path json = Files.writeString(directory.resolve("net.json"), mlp(1).toJson());
    assertRefusal(json, true, "pretrained", "has no parameters");
    MultiLayerConfiguration center =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(
                new CenterLossOutputLayer.Builder(LossFunction.MCXENT)
                    .nIn(4)
                    .nOut(3)
                    .activation(Activation.SOFTMAX)
                    .build())
            .build();
    assertRefused(center.toJson(), "file", "ends with a CenterLossOutputLayer");
  }

  private void assertRefused(String text, String setting, String part) throws IOException {
    assertRefusal(Files.writeString(directory.resolve("net.json"), text), false, setting, part);
  }

  private static void assertRefusal(Path file, boolean pretrained, String setting, String part) {
    SettingException refusal =
        assertThrows(SettingException.class, () -> read(file, pretrained, VECTORS));
    assertEquals(setting, refusal.setting(), refusal.getMessage());
    assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
    assertEquals(-1, refusal.getMessage().indexOf('\n'), refusal.getMessage());
  }

  @Test
  void networksThatDoNotFitTheDataSaySo() throws IOException {
    DataSpec wider = new DataSpec(new InputSpec.Values(List.of(9)), new TargetSpec.Classes(3));
    String json = mlp(1).toJson();
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> read(json, wider))
            .getMessage()
            .contains("cannot read inputs of shape [2, 9]"));
    DataSpec more = new DataSpec(new InputSpec.Values(List.of(4)), new TargetSpec.Classes(5));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> read(json, more))
            .getMessage()
            .contains("gives outputs of shape [2, 3]"));
  }

  @Test
  void secondDerivativesAreRefused() throws IOException {
    Network network = read(mlp(1).toJson(), VECTORS);
    Tensor w = network.initialize(RandomStream.of(3, "init")).flat().variable();
    Tensor loss = loss(network, w, batch(5, 4), new Pass(true, 0));
    Tensor gradient = Gradients.differentiable(loss, w);
    assertTrue(
        assertThrows(
                UnsupportedOperationException.class, () -> Gradients.of(gradient.square().sum(), w))
            .getMessage()
            .startsWith("dl4j-network is computed outside"));
  }
}
