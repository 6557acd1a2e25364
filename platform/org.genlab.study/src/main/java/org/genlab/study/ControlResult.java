package org.genlab.study;

import java.util.List;

/**
 * A control, judged: the claim again, on runs that lack what the claim is about.
 *
 * @param because why the claim must not hold there
 * @param breaks whether a check that held came out FALSE with a number; a run that failed or a
 *     number that is not defined breaks nothing
 * @param claim the claim on the control's runs
 * @param arms the arms as the control changes them
 */
public record ControlResult(
    String because, boolean breaks, ClaimResult claim, List<ArmResult> arms) {
  public ControlResult {
    arms = List.copyOf(arms);
  }
}
