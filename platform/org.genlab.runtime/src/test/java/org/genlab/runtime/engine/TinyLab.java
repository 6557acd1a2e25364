package org.genlab.runtime.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.genlab.api.Slots;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Predictions;
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
import org.genlab.runtime.plugins.HostServices;
import org.genlab.runtime.plugins.Pipeline;
import org.genlab.runtime.plugins.Revision;
import org.genlab.store.UserError;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** A laboratory of tiny plugins that use everything a run must carry over a checkpoint. */
public final class TinyLab {
  public long steps = 7;
  public long checkpointEvery = 3;
  public int threads = 1;
  public String device = "cpu";
  public String backend = "auto";
  public Optional<Path> initializeFrom = Optional.empty();
  public List<String> splits = List.of();
  public Dataset dataset = new Clusters();
  public Architecture architecture = spec -> new TinyNetwork();
  public Optimizer optimizer = new Momentum(0.1);
  public final Map<String, Function<HostServices, Regularizer>> regularizers =
      new LinkedHashMap<>();
  public final Map<String, Function<HostServices, Metric>> metrics = new LinkedHashMap<>();
  public Function<HostServices, Procedure> procedure;

  public TinyLab() {
    regularizers.put("cross-entropy", host -> new CrossEntropy());
    regularizers.put("dropout", host -> new Dropout());
    regularizers.put("noise", host -> new UpdateNoise());
    regularizers.put(
        "remembering", host -> new Remembering(host.slots("regularizers.remembering")));
    metrics.put("loss", host -> new LossMetric());
    metrics.put("count", host -> new Counting(host.slots("metrics.count")));
    metrics.put("scores", host -> new Scores());
    procedure = host -> new TwoModels(steps, host.slots("procedure"));
  }

  /** The plan of a run. */
  public RunPlan plan() {
    return new RunPlan(
        "tiny",
        3,
        device,
        backend,
        OptionalInt.of(threads),
        initializeFrom,
        new RunPlan.Evaluation(2, 1.5, splits),
        new RunPlan.Checkpoints(checkpointEvery, 2),
        "name: tiny\n",
        Map.of("optimizer.learning-rate", 0.1),
        this::pipeline,
        (path, problem) -> new UserError(path + ": " + problem.getMessage()));
  }

  private Pipeline pipeline(HostServices host) {
    Map<String, Regularizer> r = new LinkedHashMap<>();
    regularizers.forEach((name, make) -> r.put(name, make.apply(host)));
    Map<String, Metric> m = new LinkedHashMap<>();
    metrics.forEach((name, make) -> m.put(name, make.apply(host)));
    List<Revision> revisions = new ArrayList<>();
    for (String path :
        List.of("optimizer", "architecture", "procedure", "regularizers.broken", "metrics.loss")) {
      revisions.add(
          new Revision(
              path, path.replaceAll("s?\\..*", ""), "tiny", "1.2.3", "org.tiny", "4.5.6", "ab"));
    }
    return new Pipeline(dataset, architecture, optimizer, r, m, procedure.apply(host), revisions);
  }

  /** Three noisy clusters. */
  public static final class Clusters implements Dataset {
    private final Split train = new Cluster("train", 17);
    private final Split validation = new Cluster("validation", 6);

    @Override
    public DataSpec spec() {
      return new DataSpec(new InputSpec.Values(List.of(2)), new TargetSpec.Classes(3));
    }

    @Override
    public List<Split> splits() {
      return List.of(train, validation);
    }
  }

  private record Cluster(String name, int size) implements Split {
    @Override
    public Batch batch(int... indices) {
      float[] x = new float[2 * indices.length];
      int[] y = new int[indices.length];
      for (int i = 0; i < indices.length; i++) {
        RandomStream random = RandomStream.of(1, name, indices[i]);
        y[i] = random.nextInt(3);
        x[2 * i] = (float) (y[i] - 1 + 0.3 * random.nextGaussian());
        x[2 * i + 1] = (float) (y[i] * y[i] + 0.3 * random.nextGaussian());
      }
      return Batch.of(indices.length)
          .with(Batch.INPUT, Tensor.of(x, indices.length, 2))
          .with(Batch.TARGET, IntTensor.of(y, indices.length))
          .with(Annotation.INDEX, IntTensor.of(indices, indices.length))
          .with(Annotation.GROUP, IntTensor.of(y, indices.length));
    }
  }

  /** 2-4-3 with tanh, a random input scale in training, and a running mean as a buffer. */
  public static final class TinyNetwork implements Network {
    private static final ParameterLayout LAYOUT =
        ParameterLayout.builder()
            .add("hidden.weight", ParameterLayout.Role.WEIGHT, 2, 4)
            .add("hidden.bias", ParameterLayout.Role.BIAS, 4)
            .add("output.weight", ParameterLayout.Role.WEIGHT, 4, 3)
            .build();

    @Override
    public ParameterLayout layout() {
      return LAYOUT;
    }

    @Override
    public Parameters initialize(RandomStream random) {
      return new Parameters(LAYOUT, Tensor.normal(random, 0.5, LAYOUT.size()));
    }

    @Override
    public Output forward(Parameters parameters, Batch batch, Forward forward) {
      Tensor x = batch.input();
      Tensor mean = forward.buffer("mean").orElseGet(() -> Tensor.zeros(2));
      if (forward.training()) {
        forward.updateBuffer("mean", mean.times(0.9).plus(x.mean(false, 0).times(0.1)));
        x = x.times(1 + 0.1 * forward.random("scale").nextDouble());
      }
      Tensor hidden =
          x.minus(mean)
              .linear(parameters.get("hidden.weight"), parameters.get("hidden.bias"))
              .tanh();
      hidden = forward.feature("hidden", Forward.Site.HIDDEN, hidden);
      return new Output(hidden.matmul(parameters.get("output.weight")), Map.of());
    }
  }

  /** Heavy-ball momentum that counts its steps. */
  public record Momentum(double rate) implements Optimizer {
    @Override
    public State initial(Parameters parameters) {
      return State.empty()
          .with("velocity", Tensor.zeros(parameters.layout().size()))
          .with("count", 0);
    }

    @Override
    public Step step(
        Parameters parameters, LossFunction loss, State state, Optimizer.Context context) {
      LossFunction.Evaluation first = loss.evaluate(parameters);
      // A second evaluation, as in SAM, so that there is something to get wrong.
      Parameters near = parameters.map(p -> p.plus(first.gradient().times(0.05)));
      LossFunction.Evaluation second = loss.evaluate(near);
      Tensor velocity = state.array("velocity").times(0.9).plus(second.gradient());
      double count = state.number("count") + 1;
      return new Step(
          parameters.map(p -> p.minus(velocity.times(rate / (1 + 0.1 * count)))),
          state.with("velocity", velocity).with("count", count),
          first.loss(),
          Map.of("learning-rate", rate / (1 + 0.1 * count)));
    }
  }

  public static final class CrossEntropy implements Regularizer {
    @Override
    public Optional<Tensor> perExample(Output output, Batch batch) {
      return Optional.of(output.logits().crossEntropy(batch.labels()));
    }
  }

  public static final class Dropout implements Regularizer {
    @Override
    public Tensor feature(
        String name, Forward.Site site, Tensor value, Regularizer.Context context) {
      return value.dropout(0.2, context.random(name));
    }
  }

  public static final class UpdateNoise implements Regularizer {
    @Override
    public Parameters update(Parameters before, Parameters after, Regularizer.Context context) {
      return after.map(p -> p.plus(Tensor.normal(context.random("noise"), 0.01, p.size())));
    }
  }

  /** Weighs the loss by what it saw of earlier steps. */
  public static final class Remembering implements Regularizer {
    private final Slots slots;

    Remembering(Slots slots) {
      this.slots = slots;
    }

    @Override
    public Optional<Tensor> reduce(Tensor perExample, Batch batch, Regularizer.Context context) {
      double seen = slots.number("seen").orElse(0);
      Tensor weight = slots.array("weight").orElseGet(() -> Tensor.ones(1));
      slots.put("seen", seen + 1);
      slots.put("weight", weight.times(0.95).plus(perExample.detach().mean().times(0.01)));
      return Optional.of(perExample.mean().times(weight).times(1 / (1 + 0.01 * seen)).sum());
    }
  }

  public static final class LossMetric implements Metric {
    @Override
    public void measure(Snapshot snapshot, Recorder recorder) {
      for (Split split : snapshot.splits()) {
        Predictions predictions = snapshot.predictions(split);
        recorder.number(split.name() + "/loss", predictions.losses().mean().item());
      }
      recorder.number(
          "norm",
          snapshot
              .loss(snapshot.splits().get(0).range(0, 4))
              .evaluate(snapshot.model().parameters())
              .gradient()
              .norm()
              .item());
    }
  }

  /** Counts evaluations in a slot. */
  public static final class Counting implements Metric {
    private final Slots slots;

    Counting(Slots slots) {
      this.slots = slots;
    }

    @Override
    public void measure(Snapshot snapshot, Recorder recorder) {
      slots.put("count", slots.number("count").orElse(0) + 1);
      recorder.number("count", slots.number("count").orElseThrow());
    }
  }

  /** The losses of the training examples, at the end. */
  public static final class Scores implements Metric {
    @Override
    public When when() {
      return When.END;
    }

    @Override
    public void measure(Snapshot snapshot, Recorder recorder) {
      float[] losses = snapshot.predictions(snapshot.splits().get(0)).losses().toArray();
      double[] values = new double[losses.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = losses[i];
      }
      recorder.array("train/losses", values);
      recorder.number(
          "end/distance",
          snapshot
              .model()
              .parameters()
              .flat()
              .minus(snapshot.initialParameters().flat())
              .norm()
              .item());
    }
  }

  /** Trains the main model, and every other step a teacher; remembers in a slot. */
  public static final class TwoModels implements Procedure {
    private final long steps;
    private final Slots slots;

    TwoModels(long steps, Slots slots) {
      this.steps = steps;
      this.slots = slots;
    }

    @Override
    public void begin(Training training) {
      slots.put("phase", 1);
      training.record("begun", 1);
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
            new Momentum(0.05),
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
}
