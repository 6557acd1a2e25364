package org.genlab.regularizers.basic;

import java.util.Arrays;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;

/** Classes as distributions. */
final class OneHot {
  private OneHot() {}

  /**
   * Distributions that give a class {@code on} and each other class {@code off}.
   *
   * @param labels of any shape; a negative label becomes a row of zeros
   * @return the shape of the labels, then [classes]
   */
  static Tensor of(IntTensor labels, int classes, double on, double off) {
    int n = labels.size();
    float[] values = new float[Math.multiplyExact(n, classes)];
    for (int i = 0; i < n; i++) {
      int label = labels.at(i);
      if (label >= classes) {
        throw new IllegalArgumentException("label " + label + " of " + classes + " classes");
      }
      for (int k = 0; label >= 0 && k < classes; k++) {
        values[i * classes + k] = (float) (k == label ? on : off);
      }
    }
    int[] labelShape = labels.shape().toArray();
    int[] shape = Arrays.copyOf(labelShape, labelShape.length + 1);
    shape[labelShape.length] = classes;
    return Tensor.of(values, shape);
  }
}
