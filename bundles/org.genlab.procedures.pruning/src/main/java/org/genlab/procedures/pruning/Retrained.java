package org.genlab.procedures.pruning;

import org.genlab.tensor.Tensor;

/**
 * What is retrained: the pruned network, or a dense control whose norm is that of the pruned one.
 */
public enum Retrained {
  /** The pruned network. */
  TICKET,
  /** All weights, multiplied by one factor so that their L1 norm is that of the pruned network. */
  SAME_L1,
  /** All weights, multiplied by one factor so that their L2 norm is that of the pruned network. */
  SAME_L2;

  /** The values that are retrained, of the rewound ones and the mask. */
  Tensor start(Tensor rewound, Tensor mask) {
    Tensor ticket = rewound.times(mask);
    return switch (this) {
      case TICKET -> ticket;
      case SAME_L1 -> rewound.times(ratio(l1(ticket), l1(rewound)));
      case SAME_L2 -> rewound.times(ratio(l2(ticket), l2(rewound)));
    };
  }

  private static double ratio(double wanted, double norm) {
    return norm == 0 ? 1 : wanted / norm;
  }

  /** The sum of the absolute values, in double precision. */
  static double l1(Tensor values) {
    double sum = 0;
    for (float value : values.toArray()) {
      sum += Math.abs(value);
    }
    return sum;
  }

  /** The square root of the sum of the squares, in double precision. */
  static double l2(Tensor values) {
    double sum = 0;
    for (float value : values.toArray()) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
