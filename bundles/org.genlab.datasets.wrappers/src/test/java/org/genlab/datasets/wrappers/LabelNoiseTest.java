package org.genlab.datasets.wrappers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.genlab.api.SettingException;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.datasets.wrappers.LabelNoise.Noise;
import org.genlab.datasets.wrappers.LabelNoise.NoisyInputs;
import org.genlab.datasets.wrappers.LabelNoise.Pairing;
import org.genlab.datasets.wrappers.LabelNoise.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LabelNoiseTest {
  private static final int CLASSES = 5;

  private static Settings settings(double rate, double alpha, Noise noise) {
    return settings(rate, alpha, noise, NoisyInputs.DUPLICATE, 0);
  }

  private static Settings settings(
      double rate, double alpha, Noise noise, NoisyInputs inputs, int draw) {
    List<List<Double>> matrix =
        noise == Noise.MATRIX
            ? List.of(
                List.of(0.0, 1.0, 0.0, 0.0, 0.0),
                List.of(0.0, 0.5, 0.5, 0.0, 0.0),
                List.of(0.2, 0.2, 0.2, 0.2, 0.2),
                List.of(0.0, 0.0, 0.0, 1.0, 0.0),
                List.of(0.9, 0.0, 0.0, 0.0, 0.1))
            : List.of();
    return new Settings(
        rate, alpha, noise, Pairing.NEXT, 0.75, matrix, inputs, List.of(), true, draw, "");
  }

  private static LabelNoise noisy(int train, Settings settings) {
    return new LabelNoise(settings, Toy.of(CLASSES, train), Toy.seed(3));
  }

  private static Batch all(Dataset dataset, String split) {
    Split chosen = dataset.split(split);
    return chosen.range(0, chosen.size());
  }

  private static int wrong(Batch batch) {
    int wrong = 0;
    for (int i = 0; i < batch.size(); i++) {
      wrong += batch.labels().at(i) == batch.ints(Annotation.CLEAN).at(i) ? 0 : 1;
    }
    return wrong;
  }

  private static Settings stratified(String column) {
    return new Settings(
        0.3,
        0,
        Noise.SYMMETRIC,
        Pairing.NEXT,
        1,
        List.of(),
        NoisyInputs.DUPLICATE,
        List.of(),
        false,
        0,
        column);
  }

  @Test
  void stratifiedFlipsAreThatShareOfEachValue() {
    Batch train = all(noisy(200, stratified(Batch.TARGET)), "train");
    int[] wrong = new int[CLASSES];
    for (int i = 0; i < train.size(); i++) {
      int label = train.ints(Annotation.CLEAN).at(i);
      wrong[label] += train.labels().at(i) == label ? 0 : 1;
    }
    assertArrayEquals(new int[] {12, 12, 12, 12, 12}, wrong);
    SettingException refused =
        assertThrows(SettingException.class, () -> noisy(200, stratified("cluster")));
    assertEquals("stratify", refused.setting());
  }

  @Test
  void flipsExactlyThatShareOfTheTrainingLabelsAndNothingElse() {
    LabelNoise noisy = noisy(203, settings(0.3, 0, Noise.SYMMETRIC));
    Batch train = all(noisy, "train");
    Batch before = all(Toy.of(CLASSES, 203), "train");

    assertEquals(61, wrong(train));
    assertEquals(before.labels(), train.ints(Annotation.CLEAN));
    assertArrayEquals(before.input().toArray(), train.input().toArray());
    Batch test = all(noisy, "test");
    assertEquals(all(Toy.of(CLASSES, 203), "test").labels(), test.labels());
    assertEquals(test.labels(), test.ints(Annotation.CLEAN));
  }

  @Test
  void corruptsAllOrNothingAtTheEndsOfTheRange() {
    assertEquals(0, wrong(all(noisy(40, settings(0, 0, Noise.SYMMETRIC)), "train")));
    assertEquals(40, wrong(all(noisy(40, settings(1, 0, Noise.SYMMETRIC)), "train")));
  }

  /** The laws by hand; the frequencies drawn are compared with them by Pearson's chi-square. */
  @ParameterizedTest
  @EnumSource(Noise.class)
  void drawsLabelsFromTheLawOfTheNoise(Noise noise) {
    double[][] law = new double[CLASSES][CLASSES];
    for (int k = 0; k < CLASSES; k++) {
      for (int j = 0; j < CLASSES; j++) {
        law[k][j] =
            switch (noise) {
              case SYMMETRIC -> k == j ? 0 : 0.25;
              case UNIFORM -> 0.2;
              case PAIR -> 0.05 + (j == (k + 1) % CLASSES ? 0.75 : 0);
              case MATRIX -> settings(0, 0, Noise.MATRIX).matrix().get(k).get(j);
            };
      }
    }
    int each = 2000;
    Batch train = all(noisy(CLASSES * each, settings(1, 0, noise)), "train");
    int[][] counts = new int[CLASSES][CLASSES];
    for (int i = 0; i < train.size(); i++) {
      counts[train.ints(Annotation.CLEAN).at(i)][train.labels().at(i)]++;
    }
    for (int k = 0; k < CLASSES; k++) {
      double chiSquare = 0;
      for (int j = 0; j < CLASSES; j++) {
        double expected = each * law[k][j];
        if (expected == 0) {
          assertEquals(0, counts[k][j], "class " + k + " is never labelled " + j);
        } else {
          chiSquare += (counts[k][j] - expected) * (counts[k][j] - expected) / expected;
        }
      }
      // The 99.9 % point of chi-square with 4 degrees of freedom.
      assertTrue(chiSquare < 18.5, noise + ", class " + k + ": " + chiSquare);
    }
  }

  @Test
  void dilutesEachCleanExampleWithThatManyNoisyCopies() {
    LabelNoise noisy = noisy(50, settings(0, 20, Noise.UNIFORM));
    Batch train = all(noisy, "train");
    Batch before = all(Toy.of(CLASSES, 50), "train");

    assertEquals(50 * 21, train.size());
    assertEquals(0, wrong(noisy.split("train").range(0, 50)));
    assertEquals(before.labels(), noisy.split("train").range(0, 50).labels());
    float[] inputs = train.input().toArray();
    float[] originals = before.input().toArray();
    int[] copies = new int[50];
    for (int i = 0; i < train.size(); i++) {
      int source = -1;
      for (int j = 0; j < 50; j++) {
        if (inputs[4 * i] == originals[4 * j] && inputs[4 * i + 3] == originals[4 * j + 3]) {
          source = j;
        }
      }
      copies[source]++;
      assertEquals(before.labels().at(source), train.ints(Annotation.CLEAN).at(i));
    }
    for (int count : copies) {
      assertEquals(21, count);
    }
    // 1000 draws of which one in five is right: 800 wrong on average, deviation 12.6.
    assertEquals(800, wrong(train), 50);
  }

  @Test
  void takesOtherInputsForTheNoisyExamplesWhenTheyAreDistinct() {
    LabelNoise noisy = noisy(60, settings(0, 2, Noise.SYMMETRIC, NoisyInputs.DISTINCT, 0));
    Batch train = all(noisy, "train");
    assertEquals(60, train.size());
    assertEquals(40, wrong(train));
    assertEquals(0, wrong(noisy.split("train").range(0, 20)));
    assertEquals(20, noisy.split("train-clean").size());
    float[] inputs = train.input().toArray();
    float[] before = all(Toy.of(CLASSES, 60), "train").input().toArray();
    java.util.Arrays.sort(inputs);
    java.util.Arrays.sort(before);
    assertArrayEquals(before, inputs, "each example appears once");
    assertArrayEquals(
        all(noisy, "train-clean").input().toArray(),
        noisy.split("train").range(0, 20).input().toArray());
  }

  @Test
  void offersTheExamplesWithTheirTrueLabels() {
    LabelNoise noisy = noisy(30, settings(0.5, 3, Noise.SYMMETRIC));
    Batch clean = all(noisy, "train-clean");
    assertEquals(all(Toy.of(CLASSES, 30), "train").labels(), clean.labels());
    assertEquals(clean.labels(), clean.ints(Annotation.CLEAN));
    assertEquals(
        List.of("train", "test", "train-clean"), noisy.splits().stream().map(Split::name).toList());
  }

  @Test
  void isDrawnOnceAndAnewWithAnotherNumberOfTheDraw() {
    LabelNoise noisy = noisy(100, settings(0.5, 1, Noise.UNIFORM));
    assertEquals(all(noisy, "train").labels(), all(noisy, "train").labels());
    assertEquals(
        all(noisy, "train").labels(),
        all(noisy(100, settings(0.5, 1, Noise.UNIFORM)), "train").labels());
    Settings again = settings(0.5, 1, Noise.UNIFORM, NoisyInputs.DUPLICATE, 1);
    assertNotEquals(all(noisy, "train").labels(), all(noisy(100, again), "train").labels());
  }

  @Test
  void corruptsAtALowerRateAPartOfWhatAHigherOneCorrupts() {
    Batch low = all(noisy(200, settings(0.2, 2, Noise.SYMMETRIC)), "train");
    Batch high = all(noisy(200, settings(0.4, 3, Noise.SYMMETRIC)), "train");
    for (int i = 0; i < low.size(); i++) {
      boolean flipped = low.labels().at(i) != low.ints(Annotation.CLEAN).at(i);
      assertEquals(low.ints(Annotation.CLEAN).at(i), high.ints(Annotation.CLEAN).at(i));
      assertFalse(flipped && low.labels().at(i) != high.labels().at(i), "example " + i);
    }
  }

  @Test
  void confusesAClassWithTheNearestMean() {
    double[][] inputs = {{0, 0}, {10, 0}, {1, 1}, {9, 0}, {2, 0}};
    // Means: (1, 0), (9.5, 0), (1, 1), and a class without examples.
    assertArrayEquals(
        new int[] {2, 0, 0, 0}, LabelNoise.nearestMeans(inputs, new int[] {0, 1, 2, 1, 0}, 4, 2));
    Settings nearest =
        new Settings(
            1,
            0,
            Noise.PAIR,
            Pairing.NEAREST,
            1,
            List.of(),
            NoisyInputs.DUPLICATE,
            List.of(),
            false,
            0,
            "");
    Toy toy = new Toy(3, 1, 30, 6, (label, pixel, random) -> new double[] {0, 5, 4}[label]);
    Batch train = all(new LabelNoise(nearest, toy, Toy.seed(0)), "train");
    for (int i = 0; i < 30; i++) {
      assertEquals(new int[] {2, 2, 1}[i / 10], train.labels().at(i));
    }
  }

  @Test
  void corruptsTheSplitsThatAreNamed() {
    Settings both =
        new Settings(
            1,
            0,
            Noise.SYMMETRIC,
            Pairing.NEXT,
            1,
            List.of(),
            NoisyInputs.DUPLICATE,
            List.of("test"),
            false,
            0,
            "");
    LabelNoise noisy = noisy(20, both);
    assertEquals(0, wrong(all(noisy, "train")));
    assertEquals(12, wrong(all(noisy, "test")));
  }

  @Test
  void keepsTheLabelBeforeAnyCorruptionWhenTwoAreNested() {
    Settings all = settings(1, 0, Noise.SYMMETRIC);
    LabelNoise twice = new LabelNoise(all, noisy(50, all), Toy.seed(9));
    assertEquals(
        all(Toy.of(CLASSES, 50), "train").labels(), all(twice, "train").ints(Annotation.CLEAN));
  }

  @Test
  void refusesWhatItCannotCorrupt() {
    assertEquals(
        "must be given when 'noise' is matrix: a row of probabilities for each class",
        assertThrows(
                SettingException.class,
                () ->
                    new Settings(
                        0,
                        0,
                        Noise.MATRIX,
                        Pairing.NEXT,
                        1,
                        List.of(),
                        NoisyInputs.DUPLICATE,
                        List.of(),
                        false,
                        0,
                        ""))
            .getMessage());
    assertEquals(
        "must have a row for each of the 4 classes, not 5",
        assertThrows(
                SettingException.class,
                () -> new LabelNoise(settings(0, 0, Noise.MATRIX), Toy.of(4, 20), Toy.seed(0)))
            .getMessage());
    assertTrue(
        assertThrows(
                SettingException.class,
                () -> noisy(5, settings(0, 20, Noise.UNIFORM, NoisyInputs.DISTINCT, 0)))
            .getMessage()
            .startsWith("leaves no clean example: the split 'train' has 5"));
    Settings unknown =
        new Settings(
            0,
            0,
            Noise.UNIFORM,
            Pairing.NEXT,
            1,
            List.of(),
            NoisyInputs.DUPLICATE,
            List.of("ood"),
            false,
            0,
            "");
    assertEquals(
        "names 'ood', and the dataset has train, test",
        assertThrows(SettingException.class, () -> noisy(5, unknown)).getMessage());
    Toy endless = new Toy(2, 1, Integer.MAX_VALUE, 2, Toy.NOISY_MEANS);
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> new LabelNoise(settings(0, 0, Noise.UNIFORM), endless, Toy.seed(0)))
            .getMessage()
            .contains("a stream without end"));
    Dataset numbers =
        new Dataset() {
          @Override
          public DataSpec spec() {
            return new DataSpec(
                new InputSpec.Values(List.of(1)), new TargetSpec.Values(List.of(1)));
          }

          @Override
          public List<Split> splits() {
            return List.of();
          }
        };
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> new LabelNoise(settings(0, 0, Noise.UNIFORM), numbers, Toy.seed(0)))
            .getMessage()
            .startsWith("label-noise wraps datasets whose examples have one class each"));
  }

  @Test
  void refusesAMatrixWhoseRowsAreNoDistributions() {
    for (List<Double> row : List.of(List.of(0.5, 0.4), List.of(1.5, -0.5), List.of(1.0))) {
      assertTrue(
          assertThrows(
                  SettingException.class,
                  () -> Transition.listed("matrix", List.of(List.of(0.0, 1.0), row), 2))
              .getMessage()
              .startsWith("must have rows of 2 probabilities that sum to 1, and row 1 is"));
    }
  }
}
