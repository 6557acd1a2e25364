package org.genlab.procedures.basic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.History;
import org.genlab.api.evaluation.Series;
import org.genlab.api.training.Training;
import org.genlab.procedures.basic.EmpiricalRiskMinimization.Settings;
import org.genlab.procedures.basic.EmpiricalRiskMinimization.StopWhen;
import org.junit.jupiter.api.Test;

class EmpiricalRiskMinimizationTest {
  private record Empty(String name, int size) implements Split {
    @Override
    public Batch batch(int... indices) {
      return Batch.of(indices.length);
    }
  }

  private record Data(int size) implements Dataset {
    @Override
    public DataSpec spec() {
      return new DataSpec(new InputSpec.Values(List.of(1)), new TargetSpec.None());
    }

    @Override
    public List<Split> splits() {
      return List.of(new Empty("train", size), new Empty("validation", 5));
    }
  }

  private static int batch(int examples, int batchSize, double cap) {
    return new EmpiricalRiskMinimization(
            new Settings(10, batchSize, cap, Optional.empty()), new Data(examples))
        .batchSize();
  }

  @Test
  void minibatchesAreThoseOfThePaper() {
    // min(512, N/2)
    assertEquals(512, batch(4656, 512, 0.5));
    assertEquals(413, batch(827, 512, 0.5));
    assertEquals(1, batch(1, 512, 0.5));
  }

  @Test
  void zeroIsTheWholeSplit() {
    assertEquals(911, batch(911, 0, 1));
    assertEquals(100, batch(100, 512, 1));
  }

  /** A training that has made so many steps and recorded validation/accuracy each 100 steps. */
  private static Training training(long step, List<String> calls, double... accuracy) {
    long[] steps = new long[accuracy.length];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = 100L * i;
    }
    Series series = new Series("validation/accuracy", steps, accuracy);
    History history =
        new History() {
          @Override
          public Set<String> names() {
            return Set.of(series.name());
          }

          @Override
          public Optional<Series> series(String name) {
            return series.name().equals(name) ? Optional.of(series) : Optional.empty();
          }
        };
    return (Training)
        Proxy.newProxyInstance(
            Training.class.getClassLoader(),
            new Class<?>[] {Training.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "step" -> step;
                  case "history" -> history;
                  case "minibatch" -> {
                    calls.add(
                        "minibatch "
                            + ((Split) arguments[0]).name()
                            + " "
                            + arguments[1]
                            + " "
                            + arguments[2]);
                    yield Batch.of((int) arguments[1]);
                  }
                  case "loss" -> {
                    calls.add("loss " + ((Batch) arguments[0]).size());
                    yield null;
                  }
                  case "update" -> {
                    calls.add("update");
                    yield null;
                  }
                  default -> throw new AssertionError(method);
                });
  }

  private static EmpiricalRiskMinimization stopping(String series) {
    return new EmpiricalRiskMinimization(
        new Settings(1000, 4, 1, Optional.of(new StopWhen(series, 0.99, 300))), new Data(10));
  }

  @Test
  void aStepIsOneUpdateOnThatStepsMinibatch() {
    List<String> calls = new ArrayList<>();
    stopping("validation/accuracy").step(training(17, calls));
    assertEquals(List.of("minibatch train 4 17", "loss 4", "update"), calls);
  }

  @Test
  void endsAfterItsSteps() {
    assertFalse(stopping("validation/accuracy").finished(training(999, List.of())));
    assertTrue(stopping("validation/accuracy").finished(training(1000, List.of())));
    assertEquals(1000, stopping("validation/accuracy").totalSteps());
  }

  @Test
  void endsWhenTheLevelHasLasted() {
    EmpiricalRiskMinimization erm = stopping("validation/accuracy");
    assertFalse(erm.finished(training(450, List.of(), 0, 0.2, 1, 1, 1)));
    assertTrue(erm.finished(training(550, List.of(), 0, 0.2, 0.99, 1, 1, 1)));
    assertFalse(
        erm.finished(training(650, List.of(), 0, 1, 1, 1, 0.98, 1, 1)), "it was interrupted");
    assertFalse(stopping("test/accuracy").finished(training(550, List.of(), 1, 1, 1, 1, 1)));
  }

  @Test
  void aRuleNamesASeries() {
    SettingException e =
        assertThrows(SettingException.class, () -> new StopWhen("accuracy", 0.99, 300));
    assertEquals("series", e.setting());
  }
}
