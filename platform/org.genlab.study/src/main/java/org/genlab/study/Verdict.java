package org.genlab.study;

import java.util.Collection;

/** What the runs say of a claim, from good to bad. */
public enum Verdict {
  /** The number meets the threshold, and its interval does as well where there is one. */
  TRUE,
  /** The number meets the threshold but its interval over seeds crosses it. */
  UNDERPOWERED,
  /** The number misses the threshold, or there is none. */
  FALSE;

  /** The worst of several verdicts; TRUE when there are none. */
  public static Verdict worst(Collection<Verdict> verdicts) {
    Verdict worst = TRUE;
    for (Verdict verdict : verdicts) {
      if (verdict.compareTo(worst) > 0) {
        worst = verdict;
      }
    }
    return worst;
  }
}
