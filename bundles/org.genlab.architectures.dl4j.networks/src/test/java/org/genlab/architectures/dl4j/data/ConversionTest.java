package org.genlab.architectures.dl4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
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
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

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

  /** Examples that are held. */
  private record Fixed(String name, Batch all) implements Split {
    @Override
    public int size() {
      return all.size();
    }

    @Override
    public Batch batch(int... indices) {
      return all.select(indices);
    }
  }

  /** To DL4J in minibatches of two and back, both without and with the spec, where it is told. */
  private static void assertComesBack(DataSpec spec, Batch all, boolean seen) {
    Map<String, DataSetIterator> iterators =
        Map.of("train", new SplitIterator(new Fixed("train", all), spec, 2));
    Dataset told = new IteratorDataset(iterators, spec);
    assertEquals(spec, told.spec());
    assertSame(all, told.split("train").range(0, all.size()));
    assertSame(all.select(2, 0, 2), told.split("train").batch(2, 0, 2));
    Dataset guessed = new IteratorDataset(iterators);
    assertEquals(seen, guessed.spec().equals(spec), guessed.spec().toString());
    if (seen) {
      assertSame(all, guessed.split("train").range(0, all.size()));
    }
  }

  private static void assertSame(Batch expected, Batch found) {
    for (String column : expected.columns()) {
      assertEquals(expected.isInts(column), found.isInts(column), column);
      if (expected.isInts(column)) {
        assertEquals(expected.ints(column), found.ints(column), column);
      } else {
        assertEquals(expected.reals(column).shape(), found.reals(column).shape(), column);
        assertArrayEquals(expected.reals(column).toArray(), found.reals(column).toArray());
      }
    }
    assertEquals(expected.has(Batch.TARGET), found.has(Batch.TARGET));
  }

  private static Tensor reals(String name, int... shape) {
    return Tensor.normal(RandomStream.of(1, name), 1, shape);
  }

  private static IntTensor ints(int least, int most, int... shape) {
    int[] values = new int[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    Arrays.setAll(values, i -> least + i * 5 % (most - least + 1));
    return IntTensor.of(values, shape);
  }

  @Test
  void sequencesComeBack() {
    assertComesBack(
        new DataSpec(new InputSpec.Values(List.of(4, 3)), new TargetSpec.Values(List.of(4, 2))),
        Batch.of(5)
            .with(Batch.INPUT, reals("inputs", 5, 4, 3))
            .with(Batch.TARGET, reals("targets", 5, 4, 2)),
        true);
    assertComesBack(
        new DataSpec(new InputSpec.Values(List.of(4, 3)), new TargetSpec.ClassPerPosition(3)),
        Batch.of(5)
            .with(Batch.INPUT, reals("inputs", 5, 4, 3))
            .with(Batch.TARGET, ints(0, 2, 5, 4)),
        true);
  }

  @Test
  void imagesWithoutTargetsAndImagesAsTargetsComeBack() {
    assertComesBack(
        new DataSpec(new InputSpec.Values(List.of(2, 3, 2)), new TargetSpec.None()),
        Batch.of(5).with(Batch.INPUT, reals("inputs", 5, 2, 3, 2)),
        true);
    assertComesBack(
        new DataSpec(
            new InputSpec.Values(List.of(2, 3, 2)), new TargetSpec.Values(List.of(3, 2, 4))),
        Batch.of(3)
            .with(Batch.INPUT, reals("inputs", 3, 2, 3, 2))
            .with(Batch.TARGET, reals("targets", 3, 3, 2, 4)),
        true);
  }

  /** Some minibatches have no mask, because nothing in them is masked. */
  @Test
  void positionsWithoutTargetsComeBack() {
    IntTensor targets =
        IntTensor.of(new int[] {0, 1, 2, 3, 0, 1, -1, 3, -1, -1, -1, -1, 2, 2, -1}, 5, 3);
    assertComesBack(
        new DataSpec(new InputSpec.Values(List.of(3, 2)), new TargetSpec.ClassPerPosition(4)),
        Batch.of(5).with(Batch.INPUT, reals("inputs", 5, 3, 2)).with(Batch.TARGET, targets),
        true);
  }

  @Test
  void tokensComeBackWhenTheSpecSaysThatTheyAreTokens() {
    Batch tokens = Batch.of(5).with(Batch.INPUT, ints(0, 6, 5, 3));
    InputSpec input = new InputSpec.Tokens(7, 3);
    assertComesBack(
        new DataSpec(input, new TargetSpec.ClassPerPosition(4)),
        tokens.with(Batch.TARGET, ints(-1, 3, 5, 3)),
        false);
    assertComesBack(
        new DataSpec(input, new TargetSpec.Classes(3)),
        tokens.with(Batch.TARGET, ints(0, 2, 5)),
        false);
  }

  @Test
  void whatIsNotAsTheSpecSaysIsRefused() {
    InputSpec.Values input = new InputSpec.Values(List.of(2));
    DataSpec spec = new DataSpec(input, new TargetSpec.Values(List.of(3)));
    Batch all =
        Batch.of(3).with(Batch.INPUT, reals("x", 3, 2)).with(Batch.TARGET, reals("y", 3, 3));
    SplitIterator iterator = new SplitIterator(new Fixed("train", all), spec, 2);
    assertRefused("features of shape [2]", iterator, new InputSpec.Tokens(3, 4), spec.target());
    assertRefused("no token of a vocab", iterator, new InputSpec.Tokens(3, 2), spec.target());
    assertRefused("labels of shape [3]", iterator, input, new TargetSpec.Classes(4));
    assertRefused("not one 1", iterator, input, new TargetSpec.Classes(3));
    assertRefused("labels of shape [3]", iterator, input, new TargetSpec.ClassPerPosition(3));
    assertRefused("labels of shape [3]", iterator, input, new TargetSpec.Values(List.of(4)));
    DataSpec none = new DataSpec(input, new TargetSpec.None());
    SplitIterator unlabelled = new SplitIterator(new Fixed("train", all), none, 2);
    assertRefused("gives no labels", unlabelled, input, new TargetSpec.Classes(3));
  }

  private static void assertRefused(
      String part, DataSetIterator iterator, InputSpec input, TargetSpec target) {
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> new IteratorDataset(Map.of("train", iterator), new DataSpec(input, target)));
    assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
  }

  @Test
  void masksOfOtherThingsThanClassesOfPositionsAreRefused() {
    INDArray features = Arrays4j.toNd4j(reals("x", 2, 3, 4));
    INDArray labels = Arrays4j.toNd4j(reals("y", 2, 1, 4));
    INDArray mask = Nd4j.create(new float[][] {{1, 1, 1, 0}, {1, 1, 1, 1}});
    INDArray ones = Nd4j.ones(2, 4);
    Dataset whole = new IteratorDataset(iterators(new DataSet(features, labels, ones, ones)));
    assertEquals(new TargetSpec.Values(List.of(4, 1)), whole.spec().target());
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> new IteratorDataset(iterators(new DataSet(features, labels, mask, ones))))
            .getMessage()
            .contains("masks of features"));
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> new IteratorDataset(iterators(new DataSet(features, labels, ones, mask))))
            .getMessage()
            .contains("masks of labels that are not a class for each position"));
  }

  private static void assertRefused(String part, DataSet data) {
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class, () -> new IteratorDataset(iterators(data)), part);
    assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
  }

  @Test
  void masksWithOtherNumbersThanZeroAndOneAreRefused() {
    INDArray features = Arrays4j.toNd4j(reals("x", 1, 2, 2));
    INDArray labels = Nd4j.create(new float[] {1, 0, 0, 1}, new long[] {1, 2, 2}, 'c');
    for (float value : new float[] {0.5f, 2, -1, Float.NaN}) {
      INDArray mask = Nd4j.create(new float[][] {{1, value}});
      assertRefused("with the value " + value, new DataSet(features, labels, null, mask));
    }
  }

  /** With a spec, too, it is the mask that is reported. */
  @Test
  void masksOfExamplesAreRefusedForWhatTheyAre() {
    INDArray features = Arrays4j.toNd4j(reals("x", 2, 3));
    INDArray labels = Nd4j.create(new float[][] {{1, 0}, {0, 1}});
    INDArray mask = Nd4j.create(new float[][] {{1}, {0}});
    DataSetIterator iterator = iterators(new DataSet(features, labels, null, mask)).get("train");
    InputSpec input = new InputSpec.Values(List.of(3));
    assertRefused("masks of labels that are not", iterator, input, new TargetSpec.Classes(2));
    INDArray positions = Nd4j.create(new float[] {1, 0, 0, 1}, new long[] {1, 2, 2}, 'c');
    INDArray each = Nd4j.create(new float[] {1, 1, 0, 1}, new long[] {1, 2, 2}, 'c');
    DataSet data = new DataSet(Arrays4j.toNd4j(reals("x", 1, 3)), positions, null, each);
    assertRefused(
        "masks of labels that are not",
        iterators(data).get("train"),
        input,
        new TargetSpec.ClassPerPosition(2));
  }

  @Test
  void arraysOfOtherFormsAreRefused() {
    INDArray two = Arrays4j.toNd4j(reals("x", 2, 3));
    assertRefused("labels of shape [2]", new DataSet(two, Nd4j.createFromArray(0f, 1f)));
    assertRefused("gives no features", new DataSet(null, two));
    INDArray video = Arrays4j.toNd4j(reals("x", 2, 3, 4, 2, 2));
    assertRefused("features of shape [2, 3, 4, 2, 2]", new DataSet(video, two));
    assertRefused("labels of shape [2, 3, 4, 2, 2]", new DataSet(two, video));
  }

  /** What arrays of DL4J cannot tell, as the documentation lists it. */
  @Test
  void someTargetsDoNotComeBack() {
    InputSpec input = new InputSpec.Values(List.of(2));
    Batch ones =
        Batch.of(3)
            .with(Batch.INPUT, reals("x", 3, 2))
            .with(Batch.TARGET, Tensor.of(new float[] {1, 0, 0, 1, 1, 0}, 3, 2));
    assertComesBack(new DataSpec(input, new TargetSpec.Values(List.of(2))), ones, false);
    TargetSpec classes = new TargetSpec.Classes(2);
    Batch unknown = ones.with(Batch.TARGET, IntTensor.of(new int[] {1, -1, 0}, 3));
    SplitIterator iterator =
        new SplitIterator(new Fixed("train", unknown), new DataSpec(input, classes), 2);
    assertEquals(
        new TargetSpec.Values(List.of(2)),
        new IteratorDataset(Map.of("train", iterator)).spec().target());
    assertRefused("not one 1", iterator, input, classes);
  }

  private static Map<String, DataSetIterator> iterators(DataSet data) {
    return Map.of("train", new org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator(data));
  }

  /** DL4J's own training on a split. */
  @Test
  void networksOfDl4jFitSplits() {
    DataSpec spec = new DataSpec(new InputSpec.Values(List.of(3)), new TargetSpec.Classes(3));
    IntTensor labels = ints(0, 2, 30);
    Batch all =
        Batch.of(30)
            .with(Batch.INPUT, labels.oneHot(3).plus(reals("noise", 30, 3).times(0.1)))
            .with(Batch.TARGET, labels);
    SplitIterator minibatches = new SplitIterator(new Fixed("train", all), spec, 8);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Sgd(0.5))
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nIn(3)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    network.init();
    network.fit(minibatches, 20);
    assertEquals(1, network.evaluate(minibatches).accuracy());
  }
}
