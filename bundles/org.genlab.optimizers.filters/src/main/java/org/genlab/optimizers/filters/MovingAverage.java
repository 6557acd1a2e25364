package org.genlab.optimizers.filters;

import java.util.Optional;
import org.genlab.api.training.State;
import org.genlab.tensor.Elementwise;
import org.genlab.tensor.Tensor;

/**
 * The mean of the last w gradients, once there are so many.
 *
 * <p>The queue is a ring of w arrays, of which a step replaces one; the others stay where they are.
 * The sum is carried along, and added up anew whenever the ring has come round, so that rounding
 * errors of gradients that have long left the queue do not pile up in it.
 *
 * @param window the length w of the queue
 */
record MovingAverage(int window) implements GradientFilter {
  private static final String SUM = "queue-sum";
  private static final String QUEUED = "queued";
  private static final String WINDOW = "window";

  private static String place(int k) {
    return "queue/" + k;
  }

  @Override
  public State initial(int size) {
    return empty(State.empty(), size);
  }

  private State empty(State state, int size) {
    Tensor zeros = Tensor.zeros(size);
    State queue = State.empty();
    for (int k = 0; k < window; k++) {
      queue = queue.with(String.valueOf(k), zeros);
    }
    return state.withNested("queue", queue).with(SUM, zeros).with(QUEUED, 0).with(WINDOW, window);
  }

  @Override
  public State after(Tensor gradient, State given) {
    // A run whose window was changed while it ran begins with an empty queue.
    State state = given.number(WINDOW) == window ? given : empty(given, gradient.size());
    double queued = state.number(QUEUED);
    int here = (int) ((long) queued % window);
    Tensor oldest = state.array(place(here));
    State queue = state.with(place(here), gradient).with(QUEUED, queued + 1);
    return queue.with(
        SUM, here == window - 1 ? sum(queue) : moved(state.array(SUM), oldest, gradient));
  }

  private static Tensor moved(Tensor sum, Tensor oldest, Tensor newest) {
    return Elementwise.compute(
        (in, out, from, to) -> {
          float[] s = in[0];
          float[] leaves = in[1];
          float[] enters = in[2];
          float[] next = out[0];
          for (int i = from; i < to; i++) {
            next[i] = s[i] - leaves[i] + enters[i];
          }
        },
        sum,
        oldest,
        newest);
  }

  private Tensor sum(State queue) {
    Tensor[] gradients = new Tensor[window];
    for (int k = 0; k < window; k++) {
      gradients[k] = queue.array(place(k));
    }
    return Elementwise.compute(
        (in, out, from, to) -> {
          float[] sum = out[0];
          System.arraycopy(in[0], from, sum, from, to - from);
          for (int k = 1; k < in.length; k++) {
            float[] g = in[k];
            for (int i = from; i < to; i++) {
              sum[i] += g[i];
            }
          }
        },
        gradients);
  }

  @Override
  public Optional<Tensor> slow(State state) {
    return state.number(QUEUED) < window
        ? Optional.empty()
        : Optional.of(state.array(SUM).times(1.0 / window));
  }
}
