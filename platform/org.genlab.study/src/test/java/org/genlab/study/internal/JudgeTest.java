package org.genlab.study.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.genlab.study.CheckResult;
import org.genlab.study.Interval;
import org.genlab.study.Over;
import org.genlab.study.Threshold;
import org.genlab.study.Threshold.Relation;
import org.genlab.study.Verdict;
import org.junit.jupiter.api.Test;

class JudgeTest {
  private static final double NEVER = Double.POSITIVE_INFINITY;

  private final Map<String, ArmRuns> arms = new LinkedHashMap<>();

  /** An arm whose series 'x' ends in one of these values for each seed. */
  private void arm(String name, double... finals) {
    List<ArmRuns.Outcome> runs = new ArrayList<>();
    for (int i = 0; i < finals.length; i++) {
      runs.add(Runs.of(name, 10 + i).series("x", 0, finals[i]).outcome());
    }
    arms.put(name, new ArmRuns(name, runs));
  }

  private CheckResult judge(String value, Over over, Relation relation, double bound) {
    return judge(value, over, new Threshold(relation, bound, bound));
  }

  private CheckResult judge(String value, Over over, Threshold threshold) {
    return new Judge(arms, Map.of())
        .judge(
            new Check(Expression.parse(value), over, threshold, List.copyOf(arms.keySet())),
            "test");
  }

  @Test
  void everySeedMustMeetTheThresholdAndTheWorstIsShown() {
    arm("main", 5, 3, 4);
    CheckResult result = judge("main.final('x')", Over.EACH_SEED, Relation.AT_LEAST, 3);
    assertEquals(Verdict.TRUE, result.verdict());
    assertEquals(3, result.number());
    assertEquals(0, result.margin());
    assertNull(result.interval());
    assertEquals(3, result.n());
    assertEquals(
        List.of(
            new CheckResult.SeedValue(10, 5),
            new CheckResult.SeedValue(11, 3),
            new CheckResult.SeedValue(12, 4)),
        result.seeds());

    result = judge("main.final('x')", Over.EACH_SEED, Relation.GREATER_THAN, 3);
    assertEquals(Verdict.FALSE, result.verdict());
    result = judge("main.final('x')", Over.EACH_SEED, Relation.AT_MOST, 4.5);
    assertEquals(Verdict.FALSE, result.verdict());
    assertEquals(5, result.number());
    assertEquals(-0.5, result.margin());
  }

  @Test
  void betweenHasTwoSides() {
    arm("main", 0.2, 0.5);
    Threshold inside = new Threshold(Relation.BETWEEN, 0.1, 0.5);
    CheckResult result = judge("main.final('x')", Over.EACH_SEED, inside);
    assertEquals(Verdict.TRUE, result.verdict());
    assertEquals(0.5, result.number());
    Threshold below = new Threshold(Relation.BETWEEN, 0.3, 0.6);
    result = judge("main.final('x')", Over.EACH_SEED, below);
    assertEquals(Verdict.FALSE, result.verdict());
    assertEquals(0.2, result.number());
    assertEquals(-0.1, result.margin(), 1e-12);
  }

  @Test
  void meanIsTrueWhenItsIntervalIsOnTheRightSide() {
    arm("main", 4, 6);
    CheckResult result = judge("main.final('x')", Over.MEAN, Relation.AT_LEAST, 3);
    assertEquals(Verdict.TRUE, result.verdict());
    assertEquals(5, result.number());
    assertEquals(2, result.margin());
    assertEquals(new Interval(4, 6), result.interval());
  }

  @Test
  void meanIsUnderpoweredWhenItsIntervalCrossesTheThreshold() {
    arm("main", 4, 6);
    CheckResult result = judge("main.final('x')", Over.MEAN, Relation.AT_LEAST, 4.5);
    assertEquals(Verdict.UNDERPOWERED, result.verdict());
    assertEquals(0.5, result.margin());
    assertTrue(result.reason().contains("2 seeds"));
    assertEquals(
        Verdict.UNDERPOWERED, judge("main.final('x')", Over.MEAN, Relation.AT_MOST, 5).verdict());
  }

  @Test
  void meanThatMissesIsFalseHoweverWideItsInterval() {
    arm("main", 4, 6);
    CheckResult result = judge("main.final('x')", Over.MEAN, Relation.AT_LEAST, 5.5);
    assertEquals(Verdict.FALSE, result.verdict());
    assertEquals(-0.5, result.margin());
  }

  @Test
  void oneSeedIsJudgedByTheNumberAlone() {
    arm("main", 4);
    for (Over over : Over.values()) {
      String value = over.isOfAllSeeds() ? "mean(main.final('x'))" : "main.final('x')";
      CheckResult result = judge(value, over, Relation.AT_LEAST, 3.9);
      assertEquals(Verdict.TRUE, result.verdict());
      assertNull(result.interval());
      assertEquals(1, result.n());
      assertEquals(Verdict.FALSE, judge(value, over, Relation.AT_LEAST, 4.1).verdict());
    }
  }

  @Test
  void neverIsLaterThanAnyStep() {
    arm("slow", 1, 2);
    arm("fast", 1, 2);
    String ratio = "slow.first('x', '>=', 9) / fast.first('x', '>=', 1)";
    CheckResult result = judge(ratio, Over.MEAN, Relation.AT_LEAST, 2);
    assertEquals(Verdict.TRUE, result.verdict());
    assertEquals(NEVER, result.number());
    assertEquals(NEVER, result.margin());
    assertEquals(new Interval(NEVER, NEVER), result.interval());
    assertEquals(Verdict.FALSE, judge(ratio, Over.MEAN, Relation.AT_MOST, 2).verdict());
  }

  @Test
  void neverOverNeverIsFalseAndSaysWhy() {
    arm("slow", 1, 2);
    arm("fast", 1, 2);
    for (Over over : List.of(Over.EACH_SEED, Over.MEAN)) {
      for (Relation relation : List.of(Relation.AT_LEAST, Relation.AT_MOST)) {
        CheckResult result =
            judge("slow.first('x', '>=', 9) / fast.first('x', '>=', 9)", over, relation, 2);
        assertEquals(Verdict.FALSE, result.verdict());
        assertTrue(Double.isNaN(result.number()));
        assertTrue(Double.isNaN(result.margin()));
        assertTrue(result.reason().contains("NaN) for seed 10"), result.reason());
      }
    }
  }

  @Test
  void armsWithFewerSeedsStartAgain() {
    arm("many", 1, 2, 3, 4);
    arm("two", 10, 20);
    arm("one", 100);
    CheckResult result =
        judge(
            "many.final('x') + two.final('x') + one.final('x')",
            Over.EACH_SEED,
            Relation.AT_LEAST,
            0);
    assertEquals(
        List.of(111.0, 122.0, 113.0, 124.0),
        result.seeds().stream().map(CheckResult.SeedValue::value).toList());
    assertEquals(13, result.seeds().get(3).seed());
  }

  @Test
  void pooledComputesOnceFromAllSeeds() {
    arm("a", 1, 3);
    arm("b", 2, 6);
    CheckResult result =
        judge("mean(b.final('x')) / mean(a.final('x'))", Over.POOLED, Relation.AT_LEAST, 2);
    assertEquals(Verdict.TRUE, result.verdict());
    assertEquals(2, result.number());
    assertEquals(new Interval(2, 2), result.interval());
    assertEquals(2, result.n());

    arm("b", 6, 2);
    result = judge("mean(b.final('x')) / mean(a.final('x'))", Over.POOLED, Relation.AT_LEAST, 2);
    assertEquals(Verdict.UNDERPOWERED, result.verdict());
    // Resampling keeps the seeds of the arms together: 6 / 1 and 2 / 3 are its extremes.
    assertEquals(2.0 / 3, result.interval().low(), 1e-12);
    assertEquals(6, result.interval().high(), 1e-12);
    result =
        judge(
            "spearman(arms('*').final('x'), arms('*').at('x', arms('*').first('x', '>', 0)))",
            Over.POOLED,
            Relation.AT_LEAST,
            1);
    assertEquals(1, result.number());
  }

  /** A test over seeds has no interval of its own: 2 in units of the standard error 1. */
  @Test
  void onceComputesOnceAndDoesNotResample() {
    arm("a", 1, 3);
    String standardErrors = "mean(a.final('x')) / (std(a.final('x')) / sqrt(2))";
    CheckResult result = judge(standardErrors, Over.ONCE, Relation.AT_MOST, 2 + 1e-9);
    assertEquals(Verdict.TRUE, result.verdict());
    assertEquals(2, result.number(), 1e-12);
    assertNull(result.interval());
    assertEquals(2, result.n());
    assertEquals(Verdict.FALSE, judge(standardErrors, Over.ONCE, Relation.AT_MOST, 1.9).verdict());
  }

  @Test
  void pooledIsUnderpoweredWhenAResampleHasNoValue() {
    arm("a", 1, 3);
    CheckResult result =
        judge("pearson(a.final('x'), a.final('x'))", Over.POOLED, Relation.AT_LEAST, 0.9);
    assertEquals(Verdict.UNDERPOWERED, result.verdict());
    assertTrue(result.reason().contains("resamples"));
  }

  @Test
  void failedRunsCannotBeJudged() {
    arm("main", 4);
    arms.put(
        "broken",
        new ArmRuns("broken", List.of(new ArmRuns.Outcome(3, null, "the loss became NaN"))));
    CheckResult result = judge("main.final('x')", Over.EACH_SEED, Relation.AT_LEAST, 0);
    assertEquals(Verdict.FALSE, result.verdict());
    assertTrue(Double.isNaN(result.number()));
    assertEquals(
        "it could not be judged: the run of arm 'broken' with seed 3 failed (the loss became NaN)",
        result.reason());
  }

  @Test
  void missingSeriesCannotBeJudged() {
    arm("main", 4, 5);
    CheckResult result = judge("main.final('y')", Over.MEAN, Relation.AT_LEAST, 0);
    assertEquals(Verdict.FALSE, result.verdict());
    assertTrue(
        result
            .reason()
            .startsWith("it could not be judged: arm 'main' has no series 'y'; there are x"),
        result.reason());
  }

  @Test
  void conditionsAreNumbers() {
    arm("main", 4, 5);
    String both = "main.final('x') > 3 && main.initial('x') < 1";
    assertEquals(Verdict.TRUE, judge(both, Over.EACH_SEED, Relation.AT_LEAST, 1).verdict());
    assertEquals(
        Verdict.FALSE,
        judge("main.final('x') > 4", Over.EACH_SEED, Relation.AT_LEAST, 1).verdict());
  }

  @Test
  void thresholdsReadAsSentencesDo() {
    assertEquals("≥ 3", new Threshold(Relation.AT_LEAST, 3, 3).text());
    assertEquals("< 0.5", new Threshold(Relation.LESS_THAN, 0.5, 0.5).text());
    assertEquals("in [0.1, 2]", new Threshold(Relation.BETWEEN, 0.1, 2).text());
    assertEquals(0, new Threshold(Relation.AT_LEAST, NEVER, NEVER).margin(NEVER));
  }
}
