package org.genlab.tck;

import static org.genlab.tck.Kit.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.evaluation.Analysis;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.RunRecord;
import org.junit.jupiter.api.Test;

/** The checks for analyses: a good one passes, each bad one fails. */
class AnalysisSuiteTest {
  static double last(RunRecord run, String series) {
    double[] values =
        run.history()
            .series(series)
            .orElseThrow(() -> new IllegalArgumentException("there is no series " + series))
            .values();
    return values[values.length - 1];
  }

  @Plugin(kind = Kind.ANALYSIS, id = "good", version = "1.0.0", summary = "The mean of a series")
  public static final class Good implements Analysis {
    /** The settings. */
    public record Settings(@Default("validation/loss") @Doc("which") String series) {}

    private final Settings settings;

    @Inject
    public Good(Settings settings) {
      this.settings = settings;
    }

    @Override
    public void analyse(List<RunRecord> runs, Recorder recorder) {
      if (runs.isEmpty()) {
        throw new IllegalArgumentException("there are no runs");
      }
      double sum = 0;
      for (RunRecord run : runs) {
        sum += last(run, settings.series());
      }
      recorder.number("mean", sum / runs.size());
    }
  }

  static class GoodSuite extends AnalysisSuite {
    GoodSuite() {
      super(Good.class);
    }

    @Override
    protected List<String> settings() {
      return List.of("{}", "{series: train/accuracy}");
    }
  }

  @Test
  void aGoodAnalysisPasses() {
    assertEquals(Set.of("bundleInOrder"), Kit.run(GoodSuite.class).keySet());
  }

  @Plugin(kind = Kind.ANALYSIS, id = "silent", version = "1.0.0", summary = "x")
  public static final class Silent implements Analysis {
    @Inject
    public Silent() {}

    @Override
    public void analyse(List<RunRecord> runs, Recorder recorder) {}
  }

  static class SilentSuite extends AnalysisSuite {
    SilentSuite() {
      super(Silent.class);
    }
  }

  @Plugin(kind = Kind.ANALYSIS, id = "nan", version = "1.0.0", summary = "x")
  public static final class DividesByNone implements Analysis {
    @Inject
    public DividesByNone() {}

    @Override
    public void analyse(List<RunRecord> runs, Recorder recorder) {
      double sum = 0;
      for (RunRecord run : runs) {
        sum += last(run, "train/loss");
      }
      recorder.number("mean", sum / runs.size());
    }
  }

  static class DividesByNoneSuite extends AnalysisSuite {
    DividesByNoneSuite() {
      super(DividesByNone.class);
    }
  }

  @Plugin(kind = Kind.ANALYSIS, id = "one", version = "1.0.0", summary = "x")
  public static final class NeedsTwo implements Analysis {
    @Inject
    public NeedsTwo() {}

    @Override
    public void analyse(List<RunRecord> runs, Recorder recorder) {
      recorder.number(
          "difference", last(runs.get(0), "train/loss") - last(runs.get(1), "train/loss"));
    }
  }

  static class NeedsTwoSuite extends AnalysisSuite {
    NeedsTwoSuite() {
      super(NeedsTwo.class);
    }
  }

  @Plugin(kind = Kind.ANALYSIS, id = "field", version = "1.0.0", summary = "x")
  public static final class StaticMemory implements Analysis {
    private static int calls;

    @Inject
    public StaticMemory() {}

    @Override
    public void analyse(List<RunRecord> runs, Recorder recorder) {
      recorder.number("calls", ++calls);
    }
  }

  static class StaticMemorySuite extends AnalysisSuite {
    StaticMemorySuite() {
      super(StaticMemory.class);
    }
  }

  @Test
  void badAnalysesFail() {
    assertFails(SilentSuite.class, "findings", "records nothing");
    assertFails(DividesByNoneSuite.class, "smallBatches", "0 of 6 runs is not a number");
    assertFails(NeedsTwoSuite.class, "smallBatches", "0 of 6 runs fail");
    assertFails(StaticMemorySuite.class, "independence", "keep nothing in static fields");
  }
}
