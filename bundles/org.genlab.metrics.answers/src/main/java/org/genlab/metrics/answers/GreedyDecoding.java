package org.genlab.metrics.answers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.genlab.api.data.Batch;
import org.genlab.api.data.CheckedSplit;
import org.genlab.api.model.Model;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Scope;

/**
 * What a model answers when it always says the likeliest token next. The network reads the question
 * and what it said so far; all later tokens are hidden from it, replaced by the token that ends an
 * answer.
 */
final class GreedyDecoding {
  private static final int CHUNK = 256;

  private final Model model;
  private final int end;

  /**
   * @param model predicts a class, which is a token, for each position
   * @param end the token that ends an answer
   */
  GreedyDecoding(Model model, int end) {
    this.model = model;
    this.end = end;
  }

  /**
   * The answers to all questions of a split, without the token that ends them; nothing where the
   * model goes on talking past the last position.
   */
  static List<Optional<int[]>> answers(Model model, CheckedSplit split) {
    GreedyDecoding decoding = new GreedyDecoding(model, split.end());
    List<Optional<int[]>> answers = new ArrayList<>();
    for (int from = 0; from < split.size(); from += CHUNK) {
      answers.addAll(decoding.answers(split.range(from, Math.min(split.size(), from + CHUNK))));
    }
    return answers;
  }

  /**
   * The answers to the questions of a batch; each begins where its first target counts. Nothing
   * where an answer has not ended at the last position.
   */
  List<Optional<int[]>> answers(Batch batch) {
    int n = batch.size();
    int length = n == 0 ? 0 : batch.tokens().size() / n;
    int[][] tokens = new int[n][];
    int[] starts = new int[n];
    int[] said = new int[n];
    boolean[] ended = new boolean[n];
    for (int i = 0; i < n; i++) {
      int[] labels = Arrays.copyOfRange(batch.labels().toArray(), i * length, (i + 1) * length);
      starts[i] = IntStream.range(0, length).filter(p -> labels[p] >= 0).findFirst().orElse(length);
      tokens[i] = Arrays.copyOfRange(batch.tokens().toArray(), i * length, (i + 1) * length);
      Arrays.fill(tokens[i], Math.min(length, starts[i] + 1), length, end);
    }
    int[] open = IntStream.range(0, n).filter(i -> starts[i] < length).toArray();
    while (open.length > 0) {
      int[] next = next(batch, tokens, starts, said, open);
      List<Integer> still = new ArrayList<>();
      for (int j = 0; j < open.length; j++) {
        int i = open[j];
        if (next[j] == end) {
          ended[i] = true;
        } else {
          said[i]++;
          if (starts[i] + said[i] < length) {
            tokens[i][starts[i] + said[i]] = next[j];
            still.add(i);
          }
        }
      }
      open = still.stream().mapToInt(Integer::intValue).toArray();
    }
    List<Optional<int[]>> answers = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int from = Math.min(length, starts[i] + 1);
      answers.add(
          ended[i]
              ? Optional.of(Arrays.copyOfRange(tokens[i], from, from + said[i]))
              : Optional.empty());
    }
    return answers;
  }

  /** The likeliest next token of each open example. */
  private int[] next(Batch batch, int[][] tokens, int[] starts, int[] said, int... open) {
    try (Scope scope = Scope.open()) {
      int[] flat = Arrays.stream(open).flatMap(i -> Arrays.stream(tokens[i])).toArray();
      int length = flat.length / open.length;
      Batch asked = batch.select(open).with(Batch.INPUT, IntTensor.of(flat, open.length, length));
      int[] likeliest = model.predict(asked).logits().argmax().toArray();
      return IntStream.range(0, open.length)
          .map(j -> likeliest[j * length + starts[open[j]] + said[open[j]]])
          .toArray();
    }
  }
}
