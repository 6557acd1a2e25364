package org.genlab.api.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.genlab.tensor.Tensor;

/**
 * Values for the parameters of a network: one flat tensor and named views of it. Immutable; all
 * arithmetic is arithmetic on the flat tensor.
 */
public final class Parameters {
  private final ParameterLayout layout;
  private final Tensor flat;
  private Map<String, Tensor> views;

  /**
   * @param layout where the parameters lie
   * @param flat all values, shape [layout.size()]; tracked when gradients are wanted
   */
  public Parameters(ParameterLayout layout, Tensor flat) {
    if (flat.rank() != 1 || flat.size() != layout.size()) {
      throw new IllegalArgumentException(
          "a layout of "
              + layout.size()
              + " values does not fit a tensor of shape "
              + flat.shape());
    }
    this.layout = layout;
    this.flat = flat;
  }

  public ParameterLayout layout() {
    return layout;
  }

  /** All values, [layout.size()]. */
  public Tensor flat() {
    return flat;
  }

  /** The parameter of that name, in its shape; gradients flow through it to {@link #flat()}. */
  public Tensor get(String name) {
    ParameterLayout.Entry entry = layout.entry(name);
    return views().get(entry.name());
  }

  private synchronized Map<String, Tensor> views() {
    if (views == null) {
      List<ParameterLayout.Entry> entries = layout.entries();
      List<Tensor> parts = flat.split(entries.stream().map(ParameterLayout.Entry::shape).toList());
      Map<String, Tensor> byName = new HashMap<>();
      for (int i = 0; i < parts.size(); i++) {
        byName.put(entries.get(i).name(), parts.get(i));
      }
      views = byName;
    }
    return views;
  }

  /** The same parameters with other values. */
  public Parameters with(Tensor values) {
    return new Parameters(layout, values);
  }

  /** The same parameters with each value changed by an operation on the flat tensor. */
  public Parameters map(UnaryOperator<Tensor> operation) {
    return with(operation.apply(flat));
  }
}
