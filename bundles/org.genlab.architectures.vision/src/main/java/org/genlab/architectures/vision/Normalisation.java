package org.genlab.architectures.vision;

import org.genlab.api.model.BatchNormalization;
import org.genlab.api.model.Forward;
import org.genlab.tensor.Normalization;
import org.genlab.tensor.Tensor;

/** What stands between a linear layer and its activation. */
public enum Normalisation {
  NONE {
    @Override
    Tensor apply(Forward forward, String name, Tensor x, Tensor scale, Tensor shift, int groups) {
      return x;
    }
  },
  /** Each channel over the batch and the positions; running averages in evaluation. */
  BATCH {
    @Override
    Tensor apply(Forward forward, String name, Tensor x, Tensor scale, Tensor shift, int groups) {
      return BatchNormalization.USUAL.apply(forward, name, x, scale, shift);
    }
  },
  /**
   * Each example over its channels and positions (Ba, Kiros and Hinton, "Layer normalization",
   * 2016).
   */
  LAYER {
    @Override
    Tensor apply(Forward forward, String name, Tensor x, Tensor scale, Tensor shift, int groups) {
      return Normalization.group(x, 1, scale, shift, EPSILON);
    }
  },
  /** Each group of channels of an example over its channels and positions (Wu and He, 2018). */
  GROUP {
    @Override
    Tensor apply(Forward forward, String name, Tensor x, Tensor scale, Tensor shift, int groups) {
      return Normalization.group(x, groups, scale, shift, EPSILON);
    }
  };

  private static final double EPSILON = 1e-5;

  /**
   * Normalises.
   *
   * @param name of the layer, for its buffers
   * @param x [batch, ..., channels]
   * @param scale [channels], null without normalisation; likewise the shift
   * @param groups of channels, for group normalisation
   */
  abstract Tensor apply(
      Forward forward, String name, Tensor x, Tensor scale, Tensor shift, int groups);
}
