package org.genlab.study.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.genlab.api.evaluation.History;
import org.genlab.api.evaluation.Series;
import org.genlab.store.RunStatus;
import org.genlab.store.StoredRun;
import org.genlab.study.plot.Figure;

/** The report of one run. */
final class RunPage {
  private final StoredRun run;
  private final String name;
  private final Milestones milestones;
  private final List<Plot> large = new ArrayList<>();
  private final List<Plot> small = new ArrayList<>();

  RunPage(StoredRun run, String name) {
    this.run = run;
    this.name = name;
    milestones = Milestones.of(run);
    Map<String, List<String>> byMetric = new TreeMap<>(RunPage::mainFirst);
    for (String series : run.history().names()) {
      byMetric.computeIfAbsent(SeriesName.of(series).metric(), m -> new ArrayList<>()).add(series);
    }
    byMetric.forEach(this::plot);
  }

  private static int mainFirst(String a, String b) {
    int order = Integer.compare(rank(a), rank(b));
    return order != 0 ? order : a.compareTo(b);
  }

  private static int rank(String metric) {
    return metric.equals("accuracy") ? 0 : metric.equals("loss") ? 1 : 2;
  }

  private void plot(String metric, List<String> names) {
    SeriesName kind = new SeriesName("", metric);
    List<Figure.Curve> curves = new ArrayList<>();
    for (String series : names) {
      SeriesName parts = SeriesName.of(series);
      Series values = run.history().series(series).orElseThrow();
      curves.add(
          Curves.over(
              names.size() > 1 ? parts.splitText() : "",
              parts.ink(curves.size()),
              List.of(values)));
    }
    boolean main = rank(metric) < 2;
    List<Figure.Mark> marks = main ? StudyPage.marks(milestones, List.of(run)) : List.of();
    Figure figure =
        new Figure(
            main ? "" : metric,
            new Figure.Axis("optimisation step", Curves.steps(curves, true)),
            new Figure.Axis(
                main ? metric : "", Curves.values(curves, kind.isLoss(), kind.isPart())),
            curves,
            List.of(),
            marks);
    if (main) {
      large.add(Plot.large(metric, figure, StudyPage.marksCaption(milestones, marks)));
    } else if (curves.stream().anyMatch(c -> c.xs().length > 2)) {
      small.add(Plot.small(SeriesName.fileName(metric), figure));
    }
  }

  /** All figures of the page. */
  List<Plot> plots() {
    List<Plot> all = new ArrayList<>(large);
    all.addAll(small);
    return all;
  }

  String html() {
    Html html = new Html();
    html.element("p", "kicker", "GenLab run").element("h1", name);
    outcome(html);
    html.element("h2", "Curves");
    if (large.isEmpty() && small.isEmpty()) {
      html.element("p", "quiet", "Nothing was measured yet.");
    }
    large.forEach(plot -> Sections.figure(html, plot));
    if (!small.isEmpty()) {
      Sections.key(html);
      Sections.grid(html, small);
    }
    numbers(html);
    Sections.experiment(
        html, run.directory().experiment(), "As it was run, with every default written out.");
    Sections.lock(html, run.directory().lock());
    html.element("h2", "How to repeat it");
    html.element(
        "pre", "genlab run experiment.yaml      # the file beside this report: the same bits");
    return Page.document(name + " · GenLab", html.toString());
  }

  private void outcome(Html html) {
    RunStatus status = run.directory().status().orElse(null);
    String text = "This run has not started.";
    String type = "";
    if (status != null) {
      String steps =
          status.totalSteps() > 0
              ? status.step() + " of " + NumberText.count(status.totalSteps(), "step")
              : NumberText.count(status.step(), "step");
      switch (status.state()) {
        case FINISHED -> {
          text = "Finished after " + NumberText.count(status.step(), "step") + ".";
          type = " good";
        }
        case STOPPED -> {
          text = "Stopped after " + steps + "; it can be resumed.";
          type = " warn";
        }
        case FAILED -> {
          text = "Failed after " + steps + ": " + status.message();
          type = " bad";
        }
        case RUNNING -> {
          text = "Was running, at " + steps + ", when this was written.";
          type = " warn";
        }
      }
    }
    html.open("div", "outcome" + type).element("p", text);
    html.element("p", "quiet", "Seed " + run.seed() + ".").close("div");
  }

  private void numbers(Html html) {
    History history = run.history();
    Set<String> splits = new LinkedHashSet<>();
    Map<String, Map<String, Series>> rows = new LinkedHashMap<>();
    for (String series : history.names()) {
      SeriesName parts = SeriesName.of(series);
      splits.add(parts.split());
      rows.computeIfAbsent(parts.metric(), m -> new LinkedHashMap<>())
          .put(parts.split(), history.series(series).orElseThrow());
    }
    if (rows.isEmpty()) {
      return;
    }
    html.element("h2", "Last values");
    List<String> columns = new ArrayList<>(List.of("Metric"));
    splits.forEach(split -> columns.add("#" + (split.isEmpty() ? "run" : split)));
    html.head(columns);
    rows.forEach(
        (metric, bySplit) -> {
          html.open("tr").cell(metric);
          boolean part = new SeriesName("", metric).isPart();
          for (String split : splits) {
            Series series = bySplit.get(split);
            double last = series == null ? Double.NaN : series.last().orElse(Double.NaN);
            html.number(
                series == null ? "" : part ? NumberText.percent(last) : NumberText.number(last));
          }
          html.close("tr");
        });
    html.endTable();
  }
}
