package org.genlab.architectures.dl4j.networks;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;

/**
 * Turns the last layers of a network into ones that compute no loss and give logits. Parameters
 * stay as they are, in number and order.
 */
final class Heads {
  private Heads() {}

  /**
   * Replaces a last layer.
   *
   * @return whether what comes out of the layer before is now what comes out of the network
   * @throws IllegalArgumentException for layers whose loss needs more than their output
   */
  static boolean replace(NeuralNetConfiguration configuration) {
    Layer layer = configuration.getLayer();
    if (layer instanceof RnnOutputLayer last) {
      // A configuration that says nothing means features before time; this layer does not.
      RNNFormat format = last.getRnnDataFormat() == null ? RNNFormat.NCW : last.getRnnDataFormat();
      TimeDistributed replacement = new TimeDistributed(dense(last), format);
      replacement.setLayerName(last.getLayerName());
      configuration.setLayer(replacement);
    } else if (layer instanceof CenterLossOutputLayer
        || layer instanceof OCNNOutputLayer
        || layer instanceof Yolo2OutputLayer
        || layer instanceof CnnLossLayer
        || layer instanceof RnnLossLayer) {
      throw new IllegalArgumentException(
          "ends with a " + layer.getClass().getSimpleName() + ", whose loss is part of it");
    } else if (layer instanceof OutputLayer last) {
      configuration.setLayer(dense(last));
    } else if (layer instanceof LossLayer last) {
      ActivationLayer replacement = new ActivationLayer(before(last.getActivationFn(), true));
      replacement.setLayerName(last.getLayerName());
      replacement.setIDropout(last.getIDropout());
      configuration.setLayer(replacement);
      return replacement.getActivationFn() instanceof ActivationIdentity;
    } else if (layer instanceof ActivationLayer last) {
      last.setActivationFn(before(last.getActivationFn(), false));
    } else if (layer instanceof BaseLayer last) {
      last.setActivationFn(before(last.getActivationFn(), false));
    }
    return false;
  }

  private static DenseLayer dense(BaseOutputLayer last) {
    DenseLayer dense = new DenseLayer();
    dense.setLayerName(last.getLayerName());
    dense.setNIn(last.getNIn());
    dense.setNOut(last.getNOut());
    dense.setHasBias(last.hasBias());
    dense.setTimeDistributedFormat(last.getTimeDistributedFormat());
    dense.setActivationFn(before(last.getActivationFn(), true));
    dense.setWeightInitFn(last.getWeightInitFn());
    dense.setBiasInit(last.getBiasInit());
    dense.setGainInit(last.getGainInit());
    dense.setIDropout(last.getIDropout());
    dense.setWeightNoise(last.getWeightNoise());
    dense.setIUpdater(last.getIUpdater());
    dense.setBiasUpdater(last.getBiasUpdater());
    return dense;
  }

  /** The activation that gives logits where the given one gives probabilities. */
  private static IActivation before(IActivation activation, boolean withLoss) {
    return activation instanceof ActivationSoftmax
            || (withLoss && activation instanceof ActivationSigmoid)
        ? new ActivationIdentity()
        : activation;
  }
}
