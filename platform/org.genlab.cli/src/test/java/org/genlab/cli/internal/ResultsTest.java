package org.genlab.cli.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.genlab.study.AnalysisResult;
import org.genlab.study.ArmResult;
import org.genlab.study.CheckResult;
import org.genlab.study.ClaimResult;
import org.genlab.study.ControlResult;
import org.genlab.study.Interval;
import org.genlab.study.Over;
import org.genlab.study.RunEntry;
import org.genlab.study.StudyResult;
import org.genlab.study.Threshold;
import org.genlab.study.Verdict;
import org.genlab.study.report.ArmTable;
import org.junit.jupiter.api.Test;

class ResultsTest {
  private static CheckResult check(Verdict verdict, double number, Interval interval) {
    Threshold threshold = new Threshold(Threshold.Relation.AT_LEAST, 3, 3);
    return new CheckResult(
        "main.first('validation/accuracy', '>=', 0.99) / main.first('train/accuracy', '>=', 0.99)",
        Over.MEAN,
        threshold,
        verdict,
        number,
        interval,
        threshold.margin(number),
        List.of(),
        2,
        "");
  }

  private static ClaimResult claim(Verdict verdict, double number, Interval interval) {
    return new ClaimResult(
        "delay",
        "Validation accuracy reaches 99 % only after at least three times the steps after which"
            + " training accuracy does.",
        "about 1e5 against 1e3 steps (figure 1)",
        verdict,
        List.of(check(verdict, number, interval)),
        List.of("main"));
  }

  @Test
  void resultsReadLikeThis() {
    ArmResult main =
        new ArmResult("main", Map.of(), List.of(0L, 1L), List.of("main-seed0", "main-seed1"));
    ArmResult random =
        new ArmResult(
            "random-answers",
            Map.of("dataset.answers", "random"),
            List.of(0L),
            List.of("random-answers-seed0"));
    StudyResult study =
        new StudyResult(
            1,
            "grokking",
            "Grokking",
            null,
            "full",
            StudyResult.Outcome.FINISHED,
            List.of(main, random),
            List.of(
                new RunEntry("main-seed0", 0, "", RunEntry.Status.FINISHED, "", 3600, Map.of()),
                new RunEntry("main-seed1", 1, "", RunEntry.Status.FAILED, "no luck", 10, Map.of())),
            List.of(claim(Verdict.TRUE, 14.23456, new Interval(12, 16.5))),
            List.of(
                new ControlResult(
                    "Random answers follow no rule.",
                    true,
                    claim(Verdict.FALSE, Double.POSITIVE_INFINITY, null),
                    List.of()),
                new ControlResult(
                    "This one is no control.", false, claim(Verdict.TRUE, 5, null), List.of())),
            List.of(
                new AnalysisResult("sizes", Map.of("n", 1.0), Map.of(), ""),
                new AnalysisResult(
                    "frontier", Map.of(), Map.of(), "there is no run of an arm 'x'")),
            List.of(),
            List.of(),
            "",
            new StudyResult.Timing("", 125, Map.of()));
    ArmTable arms =
        new ArmTable(
            List.of("steps", "t_train", "t_val", "train acc.", "val. acc.", "val. loss"),
            List.of(
                new ArmTable.Row(
                    main,
                    List.of("3600", "143", "2340 [2200, 2480]", "100.0 %", "99.8 %", "0.0123"),
                    ""),
                new ArmTable.Row(
                    random, List.of("2000", "260", "never", "100.0 %", "1.1 %", "9.87"), "")));
    Capture capture = new Capture();
    new Results(capture.terminal(false)).print(study, arms);
    assertEquals(
        """

        Grokking
        grokking (full): 2 runs, 3610 steps, 2 min 05 s

        Arms
          arm             seeds  steps  t_train              t_val  train acc.  val. acc.  val. loss
          main                2   3600      143  2340 [2200, 2480]     100.0 %     99.8 %     0.0123
          random-answers      1   2000      260              never     100.0 %      1.1 %       9.87

        Claims
          TRUE  delay
            Validation accuracy reaches 99 % only after at least three times the steps after which
            training accuracy does.
            ✓ 14.23 [12, 16.5]  needs ≥ 3  margin +11.23  2 seeds
              main.first('validation/accuracy', '>=', 0.99) / main.first('train/accuracy', '>=',
              0.99)
            paper: about 1e5 against 1e3 steps (figure 1)

        Controls (each must break its claim)
          breaks  delay
            Random answers follow no rule.
            ∞, where the claim needs ≥ 3
          DOES NOT BREAK  delay
            This one is no control.
            5, where the claim needs ≥ 3

        main-seed1 failed: no luck

        the analysis frontier failed: there is no run of an arm 'x'

        1 of 1 claim TRUE, 1 of 2 controls breaking
        """,
        capture.out());
  }
}
