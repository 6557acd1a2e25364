package org.genlab.datasets.tasks;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What is asked of a task.
 *
 * @param parameters numbers that say what is wanted: a sum, a range, a rank
 * @param elements the numbers of the list
 */
record Question(List<Integer> parameters, List<Integer> elements) {
  Question {
    parameters = List.copyOf(parameters);
    elements = List.copyOf(elements);
  }

  static Question of(int[] elements, int... parameters) {
    return new Question(
        IntStream.of(parameters).boxed().toList(), Arrays.stream(elements).boxed().toList());
  }

  int size() {
    return elements.size();
  }

  int at(int i) {
    return elements.get(i);
  }

  int parameter(int i) {
    return parameters.get(i);
  }
}
