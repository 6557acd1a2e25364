package org.genlab.api.data;

import java.util.Map;

/**
 * What the examples of a dataset look like.
 *
 * @param input the inputs
 * @param target the targets
 * @param properties facts an architecture or a metric may use, e.g. {@code chance -> 0.0103},
 *     {@code domains -> 4}
 */
public record DataSpec(InputSpec input, TargetSpec target, Map<String, Double> properties) {
  public DataSpec {
    properties = Map.copyOf(properties);
  }

  public DataSpec(InputSpec input, TargetSpec target) {
    this(input, target, Map.of());
  }
}
