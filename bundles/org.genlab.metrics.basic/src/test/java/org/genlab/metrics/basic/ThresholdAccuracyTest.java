package org.genlab.metrics.basic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Predictions;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.tck.Findings;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class ThresholdAccuracyTest {
  private record Examples(String name, int size) implements Split {
    @Override
    public Batch batch(int... indices) {
      throw new AssertionError("predictions are enough");
    }
  }

  private record Data(DataSpec spec, List<Split> splits) implements Dataset {}

  private static Dataset data(TargetSpec target) {
    return new Data(new DataSpec(new InputSpec.Values(List.of(1)), target), List.of());
  }

  private static Map<String, Double> measure(
      ThresholdAccuracy.Settings settings, int outputs, float[] errors) {
    int n = errors.length / outputs;
    Split split = new Examples("test", n);
    Tensor target = Tensor.ones(n, outputs);
    Batch batch = Batch.of(n).with(Batch.TARGET, target);
    Predictions predictions =
        new Predictions(batch, Tensor.of(errors, n, outputs).plus(1), Tensor.zeros(n));
    Snapshot snapshot =
        (Snapshot)
            Proxy.newProxyInstance(
                Snapshot.class.getClassLoader(),
                new Class<?>[] {Snapshot.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "splits" -> List.of(split);
                      case "predictions" -> predictions;
                      default -> throw new AssertionError(method.getName());
                    });
    Findings findings = new Findings();
    new ThresholdAccuracy(settings, data(new TargetSpec.Values(List.of(outputs))))
        .measure(snapshot, findings);
    assertEquals(Map.of(), findings.arrays());
    return findings.numbers();
  }

  private static float[] gaussian(int n, double deviation) {
    RandomStream random = RandomStream.of(0, "errors");
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  @Test
  void examplesBelowTheThresholdCount() {
    Map<String, Double> recorded =
        measure(
            new ThresholdAccuracy.Settings(0.3, List.of(0.05, 1e-4)),
            2,
            new float[] {0.5f, 0.25f, 1, 0, 0.125f, 0.125f, 0, 0});
    // The means of the squares are 0.15625, 0.5, 0.015625 and 0.
    assertEquals(0.67188 / 4, recorded.get("test/squared-error"), 1e-5);
    assertEquals(0.75, recorded.get("test/threshold-accuracy"));
    assertEquals(0.5, recorded.get("test/threshold-accuracy-0.05"));
    assertEquals(0.25, recorded.get("test/threshold-accuracy-0.0001"));
    assertEquals(7, recorded.size());
  }

  /** The closed form against Gaussian errors counted, for each number of outputs. */
  @Test
  void theGaussianAccuracyIsTheShareOfGaussianErrors() {
    for (int outputs : new int[] {1, 2, 10}) {
      for (double epsilon : new double[] {0.3, 1, 2}) {
        Map<String, Double> recorded =
            measure(
                new ThresholdAccuracy.Settings(epsilon, List.of()),
                outputs,
                gaussian(20000 * outputs, 1));
        // Both vary by sqrt(0.25 / 20000), or 0.0035, at most.
        assertEquals(
            recorded.get("test/threshold-accuracy"),
            recorded.get("test/gaussian-accuracy"),
            0.012,
            outputs + " outputs");
      }
    }
    // The 95 % of the paper: for one output at L = epsilon / 3.8415.
    assertEquals(0.95, ThresholdAccuracy.gaussian(1e-3, 1e-3 / 3.841458820694124, 1), 1e-9);
    assertEquals(1, ThresholdAccuracy.gaussian(1e-3, 0, 1));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    ThresholdAccuracy.Settings settings = new ThresholdAccuracy.Settings(1e-3, List.of());
    IllegalArgumentException classes =
        assertThrows(
            IllegalArgumentException.class,
            () -> new ThresholdAccuracy(settings, data(new TargetSpec.Classes(2))));
    assertTrue(classes.getMessage().contains("Classes"), classes.getMessage());
    assertThrows(
        SettingException.class, () -> new ThresholdAccuracy.Settings(1e-3, List.of(0.1, 0.1)));
  }
}
