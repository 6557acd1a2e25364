package org.genlab.api.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.genlab.tensor.Tensor;

/**
 * What a network says of a batch.
 *
 * @param logits the prediction, [batch, classes], [batch, length, classes] or [batch, values...]
 * @param features the named features of the pass, in the order of computation
 */
public record Output(Tensor logits, Map<String, Tensor> features) {
  public Output {
    features = Collections.unmodifiableMap(new LinkedHashMap<>(features));
  }

  /** This output with other logits. */
  public Output withLogits(Tensor other) {
    return new Output(other, features);
  }

  /**
   * The feature of that name.
   *
   * @throws IllegalArgumentException when the network has none; the message lists those it has
   */
  public Tensor feature(String name) {
    Tensor value = features.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "no feature '" + name + "': the network has " + features.keySet());
    }
    return value;
  }
}
