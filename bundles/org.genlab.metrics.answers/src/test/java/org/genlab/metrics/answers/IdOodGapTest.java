package org.genlab.metrics.answers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.CheckedSplit;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.History;
import org.genlab.api.evaluation.Metric.When;
import org.genlab.api.evaluation.Predictions;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.Model;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Objective;
import org.genlab.tck.Findings;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.junit.jupiter.api.Test;

class IdOodGapTest {
  private static final int VOCABULARY = 8;
  private static final int END = 7;
  private static final int LENGTH = 5;

  /**
   * Questions of one or two tokens, the true answers hidden behind 1s.
   *
   * @param lengths of the answers that are right
   */
  private record Questions(String name, int[][] questions, int[] groups, int... lengths)
      implements CheckedSplit {
    @Override
    public int size() {
      return questions.length;
    }

    @Override
    public Batch batch(int... indices) {
      int n = indices.length;
      int[] tokens = new int[n * LENGTH];
      int[] labels = new int[n * LENGTH];
      Arrays.fill(labels, -1);
      int[] task = new int[n];
      float[] level = new float[n];
      for (int i = 0; i < n; i++) {
        int[] question = questions[indices[i]];
        Arrays.fill(tokens, i * LENGTH, (i + 1) * LENGTH, 1);
        System.arraycopy(question, 0, tokens, i * LENGTH, question.length);
        labels[i * LENGTH + question.length - 1] = 1;
        labels[i * LENGTH + question.length] = END;
        task[i] = groups[indices[i]];
        level[i] = task[i] < 5 ? 1 : 2;
      }
      return Batch.of(n)
          .with(Batch.INPUT, IntTensor.of(tokens, n, LENGTH))
          .with(Batch.TARGET, IntTensor.of(labels, n, LENGTH))
          .with(Annotation.TASK, IntTensor.of(task, n))
          .with(Annotation.DIFFICULTY, Tensor.of(level, n));
    }

    @Override
    public int end() {
      return END;
    }

    @Override
    public boolean isRight(int index, int... answer) {
      return answer.length == lengths[index];
    }
  }

  private record Classes(String name, int... labels) implements Split {
    @Override
    public int size() {
      return labels.length;
    }

    @Override
    public Batch batch(int... indices) {
      int n = indices.length;
      int[] tokens = Arrays.stream(indices).map(i -> i % VOCABULARY).toArray();
      int[] target = Arrays.stream(indices).map(i -> labels[i]).toArray();
      return Batch.of(n)
          .with(Batch.INPUT, IntTensor.of(tokens, n, 1))
          .with(Batch.TARGET, IntTensor.of(target, n));
    }
  }

  private record Data(DataSpec spec, List<Split> splits) implements Dataset {}

  private record Moment(Dataset dataset, Model model) implements Snapshot {
    @Override
    public long step() {
      return 0;
    }

    @Override
    public Parameters initialParameters() {
      throw new AssertionError();
    }

    @Override
    public List<Split> splits() {
      return List.of();
    }

    /** The losses of a split are 1, 2, 3 ... by its place among the splits. */
    @Override
    public Predictions predictions(Split split) {
      Batch batch = split.range(0, split.size());
      float[] losses = new float[split.size()];
      Arrays.fill(losses, 1 + dataset.splits().indexOf(split));
      return new Predictions(
          batch, model.predict(batch).logits(), Tensor.of(losses, losses.length));
    }

    @Override
    public Objective objective() {
      throw new AssertionError();
    }

    @Override
    public LossFunction loss(Batch batch) {
      throw new AssertionError();
    }

    @Override
    public History history() {
      throw new AssertionError();
    }
  }

  private static Data data(boolean classes, Split id, Split ood) {
    return new Data(
        new DataSpec(
            new InputSpec.Tokens(VOCABULARY, classes ? 1 : LENGTH),
            classes
                ? new TargetSpec.Classes(VOCABULARY)
                : new TargetSpec.ClassPerPosition(VOCABULARY)),
        List.of(id, ood));
  }

  private static Map<String, Object> measure(Dataset data, Model model) {
    Findings findings = new Findings();
    new IdOodGap(new IdOodGap.Settings("id", "ood", "task", When.END), data)
        .measure(new Moment(data, model), findings);
    Map<String, Object> recorded = new LinkedHashMap<>(findings.numbers());
    recorded.putAll(findings.arrays());
    return recorded;
  }

  @Test
  void answersAreDecodedTokenByTokenWithoutTheTrueOnes() {
    Questions questions =
        new Questions(
            "id",
            new int[][] {{4}, {2, 5}, {6}, {0, 3}, {2}, {2, 2}},
            new int[] {0, 0, 0, 0, 0, 0},
            0,
            0,
            0,
            0,
            0,
            0);
    List<Optional<int[]>> answers =
        GreedyDecoding.answers(new Counter(VOCABULARY, false), questions);
    assertArrayEquals(new int[] {5, 6}, answers.get(0).orElseThrow());
    assertArrayEquals(new int[] {6}, answers.get(1).orElseThrow());
    assertArrayEquals(new int[] {}, answers.get(2).orElseThrow(), "the end at once");
    assertArrayEquals(new int[] {4, 5, 6}, answers.get(3).orElseThrow());
    assertArrayEquals(new int[] {3, 4, 5, 6}, answers.get(4).orElseThrow(), "up to the length");
    assertEquals(Optional.empty(), answers.get(5), "goes on at the last position");
    for (int i = 0; i < 6; i++) {
      Batch alone = questions.batch(i);
      assertArrayEquals(
          answers.get(i).orElse(new int[] {-1}),
          new GreedyDecoding(new Counter(VOCABULARY, false), END)
              .answers(alone)
              .get(0)
              .orElse(new int[] {-1}));
    }
  }

  /** After 2, 2 come 3, 4, 5 up to the last position, and there a 6 instead of the end. */
  @Test
  void anAnswerThatDoesNotEndIsWrong() {
    Questions id = new Questions("id", new int[][] {{2}, {0, 3}}, new int[] {0, 0}, 4, 3);
    Questions ood = new Questions("ood", new int[][] {{2, 2}, {0, 3}}, new int[] {0, 0}, 3, 3);
    Map<String, Object> found = measure(data(false, id, ood), new Counter(VOCABULARY, false));
    assertEquals(1.0, found.get("id-ood-gap/id"));
    assertEquals(0.5, found.get("id-ood-gap/ood"));
  }

  @Test
  void theGapIsTheMeanOverGroups() {
    // Counting on from 4, 5 and 6 gives answers of 2, 1 and 0 tokens.
    Questions id =
        new Questions(
            "id",
            new int[][] {{4}, {4}, {5}, {6}, {6}, {6}, {4}},
            new int[] {3, 3, 4, 9, 9, 9, 11},
            2,
            2,
            1,
            0,
            0,
            8,
            2);
    Questions ood =
        new Questions("ood", new int[][] {{4}, {4}, {5}, {6}}, new int[] {3, 3, 4, 9}, 2, 8, 1, 0);
    Map<String, Object> found = measure(data(false, id, ood), new Counter(VOCABULARY, false));
    // Groups 3, 4, 9: ID 1, 1, 2/3; OOD 1/2, 1, 1. Group 11 has no OOD examples.
    assertEquals((1 + 1 + 2.0 / 3) / 3, (double) found.get("id-ood-gap/id"), 1e-12);
    assertEquals((0.5 + 1 + 1) / 3, (double) found.get("id-ood-gap/ood"), 1e-12);
    assertEquals(0.5 / 3, (double) found.get("id-ood-gap/gap"), 1e-12);
    assertEquals(0.5 / (8.0 / 3), (double) found.get("id-ood-gap/relative"), 1e-12);
    assertEquals(2.5 / (8.0 / 3), (double) found.get("id-ood-gap/ratio"), 1e-12);
    assertEquals(1, (double) found.get("id-ood-gap/loss"), 1e-12);
    assertEquals(0.25, (double) found.get("id-ood-gap/gap-level-1"), 1e-12);
    assertEquals(0.0, (double) found.get("id-ood-gap/gap-level-2"), 1e-12);
    assertEquals(1.0, (double) found.get("id-ood-gap/ood-level-2"), 1e-12);
    assertArrayEquals(new double[] {3, 4, 9}, (double[]) found.get("id-ood-gap/groups"));
    assertArrayEquals(new double[] {1, 1, 2.0 / 3}, (double[]) found.get("id-ood-gap/group-id"));
    assertArrayEquals(new double[] {0.5, 1, 1}, (double[]) found.get("id-ood-gap/group-ood"));
    assertArrayEquals(new double[] {1, 1, 2}, (double[]) found.get("id-ood-gap/group-levels"));
  }

  @Test
  void classesAreComparedWithPredictions() {
    // After the token i, i + 1 is said.
    Map<String, Object> found =
        measure(
            data(true, new Classes("id", 1, 2, 3, 0), new Classes("ood", 1, 0, 0, 0)),
            new Counter(VOCABULARY, true));
    assertEquals(0.75, (double) found.get("id-ood-gap/id"), 1e-12);
    assertEquals(0.25, (double) found.get("id-ood-gap/ood"), 1e-12);
    assertEquals(0.5, (double) found.get("id-ood-gap/gap"), 1e-12);
    assertEquals(1.0 / 3, (double) found.get("id-ood-gap/ratio"), 1e-12);
    assertFalse(found.containsKey("id-ood-gap/groups"));
  }

  @Test
  void whatCannotBeComparedIsRefused() {
    Data data = data(true, new Classes("id", 1), new Classes("test", 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> new IdOodGap(new IdOodGap.Settings("id", "ood", "task", When.END), data));
    Data numbers =
        new Data(
            new DataSpec(new InputSpec.Tokens(3, 1), new TargetSpec.Values(List.of(1))),
            List.of(new Classes("id", 1), new Classes("ood", 1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new IdOodGap(new IdOodGap.Settings("id", "ood", "task", When.END), numbers));
  }
}
