package org.genlab.datasets.tasks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Choosing numbers of a list by their sum. */
final class Sums {
  /** How many sums a range has. */
  private static final int WIDTH = 10;

  /** What the sum must be. */
  enum Wanted {
    /** The first parameter. */
    SUM,
    /** Between the first and the second parameter, both included. */
    RANGE,
    MULTIPLE_OF_TEN
  }

  private Sums() {}

  /**
   * A question of which some {@code size} numbers are an answer.
   *
   * @return nothing when there is none, or a parameter has more digits than are written
   */
  static Optional<Question> drawn(Draw draw, int size, Wanted wanted) {
    int[] list = draw.list();
    int sum = IntStream.of(draw.places(size)).map(i -> list[i]).sum();
    return switch (wanted) {
      case SUM -> written(Question.of(list, sum));
      case RANGE -> {
        int from = Math.max(0, sum - draw.form().nextInt(WIDTH));
        yield written(Question.of(list, from, from + WIDTH - 1));
      }
      case MULTIPLE_OF_TEN -> sum % 10 == 0 ? Optional.of(Question.of(list)) : Optional.empty();
    };
  }

  private static Optional<Question> written(Question question) {
    return Optional.of(question)
        .filter(q -> q.parameters().stream().allMatch(p -> p <= Notation.LARGEST_PARAMETER));
  }

  /** The first right choice: of few numbers before many, then by places; empty if there is none. */
  static List<Integer> first(Question q, int least, int most, Wanted wanted) {
    for (int size = least; size <= Math.min(most, q.size()); size++) {
      Optional<List<Integer>> found =
          choices(q.size(), size)
              .map(places -> IntStream.of(places).mapToObj(q::at).toList())
              .filter(numbers -> fits(q, numbers, wanted))
              .findFirst();
      if (found.isPresent()) {
        return found.get();
      }
    }
    return List.of();
  }

  /** Whether an answer is a choice of numbers of the list, in any order, with such a sum. */
  static boolean isRight(Question q, List<Integer> answer, int least, int most, Wanted wanted) {
    List<Integer> left = new ArrayList<>(q.elements());
    return answer.size() >= least
        && answer.size() <= most
        && answer.stream().allMatch(number -> left.remove((Object) number))
        && fits(q, answer, wanted);
  }

  private static boolean fits(Question q, List<Integer> numbers, Wanted wanted) {
    int sum = numbers.stream().mapToInt(Integer::intValue).sum();
    return switch (wanted) {
      case SUM -> sum == q.parameter(0);
      case RANGE -> sum >= q.parameter(0) && sum <= q.parameter(1);
      case MULTIPLE_OF_TEN -> sum % 10 == 0;
    };
  }

  /** All choices of {@code size} of n places, ascending, in lexicographic order. */
  static Stream<int[]> choices(int n, int size) {
    if (size > n) {
      return Stream.empty();
    }
    return Stream.iterate(IntStream.range(0, size).toArray(), c -> c != null, c -> next(n, c));
  }

  private static int[] next(int n, int... choice) {
    int size = choice.length;
    int[] next = Arrays.copyOf(choice, size);
    for (int i = size - 1; i >= 0; i--) {
      if (next[i] < n - size + i) {
        next[i]++;
        for (int j = i + 1; j < size; j++) {
          next[j] = next[j - 1] + 1;
        }
        return next;
      }
    }
    return null;
  }
}
