package org.genlab.optimizers.firstorder;

import java.util.Arrays;
import java.util.List;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Entry;
import org.genlab.api.model.ParameterLayout.Role;

/** Which parameters are decayed, as one number a value: 1 or 0. */
final class Decay {
  private final List<Role> roles;
  private volatile Mask latest;

  private record Mask(ParameterLayout layout, float[] values) {}

  Decay(List<Role> roles) {
    this.roles = roles;
  }

  /** For each value of the buffer, 1 when it is decayed and 0 when not; not to be written to. */
  float[] mask(ParameterLayout layout) {
    Mask mask = latest;
    if (mask == null || !mask.layout().equals(layout)) {
      float[] values = new float[layout.size()];
      for (Entry entry : layout.entries()) {
        if (roles.contains(entry.role())) {
          Arrays.fill(values, entry.offset(), entry.offset() + entry.size(), 1f);
        }
      }
      mask = new Mask(layout, values);
      latest = mask;
    }
    return mask.values();
  }
}
