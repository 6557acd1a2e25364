package org.genlab.metrics.geometry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
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
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.tck.Findings;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class LinearityTest {
  private static final int D = 3;

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

  private static Dataset data(Split... splits) {
    return new Data(
        new DataSpec(new InputSpec.Values(List.of(D)), new TargetSpec.Classes(2)), List.of(splits));
  }

  /** An object of which only the given methods are expected to be called. */
  private static <T> T only(Class<T> type, Map<String, Answer> methods) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              Answer answer = methods.get(method.getName());
              if (answer == null) {
                throw new AssertionError("nobody should ask for " + method.getName());
              }
              return answer.to(arguments);
            }));
  }

  private interface Answer {
    Object to(Object... arguments);
  }

  private static Tensor gaussian(long seed, int... shape) {
    int size = 1;
    for (int n : shape) {
      size *= n;
    }
    RandomStream random = RandomStream.of(seed, "test");
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, shape);
  }

  private final Findings found = new Findings();

  private void measure(Metric metric, Model model, Split... splits) {
    Snapshot snapshot =
        only(
            Snapshot.class,
            Map.of(
                "splits", a -> List.of(splits),
                "model", a -> model,
                "predictions",
                    a -> {
                      Batch all = ((Examples) a[0]).all();
                      return new Predictions(
                          all, model.predict(all).logits(), Tensor.zeros(all.size()));
                    }));
    metric.measure(snapshot, found);
  }

  /** relu(x W) a, twice: with opposite signs for the two classes. */
  private static Model relu(Tensor w, Tensor a) {
    return only(
        Model.class,
        Map.of(
            "predict",
            arguments -> {
              Tensor f = ((Batch) arguments[0]).input().matmul(w).relu().matmul(a);
              return new Output(Tensor.concat(1, List.of(f.negate(), f)), Map.of());
            }));
  }

  /** Against the linear classifier x W a, worked out for each example; more than one chunk. */
  @Test
  void theOddPartOfATwoLayerNetworkIsItsLinearClassifier() {
    int n = 2300;
    Tensor x = gaussian(1, n, D);
    Tensor w = gaussian(2, D, 6);
    Tensor a = gaussian(3, 6, 1);
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = i % 2;
    }
    Split split =
        new Examples(
            "test", Batch.of(n).with(Batch.INPUT, x).with(Batch.TARGET, IntTensor.of(labels, n)));
    float[] f = x.matmul(w).relu().matmul(a).toArray();
    float[] linear = x.matmul(w).matmul(a).toArray();
    int agreeing = 0;
    int right = 0;
    for (int i = 0; i < n; i++) {
      agreeing += f[i] > 0 == linear[i] > 0 ? 1 : 0;
      right += (linear[i] > 0 ? 1 : 0) == labels[i] ? 1 : 0;
    }
    assertTrue(agreeing > 0.5 * n && agreeing < 0.97 * n, agreeing + " of " + n);
    measure(new LinearAgreement(data(split)), relu(w, a), split);
    assertEquals((double) agreeing / n, found.numbers().get("test/linear-agreement"), 2.0 / n);
    assertEquals((double) right / n, found.numbers().get("test/linear-accuracy"), 2.0 / n);
  }

  @Test
  void linearAgreementNeedsRealInputsAndClasses() {
    Dataset values =
        new Data(
            new DataSpec(new InputSpec.Values(List.of(D)), new TargetSpec.Values(List.of(1))),
            List.of());
    assertThrows(IllegalArgumentException.class, () -> new LinearAgreement(values));
  }

  private static Model weights(Tensor weight) {
    int units = weight.dimension(1);
    ParameterLayout layout =
        ParameterLayout.builder().add("hidden.0.weight", Role.WEIGHT, D, units).build();
    Parameters parameters = new Parameters(layout, weight.reshape(D * units));
    Network network = only(Network.class, Map.of("layout", a -> layout));
    return only(Model.class, Map.of("network", a -> network, "parameters", a -> parameters));
  }

  /** Directions (2, 0, 0) and (0, -3, 0); units (1, 0, 0), (2, -1, 0), (0, -5, 0), (0, 0, 0). */
  @Test
  void cosinesAreThoseWithTheExamplesOfTheSplit() {
    Batch directions =
        Batch.of(2).with(Batch.INPUT, Tensor.of(new float[] {2, 0, 0, 0, -3, 0}, 2, D));
    Split centres = new Examples("centres", directions);
    Tensor w = Tensor.of(new float[] {1, 2, 0, 0, 0, -1, -5, 0, 0, 0, 0, 0}, D, 4);
    NeuronAlignment metric =
        new NeuronAlignment(
            new NeuronAlignment.Settings("centres", "hidden.0.weight"), data(centres));
    measure(metric, weights(w));
    double root = Math.sqrt(5);
    assertArrayEquals(
        new double[] {1, 0, 2 / root, 1 / root, 0, 1, 0, 0},
        found.arrays().get("neuron-alignment/cosines"),
        1e-6);
    assertEquals((2 + 2 / root) / 4, found.numbers().get("neuron-alignment/largest"), 1e-6);
    assertEquals(0.75, found.numbers().get("neuron-alignment/share-0"), 1e-12);
    assertEquals(0.25, found.numbers().get("neuron-alignment/share-1"), 1e-12);
  }

  @Test
  void directionsAndWeightsMustFit() {
    NeuronAlignment.Settings settings = new NeuronAlignment.Settings("centres", "hidden.0.weight");
    IllegalArgumentException missing =
        assertThrows(IllegalArgumentException.class, () -> new NeuronAlignment(settings, data()));
    assertTrue(missing.getMessage().contains("centres"), missing.getMessage());
    Split wide = new Examples("centres", Batch.of(1).with(Batch.INPUT, Tensor.ones(1, 5)));
    NeuronAlignment metric = new NeuronAlignment(settings, data(wide));
    IllegalArgumentException shape =
        assertThrows(
            IllegalArgumentException.class, () -> measure(metric, weights(Tensor.ones(D, 2))));
    assertTrue(shape.getMessage().contains("[5, units]"), shape.getMessage());
  }
}
