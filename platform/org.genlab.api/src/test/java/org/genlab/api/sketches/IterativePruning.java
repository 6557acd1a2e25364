package org.genlab.api.sketches;

import java.util.Arrays;
import org.genlab.api.Slots;
import org.genlab.api.data.Dataset;
import org.genlab.api.model.Model;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Procedure;
import org.genlab.api.training.Training;
import org.genlab.tensor.Tensor;

/**
 * Iterative magnitude pruning with rewinding (Frankle and Carbin 2019): train, keep the largest
 * weights, rewind them to their initial values, again. The mask lives in a slot; a pruned weight is
 * exactly 0 after every step whatever the optimizer's moments say.
 */
record IterativePruning(Slots slots, int rounds, long stepsPerRound, double keep)
    implements Procedure {
  @Override
  public void step(Training training) {
    Model model = training.model();
    if (training.step() > 0 && training.step() % stepsPerRound == 0) {
      Tensor mask = mask(model);
      slots.put("mask", mask);
      model.setParameters(model.initialParameters().map(w -> w.times(mask)));
      model.setOptimizerState(training.optimizer().initial(model.parameters()));
    }
    LossFunction loss =
        training.loss(
            training.minibatch(training.dataset().split(Dataset.TRAIN), 128, training.step()));
    training.update(loss);
    slots
        .array("mask")
        .ifPresent(m -> model.setParameters(model.parameters().map(w -> w.times(m))));
  }

  /** 1 for the largest {@code keep} of the weights that are still there. */
  private Tensor mask(Model model) {
    float[] size = model.parameters().flat().abs().toArray();
    float[] sorted = size.clone();
    Arrays.sort(sorted);
    long round = Math.round(slots.number("round").orElse(0)) + 1;
    slots.put("round", (double) round);
    int kept = (int) Math.round(size.length * StrictMath.pow(keep, (double) round));
    float threshold = sorted[Math.max(0, size.length - kept)];
    float[] mask = new float[size.length];
    for (int i = 0; i < size.length; i++) {
      mask[i] = size[i] >= threshold && size[i] > 0 ? 1 : 0;
    }
    return Tensor.of(mask, size.length);
  }

  @Override
  public boolean finished(Training training) {
    return training.step() >= totalSteps();
  }

  @Override
  public long totalSteps() {
    return rounds * stepsPerRound;
  }
}
