package org.genlab.architectures.dl4j.networks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A DL4J network as a function: forward, then the products of a vector with its Jacobians. It
 * remembers one forward pass, so calls must not be mixed between threads.
 */
abstract class Engine {
  /**
   * A part of the network that has parameters.
   *
   * @param name in the configuration, or its number
   * @param config its configuration
   * @param parameters views of the flat parameters, by DL4J's names and in DL4J's order
   */
  record Part(String name, TrainingConfig config, Map<String, INDArray> parameters) {
    boolean isBatchNorm() {
      return config instanceof BatchNormalization;
    }
  }

  /** The parts, in the order of the flat parameters. */
  abstract List<Part> parts();

  /** All parameters, [1, n] or [n]; a view. */
  abstract INDArray parameters();

  /** The output for an input; the activations on the way are kept for the backward pass. */
  abstract INDArray forward(INDArray input, boolean training);

  /**
   * The gradient of the last forward pass with respect to the parameters, flat, and that with
   * respect to the input, null where it does not depend on it (indices).
   */
  abstract Pair<INDArray, INDArray> backward(INDArray gradient);

  /** Whether {@link #backward} gives a gradient with respect to the input. */
  abstract boolean reachesInputs();

  /** Sets what dropout and other noise of the next pass are drawn from. */
  static void seed(long seed) {
    Nd4j.getRandom().setSeed(seed);
  }

  /** A chain of layers. */
  static final class Chain extends Engine {
    private final MultiLayerNetwork network;

    Chain(MultiLayerNetwork network) {
      this.network = network;
    }

    @Override
    List<Part> parts() {
      List<Part> parts = new ArrayList<>();
      for (int i = 0; i < network.getnLayers(); i++) {
        Layer layer = network.getLayer(i);
        String name = layer.conf().getLayer().getLayerName();
        if (layer.numParams() > 0) {
          parts.add(
              new Part(
                  name == null || name.isBlank() ? Integer.toString(i) : name,
                  layer.getConfig(),
                  layer.paramTable()));
        }
      }
      return parts;
    }

    @Override
    INDArray parameters() {
      return network.params();
    }

    @Override
    boolean reachesInputs() {
      return true;
    }

    @Override
    INDArray forward(INDArray input, boolean training) {
      network.setInput(input);
      List<INDArray> activations = network.feedForward(training, false);
      return activations.get(activations.size() - 1);
    }

    @Override
    Pair<INDArray, INDArray> backward(INDArray gradient) {
      Pair<?, INDArray> found = network.backpropGradient(gradient, null);
      return Pair.of(network.getFlattenedGradients(), found.getSecond());
    }
  }

  /** A graph with one input and one output. */
  static final class Graph extends Engine {
    private final ComputationGraph network;
    private final String output;

    Graph(ComputationGraph network) {
      this.network = network;
      this.output = network.getConfiguration().getNetworkOutputs().get(0);
    }

    @Override
    List<Part> parts() {
      List<Part> parts = new ArrayList<>();
      for (int i : network.topologicalSortOrder()) {
        GraphVertex vertex = network.getVertices()[i];
        if (vertex.numParams() > 0) {
          parts.add(new Part(vertex.getVertexName(), vertex.getConfig(), vertex.paramTable(false)));
        }
      }
      return parts;
    }

    @Override
    INDArray parameters() {
      return network.params();
    }

    @Override
    boolean reachesInputs() {
      // DL4J's backward pass of a graph ends before its inputs.
      return false;
    }

    @Override
    INDArray forward(INDArray array, boolean training) {
      return network.feedForward(new INDArray[] {array}, training, false).get(output);
    }

    @Override
    Pair<INDArray, INDArray> backward(INDArray gradient) {
      network.backpropGradient(gradient);
      return Pair.of(network.getFlattenedGradients(), null);
    }
  }
}
