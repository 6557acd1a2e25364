package org.genlab.tck;

import static org.genlab.tck.Kit.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.inject.Inject;
import java.util.Set;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Slots;
import org.genlab.api.data.Split;
import org.genlab.api.training.Procedure;
import org.genlab.api.training.Training;
import org.junit.jupiter.api.Test;

/** The checks for procedures: a good one passes, each bad one fails. */
class ProcedureSuiteTest {
  /** Steps of minibatch training, with places to go wrong at. */
  abstract static class Steps implements Procedure {
    long size(Training training) {
      return 8;
    }

    @Override
    public void step(Training training) {
      Split split = training.dataset().splits().get(0);
      int size = (int) size(training);
      training.update(training.loss(training.minibatch(split, size, training.step())));
    }

    @Override
    public boolean finished(Training training) {
      return training.step() >= totalSteps();
    }

    @Override
    public long totalSteps() {
      return 5;
    }
  }

  @Plugin(kind = Kind.PROCEDURE, id = "good", version = "1.0.0", summary = "A growing batch")
  public static final class Good extends Steps {
    /** The settings. */
    public record Settings(@Default("100000") @Doc("how many") long steps) {}

    private final Settings settings;
    private final Slots slots;

    @Inject
    public Good(Settings settings, Slots slots) {
      this.settings = settings;
      this.slots = slots;
    }

    @Override
    long size(Training training) {
      double size = slots.number("size").orElse(2) + 1;
      slots.put("size", size);
      return (long) size;
    }

    @Override
    public long totalSteps() {
      return settings.steps();
    }
  }

  static class GoodSuite extends ProcedureSuite {
    GoodSuite() {
      super(Good.class);
    }
  }

  @Test
  void aGoodProcedurePasses() {
    assertEquals(Set.of("bundleInOrder"), Kit.run(GoodSuite.class).keySet());
  }

  @Plugin(kind = Kind.PROCEDURE, id = "endless", version = "1.0.0", summary = "x")
  public static final class Endless extends Steps {
    @Inject
    public Endless() {}

    @Override
    public boolean finished(Training training) {
      return false;
    }
  }

  static class EndlessSuite extends ProcedureSuite {
    EndlessSuite() {
      super(Endless.class);
    }
  }

  @Plugin(kind = Kind.PROCEDURE, id = "lazy", version = "1.0.0", summary = "x")
  public static final class Lazy extends Steps {
    @Inject
    public Lazy() {}

    @Override
    public boolean finished(Training training) {
      return true;
    }
  }

  static class LazySuite extends ProcedureSuite {
    LazySuite() {
      super(Lazy.class);
    }
  }

  @Plugin(kind = Kind.PROCEDURE, id = "longer", version = "1.0.0", summary = "x")
  public static final class Longer extends Steps {
    @Inject
    public Longer() {}

    @Override
    public boolean finished(Training training) {
      return training.step() > totalSteps();
    }
  }

  static class LongerSuite extends ProcedureSuite {
    LongerSuite() {
      super(Longer.class);
    }
  }

  @Plugin(kind = Kind.PROCEDURE, id = "field", version = "1.0.0", summary = "x")
  public static final class FieldMemory extends Steps {
    private int size = 2;

    @Inject
    public FieldMemory() {}

    @Override
    long size(Training training) {
      return ++size;
    }
  }

  static class FieldMemorySuite extends ProcedureSuite {
    FieldMemorySuite() {
      super(FieldMemory.class);
    }
  }

  @Plugin(kind = Kind.PROCEDURE, id = "two", version = "1.0.0", summary = "x")
  public static final class NeedsTwo extends Steps {
    @Inject
    public NeedsTwo() {}

    @Override
    public void step(Training training) {
      training.update(training.loss(training.dataset().splits().get(0).batch(0, 1)));
    }
  }

  static class NeedsTwoSuite extends ProcedureSuite {
    NeedsTwoSuite() {
      super(NeedsTwo.class);
    }
  }

  @Test
  void badProceduresFail() {
    assertFails(EndlessSuite.class, "end", "must be true by then");
    assertFails(LazySuite.class, "end", "before its first step");
    assertFails(LongerSuite.class, "end", "must be an upper bound");
    assertFails(FieldMemorySuite.class, "resumption", "resumed ends with other bits");
    assertFails(NeedsTwoSuite.class, "smallBatches", "a training split of one example fails");
  }
}
