package org.genlab.datasets.tasks;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

/**
 * The twenty tasks and three auxiliary ones, by the time that the plain algorithm takes for a list
 * of n numbers (Qi et al., arXiv 2410.01769, section 3). A task draws questions, answers them, and
 * tells right from wrong; the answer taught is the first right one in the order of the places of
 * the list.
 */
enum Task {
  /** An auxiliary task: 0, 1 or 2 when the first number is less, equal or greater. */
  COMPARE(0) {
    @Override
    Optional<Question> draw(Draw draw) {
      return Optional.of(Question.of(draw.distinct(2)));
    }

    @Override
    List<Integer> answer(Question q) {
      return List.of(1 + Integer.signum(q.at(0) - q.at(1)));
    }
  },
  /** An auxiliary task: the sum of two numbers modulo 100. */
  ADD(0) {
    @Override
    Optional<Question> draw(Draw draw) {
      return Optional.of(Question.of(draw.distinct(2)));
    }

    @Override
    List<Integer> answer(Question q) {
      return List.of((q.at(0) + q.at(1)) % 100);
    }
  },
  /** An auxiliary task: the list itself. */
  COPY(0) {
    @Override
    Optional<Question> draw(Draw draw) {
      return Optional.of(Question.of(draw.list()));
    }

    @Override
    List<Integer> answer(Question q) {
      return q.elements();
    }
  },
  FIND_MINIMUM(1) {
    @Override
    Optional<Question> draw(Draw draw) {
      return Optional.of(Question.of(draw.list()));
    }

    @Override
    List<Integer> answer(Question q) {
      return List.of(q.elements().stream().min(Integer::compare).orElseThrow());
    }
  },
  FIND_MAXIMUM(1) {
    @Override
    Optional<Question> draw(Draw draw) {
      return Optional.of(Question.of(draw.list()));
    }

    @Override
    List<Integer> answer(Question q) {
      return List.of(q.elements().stream().max(Integer::compare).orElseThrow());
    }
  },
  /** The number that occurs most often: there is one that occurs two or three times. */
  FIND_MODE(1) {
    @Override
    Optional<Question> draw(Draw draw) {
      int[] pattern = IntStream.range(0, draw.length()).toArray();
      int[] places = draw.places(draw.length());
      int times = Math.min(draw.length(), 2 + draw.form().nextInt(2));
      for (int i = 1; i < times; i++) {
        pattern[places[i]] = places[0];
      }
      return Optional.of(Question.of(draw.patterned(pattern)));
    }

    @Override
    List<Integer> answer(Question q) {
      int mode = q.at(0);
      for (int candidate : q.elements()) {
        mode = times(q, candidate) > times(q, mode) ? candidate : mode;
      }
      return List.of(mode);
    }

    private long times(Question q, int number) {
      return q.elements().stream().filter(e -> e == number).count();
    }
  },
  /** The k-th largest number. */
  FIND_TOPK(2) {
    @Override
    Optional<Question> draw(Draw draw) {
      return Optional.of(Question.of(draw.list(), 1 + draw.form().nextInt(draw.length())));
    }

    @Override
    List<Integer> answer(Question q) {
      return List.of(sorted(q).get(q.size() - q.parameter(0)));
    }
  },
  TWO_SUM(2) {
    @Override
    Optional<Question> draw(Draw draw) {
      return Sums.drawn(draw, 2, Sums.Wanted.SUM);
    }

    @Override
    List<Integer> answer(Question q) {
      return Sums.first(q, 2, 2, Sums.Wanted.SUM);
    }

    @Override
    boolean accepts(Question q, List<Integer> answer) {
      return Sums.isRight(q, answer, 2, 2, Sums.Wanted.SUM);
    }
  },
  SORT_NUMBERS(2) {
    @Override
    Optional<Question> draw(Draw draw) {
      return Optional.of(Question.of(draw.list()));
    }

    @Override
    List<Integer> answer(Question q) {
      return sorted(q);
    }
  },
  /** Each number once, in the order of first occurrence; one or two occur again. */
  REMOVE_DUPLICATE_NUMBERS(2) {
    @Override
    Optional<Question> draw(Draw draw) {
      int[] pattern = IntStream.range(0, draw.length()).toArray();
      int[] places = draw.places(draw.length());
      int times = Math.min(draw.length() - 1, 1 + draw.form().nextInt(2));
      for (int i = 0; i < times; i++) {
        pattern[places[i]] = places[draw.length() - 1];
      }
      return Optional.of(Question.of(draw.patterned(pattern)));
    }

    @Override
    List<Integer> answer(Question q) {
      return List.copyOf(new LinkedHashSet<>(q.elements()));
    }
  },
  /** The longest run of neighbours that both halves of the list have. */
  LONGEST_COMMON_SUBARRAY(2) {
    @Override
    Optional<Question> draw(Draw draw) {
      int half = draw.length() / 2;
      int[] pattern = IntStream.range(0, 2 * half).toArray();
      int run = 1 + draw.form().nextInt(half);
      int from = draw.form().nextInt(half - run + 1);
      int to = half + draw.form().nextInt(half - run + 1);
      for (int i = 0; i < run; i++) {
        pattern[to + i] = from + i;
      }
      return Optional.of(Question.of(draw.patterned(pattern)));
    }

    @Override
    List<Integer> answer(Question q) {
      List<Integer> left = q.elements().subList(0, q.size() / 2);
      List<Integer> right = q.elements().subList(q.size() / 2, q.size());
      return longest(
          left.size(), (i, j) -> Collections.indexOfSubList(right, left.subList(i, j)) >= 0, left);
    }

    @Override
    boolean accepts(Question q, List<Integer> answer) {
      return answer.size() == answer(q).size()
          && Collections.indexOfSubList(q.elements().subList(0, q.size() / 2), answer) >= 0
          && Collections.indexOfSubList(q.elements().subList(q.size() / 2, q.size()), answer) >= 0;
    }
  },
  /** The longest run of successive integers among the numbers, ascending; of two or more. */
  LONGEST_CONSECUTIVE_ELEMENTS(3) {
    @Override
    Optional<Question> draw(Draw draw) {
      Question q = Question.of(draw.list());
      return answer(q).size() > 1 ? Optional.of(q) : Optional.empty();
    }

    @Override
    List<Integer> answer(Question q) {
      List<Integer> sorted = sorted(q);
      return longest(
          sorted.size(), (i, j) -> sorted.get(j - 1) - sorted.get(i) == j - i - 1, sorted);
    }

    @Override
    boolean accepts(Question q, List<Integer> answer) {
      return answer.size() == answer(q).size()
          && q.elements().containsAll(answer)
          && IntStream.range(1, answer.size())
              .allMatch(i -> answer.get(i) == answer.get(i - 1) + 1);
    }
  },
  LONGEST_INCREASING_SUBSEQUENCE(3) {
    @Override
    Optional<Question> draw(Draw draw) {
      return Optional.of(Question.of(draw.list()));
    }

    @Override
    List<Integer> answer(Question q) {
      List<Integer> best = List.of();
      for (int size = q.size(); size > 0 && best.isEmpty(); size--) {
        best =
            Sums.choices(q.size(), size)
                .map(places -> IntStream.of(places).mapToObj(q::at).toList())
                .filter(Task::increases)
                .findFirst()
                .orElse(List.of());
      }
      return best;
    }

    @Override
    boolean accepts(Question q, List<Integer> answer) {
      int next = 0;
      for (int element : q.elements()) {
        next += next < answer.size() && answer.get(next) == element ? 1 : 0;
      }
      return next == answer.size() && increases(answer) && answer.size() == answer(q).size();
    }
  },
  THREE_SUM(3, 3, 3, Sums.Wanted.SUM),
  THREE_SUM_IN_RANGE(3, 3, 3, Sums.Wanted.RANGE),
  THREE_SUM_MULTIPLE_TEN(3, 3, 3, Sums.Wanted.MULTIPLE_OF_TEN),
  FOUR_SUM(4, 4, 4, Sums.Wanted.SUM),
  FOUR_SUM_IN_RANGE(4, 4, 4, Sums.Wanted.RANGE),
  FOUR_SUM_MULTIPLE_TEN(4, 4, 4, Sums.Wanted.MULTIPLE_OF_TEN),
  /** Two or more numbers of the list with a sum; likewise the next two. */
  SUBSET_SUM(5, 2, Integer.MAX_VALUE, Sums.Wanted.SUM),
  SUBSET_SUM_IN_RANGE(5, 2, Integer.MAX_VALUE, Sums.Wanted.RANGE),
  SUBSET_SUM_MULTIPLE_TEN(5, 2, Integer.MAX_VALUE, Sums.Wanted.MULTIPLE_OF_TEN),
  /**
   * The shortest round trip through all cities. The elements are the distances between cities 0 and
   * 1, 0 and 2, ..., 1 and 2, ...; the answer lists the cities.
   */
  TRAVELLING_SALESMAN(5) {
    @Override
    Optional<Question> draw(Draw draw) {
      return Optional.of(Question.of(draw.distinct(Tours.distances(draw.cities()))));
    }

    @Override
    List<Integer> answer(Question q) {
      return Tours.shortest(q);
    }

    @Override
    boolean accepts(Question q, List<Integer> answer) {
      return Tours.isTour(q, answer) && Tours.length(q, answer) == Tours.length(q, answer(q));
    }
  };

  private static final List<Task> ALL = List.of(values());

  private final int level;
  private final int least;
  private final int most;
  private final Sums.Wanted wanted;

  Task(int level) {
    this(level, 0, 0, null);
  }

  Task(int level, int least, int most, Sums.Wanted wanted) {
    this.level = level;
    this.least = least;
    this.most = most;
    this.wanted = wanted;
  }

  /** The number by which the task is known in data, from 0. */
  int number() {
    return ALL.indexOf(this);
  }

  /** The complexity level, 1 (linear time) to 5 (exponential time); 0 for auxiliary tasks. */
  int level() {
    return level;
  }

  /**
   * Draws a question.
   *
   * @return nothing when what was drawn has no answer; the next draw may have
   */
  Optional<Question> draw(Draw draw) {
    int size =
        most == least ? least : least + draw.form().nextInt(Math.max(1, draw.length() - least));
    return Sums.drawn(draw, size, wanted);
  }

  /** The answer that is taught. */
  List<Integer> answer(Question q) {
    return Sums.first(q, least, most, wanted);
  }

  /** Most numbers of a question, parameters counted apart. */
  int mostElements(int length, int cities) {
    return this == TRAVELLING_SALESMAN ? Tours.distances(cities) : length;
  }

  /** Most numbers of an answer. */
  int mostAnswered(int length, int cities) {
    return this == TRAVELLING_SALESMAN ? cities : wanted == null ? length : Math.min(most, length);
  }

  /** How many parameters a question has. */
  int parameters() {
    return this == FIND_TOPK || wanted == Sums.Wanted.SUM ? 1 : wanted == Sums.Wanted.RANGE ? 2 : 0;
  }

  /** Whether an answer is right; tasks with one right answer need not override it. */
  boolean accepts(Question q, List<Integer> answer) {
    return wanted == null ? answer.equals(answer(q)) : Sums.isRight(q, answer, least, most, wanted);
  }

  /** The name in experiment files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static List<Integer> sorted(Question q) {
    return q.elements().stream().sorted().toList();
  }

  private static boolean increases(List<Integer> list) {
    return IntStream.range(1, list.size()).allMatch(i -> list.get(i) > list.get(i - 1));
  }

  /** The first of the longest parts [from, to) of a list that satisfy a condition. */
  private static List<Integer> longest(
      int size, BiPredicate<Integer, Integer> condition, List<Integer> list) {
    for (int length = size; length > 0; length--) {
      for (int from = 0; from + length <= size; from++) {
        if (condition.test(from, from + length)) {
          return list.subList(from, from + length);
        }
      }
    }
    return List.of();
  }
}
