package org.genlab.study.plot;

import java.util.Optional;

/**
 * A mark on an axis.
 *
 * @param value where it stands, in the axis's unit
 * @param label beside it; minor ticks have none
 */
public record Tick(double value, Optional<Label> label) {
  static Tick major(double value, Label label) {
    return new Tick(value, Optional.of(label));
  }

  static Tick minor(double value) {
    return new Tick(value, Optional.empty());
  }
}
