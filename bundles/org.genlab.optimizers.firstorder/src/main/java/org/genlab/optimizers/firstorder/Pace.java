package org.genlab.optimizers.firstorder;

import java.util.LinkedHashMap;
import java.util.Map;
import org.genlab.api.training.Optimizer.Context;
import org.genlab.api.training.Schedule;
import org.genlab.tensor.Tensor;

/**
 * The learning rate of a step and the factor that limits its gradient's norm.
 *
 * @param rate the learning rate times the factor of the schedule
 * @param scale what the gradient is multiplied by: clip/norm when its norm exceeds the limit, else
 *     1
 * @param diagnostics {@code learning-rate}, and {@code gradient-norm} (before clipping) when there
 *     is a limit
 */
record Pace(float rate, float scale, Map<String, Double> diagnostics) {
  static Pace of(
      double learningRate, Schedule schedule, double clipNorm, Tensor gradient, Context context) {
    Map<String, Double> diagnostics = new LinkedHashMap<>();
    double rate = learningRate * schedule.factor(context.step(), Math.max(1, context.totalSteps()));
    diagnostics.put("learning-rate", rate);
    double scale = 1;
    if (clipNorm > 0) {
      double norm = gradient.norm().item();
      diagnostics.put("gradient-norm", norm);
      scale = norm > clipNorm ? clipNorm / norm : 1;
    }
    return new Pace((float) rate, (float) scale, diagnostics);
  }
}
