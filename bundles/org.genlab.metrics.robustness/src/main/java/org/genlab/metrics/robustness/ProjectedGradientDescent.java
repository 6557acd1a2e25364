package org.genlab.metrics.robustness;

import org.genlab.api.data.Batch;
import org.genlab.api.model.Model;
import org.genlab.api.model.Output;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Scope;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/**
 * Projected gradient descent in the L-infinity ball (Madry et al., "Towards deep learning models
 * resistant to adversarial attacks", 2018, section 2.1): {@code x <- clip(x + alpha sign(grad_x
 * L))}, where clip projects on the ball of radius epsilon around the example and on the range of
 * inputs.
 *
 * @param loss what is made large
 * @param steps of the attack
 * @param stepSize alpha as a share of epsilon
 * @param randomStart whether the first point is drawn from the ball; else it is the example
 * @param low the smallest input there is
 * @param high the largest
 */
record ProjectedGradientDescent(
    AttackLoss loss, int steps, double stepSize, boolean randomStart, double low, double high) {

  /**
   * Attacks examples.
   *
   * @param batch real inputs, one class an example
   * @param epsilon radius of the ball
   * @param random for the first point
   * @return for each example, whether its class is predicted at the example and at every point of
   *     the attack
   */
  boolean[] withstood(Model model, Batch batch, double epsilon, RandomStream random) {
    boolean[] withstood = new boolean[batch.size()];
    java.util.Arrays.fill(withstood, true);
    try (Scope scope = Scope.open()) {
      Tensor clean = batch.input();
      Tensor noise =
          randomStart
              ? Tensor.uniform(random, -epsilon, epsilon, clean.shape().toArray())
              : clean.times(0);
      Tensor lowest = clean.minus(epsilon).maximum(Tensor.scalar(low));
      Tensor highest = clean.plus(epsilon).minimum(Tensor.scalar(high));
      keepRight(withstood, model.predict(batch).logits(), batch.labels());
      Tensor x = clean.plus(noise).maximum(lowest).minimum(highest);
      for (int i = 0; i < steps; i++) {
        Tensor at = x.variable();
        Output output = model.predict(batch.with(Batch.INPUT, at));
        keepRight(withstood, output.logits(), batch.labels());
        Tensor gradient = Gradients.of(loss.perExample(output.logits(), batch.labels()).sum(), at);
        x = x.plus(gradient.sign().times(stepSize * epsilon)).maximum(lowest).minimum(highest);
      }
      keepRight(withstood, model.predict(batch.with(Batch.INPUT, x)).logits(), batch.labels());
    }
    return withstood;
  }

  private static void keepRight(boolean[] right, Tensor logits, IntTensor labels) {
    IntTensor predicted = logits.argmax();
    for (int i = 0; i < right.length; i++) {
      right[i] &= predicted.at(i) == labels.at(i);
    }
  }
}
