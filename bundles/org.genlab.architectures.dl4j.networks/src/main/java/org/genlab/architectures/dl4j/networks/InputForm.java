package org.genlab.architectures.dl4j.networks;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.genlab.api.data.Batch;
import org.genlab.api.data.InputSpec;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;

/** How the inputs of a batch are laid out for DL4J. */
enum InputForm {
  /** [batch, values]. */
  FLAT,
  /** [batch, height, width, channels] as they are, or [batch, time, features]. */
  CHANNELS_LAST,
  /** [batch, channels, height, width]. */
  CHANNELS_FIRST,
  /** [batch, features, time]. */
  TIME_LAST,
  /** [batch, length], the numbers of tokens. */
  TOKENS;

  /**
   * The form that a first layer reads.
   *
   * @throws IllegalArgumentException for inputs that are neither tokens nor real numbers
   */
  static InputForm of(InputSpec input, Layer layer, InputPreProcessor before) {
    if (input instanceof InputSpec.Tokens) {
      return TOKENS;
    }
    if (!(input instanceof InputSpec.Values values)) {
      throw new IllegalArgumentException(
          "dl4j-network reads real numbers or tokens, and the dataset gives " + input);
    }
    return switch (values.shape().size()) {
      case 2 -> ofSequences(layer, before);
      case 3 -> ofImages(layer, before);
      default -> FLAT;
    };
  }

  private static InputForm ofImages(Layer layer, InputPreProcessor before) {
    if (before instanceof FeedForwardToCnnPreProcessor) {
      return CHANNELS_FIRST;
    }
    if (before instanceof CnnToFeedForwardPreProcessor flattening) {
      return of(flattening.getFormat());
    }
    if (layer instanceof ConvolutionLayer convolution) {
      return of(convolution.getCnn2dDataFormat());
    }
    if (layer instanceof SubsamplingLayer pooling) {
      return of(pooling.getCnn2dDataFormat());
    }
    if (layer instanceof BatchNormalization norm) {
      return of(norm.getCnn2DFormat());
    }
    return layer instanceof FeedForwardLayer && before == null ? FLAT : CHANNELS_FIRST;
  }

  private static InputForm of(CNN2DFormat format) {
    return format == CNN2DFormat.NHWC ? CHANNELS_LAST : CHANNELS_FIRST;
  }

  private static InputForm ofSequences(Layer layer, InputPreProcessor before) {
    if (layer instanceof BaseRecurrentLayer recurrent) {
      return of(recurrent.getRnnDataFormat());
    }
    if (layer instanceof Convolution1DLayer convolution) {
      return of(convolution.getRnnDataFormat());
    }
    if (layer instanceof TimeDistributed each) {
      return of(each.getRnnDataFormat());
    }
    if (layer instanceof BaseWrapperLayer wrapper) {
      return ofSequences(wrapper.getUnderlying(), before);
    }
    if (layer instanceof Bidirectional both) {
      return ofSequences(both.getFwd(), before);
    }
    return layer instanceof FeedForwardLayer && before == null ? FLAT : TIME_LAST;
  }

  private static InputForm of(RNNFormat format) {
    return format == RNNFormat.NWC ? CHANNELS_LAST : TIME_LAST;
  }

  /** The inputs of a batch in this form, differentiably. */
  Tensor read(Batch batch) {
    return switch (this) {
      case FLAT -> batch.input().reshape(batch.size(), -1);
      case CHANNELS_LAST -> batch.input();
      case CHANNELS_FIRST -> batch.input().permute(0, 3, 1, 2);
      case TIME_LAST -> batch.input().permute(0, 2, 1);
      case TOKENS -> numbers(batch.tokens());
    };
  }

  private static Tensor numbers(IntTensor tokens) {
    float[] values = new float[tokens.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = tokens.at(i);
    }
    return Tensor.of(values, tokens.shape().toArray());
  }
}
