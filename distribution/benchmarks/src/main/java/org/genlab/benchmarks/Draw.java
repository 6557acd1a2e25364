package org.genlab.benchmarks;

import java.util.Arrays;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Entry;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** Random data. */
final class Draw {
  private Draw() {}

  /** Standard normal numbers. */
  static float[] normal(RandomStream random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Numbers in [0, count). */
  static int[] classes(RandomStream random, int n, int count) {
    int[] values = new int[n];
    Arrays.setAll(values, i -> random.nextInt(count));
    return values;
  }

  /**
   * Weights [..., out] normal with variance 1/fan-in, biases 0, scales of normalisations 1.
   *
   * @param layout names of scales end in {@code scale}
   */
  static Parameters parameters(RandomStream random, ParameterLayout layout) {
    float[] values = new float[layout.size()];
    for (Entry entry : layout.entries()) {
      double deviation =
          switch (entry.role()) {
            case WEIGHT -> Math.sqrt(entry.shape().dimension(-1) / (double) entry.size());
            case EMBEDDING -> 1;
            case BIAS, NORM -> 0;
          };
      float start = entry.name().endsWith("scale") ? 1 : 0;
      for (int i = entry.offset(); i < entry.offset() + entry.size(); i++) {
        values[i] = deviation == 0 ? start : (float) (deviation * random.nextGaussian());
      }
    }
    return new Parameters(layout, Tensor.of(values, values.length));
  }
}
