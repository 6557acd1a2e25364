package org.genlab.metrics.basic;

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

/**
 * How far the outputs are from the targets: the largest absolute difference, {@code
 * split/output-error-max}, and the root of the mean squared one, {@code split/output-error-rms},
 * over all examples and outputs of a split. With classes the target is 1 for the right one and 0
 * for the others. A network interpolates a split when the largest difference is 0, up to rounding.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "output-error",
    version = "1.0.0",
    summary = "Largest and root mean squared difference of outputs from (one-hot) targets")
public final class OutputError implements Metric {
  private final TargetSpec target;

  @Inject
  public OutputError(Dataset dataset) {
    target = dataset.spec().target();
    if (!(target instanceof TargetSpec.Classes) && !(target instanceof TargetSpec.Values)) {
      throw new IllegalArgumentException(
          "output-error compares outputs with one class or real numbers an example, and the"
              + " dataset has "
              + target);
    }
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    for (Split split : snapshot.splits()) {
      Predictions predictions = snapshot.predictions(split);
      float[] outputs = predictions.logits().toArray();
      float[] targets = targets(predictions);
      double largest = 0;
      double squares = 0;
      for (int i = 0; i < outputs.length; i++) {
        double difference = Math.abs((double) outputs[i] - targets[i]);
        largest = Math.max(largest, difference);
        squares += difference * difference;
      }
      recorder.number(split.name() + "/output-error-max", largest);
      recorder.number(split.name() + "/output-error-rms", Math.sqrt(squares / outputs.length));
    }
  }

  private float[] targets(Predictions predictions) {
    Batch examples = predictions.examples();
    return target instanceof TargetSpec.Classes classes && examples.isInts(Batch.TARGET)
        ? examples.labels().oneHot(classes.count()).toArray()
        : examples.reals(Batch.TARGET).toArray();
  }
}
