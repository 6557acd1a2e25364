package org.genlab.metrics.robustness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Predictions;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.Model;
import org.genlab.api.model.Output;
import org.genlab.metrics.robustness.PgdAccuracy.Settings;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class PgdAccuracyTest {
  private static final int WIDTH = 6;
  private static final int N = 80;

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

  private static <T> T fake(Class<T> type, Map<String, InvocationHandler> methods) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              InvocationHandler handler = methods.get(method.getName());
              if (handler == null) {
                throw new AssertionError("a metric does not need " + method);
              }
              return handler.invoke(proxy, method, arguments);
            }));
  }

  private static Data data(Tensor x, int... labels) {
    Batch batch =
        Batch.of(labels.length)
            .with(Batch.INPUT, x)
            .with(Batch.TARGET, IntTensor.of(labels, labels.length));
    return new Data(
        new DataSpec(new InputSpec.Values(List.of(x.dimension(1))), new TargetSpec.Classes(3)),
        List.of(new Examples("train", batch)));
  }

  private static Map<String, Double> measured(
      Settings settings, Data data, UnaryOperator<Tensor> network) {
    Model model =
        fake(
            Model.class,
            Map.of(
                "predict",
                (p, m, a) -> new Output(network.apply(((Batch) a[0]).input()), Map.of())));
    Snapshot snapshot =
        fake(
            Snapshot.class,
            Map.of(
                "model",
                (p, m, a) -> model,
                "splits",
                (p, m, a) -> data.splits(),
                "predictions",
                (p, m, a) -> new Predictions(((Examples) a[0]).all(), null, null)));
    Map<String, Double> numbers = new LinkedHashMap<>();
    Recorder recorder =
        fake(
            Recorder.class,
            Map.of("number", (p, m, a) -> numbers.put((String) a[0], (double) a[1])));
    new PgdAccuracy(settings, data, (name, counters) -> RandomStream.of(4, name, counters))
        .measure(snapshot, recorder);
    return numbers;
  }

  private static Settings settings(
      AttackLoss loss, boolean randomStart, List<Double> range, double check, Double... eps) {
    return new Settings(List.of(eps), 10, 0, randomStart, loss, range, check, N, List.of());
  }

  private static final Tensor WEIGHT = Tensor.normal(RandomStream.of(1, "weight"), 1, WIDTH, 2);

  /** Logits x W of two classes, and a third that is never predicted. */
  private static Tensor linear(Tensor x, double scale) {
    return Tensor.concat(
        1, List.of(x.matmul(WEIGHT).times(scale), Tensor.full(-1e8, x.dimension(0), 1)));
  }

  private static Tensor inputs() {
    return Tensor.uniform(RandomStream.of(2, "x"), -1, 1, N, WIDTH);
  }

  private static int[] labels(Tensor x) {
    int[] labels = linear(x, 1).argmax().toArray();
    // One in eight is wrong from the start.
    for (int i = 0; i < N; i += 8) {
      labels[i] = 1 - labels[i];
    }
    return labels;
  }

  /**
   * Of a linear classifier the worst point in the ball and the range is a corner: each coordinate
   * goes as far as it can against the sign of w = W_label - W_other.
   */
  private static double worst(Tensor x, int[] labels, double eps, double low, double high) {
    int right = 0;
    for (int i = 0; i < N; i++) {
      double margin = 0;
      for (int j = 0; j < WIDTH; j++) {
        double w = WEIGHT.get(j, labels[i]) - WEIGHT.get(j, 1 - labels[i]);
        double moved = x.get(i, j) - eps * Math.signum(w);
        margin += w * Math.max(low, Math.min(high, moved));
      }
      right += margin > 0 ? 1 : 0;
    }
    return (double) right / N;
  }

  @Test
  void findsTheWorstPointOfALinearClassifier() {
    Tensor x = inputs();
    int[] labels = labels(x);
    for (AttackLoss loss : AttackLoss.values()) {
      for (boolean randomStart : new boolean[] {true, false}) {
        Map<String, Double> found =
            measured(
                settings(loss, randomStart, List.of(-1.0, 1.0), 0, 0.0, 0.03, 0.1, 0.2),
                data(x, labels),
                z -> linear(z, 1));
        assertEquals(1 - 10.0 / N, found.get("train/pgd-accuracy-0"));
        for (double eps : new double[] {0.03, 0.1, 0.2}) {
          assertEquals(
              worst(x, labels, eps, -1, 1),
              found.get("train/pgd-accuracy-" + eps),
              loss + " " + eps);
        }
        assertTrue(found.get("train/pgd-accuracy-0.03") > found.get("train/pgd-accuracy-0.2"));
      }
    }
  }

  /** Inputs at the end of the range cannot move beyond it. */
  @Test
  void staysInTheRangeOfInputs() {
    Tensor x = inputs();
    int[] labels = labels(x);
    float[] sorted = x.reshape(-1).sort(0, false).values().toArray();
    Double[] radii = {0.1, 0.15, 0.2, 0.25, 0.3};
    Map<String, Double> inData =
        measured(
            settings(AttackLoss.MARGIN, true, List.of(), 0, radii),
            data(x, labels),
            z -> linear(z, 1));
    Map<String, Double> beyond =
        measured(
            settings(AttackLoss.MARGIN, true, List.of(-9.0, 9.0), 0, radii),
            data(x, labels),
            z -> linear(z, 1));
    double gain = 0;
    for (double eps : radii) {
      String series = "train/pgd-accuracy-" + eps;
      assertEquals(worst(x, labels, eps, sorted[0], sorted[sorted.length - 1]), inData.get(series));
      assertEquals(worst(x, labels, eps, -9, 9), beyond.get(series));
      gain += inData.get(series) - beyond.get(series);
    }
    assertTrue(gain > 0, "the range protects no example");
  }

  /**
   * Logits that are far apart: the gradient of the cross-entropy is 0, that of the margin is not.
   */
  @Test
  void theCheckTellsAMaskedGradientFromRobustness() {
    Tensor x = inputs();
    int[] labels = linear(x, 1).argmax().toArray();
    for (AttackLoss loss : AttackLoss.values()) {
      Map<String, Double> found =
          measured(
              settings(loss, false, List.of(-9.0, 9.0), 3, 0.1),
              data(x, labels),
              z -> linear(z, 1e6));
      double atCheck = found.get("train/pgd-accuracy-check");
      if (loss == AttackLoss.MARGIN) {
        assertEquals(worst(x, labels, 0.1, -9, 9), found.get("train/pgd-accuracy-0.1"));
        assertEquals(0, atCheck);
      } else {
        assertEquals(1, found.get("train/pgd-accuracy-0.1"));
        assertEquals(1, atCheck);
      }
    }
  }

  /** -x^2 + 1/4 against 0: class 0 in (-1/2, 1/2); the gradient leads out on either side. */
  @Test
  void followsTheGradientOfABentBoundary() {
    Tensor x = Tensor.of(new double[] {0.1, -0.2, 0.45, 0.3}, 4, 1);
    Map<String, Double> found =
        measured(
            settings(
                AttackLoss.CROSS_ENTROPY,
                false,
                List.of(-1.0, 1.0),
                0,
                0.02,
                0.06,
                0.25,
                0.35,
                0.5),
            data(x, 0, 0, 0, 0),
            z ->
                Tensor.concat(
                    1,
                    List.of(
                        z.square().negate().plus(0.25),
                        z.times(0),
                        Tensor.full(-1e6, z.dimension(0), 1))));
    assertEquals(
        "{train/pgd-accuracy-0.02=1.0, train/pgd-accuracy-0.06=0.75, train/pgd-accuracy-0.25=0.5,"
            + " train/pgd-accuracy-0.35=0.25, train/pgd-accuracy-0.5=0.0}",
        found.toString());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    for (Dataset other :
        List.of(
            new Data(
                new DataSpec(new InputSpec.Tokens(3, 2), new TargetSpec.Classes(2)), List.of()),
            new Data(
                new DataSpec(new InputSpec.Values(List.of(3)), new TargetSpec.Values(List.of(1))),
                List.of()))) {
      assertThrows(
          IllegalArgumentException.class,
          () ->
              new PgdAccuracy(
                  settings(AttackLoss.MARGIN, true, List.of(), 0, 0.1),
                  other,
                  (name, counters) -> RandomStream.of(0, name)));
    }
    assertEquals(
        "range",
        assertThrows(
                SettingException.class,
                () -> settings(AttackLoss.MARGIN, true, List.of(1.0, 0.0), 0, 0.1))
            .setting());
    assertEquals(
        "eps",
        assertThrows(
                SettingException.class,
                () -> settings(AttackLoss.MARGIN, true, List.of(), 0, 0.1, 0.1))
            .setting());
  }
}
