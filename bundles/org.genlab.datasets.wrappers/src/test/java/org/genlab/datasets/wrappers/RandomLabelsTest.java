package org.genlab.datasets.wrappers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.genlab.api.SettingException;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.datasets.wrappers.RandomLabels.Contradictions;
import org.genlab.datasets.wrappers.RandomLabels.Settings;
import org.genlab.datasets.wrappers.RandomLabels.Where;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.junit.jupiter.api.Test;

class RandomLabelsTest {
  private static final int CLASSES = 5;

  private static RandomLabels wrapped(Dataset base, double q, Where where, Pixels pixels) {
    return new RandomLabels(new Settings(q, where, pixels, Contradictions.DROP), base, Toy.seed(3));
  }

  private static Batch all(Dataset dataset, String split) {
    return dataset.split(split).range(0, dataset.split(split).size());
  }

  private static float[] inputs(Dataset dataset, String split) {
    return all(dataset, split).input().toArray();
  }

  @Test
  void replacedLabelsAreUniformAndTheCleanOneIsKept() {
    Toy base = Toy.of(CLASSES, 4000);
    for (double q : new double[] {0.25, 1}) {
      RandomLabels dataset = wrapped(base, q, Where.TRAIN, Pixels.NONE);
      Batch train = all(dataset, "train");
      int[] labels = train.labels().toArray();
      int[] clean = train.ints(Annotation.CLEAN).toArray();
      assertArrayEquals(all(base, "train").labels().toArray(), clean);
      int[] counts = new int[CLASSES];
      int different = 0;
      for (int i = 0; i < labels.length; i++) {
        counts[labels[i]]++;
        different += labels[i] == clean[i] ? 0 : 1;
      }
      assertEquals(q * (CLASSES - 1) / CLASSES, different / 4000.0, 0.03);
      for (int count : counts) {
        assertEquals(1.0 / CLASSES, count / 4000.0, 0.03);
      }
      assertArrayEquals(
          all(base, "test").labels().toArray(), all(dataset, "test").labels().toArray());
      assertArrayEquals(inputs(base, "train"), inputs(dataset, "train"));
    }
  }

  @Test
  void withoutCorruptionThisIsTheDatasetThatIsWrapped() {
    Toy base = Toy.of(CLASSES, 50);
    RandomLabels dataset = wrapped(base, 0, Where.ALL, Pixels.NONE);
    for (String split : List.of("train", "test")) {
      assertArrayEquals(inputs(base, split), inputs(dataset, split));
      int[] labels = all(base, split).labels().toArray();
      assertArrayEquals(labels, all(dataset, split).labels().toArray());
      assertArrayEquals(labels, all(dataset, split).ints(Annotation.CLEAN).toArray());
    }
    assertEquals(base.spec(), dataset.spec());
  }

  @Test
  void labelsOfOtherSplitsAreReplacedOnDemand() {
    Toy base = new Toy(CLASSES, 2, 20, 3000, Toy.NOISY_MEANS);
    int[] clean = all(base, "test").labels().toArray();
    int[] labels = all(wrapped(base, 1, Where.ALL, Pixels.NONE), "test").labels().toArray();
    int same = 0;
    for (int i = 0; i < clean.length; i++) {
      same += clean[i] == labels[i] ? 1 : 0;
    }
    assertEquals(0.2, same / 3000.0, 0.03);
  }

  @Test
  void whatIsReplacedAtASmallerShareIsReplacedAtALargerOne() {
    Toy base = Toy.of(CLASSES, 300);
    int[] few = all(wrapped(base, 0.3, Where.TRAIN, Pixels.NONE), "train").labels().toArray();
    int[] many = all(wrapped(base, 0.7, Where.TRAIN, Pixels.NONE), "train").labels().toArray();
    int[] clean = all(base, "train").labels().toArray();
    int replaced = 0;
    for (int i = 0; i < few.length; i++) {
      if (few[i] != clean[i]) {
        assertEquals(few[i], many[i]);
        replaced++;
      }
    }
    assertTrue(replaced > 50);
    assertFalse(Arrays.equals(few, many));
  }

  @Test
  void oneOrderForAllImagesOfAllSplits() {
    // Pixel p of example i is 100 i + p, so the order can be read off.
    Dataset base = numbered(30, 4, 1);
    float[] train = inputs(wrapped(base, 0, Where.TRAIN, Pixels.FIXED_PERMUTATION), "train");
    float[] test = inputs(wrapped(base, 0, Where.TRAIN, Pixels.FIXED_PERMUTATION), "test");
    int[] order = order(train, 0);
    assertFalse(Arrays.equals(order, sorted(order)));
    for (int i = 0; i < 30; i++) {
      assertArrayEquals(order, order(train, i));
    }
    assertArrayEquals(order, order(test, 7));
  }

  @Test
  void anOrderForEachImage() {
    Dataset base = numbered(30, 4, 1);
    RandomLabels dataset = wrapped(base, 0, Where.TRAIN, Pixels.PERMUTATION_PER_IMAGE);
    float[] train = inputs(dataset, "train");
    int[] first = order(train, 0);
    int same = 0;
    for (int i = 0; i < 30; i++) {
      int[] order = order(train, i);
      assertArrayEquals(sorted(first), sorted(order));
      same += Arrays.equals(order, first) ? 1 : 0;
    }
    assertEquals(1, same);
    assertFalse(Arrays.equals(first, order(inputs(dataset, "test"), 0)));
  }

  @Test
  void channelsOfAPixelStayTogether() {
    Dataset base = numbered(5, 3, 2);
    for (Pixels pixels : List.of(Pixels.FIXED_PERMUTATION, Pixels.PERMUTATION_PER_IMAGE)) {
      float[] train = inputs(wrapped(base, 0, Where.TRAIN, pixels), "train");
      for (int i = 0; i < train.length; i += 2) {
        assertEquals(0, train[i] % 2);
        assertEquals(train[i] + 1, train[i + 1]);
      }
    }
  }

  private static int[] order(float[] inputs, int i) {
    int[] order = new int[16];
    for (int p = 0; p < 16; p++) {
      order[p] = (int) inputs[16 * i + p] - 100 * i;
    }
    return order;
  }

  private static int[] sorted(int[] order) {
    int[] copy = order.clone();
    Arrays.sort(copy);
    return copy;
  }

  @Test
  void gaussianPixelsHaveTheMomentsOfTheTrainingImages() {
    Toy base = new Toy(CLASSES, 4, 900, 900, Toy.NOISY_MEANS);
    RandomLabels dataset = wrapped(base, 0, Where.TRAIN, Pixels.GAUSSIAN);
    double[] expected = moments(inputs(base, "train"));
    for (String split : List.of("train", "test")) {
      double[] found = moments(inputs(dataset, split));
      assertEquals(expected[0], found[0], 0.05);
      assertEquals(expected[1], found[1], 0.05);
      assertEquals(3, found[2], 0.15, "kurtosis");
    }
    // Nothing of an image is left: its pixels do not depend on its class.
    float[] values = inputs(dataset, "train");
    double first = moments(Arrays.copyOf(values, values.length / 5))[0];
    assertEquals(expected[0], first, 0.1);
    assertNotEquals(values[0], inputs(dataset, "test")[0]);
  }

  private static double[] moments(float[] values) {
    double mean = 0;
    for (float v : values) {
      mean += v / values.length;
    }
    double second = 0;
    double fourth = 0;
    for (float v : values) {
      double d = (v - mean) * (v - mean);
      second += d / values.length;
      fourth += d * d / values.length;
    }
    return new double[] {mean, Math.sqrt(second), fourth / (second * second)};
  }

  @Test
  void equalInputsOfDifferentLabelsAreDroppedOrRefused() {
    // Four inputs, each ten times.
    Dataset base = new Numbered(40, 2, 1, 4);
    RandomLabels dataset = wrapped(base, 1, Where.TRAIN, Pixels.NONE);
    Batch train = all(dataset, "train");
    assertTrue(train.size() >= 4 && train.size() < 30, "" + train.size());
    int[] labelOf = {-1, -1, -1, -1};
    float[] inputs = train.input().toArray();
    for (int i = 0; i < train.size(); i++) {
      int input = (int) inputs[4 * i] / 100;
      assertTrue(labelOf[input] < 0 || labelOf[input] == train.labels().at(i));
      labelOf[input] = train.labels().at(i);
    }
    assertEquals(40, wrapped(base, 0, Where.TRAIN, Pixels.NONE).split("train").size());
    SettingException refused =
        assertThrows(
            SettingException.class,
            () ->
                new RandomLabels(
                    new Settings(1, Where.TRAIN, Pixels.NONE, Contradictions.REFUSE),
                    base,
                    Toy.seed(3)));
    assertEquals("contradictions", refused.setting());
    assertTrue(refused.getMessage().contains("have the same input and different labels"));
  }

  private static Dataset numbered(int size, int side, int channels) {
    return new Numbered(size, side, channels, Integer.MAX_VALUE);
  }

  /** Value p of example i is 100 (i mod period) + p. */
  private record Numbered(int size, int side, int channels, int period) implements Dataset {
    @Override
    public DataSpec spec() {
      return new DataSpec(
          new InputSpec.Values(List.of(side, side, channels)), new TargetSpec.Classes(CLASSES));
    }

    @Override
    public List<Split> splits() {
      return List.of(new Part("train"), new Part("test"));
    }

    private final class Part implements Split {
      private final String name;

      Part(String name) {
        this.name = name;
      }

      @Override
      public String name() {
        return name;
      }

      @Override
      public int size() {
        return size;
      }

      @Override
      public Batch batch(int... indices) {
        int n = indices.length;
        int values = side * side * channels;
        float[] input = new float[n * values];
        int[] labels = new int[n];
        for (int i = 0; i < n; i++) {
          for (int p = 0; p < values; p++) {
            input[i * values + p] = 100 * (indices[i] % period) + p;
          }
          labels[i] = indices[i] % CLASSES;
        }
        return Batch.of(n)
            .with(Batch.INPUT, Tensor.of(input, n, side, side, channels))
            .with(Batch.TARGET, IntTensor.of(labels, n))
            .with(Annotation.INDEX, IntTensor.of(indices, n));
      }
    }
  }
}
