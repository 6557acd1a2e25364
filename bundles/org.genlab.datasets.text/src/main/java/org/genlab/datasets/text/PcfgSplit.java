package org.genlab.datasets.text;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntFunction;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Split;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/**
 * Texts of a language; each is a function of its index.
 *
 * @param length words of a text
 * @param shuffled whether the words of a text stand in random order
 * @param random the random numbers of the text of that index
 */
record PcfgSplit(
    String name,
    int size,
    int length,
    Language language,
    boolean shuffled,
    IntFunction<RandomStream> random)
    implements Split {
  @Override
  public Batch batch(int... indices) {
    int n = indices.length;
    int[] input = new int[n * length];
    int[] target = new int[n * length];
    int[] wordClass = new int[n * length];
    int[] topics = new int[n];
    float[] entropy = new float[n * length];
    float[] logProbability = new float[n * length];
    for (int i = 0; i < n; i++) {
      RandomStream numbers = random.apply(Objects.checkIndex(indices[i], size));
      topics[i] = numbers.nextInt(language.topics());
      Language.Prefix prefix = language.begin();
      for (int t = i * length; t < (i + 1) * length; t++) {
        int word = prefix.draw(topics[i], numbers);
        target[t] = word;
        entropy[t] = (float) prefix.entropy();
        logProbability[t] = (float) StrictMath.log(prefix.probability(word));
        prefix.advance(word);
      }
      if (shuffled) {
        int[] order = numbers.permutation(length);
        int[] words = Arrays.copyOfRange(target, i * length, (i + 1) * length);
        for (int t = 0; t < length; t++) {
          target[i * length + t] = words[order[t]];
        }
      }
      // The word before a text is the full stop, 0.
      System.arraycopy(target, i * length, input, i * length + 1, length - 1);
    }
    for (int t = 0; t < target.length; t++) {
      wordClass[t] = language.lexicon().classOf(target[t]);
    }
    Batch batch =
        Batch.of(n)
            .with(Batch.INPUT, IntTensor.of(input, n, length))
            .with(Batch.TARGET, IntTensor.of(target, n, length))
            .with(Annotation.INDEX, IntTensor.of(indices, n))
            .with(TextColumns.WORD_CLASS, IntTensor.of(wordClass, n, length));
    if (language.topics() > 1) {
      batch = batch.with(Annotation.DOMAIN, IntTensor.of(topics, n));
    }
    if (!shuffled) {
      batch =
          batch
              .with(TextColumns.ENTROPY, Tensor.of(entropy, n, length))
              .with(TextColumns.LOG_PROBABILITY, Tensor.of(logProbability, n, length));
    }
    return batch;
  }
}
