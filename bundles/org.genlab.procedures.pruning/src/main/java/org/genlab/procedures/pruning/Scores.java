package org.genlab.procedures.pruning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.genlab.api.Randomness;
import org.genlab.api.data.Batch;
import org.genlab.api.data.InputSpec;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Training;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Scope;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/**
 * The scores of a {@link Scorer}.
 *
 * @param scorer which
 * @param randomness for random scores
 */
record Scores(Scorer scorer, Randomness randomness) {
  /** Sequences a pass of SynFlow; fixed, so that sums are the same bits everywhere. */
  private static final int CHUNK = 256;

  /**
   * One score a value, the larger the more important.
   *
   * @param at the weights, 0 where they are pruned
   * @param loss the objective as a function of the weights that are left
   * @param round of pruning, from 1
   */
  float[] of(Training training, Parameters at, LossFunction loss, int round) {
    float[] scores =
        switch (scorer) {
          case MAGNITUDE -> at.flat().abs().toArray();
          case RANDOM -> random(at.flat().size(), round);
          case SNIP -> loss.evaluate(at).gradient().times(at.flat()).abs().toArray();
          case GRASP -> gradientFlow(at, loss);
          case SYNFLOW -> synapticFlow(training, at);
        };
    boolean any = false;
    for (float score : scores) {
      any |= score != 0;
      if (!Float.isFinite(score)) {
        throw new IllegalArgumentException(
            "the scorer '"
                + scorer.name().toLowerCase(Locale.ROOT)
                + "' gives a weight the score "
                + score
                + ", so that none can be chosen; smaller weights or another scorer would be right");
      }
    }
    if (!any) {
      throw new IllegalArgumentException(
          "the scorer '"
              + scorer.name().toLowerCase(Locale.ROOT)
              + "' gives every weight the score 0, so that none can be chosen; another scorer or a"
              + " larger share to keep would be right");
    }
    return scores;
  }

  private float[] random(int n, int round) {
    RandomStream stream = randomness.stream("scores", round);
    float[] scores = new float[n];
    for (int i = 0; i < n; i++) {
      scores[i] = stream.nextFloat();
    }
    return scores;
  }

  /** theta Hg. */
  private static float[] gradientFlow(Parameters at, LossFunction loss) {
    Tensor gradient = loss.evaluate(at).gradient();
    Tensor product =
        Gradients.hessianVector(theta -> loss.value(at.with(theta)), at.flat(), gradient);
    return at.flat().times(product).toArray();
  }

  /**
   * |theta| dR/d|theta|. In evaluation mode: batch normalisation would subtract the one example of
   * ones from itself, dropout would drop paths.
   */
  private static float[] synapticFlow(Training training, Parameters at) {
    Tensor magnitudes = at.flat().abs();
    double[] sums = new double[magnitudes.size()];
    for (Batch ones : ones(training.dataset().spec().input())) {
      try (Scope scope = Scope.open()) {
        Tensor theta = magnitudes.variable();
        Tensor flow = training.evaluate(training.model(), at.with(theta), ones).logits().sum();
        float[] gradient = Gradients.of(flow, theta).toArray();
        for (int i = 0; i < sums.length; i++) {
          sums[i] += gradient[i];
        }
      }
    }
    float[] scores = magnitudes.toArray();
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) Math.abs(scores[i] * sums[i]);
    }
    return scores;
  }

  /** An example of ones, or for tokens the sequences that repeat one token. */
  private static List<Batch> ones(InputSpec input) {
    if (input instanceof InputSpec.Values values) {
      int[] shape = new int[values.shape().size() + 1];
      shape[0] = 1;
      for (int i = 1; i < shape.length; i++) {
        shape[i] = values.shape().get(i - 1);
      }
      return List.of(Batch.of(1).with(Batch.INPUT, Tensor.ones(shape)));
    }
    if (input instanceof InputSpec.Tokens tokens) {
      List<Batch> batches = new ArrayList<>();
      for (int from = 0; from < tokens.vocabulary(); from += CHUNK) {
        int size = Math.min(CHUNK, tokens.vocabulary() - from);
        int[] sequences = new int[size * tokens.length()];
        for (int i = 0; i < size; i++) {
          Arrays.fill(sequences, i * tokens.length(), (i + 1) * tokens.length(), from + i);
        }
        batches.add(
            Batch.of(size).with(Batch.INPUT, IntTensor.of(sequences, size, tokens.length())));
      }
      return List.copyOf(batches);
    }
    throw new IllegalArgumentException(
        "the scorer 'synflow' needs inputs that are real numbers or tokens, and the dataset gives "
            + input);
  }
}
