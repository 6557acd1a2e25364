package org.genlab.tck;

import static org.genlab.tck.Kit.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.inject.Inject;
import java.util.Optional;
import java.util.Set;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Slots;
import org.genlab.api.data.Batch;
import org.genlab.api.model.Forward.Site;
import org.genlab.api.model.Output;
import org.genlab.api.training.Regularizer;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

/** The checks for regularizers: a good one passes, each bad one fails. */
class RegularizerSuiteTest {
  /** Gives a loss whatever the targets are. */
  @Plugin(kind = Kind.REGULARIZER, id = "flat", version = "1.0.0", summary = "x")
  public static final class Flat implements Regularizer {
    @Inject
    public Flat() {}

    @Override
    public Optional<Tensor> perExample(Output output, Batch batch) {
      int width = output.logits().size() / Math.max(1, batch.size());
      return Optional.of(output.logits().reshape(batch.size(), width).square().sum(false, 1));
    }
  }

  /** Noise, a penalty and something to remember. */
  @Plugin(kind = Kind.REGULARIZER, id = "good", version = "1.0.0", summary = "Noise and decay")
  public static final class Good implements Regularizer {
    private final Slots slots;

    @Inject
    public Good(Slots slots) {
      this.slots = slots;
    }

    @Override
    public Tensor feature(String name, Site site, Tensor value, Context context) {
      return value.plus(Tensor.normal(context.random(name), 0.1, value.shape().toArray()));
    }

    @Override
    public Optional<Tensor> penalty(Pass pass, Context context) {
      double strength = slots.number("strength").orElse(0.1);
      slots.put("strength", 0.5 * strength);
      return Optional.of(pass.parameters().flat().square().sum().times(strength));
    }
  }

  static class GoodSuite extends RegularizerSuite {
    GoodSuite() {
      super(Good.class);
    }
  }

  @Test
  void aGoodRegularizerPasses() {
    assertEquals(Set.of("bundleInOrder"), Kit.run(GoodSuite.class).keySet());
  }

  @Plugin(kind = Kind.REGULARIZER, id = "nothing", version = "1.0.0", summary = "x")
  public static final class Nothing implements Regularizer {
    @Inject
    public Nothing() {}
  }

  static class NothingSuite extends RegularizerSuite {
    NothingSuite() {
      super(Nothing.class);
    }
  }

  @Plugin(kind = Kind.REGULARIZER, id = "random", version = "1.0.0", summary = "x")
  public static final class OwnRandom implements Regularizer {
    private final RandomStream random = RandomStream.of(1, "own");

    @Inject
    public OwnRandom() {}

    @Override
    public Tensor feature(String name, Site site, Tensor value, Context context) {
      return value.dropout(0.5, random);
    }
  }

  static class OwnRandomSuite extends RegularizerSuite {
    OwnRandomSuite() {
      super(OwnRandom.class);
    }
  }

  @Plugin(kind = Kind.REGULARIZER, id = "cut", version = "1.0.0", summary = "x")
  public static final class Cut implements Regularizer {
    @Inject
    public Cut() {}

    @Override
    public Optional<Tensor> penalty(Pass pass, Context context) {
      return Optional.of(pass.parameters().flat().detach().square().sum());
    }
  }

  static class CutSuite extends RegularizerSuite {
    CutSuite() {
      super(Cut.class);
    }
  }

  @Plugin(kind = Kind.REGULARIZER, id = "one", version = "1.0.0", summary = "x")
  public static final class Variance implements Regularizer {
    @Inject
    public Variance() {}

    @Override
    public Optional<Tensor> penalty(Pass pass, Context context) {
      int n = pass.batch().size();
      Tensor centred = pass.perExample().minus(pass.perExample().mean());
      return Optional.of(centred.square().sum().dividedBy(n - 1));
    }
  }

  static class VarianceSuite extends RegularizerSuite {
    VarianceSuite() {
      super(Variance.class);
    }
  }

  @Plugin(kind = Kind.REGULARIZER, id = "two", version = "1.0.0", summary = "x")
  public static final class NeedsTwo implements Regularizer {
    @Inject
    public NeedsTwo() {}

    @Override
    public Batch augment(Batch batch, Context context) {
      int[] order = new int[batch.size()];
      for (int i = 0; i < order.length; i++) {
        order[i] = i;
      }
      int first = order[0];
      order[0] = order[1];
      order[1] = first;
      return batch.select(order);
    }
  }

  static class NeedsTwoSuite extends RegularizerSuite {
    NeedsTwoSuite() {
      super(NeedsTwo.class);
    }
  }

  @Test
  void badRegularizersFail() {
    assertFails(NothingSuite.class, "hooks", "overrides none of the hooks");
    assertFails(OwnRandomSuite.class, "repeatability", "two evaluations within one step differ");
    assertFails(CutSuite.class, "gradients", "the gradient says");
    assertFails(VarianceSuite.class, "smallBatches", "not finite");
    assertFails(NeedsTwoSuite.class, "smallBatches", "a batch of one example fails");
  }

  static class CutOnPurposeSuite extends RegularizerSuite {
    CutOnPurposeSuite() {
      super(Cut.class);
    }

    @Override
    protected boolean hasExactGradients() {
      return false;
    }
  }

  @Test
  void gradientsMayDifferOnPurpose() {
    assertEquals(Set.of("bundleInOrder"), Kit.run(CutOnPurposeSuite.class).keySet());
  }
}
