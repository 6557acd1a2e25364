package org.genlab.runtime.internal.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.genlab.api.Slots;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Regularizer;
import org.genlab.runtime.plugins.PluginException;
import org.genlab.store.UserError;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

/** The composition of regularizers against closed forms, on the model f(x) = w x. */
class ComposedObjectiveTest {
  private static final ParameterLayout LAYOUT =
      ParameterLayout.builder().add("w", ParameterLayout.Role.WEIGHT, 1).build();
  private static final float[] X = {1, 2, -1, 3};
  private static final float[] Y = {2, 1, 0, -1};
  private static final float W = 0.5f;

  private final Map<String, Regularizer> regularizers = new LinkedHashMap<>();
  private final Progress progress = new Progress();
  private final SlotStore slots = new SlotStore(progress);
  private final Services services = new Services("test", 7, slots, line -> {});
  private TargetSpec target = new TargetSpec.Values(List.of(1));

  /** f(x) = w x, as a feature. */
  private static final class Line implements Network {
    @Override
    public ParameterLayout layout() {
      return LAYOUT;
    }

    @Override
    public Parameters initialize(RandomStream random) {
      return parameters(W);
    }

    @Override
    public Output forward(Parameters parameters, Batch batch, Forward forward) {
      Tensor product = batch.input().times(parameters.get("w"));
      Tensor changed = forward.feature("product", Forward.Site.REPRESENTATION, product);
      return new Output(changed, Map.of());
    }
  }

  private static Parameters parameters(float w) {
    return new Parameters(LAYOUT, Tensor.of(new float[] {w}, 1));
  }

  private static Batch batch() {
    return Batch.of(4)
        .with(Batch.INPUT, Tensor.of(X, 4, 1))
        .with(Batch.TARGET, Tensor.of(Y, 4, 1))
        .with(Annotation.GROUP, IntTensor.of(new int[] {5, 2, 5, 2}, 4));
  }

  private static final class SquaredError implements Regularizer {
    @Override
    public Optional<Tensor> perExample(Output output, Batch batch) {
      Tensor error = output.logits().minus(batch.reals(Batch.TARGET));
      return Optional.of(error.square().reshape(batch.size()));
    }
  }

  private ComposedObjective objective() {
    Guard guard = new Guard(List.of(), progress, (path, e) -> new UserError(path, e));
    DataSpec spec = new DataSpec(new InputSpec.Values(List.of(1)), target);
    return new ComposedObjective(regularizers, spec, services, guard, progress);
  }

  private MinibatchLoss loss(ComposedObjective.Mode mode) {
    ComposedObjective objective = objective();
    TrainedModel model = new TrainedModel("main", new Line(), parameters(W), progress, objective);
    Batch batch = batch();
    return new MinibatchLoss(
        objective,
        model,
        mode == ComposedObjective.Mode.TRAINING ? objective.augment(model, batch) : batch,
        mode);
  }

  private static double error(int i, double w) {
    return w * X[i] - Y[i];
  }

  @Test
  void dataTermsAreAddedAndAveragedAndPenaltiesAdded() {
    regularizers.put("one", new SquaredError());
    regularizers.put("two", new SquaredError());
    regularizers.put(
        "decay",
        new Regularizer() {
          @Override
          public Optional<Tensor> penalty(Pass pass, Context context) {
            return Optional.of(pass.parameters().flat().square().sum().times(10));
          }
        });
    double expected = 10 * W * W;
    double slope = 20 * W;
    for (int i = 0; i < 4; i++) {
      expected += 2 * error(i, W) * error(i, W) / 4;
      slope += 4 * error(i, W) * X[i] / 4;
    }
    LossFunction.Evaluation evaluation =
        loss(ComposedObjective.Mode.TRAINING).evaluate(parameters(W));
    assertEquals(expected, evaluation.loss(), 1e-5);
    assertEquals(slope, evaluation.gradient().item(), 1e-4);
    assertTrue(!evaluation.gradient().isTracked());
  }

  @Test
  void aPredictionCanBeMadeWithOtherFeatures() {
    regularizers.put(
        "double",
        new Regularizer() {
          @Override
          public Tensor feature(String name, Forward.Site site, Tensor value, Context context) {
            throw new AssertionError("a prediction is no training");
          }
        });
    ComposedObjective objective = objective();
    TrainedModel trained = new TrainedModel("main", new Line(), parameters(W), progress, objective);
    MeasuredModel measured =
        new MeasuredModel(
            trained, objective, parameters(2), trained.buffers(), trained.optimizerState());
    List<String> seen = new ArrayList<>();
    Forward.Hook hook =
        (name, site, value) -> {
          seen.add(name + " " + site);
          return value.plus(1);
        };
    Output output = measured.predict(batch(), hook);
    assertArrayEquals(new float[] {3, 5, -1, 7}, output.logits().toArray());
    assertArrayEquals(output.logits().toArray(), output.feature("product").toArray());
    assertArrayEquals(
        new float[] {1.5f, 2, 0.5f, 2.5f}, trained.predict(batch(), hook).logits().toArray());
    assertEquals(List.of("product REPRESENTATION", "product REPRESENTATION"), seen);
  }

  @Test
  void trainingHooksActInTrainingOnlyInTheirOrder() {
    regularizers.put("error", new SquaredError());
    regularizers.put(
        "double",
        new Regularizer() {
          @Override
          public Batch augment(Batch batch, Context context) {
            return batch.with(Batch.INPUT, batch.input().times(2));
          }

          @Override
          public Tensor feature(String name, Forward.Site site, Tensor value, Context context) {
            return value.times(3);
          }
        });
    regularizers.put(
        "shift",
        new Regularizer() {
          @Override
          public Batch augment(Batch batch, Context context) {
            return batch.with(Batch.INPUT, batch.input().plus(1));
          }

          @Override
          public Tensor feature(String name, Forward.Site site, Tensor value, Context context) {
            return value.plus(4);
          }
        });
    double training = 0;
    double evaluation = 0;
    for (int i = 0; i < 4; i++) {
      double changed = 3 * W * (2 * X[i] + 1) + 4 - Y[i];
      training += changed * changed / 4;
      evaluation += error(i, W) * error(i, W) / 4;
    }
    assertEquals(training, loss(ComposedObjective.Mode.TRAINING).value(parameters(W)).item(), 1e-4);
    assertEquals(
        evaluation, loss(ComposedObjective.Mode.EVALUATION).value(parameters(W)).item(), 1e-5);
  }

  @Test
  void aRegularizerMayReduce() {
    regularizers.put("error", new SquaredError());
    regularizers.put(
        "worst",
        new Regularizer() {
          @Override
          public Optional<Tensor> reduce(Tensor losses, Batch batch, Context context) {
            return Optional.of(losses.max(false, 0));
          }
        });
    // The worst example is the last: (0.5 * 3 + 1)^2, slope 2 * 2.5 * 3.
    LossFunction.Evaluation evaluation =
        loss(ComposedObjective.Mode.TRAINING).evaluate(parameters(W));
    assertEquals(6.25, evaluation.loss(), 1e-6);
    assertEquals(15, evaluation.gradient().item(), 1e-5);
  }

  @Test
  void eachExampleHasItsGradient() {
    regularizers.put("error", new SquaredError());
    for (ComposedObjective.Mode mode : ComposedObjective.Mode.values()) {
      Tensor gradients = loss(mode).perExampleGradients(parameters(W));
      assertArrayEquals(new int[] {4, 1}, gradients.shape().toArray());
      for (int i = 0; i < 4; i++) {
        assertEquals(2 * error(i, W) * X[i], gradients.get(i, 0), 1e-5);
      }
    }
  }

  /** loss_i = (e_i - mean e)^2 mixes examples: its gradients come from a loop. */
  @Test
  void eachExampleHasItsGradientThoughExamplesDependOnEachOther() {
    regularizers.put(
        "deviation",
        new Regularizer() {
          @Override
          public Optional<Tensor> perExample(Output output, Batch batch) {
            Tensor error = output.logits().minus(batch.reals(Batch.TARGET));
            return Optional.of(error.minus(error.mean(true, 0)).square().reshape(batch.size()));
          }
        });
    Tensor gradients = loss(ComposedObjective.Mode.TRAINING).perExampleGradients(parameters(W));
    double meanError = 0;
    double meanInput = 0;
    for (int i = 0; i < 4; i++) {
      meanError += error(i, W) / 4;
      meanInput += X[i] / 4;
    }
    for (int i = 0; i < 4; i++) {
      double expected = 2 * (error(i, W) - meanError) * (X[i] - meanInput);
      assertEquals(expected, gradients.get(i, 0), 1e-5);
    }
    // In evaluation mode each example is alone, and its own mean.
    Tensor alone = loss(ComposedObjective.Mode.EVALUATION).perExampleGradients(parameters(W));
    assertArrayEquals(new float[4], alone.toArray(), 1e-6f);
  }

  @Test
  void groupsStandInAscendingOrder() {
    regularizers.put("error", new SquaredError());
    List<LossFunction> groups = loss(ComposedObjective.Mode.TRAINING).by(Annotation.GROUP);
    assertEquals(2, groups.size());
    double second = (error(1, W) * error(1, W) + error(3, W) * error(3, W)) / 2;
    double fifth = (error(0, W) * error(0, W) + error(2, W) * error(2, W)) / 2;
    assertEquals(second, groups.get(0).value(parameters(W)).item(), 1e-5);
    assertEquals(fifth, groups.get(1).value(parameters(W)).item(), 1e-5);
  }

  @Test
  void theLossCanBeDifferentiatedTwice() {
    regularizers.put("error", new SquaredError());
    LossFunction loss = loss(ComposedObjective.Mode.TRAINING);
    double curvature = 0;
    for (float x : X) {
      curvature += 2 * x * x / 4;
    }
    Tensor product =
        org.genlab.tensor.Gradients.hessianVector(
            w -> loss.value(new Parameters(LAYOUT, w)),
            parameters(W).flat(),
            Tensor.of(new float[] {1}, 1));
    assertEquals(curvature, product.item(), 1e-4);
  }

  @Test
  void everyEvaluationOfAStepSeesTheSameRandomNumbersAndSlots() {
    List<Float> draws = new ArrayList<>();
    Slots memory = slots.slots("regularizers.memory");
    regularizers.put("error", new SquaredError());
    regularizers.put(
        "memory",
        new Regularizer() {
          @Override
          public Optional<Tensor> penalty(Pass pass, Context context) {
            draws.add(context.random("x").nextFloat());
            double seen = memory.number("seen").orElse(0);
            memory.put("seen", seen + 1 + draws.size());
            return Optional.of(Tensor.scalar(seen));
          }
        });
    MinibatchLoss loss = loss(ComposedObjective.Mode.TRAINING);
    progress.during(
        Progress.Phase.TRAINING,
        () -> {
          float first = loss.evaluate(parameters(W)).loss();
          assertEquals(first, loss.evaluate(parameters(W)).loss());
          assertTrue(memory.number("seen").isEmpty());
          slots.commit();
        });
    assertEquals(draws.get(0), draws.get(1));
    // 0 + 1 + 1 draw: what the first evaluation put, not the second.
    assertEquals(2, memory.number("seen").orElseThrow());
    progress.setStep(1);
    loss.evaluate(parameters(W));
    assertTrue(!draws.get(0).equals(draws.get(2)));
  }

  @Test
  void metricsChangeNoMemoryButTheirOwn() {
    Slots regularizer = slots.slots("regularizers.r");
    Slots metric = slots.slots("metrics.m");
    progress.during(
        Progress.Phase.MEASURING,
        () -> {
          regularizer.put("x", 1);
          metric.put("x", 2);
          metric.put("a", Tensor.of(new float[] {1, 2}, 2));
        });
    assertTrue(regularizer.number("x").isEmpty());
    assertEquals(2, metric.number("x").orElseThrow());
    assertArrayEquals(new float[] {1, 2}, metric.array("a").orElseThrow().toArray());
    metric.remove("a");
    assertTrue(metric.array("a").isEmpty());
  }

  @Test
  void weightsAndPositionsCount() {
    ComposedObjective plain = objective();
    TrainedModel model = new TrainedModel("main", new Line(), parameters(W), progress, plain);
    regularizers.put("error", new SquaredError());
    Batch weighted = batch().with(Annotation.WEIGHT, Tensor.of(new float[] {4, 0, 0, 0}, 4));
    ComposedObjective objective = objective();
    assertEquals(
        error(0, W) * error(0, W),
        objective.loss(model, parameters(W), weighted, ComposedObjective.Mode.TRAINING).item(),
        1e-6);
    // Of three positions one belongs to the first example, two to the second.
    target = new TargetSpec.ClassPerPosition(3);
    regularizers.clear();
    regularizers.put(
        "term",
        new Regularizer() {
          @Override
          public Optional<Tensor> perExample(Output output, Batch batch) {
            return Optional.of(Tensor.of(new float[] {6, 12}, 2));
          }
        });
    Batch sequences =
        Batch.of(2)
            .with(Batch.INPUT, Tensor.zeros(2, 1))
            .with(Batch.TARGET, IntTensor.of(new int[] {-1, 0, 1, 2}, 2, 2));
    assertEquals(
        (6 + 2 * 12) / 3.0,
        objective().loss(model, parameters(W), sequences, ComposedObjective.Mode.TRAINING).item(),
        1e-6);
  }

  @Test
  void termsOfTheWrongShapeAreRefused() {
    regularizers.put(
        "scalar",
        new Regularizer() {
          @Override
          public Optional<Tensor> perExample(Output output, Batch batch) {
            return Optional.of(Tensor.scalar(1));
          }
        });
    PluginException error =
        assertThrows(
            PluginException.class,
            () -> loss(ComposedObjective.Mode.TRAINING).evaluate(parameters(W)));
    assertTrue(error.getMessage().contains("regularizers.scalar"), error.getMessage());
    assertTrue(error.getMessage().contains("4 examples"), error.getMessage());
  }
}
