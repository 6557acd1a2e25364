package org.genlab.benchmarks;

import java.util.List;
import java.util.Optional;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.Schedule;
import org.genlab.optimizers.firstorder.Adam;
import org.genlab.optimizers.firstorder.AdamW;
import org.genlab.optimizers.firstorder.Sgd;
import org.genlab.optimizers.firstorder.Towards;

/**
 * How parameters move.
 *
 * @param optimizer GenLab's plugin; none when gradients are all that is asked for
 * @param torch PyTorch's fused kernel for the same rule, in TorchScript: moves the list {@code
 *     params} by the list {@code grads}; {@code first}, {@code second} and {@code steps} are lists
 *     of what the rule remembers, zeros at the start; {@code none} is an empty list
 */
record Rule(Optional<Optimizer> optimizer, String torch) {
  /** Only gradients. */
  static Rule none() {
    return new Rule(Optional.empty(), "");
  }

  /** Adam with its usual settings, but a small rate: the losses of both sides are compared. */
  static Rule adam() {
    return new Rule(
        Optional.of(
            new Adam(
                new Adam.Settings(
                    1e-4,
                    List.of(0.9, 0.999),
                    1e-8,
                    0,
                    Towards.ZERO,
                    List.of(Role.values()),
                    Schedule.constant(),
                    0))),
        """
        torch._foreach_add_(steps, 1.)
        torch._fused_adam_(params, grads, first, second, none, steps, lr=0.0001, beta1=0.9, \
        beta2=0.999, weight_decay=0., eps=1.0e-8, amsgrad=False, maximize=False)
        """);
  }

  /** AdamW as in the grokking paper (arXiv 2201.02177, appendix A.1.2). */
  static Rule adamW() {
    return new Rule(
        Optional.of(
            new AdamW(
                new AdamW.Settings(
                    1e-3,
                    List.of(0.9, 0.98),
                    1e-8,
                    1,
                    Towards.ZERO,
                    List.of(Role.values()),
                    Schedule.constant(),
                    0))),
        """
        torch._foreach_add_(steps, 1.)
        torch._fused_adamw_(params, grads, first, second, none, steps, lr=0.001, beta1=0.9, \
        beta2=0.98, weight_decay=1., eps=1.0e-8, amsgrad=False, maximize=False)
        """);
  }

  /** Stochastic gradient descent with momentum 0.9. */
  static Rule momentum() {
    return new Rule(
        Optional.of(new Sgd(new Sgd.Settings(0.01, 0.9, false, 0, Schedule.constant(), 0))),
        """
        torch._fused_sgd_(params, grads, first, weight_decay=0., momentum=0.9, lr=0.01, \
        dampening=0., nesterov=False, maximize=False, is_first_step=False)
        """);
  }
}
