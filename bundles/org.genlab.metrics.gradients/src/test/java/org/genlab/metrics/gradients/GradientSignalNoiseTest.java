package org.genlab.metrics.gradients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Metric.When;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.Model;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.metrics.gradients.GradientSignalNoise.Settings;
import org.genlab.tck.Findings;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class GradientSignalNoiseTest {
  private static final int CLASSES = 3;

  /** All examples are truly of class 0. */
  private record Labelled(String name, int... labels) implements Split {
    @Override
    public int size() {
      return labels.length;
    }

    @Override
    public Batch batch(int... indices) {
      int[] chosen = new int[indices.length];
      for (int i = 0; i < chosen.length; i++) {
        chosen[i] = labels[indices[i]];
      }
      return Batch.of(indices.length)
          .with(Batch.TARGET, IntTensor.of(chosen, chosen.length))
          .with(Annotation.CLEAN, IntTensor.of(new int[chosen.length], chosen.length));
    }
  }

  private record Data(List<Split> splits) implements Dataset {
    @Override
    public DataSpec spec() {
      return new DataSpec(new InputSpec.Values(List.of(1)), new TargetSpec.Classes(CLASSES));
    }
  }

  /** The data term |theta - e_y|^2 / 2, whose gradient at 0 is minus the share of each class. */
  private record Distance(Batch batch) implements LossFunction {
    @Override
    public Tensor perExample(Parameters at) {
      return batch.labels().oneHot(CLASSES).minus(at.flat()).square().sum(false, 1).times(0.5);
    }

    @Override
    public Evaluation evaluate(Parameters at) {
      throw new AssertionError("this would have penalties in it");
    }

    @Override
    public Tensor value(Parameters at) {
      throw new AssertionError("this would have penalties in it");
    }

    @Override
    public Tensor perExampleGradients(Parameters at) {
      throw new AssertionError("too dear");
    }

    @Override
    public LossFunction on(Batch other) {
      return new Distance(other);
    }

    @Override
    public List<LossFunction> by(String annotation) {
      throw new AssertionError();
    }
  }

  private static <T> T answering(Class<T> type, String method, Object answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, called, arguments) -> {
              assertEquals(method, called.getName());
              return answer;
            }));
  }

  private static Map<String, Double> measure(Settings settings, Split... splits) {
    Parameters zero =
        new Parameters(
            ParameterLayout.builder().add("theta", ParameterLayout.Role.WEIGHT, CLASSES).build(),
            Tensor.zeros(CLASSES));
    Model model = answering(Model.class, "parameters", zero);
    Snapshot snapshot =
        (Snapshot)
            Proxy.newProxyInstance(
                Snapshot.class.getClassLoader(),
                new Class<?>[] {Snapshot.class},
                (proxy, called, arguments) ->
                    switch (called.getName()) {
                      case "model" -> model;
                      case "step" -> 5L;
                      case "loss" -> new Distance((Batch) arguments[0]);
                      default -> throw new AssertionError(called.getName());
                    });
    Findings findings = new Findings();
    new GradientSignalNoise(
            settings,
            new Data(List.of(splits)),
            (name, counters) -> RandomStream.of(1, name, counters))
        .measure(snapshot, findings);
    assertEquals(Map.of(), findings.arrays());
    return findings.numbers();
  }

  private static Settings settings(int batches, int reference, String clean, Integer... sizes) {
    return new Settings(List.of(sizes), batches, reference, clean, When.EVALUATION);
  }

  private static int[] labels(int n, int wrongInEach) {
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = i % wrongInEach == 0 ? 0 : 1 + i / wrongInEach % 2;
    }
    return labels;
  }

  @Test
  void isTheCosineOfTheSharesOfTheClasses() {
    // The truth is (1, 0, 0).
    int[] labels = labels(1200, 4);
    double[] shares = new double[CLASSES];
    for (int label : labels) {
      shares[label] += 1.0 / 1200;
    }
    double norm = Math.sqrt(shares[0] * shares[0] + shares[1] * shares[1] + shares[2] * shares[2]);
    assertEquals(
        shares[0] / norm,
        measure(settings(2, 0, "", 1200), new Labelled("train", labels))
            .get("train/gradient-signal-noise-1200"),
        1e-6);
  }

  @Test
  void ofSingleExamplesIsTheShareOfTrueLabels() {
    // One label is either right, cosine 1, or wrong, cosine 0.
    double found =
        measure(settings(3000, 50, "", 1), new Labelled("train", labels(400, 4)))
            .get("train/gradient-signal-noise-1");
    assertEquals(0.25, found, 0.03);
  }

  @Test
  void growsWithTheSizeOfTheMinibatch() {
    Map<String, Double> found =
        measure(settings(200, 100, "", 1, 8, 128), new Labelled("train", labels(900, 2)));
    assertTrue(
        found.get("train/gradient-signal-noise-1") < found.get("train/gradient-signal-noise-8")
            && found.get("train/gradient-signal-noise-8")
                < found.get("train/gradient-signal-noise-128"),
        found.toString());
  }

  @Test
  void isOneWithoutNoise() {
    assertEquals(
        1,
        measure(settings(3, 7, "", 2), new Labelled("train", new int[20]))
            .get("train/gradient-signal-noise-2"),
        1e-6);
  }

  @Test
  void takesTheReferenceFromAnotherSplitOnDemand() {
    Split train = new Labelled("train", new int[] {1, 1, 1, 1});
    Split clean = new Labelled("train-clean", new int[] {0, 0});
    assertEquals(
        0,
        measure(settings(1, 0, "train-clean", 4), train, clean)
            .get("train/gradient-signal-noise-4"));
  }

  @Test
  void refusesMinibatchesThatAreTooLarge() {
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> measure(settings(1, 0, "", 2, 21), new Labelled("train", new int[20])))
            .getMessage()
            .startsWith("gradient-signal-noise cannot draw 21 different examples from 20"));
    assertEquals(
        Optional.of(When.END),
        Optional.of(
            new GradientSignalNoise(
                    new Settings(List.of(1), 1, 0, "", When.END),
                    new Data(List.of(new Labelled("train", new int[2]))),
                    (name, counters) -> RandomStream.of(1, name, counters))
                .when()));
  }
}
