package org.genlab.metrics.memorization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Predictions;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class MemorizationCostTest {
  private static final MemorizationCost.Settings SETTINGS =
      new MemorizationCost.Settings("population", "frequency", "count", 3);

  private record Examples(String name, int size) implements Split {
    @Override
    public Batch batch(int... indices) {
      throw new AssertionError("predictions are enough");
    }
  }

  private record Data(DataSpec spec, List<Split> splits) implements Dataset {}

  private static Dataset data(int examples, int subpopulations) {
    return new Data(
        new DataSpec(new InputSpec.Tokens(5, 1), new TargetSpec.Classes(2)),
        List.of(new Examples("train", examples), new Examples("population", subpopulations)));
  }

  /** Subpopulations of these frequencies and counts, of which some are answered wrongly. */
  private static Map<String, Double> measure(float[] frequencies, int[] counts, boolean[] wrong) {
    int n = counts.length;
    int[] labels = new int[n];
    float[] logits = new float[2 * n];
    for (int x = 0; x < n; x++) {
      labels[x] = x % 2;
      logits[2 * x + (wrong[x] ? 1 - labels[x] : labels[x])] = 1;
    }
    Batch batch =
        Batch.of(n)
            .with(Batch.TARGET, IntTensor.of(labels, n))
            .with("frequency", Tensor.of(frequencies, n))
            .with("count", IntTensor.of(counts, n));
    Predictions predictions = new Predictions(batch, Tensor.of(logits, n, 2), Tensor.zeros(n));
    Snapshot snapshot =
        (Snapshot)
            Proxy.newProxyInstance(
                Snapshot.class.getClassLoader(),
                new Class<?>[] {Snapshot.class},
                (proxy, method, arguments) -> {
                  assertEquals("predictions", method.getName());
                  return predictions;
                });
    Map<String, Double> numbers = new HashMap<>();
    new MemorizationCost(SETTINGS, data(Arrays.stream(counts).sum(), n))
        .measure(
            snapshot,
            new Recorder() {
              @Override
              public void number(String name, double value) {
                numbers.put(name.replace("memorization-cost/", ""), value);
              }

              @Override
              public void array(String name, double... values) {
                throw new AssertionError();
              }
            });
    return numbers;
  }

  /** tau_1 of frequencies 1/2, 1/4, 1/4 and two examples: E[a^2 (1-a)] / E[a (1-a)]. */
  @Test
  void numbersAreWorkedOutByHand() {
    Map<String, Double> numbers =
        measure(
            new float[] {0.5f, 0.25f, 0.25f},
            new int[] {1, 1, 0},
            new boolean[] {false, true, true});
    double tau = (0.125 + 2 * 0.046875) / (0.25 + 2 * 0.1875);
    assertEquals(tau, numbers.get("tau-1"), 1e-12);
    assertEquals((0.125 + 2 * 0.015625) / (0.25 + 2 * 0.0625), numbers.get("tau-2"), 1e-12);
    assertEquals(1, numbers.get("errn-1"));
    assertEquals(0, numbers.get("errn-2"));
    assertEquals(0.5, numbers.get("error"), 1e-7);
    assertEquals(0.25, numbers.get("excess"), 1e-7);
    assertEquals(tau, numbers.get("predicted-excess"), 1e-12);
    assertEquals(0.25, numbers.get("unseen"), 1e-7);
  }

  @Test
  void equalFrequenciesAreExpectedWhateverWasSeen() {
    float[] frequencies = new float[50];
    Arrays.fill(frequencies, 0.02f);
    for (int l : new int[] {1, 2, 40, 1000}) {
      assertEquals(0.02, MemorizationCost.tau(frequencies, l, 1000), 1e-8);
    }
  }

  /** Of a long tail, what was seen more often is not less frequent; nothing underflows. */
  @Test
  void tauGrowsWithTheCount() {
    float[] frequencies = zipf(5000);
    double before = 0;
    for (int l = 1; l <= 600; l += 7) {
      double tau = MemorizationCost.tau(frequencies, l, 5000);
      // Between two frequencies of the head there are plateaus.
      assertTrue(tau > before * (1 - 1e-12), "tau of " + l + " is " + tau);
      before = tau;
    }
    // Where points are frequent, the expected frequency is nearly the empirical one.
    assertEquals(538.0 / 5000, MemorizationCost.tau(frequencies, 538, 5000), 0.01);
  }

  private static float[] zipf(int n) {
    double sum = 0;
    for (int k = 1; k <= n; k++) {
      sum += 1.0 / k;
    }
    float[] frequencies = new float[n];
    for (int k = 0; k < n; k++) {
      frequencies[k] = (float) (1 / ((k + 1) * sum));
    }
    return frequencies;
  }

  /**
   * Over samples and random mistakes on what was seen twice at most, both costs have the same mean.
   */
  @Test
  void thePredictedExcessIsTheMeasuredOneOnAverage() {
    int n = 500;
    float[] frequencies = zipf(n);
    RandomStream random = RandomStream.of(0, "samples");
    double measured = 0;
    double predicted = 0;
    for (int repetition = 0; repetition < 200; repetition++) {
      int[] counts = new int[n];
      for (int i = 0; i < n; i++) {
        double u = random.nextDouble();
        int x = 0;
        while (x < n - 1 && u >= frequencies[x]) {
          u -= frequencies[x];
          x++;
        }
        counts[x]++;
      }
      boolean[] wrong = new boolean[n];
      for (int x = 0; x < n; x++) {
        wrong[x] = counts[x] <= 2 && random.nextInt(2) == 0;
      }
      Map<String, Double> numbers = measure(frequencies, counts, wrong);
      measured += numbers.get("excess");
      predicted += numbers.get("predicted-excess");
    }
    assertEquals(1, measured / predicted, 0.02);
    assertTrue(measured > 5, "costs something");
  }

  @Test
  void theSplitIsNeeded() {
    Dataset without =
        new Data(
            new DataSpec(new InputSpec.Tokens(5, 1), new TargetSpec.Classes(2)),
            List.of(new Examples("train", 3)));
    IllegalArgumentException missing =
        assertThrows(IllegalArgumentException.class, () -> new MemorizationCost(SETTINGS, without));
    assertTrue(missing.getMessage().contains("population"), missing.getMessage());
  }
}
