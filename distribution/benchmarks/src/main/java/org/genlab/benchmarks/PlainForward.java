package org.genlab.benchmarks;

import java.util.Optional;
import org.genlab.api.model.Forward;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** A pass of training in which nobody changes features. */
final class PlainForward implements Forward {
  @Override
  public boolean training() {
    return true;
  }

  @Override
  public Tensor feature(String name, Site site, Tensor value) {
    return value;
  }

  @Override
  public RandomStream random(String name) {
    return RandomStream.of(0, name);
  }

  @Override
  public Optional<Tensor> buffer(String name) {
    return Optional.empty();
  }

  @Override
  public void updateBuffer(String name, Tensor value) {}
}
