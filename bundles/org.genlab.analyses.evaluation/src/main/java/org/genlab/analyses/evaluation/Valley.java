package org.genlab.analyses.evaluation;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/**
 * The gap between ID and OOD accuracy of one model as a function of the level.
 *
 * @param gaps the mean gap at each level, by level, ascending
 */
record Valley(SortedMap<Integer, Double> gaps) {
  /**
   * What one run measured of each group of examples.
   *
   * @param levels the level of each group
   * @param id accuracy of each group on ID examples
   * @param ood accuracy of each group on OOD examples
   */
  record Run(double[] levels, double[] id, double[] ood) {
    int level(int group) {
      return (int) Math.round(levels[group]);
    }

    double gap(int group) {
      return Math.max(id[group] - ood[group], 0);
    }
  }

  /** The mean over groups, then over runs. */
  static Valley of(List<Run> runs) {
    return of(runs, i -> i);
  }

  /**
   * The same with some groups in the place of others of their level: a bootstrap over tasks.
   *
   * @param chosen which group stands in the place of each
   */
  static Valley of(List<Run> runs, IntUnaryOperator chosen) {
    TreeMap<Integer, Double> sums = new TreeMap<>();
    for (Run run : runs) {
      TreeMap<Integer, double[]> means = new TreeMap<>();
      for (int g = 0; g < run.levels().length; g++) {
        double[] mean = means.computeIfAbsent(run.level(g), level -> new double[2]);
        mean[0] += run.gap(chosen.applyAsInt(g));
        mean[1]++;
      }
      means.forEach((level, m) -> sums.merge(level, m[0] / m[1] / runs.size(), Double::sum));
    }
    return new Valley(sums);
  }

  /** The level with the largest gap, the critical complexity; the lowest of equals. */
  int peak() {
    int peak = gaps.firstKey();
    for (int level : gaps.keySet()) {
      peak = gaps.get(level) > gaps.get(peak) ? level : peak;
    }
    return peak;
  }

  /** The mean of the levels, each weighted by its gap; NaN when there is no gap. */
  double centre() {
    double weighted = 0;
    double sum = 0;
    for (var entry : gaps.entrySet()) {
      weighted += entry.getKey() * entry.getValue();
      sum += entry.getValue();
    }
    return weighted / sum;
  }

  /**
   * By how much the largest gap of an inner level exceeds both that of the first and that of the
   * last level; negative when it does not.
   */
  double rise() {
    double ends = Math.max(gaps.get(gaps.firstKey()), gaps.get(gaps.lastKey()));
    double inner = Double.NEGATIVE_INFINITY;
    for (int level : gaps.keySet()) {
      if (level != gaps.firstKey() && level != gaps.lastKey()) {
        inner = Math.max(inner, gaps.get(level));
      }
    }
    return inner - ends;
  }
}
