package org.genlab.metrics.geometry;

import jakarta.inject.Inject;
import java.util.Arrays;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;

/**
 * How far a classifier is an odd function: for each evaluated split {@code split/linear-agreement},
 * the share of its examples for which the network predicts the same class as its odd part f(x) -
 * f(-x), and {@code split/linear-accuracy}, the accuracy of the odd part.
 *
 * <p>As relu(z) - relu(-z) = z, the odd part of a two-layer ReLU network without biases, sum_j a_j
 * relu(w_j'x), is the linear classifier sum_j a_j w_j'x (Xu, Wang, Frei, Vardi and Hu, "Benign
 * overfitting and grokking in ReLU networks for XOR cluster data", arXiv 2310.02541, section 4.1);
 * that of a network with two such layers or more is not linear in general. Costs a second pass over
 * each split.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "linear-agreement",
    version = "1.0.0",
    summary =
        "Share of examples on which a network and its odd (linear) part predict the same class",
    source = "arXiv:2310.02541, section 4.1")
public final class LinearAgreement implements Metric {
  private static final int CHUNK = 1000;

  @Inject
  public LinearAgreement(Dataset dataset) {
    if (!(dataset.spec().input() instanceof InputSpec.Values)
        || !(dataset.spec().target() instanceof TargetSpec.Classes)) {
      throw new IllegalArgumentException(
          "linear-agreement needs real inputs and one class an example, and the dataset has "
              + dataset.spec().input()
              + " and "
              + dataset.spec().target());
    }
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    for (Split split : snapshot.splits()) {
      Batch examples = snapshot.predictions(split).examples();
      Tensor logits = snapshot.predictions(split).logits();
      int n = examples.size();
      int agreeing = 0;
      int right = 0;
      for (int from = 0; from < n; from += CHUNK) {
        int to = Math.min(n, from + CHUNK);
        Batch chunk = examples.select(range(from, to));
        Tensor there = logits.slice(0, from, to);
        Batch mirrored = chunk.with(Batch.INPUT, chunk.input().negate());
        Tensor back = snapshot.model().predict(mirrored).logits();
        IntTensor predicted = there.argmax();
        IntTensor odd = there.minus(back).argmax();
        for (int i = 0; i < to - from; i++) {
          agreeing += odd.at(i) == predicted.at(i) ? 1 : 0;
          right += odd.at(i) == chunk.labels().at(i) ? 1 : 0;
        }
      }
      recorder.number(split.name() + "/linear-agreement", (double) agreeing / n);
      recorder.number(split.name() + "/linear-accuracy", (double) right / n);
    }
  }

  private static int[] range(int from, int to) {
    int[] positions = new int[to - from];
    Arrays.setAll(positions, i -> from + i);
    return positions;
  }
}
