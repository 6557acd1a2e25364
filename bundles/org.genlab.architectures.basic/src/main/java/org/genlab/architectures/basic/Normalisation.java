package org.genlab.architectures.basic;

import org.genlab.api.model.BatchNormalization;
import org.genlab.api.model.Forward;
import org.genlab.tensor.Tensor;

/** What stands between a linear map and its activation. */
public enum Normalisation {
  NONE {
    @Override
    Tensor apply(Forward forward, String name, Tensor x, Tensor scale, Tensor shift) {
      return x;
    }
  },
  /** Each unit over the batch; running averages in evaluation. */
  BATCH {
    @Override
    Tensor apply(Forward forward, String name, Tensor x, Tensor scale, Tensor shift) {
      return BatchNormalization.USUAL.apply(forward, name, x, scale, shift);
    }
  },
  /**
   * Each example over its units (Ba, Kiros and Hinton, "Layer normalization", 2016, equation 4).
   */
  LAYER {
    @Override
    Tensor apply(Forward forward, String name, Tensor x, Tensor scale, Tensor shift) {
      return x.layerNorm(scale, shift, EPSILON);
    }
  };

  private static final double EPSILON = 1e-5;

  /**
   * Normalises.
   *
   * @param name of the layer, for its buffers
   * @param x [batch, units]
   * @param scale [units]
   * @param shift [units]
   */
  abstract Tensor apply(Forward forward, String name, Tensor x, Tensor scale, Tensor shift);
}
