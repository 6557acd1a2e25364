package org.genlab.architectures.dl4j.data;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The examples of a split as DL4J's iterator of minibatches, in the order of the split; the last
 * minibatch may be smaller.
 *
 * <p>Vectors become features [batch, n], sequences [time, features] become [batch, features, time],
 * images [height, width, channels] become [batch, channels, height, width], tokens [batch, length].
 * Classes become one-hot labels [batch, classes], a class for each position [batch, classes, time]
 * with a mask [batch, time] that is 0 where the target is negative; real targets as inputs do.
 */
public final class SplitIterator implements DataSetIterator {
  private static final long serialVersionUID = 1L;

  private final transient Split split;
  private final transient DataSpec spec;
  private final int batchSize;
  private int position;
  private DataSetPreProcessor preProcessor;

  /**
   * @param batchSize at least 1
   */
  public SplitIterator(Split split, DataSpec spec, int batchSize) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("minibatches of " + batchSize + " examples");
    }
    this.split = split;
    this.spec = spec;
    this.batchSize = batchSize;
  }

  @Override
  public DataSet next(int count) {
    if (!hasNext()) {
      throw new NoSuchElementException("the split '" + split.name() + "' has no more examples");
    }
    int to = (int) Math.min(split.size(), (long) position + count);
    Batch batch = split.range(position, to);
    position = to;
    DataSet result = convert(batch);
    if (preProcessor != null) {
      preProcessor.preProcess(result);
    }
    return result;
  }

  private DataSet convert(Batch batch) {
    INDArray features =
        batch.isInts(Batch.INPUT)
            ? Arrays4j.toNd4j(batch.tokens()).castTo(DataType.FLOAT)
            : channelsFirst(batch.input());
    if (spec.target() instanceof TargetSpec.Classes classes) {
      return new DataSet(features, oneHot(batch.labels(), classes.count(), 1));
    }
    if (spec.target() instanceof TargetSpec.ClassPerPosition classes) {
      int length = batch.labels().shape().dimension(1);
      DataSet result = new DataSet(features, oneHot(batch.labels(), classes.count(), length));
      int[] labels = batch.labels().toArray();
      float[] mask = new float[labels.length];
      for (int i = 0; i < mask.length; i++) {
        mask[i] = labels[i] < 0 ? 0 : 1;
      }
      if (IntStream.of(labels).anyMatch(label -> label < 0)) {
        result.setLabelsMaskArray(Nd4j.create(mask, new long[] {batch.size(), length}, 'c'));
      }
      return result;
    }
    return spec.target() instanceof TargetSpec.Values
        ? new DataSet(features, channelsFirst(batch.reals(Batch.TARGET)))
        : new DataSet(features, null);
  }

  private static INDArray channelsFirst(Tensor values) {
    return switch (values.rank()) {
      case 1 -> Arrays4j.toNd4j(values.reshape(values.size(), 1));
      case 3 -> Arrays4j.toNd4j(values.detach().permute(0, 2, 1));
      case 4 -> Arrays4j.toChannelsFirst(values);
      default -> Arrays4j.toNd4j(values);
    };
  }

  /** [batch, classes], or [batch, classes, length] for several positions. */
  private static INDArray oneHot(IntTensor labels, int classes, int length) {
    int batch = labels.shape().dimension(0);
    float[] values = new float[batch * classes * length];
    for (int i = 0; i < labels.size(); i++) {
      if (labels.at(i) >= 0) {
        values[(i / length * classes + labels.at(i)) * length + i % length] = 1;
      }
    }
    return Nd4j.create(
        values,
        labels.shape().rank() == 1
            ? new long[] {batch, classes}
            : new long[] {batch, classes, length},
        'c');
  }

  @Override
  public DataSet next() {
    return next(batchSize);
  }

  @Override
  public boolean hasNext() {
    return position < split.size();
  }

  @Override
  public int inputColumns() {
    INDArray features = convert(split.range(0, 1)).getFeatures();
    return (int) features.size(1);
  }

  @Override
  public int totalOutcomes() {
    INDArray labels = convert(split.range(0, 1)).getLabels();
    return labels == null ? 0 : (int) labels.size(1);
  }

  @Override
  public boolean resetSupported() {
    return true;
  }

  @Override
  public boolean asyncSupported() {
    // Tensors belong to the thread that makes them.
    return false;
  }

  @Override
  public void reset() {
    position = 0;
  }

  @Override
  public int batch() {
    return batchSize;
  }

  @Override
  public void setPreProcessor(DataSetPreProcessor processor) {
    preProcessor = processor;
  }

  @Override
  public DataSetPreProcessor getPreProcessor() {
    return preProcessor;
  }

  /** The names of the classes: their numbers. */
  @Override
  public List<String> getLabels() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < totalOutcomes(); i++) {
      names.add(Integer.toString(i));
    }
    return names;
  }
}
