package org.genlab.architectures.basic;

import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Entry;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/**
 * How parameters are drawn. Parameters are drawn in the order of the layout from one stream.
 *
 * <p>Scales and shifts of normalisations start at 1 and 0, whatever the scheme. A weight matrix
 * [in, out] has fan-in {@code in}.
 */
public enum Initialization {
  /**
   * Weights and biases uniform in [-1/sqrt(fan-in), 1/sqrt(fan-in)], embeddings normal with
   * standard deviation 1: the defaults of PyTorch's {@code Linear} and {@code Embedding}, with
   * which the code published for the grokking paper starts.
   */
  UNIFORM,
  /**
   * Weights and embeddings normal with standard deviation 0.02, biases 0 (Radford et al., "Language
   * models are unsupervised multitask learners", 2019).
   */
  NORMAL,
  /**
   * Weights normal with variance 2/fan-in, embeddings normal with standard deviation 1, biases 0
   * (He et al., "Delving deep into rectifiers", ICCV 2015, equation 10).
   */
  HE,
  /**
   * Weights normal with variance 1/fan-in, embeddings normal with variance 1/width, biases 0 (LeCun
   * et al., "Efficient backprop", 1998, section 4.6): the start of the code published with
   * "Progress measures for grokking via mechanistic interpretability" (arXiv 2301.05217).
   */
  LECUN;

  private static final double SMALL = 0.02;

  Parameters draw(ParameterLayout layout, RandomStream random) {
    float[] values = new float[layout.size()];
    int fanIn = 1;
    for (Entry entry : layout.entries()) {
      if (entry.role() == ParameterLayout.Role.WEIGHT) {
        fanIn = entry.shape().dimension(0);
      }
      for (int i = entry.offset(); i < entry.offset() + entry.size(); i++) {
        values[i] = (float) draw(entry, fanIn, random);
      }
    }
    return new Parameters(layout, Tensor.of(values, values.length));
  }

  /**
   * @param fanIn of the weight itself; for a bias, of the weight it stands after
   */
  private double draw(Entry entry, int fanIn, RandomStream random) {
    return switch (entry.role()) {
      case NORM -> entry.name().endsWith(".scale") ? 1 : 0;
      case EMBEDDING -> embeddingDeviation(entry) * random.nextGaussian();
      case BIAS -> this == UNIFORM ? uniform(fanIn, random) : 0;
      case WEIGHT ->
          switch (this) {
            case UNIFORM -> uniform(fanIn, random);
            case NORMAL -> SMALL * random.nextGaussian();
            case HE -> Math.sqrt(2.0 / fanIn) * random.nextGaussian();
            case LECUN -> Math.sqrt(1.0 / fanIn) * random.nextGaussian();
          };
    };
  }

  private double embeddingDeviation(Entry entry) {
    return switch (this) {
      case UNIFORM, HE -> 1;
      case NORMAL -> SMALL;
      case LECUN -> 1 / Math.sqrt(entry.shape().dimension(1));
    };
  }

  private static double uniform(int fanIn, RandomStream random) {
    double bound = 1 / Math.sqrt(fanIn);
    return bound * (2 * random.nextDouble() - 1);
  }
}
