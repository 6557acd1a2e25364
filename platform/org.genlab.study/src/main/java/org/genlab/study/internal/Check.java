package org.genlab.study.internal;

import java.util.List;
import org.genlab.study.Over;
import org.genlab.study.Threshold;

/**
 * A condition that a claim puts on the runs.
 *
 * @param value what is compared
 * @param over how seeds are dealt with
 * @param threshold what it is compared to
 * @param arms the arms it speaks of, in the order of the study
 */
public record Check(Expression value, Over over, Threshold threshold, List<String> arms) {
  public Check {
    arms = List.copyOf(arms);
  }
}
