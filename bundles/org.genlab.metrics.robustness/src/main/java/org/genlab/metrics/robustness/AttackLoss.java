package org.genlab.metrics.robustness;

import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;

/** What an attack makes large. */
public enum AttackLoss {
  /** -log p(label). Its gradient fades where the network is very sure. */
  CROSS_ENTROPY {
    @Override
    Tensor perExample(Tensor logits, IntTensor labels) {
      return logits.crossEntropy(labels);
    }
  },
  /**
   * The largest other logit minus that of the label (Carlini and Wagner, "Towards evaluating the
   * robustness of neural networks", 2017, f_6): its gradient is the same however sure the network
   * is.
   */
  MARGIN {
    @Override
    Tensor perExample(Tensor logits, IntTensor labels) {
      Tensor label = labels.oneHot(logits.dimension(-1));
      Tensor others = logits.minus(label.times(UNREACHABLE));
      return others.max(false, -1).minus(logits.times(label).sum(false, -1));
    }
  };

  /** Larger than the distance of any two logits. */
  private static final double UNREACHABLE = 1e9;

  /** One number an example, from logits [batch, classes]. */
  abstract Tensor perExample(Tensor logits, IntTensor labels);
}
