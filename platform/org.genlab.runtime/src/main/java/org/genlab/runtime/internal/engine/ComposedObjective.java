package org.genlab.runtime.internal.engine;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Output;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.Objective;
import org.genlab.api.training.Regularizer;
import org.genlab.store.UserError;
import org.genlab.tensor.Tensor;

/**
 * The objective of a run, composed of its regularizers in the order of the experiment; see {@link
 * Regularizer}.
 */
final class ComposedObjective implements Objective {
  /** In what way a network is evaluated. */
  enum Mode {
    /** With the hooks of training; buffers move. */
    TRAINING,
    /** With the hooks of training, beside the minibatch: buffers do not move. */
    AUXILIARY,
    /** Without hooks. */
    EVALUATION
  }

  private final Map<String, Regularizer> regularizers = new LinkedHashMap<>();
  private final boolean perPosition;
  private final boolean changesUpdates;
  private final Services services;
  private final Guard guard;
  private final Progress progress;

  ComposedObjective(
      Map<String, Regularizer> byName,
      DataSpec spec,
      Services services,
      Guard guard,
      Progress progress) {
    byName.forEach((name, regularizer) -> regularizers.put("regularizers." + name, regularizer));
    this.changesUpdates =
        regularizers.values().stream().anyMatch(ComposedObjective::changesUpdates);
    this.perPosition = spec.target() instanceof TargetSpec.ClassPerPosition;
    this.services = services;
    this.guard = guard;
    this.progress = progress;
  }

  private static boolean changesUpdates(Regularizer regularizer) {
    try {
      return regularizer
              .getClass()
              .getMethod("update", Parameters.class, Parameters.class, Regularizer.Context.class)
              .getDeclaringClass()
          != Regularizer.class;
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  /** What the plugin at a path may know of the current step. */
  StepContext context(String path, String model) {
    return new StepContext(services, path, model, progress.step(), progress.totalSteps());
  }

  /** The minibatch after all augmentations. */
  Batch augment(TrainedModel model, Batch batch) {
    Batch augmented = batch;
    for (Map.Entry<String, Regularizer> entry : regularizers.entrySet()) {
      String path = entry.getKey();
      Batch before = augmented;
      augmented =
          guard.call(path, () -> entry.getValue().augment(before, context(path, model.name())));
    }
    return augmented;
  }

  /** One pass of a model's network at any parameters. */
  Output forward(TrainedModel model, Parameters at, Batch batch, Mode mode) {
    return forward(
        model,
        at,
        batch,
        mode,
        mode == Mode.EVALUATION ? (name, site, value) -> value : hook(model));
  }

  /** One pass of a model's network at any parameters, in evaluation mode, through a hook. */
  Output evaluate(TrainedModel model, Parameters at, Batch batch, Forward.Hook hook) {
    return forward(model, at, batch, Mode.EVALUATION, hook);
  }

  private Output forward(
      TrainedModel model, Parameters at, Batch batch, Mode mode, Forward.Hook hook) {
    ForwardPass pass = new ForwardPass(model, context("architecture", model.name()), mode, hook);
    return guard.call(
        "architecture", () -> pass.complete(model.network().forward(at, batch, pass)));
  }

  /** What the regularizers make of a feature, one after the other. */
  private Forward.Hook hook(TrainedModel model) {
    return (name, site, value) -> {
      Tensor changed = value;
      for (Map.Entry<String, Regularizer> entry : regularizers.entrySet()) {
        String path = entry.getKey();
        Tensor before = changed;
        changed =
            guard.call(
                path,
                () -> entry.getValue().feature(name, site, before, context(path, model.name())));
      }
      return changed;
    };
  }

  @Override
  public Tensor perExample(Output output, Batch batch) {
    return dataTerm(output, batch).orElseGet(() -> Tensor.zeros(batch.size()));
  }

  private Optional<Tensor> dataTerm(Output output, Batch batch) {
    Tensor sum = null;
    for (Map.Entry<String, Regularizer> entry : regularizers.entrySet()) {
      Optional<Tensor> term =
          guard.call(
              entry.getKey(),
              () -> {
                Optional<Tensor> value = entry.getValue().perExample(output, batch);
                value.ifPresent(v -> checkShape(v, batch.size()));
                return value;
              });
      if (term.isPresent()) {
        sum = sum == null ? term.get() : sum.plus(term.get());
      }
    }
    return Optional.ofNullable(sum);
  }

  private static void checkShape(Tensor term, int examples) {
    if (term.rank() != 1 || term.size() != examples) {
      throw new IllegalArgumentException(
          "a data term must have one number for each of the "
              + examples
              + " examples, not shape "
              + term.shape());
    }
  }

  /** The loss of a model on a minibatch that is already augmented, a scalar. */
  Tensor loss(TrainedModel model, Parameters at, Batch batch, Mode mode) {
    Output output = forward(model, at, batch, mode);
    Optional<Tensor> data = dataTerm(output, batch);
    Tensor perExample = data.orElseGet(() -> Tensor.zeros(batch.size()));
    Tensor loss = data.isPresent() ? reduce(model, perExample, batch) : null;
    ObjectivePass pass = new ObjectivePass(this, model, at, batch, output, perExample, mode);
    for (Map.Entry<String, Regularizer> entry : regularizers.entrySet()) {
      String path = entry.getKey();
      Optional<Tensor> penalty =
          guard.call(
              path,
              () -> {
                Optional<Tensor> value =
                    entry.getValue().penalty(pass, context(path, model.name()));
                value.ifPresent(ComposedObjective::checkScalar);
                return value;
              });
      if (penalty.isPresent()) {
        loss = loss == null ? penalty.get() : loss.plus(penalty.get());
      }
    }
    if (loss == null) {
      throw new UserError(
          "the objective is empty: no regularizer gives a loss; add one such as 'cross-entropy: {}'"
              + " or 'mse: {}' to the regularizers.");
    }
    return loss;
  }

  private static void checkScalar(Tensor value) {
    if (value.size() != 1) {
      throw new IllegalArgumentException(
          "a penalty must be one number, not shape " + value.shape());
    }
  }

  private Tensor reduce(TrainedModel model, Tensor perExample, Batch batch) {
    Tensor reduced = null;
    String by = null;
    for (Map.Entry<String, Regularizer> entry : regularizers.entrySet()) {
      String path = entry.getKey();
      Optional<Tensor> value =
          guard.call(
              path,
              () -> {
                Optional<Tensor> scalar =
                    entry.getValue().reduce(perExample, batch, context(path, model.name()));
                scalar.ifPresent(ComposedObjective::checkScalar);
                return scalar;
              });
      if (value.isPresent() && reduced != null) {
        throw new UserError(
            "both "
                + by
                + " and "
                + path
                + " reduce the losses of the examples to one number; an experiment can have one"
                + " such regularizer.");
      }
      if (value.isPresent()) {
        reduced = value.get();
        by = path;
      }
    }
    return reduced == null ? mean(perExample, batch) : reduced;
  }

  /**
   * The mean over examples, each counted by its weight if it has one; where each position has a
   * class, the mean over all positions that count.
   */
  private Tensor mean(Tensor perExample, Batch batch) {
    Tensor terms =
        batch.has(Annotation.WEIGHT) && !batch.isInts(Annotation.WEIGHT)
            ? perExample.times(batch.reals(Annotation.WEIGHT).reshape(batch.size()))
            : perExample;
    if (perPosition && batch.has(Batch.TARGET) && batch.isInts(Batch.TARGET)) {
      int[] labels = batch.labels().toArray();
      int length = labels.length / Math.max(1, batch.size());
      double[] counts = new double[batch.size()];
      for (int i = 0; i < labels.length; i++) {
        counts[i / length] += labels[i] >= 0 ? 1 : 0;
      }
      double all = Arrays.stream(counts).sum();
      // An example's term is the mean over its own positions.
      return Arrays.stream(counts).allMatch(c -> c == counts[0])
          ? terms.mean()
          : terms.times(Tensor.of(counts, counts.length)).sum().dividedBy(all);
    }
    return terms.mean();
  }

  /** What the optimizer did, after all regularizers changed it. */
  /** Whether a regularizer looks at updates, and so at the parameters before them. */
  boolean changesUpdates() {
    return changesUpdates;
  }

  Parameters update(TrainedModel model, Parameters before, Parameters after) {
    Parameters changed = after;
    for (Map.Entry<String, Regularizer> entry : regularizers.entrySet()) {
      String path = entry.getKey();
      Parameters current = changed;
      changed =
          guard.call(
              path, () -> entry.getValue().update(before, current, context(path, model.name())));
    }
    return changed;
  }

  Progress progress() {
    return progress;
  }
}
