package org.genlab.architectures.dl4j.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * The examples of DL4J's iterators as a dataset. They are read once and held in memory, in the
 * order of the iterators.
 *
 * <p>Features [batch, n] become vectors; [batch, features, time] sequences [time, features];
 * [batch, channels, height, width] images [height, width, channels]. Labels [batch, n] that are one
 * 1 and zeros elsewhere in every row of every split become classes, all others real targets. Masks
 * are refused.
 */
public final class IteratorDataset implements Dataset {
  private final DataSpec spec;
  private final List<Split> splits = new ArrayList<>();

  private record Examples(float[] inputs, float[] labels, int count) {}

  private record Column(float[] values, int[] shape) {
    Object rows(int... rows) {
      int width = Arrays.stream(shape).reduce(1, Math::multiplyExact);
      float[] chosen = new float[rows.length * width];
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(values, rows[i] * width, chosen, i * width, width);
      }
      int[] whole = new int[shape.length + 1];
      whole[0] = rows.length;
      System.arraycopy(shape, 0, whole, 1, shape.length);
      return Tensor.of(chosen, whole);
    }
  }

  private record Held(String name, int size, Column inputs, Column labels, int[] classes)
      implements Split {
    @Override
    public Batch batch(int... indices) {
      for (int index : indices) {
        if (index < 0 || index >= size) {
          throw new IndexOutOfBoundsException(
              "no example " + index + " in the split '" + name + "' of " + size);
        }
      }
      Batch batch =
          Batch.of(indices.length)
              .with(Batch.INPUT, (Tensor) inputs.rows(indices))
              .with(Annotation.INDEX, IntTensor.of(indices, indices.length));
      return classes == null
          ? batch.with(Batch.TARGET, (Tensor) labels.rows(indices))
          : batch.with(Batch.TARGET, IntTensor.of(classes, classes.length).selectRows(indices));
    }
  }

  /**
   * Reads iterators to their ends.
   *
   * @param iterators by the name of the split, the one to train on first; each is reset first
   * @throws IllegalArgumentException when there are none, when one has no examples or masks, or
   *     when shapes differ
   */
  public IteratorDataset(Map<String, DataSetIterator> iterators) {
    if (iterators.isEmpty()) {
      throw new IllegalArgumentException("a dataset of no iterators");
    }
    Map<String, Examples> all = new LinkedHashMap<>();
    int[][] shapes = new int[2][];
    for (Map.Entry<String, DataSetIterator> entry : iterators.entrySet()) {
      all.put(entry.getKey(), read(entry.getKey(), entry.getValue(), shapes));
    }
    int[] inputShape = shapes[0];
    int[] labelShape = shapes[1];
    boolean classes =
        labelShape.length == 1
            && labelShape[0] > 1
            && all.values().stream().allMatch(e -> isOneHot(e.labels, labelShape[0]));
    spec =
        new DataSpec(
            new InputSpec.Values(list(inputShape)),
            classes
                ? new TargetSpec.Classes(labelShape[0])
                : new TargetSpec.Values(list(labelShape)));
    all.forEach(
        (name, examples) ->
            splits.add(
                new Held(
                    name,
                    examples.count,
                    new Column(examples.inputs, inputShape),
                    new Column(examples.labels, labelShape),
                    classes ? indices(examples.labels, labelShape[0]) : null)));
  }

  private static List<Integer> list(int... values) {
    return Arrays.stream(values).boxed().toList();
  }

  private static Examples read(String split, DataSetIterator iterator, int[][] shapes) {
    if (iterator.resetSupported()) {
      iterator.reset();
    }
    List<float[]> inputs = new ArrayList<>();
    List<float[]> labels = new ArrayList<>();
    int count = 0;
    while (iterator.hasNext()) {
      DataSet batch = iterator.next();
      if (batch.getFeaturesMaskArray() != null || batch.getLabelsMaskArray() != null) {
        throw new IllegalArgumentException(
            "the iterator of '" + split + "' gives masks, which datasets have no place for");
      }
      inputs.add(channelsLast(split, batch.getFeatures(), 0, shapes));
      labels.add(channelsLast(split, batch.getLabels(), 1, shapes));
      count += batch.numExamples();
    }
    if (count == 0) {
      throw new IllegalArgumentException("the iterator of '" + split + "' gives no examples");
    }
    return new Examples(joined(inputs), joined(labels), count);
  }

  /** The values with what DL4J calls channels last; notes or compares the shape of one example. */
  private static float[] channelsLast(String split, INDArray array, int which, int[][] shapes) {
    INDArray last =
        switch (array.rank()) {
          case 3 -> array.permute(0, 2, 1);
          case 4 -> array.permute(0, 2, 3, 1);
          default -> array;
        };
    int[] shape = Arrays.stream(last.shape()).skip(1).mapToInt(Math::toIntExact).toArray();
    if (shapes[which] == null) {
      shapes[which] = shape;
    } else if (!Arrays.equals(shapes[which], shape)) {
      throw new IllegalArgumentException(
          "the iterator of '"
              + split
              + "' gives examples of shape "
              + Arrays.toString(shape)
              + " after some of "
              + Arrays.toString(shapes[which]));
    }
    return Arrays4j.values(last);
  }

  private static float[] joined(List<float[]> parts) {
    float[] whole = new float[parts.stream().mapToInt(p -> p.length).reduce(0, Math::addExact)];
    int to = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, whole, to, part.length);
      to += part.length;
    }
    return whole;
  }

  private static boolean isOneHot(float[] labels, int width) {
    for (int row = 0; row < labels.length; row += width) {
      int ones = 0;
      for (int i = row; i < row + width; i++) {
        if (labels[i] == 1) {
          ones++;
        } else if (labels[i] != 0) {
          return false;
        }
      }
      if (ones != 1) {
        return false;
      }
    }
    return true;
  }

  private static int[] indices(float[] labels, int width) {
    int[] classes = new int[labels.length / width];
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] == 1) {
        classes[i / width] = i % width;
      }
    }
    return classes;
  }

  @Override
  public DataSpec spec() {
    return spec;
  }

  @Override
  public List<Split> splits() {
    return List.copyOf(splits);
  }
}
