package org.genlab.study.internal;

import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.genlab.api.evaluation.Series;
import org.genlab.study.AnalysisResult;
import org.genlab.study.Over;

/**
 * Tries expressions on invented runs that have every series and every setting, before anything
 * runs. Only mistakes that do not depend on the runs are reported.
 */
final class Probe {
  private final Map<String, AnalysisResult> analyses = new LinkedHashMap<>();
  private final Map<String, ArmRuns> arms = new LinkedHashMap<>();

  Probe(Iterable<String> arms, Iterable<String> analyses) {
    for (String name : arms) {
      ArmRuns.Outcome outcome = new ArmRuns.Outcome(0, run(name), "");
      this.arms.put(name, new ArmRuns(name, List.of(outcome)));
    }
    for (String name : analyses) {
      this.analyses.put(name, new AnalysisResult(name, Map.of(), Map.of(), "not run yet"));
    }
  }

  private static RunData run(String arm) {
    return new RunData(
        arm,
        0,
        2,
        new Everything<>(
            name -> new Series(name, new long[] {0, 1, 2}, new double[] {0.25, 0.5, 0.75})),
        new Everything<>(name -> 1.0));
  }

  /**
   * @throws ExpressionException when the expression is wrong whatever the runs are
   */
  void check(Expression value, Over over, Set<String> used) {
    Map<String, Callee> variables = new LinkedHashMap<>();
    Map<String, ArmList> lists = new LinkedHashMap<>();
    for (String name : used) {
      ArmView view = new ArmView(arms.get(name).runs().get(0).data());
      ArmList list = new ArmList(List.of(view));
      variables.put(Judge.variable(name), over.isOfAllSeeds() ? list : view);
      lists.put(name, list);
    }
    attempt(value, variables, lists);
  }

  /**
   * @throws ExpressionException when the expression over one run is wrong whatever the run is
   */
  void checkRun(Expression value) {
    attempt(value, Map.of("run", new ArmView(run("run"))), Map.of());
  }

  /**
   * @throws ExpressionException when the expression, a number or a list over one run, is wrong
   *     whatever the run is
   */
  void checkPoints(Expression value) {
    Map<String, Callee> variables = Map.of("run", new ArmView(run("run")));
    try {
      double[] unused =
          Values.numbers("a plot", value.evaluate(variables, new Functions(Map.of(), analyses)));
    } catch (ExpressionException e) {
      if (e.isMisuse()) {
        throw e;
      }
    }
  }

  private void attempt(
      Expression value, Map<String, Callee> variables, Map<String, ArmList> lists) {
    try {
      double unused = value.number(variables, new Functions(lists, analyses));
    } catch (ExpressionException e) {
      if (e.isMisuse()) {
        throw e;
      }
    }
  }

  /** A map that has every key. */
  private static final class Everything<T> extends AbstractMap<String, T> {
    private final Function<String, T> values;

    Everything(Function<String, T> values) {
      this.values = values;
    }

    @Override
    public T get(Object key) {
      return values.apply((String) key);
    }

    @Override
    public boolean containsKey(Object key) {
      return true;
    }

    @Override
    public Set<Entry<String, T>> entrySet() {
      return Set.of();
    }
  }
}
