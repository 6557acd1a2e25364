package org.genlab.study.report;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.api.evaluation.Series;

/**
 * When a run's accuracy lastingly reached a threshold: t_train on the training split, t_val on the
 * validation split.
 *
 * @param threshold of the accuracy, between 0 and 1
 * @param hold for how many evaluations in a row, at least 1
 */
record Milestones(double threshold, int hold) {
  /** 99 %, and for three evaluations, as claims take it when they do not say otherwise. */
  static final Milestones USUAL = new Milestones(0.99, 3);

  /** Those that the run's metrics use; the usual ones where they use none. */
  static Milestones of(RunRecord run) {
    double threshold = USUAL.threshold;
    int hold = USUAL.hold;
    for (Map.Entry<String, Object> setting : run.settings().entrySet()) {
      if (setting.getValue() instanceof Number number) {
        if (setting.getKey().matches("metrics\\..*\\.threshold")) {
          threshold = number.doubleValue();
        } else if (setting.getKey().matches("metrics\\..*\\.hold")) {
          hold = Math.max(1, number.intValue());
        }
      }
    }
    return new Milestones(threshold, hold);
  }

  /** What they mean, to follow "the first evaluated steps". */
  String text() {
    return "from which on the accuracy is at least "
        + NumberText.number(threshold * 100)
        + " % for "
        + NumberText.count(hold, "evaluation");
  }

  /** The step, infinite when it never came; NaN when the accuracy was not measured. */
  double step(RunRecord run, String split) {
    Series series = run.history().series(split + "/accuracy").orElse(null);
    if (series == null || series.length() == 0) {
      return Double.NaN;
    }
    OptionalLong step = series.firstLasting(v -> v >= threshold, hold);
    return step.isPresent() ? step.getAsLong() : Double.POSITIVE_INFINITY;
  }

  /** The median over seeds; infinite when most of them never reached it. */
  double step(List<? extends RunRecord> seeds, String split) {
    double[] steps =
        seeds.stream().mapToDouble(r -> step(r, split)).filter(s -> !Double.isNaN(s)).toArray();
    Arrays.sort(steps);
    return Curves.median(steps);
  }
}
