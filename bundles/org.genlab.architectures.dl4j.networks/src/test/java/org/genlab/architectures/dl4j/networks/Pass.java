package org.genlab.architectures.dl4j.networks;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.genlab.api.model.Forward;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** A pass of the tests; each has the same random numbers as others of its step. */
final class Pass implements Forward {
  final Map<String, Tensor> buffers = new HashMap<>();
  final Map<String, Tensor> updates = new HashMap<>();
  private final boolean training;
  private final long step;

  Pass(boolean training, long step) {
    this.training = training;
    this.step = step;
  }

  @Override
  public boolean training() {
    return training;
  }

  @Override
  public Tensor feature(String name, Site site, Tensor value) {
    return value;
  }

  @Override
  public RandomStream random(String name) {
    return RandomStream.of(7, name, step);
  }

  @Override
  public Optional<Tensor> buffer(String name) {
    return Optional.ofNullable(buffers.get(name));
  }

  @Override
  public void updateBuffer(String name, Tensor value) {
    updates.put(name, value.copy());
  }
}
