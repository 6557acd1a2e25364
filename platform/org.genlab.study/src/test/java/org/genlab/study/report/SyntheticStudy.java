package org.genlab.study.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.genlab.store.Numbers;
import org.genlab.store.RunDirectory;
import org.genlab.store.RunStatus;
import org.genlab.study.AnalysisResult;
import org.genlab.study.ArmResult;
import org.genlab.study.CheckResult;
import org.genlab.study.ClaimResult;
import org.genlab.study.ControlResult;
import org.genlab.study.Interval;
import org.genlab.study.Over;
import org.genlab.study.Paper;
import org.genlab.study.PlotResult;
import org.genlab.study.RunEntry;
import org.genlab.study.StudyResult;
import org.genlab.study.Threshold;
import org.genlab.study.Verdict;

/** A small study with made-up curves whose milestones are known. */
final class SyntheticStudy {
  static final String HOSTILE = "<script>alert('x')</script> & \"quoted\" ]]> \u0007";

  private SyntheticStudy() {}

  /** Writes the run directories and study.json. */
  static StudyResult write(Path directory) throws IOException {
    List<RunEntry> runs = new ArrayList<>();
    for (int seed = 0; seed < 3; seed++) {
      runs.add(run(directory, "main-seed" + seed, seed, 2.1, 3.3 + 0.05 * seed));
    }
    runs.add(run(directory, "no-decay-seed0", 0, 2.0, 9));
    runs.add(run(directory, "addition-seed0", 0, 2.2, 2.9));
    runs.add(run(directory, "fraction-30-seed0", 0, 2.0, 3.9));
    runs.add(
        new RunEntry(
            "s5-seed0", 0, "d", RunEntry.Status.FAILED, "the loss became NaN", 12, Map.of()));
    List<ArmResult> arms =
        List.of(
            new ArmResult(
                "main",
                Map.of(),
                List.of(0L, 1L, 2L),
                List.of("main-seed0", "main-seed1", "main-seed2")),
            arm("no-decay", "optimizer.weight-decay", "0"),
            arm("addition", "dataset.operation", "x+y"),
            arm("fraction-30", "dataset.train-fraction", "0.3"),
            arm("s5", "dataset", "permutation-composition"));
    ClaimResult delay =
        new ClaimResult(
            "delay",
            "Validation accuracy reaches 99 % long after training accuracy does.",
            "about 10^2.5 and 10^5 steps (Figure 1)",
            Verdict.TRUE,
            List.of(
                new CheckResult(
                    "t_val(main) / t_train(main)",
                    Over.EACH_SEED,
                    new Threshold(Threshold.Relation.AT_LEAST, 5, 5),
                    Verdict.TRUE,
                    14.234567,
                    null,
                    9.234567,
                    List.of(new CheckResult.SeedValue(0, 14.234567)),
                    3,
                    ""),
                new CheckResult(
                    "final(main, 'validation/accuracy')",
                    Over.MEAN,
                    new Threshold(Threshold.Relation.AT_LEAST, 0.99, 0.99),
                    Verdict.TRUE,
                    0.998,
                    new Interval(0.995, 1),
                    0.008,
                    List.of(),
                    3,
                    "")),
            List.of("main"));
    ClaimResult decay =
        new ClaimResult(
            "weight-decay-helps",
            "Weight decay makes the network generalise sooner.",
            "Figure 2, left",
            Verdict.UNDERPOWERED,
            List.of(
                new CheckResult(
                    "t_val('no-decay') / t_val(main)",
                    Over.MEAN,
                    new Threshold(Threshold.Relation.GREATER_THAN, 1, 1),
                    Verdict.UNDERPOWERED,
                    Double.POSITIVE_INFINITY,
                    new Interval(0.9, Double.POSITIVE_INFINITY),
                    Double.POSITIVE_INFINITY,
                    List.of(),
                    3,
                    "the interval crosses the bound")),
            List.of("main", "no-decay"));
    ClaimResult broken =
        new ClaimResult(
            "delay",
            "Validation accuracy reaches 99 % long after training accuracy does.",
            "",
            Verdict.FALSE,
            List.of(
                new CheckResult(
                    "t_val(main) / t_train(main)",
                    Over.EACH_SEED,
                    new Threshold(Threshold.Relation.AT_LEAST, 5, 5),
                    Verdict.FALSE,
                    1.2,
                    null,
                    -3.8,
                    List.of(),
                    1,
                    "")),
            List.of("main"));
    ControlResult control =
        new ControlResult(
            "with a training fraction of 95 % there is nothing left to wait for",
            true, broken, List.of(arm("main", "dataset.train-fraction", "0.95")));
    StudyResult study =
        new StudyResult(
            StudyResult.FORMAT,
            "grokking",
            "Grokking: Generalization Beyond Overfitting on Small Algorithmic Datasets",
            new Paper(
                1,
                "Grokking: Generalization Beyond Overfitting on Small Algorithmic Datasets",
                List.of("Alethea Power", "Yuri Burda", "Harri Edwards"),
                "2201.02177",
                2022,
                "grokking",
                "Small networks memorise a binary operation's table and generalise long afterwards."
                    + " "
                    + HOSTILE),
            "full",
            StudyResult.Outcome.FINISHED,
            arms,
            runs,
            List.of(delay, decay),
            List.of(control),
            List.of(new AnalysisResult("law", Map.of("slope", -2.5, "r2", 0.97), Map.of(), "")),
            List.of(
                new PlotResult(
                    "fractions",
                    "Steps until generalisation",
                    PlotResult.Kind.POINTS,
                    List.of(),
                    List.of(),
                    new PlotResult.Axis("training fraction", false),
                    new PlotResult.Axis("t_val", true),
                    List.of(),
                    List.of(
                        new PlotResult.Point("main", 0, 0.5, 2000),
                        new PlotResult.Point("main", 1, 0.5, 2400),
                        new PlotResult.Point("fraction-30", 0, 0.3, 8000),
                        new PlotResult.Point("no-decay", 0, 0.5, Double.POSITIVE_INFINITY)))),
            List.of("10 000 steps instead of 100 000: the effect appears well before."),
            "Generalisation comes suddenly.\n\nAnd late.",
            new StudyResult.Timing("2026-01-01T12:00:00Z", 754.2, Map.of()));
    Files.writeString(directory.resolve(StudyResult.FILE), study.toJson());
    return study;
  }

  private static ArmResult arm(String name, String path, String value) {
    return new ArmResult(name, Map.of(path, value), List.of(0L), List.of(name + "-seed0"));
  }

  /** A run whose accuracies rise at given powers of ten. */
  static RunEntry run(Path study, String name, long seed, double train, double validation)
      throws IOException {
    RunDirectory directory =
        RunDirectory.createAt(
            study.resolve("runs").resolve(name),
            "name: " + name + " # " + HOSTILE.substring(0, 29) + "\nseed: 0\n");
    Map<String, Object> lock = new LinkedHashMap<>();
    lock.put("seed", seed);
    lock.put("jvm", Map.of("version", "17.0.1"));
    lock.put(
        "plugins",
        List.of(
            Map.of(
                "path",
                "optimizer",
                "id",
                "adamw",
                "version",
                "1.0.0",
                "sha256",
                "0f".repeat(32))));
    lock.put("settings", Map.of("metrics.steps-to-threshold.threshold", 0.9));
    directory.writeLock(lock);
    StringBuilder lines = new StringBuilder();
    Map<String, Double> last = new LinkedHashMap<>();
    long step = 0;
    while (true) {
      last.put("train/accuracy", rise(step, train));
      last.put("validation/accuracy", rise(step, validation));
      last.put("train/loss", 4.6 * (1 - rise(step, train)) + 1e-4);
      last.put("validation/loss", 4.6 * (1 - rise(step, validation)) + 1e-3);
      last.put("weight-norm", 50 - 5 * rise(step, validation));
      lines.append("{\"step\":").append(step);
      last.forEach(
          (series, value) -> lines.append(",\"" + series + "\":").append(Numbers.toText(value)));
      lines.append("}\n");
      if (step == 10_000) {
        break;
      }
      step = Math.min(10_000, Math.max(step + 1, Math.min(step + 100, (long) (step * 1.1))));
    }
    Files.writeString(directory.file(RunDirectory.METRICS), lines.toString());
    directory.writeStatus(new RunStatus(RunStatus.State.FINISHED, step, step));
    return new RunEntry(name, seed, "d" + name, RunEntry.Status.FINISHED, "", step, last);
  }

  private static double rise(long step, double power) {
    return 1 / (1 + Math.exp(-(Math.log10(step + 1.0) - power) * 14));
  }
}
