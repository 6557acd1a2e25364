package org.genlab.procedures.pruning;

import java.util.List;
import org.genlab.tck.MetricSuite;
import org.genlab.tck.ProcedureSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class IterativePruningKit extends ProcedureSuite {
    IterativePruningKit() {
      super(IterativePruning.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{train: {steps: 3}, retrain: {steps: 3}}",
          "{rounds: 2, rewind: step, rewind-step: 1, scope: layer, train: {steps: 2}, retrain:"
              + " {steps: 2}}",
          "{scorer: random, rewind: redrawn, train: {steps: 3, until: {series: train/loss,"
              + " at-least: 0}}, retrain: {steps: 3, until: {series: train/loss, at-least: 0,"
              + " for-steps: 1}}}",
          "{scorer: snip, train: {steps: 0}, retrain: {steps: 3}, batch-size: 0}",
          "{scorer: grasp, rewind: none, iterations: 2, train: {steps: 2}, retrain: {steps: 2}}",
          "{scorer: synflow, iterations: 3, train: {steps: 0}, retrain: {steps: 3}}",
          "{retrained: same-l2, train: {steps: 2}, retrain: {steps: 2}}");
    }
  }

  @Nested
  class SparsityKit extends MetricSuite {
    SparsityKit() {
      super(Sparsity.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}", "{roles: [bias], per-parameter: true}");
    }
  }

  @Nested
  class MaskDistanceKit extends MetricSuite {
    MaskDistanceKit() {
      super(MaskDistance.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}", "{keep: 0.1, scope: layer}");
    }
  }
}
