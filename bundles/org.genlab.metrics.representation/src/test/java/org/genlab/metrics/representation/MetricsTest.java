package org.genlab.metrics.representation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.genlab.api.Slots;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Predictions;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.Model;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.tck.Findings;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class MetricsTest {
  /** What a metric may ask of a moment; anything else fails. */
  private record Moment(
      long step, Dataset dataset, Map<String, Tensor> features, Parameters parameters) {
    Snapshot snapshot(Tensor logits) {
      Model model =
          answer(
              Model.class,
              (method, arguments) ->
                  switch (method) {
                    case "predict" ->
                        new Output(
                            Tensor.scalar(0), select(features, ((Batch) arguments[0]).size()));
                    case "parameters" -> parameters;
                    default -> throw new AssertionError(method);
                  });
      return answer(
          Snapshot.class,
          (method, arguments) ->
              switch (method) {
                case "step" -> step;
                case "splits" -> dataset.splits();
                case "model" -> model;
                case "predictions" -> {
                  Split split = (Split) arguments[0];
                  int n = split.size();
                  yield new Predictions(split.range(0, n), logits.slice(0, 0, n), Tensor.zeros(n));
                }
                default -> throw new AssertionError(method);
              });
    }

    private static Map<String, Tensor> select(Map<String, Tensor> features, int n) {
      Map<String, Tensor> some = new LinkedHashMap<>();
      features.forEach((name, value) -> some.put(name, value.slice(0, 0, n)));
      return some;
    }
  }

  private interface Answers {
    Object to(String method, Object... arguments);
  }

  private static <T> T answer(Class<T> type, Answers answers) {
    return type.cast(
        Proxy.newProxyInstance(
            MetricsTest.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answers.to(method.getName(), arguments)));
  }

  private static final class Memory implements Slots {
    private final Map<String, Object> values = new HashMap<>();

    @Override
    public Optional<Tensor> array(String name) {
      return Optional.ofNullable((Tensor) values.get(name));
    }

    @Override
    public void put(String name, Tensor value) {
      values.put(name, value);
    }

    @Override
    public OptionalDouble number(String name) {
      Double value = (Double) values.get(name);
      return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    @Override
    public void put(String name, double value) {
      values.put(name, value);
    }

    @Override
    public void remove(String name) {
      values.remove(name);
    }
  }

  private static KnownLaw coins(String... columns) {
    return new KnownLaw(new KnownLaw.Settings(12, 8, List.of(columns)));
  }

  private static Findings measure(Metric metric, Snapshot snapshot) {
    Findings recorded = new Findings();
    metric.measure(snapshot, recorded);
    return recorded;
  }

  private static double[][] normal(long seed, int n, int d) {
    RandomStream random = RandomStream.of(seed, "test");
    double[][] x = new double[n][d];
    for (double[] row : x) {
      for (int j = 0; j < d; j++) {
        row[j] = random.nextGaussian();
      }
    }
    return x;
  }

  private static double cosine(double[] a, double[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }

  @Test
  void anisotropyIsTheMeanOverAllPairs() {
    double[][] rows = normal(1, 9, 4);
    for (double[] row : rows) {
      row[0] += 1.5;
    }
    double sum = 0;
    for (int i = 0; i < 9; i++) {
      for (int j = 0; j < 9; j++) {
        sum += i == j ? 0 : cosine(rows[i], rows[j]);
      }
    }
    assertEquals(sum / 72, Anisotropy.meanCosine(rows), 1e-12);
    assertEquals(1, Anisotropy.meanCosine(new double[][] {{1, 2}, {2, 4}, {0, 0}, {3, 6}}), 1e-12);
    assertEquals(-1, Anisotropy.meanCosine(new double[][] {{1, 2}, {-2, -4}}), 1e-12);
    assertTrue(Double.isNaN(Anisotropy.meanCosine(new double[][] {{1, 2}})));
  }

  @Test
  void anisotropyReadsAllPositionsOfTheFeaturesAskedFor() {
    Tensor feature = Tensor.normal(RandomStream.of(2, "test"), 1, 12 * 3 * 5).reshape(12, 3, 5);
    Moment moment =
        new Moment(0, coins(), Map.of("block.0.mlp", feature, "other", Tensor.zeros(12, 2)), null);
    Findings recorded =
        measure(new Anisotropy(new Anisotropy.Settings(List.of("mlp"), 4)), moment.snapshot(null));
    double[][] rows = new double[12][5];
    for (int i = 0; i < 60; i++) {
      rows[i / 5][i % 5] = feature.toArray()[i];
    }
    assertEquals(
        Map.of(
            "train/anisotropy/block.0.mlp",
            Anisotropy.meanCosine(rows),
            "validation/anisotropy/block.0.mlp",
            Anisotropy.meanCosine(rows)),
        recorded.numbers());
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                measure(
                    new Anisotropy(new Anisotropy.Settings(List.of("none"), 4)),
                    moment.snapshot(null)));
    assertTrue(e.getMessage().contains("no feature 'none'"), e.getMessage());
  }

  @Test
  void effectiveRankOfKnownSpectra() {
    // Singular values 3 and 1 and 0: p = 3/4, 1/4.
    Tensor matrix = Tensor.of(new float[] {3, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0}, 3, 4);
    double entropy = -0.75 * Math.log(0.75) - 0.25 * Math.log(0.25);
    assertEquals(Math.exp(entropy), Spectra.effectiveRank(matrix), 1e-6);
    assertEquals(3, Spectra.possibleRank(matrix));
    assertEquals(0, Spectra.effectiveRank(Tensor.zeros(2, 3)));
    ParameterLayout layout =
        ParameterLayout.builder()
            .add("readout.weight", ParameterLayout.Role.WEIGHT, 3, 4)
            .add("readout.bias", ParameterLayout.Role.BIAS, 4)
            .build();
    float[] values = new float[16];
    System.arraycopy(matrix.toArray(), 0, values, 0, 12);
    Moment moment = new Moment(0, coins(), Map.of(), new Parameters(layout, Tensor.of(values, 16)));
    assertEquals(
        Math.log(3) - entropy,
        measure(
                new SingularEntropy(new SingularEntropy.Settings(List.of("readout.weight"))),
                moment.snapshot(null))
            .numbers()
            .get("singular-entropy/readout.weight"),
        1e-6);
    Map<String, Double> ranks =
        measure(
                new ProportionalEffectiveRank(
                    new ProportionalEffectiveRank.Settings(List.of(), false, 1), coins()),
                moment.snapshot(null))
            .numbers();
    assertEquals(1, ranks.size());
    assertEquals(
        Math.exp(entropy) / 3, ranks.get("proportional-effective-rank/readout.weight"), 1e-6);
  }

  /** tr(KHLH) of kernels that are written out, by their definition. */
  private static double hsic(double[][] x, double[][] y) {
    int n = x.length;
    double[][] k = kernel(x);
    double[][] l = kernel(y);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double centred = k[i][j];
        for (int m = 0; m < n; m++) {
          centred -= (k[i][m] + k[m][j]) / n;
          for (int q = 0; q < n; q++) {
            centred += k[m][q] / (n * (double) n);
          }
        }
        sum += centred * l[i][j];
      }
    }
    return sum;
  }

  private static double[][] kernel(double[][] x) {
    double[][] k = new double[x.length][x.length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < x.length; j++) {
        for (int m = 0; m < x[i].length; m++) {
          k[i][j] += x[i][m] * x[j][m];
        }
      }
    }
    return k;
  }

  /** The unbiased estimate as the mean over all quadruples of different rows. */
  private static double unbiased(double[][] x, double[][] y) {
    int n = x.length;
    double[][] k = kernel(x);
    double[][] l = kernel(y);
    double sum = 0;
    int count = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        for (int q = 0; q < n; q++) {
          for (int r = 0; r < n; r++) {
            if (i != j && i != q && i != r && j != q && j != r && q != r) {
              sum += k[i][j] * (l[i][j] + l[q][r] - 2 * l[i][q]);
              count++;
            }
          }
        }
      }
    }
    return sum / count;
  }

  @Test
  void ckaIsThatOfTheCentredKernels() {
    double[][] x = normal(3, 8, 3);
    double[][] y = normal(4, 8, 5);
    for (int i = 0; i < 8; i++) {
      y[i][0] += 2 * x[i][1] + 3;
    }
    double expected = hsic(x, y) / Math.sqrt(hsic(x, x) * hsic(y, y));
    double[][] cx = LinearCka.centred(x);
    double[][] cy = LinearCka.centred(y);
    assertEquals(expected, Cka.plain(cx, cy), 1e-12);
    assertEquals(
        unbiased(x, y) / Math.sqrt(unbiased(x, x) * unbiased(y, y)), Cka.debiased(cx, cy), 1e-10);
  }

  @Test
  void debiasedCkaOfUnrelatedFeaturesIsNearZeroWithFewRows() {
    double plain = 0;
    double debiased = 0;
    for (int seed = 0; seed < 40; seed++) {
      double[][] x = LinearCka.centred(normal(100 + seed, 20, 15));
      double[][] y = LinearCka.centred(normal(200 + seed, 20, 15));
      plain += Cka.plain(x, y) / 40;
      debiased += Cka.debiased(x, y) / 40;
    }
    assertTrue(plain > 0.3, "plain " + plain);
    assertEquals(0, debiased, 0.05);
  }

  @Test
  void ckaDoesNotSeeRotationsScalesAndShifts() {
    double[][] x = normal(5, 30, 2);
    double[][] y = new double[30][2];
    for (int i = 0; i < 30; i++) {
      y[i][0] = 3 * (0.6 * x[i][0] - 0.8 * x[i][1]) + 7;
      y[i][1] = 3 * (0.8 * x[i][0] + 0.6 * x[i][1]) - 2;
    }
    double[][] cx = LinearCka.centred(x);
    double[][] cy = LinearCka.centred(y);
    assertEquals(1, Cka.plain(cx, cy), 1e-12);
    assertEquals(1, Cka.debiased(cx, cy), 1e-12);
  }

  @Test
  void theLastArrayIsTheCurveToTheEnd() {
    LinearCka metric =
        new LinearCka(new LinearCka.Settings(List.of("mlp"), "validation", 8, false), new Memory());
    List<double[][]> features = new ArrayList<>();
    Findings last = null;
    for (int t = 0; t < 4; t++) {
      double[][] rows = normal(10 + t, 12, 3);
      float[] values = new float[36];
      for (int i = 0; i < 36; i++) {
        values[i] = (float) rows[i / 3][i % 3];
      }
      features.add(LinearCka.centred(Arrays.copyOf(rows, 8)));
      Moment moment =
          new Moment(10L * t, coins(), Map.of("block.1.mlp", Tensor.of(values, 12, 3)), null);
      last = measure(metric, moment.snapshot(null));
    }
    assertArrayEquals(new double[] {0, 10, 20, 30}, last.arrays().get("linear-cka/steps"));
    double[] expected = new double[4];
    for (int t = 0; t < 4; t++) {
      expected[t] = Cka.plain(features.get(t), features.get(3));
    }
    assertArrayEquals(expected, last.arrays().get("linear-cka/block.1.mlp"), 1e-6);
    assertEquals(expected[2], last.numbers().get("linear-cka/previous/block.1.mlp"), 1e-6);
  }

  @Test
  void theGapIsTheDivergenceFromTheLaw() {
    // Q = (0.6, 0.4) for each coin; validation falls on heads 6 times and on tails twice.
    float[] row = {(float) Math.log(0.6), (float) Math.log(0.4)};
    float[] logits = new float[24];
    for (int i = 0; i < 24; i++) {
      logits[i] = row[i % 2] + 5;
    }
    double divergence = 0.75 * Math.log(0.75 / 0.6) + 0.25 * Math.log(0.25 / 0.4);
    for (String column : List.of("probabilities", "log-probability", "none")) {
      Dataset dataset = coins(column);
      Snapshot snapshot = new Moment(0, dataset, Map.of(), null).snapshot(Tensor.of(logits, 12, 2));
      Map<String, Double> gaps = measure(new ConditionalEntropyGap(dataset), snapshot).numbers();
      assertEquals(divergence, gaps.get("train/conditional-entropy-gap"), 1e-6, column);
      assertEquals(divergence, gaps.get("validation/conditional-entropy-gap"), 1e-6, column);
    }
  }
}
