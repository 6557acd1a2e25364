package org.genlab.api.training;

import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Range;

/**
 * A learning-rate schedule: a factor in [0, 1] by which the learning rate of a step is multiplied.
 *
 * @param shape how the factor falls after the warm-up
 * @param warmup steps of linear warm-up: step t (from 0) has factor (t+1)/warmup
 * @param floor the factor that linear and cosine end at
 * @param every of {@code step}: after how many steps the factor is multiplied by {@code decay}
 * @param decay of {@code step}: the factor of each drop
 */
public record Schedule(
    @Default("constant") @Doc("constant, linear, cosine or step") Shape shape,
    @Default("0") @Range(min = 0) @Doc("steps of linear warm-up") long warmup,
    @Default("0") @Range(min = 0, max = 1) @Doc("factor at the end of linear and cosine")
        double floor,
    @Default("1000") @Range(min = 1) @Doc("steps between drops of the step schedule") long every,
    @Default("0.1") @Range(min = 0, max = 1) @Doc("factor of each drop of the step schedule")
        double decay) {

  /** How the factor falls. */
  public enum Shape {
    CONSTANT,
    LINEAR,
    COSINE,
    STEP
  }

  /** A schedule that never changes the learning rate. */
  public static Schedule constant() {
    return new Schedule(Shape.CONSTANT, 0, 0, 1000, 0.1);
  }

  /**
   * The factor of a step.
   *
   * @param step from 0
   * @param totalSteps the number of steps planned, at least 1
   */
  public double factor(long step, long totalSteps) {
    if (step < warmup) {
      return (step + 1.0) / warmup;
    }
    double progress = Math.min(1, (double) (step - warmup) / Math.max(1, totalSteps - warmup));
    return switch (shape) {
      case CONSTANT -> 1;
      case LINEAR -> 1 - (1 - floor) * progress;
      case COSINE -> floor + (1 - floor) * 0.5 * (1 + StrictMath.cos(Math.PI * progress));
      case STEP -> StrictMath.pow(decay, (double) Math.floorDiv(step - warmup, every));
    };
  }
}
