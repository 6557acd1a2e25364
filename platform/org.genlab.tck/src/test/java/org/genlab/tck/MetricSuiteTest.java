package org.genlab.tck;

import static org.genlab.tck.Kit.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.State;
import org.junit.jupiter.api.Test;

/** The checks for metrics: a good one passes, each bad one fails. */
class MetricSuiteTest {
  @Plugin(kind = Kind.METRIC, id = "good", version = "1.0.0", summary = "The largest loss")
  public static final class Good implements Metric {
    @Inject
    public Good() {}

    @Override
    public void measure(Snapshot snapshot, Recorder recorder) {
      for (Split split : snapshot.splits()) {
        recorder.number(
            split.name() + "/worst", snapshot.predictions(split).losses().max(false, 0).item());
      }
    }
  }

  static class GoodSuite extends MetricSuite {
    GoodSuite() {
      super(Good.class);
    }
  }

  /** Of the name that the kit's metric has. */
  @Plugin(kind = Kind.METRIC, id = "same", version = "1.0.0", summary = "The mean loss")
  public static final class SameName implements Metric {
    @Inject
    public SameName() {}

    @Override
    public void measure(Snapshot snapshot, Recorder recorder) {
      for (Split split : snapshot.splits()) {
        recorder.number(split.name() + "/loss", snapshot.predictions(split).losses().mean().item());
      }
    }
  }

  static class SameNameSuite extends MetricSuite {
    SameNameSuite() {
      super(SameName.class);
    }
  }

  @Test
  void goodMetricsPass() {
    assertEquals(Set.of("bundleInOrder"), Kit.run(GoodSuite.class).keySet());
    assertEquals(Set.of("bundleInOrder"), Kit.run(SameNameSuite.class).keySet());
  }

  @Plugin(kind = Kind.METRIC, id = "silent", version = "1.0.0", summary = "x")
  public static final class Silent implements Metric {
    @Inject
    public Silent() {}

    @Override
    public void measure(Snapshot snapshot, Recorder recorder) {}
  }

  static class SilentSuite extends MetricSuite {
    SilentSuite() {
      super(Silent.class);
    }
  }

  @Plugin(kind = Kind.METRIC, id = "nan", version = "1.0.0", summary = "x")
  public static final class NeverNumber implements Metric {
    @Inject
    public NeverNumber() {}

    @Override
    public void measure(Snapshot snapshot, Recorder recorder) {
      recorder.number("train/nothing", Double.NaN);
    }
  }

  static class NeverNumberSuite extends MetricSuite {
    NeverNumberSuite() {
      super(NeverNumber.class);
    }
  }

  /** Walks faster once it is told to. */
  @Plugin(kind = Kind.OPTIMIZER, id = "talking", version = "1.0.0", summary = "x")
  public static final class Talking extends OptimizerSuiteTest.Descent {
    static double factor = 1;

    @Inject
    public Talking() {
      tell(1);
    }

    static void tell(double value) {
      factor = value;
    }

    @Override
    public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
      LossFunction.Evaluation here = loss.evaluate(parameters);
      return new Step(
          parameters.map(p -> p.minus(here.gradient().times(0.1 * factor))), state, here.loss());
    }
  }

  @Plugin(kind = Kind.METRIC, id = "meddling", version = "1.0.0", summary = "x")
  public static final class Meddling implements Metric {
    @Inject
    public Meddling() {}

    @Override
    public void measure(Snapshot snapshot, Recorder recorder) {
      recorder.number("train/factor", Talking.factor);
      Talking.tell(2);
    }
  }

  static class MeddlingSuite extends MetricSuite {
    MeddlingSuite() {
      super(Meddling.class);
    }

    @Override
    protected String experiment() {
      return "optimizer: talking";
    }

    @Override
    protected List<Class<?>> companions() {
      return List.of(Talking.class);
    }
  }

  @Plugin(kind = Kind.METRIC, id = "two", version = "1.0.0", summary = "x")
  public static final class NeedsTwo implements Metric {
    @Inject
    public NeedsTwo() {}

    @Override
    public void measure(Snapshot snapshot, Recorder recorder) {
      Split split = snapshot.splits().get(0);
      recorder.number("train/second", snapshot.predictions(split).losses().toArray()[1]);
    }
  }

  static class NeedsTwoSuite extends MetricSuite {
    NeedsTwoSuite() {
      super(NeedsTwo.class);
    }
  }

  @Test
  void badMetricsFail() {
    assertFails(SilentSuite.class, "recording", "records no number");
    assertFails(NeverNumberSuite.class, "recording", "records no number");
    assertFails(MeddlingSuite.class, "innocence", "must not touch the model");
    assertFails(NeedsTwoSuite.class, "smallBatches", "splits of one example fail");
  }
}
