package org.genlab.tck;

import static org.genlab.tck.Kit.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.Wrapped;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.State;
import org.genlab.tensor.Compute;
import org.genlab.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** The checks for optimizers, and those for all plugins: a good one passes, each bad one fails. */
class OptimizerSuiteTest {
  /** Descent along the gradient, with a few places to go wrong at. */
  abstract static class Descent implements Optimizer {
    /** The factor of the gradient in a step. */
    double rate(Tensor gradient, State state, Context context) {
      return 0.1;
    }

    @Override
    public State initial(Parameters parameters) {
      return State.empty();
    }

    @Override
    public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
      LossFunction.Evaluation here = loss.evaluate(parameters);
      double rate = rate(here.gradient(), state, context);
      return new Step(
          parameters.map(p -> p.minus(here.gradient().times(rate))), state, here.loss());
    }
  }

  // ---- a good one -----------------------------------------------------------------------------

  /** Steps at a displaced point, with a momentum, and wraps another optimizer. */
  @Plugin(kind = Kind.OPTIMIZER, id = "good", version = "1.0.0", summary = "A good optimizer")
  public static final class Good implements Optimizer {
    /** The settings. */
    public record Settings(
        @Default("0.05") @Range(min = 0) @Doc("distance of the displaced point") double rho,
        @Doc("a number that must be given") int needed) {}

    private final Good.Settings settings;
    private final Optimizer base;

    @Inject
    public Good(
        Good.Settings settings, @Wrapped(value = "base", byDefault = "sgd") Optimizer base) {
      this.settings = settings;
      this.base = base;
    }

    @Override
    public State initial(Parameters parameters) {
      return State.empty().with("count", 0).withNested("base", base.initial(parameters));
    }

    @Override
    public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
      LossFunction.Evaluation here = loss.evaluate(parameters);
      Tensor direction =
          here.gradient().times(settings.rho() / (1e-12 + here.gradient().norm().item()));
      Step inner =
          base.step(
              parameters,
              loss.displaced(p -> p.map(x -> x.plus(direction))),
              state.nested("base"),
              context);
      return new Step(
          inner.parameters(),
          state.with("count", state.number("count") + 1).withNested("base", inner.state()),
          here.loss());
    }
  }

  static class GoodSuite extends OptimizerSuite {
    GoodSuite() {
      super(Good.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{needed: 1}", "{needed: 2, rho: 0}");
    }
  }

  @Test
  void aGoodOptimizerPassesAllButThatItIsNotPacked() {
    assertEquals(Set.of("bundleInOrder"), Kit.run(GoodSuite.class).keySet());
  }

  @Test
  void whatIsNotPackedIsTold() {
    assertFails(GoodSuite.class, "bundleInOrder", "let bnd-maven-plugin");
  }

  // ---- what is said of it ---------------------------------------------------------------------

  @Plugin(kind = Kind.OPTIMIZER, id = "Bad_Id", version = "1.0.0", summary = "x")
  public static final class BadId extends Descent {
    @Inject
    public BadId() {}
  }

  static class BadIdSuite extends OptimizerSuite {
    BadIdSuite() {
      super(BadId.class);
    }
  }

  @Plugin(kind = Kind.OPTIMIZER, id = "version", version = "1", summary = "x")
  public static final class BadVersion extends Descent {
    @Inject
    public BadVersion() {}
  }

  static class BadVersionSuite extends OptimizerSuite {
    BadVersionSuite() {
      super(BadVersion.class);
    }
  }

  @Plugin(kind = Kind.OPTIMIZER, id = "summary", version = "1.0.0", summary = "")
  public static final class NoSummary extends Descent {
    @Inject
    public NoSummary() {}
  }

  static class NoSummarySuite extends OptimizerSuite {
    NoSummarySuite() {
      super(NoSummary.class);
    }
  }

  @Plugin(kind = Kind.METRIC, id = "kind", version = "1.0.0", summary = "x")
  public static final class OtherKind extends Descent {
    @Inject
    public OtherKind() {}
  }

  static class OtherKindSuite extends OptimizerSuite {
    OtherKindSuite() {
      super(OtherKind.class);
    }
  }

  public static final class NoPlugin extends Descent {}

  static class NoPluginSuite extends OptimizerSuite {
    NoPluginSuite() {
      super(NoPlugin.class);
    }
  }

  @Test
  void declarationsAreChecked() {
    assertFails(BadIdSuite.class, "declaration", "lower-case letters");
    assertFails(BadVersionSuite.class, "declaration", "three numbers");
    assertFails(NoSummarySuite.class, "declaration", "summary");
    assertFails(OtherKindSuite.class, "declaration", "extend the suite of its kind");
    assertFails(NoPluginSuite.class, "declaration", "add @Plugin(kind = Kind.OPTIMIZER");
  }

  @Plugin(kind = Kind.OPTIMIZER, id = "undocumented", version = "1.0.0", summary = "x")
  public static final class Undocumented extends Descent {
    /** The settings. */
    public record Settings(@Default("1") double rate, @Default("2") @Doc("said") int other) {}

    @Inject
    public Undocumented(Undocumented.Settings unused) {}
  }

  static class UndocumentedSuite extends OptimizerSuite {
    UndocumentedSuite() {
      super(Undocumented.class);
    }
  }

  @Test
  void documentationIsChecked() {
    assertFails(
        UndocumentedSuite.class, "documentation", "no @Doc that says what they mean: rate;");
  }

  @Plugin(kind = Kind.OPTIMIZER, id = "required", version = "1.0.0", summary = "x")
  public static final class Required extends Descent {
    /** The settings. */
    public record Settings(@Doc("said") double rate) {}

    @Inject
    public Required(Required.Settings unused) {}
  }

  static class RequiredSuite extends OptimizerSuite {
    RequiredSuite() {
      super(Required.class);
    }
  }

  @Plugin(kind = Kind.OPTIMIZER, id = "default", version = "1.0.0", summary = "x")
  public static final class BadDefault extends Descent {
    /** The settings. */
    public record Settings(@Default("-1") @Range(min = 0) @Doc("said") double rate) {}

    @Inject
    public BadDefault(BadDefault.Settings unused) {}
  }

  static class BadDefaultSuite extends OptimizerSuite {
    BadDefaultSuite() {
      super(BadDefault.class);
    }
  }

  @Test
  void defaultsAreChecked() {
    assertFails(RequiredSuite.class, "defaults", "settings() gives the settings to try");
    assertFails(BadDefaultSuite.class, "defaults", "rate");
  }

  @Plugin(kind = Kind.OPTIMIZER, id = "careless", version = "1.0.0", summary = "x")
  public static final class Careless extends Descent {
    @Inject
    public Careless(Dataset dataset) {
      Object unused = ((InputSpec.Values) dataset.spec().input()).shape();
      if (unused == null) {
        throw new IllegalStateException();
      }
    }
  }

  static class CarelessSuite extends OptimizerSuite {
    CarelessSuite() {
      super(Careless.class);
    }
  }

  @Test
  void refusalsAreChecked() {
    assertFails(CarelessSuite.class, "refusals", "refuse what the plugin cannot use");
  }

  // ---- the same bits --------------------------------------------------------------------------

  @Plugin(kind = Kind.OPTIMIZER, id = "clock", version = "1.0.0", summary = "x")
  public static final class Clock extends Descent {
    private final Random random = new Random();

    @Inject
    public Clock() {}

    @Override
    double rate(Tensor gradient, State state, Context context) {
      return random.nextDouble();
    }
  }

  static class ClockSuite extends OptimizerSuite {
    ClockSuite() {
      super(Clock.class);
    }
  }

  @Plugin(kind = Kind.OPTIMIZER, id = "threads", version = "1.0.0", summary = "x")
  public static final class ThreadDependent extends Descent {
    @Inject
    public ThreadDependent() {}

    @Override
    double rate(Tensor gradient, State state, Context context) {
      return 0.1 / Compute.backend().threads();
    }
  }

  static class ThreadDependentSuite extends OptimizerSuite {
    ThreadDependentSuite() {
      super(ThreadDependent.class);
    }
  }

  @Test
  void determinismIsChecked() {
    assertFails(ClockSuite.class, "determinism", "two runs of the same seed differ");
    assertFails(ThreadDependentSuite.class, "determinism", "on three threads differs");
  }

  @Plugin(kind = Kind.OPTIMIZER, id = "static", version = "1.0.0", summary = "x")
  public static final class StaticMemory extends Descent {
    private static int steps;

    @Inject
    public StaticMemory() {}

    @Override
    double rate(Tensor gradient, State state, Context context) {
      return 0.1 / ++steps;
    }
  }

  static class StaticMemorySuite extends OptimizerSuite {
    StaticMemorySuite() {
      super(StaticMemory.class);
    }
  }

  @Test
  void independenceIsChecked() {
    assertFails(StaticMemorySuite.class, "independence", "keep nothing in static fields");
  }

  @Plugin(kind = Kind.OPTIMIZER, id = "field", version = "1.0.0", summary = "x")
  public static final class FieldMemory extends Descent {
    private int steps;

    @Inject
    public FieldMemory() {}

    @Override
    double rate(Tensor gradient, State state, Context context) {
      return 0.1 / ++steps;
    }
  }

  static class FieldMemorySuite extends OptimizerSuite {
    FieldMemorySuite() {
      super(FieldMemory.class);
    }
  }

  @Test
  void memoryIsChecked() {
    assertFails(FieldMemorySuite.class, "resumption", "stopped after step 1");
    assertFails(FieldMemorySuite.class, "purity", "must be in the State");
  }

  // ---- what is left behind --------------------------------------------------------------------

  @Plugin(kind = Kind.OPTIMIZER, id = "thread", version = "1.0.0", summary = "x")
  public static final class LeavesThread extends Descent {
    static final CountDownLatch END = new CountDownLatch(1);

    @Inject
    public LeavesThread() {
      Thread thread = new Thread(LeavesThread::work, "worker of a plugin");
      thread.setDaemon(true);
      thread.start();
    }

    private static void work() {
      try {
        END.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  static class LeavesThreadSuite extends OptimizerSuite {
    LeavesThreadSuite() {
      super(LeavesThread.class);
    }
  }

  @Plugin(kind = Kind.OPTIMIZER, id = "file", version = "1.0.0", summary = "x")
  public static final class LeavesFile extends Descent {
    @Inject
    public LeavesFile() throws IOException {
      Files.createTempFile("left-by-plugin-", ".txt").toFile().deleteOnExit();
    }
  }

  static class LeavesFileSuite extends OptimizerSuite {
    LeavesFileSuite() {
      super(LeavesFile.class);
    }
  }

  @Plugin(kind = Kind.OPTIMIZER, id = "open", version = "1.0.0", summary = "x")
  public static final class LeavesOpen extends Descent {
    static final List<InputStream> OPEN = new ArrayList<>();

    @Inject
    public LeavesOpen() throws IOException {
      Path file = Files.createTempFile("left-open-", ".txt");
      OPEN.add(Files.newInputStream(file));
      Files.delete(file);
      Path readable = Path.of("pom.xml");
      OPEN.add(Files.newInputStream(readable));
    }
  }

  static class LeavesOpenSuite extends OptimizerSuite {
    LeavesOpenSuite() {
      super(LeavesOpen.class);
    }
  }

  @Test
  void whatIsLeftBehindIsChecked() {
    assertFails(LeavesThreadSuite.class, "threads", "worker of a plugin");
    assertFails(LeavesFileSuite.class, "files", "left-by-plugin-*.txt");
    assertFails(LeavesOpenSuite.class, "files", "pom.xml");
  }

  @Plugin(kind = Kind.OPTIMIZER, id = "kept", version = "1.0.0", summary = "x")
  public static final class Kept extends Descent {
    @Inject
    public Kept() {
      Thread.setDefaultUncaughtExceptionHandler(new Handler());
    }

    private static final class Handler implements Thread.UncaughtExceptionHandler {
      @Override
      public void uncaughtException(Thread thread, Throwable e) {
        e.printStackTrace();
      }
    }
  }

  static class KeptSuite extends OptimizerSuite {
    KeptSuite() {
      super(Kept.class);
    }
  }

  @Test
  void unloadingIsChecked() {
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    try {
      assertFails(KeptSuite.class, "unloading", "stays in memory");
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  // ---- steps ----------------------------------------------------------------------------------

  @Plugin(kind = Kind.OPTIMIZER, id = "loss", version = "1.0.0", summary = "x")
  public static final class OtherLoss extends Descent {
    @Inject
    public OtherLoss() {}

    @Override
    public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
      Step step = super.step(parameters, loss, state, context);
      return new Step(step.parameters(), state, loss.evaluate(step.parameters()).loss());
    }
  }

  static class OtherLossSuite extends OptimizerSuite {
    OtherLossSuite() {
      super(OtherLoss.class);
    }
  }

  @Plugin(kind = Kind.OPTIMIZER, id = "tracked", version = "1.0.0", summary = "x")
  public static final class Tracked extends Descent {
    @Inject
    public Tracked() {}

    @Override
    public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
      Step step = super.step(parameters, loss, state, context);
      return new Step(step.parameters().map(Tensor::variable), state, step.loss());
    }
  }

  static class TrackedSuite extends OptimizerSuite {
    TrackedSuite() {
      super(Tracked.class);
    }
  }

  @Plugin(kind = Kind.OPTIMIZER, id = "zero", version = "1.0.0", summary = "x")
  public static final class Normalised extends Descent {
    @Inject
    public Normalised() {}

    @Override
    double rate(Tensor gradient, State state, Context context) {
      return 0.1 / gradient.norm().item();
    }
  }

  static class NormalisedSuite extends OptimizerSuite {
    NormalisedSuite() {
      super(Normalised.class);
    }
  }

  @Plugin(kind = Kind.OPTIMIZER, id = "small", version = "1.0.0", summary = "x")
  public static final class NeedsTwo extends Descent {
    @Inject
    public NeedsTwo() {}

    @Override
    double rate(Tensor gradient, State state, Context context) {
      return gradient.toArray()[1] > 0 ? 0.1 : 0.2;
    }
  }

  static class NeedsTwoSuite extends OptimizerSuite {
    NeedsTwoSuite() {
      super(NeedsTwo.class);
    }
  }

  @Test
  void stepsAreChecked() {
    assertFails(OtherLossSuite.class, "results", "reports the loss");
    assertFails(TrackedSuite.class, "results", "detach()");
    assertFails(NormalisedSuite.class, "smallBatches", "where the gradient is zero");
    assertFails(NeedsTwoSuite.class, "smallBatches", "with a single parameter");
  }
}
