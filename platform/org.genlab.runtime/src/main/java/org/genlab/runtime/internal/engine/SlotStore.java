package org.genlab.runtime.internal.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.genlab.api.Slots;
import org.genlab.api.training.State;
import org.genlab.store.Checkpoint;
import org.genlab.tensor.Tensor;

/**
 * What all plugins of a run remember between steps, by their paths.
 *
 * <p>What a regularizer remembers during a step becomes visible after it, and only the first
 * evaluation of the objective counts: every evaluation of a step must see the same objective. While
 * metrics are taken, only metrics may remember.
 */
final class SlotStore {
  static final String PREFIX = "slots";

  private final Progress progress;
  private final Map<String, Map<String, Object>> values = new TreeMap<>();
  private final Map<String, Map<String, Optional<Object>>> pending = new TreeMap<>();

  SlotStore(Progress progress) {
    this.progress = progress;
  }

  Slots slots(String path) {
    return new PathSlots(path);
  }

  /** Makes visible what regularizers remembered during the step. */
  void commit() {
    pending.forEach((path, changes) -> changes.forEach((name, v) -> apply(path, name, v)));
    pending.clear();
  }

  private void apply(String path, String name, Optional<Object> value) {
    Map<String, Object> slots = values.computeIfAbsent(path, p -> new LinkedHashMap<>());
    if (value.isPresent()) {
      slots.put(name, value.get());
    } else {
      slots.remove(name);
    }
  }

  void save(Checkpoint.Builder checkpoint) {
    values.forEach(
        (path, slots) -> {
          State state = State.empty();
          for (Map.Entry<String, Object> slot : slots.entrySet()) {
            state =
                slot.getValue() instanceof Tensor tensor
                    ? state.with(slot.getKey(), tensor)
                    : state.with(slot.getKey(), (Double) slot.getValue());
          }
          checkpoint.put(PREFIX + "/" + path, state);
        });
  }

  void restore(Checkpoint checkpoint) {
    restore(checkpoint, path -> true);
  }

  /** Restores what the plugins at some paths remembered. */
  void restore(Checkpoint checkpoint, Predicate<String> wanted) {
    for (String path : checkpoint.children(PREFIX).stream().filter(wanted).toList()) {
      State state = checkpoint.state(PREFIX + "/" + path);
      state.arrays().forEach((name, v) -> apply(path, name, Optional.of(v)));
      state.numbers().forEach((name, v) -> apply(path, name, Optional.of(v)));
    }
  }

  /** Does something, and forgets what was remembered meanwhile. */
  void withoutTrace(Runnable trial) {
    Map<String, Map<String, Object>> before = new TreeMap<>();
    values.forEach((path, slots) -> before.put(path, new LinkedHashMap<>(slots)));
    try {
      trial.run();
    } finally {
      values.clear();
      values.putAll(before);
    }
  }

  private final class PathSlots implements Slots {
    private final String path;

    PathSlots(String path) {
      this.path = path;
    }

    private Optional<Object> get(String name) {
      return Optional.ofNullable(values.getOrDefault(path, Map.of()).get(name));
    }

    @Override
    public Optional<Tensor> array(String name) {
      return get(name).filter(Tensor.class::isInstance).map(Tensor.class::cast);
    }

    @Override
    public void put(String name, Tensor value) {
      // A copy: the value may be part of a scope that the plugin itself closes.
      change(name, Optional.of(value.detach().copy()));
    }

    @Override
    public OptionalDouble number(String name) {
      return get(name)
          .filter(Double.class::isInstance)
          .map(v -> OptionalDouble.of((Double) v))
          .orElse(OptionalDouble.empty());
    }

    @Override
    public void put(String name, double value) {
      change(name, Optional.of(value));
    }

    @Override
    public void remove(String name) {
      change(name, Optional.empty());
    }

    private void change(String name, Optional<Object> value) {
      if (progress.phase() == Progress.Phase.MEASURING && !path.startsWith("metrics.")) {
        return;
      }
      if (progress.phase() == Progress.Phase.TRAINING && path.startsWith("regularizers.")) {
        if (!progress.isReevaluating()) {
          pending.computeIfAbsent(path, p -> new LinkedHashMap<>()).put(name, value);
        }
        return;
      }
      apply(path, name, value);
    }
  }
}
