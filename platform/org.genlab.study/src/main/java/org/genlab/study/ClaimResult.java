package org.genlab.study;

import java.util.List;

/**
 * A claim, judged.
 *
 * @param id by which controls name it
 * @param statement the claim as a sentence
 * @param paper the paper's own figure; empty when it gives none
 * @param verdict the worst verdict of its checks
 * @param checks in the order of the study file
 * @param arms the arms it speaks of, in the order of the study file
 */
public record ClaimResult(
    String id,
    String statement,
    String paper,
    Verdict verdict,
    List<CheckResult> checks,
    List<String> arms) {
  public ClaimResult {
    checks = List.copyOf(checks);
    arms = List.copyOf(arms);
  }
}
