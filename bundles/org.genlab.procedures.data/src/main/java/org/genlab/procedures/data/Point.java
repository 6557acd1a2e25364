package org.genlab.procedures.data;

import java.util.Optional;
import java.util.OptionalDouble;
import org.genlab.api.Slots;
import org.genlab.api.model.Model;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.State;
import org.genlab.tensor.Tensor;

/**
 * A point that training can go back to: parameters, buffers, and the state of the optimizer, as
 * they are kept in slots.
 *
 * @param name the beginning of the names of the slots
 */
record Point(String name) {
  /** Remembers where a model is. */
  void save(Model model, Slots slots) {
    slots.put(name + "/parameters", model.parameters().flat());
    save("buffers", model.buffers(), slots);
    save("optimizer", model.optimizerState(), slots);
  }

  private void save(String what, State state, Slots slots) {
    state.arrays().forEach((key, value) -> slots.put(slot(what, key), value));
    state.numbers().forEach((key, value) -> slots.put(slot(what, key), value));
  }

  private String slot(String what, String key) {
    return name + "/" + what + "/" + key;
  }

  /** Puts a model back to where it was. */
  void restore(Model model, Slots slots) {
    Parameters now = model.parameters();
    model.setParameters(now.with(slots.array(name + "/parameters").orElseThrow()));
    model.setBuffers(restored("buffers", model.buffers(), slots));
    model.setOptimizerState(restored("optimizer", model.optimizerState(), slots));
  }

  /**
   * The values that were saved. What there is now and was not then (the statistics of batch
   * normalisation, before the first step) is left out.
   */
  private State restored(String what, State now, Slots slots) {
    State state = State.empty();
    for (String key : now.arrays().keySet()) {
      Optional<Tensor> saved = slots.array(slot(what, key));
      state = saved.isPresent() ? state.with(key, saved.get()) : state;
    }
    for (String key : now.numbers().keySet()) {
      OptionalDouble saved = slots.number(slot(what, key));
      state = saved.isPresent() ? state.with(key, saved.getAsDouble()) : state;
    }
    return state;
  }

  /** Puts a model back to before its first step; saved before it were the buffers of then. */
  void reset(Model model, Optimizer optimizer, Slots slots) {
    model.setParameters(model.initialParameters());
    model.setBuffers(restored("buffers", model.buffers(), slots));
    model.setOptimizerState(optimizer.initial(model.initialParameters()));
  }
}
