package org.genlab.optimizers.sharpness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.inject.Inject;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Slots;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Procedure;
import org.genlab.api.training.Training;
import org.genlab.tensor.Tensor;

/**
 * Training of a {@link Normed} network by sam with rho = 0.5 around gradient descent with the rate
 * 0.1, each step of which is compared with what the host's loss function makes of it.
 */
@Plugin(
    kind = Kind.PROCEDURE,
    id = "checked",
    version = "1.0.0",
    summary = "Steps of sam that are compared with their definition")
public final class Checked implements Procedure {
  private static final String MEAN = "norm.mean";

  private final Slots slots;

  @Inject
  public Checked(Slots slots) {
    this.slots = slots;
  }

  @Override
  public void step(Training training) {
    // Buffers move after a step, so what the last one left is seen in this one.
    Tensor running =
        training.step() == 0 ? Tensor.zeros(6) : training.model().buffers().array(MEAN);
    slots
        .array(MEAN)
        .ifPresent(
            expected -> assertArrayEquals(expected.toArray(), running.toArray(), 1e-6f, MEAN));

    Parameters at = training.model().parameters();
    LossFunction loss =
        training.loss(training.minibatch(training.dataset().splits().get(0), 8, training.step()));
    Tensor gradient = loss.evaluate(at).gradient();
    Tensor epsilon = gradient.times(0.5 / gradient.norm().item());
    Parameters worst = at.map(w -> w.plus(epsilon));
    LossFunction.Evaluation there = loss.evaluate(worst);

    training.update(loss);
    assertArrayEquals(
        at.flat().minus(there.gradient().times(0.1)).toArray(),
        training.model().parameters().flat().toArray(),
        1e-6f,
        "both gradients with the dropout mask of the step");
    Tensor here = Normed.hidden(at, loss.batch()).mean(false, 0);
    Tensor last = Normed.hidden(worst, loss.batch()).mean(false, 0);
    assertTrue(here.minus(last).norm().item() > 1e-3, "passes that can be told apart");
    slots.put(MEAN, running.times(0.9).plus(last.times(0.1)));
  }

  @Override
  public boolean finished(Training training) {
    return training.step() >= 5;
  }

  @Override
  public long totalSteps() {
    return 5;
  }
}
