package org.genlab.study.internal;

import java.util.ArrayList;
import java.util.List;

/** What the documentation must name. */
public final class Documented {
  private Documented() {}

  /** The functions of arms and those without. */
  public static List<String> functions() {
    List<String> all = new ArrayList<>(ArmView.FUNCTIONS);
    all.addAll(Functions.FUNCTIONS);
    return all;
  }
}
