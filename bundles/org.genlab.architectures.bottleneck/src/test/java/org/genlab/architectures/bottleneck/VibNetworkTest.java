package org.genlab.architectures.bottleneck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.Parameters;
import org.genlab.architectures.bottleneck.VibNetwork.Settings;
import org.genlab.tensor.Shape;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class VibNetworkTest {
  private static final DataSpec SPEC =
      new DataSpec(new InputSpec.Values(List.of(2)), new TargetSpec.Classes(2));

  private record Pass(boolean training, Map<String, Site> sites) implements Forward {
    @Override
    public Tensor feature(String name, Site site, Tensor value) {
      sites.put(name, site);
      return value;
    }

    @Override
    public RandomStream random(String name) {
      return RandomStream.of(9, name);
    }

    @Override
    public Optional<Tensor> buffer(String name) {
      return Optional.empty();
    }

    @Override
    public void updateBuffer(String name, Tensor value) {
      throw new AssertionError();
    }
  }

  private static Output forward(Network network, Parameters at, Batch batch, boolean training) {
    return network.forward(at, batch, new Pass(training, new LinkedHashMap<>()));
  }

  private static Network network(List<Integer> hidden, int bottleneck, double s, DataSpec spec) {
    return new VibNetwork(new Settings(hidden, bottleneck, s)).build(spec);
  }

  @Test
  void computesWhatIsWorkedOutByHand() {
    Network network = network(List.of(2), 1, -5, SPEC);
    Parameters parameters =
        new Parameters(
            network.layout(),
            Tensor.of(
                new float[] {
                  1,
                  0,
                  0,
                  -1,
                  0,
                  1, // hidden: h = relu(x_0, 1 - x_1)
                  2,
                  3,
                  1, // mu = 2 h_0 + 3 h_1 + 1
                  0,
                  1,
                  -2, // s = h_1 - 2
                  1,
                  -1,
                  0,
                  10 // outputs t and 10 - t
                },
                16));
    Batch batch = Batch.of(1).with(Batch.INPUT, Tensor.of(new float[] {2, -3}, 1, 2));
    Output judged = forward(network, parameters, batch, false);
    // h = (2, 4), mu = 17, s = 2
    assertArrayEquals(new float[] {17}, judged.feature("bottleneck.mean").toArray());
    assertArrayEquals(new float[] {2}, judged.feature("bottleneck.log-variance").toArray());
    assertArrayEquals(new float[] {17, -7}, judged.logits().toArray());
    assertArrayEquals(new float[] {2, 4}, judged.feature("hidden.0.pre").toArray());
    Output trained = forward(network, parameters, batch, true);
    double noise = RandomStream.of(9, "bottleneck").nextGaussian();
    assertEquals(17 + Math.exp(1) * noise, trained.feature("bottleneck").toArray()[0], 1e-4);
  }

  @Test
  void theNoiseHasTheVarianceThatIsSaid() {
    Network network = network(List.of(), 50, Math.log(0.09), SPEC);
    Parameters parameters = network.initialize(RandomStream.of(2, "init"));
    int n = 400;
    // Inputs of 0: mu = 0 and s is the initial one.
    Batch batch = Batch.of(n).with(Batch.INPUT, Tensor.zeros(n, 2));
    float[] t = forward(network, parameters, batch, true).feature("bottleneck").toArray();
    double mean = 0;
    double square = 0;
    for (float v : t) {
      mean += v / t.length;
      square += (double) v * v / t.length;
    }
    assertEquals(0, mean, 0.01);
    assertEquals(0.09, square, 0.003);
  }

  @Test
  void parametersAreDrawnByTheirPlace() {
    DataSpec wide = new DataSpec(new InputSpec.Values(List.of(10, 10)), new TargetSpec.Classes(2));
    Network network = network(List.of(200), 100, -5, wide);
    Parameters drawn = network.initialize(RandomStream.of(3, "init"));
    assertEquals(Math.sqrt(0.02), deviation(drawn.get("hidden.0.weight")), 0.004);
    assertEquals(Math.sqrt(1 / 200.0), deviation(drawn.get("bottleneck.mean.weight")), 0.002);
    assertEquals(-5, drawn.get("bottleneck.log-variance.bias").mean().item(), 1e-5);
    assertEquals(0, deviation(drawn.get("hidden.0.bias")));
    // 100 * 200 + 200, twice 200 * 100 + 100, and 100 * 2 + 2
    assertEquals(20200 + 2 * 20100 + 202, network.layout().size());
  }

  private static double deviation(Tensor values) {
    return Math.sqrt(values.square().mean().item());
  }

  @Test
  void targetsAndInputsItReads() {
    Network network =
        network(
            List.of(3),
            2,
            0,
            new DataSpec(new InputSpec.Values(List.of(2)), new TargetSpec.Values(List.of(2, 3))));
    Parameters parameters = network.initialize(RandomStream.of(2, "init"));
    Batch batch = Batch.of(4).with(Batch.INPUT, Tensor.zeros(4, 2));
    assertEquals(Shape.of(4, 2, 3), forward(network, parameters, batch, true).logits().shape());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            network(
                List.of(3),
                2,
                0,
                new DataSpec(new InputSpec.Tokens(4, 2), new TargetSpec.Classes(2))));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            network(
                List.of(3),
                2,
                0,
                new DataSpec(new InputSpec.Values(List.of(2)), new TargetSpec.None())));
  }
}
