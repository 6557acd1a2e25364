package org.genlab.procedures.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import org.genlab.api.Slots;
import org.genlab.api.data.Annotation;
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
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Objective;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.Procedure;
import org.genlab.api.training.State;
import org.genlab.api.training.Training;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/**
 * A training of one number x towards the mean of the indices that it is shown, by heavy-ball
 * descent; and the host around it.
 */
final class Toy implements Training, Model, Optimizer, History {
  static final ParameterLayout LAYOUT =
      ParameterLayout.builder().add("x", ParameterLayout.Role.WEIGHT, 1).build();

  private static final Network NOTHING =
      new Network() {
        @Override
        public ParameterLayout layout() {
          return LAYOUT;
        }

        @Override
        public Parameters initialize(RandomStream random) {
          throw unused();
        }

        @Override
        public Output forward(Parameters parameters, Batch batch, Forward forward) {
          throw unused();
        }
      };

  final Map<String, Map<Long, Double>> series = new LinkedHashMap<>();

  /** The indices of each step's minibatch. */
  final List<Set<Integer>> seen = new ArrayList<>();

  /** What is measured as validation/accuracy at each step, as far as it goes. */
  double[] accuracy = {};

  private final Dataset dataset;
  private final Optional<Network> table;
  private final Map<String, Object> slots = new HashMap<>();
  private final Map<String, Object> noted = new HashMap<>();
  private Parameters parameters = initialParameters();
  private State state = initial(parameters);
  private State buffers = State.empty().with("count", 0);

  /** Whether the first step makes buffers that were not there before it. */
  boolean makesBuffers;

  private long step;

  /** What is recorded within a step is recorded with its end. */
  private long recorded;

  Toy(int examples) {
    dataset = new Data(examples);
    table = Optional.empty();
  }

  /** With a table of logits among the buffers, which is looked up for predictions. */
  Toy(Dataset dataset, Network table) {
    this.dataset = dataset;
    this.table = Optional.of(table);
  }

  private record Data(int examples) implements Dataset {
    @Override
    public DataSpec spec() {
      return new DataSpec(new InputSpec.Values(List.of(1)), new TargetSpec.None());
    }

    @Override
    public List<Split> splits() {
      return List.of(new Indices("train", examples));
    }
  }

  private record Indices(String name, int size) implements Split {
    @Override
    public Batch batch(int... indices) {
      return Batch.of(indices.length).with(Annotation.INDEX, IntTensor.of(indices, indices.length));
    }
  }

  /** Makes steps until the procedure has finished; the value of x after each. */
  List<Float> run(Procedure procedure) {
    List<Float> path = new ArrayList<>();
    procedure.begin(this);
    commit();
    measure();
    while (!procedure.finished(this)) {
      recorded = step + 1;
      procedure.step(this);
      commit();
      step++;
      measure();
      path.add(parameters.flat().item());
    }
    return path;
  }

  private void measure() {
    if (step < accuracy.length) {
      record("validation/accuracy", accuracy[(int) step]);
    }
  }

  private void commit() {
    slots.putAll(noted);
    noted.clear();
  }

  Slots slots() {
    return new Slots() {
      @Override
      public Optional<Tensor> array(String name) {
        return Optional.ofNullable(slots.get(name)).map(Tensor.class::cast);
      }

      @Override
      public void put(String name, Tensor value) {
        noted.put(name, value);
      }

      @Override
      public OptionalDouble number(String name) {
        Object value = slots.get(name);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of((Double) value);
      }

      @Override
      public void put(String name, double value) {
        noted.put(name, value);
      }

      @Override
      public void remove(String name) {
        throw new AssertionError("nothing is forgotten");
      }
    };
  }

  // ---- the optimizer

  @Override
  public State initial(Parameters at) {
    return State.empty().with("velocity", Tensor.zeros(1)).with("steps", 0);
  }

  @Override
  public Step step(Parameters at, LossFunction loss, State before, Context context) {
    Tensor velocity = before.array("velocity").times(0.5).plus(loss.evaluate(at).gradient());
    State after = before.with("velocity", velocity).with("steps", before.number("steps") + 1);
    return new Step(at.map(x -> x.minus(velocity.times(0.1))), after, 0);
  }

  // ---- the training

  @Override
  public long step() {
    return step;
  }

  @Override
  public Dataset dataset() {
    return dataset;
  }

  @Override
  public Model model() {
    return this;
  }

  @Override
  public Optimizer optimizer() {
    return this;
  }

  @Override
  public LossFunction loss(Batch batch) {
    int[] indices = new int[batch.size()];
    Set<Integer> set = new TreeSet<>();
    double mean = 0;
    for (int i = 0; i < indices.length; i++) {
      indices[i] = batch.ints(Annotation.INDEX).at(i);
      set.add(indices[i]);
      mean += (double) indices[i] / indices.length;
    }
    seen.add(set);
    double target = mean;
    return LossFunction.of(p -> p.flat().minus(target).square().times(0.5).sum(), batch);
  }

  @Override
  public Step update(LossFunction loss) {
    Step made = step(parameters, loss, state, null);
    parameters = made.parameters();
    state = made.state();
    buffers = buffers.with("count", buffers.has("count") ? buffers.number("count") + 1 : 1);
    if (makesBuffers) {
      double steps = buffers.numbers().getOrDefault("steps", 0.0) + 1;
      buffers = buffers.with("steps", steps).with("mean", Tensor.of(new double[] {steps}, 1));
    }
    return made;
  }

  @Override
  public Batch minibatch(Split split, int size, long at) {
    int from = size >= split.size() ? 0 : (int) (at % (split.size() / size)) * size;
    return split.range(from, from + Math.min(size, split.size()));
  }

  @Override
  public void record(String name, double value) {
    series.computeIfAbsent(name, n -> new LinkedHashMap<>()).put(recorded, value);
  }

  @Override
  public History history() {
    return this;
  }

  @Override
  public Set<String> names() {
    return series.keySet();
  }

  @Override
  public Optional<Series> series(String name) {
    Map<Long, Double> points = series.getOrDefault(name, Map.of());
    long[] steps = points.keySet().stream().mapToLong(Long::longValue).toArray();
    double[] values = points.values().stream().mapToDouble(Double::doubleValue).toArray();
    return points.isEmpty() ? Optional.empty() : Optional.of(new Series(name, steps, values));
  }

  // ---- the model

  @Override
  public String name() {
    return "main";
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public Parameters initialParameters() {
    return new Parameters(LAYOUT, Tensor.of(new float[] {7}, 1));
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
  public void setOptimizerState(State value) {
    state = value;
  }

  @Override
  public Network network() {
    return table.orElse(NOTHING);
  }

  @Override
  public Output predict(Batch batch) {
    return new Output(
        table.isPresent()
            ? buffers.array("table").gather(batch.tokens().reshape(batch.size()))
            : Tensor.zeros(batch.size(), 2),
        Map.of());
  }

  // ---- what the procedure has no use for

  private static AssertionError unused() {
    return new AssertionError("not used");
  }

  @Override
  public Output predict(Batch batch, Forward.Hook hook) {
    throw unused();
  }

  @Override
  public Architecture architecture() {
    throw unused();
  }

  @Override
  public Objective objective() {
    throw unused();
  }

  @Override
  public Model model(String name, Network network) {
    throw unused();
  }

  @Override
  public LossFunction loss(Model model, Batch batch) {
    throw unused();
  }

  @Override
  public Output forward(Model model, Parameters at, Batch batch) {
    throw unused();
  }

  @Override
  public Output evaluate(Model model, Parameters at, Batch batch) {
    throw unused();
  }

  @Override
  public Step update(Model model, Optimizer optimizer, LossFunction loss) {
    throw unused();
  }
}
