package org.example.myanalysis;

import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.evaluation.Analysis;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.RunRecord;

/**
 * How much the seed matters beside the arm: the share of the variance of a final value that lies between
 * arms, eta squared of an analysis of variance. 0 says that arms differ no more than seeds do, 1 that
 * seeds do not matter.
 */
@Plugin(
    kind = Kind.ANALYSIS,
    id = "my-analysis",
    version = "1.0.0",
    summary = "Share of a final value's variance that lies between arms, not seeds",
    source = "Fisher 1925, chapter 7")
public final class MyAnalysis implements Analysis {
  /**
   * The settings.
   *
   * @param series whose last value counts
   */
  public record Settings(
      @Default("validation/loss") @Doc("the series whose last value counts") String series) {}

  private final Settings settings;

  @Inject
  public MyAnalysis(Settings settings) {
    this.settings = settings;
  }

  @Override
  public void analyse(List<RunRecord> runs, Recorder recorder) {
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("my-analysis needs at least one run");
    }
    Map<String, double[]> sums = new LinkedHashMap<>();
    double total = 0;
    double squares = 0;
    for (RunRecord run : runs) {
      double value = last(run);
      double[] sum = sums.computeIfAbsent(run.arm(), arm -> new double[2]);
      sum[0] += value;
      sum[1]++;
      total += value;
      squares += value * value;
    }
    double centre = total * total / runs.size();
    double between = -centre;
    for (Map.Entry<String, double[]> arm : sums.entrySet()) {
      double[] sum = arm.getValue();
      recorder.number("mean-" + arm.getKey(), sum[0] / sum[1]);
      between += sum[0] * sum[0] / sum[1];
    }
    double all = squares - centre;
    recorder.number("between-arms", all > 0 ? Math.max(0, between / all) : 0);
  }

  private double last(RunRecord run) {
    double[] values =
        run.history()
            .series(settings.series())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "my-analysis needs the series "
                            + settings.series()
                            + ", and a run of arm "
                            + run.arm()
                            + " has only "
                            + run.history().names()))
            .values();
    return values[values.length - 1];
  }
}
