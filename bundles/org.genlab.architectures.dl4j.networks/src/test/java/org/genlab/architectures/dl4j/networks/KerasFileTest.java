package org.genlab.architectures.dl4j.networks;

import static org.genlab.architectures.dl4j.networks.KerasFile.DENSE;
import static org.genlab.architectures.dl4j.networks.KerasFile.dense;
import static org.genlab.architectures.dl4j.networks.KerasFile.mlp;
import static org.genlab.architectures.dl4j.networks.KerasFile.sequential;
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
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Network;
import org.genlab.api.training.Schedule;
import org.genlab.architectures.dl4j.Dl4jNetwork;
import org.genlab.optimizers.firstorder.Sgd;
import org.genlab.optimizers.sharpness.Sam;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that were saved by Keras, against the same sums as plain loops. */
class KerasFileTest {
  @TempDir Path directory;

  private static float[] draw(String name, int n) {
    return Tensor.normal(RandomStream.of(2, name), 0.7, n).toArray();
  }

  private Network read(KerasFile keras, boolean pretrained, DataSpec spec) {
    Path file = directory.resolve("model.h5");
    keras.writeTo(file);
    return new FileReader().read(new Dl4jNetwork.Settings(file.toString(), pretrained), spec);
  }

  private static DataSpec spec(Integer... shape) {
    return new DataSpec(new InputSpec.Values(List.of(shape)), new TargetSpec.Classes(3));
  }

  private static float[] logits(Network network, float[] inputs, int n, int... shape) {
    int[] whole = new int[shape.length + 1];
    whole[0] = n;
    System.arraycopy(shape, 0, whole, 1, shape.length);
    Batch batch =
        Batch.of(n)
            .with(Batch.INPUT, Tensor.of(inputs, whole))
            .with(Batch.TARGET, IntTensor.of(new int[n], n));
    return network
        .forward(network.initialize(RandomStream.of(3, "init")), batch, new Pass(false, 0))
        .logits()
        .toArray();
  }

  /** x W + b for one example, W row by row from its inputs to its outputs. */
  private static float[] affine(float[] x, float[] w, float[] b) {
    float[] y = b.clone();
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < y.length; j++) {
        y[j] += x[i] * w[i * y.length + j];
      }
    }
    return y;
  }

  private static float[] relu(float[] x) {
    float[] y = x.clone();
    for (int i = 0; i < y.length; i++) {
      y[i] = Math.max(0, y[i]);
    }
    return y;
  }

  @Test
  void aChainOfLayersGivesTheLogitsOfItsWeights() {
    float[] w1 = draw("w1", 20);
    float[] b1 = draw("b1", 5);
    float[] w2 = draw("w2", 15);
    float[] b2 = draw("b2", 3);
    float[] inputs = draw("x", 6 * 4);
    KerasFile keras = mlp(w1, b1, w2, b2);
    Network network = read(keras, true, spec(4));
    float[] expected = new float[6 * 3];
    for (int i = 0; i < 6; i++) {
      float[] x = Arrays.copyOfRange(inputs, 4 * i, 4 * i + 4);
      System.arraycopy(affine(relu(affine(x, w1, b1)), w2, b2), 0, expected, 3 * i, 3);
    }
    assertArrayEquals(expected, logits(network, inputs, 6, 4), 1e-5f);
    float[] fresh = logits(read(keras, false, spec(4)), inputs, 6, 4);
    assertFalse(Arrays.equals(expected, fresh), "begins with the weights only when asked to");
  }

  @Test
  void imagesKeepTheirPlacesThroughConvolutionAndFlattening() {
    int filters = 2;
    String convolution =
        """
        {"class_name": "Conv2D", "config": {"name": "conv", "trainable": true, "dtype": "float32",
         "batch_input_shape": [null, 4, 3, 2], "filters": 2, "kernel_size": [2, 2],
         "strides": [1, 1], "padding": "valid", "data_format": "channels_last",
         "dilation_rate": [1, 1], "groups": 1, "activation": "relu", "use_bias": true,
         "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": null}},
         "bias_initializer": {"class_name": "Zeros", "config": {}}, "kernel_regularizer": null,
         "bias_regularizer": null, "activity_regularizer": null, "kernel_constraint": null,
         "bias_constraint": null}}
        """;
    String flatten =
        """
        {"class_name": "Flatten", "config": {"name": "flatten", "trainable": true,
         "dtype": "float32", "data_format": "channels_last"}}
        """;
    float[] kernel = draw("kernel", 2 * 2 * 2 * filters);
    float[] bias = draw("bias", filters);
    float[] w = draw("w", 3 * 2 * filters * 3);
    float[] b = draw("b", 3);
    KerasFile keras =
        new KerasFile(sequential(convolution, flatten, dense("out", 3, "softmax", "")))
            .with("conv", "kernel", kernel, 2, 2, 2, filters)
            .with("conv", "bias", bias, filters)
            .with("out", "kernel", w, 12, 3)
            .with("out", "bias", b, 3);
    float[] image = draw("image", 4 * 3 * 2);
    float[] features = new float[3 * 2 * filters];
    for (int y = 0; y < 3; y++) {
      for (int x = 0; x < 2; x++) {
        for (int f = 0; f < filters; f++) {
          float sum = bias[f];
          for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
              for (int c = 0; c < 2; c++) {
                sum +=
                    image[((y + i) * 3 + x + j) * 2 + c]
                        * kernel[((i * 2 + j) * 2 + c) * filters + f];
              }
            }
          }
          features[(y * 2 + x) * filters + f] = sum;
        }
      }
    }
    assertArrayEquals(
        affine(relu(features), w, b),
        logits(read(keras, true, spec(4, 3, 2)), image, 1, 4, 3, 2),
        1e-5f);
  }

  /** x + relu(x W1 + b1), and a linear map of that. */
  private static KerasFile residual(float[] w1, float[] b1, float[] w2, float[] b2) {
    String input =
        """
        {"class_name": "InputLayer", "name": "input", "inbound_nodes": [], "config":
         {"batch_input_shape": [null, 4], "dtype": "float32", "sparse": false, "ragged": false,
          "name": "input"}}
        """;
    String inbound = ", \"inbound_nodes\": [[[\"%s\", 0, 0, {}]]]";
    String sum =
        """
        {"class_name": "Add", "name": "sum", "config":
         {"name": "sum", "trainable": true, "dtype": "float32"},
         "inbound_nodes": [[["input", 0, 0, {}], ["branch", 0, 0, {}]]]}
        """;
    return new KerasFile(
            """
            {"class_name": "Functional", "config": {"name": "model", "layers": [%s, %s, %s, %s],
             "input_layers": [["input", 0, 0]], "output_layers": [["out", 0, 0]]}}
            """
                .formatted(
                    input,
                    DENSE.formatted("branch", 4, "relu", "", inbound.formatted("input")),
                    sum,
                    DENSE.formatted("out", 3, "softmax", "", inbound.formatted("sum"))))
        .with("branch", "kernel", w1, 4, 4)
        .with("branch", "bias", b1, 4)
        .with("out", "kernel", w2, 4, 3)
        .with("out", "bias", b2, 3);
  }

  @Test
  void aGraphOfLayersIsReadToo() {
    float[] w1 = draw("w1", 16);
    float[] b1 = draw("b1", 4);
    float[] w2 = draw("w2", 12);
    float[] b2 = draw("b2", 3);
    KerasFile keras = residual(w1, b1, w2, b2);
    float[] x = draw("x", 4);
    float[] hidden = relu(affine(x, w1, b1));
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] += x[i];
    }
    assertArrayEquals(affine(hidden, w2, b2), logits(read(keras, true, spec(4)), x, 1, 4), 1e-5f);
  }

  /** A chain and a graph from Keras, trained with two gradients a step from their weights. */
  @Test
  void whatKerasSavedTrains() {
    KerasFile chain = mlp(draw("w1", 20), draw("b1", 5), draw("w2", 15), draw("b2", 3));
    KerasFile graph = residual(draw("w1", 16), draw("b1", 4), draw("w2", 12), draw("b2", 3));
    int[] labels = new int[24];
    Arrays.setAll(labels, i -> i % 3);
    Tensor inputs = Tensor.normal(RandomStream.of(2, "inputs"), 1, 24, 4);
    Batch batch =
        Batch.of(24)
            .with(Batch.INPUT, inputs.plus(IntTensor.of(labels, 24).oneHot(4).times(3)))
            .with(Batch.TARGET, IntTensor.of(labels, 24));
    for (KerasFile keras : List.of(chain, graph)) {
      Network network = read(keras, true, spec(4));
      Sgd sgd = new Sgd(new Sgd.Settings(0.05, 0.9, false, 0, Schedule.constant(), 0));
      Sam.Settings settings = new Sam.Settings(0.1, true, 0.01, Sam.Perturb.ALL);
      Losses.train(network, new Sam(settings, sgd), batch, 40).assertFell();
    }
  }

  @Test
  void aDamagedFileIsOneSentence() throws IOException {
    Path file = directory.resolve("model.h5");
    mlp(draw("w1", 20), draw("b1", 5), draw("w2", 15), draw("b2", 3)).writeTo(file);
    byte[] whole = Files.readAllBytes(file);
    Path cut = Files.write(directory.resolve("cut.h5"), Arrays.copyOf(whole, whole.length / 2));
    assertRefused(cut);
    Path weights = directory.resolve("unsupported.h5");
    new KerasFile(sequential("{\"class_name\": \"Mystery\", \"config\": {\"name\": \"m\"}}"))
        .writeTo(weights);
    assertRefused(weights);
  }

  private static void assertRefused(Path file) {
    SettingException refusal =
        assertThrows(
            SettingException.class,
            () -> new FileReader().read(new Dl4jNetwork.Settings(file.toString(), true), spec(4)));
    assertEquals("file", refusal.setting(), refusal.getMessage());
    assertTrue(refusal.getMessage().contains(file + " is none: "), refusal.getMessage());
    assertEquals(-1, refusal.getMessage().indexOf('\n'), refusal.getMessage());
  }
}
