package org.genlab.metrics.mechanistic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.History;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Metric.When;
import org.genlab.api.evaluation.Predictions;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Model;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Objective;
import org.genlab.tck.Findings;
import org.genlab.tensor.IntTensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MechanisticMetricsTest {
  private static final int VOCABULARY = 8;
  private static final int LENGTH = 3;

  private record Examples(String name, Batch all) implements Split {
    @Override
    public int size() {
      return all.size();
    }

    @Override
    public Batch batch(int... indices) {
      return all.select(indices);
    }
  }

  private record Data(DataSpec spec, List<Split> splits) implements Dataset {}

  private record Moment(Dataset dataset, Model model) implements Snapshot {
    @Override
    public long step() {
      return 0;
    }

    @Override
    public Parameters initialParameters() {
      throw new AssertionError();
    }

    @Override
    public List<Split> splits() {
      return dataset.splits();
    }

    @Override
    public Predictions predictions(Split split) {
      throw new AssertionError();
    }

    @Override
    public Objective objective() {
      throw new AssertionError();
    }

    @Override
    public LossFunction loss(Batch batch) {
      throw new AssertionError();
    }

    @Override
    public History history() {
      throw new AssertionError();
    }
  }

  /**
   * Two examples, 1 2 3 and 4 5 6; the answers are 3 and 6, as the model says; a third is 7 5 6.
   */
  private static Dataset data(boolean lastOnly) {
    int[] targets = {3, 6, 1};
    int[] each = {-1, -1, 3, -1, -1, 6, -1, -1, 1};
    Batch batch =
        Batch.of(3)
            .with(Batch.INPUT, ints(new int[] {1, 2, 3, 4, 5, 6, 7, 5, 6}, 3, LENGTH))
            .with(Batch.TARGET, lastOnly ? ints(targets, 3) : ints(each, 3, LENGTH))
            .with("next", ints(new int[] {2, 5, -1}, 3))
            .with("contrast", ints(new int[] {0, 2, 3, 2, 5, 6, 7, 5, 6}, 3, LENGTH))
            .with("contrast-target", ints(new int[] {2, 4, 1}, 3));
    return new Data(
        new DataSpec(
            new InputSpec.Tokens(VOCABULARY, LENGTH),
            lastOnly
                ? new TargetSpec.Classes(VOCABULARY)
                : new TargetSpec.ClassPerPosition(VOCABULARY)),
        List.of(new Examples("some", batch)));
  }

  private static IntTensor ints(int[] values, int... shape) {
    return IntTensor.of(values, shape);
  }

  private static Map<String, Double> measure(Metric metric, Dataset data, Model model) {
    Findings findings = new Findings();
    metric.measure(new Moment(data, model), findings);
    assertEquals(Map.of(), findings.arrays());
    return findings.numbers();
  }

  private static LogitLens lens(Dataset data, String... columns) {
    return new LogitLens(new LogitLens.Settings(List.of(columns), List.of(), 200, When.END), data);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLensReadsWhatEachStateHolds(boolean lastOnly) {
    Dataset data = data(lastOnly);
    Map<String, Double> found =
        measure(lens(data, "target", "next"), data, new Shifter(VOCABULARY, lastOnly));
    double sure = Math.exp(10) / (Math.exp(10) + VOCABULARY - 1);
    double never = 1 / (Math.exp(10) + VOCABULARY - 1);
    // The token after the first stands in layer 1 at position 0 and in the input at position 1.
    assertEquals(1, found.get("some/lens-next-1-0"), 1e-12);
    assertEquals(sure, found.get("some/lens-next-probability-1-0"), 1e-6);
    assertEquals(1, found.get("some/lens-next-0-1"), 1e-12);
    assertEquals(1.0 / VOCABULARY, found.get("some/lens-next-0-0"), 1e-12, "ties count as worst");
    assertEquals(never, found.get("some/lens-next-probability-0-0"), 1e-6);
    // The answer, two on from the first token.
    assertEquals(1, found.get("some/lens-target-2-2"), 1e-12);
    assertEquals((1 + 1 + 1.0 / 8) / 3, found.get("some/lens-target-0-2"), 1e-12);
    assertEquals((1 + 1 + 1.0 / 8) / 3, found.get("some/lens-target-1-1"), 1e-12);
    assertEquals(!lastOnly, found.containsKey("some/lens-target-2-0"));
    assertTrue(found.containsKey("some/lens-target-0-0"));
    assertEquals(2 * 2 * (3 + 3 + (lastOnly ? 1 : 3)), found.size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void onlyStatesOnTheWayToTheAnswerChangeIt(boolean lastOnly) {
    Dataset data = data(lastOnly);
    CausalTracing tracing =
        new CausalTracing(
            new CausalTracing.Settings("contrast", "contrast-target", List.of(), 200, When.END),
            data);
    Map<String, Double> found = measure(tracing, data, new Shifter(VOCABULARY, lastOnly));
    double fall = (Math.exp(10) - 1) / (Math.exp(10) + VOCABULARY - 1);
    for (int layer = 0; layer <= 2; layer++) {
      for (int position = 0; position < LENGTH; position++) {
        String at = "-" + layer + "-" + position;
        if (layer == 2 && lastOnly && position < 2) {
          assertFalse(found.containsKey("some/tracing-changed" + at));
          continue;
        }
        boolean onTheWay = layer < 2 ? position == 0 : position == 2;
        assertEquals(onTheWay ? 1 : 0, found.get("some/tracing-changed" + at), 1e-12, at);
        assertEquals(onTheWay ? 1 : 0, found.get("some/tracing-moved" + at), 1e-12, at);
        assertEquals(onTheWay ? fall : 0, found.get("some/tracing-probability" + at), 1e-6, at);
      }
    }
  }

  @Test
  void whatCannotBeReadIsRefused() {
    Dataset data = data(false);
    Model noStream = new Shifter(VOCABULARY, false, Forward.Site.HIDDEN);
    assertTrue(
        assertThrows(
                IllegalArgumentException.class, () -> measure(lens(data, "target"), data, noStream))
            .getMessage()
            .contains("residual stream"));
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> measure(lens(data, "bridge"), data, new Shifter(VOCABULARY, false)))
            .getMessage()
            .contains("'bridge'"));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new CausalTracing(
                new CausalTracing.Settings("none", "none", List.of(), 9, When.END), data));
    Dataset numbers =
        new Data(
            new DataSpec(new InputSpec.Values(List.of(2)), new TargetSpec.Classes(2)),
            data.splits());
    assertThrows(IllegalArgumentException.class, () -> lens(numbers, "target"));
  }
}
