package org.genlab.tck;

import static org.genlab.tck.Kit.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.inject.Inject;
import java.util.Map;
import java.util.Set;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Architecture;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

/** The checks for architectures: a good one passes, each bad one fails. */
class ArchitectureSuiteTest {
  /** A network with one hidden layer for vectors and classes, with places to go wrong at. */
  abstract static class Perceptron implements Architecture {
    double first(RandomStream random) {
      return random.nextGaussian();
    }

    Tensor hidden(Tensor x, Parameters p, Batch batch, Forward forward) {
      return forward.feature("hidden", Forward.Site.HIDDEN, linear(x, p).tanh());
    }

    static Tensor linear(Tensor x, Parameters p) {
      return x.linear(p.get("weight"), p.get("bias"));
    }

    Tensor logits(Tensor logits) {
      return logits;
    }

    void accept(DataSpec spec) {
      if (!(spec.input() instanceof InputSpec.Values values)
          || values.shape().size() != 1
          || !(spec.target() instanceof TargetSpec.Classes)) {
        throw new IllegalArgumentException("reads vectors and predicts classes");
      }
    }

    @Override
    public Network build(DataSpec spec) {
      accept(spec);
      int inputs = ((InputSpec.Values) spec.input()).size();
      int classes = ((TargetSpec.Classes) spec.target()).count();
      ParameterLayout layout =
          ParameterLayout.builder()
              .add("weight", Role.WEIGHT, inputs, 4)
              .add("bias", Role.BIAS, 4)
              .add("output", Role.WEIGHT, 4, classes)
              .build();
      return new Network() {
        @Override
        public ParameterLayout layout() {
          return layout;
        }

        @Override
        public Parameters initialize(RandomStream random) {
          double[] values = new double[layout.size()];
          for (int i = 0; i < values.length; i++) {
            values[i] = first(random);
          }
          return new Parameters(layout, Tensor.of(values, values.length));
        }

        @Override
        public Output forward(Parameters p, Batch batch, Forward forward) {
          Tensor hidden = hidden(batch.input(), p, batch, forward);
          return new Output(logits(hidden.matmul(p.get("output"))), Map.of());
        }
      };
    }
  }

  @Plugin(kind = Kind.ARCHITECTURE, id = "good", version = "1.0.0", summary = "A perceptron")
  public static final class Good extends Perceptron {
    @Inject
    public Good() {}
  }

  static class GoodSuite extends ArchitectureSuite {
    GoodSuite() {
      super(Good.class);
    }
  }

  @Test
  void aGoodArchitecturePasses() {
    assertEquals(Set.of("bundleInOrder"), Kit.run(GoodSuite.class).keySet());
  }

  @Plugin(kind = Kind.ARCHITECTURE, id = "first", version = "1.0.0", summary = "x")
  public static final class OwnRandom extends Perceptron {
    private final RandomStream own = RandomStream.of(1, "own");

    @Inject
    public OwnRandom() {}

    @Override
    double first(RandomStream random) {
      return own.nextGaussian();
    }
  }

  static class OwnRandomSuite extends ArchitectureSuite {
    OwnRandomSuite() {
      super(OwnRandom.class);
    }
  }

  @Plugin(kind = Kind.ARCHITECTURE, id = "shape", version = "1.0.0", summary = "x")
  public static final class Shape extends Perceptron {
    @Inject
    public Shape() {}

    @Override
    Tensor logits(Tensor logits) {
      return Tensor.concat(1, java.util.List.of(logits, logits));
    }
  }

  static class ShapeSuite extends ArchitectureSuite {
    ShapeSuite() {
      super(Shape.class);
    }
  }

  @Plugin(kind = Kind.ARCHITECTURE, id = "targets", version = "1.0.0", summary = "x")
  public static final class ReadsTargets extends Perceptron {
    @Inject
    public ReadsTargets() {}

    @Override
    Tensor hidden(Tensor x, Parameters p, Batch batch, Forward forward) {
      return super.hidden(x.times(batch.labels().toArray().length), p, batch, forward);
    }
  }

  static class ReadsTargetsSuite extends ArchitectureSuite {
    ReadsTargetsSuite() {
      super(ReadsTargets.class);
    }
  }

  @Plugin(kind = Kind.ARCHITECTURE, id = "hook", version = "1.0.0", summary = "x")
  public static final class IgnoresHook extends Perceptron {
    @Inject
    public IgnoresHook() {}

    @Override
    Tensor hidden(Tensor x, Parameters p, Batch batch, Forward forward) {
      Tensor hidden = linear(x, p).tanh();
      Tensor unused = forward.feature("hidden", Forward.Site.HIDDEN, hidden);
      return unused.isTracked() ? hidden : hidden.times(1);
    }
  }

  static class IgnoresHookSuite extends ArchitectureSuite {
    IgnoresHookSuite() {
      super(IgnoresHook.class);
    }
  }

  @Plugin(kind = Kind.ARCHITECTURE, id = "cut", version = "1.0.0", summary = "x")
  public static final class CutsBias extends Perceptron {
    @Inject
    public CutsBias() {}

    @Override
    Tensor hidden(Tensor x, Parameters p, Batch batch, Forward forward) {
      return x.linear(p.get("weight"), p.get("bias").detach()).tanh();
    }
  }

  static class CutsBiasSuite extends ArchitectureSuite {
    CutsBiasSuite() {
      super(CutsBias.class);
    }
  }

  @Plugin(kind = Kind.ARCHITECTURE, id = "input", version = "1.0.0", summary = "x")
  public static final class CutsInput extends Perceptron {
    @Inject
    public CutsInput() {}

    @Override
    Tensor hidden(Tensor x, Parameters p, Batch batch, Forward forward) {
      return linear(Tensor.of(x.toArray(), x.shape().toArray()), p).tanh();
    }
  }

  static class CutsInputSuite extends ArchitectureSuite {
    CutsInputSuite() {
      super(CutsInput.class);
    }
  }

  @Plugin(kind = Kind.ARCHITECTURE, id = "batch", version = "1.0.0", summary = "x")
  public static final class BatchNorm extends Perceptron {
    @Inject
    public BatchNorm() {}

    @Override
    Tensor hidden(Tensor x, Parameters p, Batch batch, Forward forward) {
      return super.hidden(x.minus(x.mean(true, 0)), p, batch, forward);
    }
  }

  static class BatchNormSuite extends ArchitectureSuite {
    BatchNormSuite() {
      super(BatchNorm.class);
    }
  }

  @Plugin(kind = Kind.ARCHITECTURE, id = "one", version = "1.0.0", summary = "x")
  public static final class NotFiniteAlone extends Perceptron {
    @Inject
    public NotFiniteAlone() {}

    @Override
    Tensor hidden(Tensor x, Parameters p, Batch batch, Forward forward) {
      Tensor scaled =
          forward.training() ? x.dividedBy(x.dimension(0) - 1).times(x.dimension(0) - 1) : x;
      return super.hidden(scaled, p, batch, forward);
    }
  }

  static class NotFiniteAloneSuite extends ArchitectureSuite {
    NotFiniteAloneSuite() {
      super(NotFiniteAlone.class);
    }
  }

  @Plugin(kind = Kind.ARCHITECTURE, id = "empty", version = "1.0.0", summary = "x")
  public static final class FailsEmpty extends Perceptron {
    @Inject
    public FailsEmpty() {}

    @Override
    Tensor hidden(Tensor x, Parameters p, Batch batch, Forward forward) {
      return super.hidden(x.times(x.toArray()[0] > 1e9 ? 0 : 1), p, batch, forward);
    }
  }

  static class FailsEmptySuite extends ArchitectureSuite {
    FailsEmptySuite() {
      super(FailsEmpty.class);
    }
  }

  @Plugin(kind = Kind.ARCHITECTURE, id = "spec", version = "1.0.0", summary = "x")
  public static final class AnySpec extends Perceptron {
    @Inject
    public AnySpec() {}

    @Override
    void accept(DataSpec spec) {
      if (spec.input() instanceof InputSpec.Tokens || spec.target() instanceof TargetSpec.Values) {
        super.accept(spec);
      }
    }
  }

  static class AnySpecSuite extends ArchitectureSuite {
    AnySpecSuite() {
      super(AnySpec.class);
    }
  }

  @Test
  void badArchitecturesFail() {
    assertFails(OwnRandomSuite.class, "construction", "draw from that stream only");
    assertFails(ShapeSuite.class, "outputs", "the output has shape");
    assertFails(ReadsTargetsSuite.class, "outputs", "read inputs only");
    assertFails(IgnoresHookSuite.class, "features", "changes no answer");
    assertFails(CutsBiasSuite.class, "gradients", "parameter 'bias'");
    assertFails(CutsInputSuite.class, "gradients", "the inputs");
    assertFails(BatchNormSuite.class, "smallBatches", "with the others in its batch");
    assertFails(NotFiniteAloneSuite.class, "smallBatches", "not finite");
    assertFails(FailsEmptySuite.class, "smallBatches", "an empty batch");
    assertFails(AnySpecSuite.class, "otherSpecs", "refuse specs that cannot be read");
  }

  static class CutsBiasOnPurposeSuite extends ArchitectureSuite {
    CutsBiasOnPurposeSuite() {
      super(CutsBias.class);
    }

    @Override
    protected boolean hasExactGradients() {
      return false;
    }
  }

  @Test
  void gradientsMayDifferOnPurpose() {
    assertEquals(Set.of("bundleInOrder"), Kit.run(CutsBiasOnPurposeSuite.class).keySet());
  }
}
