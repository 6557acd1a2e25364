package org.genlab.metrics.basic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.History;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Predictions;
import org.genlab.api.evaluation.Series;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Model;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Objective;
import org.genlab.api.training.State;
import org.genlab.tck.Findings;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final class Examples implements Split {
    private final String name;
    private final Batch batch;

    Examples(String name, Batch batch) {
      this.name = name;
      this.batch = batch;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public int size() {
      return batch.size();
    }

    @Override
    public Batch batch(int... indices) {
      return batch.select(indices);
    }
  }

  private record Data(DataSpec spec, List<Split> splits) implements Dataset {}

  private record Weights(Parameters parameters) implements Model {
    @Override
    public String name() {
      return "main";
    }

    @Override
    public Network network() {
      throw new AssertionError();
    }

    @Override
    public Parameters initialParameters() {
      throw new AssertionError();
    }

    @Override
    public void setParameters(Parameters other) {
      throw new AssertionError("a metric changes nothing");
    }

    @Override
    public State buffers() {
      throw new AssertionError();
    }

    @Override
    public void setBuffers(State buffers) {
      throw new AssertionError("a metric changes nothing");
    }

    @Override
    public State optimizerState() {
      throw new AssertionError();
    }

    @Override
    public void setOptimizerState(State state) {
      throw new AssertionError("a metric changes nothing");
    }

    @Override
    public Output predict(Batch batch) {
      throw new AssertionError();
    }

    @Override
    public Output predict(Batch batch, Forward.Hook hook) {
      throw new AssertionError();
    }
  }

  private record Moment(
      Dataset dataset, Model model, Map<String, Predictions> said, Map<String, Series> series)
      implements Snapshot {
    @Override
    public long step() {
      return 7;
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
      return said.get(split.name());
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
      return new History() {
        @Override
        public Set<String> names() {
          return series.keySet();
        }

        @Override
        public Optional<Series> series(String name) {
          return Optional.ofNullable(series.get(name));
        }
      };
    }
  }

  private static final Batch FOUR =
      Batch.of(4).with(Batch.TARGET, IntTensor.of(new int[] {0, 1, 2, 0}, 4));
  private static final Dataset DATA =
      new Data(
          new DataSpec(new InputSpec.Values(List.of(1)), new TargetSpec.Classes(3)),
          List.of(new Examples("train", FOUR), new Examples("validation", FOUR)));

  /** Logits by which the first of ties, 0, is predicted twice, then 2, then 1. */
  private static final float[] LOGITS = {1, 1, 0, 3, -1, 2, 0, 0, 5, -2, 4, 4};

  private static Map<String, Double> measure(
      Metric metric, Model model, Map<String, Predictions> said, Map<String, Series> series) {
    Findings findings = new Findings();
    metric.measure(new Moment(DATA, model, said, series), findings);
    assertEquals(Map.of(), findings.arrays());
    return findings.numbers();
  }

  private static Map<String, Predictions> said() {
    Tensor logits = Tensor.of(LOGITS, 4, 3);
    return Map.of(
        "train",
        new Predictions(FOUR, logits, Tensor.of(new float[] {0, 1, 2, 5}, 4)),
        "validation",
        new Predictions(
            FOUR,
            Tensor.of(new float[] {0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0}, 4, 3),
            Tensor.of(new float[] {3, 3, 3, 4}, 4)));
  }

  @Test
  void lossIsTheMeanOverASplit() {
    assertEquals(
        Map.of("train/loss", 2.0, "validation/loss", 3.25),
        measure(new Loss(), null, said(), Map.of()));
  }

  @Test
  void accuracyCountsTheFirstOfEqualLogits() {
    assertEquals(
        Map.of("train/accuracy", 0.5, "validation/accuracy", 0.0),
        measure(new Accuracy(DATA), null, said(), Map.of()));
  }

  @Test
  void accuracyOfPositionsLeavesOutThoseThatDoNotCount() {
    Batch batch = Batch.of(2).with(Batch.TARGET, IntTensor.of(new int[] {0, -1, 1, 1}, 2, 2));
    Predictions predictions =
        new Predictions(
            batch,
            Tensor.of(new float[] {1, 0, 1, 0, 1, 0, 0, 1}, 2, 2, 2),
            Tensor.of(new float[] {0, 0}, 2));
    assertEquals(2.0 / 3, Scores.accuracy(predictions), 1e-12);
  }

  @Test
  void accuracyNeedsClasses() {
    Dataset values =
        new Data(
            new DataSpec(new InputSpec.Values(List.of(1)), new TargetSpec.Values(List.of(1))),
            List.of());
    assertThrows(IllegalArgumentException.class, () -> new Accuracy(values));
  }

  @Test
  void gapsArePositiveWhenASplitGoesWorse() {
    assertEquals(
        Map.of("validation/generalization-gap", 1.25, "validation/accuracy-gap", 0.5),
        measure(new GeneralizationGap(DATA), null, said(), Map.of()));
  }

  @Test
  void normsAreThoseOfAllAndOfEach() {
    ParameterLayout layout =
        ParameterLayout.builder()
            .add("a", ParameterLayout.Role.WEIGHT, 2)
            .add("b", ParameterLayout.Role.BIAS, 1)
            .build();
    Model model = new Weights(new Parameters(layout, Tensor.of(new float[] {3, -4, 12}, 3)));
    assertEquals(
        Map.of("weight-norm/l2", 13.0, "weight-norm/l1", 19.0),
        measure(new WeightNorm(new WeightNorm.Settings(false)), model, Map.of(), Map.of()));
    Map<String, Double> each =
        measure(new WeightNorm(new WeightNorm.Settings(true)), model, Map.of(), Map.of());
    assertEquals(5.0, each.get("weight-norm/l2/a"));
    assertEquals(7.0, each.get("weight-norm/l1/a"));
    assertEquals(12.0, each.get("weight-norm/l2/b"));
    assertEquals(6, each.size());
  }

  private static Series series(String name, double... values) {
    long[] steps = new long[values.length];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = 10L * i;
    }
    return new Series(name, steps, values);
  }

  private static Map<String, Double> steps(double[] train, double[] validation) {
    StepsToThreshold metric =
        new StepsToThreshold(new StepsToThreshold.Settings(0.9, 2, "accuracy"), DATA);
    assertEquals(Metric.When.END, metric.when());
    return measure(
        metric,
        null,
        Map.of(),
        Map.of(
            "train/accuracy", series("train/accuracy", train),
            "validation/accuracy", series("validation/accuracy", validation)));
  }

  @Test
  void aLuckyValueIsNoCrossing() {
    assertEquals(
        Map.of(
            "train/steps-to-threshold", 20.0,
            "validation/steps-to-threshold", 60.0,
            "validation/delay-ratio", 3.0),
        steps(
            new double[] {0, 0.5, 0.9, 0.95, 1, 1, 1, 1, 1},
            new double[] {0, 0, 0.95, 0.1, 0, 0.2, 0.91, 0.92, 0.3}));
  }

  @Test
  void whatNeverHappensTakesForever() {
    double[] low = {0, 0.5, 0.8};
    double[] high = {0, 1, 1};
    Map<String, Double> never = steps(high, low);
    assertEquals(Double.POSITIVE_INFINITY, never.get("validation/steps-to-threshold"));
    assertEquals(Double.POSITIVE_INFINITY, never.get("validation/delay-ratio"));
    assertEquals(Double.NaN, steps(low, high).get("validation/delay-ratio"));
  }

  @Test
  void stepsToThresholdSaysWhichMetricItNeeds() {
    StepsToThreshold metric =
        new StepsToThreshold(new StepsToThreshold.Settings(0.9, 2, "accuracy"), DATA);
    Exception missing =
        assertThrows(
            IllegalArgumentException.class, () -> measure(metric, null, Map.of(), Map.of()));
    assertTrue(missing.getMessage().contains("train/accuracy"), missing.getMessage());
  }

  @Test
  void outputErrorIsTheDistanceFromOneHotTargets() {
    Map<String, Double> recorded = measure(new OutputError(DATA), null, said(), Map.of());
    // Rows 1 1 0 (0), 3 -1 2 (1), 0 0 5 (2), -2 4 4 (0): differences 0 1 0, 3 -2 2, 0 0 4, -3 4 4.
    assertEquals(4, recorded.get("train/output-error-max"));
    assertEquals(
        Math.sqrt((1 + 9 + 4 + 4 + 16 + 9 + 16 + 16) / 12.0),
        recorded.get("train/output-error-rms"),
        1e-12);
    // Rows 0 1 0 (0), 1 0 0 (1), 1 0 0 (2), 0 1 0 (0): each misses by 1 twice.
    assertEquals(1, recorded.get("validation/output-error-max"));
    assertEquals(Math.sqrt(8 / 12.0), recorded.get("validation/output-error-rms"), 1e-12);
  }
}
