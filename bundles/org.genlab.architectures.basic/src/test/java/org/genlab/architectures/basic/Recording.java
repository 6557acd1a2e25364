package org.genlab.architectures.basic;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.genlab.api.model.Forward;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** A pass that changes nothing, or one feature, and remembers where features stood. */
final class Recording implements Forward {
  final Map<String, Site> sites = new LinkedHashMap<>();
  private final String silenced;

  Recording() {
    this("");
  }

  /**
   * @param silenced the feature that becomes zeros
   */
  Recording(String silenced) {
    this.silenced = silenced;
  }

  @Override
  public boolean training() {
    return false;
  }

  @Override
  public Tensor feature(String name, Site site, Tensor value) {
    if (sites.put(name, site) != null) {
      throw new AssertionError("the feature " + name + " is announced twice");
    }
    return name.equals(silenced) ? value.times(0) : value;
  }

  @Override
  public RandomStream random(String name) {
    throw new AssertionError("nothing here is random");
  }

  @Override
  public Optional<Tensor> buffer(String name) {
    return Optional.empty();
  }

  @Override
  public void updateBuffer(String name, Tensor value) {
    throw new AssertionError("nothing here has buffers");
  }
}
