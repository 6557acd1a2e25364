package org.genlab.metrics.basic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Predictions;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.tck.Findings;
import org.genlab.tensor.IntTensor;
import org.junit.jupiter.api.Test;

class GcdAccuracyTest {
  private record Data(DataSpec spec, List<Split> splits) implements Dataset {}

  private record Examples(String name, int size) implements Split {
    @Override
    public Batch batch(int... indices) {
      throw new AssertionError("predictions have the examples");
    }
  }

  private static Map<String, Object> measured(double threshold, int[] labels, int[] predicted) {
    Data data =
        new Data(
            new DataSpec(new InputSpec.Values(List.of(1)), new TargetSpec.Classes(5)),
            List.of(new Examples("balanced", labels.length)));
    Predictions predictions =
        new Predictions(
            Batch.of(labels.length).with(Batch.TARGET, IntTensor.of(labels, labels.length)),
            IntTensor.of(predicted, predicted.length).oneHot(5),
            null);
    Snapshot snapshot =
        (Snapshot)
            Proxy.newProxyInstance(
                Snapshot.class.getClassLoader(),
                new Class<?>[] {Snapshot.class},
                (proxy, method, arguments) ->
                    method.getName().equals("splits") ? data.splits() : predictions);
    Findings findings = new Findings();
    new GcdAccuracy(new GcdAccuracy.Settings(threshold), data).measure(snapshot, findings);
    Map<String, Object> recorded = new LinkedHashMap<>(findings.numbers());
    recorded.putAll(findings.arrays());
    return recorded;
  }

  /** Class 0 and 1 all right, 2 half, 3 not at all, 4 has no example. */
  @Test
  void countsClassesFromOneAboveTheThreshold() {
    int[] labels = {0, 1, 1, 2, 2, 3};
    int[] predicted = {0, 1, 1, 2, 1, 1};
    assertEquals(1.0, measured(0.95, labels, predicted).get("balanced/gcd-accuracy"));
    assertEquals(2.0, measured(0.4, labels, predicted).get("balanced/gcd-accuracy"));
    assertEquals(1.0, measured(0.5, labels, predicted).get("balanced/gcd-accuracy"));
    assertArrayEquals(
        new double[] {1, 1, 0.5, 0, Double.NaN},
        (double[]) measured(0.5, labels, predicted).get("balanced/gcd-accuracy-by-class"));
  }

  @Test
  void needsClasses() {
    Data values =
        new Data(
            new DataSpec(new InputSpec.Values(List.of(1)), new TargetSpec.Values(List.of(1))),
            List.of());
    assertThrows(
        IllegalArgumentException.class,
        () -> new GcdAccuracy(new GcdAccuracy.Settings(0.95), values));
  }
}
