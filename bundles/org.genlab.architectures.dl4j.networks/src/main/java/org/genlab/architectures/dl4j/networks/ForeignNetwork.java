package org.genlab.architectures.dl4j.networks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.architectures.dl4j.data.Arrays4j;
import org.genlab.tensor.ForeignFunction;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A DL4J network as a function of the parameters that GenLab gives it. */
final class ForeignNetwork implements Network {
  private static final String NAME = "dl4j-network";
  private static final Set<String> STATISTICS =
      Set.of(
          BatchNormalizationParamInitializer.GLOBAL_MEAN,
          BatchNormalizationParamInitializer.GLOBAL_VAR,
          BatchNormalizationParamInitializer.GLOBAL_LOG_STD);
  private static final Set<String> NORMS =
      Set.of(
          BatchNormalizationParamInitializer.GAMMA, BatchNormalizationParamInitializer.BETA, "g");

  /**
   * A part of DL4J's flat parameters.
   *
   * @param from where it begins there
   * @param statistic whether it is a running mean or the like, hence a buffer of the network
   */
  private record Segment(String name, int from, int size, int[] shape, boolean statistic) {}

  /** Where the network was evaluated; the seed is that of dropout. */
  private static final class Point {
    final float[] parameters;
    final INDArray input;
    final boolean training;
    final long seed;

    Point(float[] parameters, INDArray input, boolean training, long seed) {
      this.parameters = parameters;
      this.input = input;
      this.training = training;
      this.seed = seed;
    }
  }

  private final Blueprint blueprint;
  private final DataSpec spec;
  private final InputForm form;
  private final ParameterLayout layout;
  private final List<Segment> segments = new ArrayList<>();
  private final float[] begin;
  private final boolean normalised;

  /** The one network in which everything is computed, and where it was evaluated last. */
  private final Engine engine;

  private Point last;

  ForeignNetwork(Blueprint blueprint, DataSpec spec) {
    this.blueprint = blueprint;
    this.spec = spec;
    this.form = InputForm.of(spec.input(), blueprint.firstLayer(), blueprint.firstPreprocessor());
    this.engine = blueprint.begin(0);
    this.begin = Arrays4j.values(engine.parameters());
    ParameterLayout.Builder builder = ParameterLayout.builder();
    boolean norm = false;
    int from = 0;
    for (Engine.Part part : engine.parts()) {
      norm |= part.isBatchNorm();
      for (Map.Entry<String, INDArray> entry : part.parameters().entrySet()) {
        INDArray view = entry.getValue();
        String name = part.name() + "." + entry.getKey();
        boolean statistic = part.isBatchNorm() && STATISTICS.contains(entry.getKey());
        int size = Math.toIntExact(view.length());
        int[] shape = shape(view);
        segments.add(new Segment(name, from, size, shape, statistic));
        from += size;
        if (!statistic) {
          builder.add(name, role(part, entry.getKey(), shape), shape);
        }
      }
    }
    if (from != begin.length) {
      throw new IllegalArgumentException(
          "the layers of " + blueprint.file() + " share parameters, which is not supported");
    }
    this.layout = builder.build();
    this.normalised = norm;
    checkFit();
  }

  /** Tries the network on two examples of zeros. */
  private void checkFit() {
    Batch batch;
    if (spec.input() instanceof InputSpec.Tokens tokens) {
      int n = tokens.length();
      batch = Batch.of(2).with(Batch.INPUT, IntTensor.of(new int[2 * n], 2, n));
    } else {
      List<Integer> shape = ((InputSpec.Values) spec.input()).shape();
      int[] whole =
          IntStream.concat(IntStream.of(2), shape.stream().mapToInt(Integer::intValue)).toArray();
      batch = Batch.of(2).with(Batch.INPUT, Tensor.zeros(whole));
    }
    INDArray output = evaluate(new Point(begin, Arrays4j.toNd4j(form.read(batch)), false, 0));
    shaped(Arrays4j.toTensor(output), 2);
  }

  /** The dimensions in which the values are row-major. */
  private static int[] shape(INDArray view) {
    int[] shape = Arrays.stream(view.shape()).mapToInt(Math::toIntExact).toArray();
    if (shape.length == 2 && shape[0] == 1) {
      return new int[] {shape[1]};
    }
    if (view.ordering() != 'f') {
      return shape;
    }
    return IntStream.range(0, shape.length).map(i -> shape[shape.length - 1 - i]).toArray();
  }

  private static Role role(Engine.Part part, String parameter, int... shape) {
    if (part.isBatchNorm() || NORMS.contains(parameter)) {
      return Role.NORM;
    }
    String type = part.config() == null ? "" : part.config().getClass().getSimpleName();
    boolean bias = shape.length == 1 && parameter.toLowerCase(Locale.ROOT).endsWith("b");
    if (bias) {
      return Role.BIAS;
    }
    return type.contains("Embedding") ? Role.EMBEDDING : Role.WEIGHT;
  }

  @Override
  public ParameterLayout layout() {
    return layout;
  }

  @Override
  public Parameters initialize(RandomStream random) {
    long seed = random.nextLong();
    float[] all =
        blueprint.trained() == null ? Arrays4j.values(blueprint.draw(seed).parameters()) : begin;
    return new Parameters(layout, Tensor.of(trained(all), layout.size()));
  }

  /** The values that are trained, of all. */
  private float[] trained(float... all) {
    float[] values = new float[layout.size()];
    int to = 0;
    for (Segment segment : segments) {
      if (!segment.statistic) {
        System.arraycopy(all, segment.from, values, to, segment.size);
        to += segment.size;
      }
    }
    return values;
  }

  /** All values, of those that are trained and the buffers. */
  private float[] all(Forward forward, float... trained) {
    float[] all = begin.clone();
    int from = 0;
    for (Segment segment : segments) {
      if (!segment.statistic) {
        System.arraycopy(trained, from, all, segment.from, segment.size);
        from += segment.size;
      } else {
        forward
            .buffer(segment.name)
            .ifPresent(
                value -> System.arraycopy(value.toArray(), 0, all, segment.from, segment.size));
      }
    }
    return all;
  }

  @Override
  public Output forward(Parameters parameters, Batch batch, Forward forward) {
    Tensor input = form.read(batch);
    Point point =
        new Point(
            all(forward, parameters.flat().toArray()),
            Arrays4j.toNd4j(input),
            forward.training(),
            forward.training() ? forward.random(NAME).nextLong() : 0);
    Tensor value = Arrays4j.toTensor(evaluate(point));
    Tensor output =
        ForeignFunction.apply(
            NAME,
            value,
            (g, wanted) -> gradients(point, g, forward, wanted),
            parameters.flat(),
            input);
    return new Output(shaped(output, batch.size()), Map.of());
  }

  private synchronized INDArray evaluate(Point point) {
    last = null;
    INDArray parameters = engine.parameters();
    parameters.assign(Nd4j.createFromArray(point.parameters).reshape(parameters.shape()));
    Engine.seed(point.seed);
    INDArray output;
    try {
      output = engine.forward(point.input, point.training);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "the network of "
              + blueprint.file()
              + " cannot read inputs of shape "
              + Arrays.toString(point.input.shape())
              + " ("
              + form.name().toLowerCase(Locale.ROOT).replace('_', ' ')
              + "): "
              + FileReader.reason(e),
          e);
    }
    last = point;
    return output;
  }

  private synchronized List<Tensor> gradients(
      Point point, Tensor g, Forward forward, boolean... wanted) {
    if (normalised && !point.training) {
      throw new UnsupportedOperationException(
          "dl4j-network has no gradients in evaluation mode for a network with batch"
              + " normalisation: DL4J differentiates it with the statistics of the minibatch");
    }
    if (wanted[1] && !engine.reachesInputs()) {
      throw new UnsupportedOperationException(
          "dl4j-network has no gradients with respect to the inputs of a ComputationGraph, only to"
              + " those of a MultiLayerNetwork: DL4J does not compute them");
    }
    if (last != point) {
      evaluate(point);
    }
    // A backward pass uses up what the forward pass left: masks of dropout, for instance.
    last = null;
    Pair<INDArray, INDArray> found = engine.backward(Arrays4j.toNd4j(g));
    float[] all = Arrays4j.values(found.getFirst());
    if (point.training) {
      updateStatistics(point, forward, all);
    }
    Tensor toInput = null;
    if (wanted[1]) {
      int[] shape = Arrays.stream(point.input.shape()).mapToInt(Math::toIntExact).toArray();
      toInput =
          found.getSecond() == null
              ? Tensor.zeros(shape)
              : Arrays4j.toTensor(found.getSecond()).reshape(shape);
    }
    return Arrays.asList(wanted[0] ? Tensor.of(trained(all), layout.size()) : null, toInput);
  }

  /** DL4J gives as the gradient of a running statistic what is to be subtracted from it. */
  private void updateStatistics(Point point, Forward forward, float... gradient) {
    Map<String, Tensor> changed = new HashMap<>();
    for (Segment segment : segments) {
      if (segment.statistic) {
        float[] values = new float[segment.size];
        for (int i = 0; i < values.length; i++) {
          values[i] = point.parameters[segment.from + i] - gradient[segment.from + i];
        }
        changed.put(segment.name, Tensor.of(values, segment.shape));
      }
    }
    changed.forEach(forward::updateBuffer);
  }

  /** The output as GenLab's losses read it. */
  private Tensor shaped(Tensor output, int batch) {
    if (spec.target() instanceof TargetSpec.Classes classes) {
      return checked(output, batch, classes.count());
    }
    if (spec.target() instanceof TargetSpec.ClassPerPosition classes) {
      Tensor timeFirst =
          output.rank() == 3 && output.dimension(1) == classes.count()
              ? output.permute(0, 2, 1)
              : output;
      return checked(timeFirst, batch, -1, classes.count());
    }
    if (spec.target() instanceof TargetSpec.Values values) {
      int[] shape = values.shape().stream().mapToInt(Integer::intValue).toArray();
      Tensor last = output;
      if (shape.length == 3 && output.rank() == 4 && output.dimension(1) == shape[2]) {
        last = output.permute(0, 2, 3, 1);
      } else if (shape.length == 2 && output.rank() == 3 && output.dimension(1) == shape[1]) {
        last = output.permute(0, 2, 1);
      }
      int[] whole = IntStream.concat(IntStream.of(batch), IntStream.of(shape)).toArray();
      if (last.size() != IntStream.of(whole).reduce(1, Math::multiplyExact)) {
        throw misfit(output, whole);
      }
      return last.reshape(whole);
    }
    return output;
  }

  private Tensor checked(Tensor output, int... shape) {
    boolean fits = output.rank() == shape.length;
    for (int i = 0; fits && i < shape.length; i++) {
      fits = shape[i] < 0 || shape[i] == output.dimension(i);
    }
    if (!fits) {
      throw misfit(output, shape);
    }
    return output;
  }

  private IllegalArgumentException misfit(Tensor output, int... shape) {
    return new IllegalArgumentException(
        "the network of "
            + blueprint.file()
            + " gives outputs of shape "
            + output.shape()
            + ", and the targets "
            + spec.target()
            + " want "
            + Arrays.toString(shape));
  }
}
