package org.genlab.regularizers.bottleneck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Output;
import org.genlab.api.training.Regularizer.Pass;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.LinearAlgebra;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class BottlenecksTest {
  private static Pass pass(Map<String, Tensor> features, Batch batch) {
    Output output = new Output(Tensor.scalar(0), features);
    return (Pass)
        Proxy.newProxyInstance(
            Pass.class.getClassLoader(),
            new Class<?>[] {Pass.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "output" -> output;
                  case "batch" -> batch;
                  default -> throw new AssertionError(method);
                });
  }

  private static Tensor vib(double weight, Tensor mean, Tensor logVariance) {
    return new VibLoss(new VibLoss.Settings(weight, "m", "s"))
        .penalty(pass(Map.of("m", mean, "s", logVariance), Batch.of(mean.dimension(0))), null)
        .orElseThrow();
  }

  @Test
  void theRateIsTheDivergenceFromAStandardNormal() {
    Tensor zero = Tensor.zeros(2, 1);
    assertEquals(0, vib(3, zero, zero).item());
    // (1 + 4 - log 4 - 1) / 2 for sigma = 2, mu = 1, and 0 for the other example.
    Tensor mean = Tensor.of(new float[] {1, 0}, 2, 1);
    Tensor s = Tensor.of(new float[] {(float) Math.log(4), 0}, 2, 1);
    assertEquals(3 * (4 - Math.log(4)) / 2 / 2, vib(3, mean, s).item(), 1e-6);
    // Its gradient: mu / n, and (sigma^2 - 1) / 2n by the logarithm of the variance.
    Tensor m = mean.variable();
    Tensor v = s.variable();
    List<Tensor> gradients = Gradients.of(vib(1, m, v), m, v);
    assertArrayEquals(new float[] {0.5f, 0}, gradients.get(0).toArray(), 1e-6f);
    assertArrayEquals(new float[] {0.75f, 0}, gradients.get(1).toArray(), 1e-6f);
  }

  @Test
  void theDivergenceIsAnExpectationOfLogRatios() {
    // log q(t) - log p(t) averaged over t ~ q = N(0.7, 0.5^2).
    RandomStream random = RandomStream.of(1, "t");
    double mean = 0;
    int n = 400000;
    for (int i = 0; i < n; i++) {
      double e = random.nextGaussian();
      double t = 0.7 + 0.5 * e;
      mean += (-e * e / 2 - Math.log(0.5) + t * t / 2) / n;
    }
    Tensor mu = Tensor.of(new float[] {0.7f}, 1, 1);
    Tensor s = Tensor.of(new float[] {(float) Math.log(0.25)}, 1, 1);
    assertEquals(mean, vib(1, mu, s).item(), 5e-3);
  }

  @Test
  void noWeightLeavesTheObjectiveAlone() {
    assertTrue(
        new VibLoss(new VibLoss.Settings(0, "m", "s"))
            .penalty(pass(Map.of(), Batch.of(1)), null)
            .isEmpty());
    Data data =
        new Data(new DataSpec(new InputSpec.Values(List.of(3)), new TargetSpec.Values(List.of(1))));
    assertTrue(
        new GaussianBottleneck(new GaussianBottleneck.Settings(List.of(2.0), "t", 0), data)
            .penalty(pass(Map.of(), Batch.of(1)), null)
            .isEmpty());
    assertThrows(
        IllegalArgumentException.class, () -> vib(1, Tensor.zeros(2, 1), Tensor.zeros(2, 2)));
  }

  private record Data(DataSpec spec) implements Dataset {
    @Override
    public List<Split> splits() {
      return List.of();
    }
  }

  private static GaussianBottleneck gaussian(Double... betas) {
    return new GaussianBottleneck(
        new GaussianBottleneck.Settings(List.of(betas), "t", 1),
        new Data(
            new DataSpec(new InputSpec.Values(List.of(3)), new TargetSpec.Values(List.of(1)))));
  }

  private static Tensor normal(String name, int rows, int columns) {
    return Tensor.normal(RandomStream.of(4, name), 1, rows, columns);
  }

  @Test
  void ofOneNumberIsTheLogarithmOfSignalAndNoise() {
    // x has variance 4; y = x + e with e of variance 1, uncorrelated: y'y/n = 5.
    Tensor x = Tensor.of(new float[] {2, 2, -2, -2}, 4, 1);
    Tensor y = Tensor.of(new float[] {3, 1, -1, -3}, 4, 1);
    Batch batch = Batch.of(4).with(Batch.TARGET, y.plus(Tensor.scalar(7)));
    double a = 1.5;
    Tensor t = x.times(a).plus(Tensor.scalar(3));
    double kept = Math.log(a * a * 4 + 1) / 2;
    // The variance of x given y is 4 - 4 * 4 / 5.
    double told = kept - Math.log(a * a * 0.8 + 1) / 2;
    double value = gaussian(6.0).penalty(pass(Map.of("t", t), batch), null).orElseThrow().item();
    assertEquals(kept - 6 * told, value, 1e-5);
  }

  @Test
  void theGradientIsThatOfTheClosedForm() {
    int n = 50;
    Tensor x = normal("x", n, 3);
    Tensor y = x.matmul(normal("t", 3, 2)).plus(normal("e", n, 2));
    Tensor a = normal("a", 3, 3).variable();
    Batch batch = Batch.of(n).with(Batch.TARGET, y);
    Tensor value = gaussian(4.0).penalty(pass(Map.of("t", x.matmul(a)), batch), null).orElseThrow();
    Tensor xc = x.minus(x.mean(true, 0));
    Tensor yc = y.minus(y.mean(true, 0));
    Tensor sx = xc.transpose().matmul(xc).times(1.0 / n);
    Tensor sxy = xc.transpose().matmul(yc).times(1.0 / n);
    Tensor sy = yc.transpose().matmul(yc).times(1.0 / n);
    Tensor given = sx.minus(sxy.matmul(LinearAlgebra.solve(sy, sxy.transpose())));
    // d/dA of 1/2 log det(A' S A + I) is S A (A' S A + I)^-1.
    Tensor expected = part(a.detach(), sx).times(-3).plus(part(a.detach(), given).times(4));
    assertArrayEquals(expected.toArray(), Gradients.of(value, a).toArray(), 1e-4f);
  }

  private static Tensor part(Tensor a, Tensor s) {
    Tensor identity = Tensor.of(new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, 3, 3);
    Tensor m = a.transpose().matmul(s).matmul(a).plus(identity);
    return LinearAlgebra.solve(m, a.transpose().matmul(s)).transpose();
  }

  @Test
  void partsOfTheFeatureHaveBottlenecksOfTheirOwn() {
    Tensor x = normal("x", 30, 2);
    Tensor y = x.matmul(normal("t", 2, 2)).plus(normal("e", 30, 2));
    Batch batch = Batch.of(30).with(Batch.TARGET, y);
    Tensor a = normal("a", 30, 2);
    Tensor b = normal("b", 30, 2);
    double apart =
        gaussian(2.0).penalty(pass(Map.of("t", a), batch), null).orElseThrow().item()
            + gaussian(7.0).penalty(pass(Map.of("t", b), batch), null).orElseThrow().item();
    Pass both = pass(Map.of("t", Tensor.concat(1, List.of(a, b))), batch);
    assertEquals(apart, gaussian(2.0, 7.0).penalty(both, null).orElseThrow().item(), 1e-5);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> gaussian(1.0, 2.0, 3.0).penalty(both, null));
    assertTrue(e.getMessage().contains("4 values"));
  }

  @Test
  void refusesWhatHasNoSecondMoments() {
    Data classes =
        new Data(new DataSpec(new InputSpec.Values(List.of(3)), new TargetSpec.Classes(2)));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new GaussianBottleneck(new GaussianBottleneck.Settings(List.of(1.0), "t", 1), classes));
    assertEquals(
        "betas",
        assertThrows(
                SettingException.class, () -> new GaussianBottleneck.Settings(List.of(), "t", 1))
            .setting());
    Batch one = Batch.of(1).with(Batch.TARGET, Tensor.zeros(1, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> gaussian(1.0).penalty(pass(Map.of("t", Tensor.zeros(1, 1)), one), null));
    Batch constant = Batch.of(3).with(Batch.TARGET, Tensor.zeros(3, 1));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> gaussian(1.0).penalty(pass(Map.of("t", Tensor.zeros(3, 1)), constant), null));
    assertTrue(e.getMessage().contains("linearly dependent"));
  }
}
