package org.genlab.datasets.tasks;

import java.util.Arrays;
import java.util.List;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.CheckedSplit;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;

/** Questions with their answers as sequences of one length. */
final class TaskSplit implements CheckedSplit {
  /** A question of a task. */
  record Example(Task task, Question question) {}

  private final String name;
  private final List<Example> examples;
  private final int[] levels;
  private final int length;

  /**
   * @param levels the complexity level of each task, by its number
   * @param length tokens of a sequence
   */
  TaskSplit(String name, List<Example> examples, int[] levels, int length) {
    this.name = name;
    this.examples = List.copyOf(examples);
    this.levels = levels.clone();
    this.length = length;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return examples.size();
  }

  Example example(int index) {
    return examples.get(index);
  }

  @Override
  public Batch batch(int... indices) {
    int n = indices.length;
    int[] tokens = new int[n * length];
    int[] targets = new int[n * length];
    int[] task = new int[n];
    float[] level = new float[n];
    Arrays.fill(tokens, Notation.PADDING);
    Arrays.fill(targets, -1);
    for (int i = 0; i < n; i++) {
      Example example = examples.get(indices[i]);
      List<Integer> question = Notation.question(example.task(), example.question());
      List<Integer> answer = Notation.answer(example.task().answer(example.question()));
      int at = i * length;
      for (int token : question) {
        tokens[at++] = token;
      }
      for (int token : answer) {
        targets[at - 1] = token;
        tokens[at++] = token;
      }
      targets[at - 1] = Notation.END;
      task[i] = example.task().number();
      level[i] = levels[task[i]];
    }
    return Batch.of(n)
        .with(Batch.INPUT, IntTensor.of(tokens, n, length))
        .with(Batch.TARGET, IntTensor.of(targets, n, length))
        .with(Annotation.INDEX, IntTensor.of(indices, n))
        .with(Annotation.TASK, IntTensor.of(task, n))
        .with(Annotation.DIFFICULTY, Tensor.of(level, n));
  }

  @Override
  public int end() {
    return Notation.END;
  }

  @Override
  public boolean isRight(int index, int... answer) {
    Example example = examples.get(index);
    return Notation.read(answer)
        .filter(numbers -> example.task().accepts(example.question(), numbers))
        .isPresent();
  }
}
