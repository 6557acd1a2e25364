package org.genlab.api.sketches;

import org.genlab.api.Wrapped;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.model.Architecture;
import org.genlab.api.model.Model;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Procedure;
import org.genlab.api.training.Training;
import org.genlab.tensor.Tensor;

/** Knowledge distillation: a second network, trained first (Hinton et al. 2015, eq. 1). */
record Distillation(
    @Wrapped("teacher") Architecture teacher,
    long teacherSteps,
    long totalSteps,
    double temperature)
    implements Procedure {
  @Override
  public void step(Training training) {
    Batch batch = training.minibatch(training.dataset().split(Dataset.TRAIN), 128, training.step());
    Model model = training.model("teacher", teacher.build(training.dataset().spec()));
    if (training.step() < teacherSteps) {
      training.update(model, training.optimizer(), training.loss(model, batch));
      return;
    }
    Tensor soft = model.predict(batch).logits().dividedBy(temperature).softmax();
    training.update(
        LossFunction.of(
            theta ->
                training
                    .forward(training.model(), theta, batch)
                    .logits()
                    .dividedBy(temperature)
                    .crossEntropy(soft)
                    .mean()
                    .times(temperature * temperature),
            batch));
  }

  @Override
  public boolean finished(Training training) {
    return training.step() >= totalSteps;
  }
}
