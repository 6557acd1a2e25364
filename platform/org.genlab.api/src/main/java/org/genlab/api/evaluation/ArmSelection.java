package org.genlab.api.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The runs of a study that an analysis is about. What its setting {@code arms} says are names of
 * arms, or patterns in which {@code *} stands for any text, such as {@code width-*}; none at all
 * stands for every arm.
 */
public final class ArmSelection {
  private ArmSelection() {}

  /**
   * The selected runs, in their order.
   *
   * @param runs what {@link Analysis#analyse} was given
   * @param arms names and patterns; empty for all arms
   * @throws IllegalArgumentException when a name or pattern fits no run's arm, or there are no runs
   */
  public static List<RunRecord> runs(List<RunRecord> runs, List<String> arms) {
    Set<String> present = new LinkedHashSet<>();
    runs.forEach(run -> present.add(run.arm()));
    if (present.isEmpty()) {
      throw new IllegalArgumentException("there are no runs to analyse");
    }
    if (arms.isEmpty()) {
      return runs;
    }
    Set<String> selected = new LinkedHashSet<>();
    for (String wanted : arms) {
      Pattern pattern = pattern(wanted);
      List<String> found = present.stream().filter(arm -> pattern.matcher(arm).matches()).toList();
      if (found.isEmpty()) {
        throw new IllegalArgumentException(
            "there is no run of an arm '"
                + wanted
                + "'; the arms are "
                + String.join(", ", present));
      }
      selected.addAll(found);
    }
    return runs.stream().filter(run -> selected.contains(run.arm())).toList();
  }

  /**
   * The selected runs by the name of their arm, arms and runs in their order.
   *
   * @param runs what {@link Analysis#analyse} was given
   * @param arms names and patterns; empty for all arms
   * @throws IllegalArgumentException when a name or pattern fits no run's arm, or there are no runs
   */
  public static Map<String, List<RunRecord>> byArm(List<RunRecord> runs, List<String> arms) {
    Map<String, List<RunRecord>> byArm = new LinkedHashMap<>();
    for (RunRecord run : runs(runs, arms)) {
      byArm.computeIfAbsent(run.arm(), arm -> new ArrayList<>()).add(run);
    }
    return byArm;
  }

  private static Pattern pattern(String wanted) {
    StringBuilder regex = new StringBuilder();
    for (String part : wanted.split("(?<=\\*)|(?=\\*)", -1)) {
      regex.append(part.equals("*") ? ".*" : Pattern.quote(part));
    }
    return Pattern.compile(regex.toString());
  }
}
