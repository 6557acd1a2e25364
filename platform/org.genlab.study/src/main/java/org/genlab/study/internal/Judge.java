package org.genlab.study.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.genlab.study.AnalysisResult;
import org.genlab.study.CheckResult;
import org.genlab.study.CheckResult.SeedValue;
import org.genlab.study.Interval;
import org.genlab.study.Over;
import org.genlab.study.Threshold;
import org.genlab.study.Verdict;
import org.genlab.tensor.random.RandomStream;

/**
 * Judges checks by the runs of arms.
 *
 * <p>The i-th number of a check comes from the i-th seed of each arm it speaks of; an arm with
 * fewer seeds starts again with its first.
 */
public final class Judge {
  private final Map<String, ArmRuns> arms;
  private final Map<String, AnalysisResult> analyses;

  /**
   * @param arms by the name expressions use
   * @param analyses by name
   */
  public Judge(Map<String, ArmRuns> arms, Map<String, AnalysisResult> analyses) {
    this.arms = new LinkedHashMap<>(arms);
    this.analyses = new LinkedHashMap<>(analyses);
  }

  /**
   * Judges a check.
   *
   * @param key of the random numbers of the bootstrap
   */
  public CheckResult judge(Check check, String key) {
    List<String> used = check.arms();
    List<ArmRuns> runs = used.stream().map(arms::get).toList();
    int n = runs.stream().mapToInt(a -> a.runs().size()).max().orElse(1);
    for (ArmRuns arm : runs) {
      for (ArmRuns.Outcome outcome : arm.runs()) {
        if (outcome.data() == null) {
          return unjudged(
              check,
              n,
              "it could not be judged: the run of arm '"
                  + arm.name()
                  + "' with seed "
                  + outcome.seed()
                  + " failed ("
                  + outcome.failure()
                  + ")");
        }
      }
    }
    try {
      return check.over().isOfAllSeeds()
          ? pooled(check, used, n, key)
          : bySeed(check, used, runs, n, key);
    } catch (ExpressionException e) {
      return unjudged(check, n, "it could not be judged: " + e.getMessage());
    }
  }

  private static CheckResult unjudged(Check check, int n, String reason) {
    return new CheckResult(
        check.value().source(),
        check.over(),
        check.threshold(),
        Verdict.FALSE,
        Double.NaN,
        null,
        Double.NaN,
        List.of(),
        n,
        reason);
  }

  private CheckResult bySeed(
      Check check, List<String> used, List<ArmRuns> runs, int n, String key) {
    List<SeedValue> seeds = new ArrayList<>();
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = evaluate(check.value(), used, i);
      seeds.add(new SeedValue(seedOf(runs, n, i), values[i]));
    }
    for (SeedValue seed : seeds) {
      if (Double.isNaN(seed.value())) {
        return result(
            check,
            Verdict.FALSE,
            Double.NaN,
            null,
            seeds,
            n,
            "its value is not defined (NaN) for seed " + seed.seed());
      }
    }
    if (check.over() == Over.EACH_SEED) {
      double worst = values[0];
      for (double value : values) {
        if (check.threshold().margin(value) < check.threshold().margin(worst)
            || (check.threshold().isMetBy(worst) && !check.threshold().isMetBy(value))) {
          worst = value;
        }
      }
      Verdict verdict = check.threshold().isMetBy(worst) ? Verdict.TRUE : Verdict.FALSE;
      return result(check, verdict, worst, null, seeds, n, "");
    }
    double mean = Statistics.mean(values);
    Interval interval =
        n < 2
            ? null
            : Statistics.bootstrap(
                n,
                indices ->
                    Statistics.mean(Arrays.stream(indices).mapToDouble(i -> values[i]).toArray()),
                RandomStream.of(0, "bootstrap/" + key));
    return weigh(check, mean, interval, seeds, n);
  }

  /** The seed of the arm with the most seeds. */
  private static long seedOf(List<ArmRuns> runs, int n, int i) {
    for (ArmRuns arm : runs) {
      if (arm.runs().size() == n) {
        return arm.runs().get(i).seed();
      }
    }
    return i;
  }

  private double evaluate(Expression value, List<String> used, int i) {
    Map<String, Callee> variables = new HashMap<>();
    Map<String, ArmList> all = new LinkedHashMap<>();
    for (String name : used) {
      ArmRuns arm = arms.get(name);
      ArmView view = new ArmView(arm.runs().get(i % arm.runs().size()).data());
      variables.put(variable(name), view);
      all.put(name, new ArmList(List.of(view)));
    }
    return value.number(variables, new Functions(all, analyses));
  }

  private CheckResult pooled(Check check, List<String> used, int n, String key) {
    int[] identity = new int[n];
    Arrays.setAll(identity, i -> i);
    double number = evaluate(check.value(), used, identity);
    if (n < 2 || check.over() == Over.ONCE) {
      return weigh(check, number, null, List.of(), n);
    }
    Map<List<Integer>, Double> known = new HashMap<>();
    Interval interval =
        Statistics.bootstrap(
            n,
            indices ->
                known.computeIfAbsent(
                    Arrays.stream(indices).boxed().toList(),
                    k -> evaluate(check.value(), used, indices)),
            RandomStream.of(0, "bootstrap/" + key));
    return weigh(check, number, interval, List.of(), n);
  }

  private double evaluate(Expression value, List<String> used, int[] indices) {
    Map<String, Callee> variables = new HashMap<>();
    Map<String, ArmList> all = new LinkedHashMap<>();
    for (String name : used) {
      List<ArmRuns.Outcome> runs = arms.get(name).runs();
      List<ArmView> views = new ArrayList<>();
      if (runs.size() == 1) {
        views.add(new ArmView(runs.get(0).data()));
      } else {
        // An arm with fewer seeds is resampled with its own number of them.
        for (int i = 0; i < runs.size(); i++) {
          views.add(new ArmView(runs.get(indices[i] % runs.size()).data()));
        }
      }
      variables.put(variable(name), new ArmList(views));
      all.put(name, new ArmList(views));
    }
    return value.number(variables, new Functions(all, analyses));
  }

  /** The name of an arm as expressions write it: what cannot stand in a name is an underscore. */
  public static String variable(String arm) {
    return arm.replace('-', '_').replace('.', '_');
  }

  private static CheckResult weigh(
      Check check, double number, Interval interval, List<SeedValue> seeds, int n) {
    Threshold threshold = check.threshold();
    if (Double.isNaN(number)) {
      return result(
          check, Verdict.FALSE, number, interval, seeds, n, "its value is not defined (NaN)");
    }
    if (!threshold.isMetBy(number)) {
      return result(check, Verdict.FALSE, number, interval, seeds, n, "");
    }
    if (interval != null
        && !(threshold.isMetBy(interval.low()) && threshold.isMetBy(interval.high()))) {
      String reason =
          Double.isNaN(interval.low())
              ? "its value is not defined on some resamples of the " + n + " seeds"
              : "the interval over " + n + " seeds crosses the threshold";
      return result(check, Verdict.UNDERPOWERED, number, interval, seeds, n, reason);
    }
    return result(check, Verdict.TRUE, number, interval, seeds, n, "");
  }

  private static CheckResult result(
      Check check,
      Verdict verdict,
      double number,
      Interval interval,
      List<SeedValue> seeds,
      int n,
      String reason) {
    return new CheckResult(
        check.value().source(),
        check.over(),
        check.threshold(),
        verdict,
        number,
        interval,
        check.threshold().margin(number),
        seeds,
        n,
        reason);
  }
}
