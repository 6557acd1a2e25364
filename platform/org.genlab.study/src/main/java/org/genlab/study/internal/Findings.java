package org.genlab.study.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.genlab.api.evaluation.Analysis;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.api.evaluation.Series;
import org.genlab.study.AnalysisResult;
import org.genlab.study.ArmResult;
import org.genlab.study.CheckResult;
import org.genlab.study.ClaimResult;
import org.genlab.study.ControlResult;
import org.genlab.study.PlotResult;
import org.genlab.study.RunEntry;
import org.genlab.study.StudyResult;
import org.genlab.study.Verdict;

/** What the runs of a study show: analyses, verdicts, plots. */
public final class Findings {
  private final Definition study;
  private final Plan plan;
  private final Map<String, RunEntry> entries;
  private final Map<String, Analysis> analyses;
  private final BiFunction<String, String, RunRecord> records;
  private final Map<String, RunData> data = new LinkedHashMap<>();

  /**
   * @param entries of all runs, by name
   * @param analyses wired, by name
   * @param records reads a finished run by its name, as an arm
   */
  public Findings(
      Definition study,
      Plan plan,
      Map<String, RunEntry> entries,
      Map<String, Analysis> analyses,
      BiFunction<String, String, RunRecord> records) {
    this.study = study;
    this.plan = plan;
    this.entries = entries;
    this.analyses = analyses;
    this.records = records;
  }

  /** Everything, when the study is finished; what was planned, otherwise. */
  public StudyResult result(
      String profile, StudyResult.Outcome outcome, StudyResult.Timing timing) {
    boolean finished = outcome == StudyResult.Outcome.FINISHED;
    List<RunEntry> runs = new ArrayList<>();
    List<AnalysisResult> found = new ArrayList<>();
    List<ClaimResult> claims = new ArrayList<>();
    List<ControlResult> controls = new ArrayList<>();
    List<PlotResult> plots = new ArrayList<>();
    if (finished) {
      Map<String, AnalysisResult> byName = analyse(plan.arms());
      found.addAll(byName.values());
      Judge judge = new Judge(armRuns(plan.arms()), byName);
      Map<String, ClaimResult> judged = new LinkedHashMap<>();
      plan.claims().forEach(claim -> judged.put(claim.id(), judge(judge, claim)));
      claims.addAll(judged.values());
      plan.controls()
          .forEach(control -> controls.add(judge(control, judged.get(control.claim().id()))));
      for (Definition.Plot each : study.plots()) {
        PlotResult plot = plot(each);
        // The short form of a study may leave none of a plot's arms.
        if (!plot.runs().isEmpty() || !plot.points().isEmpty()) {
          plots.add(plot);
        }
      }
      entries.values().forEach(entry -> runs.add(withLast(entry)));
    } else {
      runs.addAll(entries.values());
    }
    return new StudyResult(
        StudyResult.FORMAT,
        study.id(),
        study.title(),
        study.paper(),
        profile,
        outcome,
        plan.arms().stream().map(Findings::armResult).toList(),
        runs,
        claims,
        controls,
        found,
        plots,
        study.deviations(),
        study.findings(),
        timing);
  }

  private static ArmResult armResult(Plan.PlannedArm arm) {
    return new ArmResult(
        arm.name(), arm.overrides(), arm.seeds(), arm.runs().stream().map(Plan.Run::name).toList());
  }

  private RunEntry withLast(RunEntry entry) {
    if (entry.status() != RunEntry.Status.FINISHED) {
      return entry;
    }
    Map<String, Double> last = new LinkedHashMap<>();
    RunData run = data(entry, entry.name());
    run.series().forEach((name, series) -> series.last().ifPresent(v -> last.put(name, v)));
    return new RunEntry(
        entry.name(),
        entry.seed(),
        entry.digest(),
        entry.status(),
        entry.reason(),
        entry.steps(),
        last);
  }

  private RunData data(RunEntry entry, String arm) {
    RunData known =
        data.computeIfAbsent(
            entry.name(),
            name -> {
              RunRecord run = records.apply(name, arm);
              Map<String, Series> series = new LinkedHashMap<>();
              for (String each : run.history().names()) {
                run.history().series(each).ifPresent(s -> series.put(each, s));
              }
              return new RunData(arm, run.seed(), entry.steps(), series, run.settings());
            });
    return new RunData(arm, known.seed(), known.steps(), known.series(), known.settings());
  }

  private Map<String, ArmRuns> armRuns(List<Plan.PlannedArm> arms) {
    Map<String, ArmRuns> out = new LinkedHashMap<>();
    for (Plan.PlannedArm arm : arms) {
      List<ArmRuns.Outcome> outcomes = new ArrayList<>();
      for (Plan.Run run : arm.runs()) {
        RunEntry entry = entries.get(run.name());
        outcomes.add(
            entry.status() == RunEntry.Status.FINISHED
                ? new ArmRuns.Outcome(run.seed(), data(entry, arm.name()), "")
                : new ArmRuns.Outcome(run.seed(), null, entry.reason()));
      }
      out.put(arm.name(), new ArmRuns(arm.name(), outcomes));
    }
    return out;
  }

  private ClaimResult judge(Judge judge, Definition.Claim claim) {
    List<CheckResult> checks = new ArrayList<>();
    for (int i = 0; i < claim.checks().size(); i++) {
      String key = study.id() + "/" + claim.id() + "/" + i;
      checks.add(judge.judge(claim.checks().get(i), key));
    }
    Verdict worst = Verdict.worst(checks.stream().map(CheckResult::verdict).toList());
    return new ClaimResult(
        claim.id(), claim.statement(), claim.paper(), worst, checks, claim.arms());
  }

  private ControlResult judge(Plan.PlannedControl control, ClaimResult before) {
    Map<String, AnalysisResult> found =
        control.claim().analyses() ? analyse(control.arms()) : Map.of();
    ClaimResult claim = judge(new Judge(armRuns(control.arms()), found), control.claim());
    boolean breaks = false;
    for (int i = 0; i < claim.checks().size(); i++) {
      // What was FALSE before is not broken, and a crash or an undefined number is no evidence.
      CheckResult check = claim.checks().get(i);
      breaks |=
          before.checks().get(i).verdict() != Verdict.FALSE
              && check.verdict() == Verdict.FALSE
              && !Double.isNaN(check.number());
    }
    return new ControlResult(
        control.control().because(),
        breaks,
        claim,
        control.arms().stream().map(Findings::armResult).toList());
  }

  private Map<String, AnalysisResult> analyse(List<Plan.PlannedArm> arms) {
    Map<String, AnalysisResult> out = new LinkedHashMap<>();
    analyses.forEach((name, analysis) -> out.put(name, analyse(name, analysis, arms)));
    return out;
  }

  private AnalysisResult analyse(String name, Analysis analysis, List<Plan.PlannedArm> arms) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    Map<String, List<Double>> arrays = new LinkedHashMap<>();
    String reason = "";
    try {
      List<RunRecord> runs = new ArrayList<>();
      for (Plan.PlannedArm arm : arms) {
        List<Plan.Run> ordered = new ArrayList<>(arm.runs());
        ordered.sort((a, b) -> Long.compare(a.seed(), b.seed()));
        for (Plan.Run run : ordered) {
          RunEntry entry = entries.get(run.name());
          if (entry.status() != RunEntry.Status.FINISHED) {
            throw ExpressionException.missing(
                "the run " + run.name() + " failed (" + entry.reason() + ")");
          }
          runs.add(records.apply(run.name(), arm.name()));
        }
      }
      analysis.analyse(
          runs,
          new Recorder() {
            @Override
            public void number(String series, double value) {
              numbers.put(series, value);
            }

            @Override
            public void array(String series, double... values) {
              arrays.put(series, Values.list(values));
            }
          });
    } catch (ExpressionException e) {
      reason = e.getMessage();
    } catch (IllegalArgumentException e) {
      // How an analysis refuses runs.
      reason = e.getMessage() == null ? e.toString() : e.getMessage();
    } catch (RuntimeException e) {
      reason = e.toString();
    }
    return new AnalysisResult(name, numbers, arrays, reason);
  }

  private PlotResult plot(Definition.Plot plot) {
    List<PlotResult.ArmRun> runs = new ArrayList<>();
    List<PlotResult.Mark> marks = new ArrayList<>();
    List<PlotResult.Point> points = new ArrayList<>();
    for (Plan.PlannedArm arm : plan.arms()) {
      if (!plot.arms().contains(arm.name())) {
        continue;
      }
      for (Plan.Run run : arm.runs()) {
        RunEntry entry = entries.get(run.name());
        if (entry.status() != RunEntry.Status.FINISHED) {
          continue;
        }
        RunData own = data(entry, arm.name());
        if (plot.kind() == PlotResult.Kind.CURVES) {
          runs.add(new PlotResult.ArmRun(arm.name(), run.seed(), run.name()));
          plot.marks()
              .forEach(
                  (label, step) ->
                      marks.add(
                          new PlotResult.Mark(label, arm.name(), run.seed(), number(step, own))));
        } else {
          points.addAll(points(arm.name(), run.seed(), plot, own));
        }
      }
    }
    return new PlotResult(
        plot.id(),
        plot.title(),
        plot.kind(),
        plot.series(),
        runs,
        plot.xAxis(),
        plot.yAxis(),
        marks,
        points);
  }

  /** The points of a run: one, or one for each element where a coordinate is a list. */
  private static List<PlotResult.Point> points(
      String arm, long seed, Definition.Plot plot, RunData run) {
    double[] x = numbers(plot.x(), run);
    double[] y = numbers(plot.y(), run);
    List<PlotResult.Point> points = new ArrayList<>();
    for (int i = 0; i < Math.max(x.length, y.length); i++) {
      points.add(new PlotResult.Point(arm, seed, element(x, i), element(y, i)));
    }
    return points;
  }

  private static double element(double[] values, int i) {
    return values.length == 1 ? values[0] : i < values.length ? values[i] : Double.NaN;
  }

  /** A number for a plot; NaN, which is not drawn, when there is none. */
  private static double number(Expression expression, RunData run) {
    double[] numbers = numbers(expression, run);
    return numbers.length == 1 ? numbers[0] : Double.NaN;
  }

  private static double[] numbers(Expression expression, RunData run) {
    try {
      Object value =
          expression.evaluate(Map.of("run", new ArmView(run)), new Functions(Map.of(), Map.of()));
      return Values.numbers("a plot", value);
    } catch (ExpressionException e) {
      return new double[] {Double.NaN};
    }
  }
}
