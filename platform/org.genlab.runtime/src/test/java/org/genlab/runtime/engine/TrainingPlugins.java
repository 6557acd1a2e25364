package org.genlab.runtime.engine;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.genlab.api.Default;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Slots;
import org.genlab.api.Wrapped;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.Architecture;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Model;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.Procedure;
import org.genlab.api.training.Regularizer;
import org.genlab.api.training.State;
import org.genlab.api.training.Training;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** Small plugins that train, for runs that are swapped. All of it also goes into test bundles. */
// Each plugin has settings of its own.
@SuppressWarnings("SameNameButDifferent")
public final class TrainingPlugins {
  private TrainingPlugins() {}

  /** All of them. */
  public static Class<?>[] all() {
    return new Class<?>[] {
      Clusters.class,
      Triples.class,
      Tanh.class,
      Momentum.class,
      Momentum2.class,
      Averaged.class,
      Piecewise.class,
      Ascent.class,
      Broken.class,
      CrossEntropy.class,
      Remembering.class,
      Remembering2.class,
      Forgetful.class,
      Loss.class,
      Counting.class,
      BrokenMetric.class,
      Two.class,
      One.class
    };
  }

  private record Cluster(String name, int size, int width) implements Split {
    @Override
    public Batch batch(int... indices) {
      float[] x = new float[width * indices.length];
      int[] y = new int[indices.length];
      for (int i = 0; i < indices.length; i++) {
        RandomStream random = RandomStream.of(1, name, indices[i]);
        y[i] = random.nextInt(3);
        for (int j = 0; j < width; j++) {
          x[width * i + j] = (float) ((y[i] - 1) * (j + 1) + 0.3 * random.nextGaussian());
        }
      }
      return Batch.of(indices.length)
          .with(Batch.INPUT, Tensor.of(x, indices.length, width))
          .with(Batch.TARGET, IntTensor.of(y, indices.length))
          .with(Annotation.INDEX, IntTensor.of(indices, indices.length));
    }
  }

  private abstract static class Blobs implements Dataset {
    private final int width;
    private final int size;

    Blobs(int width, int size) {
      this.width = width;
      this.size = size;
    }

    @Override
    public DataSpec spec() {
      return new DataSpec(new InputSpec.Values(List.of(width)), new TargetSpec.Classes(3));
    }

    @Override
    public List<Split> splits() {
      return List.of(new Cluster("train", size, width), new Cluster("validation", 6, width));
    }
  }

  @Plugin(kind = Kind.DATASET, id = "clusters", version = "1.0.0", summary = "Pairs.")
  public static final class Clusters extends Blobs {
    public record Settings(@Default("17") int size) {}

    @Inject
    Clusters(Settings settings) {
      super(2, settings.size());
    }
  }

  @Plugin(kind = Kind.DATASET, id = "triples", version = "1.0.0", summary = "Other inputs.")
  public static final class Triples extends Blobs {
    @Inject
    Triples() {
      super(3, 17);
    }
  }

  /** 2-width-3 with tanh, and a running mean as a buffer. */
  @Plugin(kind = Kind.ARCHITECTURE, id = "tanh", version = "1.0.0", summary = "A perceptron.")
  public static final class Tanh implements Architecture {
    private final Settings settings;

    public record Settings(@Default("4") int width) {}

    @Inject
    Tanh(Settings settings) {
      this.settings = settings;
    }

    @Override
    public Network build(DataSpec spec) {
      int inputs = ((InputSpec.Values) spec.input()).shape().get(0);
      return new TanhNetwork(
          ParameterLayout.builder()
              .add("hidden.weight", ParameterLayout.Role.WEIGHT, inputs, settings.width())
              .add("hidden.bias", ParameterLayout.Role.BIAS, settings.width())
              .add("output.weight", ParameterLayout.Role.WEIGHT, settings.width(), 3)
              .add("output.bias", ParameterLayout.Role.BIAS, 3)
              .build());
    }
  }

  private record TanhNetwork(ParameterLayout layout) implements Network {
    @Override
    public Parameters initialize(RandomStream random) {
      return new Parameters(layout, Tensor.normal(random, 0.5, layout.size()));
    }

    @Override
    public Output forward(Parameters parameters, Batch batch, Forward forward) {
      Tensor x = batch.input();
      Tensor mean = forward.buffer("mean").orElseGet(() -> Tensor.zeros(1));
      if (forward.training()) {
        forward.updateBuffer("mean", mean.times(0.9).plus(x.mean().times(0.1)));
      }
      Tensor hidden =
          x.minus(mean)
              .linear(parameters.get("hidden.weight"), parameters.get("hidden.bias"))
              .tanh();
      return new Output(
          hidden.linear(parameters.get("output.weight"), parameters.get("output.bias")), Map.of());
    }
  }

  public record Rate(@Default("0.1") double rate) {}

  /** Heavy-ball momentum that counts its steps, which slow it down. */
  static Optimizer.Step momentum(
      double rate, double friction, Parameters parameters, LossFunction loss, State state) {
    LossFunction.Evaluation here = loss.evaluate(parameters);
    Tensor velocity = state.array("velocity").times(friction).plus(here.gradient());
    double count = state.number("count") + 1;
    return new Optimizer.Step(
        parameters.map(p -> p.minus(velocity.times(rate / (1 + 0.1 * count)))),
        state.with("velocity", velocity).with("count", count),
        here.loss(),
        Map.of("rate", rate));
  }

  static State momentum(Parameters parameters) {
    return State.empty()
        .with("velocity", Tensor.zeros(parameters.layout().size()))
        .with("count", 0);
  }

  private abstract static class AbstractMomentum implements Optimizer {
    private final double rate;
    private final double friction;

    AbstractMomentum(double rate, double friction) {
      this.rate = rate;
      this.friction = friction;
    }

    @Override
    public State initial(Parameters parameters) {
      return momentum(parameters);
    }

    @Override
    public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
      return momentum(rate, friction, parameters, loss, state);
    }
  }

  @Plugin(kind = Kind.OPTIMIZER, id = "momentum", version = "1.0.0", summary = "Heavy ball.")
  public static final class Momentum extends AbstractMomentum {
    @Inject
    Momentum(Rate settings) {
      super(settings.rate(), 0.9);
    }
  }

  @Plugin(kind = Kind.OPTIMIZER, id = "momentum", version = "2.0.0", summary = "Light ball.")
  public static final class Momentum2 extends AbstractMomentum {
    @Inject
    Momentum2(Rate settings) {
      super(settings.rate(), 0.5);
    }
  }

  /** Steps of another optimizer, and an average of where they led. */
  @Plugin(kind = Kind.OPTIMIZER, id = "averaged", version = "1.0.0", summary = "Averages.")
  public static final class Averaged implements Optimizer {
    private final Optimizer base;

    @Inject
    Averaged(@Wrapped(value = "base", byDefault = "momentum@1") Optimizer base) {
      this.base = base;
    }

    @Override
    public State initial(Parameters parameters) {
      return State.empty()
          .with("average", parameters.flat())
          .withNested("base", base.initial(parameters));
    }

    @Override
    public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
      Step step = base.step(parameters, loss, state.nested("base"), context);
      Tensor average = state.array("average").times(0.9).plus(step.parameters().flat().times(0.1));
      return new Step(
          step.parameters(),
          state.with("average", average).withNested("base", step.state()),
          step.loss());
    }

    @Override
    public Parameters forEvaluation(Parameters parameters, State state) {
      return parameters.with(state.array("average"));
    }
  }

  /** Needs a class for the first time when a run has long begun. */
  @Plugin(kind = Kind.OPTIMIZER, id = "late", version = "1.0.0", summary = "Loads late.")
  public static final class Late implements Optimizer {
    private final Settings settings;

    public record Settings(int at) {}

    @Inject
    Late(Settings settings) {
      this.settings = settings;
    }

    @Override
    public State initial(Parameters parameters) {
      return momentum(parameters);
    }

    @Override
    public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
      return momentum(
          context.step() < settings.at() ? 0.1 : NeededLate.RATE.get(),
          0.9,
          parameters,
          loss,
          state);
    }
  }

  private static final class NeededLate {
    static final AtomicReference<Double> RATE = new AtomicReference<>(0.2);

    private NeededLate() {}
  }

  /** What a run that is swapped at a step should be: one rate and friction before it, one after. */
  @Plugin(kind = Kind.OPTIMIZER, id = "piecewise", version = "1.0.0", summary = "The oracle.")
  public static final class Piecewise implements Optimizer {
    private final Settings settings;

    public record Settings(
        int at,
        @Default("0.1") double rate,
        @Default("0.9") double friction,
        @Default("0.1") double nextRate,
        @Default("0.9") double nextFriction) {}

    @Inject
    Piecewise(Settings settings) {
      this.settings = settings;
    }

    @Override
    public State initial(Parameters parameters) {
      return momentum(parameters);
    }

    @Override
    public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
      return context.step() < settings.at()
          ? momentum(settings.rate(), settings.friction(), parameters, loss, state)
          : momentum(settings.nextRate(), settings.nextFriction(), parameters, loss, state);
    }
  }

  /** Remembers what no other optimizer does. */
  @Plugin(kind = Kind.OPTIMIZER, id = "ascent", version = "1.0.0", summary = "Does not move.")
  public static final class Ascent implements Optimizer {
    @Inject
    Ascent() {}

    @Override
    public State initial(Parameters parameters) {
      return State.empty().with("velocity", Tensor.zeros(2)).with("height", 7);
    }

    @Override
    public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
      return new Step(
          parameters,
          state.with("height", state.number("height") + 1),
          loss.value(parameters).item());
    }
  }

  /** Fails in a way of your choice. */
  @Plugin(kind = Kind.OPTIMIZER, id = "broken", version = "1.0.0", summary = "Fails.")
  public static final class Broken implements Optimizer {
    private final Settings settings;

    public enum Way {
      CONSTRUCTOR,
      LINKAGE,
      INITIAL,
      STEP,
      LOSS,
      PARAMETERS
    }

    public record Settings(Way way) {}

    @Inject
    Broken(Settings settings) {
      this.settings = settings;
      if (settings.way() == Way.CONSTRUCTOR) {
        throw new IllegalStateException("it cannot be made");
      }
      if (settings.way() == Way.LINKAGE) {
        throw new NoClassDefFoundError("org/example/Missing");
      }
    }

    @Override
    public State initial(Parameters parameters) {
      if (settings.way() == Way.INITIAL) {
        throw new IllegalStateException("it cannot begin");
      }
      return State.empty();
    }

    @Override
    public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
      // Evaluated first: augmentations, buffers and slots have changed by then.
      float value = loss.evaluate(parameters).loss();
      return switch (settings.way()) {
        case STEP -> throw new IllegalStateException("it cannot step");
        case LOSS -> new Step(parameters, state, Float.NaN);
        case PARAMETERS -> new Step(parameters.map(p -> p.times(Double.NaN)), state, value);
        default -> new Step(parameters, state, value);
      };
    }
  }

  @Plugin(kind = Kind.REGULARIZER, id = "cross-entropy", version = "1.0.0", summary = "Loss.")
  public static final class CrossEntropy implements Regularizer {
    @Inject
    CrossEntropy() {}

    @Override
    public Optional<Tensor> perExample(Output output, Batch batch) {
      return Optional.of(output.logits().crossEntropy(batch.labels()));
    }
  }

  private abstract static class Weighing implements Regularizer {
    private final Slots slots;
    private final double factor;

    Weighing(Slots slots, double factor) {
      this.slots = slots;
      this.factor = factor;
    }

    @Override
    public Optional<Tensor> reduce(Tensor perExample, Batch batch, Regularizer.Context context) {
      double seen = slots.number("seen").orElse(0);
      slots.put("seen", seen + 1);
      return Optional.of(perExample.mean().times(1 / (1 + factor * seen)));
    }
  }

  @Plugin(kind = Kind.REGULARIZER, id = "remembering", version = "1.0.0", summary = "Weighs.")
  public static final class Remembering extends Weighing {
    @Inject
    Remembering(Slots slots) {
      super(slots, 0.1);
    }
  }

  @Plugin(kind = Kind.REGULARIZER, id = "remembering", version = "2.0.0", summary = "Weighs.")
  public static final class Remembering2 extends Weighing {
    @Inject
    Remembering2(Slots slots) {
      super(slots, 0.2);
    }
  }

  @Plugin(kind = Kind.REGULARIZER, id = "forgetful", version = "1.0.0", summary = "Weighs.")
  public static final class Forgetful extends Weighing {
    @Inject
    Forgetful(Slots slots) {
      super(slots, 0.3);
    }
  }

  @Plugin(kind = Kind.METRIC, id = "loss", version = "1.0.0", summary = "The loss.")
  public static final class Loss implements Metric {
    @Inject
    Loss() {}

    @Override
    public void measure(Snapshot snapshot, Recorder recorder) {
      for (Split split : snapshot.splits()) {
        recorder.number(split.name() + "/loss", snapshot.predictions(split).losses().mean().item());
      }
    }
  }

  @Plugin(kind = Kind.METRIC, id = "counting", version = "1.0.0", summary = "Counts.")
  public static final class Counting implements Metric {
    private final Slots slots;

    @Inject
    Counting(Slots slots) {
      this.slots = slots;
    }

    @Override
    public void measure(Snapshot snapshot, Recorder recorder) {
      slots.put("count", slots.number("count").orElse(0) + 1);
      recorder.number("count", slots.number("count").orElseThrow());
    }
  }

  @Plugin(kind = Kind.METRIC, id = "broken", version = "1.0.0", summary = "Fails.")
  public static final class BrokenMetric implements Metric {
    @Inject
    BrokenMetric() {}

    @Override
    public void measure(Snapshot snapshot, Recorder recorder) {
      recorder.number("broken", 1);
      throw new IllegalStateException("it cannot be measured");
    }
  }

  public record Steps(@Default("9") long steps) {}

  /** Trains the main model, and every other step a teacher; remembers in a slot. */
  @Plugin(kind = Kind.PROCEDURE, id = "two", version = "1.0.0", summary = "Two models.")
  public static final class Two implements Procedure {
    private final long steps;
    private final Slots slots;

    @Inject
    Two(Steps settings, Slots slots) {
      this.steps = settings.steps();
      this.slots = slots;
    }

    @Override
    public void begin(Training training) {
      slots.put("phase", 1);
    }

    @Override
    public void step(Training training) {
      Split split = training.dataset().splits().get(0);
      training.update(training.loss(training.minibatch(split, 5, training.step())));
      slots.put("phase", slots.number("phase").orElseThrow() * 1.5);
      if (training.step() % 2 == 1) {
        Model teacher = training.model("teacher", training.model().network());
        training.update(
            teacher,
            training.optimizer(),
            training.loss(teacher, training.minibatch(split, 5, training.step())));
        training.record("phase", slots.number("phase").orElseThrow());
      }
    }

    @Override
    public boolean finished(Training training) {
      return training.step() >= steps;
    }

    @Override
    public long totalSteps() {
      return steps;
    }
  }

  /** Trains the main model. */
  @Plugin(kind = Kind.PROCEDURE, id = "one", version = "1.0.0", summary = "One model.")
  public static final class One implements Procedure {
    private final long steps;

    @Inject
    One(Steps settings) {
      this.steps = settings.steps();
    }

    @Override
    public void begin(Training training) {
      training.record("begun-at", (double) training.step());
    }

    @Override
    public void step(Training training) {
      Split split = training.dataset().splits().get(0);
      training.update(training.loss(training.minibatch(split, 5, training.step())));
    }

    @Override
    public boolean finished(Training training) {
      return training.step() >= steps;
    }

    @Override
    public long totalSteps() {
      return steps;
    }
  }
}
