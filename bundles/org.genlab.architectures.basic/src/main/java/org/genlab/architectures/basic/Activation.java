package org.genlab.architectures.basic;

import org.genlab.tensor.Tensor;

/** A function applied to each value of a hidden layer. */
public enum Activation {
  RELU {
    @Override
    Tensor apply(Tensor x) {
      return x.relu();
    }
  },
  /** With the tanh approximation. */
  GELU {
    @Override
    Tensor apply(Tensor x) {
      return x.gelu();
    }
  },
  TANH {
    @Override
    Tensor apply(Tensor x) {
      return x.tanh();
    }
  },
  /** None: the network is linear in its input. */
  IDENTITY {
    @Override
    Tensor apply(Tensor x) {
      return x;
    }
  };

  abstract Tensor apply(Tensor x);
}
