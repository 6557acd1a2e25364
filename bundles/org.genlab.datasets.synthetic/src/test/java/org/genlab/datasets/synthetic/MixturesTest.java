package org.genlab.datasets.synthetic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.InputSpec;
import org.genlab.datasets.synthetic.GaussianMixture.Centres;
import org.genlab.datasets.synthetic.SubpopulationMixture.Frequencies;
import org.genlab.datasets.synthetic.SubpopulationMixture.Points;
import org.genlab.datasets.synthetic.SubpopulationMixture.Prior;
import org.genlab.datasets.synthetic.SubpopulationMixture.TestFrequencies;
import org.junit.jupiter.api.Test;

class MixturesTest {
  private static final Spectrum IDENTITY =
      new Spectrum(Spectrum.Shape.IDENTITY, 1, List.of(), 0, false);

  private static GaussianMixture mixture(
      int classes, int perClass, int d, Centres centres, double spread, double imbalance) {
    return new GaussianMixture(
        new GaussianMixture.Settings(
            classes, perClass, d, centres, 2, spread, IDENTITY, imbalance, true, 8000, 0, 8000,
            true),
        Samples.seed(0));
  }

  private static double[] frequencies(Batch batch, String column, int values) {
    double[] frequencies = new double[values];
    for (int value : batch.ints(column).toArray()) {
      frequencies[value] += 1.0 / batch.size();
    }
    return frequencies;
  }

  @Test
  void classesHaveTheirFrequencies() {
    GaussianMixture dataset = mixture(3, 2, 4, Centres.SPHERE, 1, 4);
    // Proportional to 1, 1/2, 1/4; the standard error is at most 0.0056.
    assertArrayEquals(
        new double[] {4.0 / 7, 2.0 / 7, 1.0 / 7},
        frequencies(Samples.all(dataset.split("train")), Batch.TARGET, 3),
        0.02);
    assertArrayEquals(
        new double[] {1.0 / 6, 1.0 / 6, 1.0 / 6, 1.0 / 6, 1.0 / 6, 1.0 / 6},
        frequencies(Samples.all(dataset.split("test")), Clusters.CLUSTER, 6),
        0.02);
    Batch centres = Samples.all(dataset.split("centres"));
    assertArrayEquals(new int[] {0, 1, 2, 0, 1, 2}, centres.labels().toArray());
    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5}, centres.ints(Clusters.CLUSTER).toArray());
  }

  @Test
  void examplesLieAroundTheirCentres() {
    for (Centres where : Centres.values()) {
      GaussianMixture dataset = mixture(2, 2, 4, where, 0.5, 1);
      float[] centres = Samples.all(dataset.split("centres")).input().toArray();
      Batch train = Samples.all(dataset.split("train"));
      float[] x = train.input().toArray();
      double squares = 0;
      for (int n = 0; n < train.size(); n++) {
        int c = train.ints(Clusters.CLUSTER).at(n);
        assertEquals(c % 2, train.labels().at(n));
        for (int k = 0; k < 4; k++) {
          squares += Math.pow(x[4 * n + k] - centres[4 * c + k], 2) / (4 * train.size());
        }
      }
      assertEquals(0.25, squares, 0.01);
      for (int c = 0; c < 4; c++) {
        double norm = 0;
        for (int k = 0; k < 4; k++) {
          norm += centres[4 * c + k] * centres[4 * c + k];
          switch (where) {
            case AXES -> assertEquals(k == c ? 2 : 0, centres[4 * c + k]);
            case ANTIPODAL ->
                assertEquals(
                    c % 2 == 0 ? 0 : -centres[4 * (c - 1) + k],
                    c % 2 == 0 ? 0 : centres[4 * c + k]);
            case BOX -> assertTrue(Math.abs(centres[4 * c + k]) <= 2);
            case SPHERE -> {}
          }
        }
        if (where != Centres.BOX) {
          assertEquals(4, norm, 1e-5);
        }
      }
    }
  }

  /** The error of the best rule for N(+-mu, s^2 I) is Phi(-|mu| / s); here Phi(-1) = 0.1587. */
  @Test
  void antipodalClassesHaveTheBayesErrorOfTheClosedForm() {
    GaussianMixture dataset = mixture(2, 1, 3, Centres.ANTIPODAL, 2, 1);
    float[] mu = dataset.split("centres").batch(0).input().toArray();
    Batch test = Samples.all(dataset.split("test"));
    float[] x = test.input().toArray();
    int wrong = 0;
    for (int n = 0; n < test.size(); n++) {
      double product = 0;
      for (int k = 0; k < 3; k++) {
        product += mu[k] * x[3 * n + k];
      }
      wrong += (product > 0 ? 0 : 1) == test.labels().at(n) ? 0 : 1;
    }
    assertEquals(0.1587, (double) wrong / test.size(), 0.0165);
  }

  @Test
  void axesNeedADimensionForEachCluster() {
    SettingException refused =
        assertThrows(SettingException.class, () -> mixture(2, 3, 5, Centres.AXES, 1, 1));
    assertEquals("centres", refused.setting());
    assertTrue(refused.getMessage().contains("6"), refused.getMessage());
  }

  @Test
  void xorClustersAreSolvedByNoLinearRule() {
    XorClusters dataset =
        new XorClusters(
            new XorClusters.Settings(5, 4, 0.5, 8000, 0, 100, true, false), Samples.seed(0));
    Batch train = Samples.all(dataset.split("train"));
    float[] x = train.input().toArray();
    int[] linear = new int[4];
    double noise = 0;
    for (int n = 0; n < train.size(); n++) {
      int cluster = train.ints(Clusters.CLUSTER).at(n);
      float a = x[5 * n];
      float b = x[5 * n + 1];
      assertEquals(cluster < 2 ? 1 : 0, train.labels().at(n));
      // With means 8 standard deviations off the diagonals, |a| > |b| is the label.
      assertEquals(Math.abs(a) > Math.abs(b) ? 1 : 0, train.labels().at(n));
      assertEquals(cluster < 2 ? cluster == 0 : cluster == 2, (cluster < 2 ? a : b) > 0);
      for (int rule = 0; rule < 4; rule++) {
        double score = rule == 0 ? a : rule == 1 ? b : rule == 2 ? a + b : a - b + 0.5;
        linear[rule] += (score > 0 ? 1 : 0) == train.labels().at(n) ? 1 : 0;
      }
      noise += Math.pow(x[5 * n + 4], 2) / train.size();
    }
    for (int right : linear) {
      assertEquals(0.5, (double) right / train.size(), 0.03);
    }
    assertEquals(0.25, noise, 0.02);
    Batch centres = Samples.all(dataset.split("centres"));
    assertArrayEquals(
        new float[] {4, 0, 0, 0, 0, -4, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, -4, 0, 0, 0},
        centres.input().toArray());
    assertArrayEquals(
        new double[] {0.25, 0.25, 0.25, 0.25}, frequencies(train, Clusters.CLUSTER, 4), 0.03);
  }

  @Test
  void balancedXorClustersAreEquallyLargeInRandomOrder() {
    XorClusters dataset =
        new XorClusters(
            new XorClusters.Settings(5, 4, 0.5, 800, 0, 100, false, true), Samples.seed(0));
    Batch train = Samples.all(dataset.split("train"));
    assertArrayEquals(
        new double[] {0.25, 0.25, 0.25, 0.25}, frequencies(train, Clusters.CLUSTER, 4), 1e-9);
    int first = 0;
    for (int n = 0; n < train.size(); n += 4) {
      first += train.ints(Clusters.CLUSTER).at(n) == 0 ? 1 : 0;
    }
    assertEquals(50, first, 20);
  }

  private static SubpopulationMixture subpopulations(
      Prior prior, Frequencies frequencies, Points points) {
    return subpopulations(prior, frequencies, points, TestFrequencies.SAME);
  }

  private static SubpopulationMixture subpopulations(
      Prior prior, Frequencies frequencies, Points points, TestFrequencies test) {
    return new SubpopulationMixture(
        new SubpopulationMixture.Settings(
            200, 3, prior, 1, 0.9, frequencies, points, 6, 0.1, 2000, 5000, true, test),
        Samples.seed(0));
  }

  /** Only which subpopulation has which frequency is another outside of training. */
  @Test
  void permutedFrequenciesAreTheSameOnesElsewhere() {
    SubpopulationMixture same = subpopulations(Prior.ZIPF, Frequencies.LISTED, Points.CLUSTERS);
    SubpopulationMixture permuted =
        subpopulations(Prior.ZIPF, Frequencies.LISTED, Points.CLUSTERS, TestFrequencies.PERMUTED);
    Batch train = Samples.all(same.split("train"));
    Batch other = Samples.all(permuted.split("train"));
    for (String column : List.of(Batch.INPUT, SubpopulationMixture.FREQUENCY)) {
      assertArrayEquals(train.reals(column).toArray(), other.reals(column).toArray());
    }
    float[] before =
        Samples.all(same.split("population")).reals(SubpopulationMixture.FREQUENCY).toArray();
    Batch population = Samples.all(permuted.split("population"));
    float[] after = population.reals(SubpopulationMixture.FREQUENCY).toArray();
    assertTrue(after[0] < before[0] / 2, "the most frequent one");
    double[] drawn = new double[200];
    for (int cluster : Samples.all(permuted.split("test")).ints(Clusters.CLUSTER).toArray()) {
      drawn[cluster] += 1.0 / 5000;
    }
    for (int c = 0; c < 200; c++) {
      assertEquals(after[c], drawn[c], 5 * Math.sqrt(after[c] / 5000));
    }
    float[] sorted = after.clone();
    Arrays.sort(sorted);
    Arrays.sort(before);
    assertArrayEquals(before, sorted, 1e-7f);
  }

  @Test
  void subpopulationsHaveOneLabelAndTheirCounts() {
    for (Points points : Points.values()) {
      SubpopulationMixture dataset = subpopulations(Prior.ZIPF, Frequencies.DRAWN, points);
      Batch population = Samples.all(dataset.split("population"));
      Map<Integer, Integer> counts = new HashMap<>();
      Batch train = Samples.all(dataset.split("train"));
      for (int cluster : train.ints(Clusters.CLUSTER).toArray()) {
        counts.merge(cluster, 1, Integer::sum);
      }
      for (Batch batch : List.of(train, Samples.all(dataset.split("test")), population)) {
        for (int n = 0; n < batch.size(); n++) {
          int cluster = batch.ints(Clusters.CLUSTER).at(n);
          assertEquals(
              counts.getOrDefault(cluster, 0), batch.ints(SubpopulationMixture.COUNT).at(n));
          assertEquals(population.labels().at(cluster), batch.labels().at(n));
          if (points == Points.DISCRETE) {
            assertEquals(cluster, batch.tokens().at(n));
          }
        }
      }
      Set<Integer> labels = new HashSet<>();
      for (int label : population.labels().toArray()) {
        labels.add(label);
      }
      assertEquals(Set.of(0, 1, 2), labels);
    }
  }

  @Test
  void frequenciesComeFromThePrior() {
    for (Prior prior : Prior.values()) {
      double[] list = new double[200];
      double sum = 0;
      for (int k = 0; k < 200; k++) {
        list[k] =
            switch (prior) {
              case ZIPF -> 1.0 / (k + 1);
              case UNIFORM -> 1;
              case GEOMETRIC -> Math.pow(0.9, k);
            };
        sum += list[k];
      }
      float[] listed =
          Samples.all(
                  subpopulations(prior, Frequencies.LISTED, Points.DISCRETE).split("population"))
              .reals(SubpopulationMixture.FREQUENCY)
              .toArray();
      for (int k = 0; k < 200; k++) {
        assertEquals(list[k] / sum, listed[k], 1e-6 * list[k] / sum + 1e-12);
      }
    }
    SubpopulationMixture drawn = subpopulations(Prior.ZIPF, Frequencies.DRAWN, Points.DISCRETE);
    float[] frequencies =
        Samples.all(drawn.split("population")).reals(SubpopulationMixture.FREQUENCY).toArray();
    double total = 0;
    float largest = 0;
    for (float f : frequencies) {
      total += f;
      largest = Math.max(largest, f);
    }
    assertEquals(1, total, 1e-5);
    // Drawn with replacement: every frequency is 1/k of that of the list's head, for some k.
    Set<Long> places = new HashSet<>();
    double head = largest;
    for (float f : frequencies) {
      places.add(Math.round(head / f));
    }
    assertTrue(places.size() > 90 && places.size() < 160, places.size() + " places of 200");
    Batch test = Samples.all(drawn.split("test"));
    double[] seen = frequencies(test, Clusters.CLUSTER, 200);
    for (int c = 0; c < 200; c++) {
      assertEquals(frequencies[c], seen[c], 0.03);
    }
  }

  @Test
  void clustersAreAroundCentresOfLengthOne() {
    SubpopulationMixture dataset = subpopulations(Prior.ZIPF, Frequencies.DRAWN, Points.CLUSTERS);
    float[] centres = Samples.all(dataset.split("population")).input().toArray();
    Batch test = Samples.all(dataset.split("test"));
    float[] x = test.input().toArray();
    double squares = 0;
    for (int n = 0; n < test.size(); n++) {
      int c = test.ints(Clusters.CLUSTER).at(n);
      for (int k = 0; k < 6; k++) {
        squares += Math.pow(x[6 * n + k] - centres[6 * c + k], 2) / (6 * test.size());
      }
    }
    assertEquals(0.01, squares, 0.0005);
    for (int c = 0; c < 200; c++) {
      double norm = 0;
      for (int k = 0; k < 6; k++) {
        norm += centres[6 * c + k] * centres[6 * c + k];
      }
      assertEquals(1, norm, 1e-5);
    }
    assertEquals(new InputSpec.Values(List.of(6)), dataset.spec().input());
    assertEquals(
        new InputSpec.Tokens(200, 1),
        subpopulations(Prior.ZIPF, Frequencies.DRAWN, Points.DISCRETE).spec().input());
  }
}
