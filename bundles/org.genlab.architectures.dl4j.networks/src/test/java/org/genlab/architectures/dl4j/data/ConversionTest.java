package org.genlab.architectures.dl4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

class ConversionTest {
  /** Seven images of 2 x 3 pixels and 2 channels whose values tell where they stand. */
  private static final class Images implements Split {
    @Override
    public String name() {
      return "train";
    }

    @Override
    public int size() {
      return 7;
    }

    @Override
    public Batch batch(int... indices) {
      float[] values = new float[indices.length * 12];
      int[] labels = new int[indices.length];
      for (int i = 0; i < indices.length; i++) {
        for (int k = 0; k < 12; k++) {
          values[12 * i + k] = 100 * indices[i] + k;
        }
        labels[i] = indices[i] % 3;
      }
      return Batch.of(indices.length)
          .with(Batch.INPUT, Tensor.of(values, indices.length, 2, 3, 2))
          .with(Batch.TARGET, IntTensor.of(labels, indices.length));
    }
  }

  private static final DataSpec IMAGES =
      new DataSpec(new InputSpec.Values(List.of(2, 3, 2)), new TargetSpec.Classes(3));

  @Test
  void tensorsGoThereAndBack() {
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    INDArray array = Arrays4j.toNd4j(x);
    assertEquals(6, array.getDouble(1, 2));
    assertEquals(2, array.getDouble(0, 1));
    assertArrayEquals(x.toArray(), Arrays4j.toTensor(array).toArray());
    assertEquals(x.shape(), Arrays4j.toTensor(array).shape());
    INDArray columns = array.dup('f');
    assertArrayEquals(x.toArray(), Arrays4j.toTensor(columns).toArray());
    assertArrayEquals(
        new float[] {1, 4, 2, 5, 3, 6}, Arrays4j.toTensor(array.transpose()).toArray());
    assertArrayEquals(x.toArray(), Arrays4j.toTensor(array.castTo(DataType.DOUBLE)).toArray());
    IntTensor tokens = IntTensor.of(new int[] {1, -2, 3, 1 << 30}, 2, 2);
    assertEquals(tokens, Arrays4j.toIntTensor(Arrays4j.toNd4j(tokens)));
    assertThrows(
        IllegalArgumentException.class, () -> Arrays4j.toIntTensor(Nd4j.createFromArray(1.5f)));
  }

  @Test
  void splitsAreIteratedWithChannelsFirst() {
    SplitIterator iterator = new SplitIterator(new Images(), IMAGES, 3);
    int examples = 0;
    while (iterator.hasNext()) {
      DataSet batch = iterator.next();
      INDArray features = batch.getFeatures();
      assertArrayEquals(new long[] {batch.numExamples(), 2, 2, 3}, features.shape());
      for (int n = 0; n < batch.numExamples(); n++) {
        for (int c = 0; c < 2; c++) {
          for (int y = 0; y < 2; y++) {
            for (int x = 0; x < 3; x++) {
              assertEquals(
                  100 * (examples + n) + (y * 3 + x) * 2 + c, features.getDouble(n, c, y, x));
            }
          }
        }
        for (int k = 0; k < 3; k++) {
          assertEquals((examples + n) % 3 == k ? 1 : 0, batch.getLabels().getDouble(n, k));
        }
      }
      examples += batch.numExamples();
    }
    assertEquals(7, examples);
    assertEquals(3, iterator.totalOutcomes());
    assertEquals(List.of("0", "1", "2"), iterator.getLabels());
    iterator.reset();
    assertTrue(iterator.hasNext());
    assertEquals(7, iterator.next(100).numExamples());
    assertFalse(iterator.hasNext());
  }

  @Test
  void iteratorsBecomeDatasets() {
    Map<String, DataSetIterator> iterators = new LinkedHashMap<>();
    iterators.put("train", new SplitIterator(new Images(), IMAGES, 3));
    iterators.put("test", new SplitIterator(new Images().subset("test", 6, 0), IMAGES, 1));
    Dataset dataset = new IteratorDataset(iterators);
    assertEquals(IMAGES, dataset.spec());
    assertEquals(List.of("train", "test"), dataset.splits().stream().map(Split::name).toList());
    Batch expected = new Images().batch(5, 2, 5);
    Batch batch = dataset.split("train").batch(5, 2, 5);
    assertArrayEquals(expected.input().toArray(), batch.input().toArray());
    assertEquals(expected.labels(), batch.labels());
    assertEquals(IntTensor.of(new int[] {5, 2, 5}, 3), batch.ints(Annotation.INDEX));
    assertEquals(2, dataset.split("test").size());
    assertEquals(600, dataset.split("test").batch(0).input().get(0, 0, 0, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> dataset.split("test").batch(2));
  }

  @Test
  void realTargetsStayReal() {
    DataSet data =
        new DataSet(
            Nd4j.create(new float[][] {{1, 2}, {3, 4}}), Nd4j.create(new float[][] {{0.5f}, {1}}));
    Map<String, DataSetIterator> iterators =
        Map.of("train", new org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator(data));
    Dataset dataset = new IteratorDataset(iterators);
    assertEquals(new TargetSpec.Values(List.of(1)), dataset.spec().target());
    assertArrayEquals(
        new float[] {1, 0.5f}, dataset.split("train").batch(1, 0).reals(Batch.TARGET).toArray());
    assertThrows(IllegalArgumentException.class, () -> new IteratorDataset(Map.of()));
  }

  @Test
  void positionsWithoutTargetsAreMasked() {
    DataSpec spec = new DataSpec(new InputSpec.Tokens(5, 3), new TargetSpec.ClassPerPosition(4));
    Split split =
        new Split() {
          @Override
          public String name() {
            return "train";
          }

          @Override
          public int size() {
            return 2;
          }

          @Override
          public Batch batch(int... indices) {
            int[] tokens = IntStream.of(indices).flatMap(i -> IntStream.range(i, i + 3)).toArray();
            int[] targets =
                IntStream.of(indices).flatMap(i -> IntStream.of(-1, i, i + 2)).toArray();
            return Batch.of(indices.length)
                .with(Batch.INPUT, IntTensor.of(tokens, indices.length, 3))
                .with(Batch.TARGET, IntTensor.of(targets, indices.length, 3));
          }
        };
    DataSet batch = new SplitIterator(split, spec, 2).next();
    assertArrayEquals(new long[] {2, 3}, batch.getFeatures().shape());
    assertEquals(2, batch.getFeatures().getDouble(1, 1));
    assertArrayEquals(new long[] {2, 4, 3}, batch.getLabels().shape());
    assertEquals(1, batch.getLabels().getDouble(1, 3, 2));
    assertEquals(0, batch.getLabels().getDouble(1, 2, 2));
    assertArrayEquals(new float[] {0, 1, 1, 0, 1, 1}, Arrays4j.values(batch.getLabelsMaskArray()));
    assertNull(batch.getFeaturesMaskArray());
  }
}
