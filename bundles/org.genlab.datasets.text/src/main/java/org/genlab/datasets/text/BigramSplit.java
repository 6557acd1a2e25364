package org.genlab.datasets.text;

import java.util.Objects;
import java.util.function.IntFunction;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Split;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/**
 * Sequences of a Markov chain; each is a function of its index.
 *
 * @param even whether the sequence of index i starts at token i modulo the vocabulary; else at a
 *     random one
 * @param random the random numbers of the sequence of that index
 */
record BigramSplit(
    String name,
    int size,
    int length,
    BigramTable table,
    boolean even,
    IntFunction<RandomStream> random)
    implements Split {
  @Override
  public Batch batch(int... indices) {
    int n = indices.length;
    int vocabulary = table.vocabulary();
    int[] input = new int[n * length];
    int[] target = new int[n * length];
    float[] entropy = new float[n * length];
    float[] logProbability = new float[n * length];
    for (int i = 0; i < n; i++) {
      RandomStream numbers = random.apply(Objects.checkIndex(indices[i], size));
      int context = even ? indices[i] % vocabulary : numbers.nextInt(vocabulary);
      for (int t = i * length; t < (i + 1) * length; t++) {
        input[t] = context;
        target[t] = table.draw(context, numbers);
        entropy[t] = (float) table.entropy(context);
        logProbability[t] = (float) StrictMath.log(table.probability(context, target[t]));
        context = target[t];
      }
    }
    Batch batch =
        Batch.of(n)
            .with(Batch.INPUT, IntTensor.of(input, n, length))
            .with(Batch.TARGET, IntTensor.of(target, n, length))
            .with(Annotation.INDEX, IntTensor.of(indices, n))
            .with(TextColumns.ENTROPY, Tensor.of(entropy, n, length))
            .with(TextColumns.LOG_PROBABILITY, Tensor.of(logProbability, n, length));
    if (!even || length > 1) {
      return batch;
    }
    float[] probabilities = new float[n * vocabulary];
    for (int i = 0; i < n; i++) {
      for (int token = 0; token < vocabulary; token++) {
        probabilities[i * vocabulary + token] = (float) table.probability(input[i], token);
      }
    }
    return batch.with(TextColumns.PROBABILITIES, Tensor.of(probabilities, n, 1, vocabulary));
  }
}
