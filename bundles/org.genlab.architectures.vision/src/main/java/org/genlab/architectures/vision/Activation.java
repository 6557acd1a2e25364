package org.genlab.architectures.vision;

import org.genlab.tensor.Tensor;

/** A function applied to each value of a layer. */
public enum Activation {
  RELU {
    @Override
    Tensor apply(Tensor x) {
      return x.relu();
    }
  },
  /** x for positive x, else 0.01 x. */
  LEAKY_RELU {
    @Override
    Tensor apply(Tensor x) {
      return x.leakyRelu(0.01);
    }
  },
  /** With the tanh approximation. */
  GELU {
    @Override
    Tensor apply(Tensor x) {
      return x.gelu();
    }
  },
  SILU {
    @Override
    Tensor apply(Tensor x) {
      return x.silu();
    }
  },
  TANH {
    @Override
    Tensor apply(Tensor x) {
      return x.tanh();
    }
  },
  /** None: a network that is linear between its poolings and normalisations. */
  IDENTITY {
    @Override
    Tensor apply(Tensor x) {
      return x;
    }
  };

  abstract Tensor apply(Tensor x);
}
