package org.genlab.architectures.nonparametric;

import java.util.Map;
import org.genlab.api.Randomness;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Split;
import org.genlab.api.model.FittedNetwork;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.State;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** The network of {@link FrequencyTable}. */
final class FrequencyTableNetwork implements FittedNetwork {
  private final int minimumCount;
  private final int vocabulary;
  private final int classes;
  private final ParameterLayout layout = ParameterLayout.builder().build();

  FrequencyTableNetwork(int minimumCount, int vocabulary, int classes) {
    this.minimumCount = minimumCount;
    this.vocabulary = vocabulary;
    this.classes = classes;
  }

  @Override
  public ParameterLayout layout() {
    return layout;
  }

  @Override
  public Parameters initialize(RandomStream random) {
    return new Parameters(layout, Tensor.zeros(0));
  }

  @Override
  public State fit(Split split, Randomness randomness) {
    if (split.size() == Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "frequency-table needs finitely many examples, and the split '"
              + split.name()
              + "' has no end");
    }
    Batch all = split.range(0, split.size());
    int[][] counts = new int[vocabulary][classes];
    int[] seen = new int[vocabulary];
    int[] total = new int[classes];
    for (int i = 0; i < all.size(); i++) {
      int token = all.tokens().at(i);
      int label = all.labels().at(i);
      counts[token][label]++;
      seen[token]++;
      total[label]++;
    }
    float[] logits = new float[Math.multiplyExact(vocabulary, classes)];
    for (int token = 0; token < vocabulary; token++) {
      boolean remembered = seen[token] >= minimumCount;
      int[] own = remembered ? counts[token] : total;
      double n = (remembered ? seen[token] : all.size()) + classes;
      for (int k = 0; k < classes; k++) {
        logits[token * classes + k] = (float) StrictMath.log((own[k] + 1) / n);
      }
    }
    return State.empty().with("logits", Tensor.of(logits, vocabulary, classes));
  }

  @Override
  public Output forward(Parameters parameters, Batch batch, Forward forward) {
    Tensor table =
        forward
            .buffer("logits")
            .orElseThrow(() -> new IllegalStateException("frequency-table has not been fitted"));
    return new Output(table.gather(batch.tokens().reshape(batch.size())), Map.of());
  }
}
