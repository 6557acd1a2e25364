package org.genlab.study.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Several runs in an expression: each function gives a list with its value for each run. */
final class ArmList implements Callee {
  private final List<ArmView> runs;

  ArmList(List<ArmView> runs) {
    this.runs = List.copyOf(runs);
  }

  List<ArmView> runs() {
    return runs;
  }

  @Override
  public Object call(String function, Object[] arguments) {
    if (function.equals("count")) {
      return (double) runs.size();
    }
    List<Object> out = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      Object[] own = arguments.clone();
      // at(series, first(...)) must use each run's own step.
      for (int j = 1; j < own.length; j++) {
        if (own[j] instanceof List<?> list && list.size() == runs.size()) {
          own[j] = list.get(i);
        }
      }
      out.add(runs.get(i).call(function, own));
    }
    return Collections.unmodifiableList(out);
  }
}
