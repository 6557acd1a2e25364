package org.genlab.architectures.dl4j.networks;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What networks are made from, each as often as wanted. */
sealed interface Blueprint {
  /** The file it was read from. */
  String file();

  /** The parameters in the file; null when new ones are to be drawn. */
  INDArray trained();

  /** A network with new parameters. */
  Engine draw(long seed);

  /** The first layer; null when something else comes first. */
  Layer firstLayer();

  /** What reshapes the input before the first layer; null for nothing. */
  InputPreProcessor firstPreprocessor();

  /** A network of its own with the parameters it is to begin with. */
  default Engine begin(long seed) {
    Engine engine = draw(seed);
    if (trained() != null) {
      engine.parameters().assign(trained().reshape(engine.parameters().shape()));
    }
    return engine;
  }

  /** A chain of layers. */
  record OfChain(String file, MultiLayerConfiguration configuration, INDArray trained)
      implements Blueprint {
    @Override
    public Engine draw(long seed) {
      MultiLayerConfiguration own = configuration.clone();
      own.setDataType(DataType.FLOAT);
      // Activations must last from the forward pass to the backward pass.
      own.setTrainingWorkspaceMode(WorkspaceMode.NONE);
      own.setInferenceWorkspaceMode(WorkspaceMode.NONE);
      own.setValidateOutputLayerConfig(false);
      for (NeuralNetConfiguration layer : own.getConfs()) {
        layer.setSeed(seed);
      }
      Engine.seed(seed);
      MultiLayerNetwork network = new MultiLayerNetwork(own);
      network.init();
      return new Engine.Chain(network);
    }

    @Override
    public Layer firstLayer() {
      return configuration.getConf(0).getLayer();
    }

    @Override
    public InputPreProcessor firstPreprocessor() {
      return configuration.getInputPreProcess(0);
    }
  }

  /** A graph with one input and one output. */
  record OfGraph(String file, ComputationGraphConfiguration configuration, INDArray trained)
      implements Blueprint {
    @Override
    public Engine draw(long seed) {
      ComputationGraphConfiguration own = configuration.clone();
      own.setDataType(DataType.FLOAT);
      own.setTrainingWorkspaceMode(WorkspaceMode.NONE);
      own.setInferenceWorkspaceMode(WorkspaceMode.NONE);
      own.setValidateOutputLayerConfig(false);
      if (own.getDefaultConfiguration() != null) {
        own.getDefaultConfiguration().setSeed(seed);
      }
      for (GraphVertex vertex : own.getVertices().values()) {
        if (vertex instanceof LayerVertex layer) {
          layer.getLayerConf().setSeed(seed);
        }
      }
      Engine.seed(seed);
      ComputationGraph network = new ComputationGraph(own);
      network.init();
      return new Engine.Graph(network);
    }

    private LayerVertex first() {
      String input = configuration.getNetworkInputs().get(0);
      for (Map.Entry<String, List<String>> entry : configuration.getVertexInputs().entrySet()) {
        if (entry.getValue().contains(input)
            && configuration.getVertices().get(entry.getKey()) instanceof LayerVertex vertex) {
          return vertex;
        }
      }
      return null;
    }

    @Override
    public Layer firstLayer() {
      return first() == null ? null : first().getLayerConf().getLayer();
    }

    @Override
    public InputPreProcessor firstPreprocessor() {
      return first() == null ? null : first().getPreProcessor();
    }
  }
}
