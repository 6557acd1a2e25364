package org.genlab.api.sketches;

import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.tensor.Tensor;

/** The norm of each example's gradient (Paul et al. 2021, definition 2.1). */
final class GraNd implements Metric {
  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    Split train = snapshot.dataset().split(Dataset.TRAIN);
    double[] scores = new double[train.size()];
    for (int from = 0; from < scores.length; from += 64) {
      int to = Math.min(from + 64, scores.length);
      Tensor g =
          snapshot.loss(train.range(from, to)).perExampleGradients(snapshot.model().parameters());
      float[] norms = g.square().sum(false, 1).sqrt().toArray();
      for (int i = from; i < to; i++) {
        scores[i] = norms[i - from];
      }
    }
    recorder.array("grand", scores);
  }
}
