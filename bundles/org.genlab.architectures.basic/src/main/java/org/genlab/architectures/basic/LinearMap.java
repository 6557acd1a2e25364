package org.genlab.architectures.basic;

import java.util.List;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.tensor.Tensor;

/** What linear models have in common: which data they take, and their shapes. */
final class LinearMap {
  private LinearMap() {}

  /**
   * Refuses what a linear map cannot read or predict.
   *
   * @param name the id of the architecture
   */
  static void check(String name, DataSpec spec) {
    if (!(spec.input() instanceof InputSpec.Values)) {
      throw new IllegalArgumentException(
          name + " reads real numbers, and the dataset gives " + spec.input());
    }
    if (!(spec.target() instanceof TargetSpec.Classes)
        && !(spec.target() instanceof TargetSpec.Values)) {
      throw new IllegalArgumentException(
          name
              + " predicts one class or real numbers an example, and the dataset wants "
              + spec.target());
    }
  }

  static int inputs(DataSpec spec) {
    return ((InputSpec.Values) spec.input()).size();
  }

  static int outputs(DataSpec spec) {
    return spec.target() instanceof TargetSpec.Classes classes
        ? classes.count()
        : ((TargetSpec.Values) spec.target()).shape().stream().reduce(1, Math::multiplyExact);
  }

  /** Outputs [batch, outputs] in the shape of the targets. */
  static Tensor shaped(DataSpec spec, Tensor outputs) {
    if (spec.target() instanceof TargetSpec.Values values) {
      List<Integer> of = values.shape();
      int[] shape = new int[of.size() + 1];
      shape[0] = outputs.dimension(0);
      for (int i = 1; i < shape.length; i++) {
        shape[i] = of.get(i - 1);
      }
      return outputs.reshape(shape);
    }
    return outputs;
  }
}
