package org.genlab.datasets.algorithmic;

import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Split;
import org.genlab.tensor.IntTensor;

/**
 * Examples that are made when they are asked for: pairs of integers in digits, and the class of
 * their answer.
 *
 * @param size {@link Integer#MAX_VALUE} for a stream
 * @param digits how pairs are written
 * @param pairs the pair of each index
 * @param answer the class of a pair
 */
record DigitSplit(
    String name,
    int size,
    DigitPairs digits,
    IntFunction<DigitPairs.Pair> pairs,
    ToIntFunction<DigitPairs.Pair> answer)
    implements Split {
  @Override
  public Batch batch(int... indices) {
    int n = indices.length;
    int length = digits.length();
    int[] tokens = new int[n * length];
    int[] target = new int[n];
    for (int i = 0; i < n; i++) {
      DigitPairs.Pair pair = pairs.apply(Objects.checkIndex(indices[i], size));
      digits.write(pair, tokens, i * length);
      target[i] = answer.applyAsInt(pair);
    }
    return Batch.of(n)
        .with(Batch.INPUT, IntTensor.of(tokens, n, length))
        .with(Batch.TARGET, IntTensor.of(target, n))
        .with(Annotation.INDEX, IntTensor.of(indices, n));
  }
}
