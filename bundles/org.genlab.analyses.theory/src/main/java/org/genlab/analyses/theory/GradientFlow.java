package org.genlab.analyses.theory;

import org.genlab.tensor.special.SpecialFunctions;

/**
 * Gradient flow of a linear student on a linear teacher's white Gaussian inputs (Levi, Beck and
 * Bar-Sinai, "Grokking in linear estimators", arXiv 2310.16441): with the difference D = S - T of
 * student and teacher, dD/dt = -(2/outputs) Sigma D for the sample covariance Sigma, so that
 *
 * <pre>
 *   L_gen(t)   = L(0) E e^(-4 nu t / outputs),      L_train(t) = L(0) E nu e^(-4 nu t / outputs)
 * </pre>
 *
 * with nu distributed as {@link MarchenkoPastur} says. Time is the learning rate times the steps.
 *
 * @param spectrum the distribution of nu
 * @param initial L(0), the mean squared error of an output before training, on the whole population
 * @param outputs of the teacher
 */
record GradientFlow(MarchenkoPastur spectrum, double initial, int outputs) {
  private double rate() {
    return 4.0 / outputs;
  }

  /** The mean squared error on the population. */
  double populationLoss(double time) {
    return initial * spectrum.expectation(nu -> StrictMath.exp(-rate() * nu * time));
  }

  /** The mean squared error on the training examples. */
  double trainLoss(double time) {
    return initial * spectrum.expectation(nu -> nu * StrictMath.exp(-rate() * nu * time));
  }

  /** The share of squared errors below epsilon, when errors are Gaussian with variance L. */
  double accuracy(double loss, double epsilon) {
    return SpecialFunctions.gammaP(outputs / 2.0, outputs * epsilon / (2 * loss));
  }

  /** The loss at which the accuracy is {@code accuracy}, between 0 and 1. */
  double lossAt(double accuracy, double epsilon) {
    double low = epsilon * 1e-6;
    double high = epsilon * 1e12;
    for (int i = 0; i < 200; i++) {
      double middle = Math.sqrt(low * high);
      if (accuracy(middle, epsilon) > accuracy) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.sqrt(low * high);
  }

  /** When the loss on the population falls to a level; Infinity when it never does. */
  double populationTime(double level) {
    return initial * spectrum.massAtZero() >= level ? Double.POSITIVE_INFINITY : time(level, false);
  }

  /** When the loss on the training examples falls to a level. */
  double trainTime(double level) {
    return time(level, true);
  }

  private double time(double level, boolean train) {
    double high = 1;
    while ((train ? trainLoss(high) : populationLoss(high)) > level) {
      high *= 2;
      if (high > 1e15) {
        return Double.POSITIVE_INFINITY;
      }
    }
    double low = 0;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if ((train ? trainLoss(middle) : populationLoss(middle)) > level) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /**
   * The estimate of the difference of both times for small epsilon, where only the smallest
   * eigenvalue is left: L_train / L_gen = nu-, hence ln(1/nu-) / (rate nu-). Infinity at lambda =
   * 1.
   */
  double asymptoticDelay() {
    double nu = spectrum.smallest();
    return nu == 0 ? Double.POSITIVE_INFINITY : -StrictMath.log(nu) / (rate() * nu);
  }
}
