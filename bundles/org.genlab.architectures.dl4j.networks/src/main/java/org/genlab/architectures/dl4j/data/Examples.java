package org.genlab.architectures.dl4j.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * All that an iterator of DL4J gave, with channels last, example by example.
 *
 * @param inputShape of an example's features
 * @param labelShape of an example's labels; null when there are none
 * @param mask 0 where labels do not count, [count, time]; null when all do
 */
record Examples(
    int count, float[] inputs, int[] inputShape, float[] labels, int[] labelShape, float[] mask) {

  /** Reads iterators to their ends, each from its beginning. */
  static Map<String, Examples> read(Map<String, DataSetIterator> iterators) {
    if (iterators.isEmpty()) {
      throw new IllegalArgumentException("a dataset of no iterators");
    }
    Map<String, Examples> all = new LinkedHashMap<>();
    Examples first = null;
    for (Map.Entry<String, DataSetIterator> entry : iterators.entrySet()) {
      Examples next = read(entry.getKey(), entry.getValue());
      first = first == null ? next : first;
      sameShape(entry.getKey(), first.inputShape, next.inputShape);
      sameShape(entry.getKey(), first.labelShape, next.labelShape);
      all.put(entry.getKey(), next);
    }
    return all;
  }

  private static Examples read(String split, DataSetIterator iterator) {
    if (iterator.resetSupported()) {
      iterator.reset();
    }
    List<float[]> inputs = new ArrayList<>();
    List<float[]> labels = new ArrayList<>();
    List<float[]> masks = new ArrayList<>();
    int[] inputShape = null;
    int[] labelShape = null;
    int count = 0;
    boolean masked = false;
    while (iterator.hasNext()) {
      DataSet batch = iterator.next();
      if (hides(batch.getFeaturesMaskArray())) {
        throw new IllegalArgumentException(
            "the iterator of '"
                + split
                + "' gives masks of features, for sequences of several lengths, and examples of a"
                + " dataset have one");
      }
      if (batch.getFeatures() == null) {
        throw new IllegalArgumentException("the iterator of '" + split + "' gives no features");
      }
      INDArray features = channelsLast(split, "features", batch.getFeatures());
      INDArray wanted =
          batch.getLabels() == null ? null : channelsLast(split, "labels", batch.getLabels());
      if (count == 0) {
        inputShape = shape(features);
        labelShape = shape(wanted);
      }
      sameShape(split, inputShape, shape(features));
      sameShape(split, labelShape, shape(wanted));
      inputs.add(Arrays4j.values(features));
      if (wanted != null) {
        labels.add(Arrays4j.values(wanted));
        masked |= hides(batch.getLabelsMaskArray());
        masks.add(mask(split, batch, wanted));
      }
      count += batch.numExamples();
    }
    if (count == 0) {
      throw new IllegalArgumentException("the iterator of '" + split + "' gives no examples");
    }
    return new Examples(
        count,
        joined(inputs),
        inputShape,
        joined(labels),
        labelShape,
        masked ? joined(masks) : null);
  }

  /** Whether a mask takes anything away. */
  private static boolean hides(INDArray mask) {
    if (mask == null) {
      return false;
    }
    for (float value : Arrays4j.values(mask)) {
      if (value != 1) {
        return true;
      }
    }
    return false;
  }

  /** Of a minibatch, a number for each position of its labels. */
  private static float[] mask(String split, DataSet batch, INDArray labels) {
    INDArray mask = batch.getLabelsMaskArray();
    if (mask != null) {
      float[] values = Arrays4j.values(mask);
      for (float value : values) {
        if (value != 0 && value != 1) {
          throw new IllegalArgumentException(
              "the iterator of '"
                  + split
                  + "' gives masks of labels with the value "
                  + value
                  + ", and labels of a dataset count or do not: 1 or 0");
        }
      }
      return values;
    }
    float[] ones = new float[Math.toIntExact(labels.length() / labels.size(-1))];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static INDArray channelsLast(String split, String what, INDArray array) {
    return switch (array.rank()) {
      case 2 -> array;
      case 3 -> array.permute(0, 2, 1);
      case 4 -> array.permute(0, 2, 3, 1);
      default ->
          throw new IllegalArgumentException(
              "the iterator of '"
                  + split
                  + "' gives "
                  + what
                  + " of shape "
                  + Arrays.toString(array.shape())
                  + ", which are no batch of vectors, sequences or images");
    };
  }

  /** The shape of one example; null of no array. */
  private static int[] shape(INDArray array) {
    return array == null
        ? null
        : Arrays.stream(array.shape()).skip(1).mapToInt(Math::toIntExact).toArray();
  }

  private static void sameShape(String split, int[] expected, int... found) {
    if (!Arrays.equals(expected, found)) {
      throw new IllegalArgumentException(
          "the iterator of '"
              + split
              + "' gives examples of shape "
              + Arrays.toString(found)
              + " after some of "
              + Arrays.toString(expected));
    }
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

  /** Whether labels are masked, and not by a number for each position of a sequence. */
  boolean masksOtherThanPositions() {
    return mask != null && (labelShape.length != 2 || mask.length != count * labelShape[0]);
  }

  /**
   * The numbers of the ones, where labels are one 1 and zeros elsewhere in their last dimension; -1
   * where the mask is 0. Empty when labels are not so, or something else is masked than positions.
   */
  Optional<int[]> classes() {
    int width = labelShape[labelShape.length - 1];
    int[] classes = new int[labels.length / width];
    if (masksOtherThanPositions()) {
      return Optional.empty();
    }
    for (int row = 0; row < classes.length; row++) {
      classes[row] = -1;
      if (mask != null && mask[row] == 0) {
        continue;
      }
      for (int i = 0; i < width; i++) {
        float label = labels[row * width + i];
        if (label != 0 && (label != 1 || classes[row] >= 0)) {
          return Optional.empty();
        }
        classes[row] = label == 1 ? i : classes[row];
      }
      if (classes[row] < 0) {
        return Optional.empty();
      }
    }
    return Optional.of(classes);
  }
}
