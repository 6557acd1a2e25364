package org.genlab.regularizers.basic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Forward.Site;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.Regularizer;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class RegularizersTest {
  private record Step(long step) implements Regularizer.Context {
    @Override
    public long totalSteps() {
      return 100;
    }

    @Override
    public RandomStream random(String name) {
      return RandomStream.of(0, name, step);
    }
  }

  private record Data(DataSpec spec) implements Dataset {
    @Override
    public List<Split> splits() {
      return List.of();
    }
  }

  private record Point(Parameters parameters, Parameters initialParameters)
      implements Regularizer.Pass {
    @Override
    public Batch batch() {
      throw new AssertionError();
    }

    @Override
    public Output output() {
      throw new AssertionError();
    }

    @Override
    public Tensor perExample() {
      throw new AssertionError();
    }

    @Override
    public Tensor perExample(Output other) {
      throw new AssertionError();
    }

    @Override
    public Output evaluate(Batch other) {
      throw new AssertionError();
    }
  }

  private static Output output(Tensor logits) {
    return new Output(logits, Map.of());
  }

  private static Batch labelled(int... labels) {
    return Batch.of(labels.length).with(Batch.TARGET, IntTensor.of(labels, labels.length));
  }

  private static Batch taught(Tensor target) {
    return Batch.of(target.dimension(0)).with(Batch.TARGET, target);
  }

  /** softmax of (0, log 3) is (1/4, 3/4). */
  private static final float LOG3 = (float) Math.log(3);

  @Test
  void crossEntropyIsTheNegativeLogLikelihood() {
    Tensor logits = Tensor.of(new float[] {0, LOG3, 0, LOG3, 5, 5}, 3, 2);
    Tensor loss = new CrossEntropy().perExample(output(logits), labelled(0, 1, 1)).orElseThrow();
    assertArrayEquals(
        new float[] {(float) Math.log(4), (float) Math.log(4 / 3.0), (float) Math.log(2)},
        loss.toArray(),
        1e-6f);
  }

  @Test
  void crossEntropyWithDistributions() {
    Tensor logits = Tensor.of(new float[] {0, LOG3}, 1, 2);
    Tensor soft = Tensor.of(new float[] {0.3f, 0.7f}, 1, 2);
    Tensor loss = new CrossEntropy().perExample(output(logits), taught(soft)).orElseThrow();
    assertEquals(0.3 * Math.log(4) + 0.7 * Math.log(4 / 3.0), loss.item(), 1e-6);
  }

  @Test
  void crossEntropyOfPositionsIsTheMeanOverThoseThatCount() {
    Tensor logits = Tensor.of(new float[] {0, LOG3, 0, LOG3, 9, -9, 1, 2, 0, LOG3, 3, 4}, 2, 3, 2);
    Batch batch =
        Batch.of(2).with(Batch.TARGET, IntTensor.of(new int[] {0, 1, -1, -1, 0, -1}, 2, 3));
    Tensor loss = new CrossEntropy().perExample(output(logits), batch).orElseThrow();
    assertArrayEquals(
        new float[] {(float) ((Math.log(4) + Math.log(4 / 3.0)) / 2), (float) Math.log(4)},
        loss.toArray(),
        1e-6f);
    Batch silent =
        Batch.of(2).with(Batch.TARGET, IntTensor.of(new int[] {-1, -1, -1, -1, 0, -1}, 2, 3));
    assertEquals(
        0,
        new CrossEntropy().perExample(output(logits), silent).orElseThrow().get(0),
        "no position");
    Batch smoothed = smoothing(0, new TargetSpec.ClassPerPosition(2)).augment(batch, new Step(0));
    assertArrayEquals(
        loss.toArray(),
        new CrossEntropy().perExample(output(logits), smoothed).orElseThrow().toArray(),
        1e-6f);
  }

  @Test
  void squaredErrorIsMeanOrSum() {
    Tensor predicted = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    Batch batch = taught(Tensor.of(new float[] {0, 0, 3, 1}, 2, 2));
    assertArrayEquals(new float[] {2.5f, 4.5f}, squared(predicted, batch, false));
    assertArrayEquals(new float[] {5, 9}, squared(predicted, batch, true));
    assertArrayEquals(new float[] {1 + 1, 9 + 9}, squared(predicted, labelled(1, 1), true));
    assertThrows(
        IllegalArgumentException.class,
        () -> squared(predicted, taught(Tensor.zeros(2, 1)), false));
  }

  private static float[] squared(Tensor predicted, Batch batch, boolean sum) {
    MeanSquaredError.Over over = sum ? MeanSquaredError.Over.SUM : MeanSquaredError.Over.MEAN;
    return new MeanSquaredError(new MeanSquaredError.Settings(over))
        .perExample(output(predicted), batch)
        .orElseThrow()
        .toArray();
  }

  private static final ParameterLayout LAYOUT =
      ParameterLayout.builder().add("w", Role.WEIGHT, 2).add("b", Role.BIAS, 1).build();

  @Test
  void thePenaltyOfTheNormHasGradientLambdaW() {
    Tensor at = Tensor.of(new float[] {3, -4, 5}, 3).variable();
    Parameters start = new Parameters(LAYOUT, Tensor.of(new float[] {1, 1, 1}, 3));
    Regularizer.Pass pass = new Point(new Parameters(LAYOUT, at), start);
    SquaredNorm.Towards zero = SquaredNorm.Towards.ZERO;
    SquaredNorm.Towards back = SquaredNorm.Towards.INITIALIZATION;
    List<Role> all = List.of(Role.values());
    List<Role> weights = List.of(Role.WEIGHT);
    assertPenalty(pass, at, 0.1, weights, zero, 0.05 * 25, 0.3f, -0.4f, 0);
    assertPenalty(pass, at, 0.1, all, zero, 0.05 * 50, 0.3f, -0.4f, 0.5f);
    assertPenalty(pass, at, 0.1, all, back, 0.05 * (4 + 25 + 16), 0.2f, -0.5f, 0.4f);
    assertPenalty(pass, at, 0.1, weights, back, 0.05 * (4 + 25), 0.2f, -0.5f, 0);
    assertThrows(SettingException.class, () -> new SquaredNorm.Settings(1, List.of(), zero));
  }

  private static void assertPenalty(
      Regularizer.Pass pass,
      Tensor at,
      double coefficient,
      List<Role> roles,
      SquaredNorm.Towards towards,
      double value,
      float... gradient) {
    Tensor penalty =
        new SquaredNorm(new SquaredNorm.Settings(coefficient, roles, towards))
            .penalty(pass, new Step(0))
            .orElseThrow();
    assertEquals(value, penalty.item(), 1e-5);
    assertArrayEquals(gradient, Gradients.of(penalty, at).toArray(), 1e-6f);
  }

  @Test
  void dropoutKeepsTheMeanAndActsAtItsSitesOnly() {
    Dropout dropout = new Dropout(new Dropout.Settings(0.25, List.of(Site.BRANCH)));
    Tensor ones = Tensor.ones(100, 100);
    assertSame(ones, dropout.feature("a", Site.STREAM, ones, new Step(0)));
    float[] dropped = dropout.feature("a", Site.BRANCH, ones, new Step(0)).toArray();
    int zeros = 0;
    for (float v : dropped) {
      assertTrue(v == 0 || Math.abs(v - 4 / 3f) < 1e-6);
      zeros += v == 0 ? 1 : 0;
    }
    // 2500 expected, standard deviation 43
    assertEquals(2500, zeros, 220);
    assertArrayEquals(
        dropped,
        dropout.feature("a", Site.BRANCH, ones, new Step(0)).toArray(),
        "the same for every evaluation of a step");
    assertTrue(
        differs(dropped, dropout.feature("a", Site.BRANCH, ones, new Step(1)).toArray()),
        "another step, other values");
    assertTrue(
        differs(dropped, dropout.feature("b", Site.BRANCH, ones, new Step(0)).toArray()),
        "another feature, other values");
  }

  private static boolean differs(float[] a, float[] b) {
    return !Arrays.equals(a, b);
  }

  private static LabelSmoothing smoothing(double epsilon, TargetSpec target) {
    return new LabelSmoothing(
        new LabelSmoothing.Settings(epsilon),
        new Data(new DataSpec(new InputSpec.Values(List.of(1)), target)));
  }

  @Test
  void smoothedLabelsAreDistributions() {
    LabelSmoothing smoothing = smoothing(0.2, new TargetSpec.Classes(4));
    Batch batch = smoothing.augment(labelled(2, 0), new Step(0));
    assertArrayEquals(
        new float[] {0.05f, 0.05f, 0.85f, 0.05f, 0.85f, 0.05f, 0.05f, 0.05f},
        batch.reals(Batch.TARGET).toArray(),
        1e-7f);
    Batch twice = smoothing.augment(batch, new Step(0));
    assertArrayEquals(
        new float[] {0.09f, 0.09f, 0.73f, 0.09f, 0.73f, 0.09f, 0.09f, 0.09f},
        twice.reals(Batch.TARGET).toArray(),
        1e-6f);
    assertThrows(
        IllegalArgumentException.class, () -> smoothing(0.1, new TargetSpec.Values(List.of(1))));
  }

  @Test
  void updateNoiseHasItsDeviation() {
    int n = 20000;
    ParameterLayout layout = ParameterLayout.builder().add("w", Role.WEIGHT, n).build();
    Parameters before = new Parameters(layout, Tensor.ones(n));
    Parameters after = before.map(flat -> flat.plus(-2));
    for (UpdateNoise.Unit unit : UpdateNoise.Unit.values()) {
      UpdateNoise noise = new UpdateNoise(new UpdateNoise.Settings(0.1, unit));
      Parameters moved = noise.update(before, after, new Step(5));
      Tensor added = moved.flat().minus(after.flat());
      double expected = unit == UpdateNoise.Unit.UPDATE ? 0.2 : 0.1;
      // The error of the deviation of 20,000 numbers is about 0.5 %.
      assertEquals(expected, Math.sqrt(added.square().mean().item()), 0.03 * expected);
      assertEquals(0, added.mean().item(), 0.04 * expected);
      assertNotSame(moved, after);
    }
    assertSame(
        after,
        new UpdateNoise(new UpdateNoise.Settings(0, UpdateNoise.Unit.UPDATE))
            .update(before, after, new Step(0)));
  }
}
