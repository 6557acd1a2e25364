package org.genlab.datasets.wrappers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.genlab.api.SettingException;
import org.genlab.tensor.random.RandomStream;

/**
 * The law of a noisy label given the true one: T[k][j] is the probability that class k is labelled
 * j; each row sums to 1.
 */
final class Transition {
  private static final double TOLERANCE = 1e-6;

  private final double[][] rows;

  private Transition(double[][] rows) {
    this.rows = rows;
  }

  /** T[k][j] = 1 / (C - 1) for j other than k: the noisy label is never the true one. */
  static Transition symmetric(int classes) {
    double[][] rows = new double[classes][classes];
    for (int k = 0; k < classes; k++) {
      for (int j = 0; j < classes; j++) {
        rows[k][j] = j == k ? 0 : 1.0 / (classes - 1);
      }
    }
    return new Transition(rows);
  }

  /** T[k][j] = 1 / C: the noisy label says nothing about the true one, and may be it. */
  static Transition uniform(int classes) {
    double[][] rows = new double[classes][classes];
    for (double[] row : rows) {
      Arrays.fill(row, 1.0 / classes);
    }
    return new Transition(rows);
  }

  /**
   * T[k][j] = (1 - s) / C, and s more for the class that k is confused with.
   *
   * @param confused for each class the one it is confused with
   * @param share s, how much of the noise goes there
   */
  static Transition pairs(int[] confused, double share) {
    int classes = confused.length;
    double[][] rows = new double[classes][classes];
    for (int k = 0; k < classes; k++) {
      Arrays.fill(rows[k], (1 - share) / classes);
      rows[k][confused[k]] += share;
    }
    return new Transition(rows);
  }

  /**
   * The transition that a setting lists.
   *
   * @throws SettingException when it is no square matrix of that many classes, or a row is no
   *     distribution
   */
  static Transition listed(String setting, List<List<Double>> matrix, int classes) {
    if (matrix.size() != classes) {
      throw new SettingException(
          setting, "must have a row for each of the " + classes + " classes, not " + matrix.size());
    }
    List<double[]> rows = new ArrayList<>();
    for (int k = 0; k < classes; k++) {
      double[] row = matrix.get(k).stream().mapToDouble(Double::doubleValue).toArray();
      double sum = 0;
      boolean valid = row.length == classes;
      for (double p : row) {
        valid &= p >= 0;
        sum += p;
      }
      if (!valid || Math.abs(sum - 1) > TOLERANCE) {
        throw new SettingException(
            setting,
            "must have rows of "
                + classes
                + " probabilities that sum to 1, and row "
                + k
                + " is "
                + matrix.get(k));
      }
      rows.add(row);
    }
    return new Transition(rows.toArray(double[][]::new));
  }

  /** The probability that a class is labelled as another one. */
  double probability(int truth, int label) {
    return rows[truth][label];
  }

  /** Draws a noisy label. */
  int draw(int truth, RandomStream random) {
    double[] row = rows[truth];
    double u = random.nextDouble();
    double below = 0;
    int last = truth;
    for (int j = 0; j < row.length; j++) {
      below += row[j];
      if (row[j] > 0) {
        last = j;
        if (u < below) {
          return j;
        }
      }
    }
    // Only rounding leads here: the row's sum fell short of 1.
    return last;
  }
}
