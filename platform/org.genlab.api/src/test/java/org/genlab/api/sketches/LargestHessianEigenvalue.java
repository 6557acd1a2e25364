package org.genlab.api.sketches;

import org.genlab.api.Randomness;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.Tensor;

/**
 * Curvature along the loss: power iteration on Hessian-vector products. A Lanczos spectrum needs
 * the same product and nothing more of the interfaces.
 */
record LargestHessianEigenvalue(Randomness randomness, int iterations) implements Metric {
  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    Split train = snapshot.dataset().split(Dataset.TRAIN);
    LossFunction loss = snapshot.loss(train.range(0, Math.min(train.size(), 512)));
    Parameters at = snapshot.model().parameters();
    Tensor v = Tensor.normal(randomness.stream("direction", snapshot.step()), 1, at.flat().size());
    double eigenvalue = 0;
    for (int i = 0; i < iterations; i++) {
      v = v.dividedBy(v.norm());
      Tensor hv = Gradients.hessianVector(theta -> loss.value(at.with(theta)), at.flat(), v);
      eigenvalue = v.dot(hv).item();
      v = hv;
    }
    recorder.number("hessian/largest-eigenvalue", eigenvalue);
  }
}
