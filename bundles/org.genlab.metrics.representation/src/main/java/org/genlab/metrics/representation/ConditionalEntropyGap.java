package org.genlab.metrics.representation;

import jakarta.inject.Inject;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Predictions;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Scope;

/**
 * The cross-entropy of a model minus the conditional entropy of its data, in nats: what the model
 * has still to learn, KL(source || model). The series {@code split/conditional-entropy-gap} of each
 * evaluated split, a mean over the targets that count.
 *
 * <p>Uses what the dataset tells of its law, the most exact first:
 *
 * <ol>
 *   <li>a column {@code probabilities}, P(. | input) of the shape of the logits: the divergence
 *       itself, whatever the targets are;
 *   <li>a column {@code log-probability}, ln P(target | input) of the shape of the targets: the
 *       mean of ln P(target) - ln Q(target), whose sampling error is small where Q is near P;
 *   <li>the property {@code entropy}: the mean of - ln Q(target) minus it.
 * </ol>
 */
@Plugin(
    kind = Kind.METRIC,
    id = "conditional-entropy-gap",
    version = "1.0.0",
    summary = "Cross-entropy minus the known entropy of the source, in nats",
    source = "arXiv:2404.07647")
public final class ConditionalEntropyGap implements Metric {
  private static final String PROBABILITIES = "probabilities";
  private static final String LOG_PROBABILITY = "log-probability";
  private static final String ENTROPY = "entropy";

  private final Dataset dataset;

  @Inject
  public ConditionalEntropyGap(Dataset dataset) {
    this.dataset = dataset;
    TargetSpec target = dataset.spec().target();
    if (!(target instanceof TargetSpec.Classes)
        && !(target instanceof TargetSpec.ClassPerPosition)) {
      throw new IllegalArgumentException(
          "conditional-entropy-gap needs targets that are classes, and the dataset has " + target);
    }
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    for (Split split : snapshot.splits()) {
      try (Scope ignored = Scope.open()) {
        recorder.number(
            split.name() + "/conditional-entropy-gap", gap(snapshot.predictions(split)));
      }
    }
  }

  private double gap(Predictions predictions) {
    Batch examples = predictions.examples();
    float[] model = predictions.logits().logSoftmax().toArray();
    int classes = predictions.logits().dimension(-1);
    if (examples.has(PROBABILITIES)) {
      return divergence(examples.reals(PROBABILITIES).toArray(), model, classes);
    }
    IntTensor labels = examples.labels();
    float[] source =
        examples.has(LOG_PROBABILITY) ? examples.reals(LOG_PROBABILITY).toArray() : null;
    double sum = 0;
    int counted = 0;
    for (int i = 0; i < labels.size(); i++) {
      if (labels.at(i) >= 0) {
        sum += (source == null ? 0 : source[i]) - model[i * classes + labels.at(i)];
        counted++;
      }
    }
    return sum / counted - (source == null ? entropy() : 0);
  }

  private double entropy() {
    Double entropy = dataset.spec().properties().get(ENTROPY);
    if (entropy == null) {
      throw new IllegalArgumentException(
          "conditional-entropy-gap needs a dataset that knows its law: a column 'probabilities' or"
              + " 'log-probability', or the property 'entropy'");
    }
    return entropy;
  }

  /** The mean over rows of sum p (ln p - ln q). */
  private static double divergence(float[] p, float[] logQ, int classes) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += p[i] > 0 ? p[i] * (StrictMath.log(p[i]) - logQ[i]) : 0;
    }
    return sum * classes / p.length;
  }
}
