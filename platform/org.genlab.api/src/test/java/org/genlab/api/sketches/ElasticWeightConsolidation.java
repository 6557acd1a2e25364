package org.genlab.api.sketches;

import org.genlab.api.Slots;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Split;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Procedure;
import org.genlab.api.training.Training;
import org.genlab.tensor.Tensor;

/**
 * Continual learning on a stream of tasks, one split each; what is remembered of old tasks is their
 * optimum and a diagonal Fisher matrix (Kirkpatrick et al. 2017, eq. 3), kept in slots.
 */
record ElasticWeightConsolidation(Slots slots, double lambda, long stepsPerTask, int tasks)
    implements Procedure {
  @Override
  public void step(Training training) {
    int task = (int) (training.step() / stepsPerTask);
    Split split = training.dataset().split("task-" + task);
    Batch batch = training.minibatch(split, 64, training.step());
    if (task > 0 && training.step() % stepsPerTask == 0) {
      consolidate(training, training.dataset().split("task-" + (task - 1)));
    }
    LossFunction loss = training.loss(batch);
    training.update(
        LossFunction.of(theta -> loss.value(theta).plus(penalty(theta).times(lambda / 2)), batch));
  }

  private Tensor penalty(Parameters theta) {
    return slots
        .array("optimum")
        .map(o -> slots.array("fisher").orElseThrow().times(theta.flat().minus(o).square()).sum())
        .orElseGet(() -> Tensor.scalar(0));
  }

  private void consolidate(Training training, Split old) {
    Parameters at = training.model().parameters();
    Tensor perExample = training.loss(old.range(0, old.size())).perExampleGradients(at);
    Tensor fisher = perExample.square().mean(false, 0);
    slots.put("fisher", slots.array("fisher").map(fisher::plus).orElse(fisher));
    slots.put("optimum", at.flat());
  }

  @Override
  public boolean finished(Training training) {
    return training.step() >= totalSteps();
  }

  @Override
  public long totalSteps() {
    return tasks * stepsPerTask;
  }
}
