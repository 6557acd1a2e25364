package org.genlab.study.plot;

import java.util.List;

/** How numbers are laid along an axis. */
public sealed interface Scale permits LinearScale, LogScale {
  /**
   * Where a number stands: 0 at the beginning of the axis, 1 at its end. Numbers beyond the ends
   * stand at the ends.
   */
  double position(double value);

  /**
   * The ticks, ascending.
   *
   * @param most how many labels there is room for; at least two
   */
  List<Tick> ticks(int most);
}
