package org.genlab.procedures.data;

import org.genlab.api.Slots;
import org.genlab.api.model.Model;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.State;

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

  /** The values that were saved, of a state with the same names as the one then. */
  private State restored(String what, State like, Slots slots) {
    State state = State.empty();
    for (String key : like.arrays().keySet()) {
      state = state.with(key, slots.array(slot(what, key)).orElseThrow());
    }
    for (String key : like.numbers().keySet()) {
      state = state.with(key, slots.number(slot(what, key)).orElseThrow());
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
