package org.genlab.datasets.wrappers;

import java.util.List;
import org.genlab.api.Randomness;
import org.genlab.api.data.InputSpec;
import org.genlab.tensor.random.RandomStream;

/**
 * What inputs become when their structure is destroyed. The values of an input are its pixels, each
 * of one or more channels: of [height, width, channels] each position is a pixel, of any other
 * shape each value.
 */
public enum Pixels {
  /** What they are. */
  NONE,
  /** One random order of the pixels for all inputs. */
  FIXED_PERMUTATION,
  /** Another random order for each input. */
  PERMUTATION_PER_IMAGE,
  /** Independent normal values with the mean and variance of each channel in training. */
  GAUSSIAN;

  /** Changes the inputs of one split in place. */
  interface Change {
    /**
     * @param inputs the values of each input
     * @param split the position of the split
     */
    void apply(float[][] inputs, int split);
  }

  /**
   * The change for a dataset.
   *
   * @param train the inputs of the training split
   */
  Change change(InputSpec.Values spec, float[][] train, Randomness randomness) {
    List<Integer> shape = spec.shape();
    int channels = shape.size() == 3 ? shape.get(2) : 1;
    int pixels = spec.size() / channels;
    return switch (this) {
      case NONE -> (inputs, split) -> {};
      case FIXED_PERMUTATION -> {
        int[] order = randomness.stream("fixed-permutation").permutation(pixels);
        yield (inputs, split) -> {
          for (int i = 0; i < inputs.length; i++) {
            inputs[i] = permuted(inputs[i], order, channels);
          }
        };
      }
      case PERMUTATION_PER_IMAGE ->
          (inputs, split) -> {
            for (int i = 0; i < inputs.length; i++) {
              int[] order = randomness.stream("permutation", split, i).permutation(pixels);
              inputs[i] = permuted(inputs[i], order, channels);
            }
          };
      case GAUSSIAN -> {
        double[][] moments = moments(train, channels);
        yield (inputs, split) -> {
          for (int i = 0; i < inputs.length; i++) {
            inputs[i] = drawn(moments, pixels, randomness.stream("gaussian", split, i));
          }
        };
      }
    };
  }

  /** Pixel p of the result is pixel order[p] of the input. */
  private static float[] permuted(float[] input, int[] order, int channels) {
    float[] result = new float[input.length];
    for (int p = 0; p < order.length; p++) {
      System.arraycopy(input, order[p] * channels, result, p * channels, channels);
    }
    return result;
  }

  private static float[] drawn(double[][] moments, int pixels, RandomStream random) {
    int channels = moments.length;
    float[] result = new float[pixels * channels];
    for (int i = 0; i < result.length; i++) {
      double[] m = moments[i % channels];
      result[i] = (float) (m[0] + m[1] * random.nextGaussian());
    }
    return result;
  }

  /** Mean and standard deviation of each channel. */
  private static double[][] moments(float[][] inputs, int channels) {
    double[][] moments = new double[channels][2];
    double count = (double) inputs.length * inputs[0].length / channels;
    for (float[] input : inputs) {
      for (int i = 0; i < input.length; i++) {
        moments[i % channels][0] += input[i] / count;
      }
    }
    for (float[] input : inputs) {
      for (int i = 0; i < input.length; i++) {
        double d = input[i] - moments[i % channels][0];
        moments[i % channels][1] += d * d / count;
      }
    }
    for (double[] m : moments) {
      m[1] = Math.sqrt(m[1]);
    }
    return moments;
  }
}
