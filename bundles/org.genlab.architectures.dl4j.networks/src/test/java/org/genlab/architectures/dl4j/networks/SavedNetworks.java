package org.genlab.architectures.dl4j.networks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * Networks to be saved, here and in the tests of the assembled program. Those start this class as a
 * program on the jars of the compute layer alone, so it needs neither JUnit nor GenLab.
 */
final class SavedNetworks {
  private SavedNetworks() {}

  /**
   * Saves a network of 4 inputs and 3 classes.
   *
   * @param arguments the file: a chain from Keras when it ends in {@code .h5}, else a graph of DL4J
   */
  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    if (file.toString().endsWith(".h5")) {
      Random random = new Random(2);
      KerasFile.mlp(draw(random, 20), draw(random, 5), draw(random, 15), draw(random, 3))
          .writeTo(file);
    } else {
      ModelSerializer.writeModel(graph(), file.toFile(), true);
    }
  }

  private static float[] draw(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) (0.7 * random.nextGaussian());
    }
    return values;
  }

  static DenseLayer dense(Activation activation) {
    return new DenseLayer.Builder().nIn(4).nOut(6).activation(activation).build();
  }

  static OutputLayer output() {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
        .nIn(6)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  /** Two dense layers that are added, and a layer of outputs. */
  static ComputationGraph graph() {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .graphBuilder()
            .addInputs("in")
            .addLayer("a", dense(Activation.TANH), "in")
            .addLayer("b", dense(Activation.SIGMOID), "in")
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b")
            .addLayer("out", output(), "sum")
            .setOutputs("out")
            .build();
    ComputationGraph network = new ComputationGraph(configuration);
    network.init();
    return network;
  }
}
