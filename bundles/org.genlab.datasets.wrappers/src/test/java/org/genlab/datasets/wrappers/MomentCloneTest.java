package org.genlab.datasets.wrappers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.genlab.api.SettingException;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.datasets.wrappers.MomentClone.Clone;
import org.genlab.datasets.wrappers.MomentClone.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MomentCloneTest {
  private static final int EACH = 3000;
  private static final double[] CENTRES = {-3, -1, 1, 3};

  /**
   * Two classes of 2 x 2 images. Each of the first two pixels is near one of two points far apart,
   * so their moments above the second are far from those of a normal distribution; the third has
   * the spread of its class; the fourth never changes.
   */
  private static final Toy DATA =
      new Toy(
          2,
          2,
          2 * EACH,
          200,
          (label, pixel, random) ->
              switch (pixel) {
                case 0, 1 ->
                    CENTRES[label]
                        + (random.nextInt(2) == 0 ? 2 : -2)
                        + 0.2 * random.nextGaussian();
                case 2 -> (1 + label) * random.nextGaussian();
                default -> 0.5;
              });

  private static MomentClone clone(Clone clone, Clone... tests) {
    return new MomentClone(
        new Settings(clone, 8, 3, 10, "test", List.of(tests)), DATA, Toy.seed(11));
  }

  private static double[][] ofClass(Split split, int label) {
    Batch all = split.range(0, split.size());
    float[] inputs = all.input().toArray();
    return IntStream.range(0, split.size())
        .filter(i -> all.labels().at(i) == label)
        .mapToObj(i -> IntStream.range(0, 4).mapToDouble(d -> inputs[4 * i + d]).toArray())
        .toArray(double[][]::new);
  }

  private static Gaussian moments(Dataset dataset, int label) {
    return Gaussian.of(ofClass(dataset.split("train"), label));
  }

  /** The fourth central moment over the squared variance: 3 for a normal distribution. */
  private static double kurtosis(Dataset dataset, int label, int pixel) {
    double[][] x = ofClass(dataset.split("train"), label);
    Gaussian moments = Gaussian.of(x);
    double fourth = 0;
    for (double[] row : x) {
      double centred = row[pixel] - moments.mean()[pixel];
      fourth += centred * centred * centred * centred / x.length;
    }
    double variance = moments.covariance()[pixel][pixel];
    return fourth / (variance * variance);
  }

  @ParameterizedTest
  @EnumSource(Clone.class)
  void keepsLabelsCountsAndAllOtherSplits(Clone clone) {
    MomentClone dataset = clone(clone);
    Batch before = DATA.split("train").range(0, 2 * EACH);
    Batch train = dataset.split("train").range(0, 2 * EACH);
    assertEquals(before.labels(), train.labels());
    assertEquals(before.ints(Annotation.INDEX), train.ints(Annotation.INDEX));
    assertEquals(before.input().shape(), train.input().shape());
    assertEquals(List.of("train", "test"), dataset.splits().stream().map(Split::name).toList());
    assertArrayEquals(
        DATA.split("test").range(0, 200).input().toArray(),
        dataset.split("test").range(0, 200).input().toArray());
    boolean same = java.util.Arrays.equals(before.input().toArray(), train.input().toArray());
    assertEquals(clone == Clone.NONE, same);
  }

  @ParameterizedTest
  @EnumSource(value = Clone.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void keepsTheMeanOfEachClass(Clone clone) {
    MomentClone dataset = clone(clone);
    for (int k = 0; k < 2; k++) {
      // Standard errors are at most sqrt(5 / 3000) = 0.04.
      assertArrayEquals(moments(DATA, k).mean(), moments(dataset, k).mean(), 0.16);
    }
  }

  @Test
  void keepsOfTheSpreadTheTotalOnlyWhenIsotropic() {
    MomentClone dataset = clone(Clone.ISOTROPIC);
    double total = (moments(DATA, 0).totalVariance() + moments(DATA, 1).totalVariance()) / 2;
    for (int k = 0; k < 2; k++) {
      Gaussian own = moments(dataset, k);
      for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 4; j++) {
          assertEquals(i == j ? total / 4 : 0, own.covariance()[i][j], 0.25, i + " " + j);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Clone.class,
      names = {"GAUSSIAN", "MIXTURE"})
  void keepsTheCovarianceOfEachClass(Clone clone) {
    MomentClone dataset = clone(clone);
    for (int k = 0; k < 2; k++) {
      for (int i = 0; i < 4; i++) {
        assertArrayEquals(
            moments(DATA, k).covariance()[i], moments(dataset, k).covariance()[i], 0.45);
      }
    }
  }

  @Test
  void keepsHigherMomentsInTheMixtureOnly() {
    double data = kurtosis(DATA, 0, 0);
    assertTrue(data < 1.2, "two points far apart: " + data);
    assertEquals(3, kurtosis(clone(Clone.GAUSSIAN), 0, 0), 0.3);
    assertEquals(data, kurtosis(clone(Clone.MIXTURE), 0, 0), 0.2);
    assertEquals(3, kurtosis(clone(Clone.MIXTURE), 1, 2), 0.3);
  }

  @Test
  void drawsFreshInputsWithTheSameNumbersForEachClone() {
    double[][] isotropic = ofClass(clone(Clone.ISOTROPIC).split("train"), 0);
    double[][] gaussian = ofClass(clone(Clone.GAUSSIAN).split("train"), 0);
    Gaussian from = moments(DATA, 0);
    double[][] own = ofClass(DATA.split("train"), 0);
    double first = (isotropic[7][0] - from.mean()[0]) / (isotropic[9][0] - from.mean()[0]);
    double second = (gaussian[7][0] - from.mean()[0]) / (gaussian[9][0] - from.mean()[0]);
    assertEquals(first, second, 1e-3 * Math.abs(first));
    assertNotEquals(own[7][0], gaussian[7][0]);
  }

  @Test
  void addsClonesOfTheTestSplit() {
    MomentClone dataset = clone(Clone.NONE, Clone.ISOTROPIC, Clone.GAUSSIAN, Clone.MIXTURE);
    assertEquals(
        List.of("train", "test", "test-isotropic", "test-gaussian", "test-mixture"),
        dataset.splits().stream().map(Split::name).toList());
    for (String name : List.of("test-isotropic", "test-gaussian", "test-mixture")) {
      Split test = dataset.split(name);
      assertEquals(DATA.split("test").range(0, 200).labels(), test.range(0, 200).labels(), name);
      // From the moments of the training split: means within 4 standard errors of 100 examples.
      assertArrayEquals(moments(DATA, 1).mean(), Gaussian.of(ofClass(test, 1)).mean(), 0.9, name);
    }
    assertArrayEquals(
        DATA.split("train").range(0, 9).input().toArray(),
        dataset.split("train").range(0, 9).input().toArray());
  }

  @Test
  void shrinksWhenExamplesAreFewerThanPixels() {
    Toy few = new Toy(2, 6, 8, 2, (label, pixel, random) -> label + random.nextGaussian());
    for (Clone clone : List.of(Clone.GAUSSIAN, Clone.MIXTURE)) {
      MomentClone dataset =
          new MomentClone(new Settings(clone, 10, 2, 3, "test", List.of()), few, Toy.seed(0));
      float[] drawn = dataset.split("train").range(0, 4).input().toArray();
      double spread = 0;
      for (int p = 0; p < 36; p++) {
        double a = drawn[p] - drawn[36 + p];
        spread += a * a / 72;
      }
      // Twice a variance of about 1 a pixel, of which 3/4 is left around the mean of four.
      assertEquals(0.75, spread, 0.45);
    }
  }

  @Test
  void refusesWhatItCannotClone() {
    assertEquals(
        "testClones",
        assertThrows(
                SettingException.class,
                () -> new Settings(Clone.NONE, 1, 1, 1, "test", List.of(Clone.NONE)))
            .setting());
    assertEquals(
        "is none of the dataset's: no split 'ood': the dataset has train, test",
        assertThrows(
                SettingException.class,
                () ->
                    new MomentClone(
                        new Settings(Clone.NONE, 1, 1, 1, "ood", List.of(Clone.GAUSSIAN)),
                        DATA,
                        Toy.seed(0)))
            .getMessage());
    Toy lacking = new Toy(9, 1, 3, 18, Toy.NOISY_MEANS);
    assertEquals(
        "moment-clone cannot draw inputs of class 1, as the training split has no example of it",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new MomentClone(
                        new Settings(Clone.NONE, 1, 1, 1, "test", List.of(Clone.GAUSSIAN)),
                        lacking,
                        Toy.seed(0)))
            .getMessage());
  }
}
