package org.genlab.procedures.pruning;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.genlab.api.Randomness;
import org.genlab.api.Slots;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.History;
import org.genlab.api.evaluation.Series;
import org.genlab.api.model.Architecture;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Model;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Objective;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.State;
import org.genlab.api.training.Training;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/**
 * A training of the network x W1 W2 + b on squares of its output, with an optimizer that would move
 * every weight at every step, its gradient or not.
 */
final class FakeTraining implements Training, Slots, Randomness, History {
  static final ParameterLayout LAYOUT =
      ParameterLayout.builder()
          .add("w1", Role.WEIGHT, 3, 4)
          .add("w2", Role.WEIGHT, 4, 2)
          .add("b", Role.BIAS, 2)
          .build();
  static final Tensor INPUTS = Tensor.of(new float[] {1, 2, -1, 0.5f, -1, 3}, 2, 3);

  private final Map<String, Tensor> arrays = new LinkedHashMap<>();
  private final Map<String, Double> numbers = new LinkedHashMap<>();
  final Map<String, Double> recorded = new LinkedHashMap<>();
  final List<Long> minibatches = new ArrayList<>();
  final FakeModel model = new FakeModel();
  private Series watched = new Series("train/accuracy", new long[0], new double[0]);
  private final InputSpec input;
  private long step;

  FakeTraining(InputSpec input) {
    this.input = input;
  }

  FakeTraining() {
    this(new InputSpec.Values(List.of(3)));
  }

  /** Makes steps until the procedure has no more. */
  void run(IterativePruning procedure, Runnable afterEach) {
    procedure.begin(this);
    while (!procedure.finished(this)) {
      procedure.step(this);
      step++;
      afterEach.run();
    }
  }

  void measure(double accuracy) {
    long[] steps = java.util.Arrays.copyOf(watched.steps(), watched.length() + 1);
    double[] values = java.util.Arrays.copyOf(watched.values(), watched.length() + 1);
    steps[steps.length - 1] = step;
    values[values.length - 1] = accuracy;
    watched = new Series(watched.name(), steps, values);
  }

  /** x W1 W2 + b; for tokens x is a row of ones for the token. */
  private static final class FakeNetwork implements Network {
    @Override
    public ParameterLayout layout() {
      return LAYOUT;
    }

    @Override
    public Parameters initialize(RandomStream random) {
      float[] values = new float[LAYOUT.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      return new Parameters(LAYOUT, Tensor.of(values, values.length));
    }

    @Override
    public Output forward(Parameters p, Batch batch, Forward forward) {
      Tensor hidden =
          batch.isInts(Batch.INPUT)
              ? p.get("w1").gather(batch.tokens()).sum(false, 1)
              : batch.input().matmul(p.get("w1"));
      return new Output(hidden.matmul(p.get("w2")).plus(p.get("b")), Map.of());
    }
  }

  static final class FakeModel implements Model {
    private final Network network = new FakeNetwork();
    private final Parameters initial = network.initialize(RandomStream.of(7, "init"));
    private Parameters parameters = initial;
    private State state = State.empty();
    private State buffers = State.empty().with("mean", 1);

    @Override
    public String name() {
      return "main";
    }

    @Override
    public Network network() {
      return network;
    }

    @Override
    public Parameters parameters() {
      return parameters;
    }

    @Override
    public Parameters initialParameters() {
      return initial;
    }

    @Override
    public void setParameters(Parameters values) {
      parameters = values;
    }

    @Override
    public State buffers() {
      return buffers;
    }

    @Override
    public void setBuffers(State values) {
      buffers = values;
    }

    @Override
    public State optimizerState() {
      return state;
    }

    @Override
    public void setOptimizerState(State values) {
      state = values;
    }

    @Override
    public Output predict(Batch batch) {
      return network.forward(parameters, batch, null);
    }

    @Override
    public Output predict(Batch batch, Forward.Hook hook) {
      throw new AssertionError();
    }
  }

  /** Heavy-ball momentum that adds 1 to every gradient. */
  private static final class Restless implements Optimizer {
    @Override
    public State initial(Parameters parameters) {
      return State.empty()
          .with("velocity", Tensor.zeros(parameters.flat().size()))
          .with("history", Tensor.zeros(3))
          .with("steps", 0);
    }

    @Override
    public Step step(Parameters p, LossFunction loss, State state, Context context) {
      LossFunction.Evaluation evaluation = loss.evaluate(p);
      Tensor velocity =
          state.array("velocity").times(0.9).plus(evaluation.gradient()).plus(Tensor.scalar(1));
      return new Step(
          p.map(w -> w.minus(velocity.times(0.01))),
          state.with("velocity", velocity).with("steps", state.number("steps") + 1),
          evaluation.loss());
    }
  }

  /** Half the sum of the squares of the sines of all outputs. */
  static Tensor value(Parameters at) {
    Tensor y = INPUTS.matmul(at.get("w1")).matmul(at.get("w2")).plus(at.get("b"));
    return y.sin().square().sum().times(0.5);
  }

  @Override
  public long step() {
    return step;
  }

  @Override
  public Dataset dataset() {
    return new Dataset() {
      @Override
      public DataSpec spec() {
        return new DataSpec(input, new TargetSpec.None());
      }

      @Override
      public List<Split> splits() {
        return List.of(
            new Split() {
              @Override
              public String name() {
                return "train";
              }

              @Override
              public int size() {
                return 2;
              }

              @Override
              public Batch batch(int... indices) {
                return Batch.of(indices.length);
              }
            });
      }
    };
  }

  @Override
  public Model model() {
    return model;
  }

  @Override
  public Architecture architecture() {
    return spec -> model.network();
  }

  @Override
  public Optimizer optimizer() {
    return new Restless();
  }

  @Override
  public Objective objective() {
    throw new AssertionError();
  }

  @Override
  public Model model(String name, Network network) {
    throw new AssertionError();
  }

  @Override
  public LossFunction loss(Batch batch) {
    return LossFunction.of(FakeTraining::value, batch);
  }

  @Override
  public LossFunction loss(Model other, Batch batch) {
    throw new AssertionError();
  }

  /** As with dropout that drops everything. */
  @Override
  public Output forward(Model other, Parameters at, Batch batch) {
    Output output = other.network().forward(at, batch, null);
    return new Output(output.logits().times(0), output.features());
  }

  @Override
  public Output evaluate(Model other, Parameters at, Batch batch) {
    return other.network().forward(at, batch, null);
  }

  @Override
  public Optimizer.Step update(LossFunction loss) {
    if (model.state.isEmpty()) {
      model.state = optimizer().initial(model.parameters);
    }
    Optimizer.Step moved = optimizer().step(model.parameters, loss, model.state, null);
    model.parameters = moved.parameters();
    model.state = moved.state();
    return moved;
  }

  @Override
  public Optimizer.Step update(Model other, Optimizer optimizer, LossFunction loss) {
    throw new AssertionError();
  }

  @Override
  public Batch minibatch(Split split, int size, long at) {
    minibatches.add(at);
    return Batch.of(size);
  }

  @Override
  public History history() {
    return this;
  }

  @Override
  public void record(String series, double value) {
    recorded.put(series, value);
  }

  @Override
  public Set<String> names() {
    return Set.of(watched.name());
  }

  @Override
  public Optional<Series> series(String name) {
    return name.equals(watched.name()) ? Optional.of(watched) : Optional.empty();
  }

  @Override
  public RandomStream stream(String name, long... counters) {
    return RandomStream.of(1, name, counters);
  }

  @Override
  public Optional<Tensor> array(String name) {
    return Optional.ofNullable(arrays.get(name));
  }

  @Override
  public void put(String name, Tensor value) {
    arrays.put(name, value);
  }

  @Override
  public OptionalDouble number(String name) {
    return numbers.containsKey(name)
        ? OptionalDouble.of(numbers.get(name))
        : OptionalDouble.empty();
  }

  @Override
  public void put(String name, double value) {
    numbers.put(name, value);
  }

  @Override
  public void remove(String name) {
    arrays.remove(name);
    numbers.remove(name);
  }
}
