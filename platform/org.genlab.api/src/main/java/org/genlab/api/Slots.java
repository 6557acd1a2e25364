package org.genlab.api;

import java.util.Optional;
import java.util.OptionalDouble;
import org.genlab.tensor.Tensor;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Named values that a plugin remembers between steps: group weights, a replay memory, the phase of
 * a procedure. The host checkpoints them with the run and restores them on resume; each plugin sees
 * its own only. A plugin that keeps such values in fields instead cannot be resumed exactly.
 *
 * <p>Optimizers do not need slots: their state is passed to them as a value.
 */
@ProviderType
public interface Slots {
  /** The array last put under that name. It stays valid until it is replaced. */
  Optional<Tensor> array(String name);

  /** Remembers an array; its values are kept, its history of operations is not. */
  void put(String name, Tensor value);

  /** The number last put under that name. */
  OptionalDouble number(String name);

  /** Remembers a number. */
  void put(String name, double value);

  /** Forgets the array or number of that name, if any. */
  void remove(String name);
}
