package org.genlab.datasets.algorithmic;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntBinaryOperator;
import org.genlab.api.SettingException;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.tensor.random.RandomStream;

/**
 * The table of a binary operation on a finite set: one row for each pair (a, b) for which a o b is
 * defined, in ascending order of (a, b).
 *
 * <p>A row becomes the four tokens {@code a o b =}; the elements of the set are the tokens 0 ...
 * n-1, the operator is n, the equals sign n+1.
 */
final class OperationTable {
  /** Tokens of one row. */
  static final int LENGTH = 4;

  private final int elements;
  private final int[] left;
  private final int[] right;
  private final int[] answers;

  private OperationTable(int elements, int[] left, int[] right, int[] answers) {
    this.elements = elements;
    this.left = left;
    this.right = right;
    this.answers = answers;
  }

  /**
   * Writes out a table.
   *
   * @param elements the size n of the set
   * @param pairs with {@link Pairs#UNORDERED}, rows with a greater than b are left out
   * @param operation the result in [0, n), or a negative number where it is not defined
   */
  static OperationTable of(int elements, Pairs pairs, IntBinaryOperator operation) {
    int[] left = new int[elements * elements];
    int[] right = new int[elements * elements];
    int[] answers = new int[elements * elements];
    int n = 0;
    for (int a = 0; a < elements; a++) {
      for (int b = pairs == Pairs.UNORDERED ? a : 0; b < elements; b++) {
        int c = operation.applyAsInt(a, b);
        if (c >= 0) {
          left[n] = a;
          right[n] = b;
          answers[n] = c;
          n++;
        }
      }
    }
    return new OperationTable(
        elements, Arrays.copyOf(left, n), Arrays.copyOf(right, n), Arrays.copyOf(answers, n));
  }

  /** The same rows with answers drawn uniformly from the set, each by itself. */
  OperationTable withRandomAnswers(RandomStream random) {
    int[] drawn = new int[answers.length];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = random.nextInt(elements);
    }
    return new OperationTable(elements, left, right, drawn);
  }

  int rows() {
    return answers.length;
  }

  int left(int row) {
    return left[row];
  }

  int right(int row) {
    return right[row];
  }

  int answer(int row) {
    return answers[row];
  }

  int operator() {
    return elements;
  }

  int equalsSign() {
    return elements + 1;
  }

  DataSpec spec() {
    return new DataSpec(
        new InputSpec.Tokens(elements + 2, LENGTH),
        new TargetSpec.Classes(elements),
        Map.of("chance", 1.0 / elements, "rows", (double) rows()));
  }

  /**
   * Deals the rows out to {@code train} and {@code validation}. With the same random numbers the
   * training rows of a smaller fraction are among those of a larger one.
   *
   * @param trainFraction share of the units (rows, or pairs of mirrored rows) that is trained on
   * @param corrupted share of the training rows that are taught a uniformly random answer
   * @throws SettingException when a split would be empty
   */
  List<Split> split(
      Pairs pairs,
      double trainFraction,
      RandomStream random,
      double corrupted,
      RandomStream corruption) {
    List<int[]> units = units(pairs);
    int chosen = (int) Math.floor(trainFraction * units.size() + 0.5);
    if (chosen == 0 || chosen == units.size()) {
      throw new SettingException(
          "trainFraction",
          "leaves the "
              + (chosen == 0 ? "training" : "validation")
              + " split empty: "
              + new BigDecimal(Double.toString(trainFraction)).toPlainString()
              + " of the table's "
              + units.size()
              + (pairs == Pairs.SYMMETRIC ? " groups of mirrored rows" : " rows")
              + " is "
              + chosen
              + "; it must leave at least one on each side");
    }
    int[] order = random.permutation(units.size());
    int[] train = collect(units, order, 0, chosen);
    int[] validation = collect(units, order, chosen, units.size());
    return List.of(
        new TableSplit(Dataset.TRAIN, this, train, taught(train, corrupted, corruption)),
        new TableSplit(Dataset.VALIDATION, this, validation, answersOf(validation)));
  }

  private List<int[]> units(Pairs pairs) {
    int[] rowOf = new int[elements * elements];
    Arrays.fill(rowOf, -1);
    for (int row = 0; row < rows(); row++) {
      rowOf[left[row] * elements + right[row]] = row;
    }
    List<int[]> units = new ArrayList<>();
    for (int row = 0; row < rows(); row++) {
      int mirror = rowOf[right[row] * elements + left[row]];
      if (pairs != Pairs.SYMMETRIC || mirror == row || mirror < 0) {
        units.add(new int[] {row});
      } else if (row < mirror) {
        units.add(new int[] {row, mirror});
      }
    }
    return units;
  }

  private static int[] collect(List<int[]> units, int[] order, int from, int to) {
    return Arrays.stream(order, from, to)
        .flatMap(i -> Arrays.stream(units.get(i)))
        .sorted()
        .toArray();
  }

  private int[] answersOf(int[] rows) {
    return Arrays.stream(rows).map(row -> answers[row]).toArray();
  }

  private int[] taught(int[] rows, double corrupted, RandomStream corruption) {
    int[] result = answersOf(rows);
    int count = (int) Math.floor(corrupted * rows.length + 0.5);
    if (count > 0) {
      int[] order = corruption.permutation(rows.length);
      for (int i = 0; i < count; i++) {
        result[order[i]] = corruption.nextInt(elements);
      }
    }
    return result;
  }
}
