package org.genlab.api.model;

import java.util.Arrays;
import org.genlab.api.data.Batch;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Scope;
import org.genlab.tensor.Tensor;

/**
 * Writes sequences token by token, each time the most probable one, with a model that says for each
 * position of a column of tokens which one comes next.
 *
 * @param column the integer column, [batch, length], in which the model reads what was written so
 *     far
 * @param start the token that stands before the first one
 * @param end the token after which nothing is written; negative for none
 * @param length the most tokens to be written
 */
public record GreedyDecoding(String column, int start, int end, int length) {
  /**
   * Writes an answer for each example.
   *
   * @param batch the other columns that the model reads
   * @return [batch, length]; -1 after the end
   */
  public IntTensor decode(Model model, Batch batch) {
    int n = batch.size();
    int[] written = new int[n * length];
    Arrays.fill(written, -1);
    boolean[] ended = new boolean[n];
    for (int t = 0; t < length && !allTrue(ended); t++) {
      int[] prefix = new int[n * (t + 1)];
      for (int i = 0; i < n; i++) {
        prefix[i * (t + 1)] = start;
        for (int k = 0; k < t; k++) {
          prefix[i * (t + 1) + k + 1] = written[i * length + k];
        }
      }
      try (Scope scope = Scope.open()) {
        Tensor logits = model.predict(batch.with(column, IntTensor.of(prefix, n, t + 1))).logits();
        IntTensor next = logits.slice(1, t, t + 1).argmax();
        for (int i = 0; i < n; i++) {
          if (!ended[i]) {
            written[i * length + t] = next.at(i);
            ended[i] = next.at(i) == end;
          }
        }
      }
    }
    return IntTensor.of(written, n, length);
  }

  private static boolean allTrue(boolean... values) {
    boolean all = true;
    for (boolean value : values) {
      all &= value;
    }
    return all;
  }
}
