package org.genlab.procedures.pruning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.genlab.api.SettingException;
import org.genlab.api.evaluation.Series;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.procedures.pruning.IterativePruning.First;
import org.genlab.procedures.pruning.IterativePruning.Later;
import org.genlab.procedures.pruning.IterativePruning.Settings;
import org.genlab.tensor.Tensor;
import org.junit.jupiter.api.Test;

class IterativePruningTest {
  private final FakeTraining training = new FakeTraining();
  private final float[] initial = training.model.initialParameters().flat().toArray();

  private static Settings settings(
      double keep, int rounds, Rewind rewind, long rewindStep, Retrained retrained, long train) {
    return new Settings(
        keep,
        rounds,
        Scorer.MAGNITUDE,
        PruningScope.GLOBAL,
        List.of(Role.WEIGHT),
        0,
        rewind,
        rewindStep,
        retrained,
        new First(train, Optional.empty()),
        new Later(3, Optional.empty()),
        0);
  }

  private IterativePruning procedure(Settings settings) {
    return new IterativePruning(settings, training, training, training.dataset());
  }

  private static int zeros(float[] values) {
    int zeros = 0;
    for (float value : values) {
      zeros += value == 0 ? 1 : 0;
    }
    return zeros;
  }

  @Test
  void prunedWeightsAreZeroAtEveryStepWhateverTheOptimizerDoes() {
    List<Integer> zeros = new ArrayList<>();
    List<Integer> velocities = new ArrayList<>();
    training.run(
        procedure(settings(0.4, 1, Rewind.INITIAL, 0, Retrained.TICKET, 4)),
        () -> {
          zeros.add(zeros(training.model.parameters().flat().toArray()));
          velocities.add(zeros(training.model.optimizerState().array("velocity").toArray()));
        });
    // 12 of the 20 weights; the two biases stay.
    assertEquals(List.of(0, 0, 0, 0, 12, 12, 12), zeros);
    assertEquals(List.of(0, 0, 0, 0, 12, 12, 12), velocities);
    assertEquals(0.6, training.recorded.get("pruning/sparsity"), 1e-12);
    assertEquals(4, training.recorded.get("pruning/start"));
    assertEquals(1, training.recorded.get("pruning/phase"));
    assertEquals(3, training.model.optimizerState().array("history").size());
  }

  @Test
  void theTicketStartsFromTheInitialValues() {
    IterativePruning procedure =
        procedure(settings(0.4, 1, Rewind.INITIAL, 0, Retrained.TICKET, 4));
    List<float[]> seen = new ArrayList<>();
    training.run(procedure, () -> seen.add(training.model.parameters().flat().toArray()));
    // The mask is that of the trained weights, ...
    float[] trained = seen.get(3);
    float[] mask = training.array("mask").orElseThrow().toArray();
    double smallest = Double.POSITIVE_INFINITY;
    double largest = 0;
    for (int i = 0; i < 20; i++) {
      if (mask[i] == 1) {
        smallest = Math.min(smallest, Math.abs(trained[i]));
      } else {
        largest = Math.max(largest, Math.abs(trained[i]));
      }
    }
    assertTrue(smallest >= largest);
    // ... and the retraining is that of the masked initial values, from a fresh optimizer.
    FakeTraining alone = new FakeTraining();
    alone.model.setParameters(
        alone.model.initialParameters().map(w -> w.times(Tensor.of(mask, mask.length))));
    for (int i = 4; i < 7; i++) {
      alone.update(
          alone.loss(null).reparameterized(p -> p.map(w -> w.times(Tensor.of(mask, mask.length)))));
      alone.model.setParameters(
          alone.model.parameters().map(w -> w.times(Tensor.of(mask, mask.length))));
      assertArrayEquals(alone.model.parameters().flat().toArray(), seen.get(i), 1e-6f);
    }
    assertTrue(training.model.buffers().isEmpty());
  }

  @Test
  void rewindsToAStepToNewValuesOrNotAtAll() {
    List<float[]> seen = new ArrayList<>();
    Settings settings = settings(1, 1, Rewind.STEP, 2, Retrained.TICKET, 4);
    training.run(procedure(settings), () -> seen.add(training.model.parameters().flat().toArray()));
    // keep 1: the retraining repeats nothing but the optimizer's state.
    assertArrayEquals(seen.get(1), training.array("rewind").orElseThrow().toArray());
    // Scoring looks at the first minibatch of the phase, too.
    assertEquals(List.of(0L, 1L, 2L, 3L, 2L, 2L, 3L, 4L), training.minibatches);

    FakeTraining redrawn = new FakeTraining();
    new IterativePruning(
            settings(1, 1, Rewind.REDRAWN, 0, Retrained.TICKET, 0),
            redrawn,
            redrawn,
            redrawn.dataset())
        .begin(redrawn);
    float[] drawn = redrawn.model.parameters().flat().toArray();
    assertArrayEquals(
        redrawn.model.network().initialize(redrawn.stream("redrawn", 1)).flat().toArray(), drawn);

    FakeTraining tuned = new FakeTraining();
    List<Double> steps = new ArrayList<>();
    List<float[]> values = new ArrayList<>();
    tuned.run(
        new IterativePruning(
            settings(1, 1, Rewind.NONE, 0, Retrained.TICKET, 4), tuned, tuned, tuned.dataset()),
        () -> {
          steps.add(tuned.model.optimizerState().number("steps"));
          values.add(tuned.model.parameters().flat().toArray());
        });
    assertEquals(List.of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0), steps);
    FakeTraining dense = new FakeTraining();
    for (int i = 0; i < 7; i++) {
      dense.update(dense.loss(null));
      assertArrayEquals(dense.model.parameters().flat().toArray(), values.get(i), 1e-6f);
    }
    assertEquals(1, tuned.model.buffers().number("mean"));
  }

  @Test
  void roundsPruneExponentiallyAndMasksAreNested() {
    List<float[]> seen = new ArrayList<>();
    IterativePruning procedure =
        procedure(settings(0.25, 2, Rewind.INITIAL, 0, Retrained.TICKET, 2));
    training.run(procedure, () -> seen.add(training.model.parameters().flat().toArray()));
    assertEquals(8, procedure.totalSteps());
    assertEquals(8, seen.size());
    // Of 20 weights 10 and then 5 are left.
    assertEquals(10, zeros(seen.get(2)));
    assertEquals(10, zeros(seen.get(4)));
    assertEquals(15, zeros(seen.get(5)));
    for (int i = 0; i < initial.length; i++) {
      assertTrue(seen.get(2)[i] != 0 || seen.get(7)[i] == 0);
    }
    assertEquals(5, training.recorded.get("pruning/start"));
  }

  @Test
  void controlsHaveTheTicketsNormAndNoMask() {
    for (Retrained control : List.of(Retrained.SAME_L1, Retrained.SAME_L2)) {
      FakeTraining ticket = new FakeTraining();
      new IterativePruning(
              settings(0.4, 1, Rewind.INITIAL, 0, Retrained.TICKET, 0),
              ticket,
              ticket,
              ticket.dataset())
          .begin(ticket);
      FakeTraining dense = new FakeTraining();
      IterativePruning procedure =
          new IterativePruning(
              settings(0.4, 1, Rewind.INITIAL, 0, control, 0), dense, dense, dense.dataset());
      procedure.begin(dense);
      String norm = control == Retrained.SAME_L1 ? "pruning/l1" : "pruning/l2";
      String other = control == Retrained.SAME_L1 ? "pruning/l2" : "pruning/l1";
      assertEquals(ticket.recorded.get(norm), dense.recorded.get(norm), 1e-5);
      assertTrue(Math.abs(ticket.recorded.get(other) - dense.recorded.get(other)) > 0.1);
      assertEquals(ticket.recorded.get("pruning/sparsity"), dense.recorded.get("pruning/sparsity"));
      float[] scaled = dense.model.parameters().flat().toArray();
      for (int i = 1; i < scaled.length; i++) {
        assertEquals(scaled[0] / initial[0], scaled[i] / initial[i], 1e-5);
      }
      procedure.step(dense);
      assertEquals(0, zeros(dense.model.parameters().flat().toArray()));
    }
  }

  @Test
  void phasesEndWhenASeriesHasReachedItsLevel() {
    Until memorised = new Until("train/accuracy", 0.99, 0);
    Until lasting = new Until("train/accuracy", 0.99, 2);
    Settings settings =
        new Settings(
            0.5,
            1,
            Scorer.RANDOM,
            PruningScope.GLOBAL,
            List.of(Role.WEIGHT),
            0,
            Rewind.INITIAL,
            0,
            Retrained.TICKET,
            new First(100, Optional.of(memorised)),
            new Later(100, Optional.of(lasting)),
            0);
    double[] accuracies = {0.2, 0.5, 1, 1, 0.3, 1, 1, 1, 1};
    training.run(
        procedure(settings), () -> training.measure(accuracies[(int) training.step() - 1]));
    assertEquals(3, training.recorded.get("pruning/start"));
    // The value at step 3 belongs to the first phase; from 6 to 8 it holds for 2 steps.
    assertEquals(8, training.step());
    assertEquals(200, procedure(settings).totalSteps());
  }

  @Test
  void aPhaseThatIsRewoundIntoLastsUntilThen() {
    Settings settings =
        new Settings(
            0.5,
            1,
            Scorer.MAGNITUDE,
            PruningScope.GLOBAL,
            List.of(Role.WEIGHT),
            0,
            Rewind.STEP,
            5,
            Retrained.TICKET,
            new First(9, Optional.of(new Until("train/accuracy", 0.5, 0))),
            new Later(1, Optional.empty()),
            0);
    training.run(procedure(settings), () -> training.measure(1));
    assertEquals(5, training.recorded.get("pruning/start"));
  }

  @Test
  void onlyWhatWasMeasuredInAPhaseCounts() {
    Series series = new Series("a/b", new long[] {0, 10, 20}, new double[] {1, 1, 1});
    assertTrue(new Until("a/b", 1, 10).isMet(series, 0));
    assertTrue(!new Until("a/b", 1, 10).isMet(series, 10));
    assertTrue(new Until("a/b", 1, 0).isMet(series, 10));
    assertTrue(!new Until("a/b", 1, 0).isMet(series, 20));
  }

  @Test
  void refusesWhatDoesNotFit() {
    SettingException e =
        assertThrows(
            SettingException.class, () -> settings(0.5, 1, Rewind.STEP, 5, Retrained.TICKET, 4));
    assertEquals("rewindStep", e.setting());
    assertTrue(e.getMessage().contains("4 steps"));
    assertEquals(
        "series",
        assertThrows(SettingException.class, () -> new Until("accuracy", 1, 0)).setting());
  }
}
