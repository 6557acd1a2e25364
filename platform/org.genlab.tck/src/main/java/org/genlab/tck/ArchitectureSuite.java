package org.genlab.tck;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.genlab.api.Kind;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Architecture;
import org.genlab.api.model.FittedNetwork;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.State;
import org.genlab.api.training.Training;
import org.genlab.tck.internal.Bits;
import org.genlab.tck.internal.Derivatives;
import org.genlab.tck.internal.Setup;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every architecture must do. */
public abstract class ArchitectureSuite extends PluginSuite {
  private static final int EXAMPLES = 5;

  protected ArchitectureSuite(Class<? extends Architecture> plugin) {
    super(Kind.ARCHITECTURE, plugin);
  }

  /**
   * Whether gradients are the derivatives of the outputs; override it where they are not on purpose
   * (straight-through estimators, gradients that are stopped or clipped).
   */
  protected boolean hasExactGradients() {
    return true;
  }

  private interface Check {
    void on(Setup setup, Training training, Subject subject);
  }

  private record Subject(DataSpec spec, Network network, Parameters parameters, State buffers) {
    Output forward(Parameters at, Batch batch, boolean training, Pass pass) {
      return network.forward(at, batch, pass.in(training, buffers));
    }
  }

  private void each(Check check) {
    for (Setup setup : setups()) {
      bench()
          .ask(
              setup,
              Map.of(),
              training -> {
                DataSpec spec = training.dataset().spec();
                Network network = training.architecture().build(spec);
                Split split = training.dataset().splits().get(0);
                State buffers =
                    network instanceof FittedNetwork fitted
                        ? fitted.fit(split, (n, c) -> RandomStream.of(1, n, c))
                        : training.model().buffers();
                check.on(
                    setup,
                    training,
                    new Subject(
                        spec, network, network.initialize(RandomStream.of(2, "init")), buffers));
              });
    }
  }

  private static Batch examples(Training training, int n) {
    Split split = training.dataset().splits().get(0);
    return split.range(0, Math.min(n, split.size()));
  }

  /** A pass that notes features, and may change them. */
  private static final class Pass implements Forward {
    private final Map<String, Tensor> features = new LinkedHashMap<>();
    private final Map<String, Tensor> updated = new HashMap<>();
    private final String changed;
    private boolean training;
    private State buffers = State.empty();

    Pass(String changed) {
      this.changed = changed;
    }

    Pass in(boolean mode, State state) {
      training = mode;
      buffers = state;
      return this;
    }

    @Override
    public boolean training() {
      return training;
    }

    @Override
    public Tensor feature(String name, Site site, Tensor value) {
      Tensor result = name.equals(changed) ? value.times(2).plus(1) : value;
      check(
          features.put(name, result) == null,
          "the network announces the feature '%s' twice; names must be unique, as in 'block.0.%s'.",
          name,
          name);
      return result;
    }

    @Override
    public RandomStream random(String name) {
      return RandomStream.of(4, name);
    }

    @Override
    public Optional<Tensor> buffer(String name) {
      return Optional.ofNullable(buffers.arrays().get(name));
    }

    @Override
    public void updateBuffer(String name, Tensor value) {
      updated.put(name, value);
    }
  }

  @Test
  @DisplayName("builds the same network, with the same first parameters, every time")
  void construction() {
    each(
        (setup, training, subject) -> {
          Network again = training.architecture().build(subject.spec());
          check(
              again.layout().equals(subject.network().layout()),
              "with %s, build(spec) gives two layouts for one spec.",
              setup);
          Parameters second = again.initialize(RandomStream.of(2, "init"));
          check(
              second.layout().equals(again.layout())
                  && Bits.same(second.flat(), subject.parameters().flat()),
              "with %s, initialize(random) gives two results for the same stream; draw from that"
                  + " stream only.",
              setup);
          check(second.flat().allFinite(), "with %s, initial parameters are not finite.", setup);
        });
  }

  @Test
  @DisplayName("answers in the shape that the targets want, with features that are announced")
  void outputs() {
    each(
        (setup, training, subject) -> {
          Batch batch = examples(training, EXAMPLES);
          for (boolean mode : new boolean[] {false, true}) {
            Output output = subject.forward(subject.parameters(), batch, mode, new Pass(null));
            check(
                fits(output.logits().shape().toArray(), batch.size(), subject.spec()),
                "with %s, the output has shape %s for a batch of %d examples and targets %s.",
                setup,
                output.logits().shape(),
                batch.size(),
                subject.spec().target());
            check(
                output.logits().allFinite(),
                "with %s, the output is not finite at the first parameters.",
                setup);
          }
          Batch blind = withoutTargets(batch);
          Tensor expected =
              subject.forward(subject.parameters(), batch, false, new Pass(null)).logits();
          Tensor actual;
          try {
            actual = subject.forward(subject.parameters(), blind, false, new Pass(null)).logits();
          } catch (RuntimeException e) {
            throw failed(
                e,
                "with %s, the network needs targets to answer (%s); read inputs only.",
                setup,
                e);
          }
          check(
              Bits.same(expected, actual),
              "with %s, answers depend on the targets in the batch; read inputs only.",
              setup);
        });
  }

  private static Batch withoutTargets(Batch batch) {
    Batch blind = Batch.of(batch.size());
    for (String column : batch.columns()) {
      if (!column.equals(Batch.TARGET)) {
        blind =
            batch.isInts(column)
                ? blind.with(column, batch.ints(column))
                : blind.with(column, batch.reals(column));
      }
    }
    return blind;
  }

  private static boolean fits(int[] shape, int examples, DataSpec spec) {
    List<Integer> expected = new ArrayList<>(List.of(examples));
    if (spec.target() instanceof TargetSpec.Classes classes) {
      expected.add(classes.count());
    } else if (spec.target() instanceof TargetSpec.Values values) {
      expected.addAll(values.shape());
    } else if (spec.target() instanceof TargetSpec.ClassPerPosition classes) {
      return shape.length == 3 && shape[0] == examples && shape[2] == classes.count();
    } else {
      return shape.length > 0 && shape[0] == examples;
    }
    return expected.equals(java.util.Arrays.stream(shape).boxed().toList());
  }

  @Test
  @DisplayName("goes on with the features that the hook returns")
  void features() {
    each(
        (setup, training, subject) -> {
          Batch batch = examples(training, EXAMPLES);
          Pass plain = new Pass(null);
          Tensor before = subject.forward(subject.parameters(), batch, false, plain).logits();
          for (String name : plain.features.keySet()) {
            Output after = subject.forward(subject.parameters(), batch, false, new Pass(name));
            Pass changed = new Pass(name);
            subject.forward(subject.parameters(), batch, false, changed);
            Tensor listed = after.features().get(name);
            check(
                listed == null || Bits.same(listed, changed.features.get(name)),
                "with %s, the output lists the feature '%s' as it was before the hook; list what"
                    + " forward.feature(...) returned, or nothing.",
                setup,
                name);
            check(
                !Bits.same(before, after.logits()),
                "with %s, changing the feature '%s' on its way changes no answer: go on with the"
                    + " value that forward.feature(...) returns, so that dropout and noise can act"
                    + " on it.",
                setup,
                name);
          }
        });
  }

  @Test
  @DisplayName("has gradients that are the derivatives of its outputs")
  void gradients() {
    if (!hasExactGradients()) {
      return;
    }
    each(
        (setup, training, subject) -> {
          Batch batch = examples(training, 3);
          List<Derivatives.Part> parts = new ArrayList<>();
          for (ParameterLayout.Entry entry : subject.parameters().layout().entries()) {
            parts.add(
                new Derivatives.Part(
                    "parameter '" + entry.name() + "'",
                    entry.offset(),
                    entry.offset() + entry.size()));
          }
          if (!(subject.network() instanceof FittedNetwork)) {
            Derivatives.compare(
                    flat ->
                        subject
                            .forward(subject.parameters().with(flat), batch, true, new Pass(null))
                            .logits(),
                    subject.parameters().flat(),
                    parts)
                .ifPresent(m -> mismatch(setup, m));
          }
          if (subject.spec().input() instanceof InputSpec.Values
              && batch.has(Batch.INPUT)
              && !batch.isInts(Batch.INPUT)) {
            Tensor input = batch.input();
            Derivatives.compare(
                    x ->
                        subject
                            .forward(
                                subject.parameters(),
                                batch.with(Batch.INPUT, x),
                                true,
                                new Pass(null))
                            .logits(),
                    input,
                    List.of(new Derivatives.Part("the inputs", 0, input.size())))
                .ifPresent(m -> mismatch(setup, m));
          }
        });
  }

  private static void mismatch(Setup setup, Derivatives.Mismatch m) {
    check(
        false,
        "with %s, along a random direction of %s the gradient says that the output changes by %.4g,"
            + " and it changes by %.4g; compute with operations of tensors all the way from the"
            + " parameters (toArray() cuts the gradient off), or override hasExactGradients() where"
            + " the difference is intended.",
        setup,
        m.part(),
        m.gradient(),
        m.difference());
  }

  @Test
  @DisplayName("judges each example by itself in evaluation, also alone and in an empty batch")
  void smallBatches() {
    each(
        (setup, training, subject) -> {
          Batch batch = examples(training, EXAMPLES);
          float[] together =
              subject
                  .forward(subject.parameters(), batch, false, new Pass(null))
                  .logits()
                  .toArray();
          int width = together.length / batch.size();
          for (int i = 0; i < batch.size(); i++) {
            float[] alone =
                subject
                    .forward(subject.parameters(), batch.select(i), false, new Pass(null))
                    .logits()
                    .toArray();
            check(
                alone.length == width,
                "with %s, a batch of one example is answered with %d numbers instead of %d.",
                setup,
                alone.length,
                width);
            for (int j = 0; j < width; j++) {
              double difference = Math.abs(alone[j] - together[i * width + j]);
              check(
                  difference <= 1e-4 * Math.max(1, Math.abs(alone[j])),
                  "with %s, the answer for an example changes by %.3g with the others in its batch,"
                      + " in evaluation mode; use statistics of the batch in training only"
                      + " (forward.training()), and buffers in evaluation.",
                  setup,
                  difference);
            }
          }
          Tensor one;
          try {
            one =
                subject
                    .forward(subject.parameters(), batch.select(0), true, new Pass(null))
                    .logits();
          } catch (RuntimeException e) {
            refused(setup, "a batch of one example in training", e);
            one = null;
          }
          check(
              one == null || one.allFinite(),
              "with %s, a batch of one example in training is answered with numbers that are not"
                  + " finite; look for a variance of one value, or refuse it.",
              setup);
          try {
            Tensor none =
                subject
                    .forward(subject.parameters(), batch.select(), false, new Pass(null))
                    .logits();
            check(
                none.size() == 0,
                "with %s, an empty batch is answered with %d numbers; answer with none, or refuse"
                    + " it with an IllegalArgumentException.",
                setup,
                none.size());
          } catch (RuntimeException e) {
            refused(setup, "an empty batch", e);
          }
        });
  }

  private static void refused(Setup setup, String what, RuntimeException e) {
    if (!isRefusal(e)) {
      throw failed(
          e,
          "with %s, %s fails with %s; answer it, or refuse it with an IllegalArgumentException that"
              + " says why.",
          setup,
          what,
          e);
    }
  }

  @Test
  @DisplayName("refuses specs it cannot read with a sentence")
  void otherSpecs() {
    Setup setup = setups().get(0);
    List<DataSpec> specs =
        List.of(
            new DataSpec(
                new InputSpec.Columns("tck-unknown", List.of("left", "right")),
                new TargetSpec.Classes(2)),
            new DataSpec(new InputSpec.Tokens(4, 3), new TargetSpec.None()),
            new DataSpec(new InputSpec.Values(List.of(2)), new TargetSpec.None()));
    bench()
        .ask(
            setup,
            Map.of(),
            training -> {
              for (DataSpec spec : specs) {
                try {
                  training.architecture().build(spec);
                } catch (RuntimeException e) {
                  if (!isRefusal(e)) {
                    throw failed(
                        e,
                        "with %s, build(%s) fails with %s; refuse specs that cannot be read with an"
                            + " IllegalArgumentException that says which can.",
                        setup,
                        spec,
                        e);
                  }
                }
              }
            });
  }
}
