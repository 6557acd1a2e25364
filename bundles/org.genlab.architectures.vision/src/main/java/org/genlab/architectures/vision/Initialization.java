package org.genlab.architectures.vision;

import org.genlab.tensor.random.RandomStream;

/**
 * How weights and biases are drawn; fan-in is the number of values that one output is computed
 * from.
 */
public enum Initialization {
  /**
   * Weights normal with variance 2/fan-in, biases 0 (He et al., "Delving deep into rectifiers",
   * 2015, eq. 10).
   */
  HE {
    @Override
    double weight(int fanIn, RandomStream random) {
      return Math.sqrt(2.0 / fanIn) * random.nextGaussian();
    }

    @Override
    double bias(int fanIn, RandomStream random) {
      return 0;
    }
  },
  /**
   * Weights and biases uniform in [-1/sqrt(fan-in), 1/sqrt(fan-in)]: the defaults of PyTorch's
   * layers.
   */
  UNIFORM {
    @Override
    double weight(int fanIn, RandomStream random) {
      return (2 * random.nextDouble() - 1) / Math.sqrt(fanIn);
    }

    @Override
    double bias(int fanIn, RandomStream random) {
      return weight(fanIn, random);
    }
  };

  abstract double weight(int fanIn, RandomStream random);

  abstract double bias(int fanIn, RandomStream random);
}
