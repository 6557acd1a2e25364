package org.genlab.metrics.gradients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.Model;
import org.genlab.api.model.Output;
import org.genlab.metrics.gradients.DirectionCosine.Settings;
import org.genlab.tck.Findings;
import org.genlab.tensor.Tensor;
import org.junit.jupiter.api.Test;

class DirectionCosineTest {
  private record Points(String name, float[]... rows) implements Split {
    @Override
    public int size() {
      return rows.length;
    }

    @Override
    public Batch batch(int... indices) {
      int d = rows[0].length;
      float[] values = new float[indices.length * d];
      for (int i = 0; i < indices.length; i++) {
        System.arraycopy(rows[indices[i]], 0, values, i * d, d);
      }
      return Batch.of(indices.length).with(Batch.INPUT, Tensor.of(values, indices.length, d));
    }
  }

  private record Data(DataSpec spec, List<Split> splits) implements Dataset {}

  private static final List<Split> SPLITS =
      List.of(
          new Points("test", new float[] {0.5f, -1, 2}, new float[] {1, 0, 0}),
          new Points("same", new float[] {2, 0, 4}),
          new Points("across", new float[] {0, 3, 0}),
          new Points("between", new float[] {1, 0, 0}));

  private static Map<String, Double> measure(TargetSpec target, UnaryOperator<Tensor> network) {
    Model model =
        (Model)
            Proxy.newProxyInstance(
                Model.class.getClassLoader(),
                new Class<?>[] {Model.class},
                (proxy, called, arguments) ->
                    new Output(network.apply(((Batch) arguments[0]).input()), Map.of()));
    Snapshot snapshot =
        (Snapshot)
            Proxy.newProxyInstance(
                Snapshot.class.getClassLoader(),
                new Class<?>[] {Snapshot.class},
                (proxy, called, arguments) -> model);
    Findings findings = new Findings();
    new DirectionCosine(
            new Settings(List.of("same", "across", "between"), "test", 10),
            new Data(new DataSpec(new InputSpec.Values(List.of(3)), target), SPLITS))
        .measure(snapshot, findings);
    assertEquals(Map.of(), findings.arrays());
    return findings.numbers();
  }

  private static void isAlongOneZeroTwo(Map<String, Double> found) {
    assertEquals(1, found.get("same/direction-cosine"), 1e-6);
    assertEquals(0, found.get("across/direction-cosine"), 1e-6);
    assertEquals(1 / Math.sqrt(5), found.get("between/direction-cosine"), 1e-6);
  }

  @Test
  void isTheDirectionOfAPerceptronsWeights() {
    Tensor weights = Tensor.of(new float[] {1, 0, 2}, 3, 1);
    isAlongOneZeroTwo(measure(new TargetSpec.Values(List.of(1)), x -> x.matmul(weights).tanh()));
  }

  @Test
  void isTheDirectionOfTheDifferenceOfTwoLogits() {
    // Columns (5, 1, 1) and (6, 1, 3) differ by (1, 0, 2).
    Tensor weights = Tensor.of(new float[] {5, 6, 1, 1, 1, 3}, 3, 2);
    isAlongOneZeroTwo(measure(new TargetSpec.Classes(2), x -> x.matmul(weights)));
  }

  @Test
  void averagesTheGradientsOfTheExamples() {
    // The gradient of sum x^2 / 2 is x, whose mean over the split is (0.75, -0.5, 1).
    Map<String, Double> found =
        measure(new TargetSpec.Values(List.of(1)), x -> x.square().sum(true, 1).times(0.5));
    double length = Math.sqrt(0.75 * 0.75 + 0.5 * 0.5 + 1);
    assertEquals(-0.5 / length, found.get("across/direction-cosine"), 1e-6);
    assertEquals(0.75 / length, found.get("between/direction-cosine"), 1e-6);
  }

  @Test
  void isZeroWhereTheNetworkIsConstant() {
    Map<String, Double> found =
        measure(new TargetSpec.Values(List.of(1)), x -> x.times(0).sum(true, 1));
    assertEquals(0, found.get("same/direction-cosine"));
  }

  @Test
  void refusesMoreThanOneDecision() {
    assertTrue(
        assertThrows(
                IllegalArgumentException.class, () -> measure(new TargetSpec.Classes(3), x -> x))
            .getMessage()
            .startsWith("direction-cosine needs real inputs and two classes or one real target"));
  }
}
