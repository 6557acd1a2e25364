package org.genlab.datasets.wrappers;

import java.util.List;
import java.util.Objects;
import org.genlab.api.Randomness;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** Small images whose classes are known: example i of a split is of class {@code i * C / n}. */
record Toy(int classes, int side, int train, int test, Pixels pixels) implements Dataset {
  /** The pixels of an example. */
  interface Pixels {
    double at(int label, int pixel, RandomStream random);
  }

  static final Pixels NOISY_MEANS = (label, pixel, random) -> label + 0.5 * random.nextGaussian();

  static Toy of(int classes, int train) {
    return new Toy(classes, 2, train, 12, NOISY_MEANS);
  }

  static Randomness seed(long seed) {
    return (name, counters) -> RandomStream.of(seed, name, counters);
  }

  @Override
  public DataSpec spec() {
    return new DataSpec(
        new InputSpec.Values(List.of(side, side, 1)), new TargetSpec.Classes(classes));
  }

  @Override
  public List<Split> splits() {
    return List.of(new Part(TRAIN, train), new Part(TEST, test));
  }

  final class Part implements Split {
    private final String name;
    private final int size;

    Part(String name, int size) {
      this.name = name;
      this.size = size;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public int size() {
      return size;
    }

    int label(int index) {
      return (int) ((long) index * classes / size);
    }

    @Override
    public Batch batch(int... indices) {
      int pixelsEach = side * side;
      double[] values = new double[indices.length * pixelsEach];
      int[] labels = new int[indices.length];
      for (int i = 0; i < indices.length; i++) {
        int index = Objects.checkIndex(indices[i], size);
        RandomStream random = RandomStream.of(7, name, index);
        labels[i] = label(index);
        for (int p = 0; p < pixelsEach; p++) {
          values[i * pixelsEach + p] = pixels.at(labels[i], p, random);
        }
      }
      return Batch.of(indices.length)
          .with(Batch.INPUT, Tensor.of(values, indices.length, side, side, 1))
          .with(Batch.TARGET, IntTensor.of(labels, indices.length))
          .with(Annotation.INDEX, IntTensor.of(indices, indices.length));
    }
  }
}
