package org.genlab.datasets.tasks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How questions and answers are written as tokens: the task, the parameters with three digits each,
 * the elements with two, an equals sign, the numbers of the answer with two.
 */
final class Notation {
  static final int EQUALS = 10;

  /** Ends an answer. */
  static final int END = 11;

  static final int PADDING = 12;

  /** The largest number that a parameter can be. */
  static final int LARGEST_PARAMETER = 999;

  private static final int FIRST_TASK = 13;

  static final int VOCABULARY = FIRST_TASK + Task.values().length;

  private Notation() {}

  static List<Integer> question(Task task, Question question) {
    List<Integer> tokens = new ArrayList<>();
    tokens.add(FIRST_TASK + task.number());
    question.parameters().forEach(p -> digits(p, 3, tokens));
    question.elements().forEach(e -> digits(e, 2, tokens));
    tokens.add(EQUALS);
    return tokens;
  }

  static List<Integer> answer(List<Integer> answer) {
    List<Integer> tokens = new ArrayList<>();
    answer.forEach(number -> digits(number, 2, tokens));
    return tokens;
  }

  private static void digits(int number, int count, List<Integer> tokens) {
    for (int unit = count == 3 ? 100 : 10; unit > 0; unit /= 10) {
      tokens.add(number / unit % 10);
    }
  }

  /** The numbers of an answer, or nothing when it is not made of numbers. */
  static Optional<List<Integer>> read(int... tokens) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < tokens.length; i += 2) {
      if (i + 1 == tokens.length || !isDigit(tokens[i]) || !isDigit(tokens[i + 1])) {
        return Optional.empty();
      }
      numbers.add(10 * tokens[i] + tokens[i + 1]);
    }
    return Optional.of(numbers);
  }

  private static boolean isDigit(int token) {
    return token >= 0 && token < 10;
  }

  /** Most tokens of a question and its answer, without the end. */
  static int most(Task task, int length, int cities) {
    int numbers = task.mostElements(length, cities) + task.mostAnswered(length, cities);
    return 2 + 3 * task.parameters() + 2 * numbers;
  }
}
