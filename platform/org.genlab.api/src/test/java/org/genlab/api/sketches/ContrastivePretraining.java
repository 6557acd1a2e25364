package org.genlab.api.sketches;

import java.util.Arrays;
import java.util.List;
import org.genlab.api.Wrapped;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.model.Architecture;
import org.genlab.api.model.Model;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Procedure;
import org.genlab.api.training.Training;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;

/**
 * Contrastive pre-training (InfoNCE on two views of each example, which the dataset provides as
 * columns), then a linear probe on the frozen representation.
 */
record ContrastivePretraining(
    @Wrapped("probe") Architecture probe,
    int width,
    double temperature,
    long pretrainingSteps,
    long totalSteps)
    implements Procedure {
  @Override
  public void step(Training training) {
    Batch batch = training.minibatch(training.dataset().split(Dataset.TRAIN), 128, training.step());
    if (training.step() < pretrainingSteps) {
      training.update(
          LossFunction.of(
              theta -> {
                Tensor a = represent(training, theta, batch, "view-1");
                Tensor b = represent(training, theta, batch, "view-2");
                int[] same = new int[batch.size()];
                Arrays.setAll(same, i -> i);
                return a.matmul(b, false, true)
                    .dividedBy(temperature)
                    .crossEntropy(IntTensor.of(same, batch.size()))
                    .mean();
              },
              batch));
      return;
    }
    DataSpec spec =
        new DataSpec(new InputSpec.Values(List.of(width)), training.dataset().spec().target());
    Model linear = training.model("probe", probe.build(spec));
    Tensor frozen = training.model().predict(batch).feature("representation");
    training.update(
        linear, training.optimizer(), training.loss(linear, batch.with(Batch.INPUT, frozen)));
  }

  private static Tensor represent(Training training, Parameters at, Batch batch, String view) {
    Tensor z =
        training
            .forward(training.model(), at, batch.with(Batch.INPUT, batch.reals(view)))
            .feature("representation");
    return z.dividedBy(z.square().sum(true, -1).sqrt());
  }

  @Override
  public boolean finished(Training training) {
    return training.step() >= totalSteps;
  }
}
