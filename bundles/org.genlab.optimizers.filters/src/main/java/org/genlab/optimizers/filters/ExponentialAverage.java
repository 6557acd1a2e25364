package org.genlab.optimizers.filters;

import java.util.Optional;
import org.genlab.api.training.State;
import org.genlab.tensor.Elementwise;
import org.genlab.tensor.Tensor;

/**
 * The exponential moving average mu_t = alpha mu_(t-1) + (1 - alpha) g_t, which begins with the
 * first gradient.
 */
record ExponentialAverage(double alpha) implements GradientFilter {
  private static final String AVERAGE = "mu";
  private static final String AVERAGED = "averaged";

  @Override
  public State initial(int size) {
    return State.empty().with(AVERAGE, Tensor.zeros(size)).with(AVERAGED, 0);
  }

  @Override
  public State after(Tensor gradient, State state) {
    double averaged = state.number(AVERAGED);
    Tensor average = averaged == 0 ? gradient : mixed(state.array(AVERAGE), gradient);
    return state.with(AVERAGE, average).with(AVERAGED, averaged + 1);
  }

  private Tensor mixed(Tensor average, Tensor gradient) {
    float old = (float) alpha;
    float now = (float) (1 - alpha);
    return Elementwise.compute(
        (in, out, from, to) -> {
          float[] mu = in[0];
          float[] g = in[1];
          float[] next = out[0];
          for (int i = from; i < to; i++) {
            next[i] = old * mu[i] + now * g[i];
          }
        },
        average,
        gradient);
  }

  @Override
  public Optional<Tensor> slow(State state) {
    return Optional.of(state.array(AVERAGE));
  }
}
