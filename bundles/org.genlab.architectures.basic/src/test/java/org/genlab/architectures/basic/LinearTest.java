package org.genlab.architectures.basic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Architecture;
import org.genlab.api.model.FittedNetwork;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Network;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.State;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.LinearAlgebra;
import org.genlab.tensor.Shape;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class LinearTest {
  private record Examples(Batch all) implements Split {
    @Override
    public String name() {
      return "train";
    }

    @Override
    public int size() {
      return all.size();
    }

    @Override
    public Batch batch(int... indices) {
      return all.select(indices);
    }
  }

  private static DataSpec values(int inputs, int outputs) {
    return new DataSpec(
        new InputSpec.Values(List.of(inputs)), new TargetSpec.Values(List.of(outputs)));
  }

  private static float[] gaussian(int n, long seed) {
    RandomStream random = RandomStream.of(seed, "test");
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static State fit(Batch batch, DataSpec spec, boolean bias, double ridge) {
    Network network = new LinearRegression(new LinearRegression.Settings(bias, ridge)).build(spec);
    return ((FittedNetwork) network).fit(new Examples(batch), (n, c) -> RandomStream.of(0, n, c));
  }

  @Test
  void outputsAreWorkedOutByHand() {
    Network network = new Linear(new Linear.Settings(true, 0)).build(values(2, 2));
    Parameters parameters =
        new Parameters(network.layout(), Tensor.of(new double[] {1, 2, 3, 4, 0.5, -1}, 6));
    Batch batch = Batch.of(1).with(Batch.INPUT, Tensor.of(new float[] {2, -1}, 1, 2));
    // (2 - 3 + 0.5, 4 - 4 - 1)
    assertArrayEquals(
        new float[] {-0.5f, -1},
        network.forward(parameters, batch, new Recording()).logits().toArray());
    DataSpec shaped =
        new DataSpec(new InputSpec.Values(List.of(1, 2)), new TargetSpec.Values(List.of(2, 3)));
    Network other = new Linear(new Linear.Settings(false, 1)).build(shaped);
    assertEquals(12, other.layout().size());
    assertEquals(
        Shape.of(1, 2, 3),
        other
            .forward(
                other.initialize(RandomStream.of(0, "test")),
                Batch.of(1).with(Batch.INPUT, Tensor.ones(1, 1, 2)),
                new Recording())
            .logits()
            .shape());
  }

  @Test
  void weightsStartAtZeroOrWithTheirLength() {
    RandomStream random = RandomStream.of(0, "test");
    Network zero = new Linear(new Linear.Settings(true, 0)).build(values(400, 1));
    assertArrayEquals(new float[401], zero.initialize(random).flat().toArray());
    Network drawn = new Linear(new Linear.Settings(true, 3)).build(values(400, 1));
    Parameters parameters = drawn.initialize(random);
    // The length of 400 normal numbers has a standard deviation of 3.5 %.
    assertEquals(3, parameters.get("weight").norm().item(), 0.4);
    assertEquals(0, parameters.get("bias").item());
  }

  /** At the minimum the gradient of the ridge objective is zero. */
  @Test
  void theGradientVanishesAtTheRidgeSolution() {
    int n = 30;
    Tensor x = Tensor.of(gaussian(n * 4, 1), n, 4).plus(0.5);
    Tensor y = Tensor.of(gaussian(n * 2, 2), n, 2).plus(2);
    Batch batch = Batch.of(n).with(Batch.INPUT, x).with(Batch.TARGET, y);
    for (double ridge : new double[] {0, 0.3, 5}) {
      State state = fit(batch, values(4, 2), true, ridge);
      Tensor w = state.array("weight");
      Tensor error = x.matmul(w).plus(state.array("bias")).minus(y);
      Tensor gradient = x.transpose().matmul(error).times(2.0 / n).plus(w.times(2 * ridge));
      assertEquals(0, gradient.abs().reshape(-1).max(false, 0).item(), 1e-5, "ridge " + ridge);
      assertEquals(0, error.mean(false, 0).abs().max(false, 0).item(), 1e-5);
      assertTrue(w.norm().item() > 0.01);
    }
  }

  /** X'(XX')^-1 y interpolates, and every other interpolant is longer. */
  @Test
  void withFewExamplesTheSmallestInterpolantIsFound() {
    int n = 5;
    int d = 12;
    Tensor x = Tensor.of(gaussian(n * d, 3), n, d);
    Tensor y = Tensor.of(gaussian(n, 4), n, 1);
    Batch batch = Batch.of(n).with(Batch.INPUT, x).with(Batch.TARGET, y);
    Tensor w = fit(batch, values(d, 1), false, 0).array("weight");
    Tensor dual = LinearAlgebra.solve(x.matmul(x.transpose()), y);
    assertArrayEquals(x.transpose().matmul(dual).toArray(), w.toArray(), 1e-5f);
    assertArrayEquals(y.toArray(), x.matmul(w).toArray(), 1e-5f);
    Tensor shrunk = fit(batch, values(d, 1), false, 1).array("weight");
    assertTrue(shrunk.norm().item() < w.norm().item());
  }

  /**
   * The third input is the sum of the others, but for rounding to 1/65536: that is no direction to
   * put weight on. Of all w with w1 + w3 = 1 and w2 + w3 = 0, (2, -1, 1) / 3 is the shortest.
   */
  @Test
  void whatIsRoundingOnlyIsNoDirection() {
    int n = 200;
    float[] x = new float[3 * n];
    float[] y = new float[n];
    float[] values = gaussian(2 * n, 5);
    for (int i = 0; i < n; i++) {
      x[3 * i] = 200 + values[2 * i];
      x[3 * i + 1] = 200 + values[2 * i + 1];
      x[3 * i + 2] = x[3 * i] + x[3 * i + 1];
      y[i] = x[3 * i];
    }
    Batch batch =
        Batch.of(n).with(Batch.INPUT, Tensor.of(x, n, 3)).with(Batch.TARGET, Tensor.of(y, n, 1));
    State state = fit(batch, values(3, 1), true, 0);
    assertArrayEquals(
        new float[] {2 / 3f, -1 / 3f, 1 / 3f}, state.array("weight").toArray(), 1e-4f);
  }

  @Test
  void classesAreRegressedOnAsOneHotVectors() {
    DataSpec spec = new DataSpec(new InputSpec.Values(List.of(2)), new TargetSpec.Classes(2));
    Tensor x = Tensor.of(new float[] {2, 0, 3, 1, -2, 0, -3, -1}, 4, 2);
    Batch batch =
        Batch.of(4)
            .with(Batch.INPUT, x)
            .with(Batch.TARGET, IntTensor.of(new int[] {1, 1, 0, 0}, 4));
    Network network = new LinearRegression(new LinearRegression.Settings(true, 0)).build(spec);
    State state =
        ((FittedNetwork) network).fit(new Examples(batch), (n, c) -> RandomStream.of(0, n, c));
    Tensor logits =
        network
            .forward(network.initialize(RandomStream.of(0, "test")), batch, new Buffered(state))
            .logits();
    assertArrayEquals(new int[] {1, 1, 0, 0}, logits.argmax().toArray());
    // The two one-hot columns add up to one, and so do their fits.
    assertArrayEquals(new float[] {1, 1, 1, 1}, logits.sum(false, 1).toArray(), 1e-5f);
  }

  /** A pass in which the network has buffers. */
  private record Buffered(State state) implements Forward {
    @Override
    public boolean training() {
      return false;
    }

    @Override
    public Tensor feature(String name, Site site, Tensor value) {
      return value;
    }

    @Override
    public RandomStream random(String name) {
      throw new AssertionError("nothing here is random");
    }

    @Override
    public Optional<Tensor> buffer(String name) {
      return Optional.ofNullable(state.arrays().get(name));
    }

    @Override
    public void updateBuffer(String name, Tensor value) {
      throw new AssertionError("nothing here changes");
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    DataSpec tokens = new DataSpec(new InputSpec.Tokens(4, 2), new TargetSpec.Classes(2));
    DataSpec positions =
        new DataSpec(new InputSpec.Values(List.of(2)), new TargetSpec.ClassPerPosition(2));
    for (DataSpec spec : List.of(tokens, positions)) {
      for (Architecture architecture :
          List.of(
              new Linear(new Linear.Settings(true, 0)),
              new LinearRegression(new LinearRegression.Settings(true, 0)))) {
        IllegalArgumentException refused =
            assertThrows(IllegalArgumentException.class, () -> architecture.build(spec));
        assertTrue(refused.getMessage().startsWith("linear"), refused.getMessage());
      }
    }
  }
}
