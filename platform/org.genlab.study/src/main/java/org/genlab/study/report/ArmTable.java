package org.genlab.study.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.genlab.store.StoredRun;
import org.genlab.study.ArmResult;
import org.genlab.study.CheckResult;
import org.genlab.study.ClaimResult;
import org.genlab.study.RunEntry;
import org.genlab.study.StudyResult;

/**
 * The table of a study's arms: steps, when accuracies first reached the threshold, and what the
 * series that everybody looks at, or that a claim speaks of, were after the last step. What no run
 * measured has no column. Numbers are medians over the seeds, with their range where they differ.
 *
 * @param columns the titles of the numbers
 * @param rows in the order of the study
 */
public record ArmTable(List<String> columns, List<Row> rows) {
  /** Series of claims that get a column of their own, at most. */
  private static final int MOST_SERIES = 4;

  private static final Pattern QUOTED = Pattern.compile("'([^']+)'|\"([^\"]+)\"");

  private static final Map<String, String> USUAL =
      Map.of(
          "train/accuracy", "train acc.",
          "validation/accuracy", "val. acc.",
          "validation/loss", "val. loss");

  public ArmTable {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  /**
   * The row of an arm.
   *
   * @param cells as text, in the order of the columns
   * @param trouble which runs failed, as sentences; empty when none did
   */
  public record Row(ArmResult arm, List<String> cells, String trouble) {
    public Row {
      cells = List.copyOf(cells);
    }
  }

  /**
   * The table of a study.
   *
   * @param runs by name, those that left a directory
   */
  static ArmTable of(StudyResult study, Map<String, StoredRun> runs, Milestones milestones) {
    List<String> titles = new ArrayList<>(List.of("steps"));
    List<Function<ArmResult, String>> columns = new ArrayList<>();
    columns.add(arm -> spread(arm, n -> entry(study, n, RunEntry::steps), NumberText::steps));
    if (runs.values().stream().anyMatch(r -> !Double.isNaN(milestones.step(r, "train")))) {
      titles.add("t_train");
      columns.add(arm -> spread(arm, n -> step(runs, milestones, n, "train"), NumberText::steps));
    }
    if (runs.values().stream().anyMatch(r -> !Double.isNaN(milestones.step(r, "validation")))) {
      titles.add("t_val");
      columns.add(
          arm -> spread(arm, n -> step(runs, milestones, n, "validation"), NumberText::steps));
    }
    for (String series : series(study)) {
      titles.add(USUAL.getOrDefault(series, series));
      columns.add(
          arm ->
              spread(
                  arm,
                  n -> entry(study, n, e -> e.last().getOrDefault(series, Double.NaN)),
                  SeriesName.of(series).isPart() ? NumberText::percent : NumberText::number));
    }
    List<Row> rows =
        study.arms().stream()
            .map(
                arm ->
                    new Row(
                        arm, columns.stream().map(c -> c.apply(arm)).toList(), trouble(study, arm)))
            .toList();
    return new ArmTable(titles, rows);
  }

  /** The series with a column: the usual ones, then those of claims as they speak of them. */
  private static List<String> series(StudyResult study) {
    Set<String> measured = new LinkedHashSet<>();
    study.arms().stream()
        .flatMap(arm -> arm.runs().stream())
        .flatMap(name -> study.run(name).stream())
        .forEach(run -> measured.addAll(run.last().keySet()));
    Set<String> chosen = new LinkedHashSet<>();
    for (String usual : List.of("train/accuracy", "validation/accuracy", "validation/loss")) {
      if (measured.contains(usual)) {
        chosen.add(usual);
      }
    }
    int most = chosen.size() + MOST_SERIES;
    for (ClaimResult claim : study.claims()) {
      for (CheckResult check : claim.checks()) {
        Matcher quoted = QUOTED.matcher(check.value());
        while (quoted.find()) {
          String name = quoted.group(1) == null ? quoted.group(2) : quoted.group(1);
          if (measured.contains(name) && chosen.size() < most) {
            chosen.add(name);
          }
        }
      }
    }
    return List.copyOf(chosen);
  }

  private static String spread(
      ArmResult arm, ToDoubleFunction<String> value, DoubleFunction<String> text) {
    return StudyPage.spread(arm.runs().stream().mapToDouble(value).toArray(), text);
  }

  private static double entry(StudyResult study, String run, ToDoubleFunction<RunEntry> value) {
    return study.run(run).map(value::applyAsDouble).orElse(Double.NaN);
  }

  private static double step(
      Map<String, StoredRun> runs, Milestones milestones, String run, String split) {
    StoredRun stored = runs.get(run);
    return stored == null ? Double.NaN : milestones.step(stored, split);
  }

  private static String trouble(StudyResult study, ArmResult arm) {
    List<String> sentences = new ArrayList<>();
    for (String name : arm.runs()) {
      study
          .run(name)
          .filter(entry -> entry.status() == RunEntry.Status.FAILED)
          .ifPresent(entry -> sentences.add(entry.name() + " failed: " + entry.reason()));
    }
    return String.join(" ", sentences);
  }
}
