package org.genlab.study;

import java.util.List;

/**
 * One check of a claim, judged.
 *
 * @param value the expression
 * @param over how seeds were dealt with
 * @param threshold what the number had to meet
 * @param verdict of this check
 * @param number the number judged; NaN when there is none
 * @param interval the 95 % interval over seeds, or null where there is none: with one seed, and for
 *     {@link Over#EACH_SEED}
 * @param margin how far the number is on the right side of the threshold; negative when it misses
 * @param seeds the number of each seed; empty for {@link Over#POOLED} and when a run is missing
 * @param n over how many seeds it was judged
 * @param reason a sentence where the verdict needs one: why there is no number, why it is
 *     underpowered; empty otherwise
 */
public record CheckResult(
    String value,
    Over over,
    Threshold threshold,
    Verdict verdict,
    double number,
    Interval interval,
    double margin,
    List<SeedValue> seeds,
    int n,
    String reason) {
  public CheckResult {
    seeds = List.copyOf(seeds);
  }

  /** The number of one seed. */
  public record SeedValue(long seed, double value) {}
}
