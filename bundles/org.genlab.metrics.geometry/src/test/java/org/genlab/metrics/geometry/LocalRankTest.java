package org.genlab.metrics.geometry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.Model;
import org.genlab.api.model.Output;
import org.genlab.metrics.geometry.LocalRank.Settings;
import org.genlab.tck.Findings;
import org.genlab.tensor.LinearAlgebra;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class LocalRankTest {
  private record Examples(Tensor x) implements Split {
    @Override
    public String name() {
      return "train";
    }

    @Override
    public int size() {
      return x.dimension(0);
    }

    @Override
    public Batch batch(int... indices) {
      return Batch.of(indices.length).with(Batch.INPUT, x.selectRows(indices));
    }
  }

  private record Data(DataSpec spec, List<Split> splits) implements Dataset {}

  private static Dataset data(Tensor x) {
    InputSpec input = new InputSpec.Values(List.of(x.dimension(1)));
    return new Data(new DataSpec(input, new TargetSpec.None()), List.of(new Examples(x)));
  }

  private static Settings settings(int examples, double relative, double absolute) {
    return new Settings("", examples, relative, absolute, List.of());
  }

  /** What is recorded of a model with such features. */
  private static Map<String, Double> measure(
      Settings settings, Tensor x, Function<Tensor, Map<String, Tensor>> features) {
    Model model =
        (Model)
            Proxy.newProxyInstance(
                Model.class.getClassLoader(),
                new Class<?>[] {Model.class},
                (proxy, method, arguments) ->
                    new Output(Tensor.scalar(0), features.apply(((Batch) arguments[0]).input())));
    Snapshot snapshot =
        (Snapshot)
            Proxy.newProxyInstance(
                Snapshot.class.getClassLoader(),
                new Class<?>[] {Snapshot.class},
                (proxy, method, arguments) -> model);
    Findings findings = new Findings();
    new LocalRank(settings, data(x), (name, counters) -> RandomStream.of(3, name, counters))
        .measure(snapshot, findings);
    assertEquals(Map.of(), findings.arrays());
    return findings.numbers();
  }

  private static Tensor normal(String name, int rows, int columns) {
    RandomStream random = RandomStream.of(5, name);
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, rows, columns);
  }

  @Test
  void ofALinearMapIsTheRankOfItsMatrix() {
    Tensor w = normal("a", 6, 2).matmul(normal("b", 2, 5));
    Map<String, Double> ranks =
        measure(
            settings(100, 1e-4, 1e-4),
            normal("x", 9, 6),
            x -> Map.of("hidden.0.pre", x.matmul(w), "hidden.0", x));
    assertEquals(
        Map.of(
            "local-rank/relative", 2.0,
            "local-rank/absolute", 2.0,
            "local-rank/relative/hidden.0.pre", 2.0,
            "local-rank/absolute/hidden.0.pre", 2.0),
        ranks);
  }

  @Test
  void tolerancesAreOfTheSingularValues() {
    // Singular values 4, 1 and 0.5, for every input.
    Tensor w = Tensor.of(new float[] {4, 0, 0, 0, 1, 0, 0, 0, 0.5f}, 3, 3);
    for (double scale : new double[] {1, 1e-3}) {
      Map<String, Double> ranks =
          measure(
              settings(2, 0.2, 0.6),
              normal("x", 4, 3),
              x -> Map.of("hidden.0.pre", x.matmul(w).times(scale)));
      assertEquals(2, ranks.get("local-rank/relative"));
      assertEquals(scale == 1 ? 2 : 0, ranks.get("local-rank/absolute"));
    }
  }

  @Test
  void ofAReluNetworkIsThatOfTheProductOfItsOpenGates() {
    Tensor w1 = normal("w1", 7, 6);
    Tensor w2 = normal("w2", 6, 6).times(0.6);
    Tensor w3 = normal("w3", 6, 8);
    Tensor inputs = normal("x", 11, 7);
    Function<Tensor, Map<String, Tensor>> network =
        x -> {
          Map<String, Tensor> features = new LinkedHashMap<>();
          Tensor p1 = x.matmul(w1);
          Tensor p2 = p1.relu().matmul(w2);
          features.put("hidden.0.pre", p1);
          features.put("hidden.1.pre", p2);
          features.put("hidden.2.pre", p2.relu().matmul(w3));
          return features;
        };
    double expected = 0;
    boolean lower = false;
    for (int e = 0; e < 11; e++) {
      Tensor x = inputs.slice(0, e, e + 1);
      Tensor p1 = x.matmul(w1);
      Tensor p2 = p1.relu().matmul(w2);
      Tensor gates1 = p1.greaterThan(Tensor.scalar(0));
      Tensor gates2 = p2.greaterThan(Tensor.scalar(0));
      // The Jacobian's transpose, x to p3: W1 D1 W2 D2 W3.
      Tensor j = w1.times(gates1).matmul(w2).times(gates2).matmul(w3);
      double[] sigma = LinearAlgebra.singularValues(j);
      int rank = 0;
      for (double s : sigma) {
        rank += s > 1e-3 * sigma[0] ? 1 : 0;
      }
      lower |= rank < 6;
      expected += rank / 11.0;
    }
    assertTrue(lower, "some gates are closed");
    Map<String, Double> ranks = measure(settings(11, 1e-3, 0), inputs, network);
    assertEquals(expected, ranks.get("local-rank/relative/hidden.2.pre"), 1e-9);
    assertEquals(6, ranks.get("local-rank/relative/hidden.0.pre"));
    assertEquals(
        (ranks.get("local-rank/relative/hidden.0.pre")
                + ranks.get("local-rank/relative/hidden.1.pre")
                + ranks.get("local-rank/relative/hidden.2.pre"))
            / 3,
        ranks.get("local-rank/relative"),
        1e-9);
  }

  @Test
  void ranksAreAveragedAndNotJacobians() {
    // Each example's Jacobian has rank 1, their mean has rank 2.
    Tensor x = Tensor.of(new float[] {1, 0, 0, 1}, 2, 2);
    Map<String, Double> ranks =
        measure(settings(2, 1e-3, 1e-3), x, in -> Map.of("hidden.0.pre", in.square()));
    assertEquals(1, ranks.get("local-rank/relative"));
    assertEquals(1, ranks.get("local-rank/absolute"));
  }

  @Test
  void aConstantHasRankZero() {
    Map<String, Double> ranks =
        measure(settings(2, 0, 0), normal("x", 2, 3), in -> Map.of("a", in.times(0)));
    assertEquals(0, ranks.get("local-rank/relative"));
    ranks = measure(settings(2, 0, 0), normal("x", 2, 3), in -> Map.of("a", Tensor.zeros(2, 2)));
    assertEquals(0, ranks.get("local-rank/relative/a"));
  }

  @Test
  void doesNotDependOnHowExamplesAreBatched() {
    // More than one chunk: half of the examples have rank 1, the others 2.
    float[] values = new float[600];
    for (int i = 0; i < 300; i++) {
      values[2 * i] = 1;
      values[2 * i + 1] = i % 2;
    }
    Map<String, Double> ranks =
        measure(
            settings(300, 1e-3, 1e-3),
            Tensor.of(values, 300, 2),
            in -> Map.of("hidden.0.pre", in.square()));
    assertEquals(1.5, ranks.get("local-rank/relative"), 1e-9);
  }

  @Test
  void refusesWhatItCannotMeasure() {
    DataSpec tokens = new DataSpec(new InputSpec.Tokens(3, 2), new TargetSpec.None());
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new LocalRank(
                    settings(1, 0, 0),
                    new Data(tokens, List.of(new Examples(normal("x", 2, 2)))),
                    (name, counters) -> RandomStream.of(3, name, counters)));
    assertTrue(e.getMessage().contains("real numbers"));
    Settings named = new Settings("", 1, 0, 0, List.of("nothing"));
    e =
        assertThrows(
            IllegalArgumentException.class,
            () -> measure(named, normal("x", 2, 3), in -> Map.of("a", in)));
    assertTrue(e.getMessage().contains("'nothing'") && e.getMessage().contains("[a]"));
  }
}
