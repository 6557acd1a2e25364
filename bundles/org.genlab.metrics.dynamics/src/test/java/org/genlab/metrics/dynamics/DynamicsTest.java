package org.genlab.metrics.dynamics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntToDoubleFunction;
import org.genlab.api.Slots;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Predictions;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.Model;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.metrics.dynamics.GradientSpectrum.Signal;
import org.genlab.tck.Findings;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class DynamicsTest {
  private static final class Memory implements Slots {
    private final Map<String, Object> values = new HashMap<>();

    @Override
    public Optional<Tensor> array(String name) {
      return Optional.ofNullable((Tensor) values.get(name));
    }

    @Override
    public void put(String name, Tensor value) {
      values.put(name, value);
    }

    @Override
    public OptionalDouble number(String name) {
      Object value = values.get(name);
      return value == null ? OptionalDouble.empty() : OptionalDouble.of((Double) value);
    }

    @Override
    public void put(String name, double value) {
      values.put(name, value);
    }

    @Override
    public void remove(String name) {
      values.remove(name);
    }
  }

  private record Examples(String name, int size) implements Split {
    @Override
    public Batch batch(int... indices) {
      return Batch.of(indices.length);
    }
  }

  private record Data(TargetSpec target) implements Dataset {
    @Override
    public DataSpec spec() {
      return new DataSpec(new InputSpec.Values(List.of(1)), target);
    }

    @Override
    public List<Split> splits() {
      return List.of(new Examples("train", 4));
    }
  }

  private static final Dataset CLASSES = new Data(new TargetSpec.Classes(3));

  private static <T> T with(Class<T> type, Map<String, Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (!answers.containsKey(method.getName())) {
                throw new AssertionError(method + " is not expected");
              }
              return answers.get(method.getName());
            }));
  }

  private static Parameters parameters(float... values) {
    ParameterLayout layout =
        ParameterLayout.builder().add("w", ParameterLayout.Role.WEIGHT, values.length).build();
    return new Parameters(layout, Tensor.of(values, values.length));
  }

  /** A moment with parameters all of that value; the objective's gradient is that value, too. */
  private static Snapshot moment(double value, int n) {
    float[] values = new float[n];
    java.util.Arrays.fill(values, (float) value);
    Model model = with(Model.class, Map.of("parameters", parameters(values)));
    LossFunction loss = LossFunction.of(p -> p.flat().square().times(0.5).sum(), Batch.of(1));
    return with(Snapshot.class, Map.of("model", model, "loss", loss));
  }

  private static GradientSpectrum spectrum(Signal of, int window, double cut, int coordinates) {
    return spectrum(of, window, cut, coordinates, new Memory());
  }

  private static GradientSpectrum spectrum(
      Signal of, int window, double cut, int coordinates, Slots slots) {
    return new GradientSpectrum(
        new GradientSpectrum.Settings(of, window, cut, coordinates, 512),
        CLASSES,
        (name, counters) -> RandomStream.of(2, name, counters),
        slots);
  }

  private static Findings last(Metric metric, int times, IntToDoubleFunction value) {
    Findings found = new Findings();
    for (int t = 0; t < times; t++) {
      found = new Findings();
      metric.measure(moment(value.applyAsDouble(t), 5), found);
    }
    return found;
  }

  @Test
  void aWaveHasItsPowerAtItsFrequency() {
    // 3 cos(2 pi 2 t / 16) has the mean square 9/2, all of it at 2/16.
    Findings found =
        last(
            spectrum(Signal.GRADIENTS, 16, 0.2, 5),
            16,
            t -> 3 * Math.cos(2 * Math.PI * 2 * t / 16));
    double[] expected = new double[9];
    expected[2] = 4.5;
    assertArrayEquals(expected, found.arrays().get("gradient-spectrum"), 1e-5);
    assertEquals(4.5, found.numbers().get("gradient-spectrum/slow"), 1e-5);
    assertEquals(0, found.numbers().get("gradient-spectrum/fast"), 1e-5);
    Findings cut =
        last(
            spectrum(Signal.GRADIENTS, 16, 0.1, 5),
            16,
            t -> 3 * Math.cos(2 * Math.PI * 2 * t / 16));
    assertEquals(0, cut.numbers().get("gradient-spectrum/slow-share"), 1e-6);
  }

  @Test
  void aWindowThatWasChangedBeginsAnew() {
    for (Signal of : Signal.values()) {
      for (int[] changed : new int[][] {{4, 5}, {16, 5}, {8, 3}, {10, 4}}) {
        Slots slots = new Memory();
        last(spectrum(of, 8, 0.1, 5, slots), 12, t -> t * t);
        GradientSpectrum after = spectrum(of, changed[0], 0.1, changed[1], slots);
        // Of updates the first sample needs two evaluations of the same parameters.
        boolean oneMore = of == Signal.UPDATES && changed[1] != 5;
        int needed = changed[0] + (oneMore ? 1 : 0);
        assertTrue(last(after, needed - 1, t -> t * t).numbers().isEmpty());
        assertEquals(3, last(after, 1, t -> t * t).numbers().size());
      }
    }
  }

  @Test
  void whatIsConstantIsSlowAndWhatAlternatesIsFast() {
    Findings constant = last(spectrum(Signal.GRADIENTS, 8, 0, 5), 8, t -> -2);
    assertEquals(4, constant.numbers().get("gradient-spectrum/slow"), 1e-6);
    assertEquals(1, constant.numbers().get("gradient-spectrum/slow-share"), 1e-6);
    Findings alternating = last(spectrum(Signal.GRADIENTS, 8, 0.4, 5), 8, t -> t % 2 == 0 ? 2 : -2);
    assertEquals(4, alternating.numbers().get("gradient-spectrum/fast"), 1e-6);
    assertEquals(4, alternating.arrays().get("gradient-spectrum")[4], 1e-6);
  }

  @Test
  void slowAndFastAreTheMeanSquareOfTheLastSamples() {
    RandomStream random = RandomStream.of(9, "samples");
    for (int window : new int[] {2, 7, 12}) {
      double[] x = new double[20];
      for (int t = 0; t < x.length; t++) {
        x[t] = random.nextGaussian();
      }
      Findings found = last(spectrum(Signal.GRADIENTS, window, 0.2, 3), 20, t -> x[t]);
      double square = 0;
      for (int t = 20 - window; t < 20; t++) {
        square += x[t] * x[t] / window;
      }
      assertEquals(
          square,
          found.numbers().get("gradient-spectrum/slow")
              + found.numbers().get("gradient-spectrum/fast"),
          1e-5);
    }
  }

  @Test
  void updatesAreDifferencesOfTheParameters() {
    // Parameters 3 t^2: the updates between evaluations are 3 (2 t - 1).
    Findings found = last(spectrum(Signal.UPDATES, 4, 0, 5), 6, t -> 3.0 * t * t);
    double mean = 3 * (3 + 5 + 7 + 9) / 4.0;
    assertEquals(mean * mean, found.numbers().get("gradient-spectrum/slow"), 1e-3);
    assertTrue(last(spectrum(Signal.UPDATES, 4, 0, 5), 4, t -> t).numbers().isEmpty());
    assertFalse(last(spectrum(Signal.UPDATES, 4, 0, 5), 5, t -> t).numbers().isEmpty());
  }

  @Test
  void whereNothingMovesThereIsNoShare() {
    Findings found = last(spectrum(Signal.UPDATES, 2, 0, 5), 4, t -> 1);
    assertEquals(0, found.numbers().get("gradient-spectrum/slow"));
    assertFalse(found.numbers().containsKey("gradient-spectrum/slow-share"));
  }

  private static Snapshot said(IntTensor labels, Tensor logits, float... values) {
    Split split = new Examples("train", labels.size());
    Batch batch = Batch.of(labels.shape().dimension(0)).with(Batch.TARGET, labels);
    return with(
        Snapshot.class,
        Map.of(
            "model",
            with(Model.class, Map.of("parameters", parameters(values))),
            "splits",
            List.of(split),
            "predictions",
            new Predictions(batch, logits, Tensor.zeros(labels.size()))));
  }

  private static Map<String, Double> efficiency(double exponent, Snapshot snapshot) {
    Findings found = new Findings();
    new CircuitEfficiency(new CircuitEfficiency.Settings(exponent), CLASSES)
        .measure(snapshot, found);
    return found.numbers();
  }

  @Test
  void efficiencyIsTheMarginForEachUnitOfNorm() {
    IntTensor labels = IntTensor.of(new int[] {0, 2}, 2);
    Tensor logits = Tensor.of(new float[] {6, 1, 3, 0, -2, 5}, 2, 3);
    double scale = ((6 - 2) + (5 + 1)) / 2.0;
    Map<String, Double> found = efficiency(1, said(labels, logits, 3, 4));
    assertEquals(scale, found.get("train/logit-scale"), 1e-6);
    assertEquals(scale / 5, found.get("train/circuit-efficiency"), 1e-6);
    Map<String, Double> squared = efficiency(2, said(labels, logits.times(4), 6, 8));
    assertEquals(
        efficiency(2, said(labels, logits, 3, 4)).get("train/circuit-efficiency"),
        squared.get("train/circuit-efficiency"),
        1e-6,
        "logits that grow with the square of the norm");
  }

  @Test
  void positionsThatDoNotCountAreLeftOut() {
    IntTensor labels = IntTensor.of(new int[] {1, -1}, 1, 2);
    Tensor logits = Tensor.of(new float[] {0, 2, 4, 9, 9, 9}, 1, 2, 3);
    assertEquals(0, efficiency(1, said(labels, logits, 1)).get("train/logit-scale"), 1e-6);
    assertFalse(efficiency(1, said(labels, logits, 0)).containsKey("train/circuit-efficiency"));
  }

  @Test
  void efficiencyNeedsClasses() {
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new CircuitEfficiency(
                        new CircuitEfficiency.Settings(1),
                        new Data(new TargetSpec.Values(List.of(1)))))
            .getMessage()
            .startsWith("circuit-efficiency needs targets"));
  }
}
