package org.genlab.study.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import org.genlab.api.evaluation.Series;
import org.genlab.store.StoredRun;
import org.genlab.study.AnalysisResult;
import org.genlab.study.ArmResult;
import org.genlab.study.CheckResult;
import org.genlab.study.ClaimResult;
import org.genlab.study.ControlResult;
import org.genlab.study.Paper;
import org.genlab.study.PlotResult;
import org.genlab.study.RunEntry;
import org.genlab.study.StudyResult;
import org.genlab.study.Verdict;
import org.genlab.study.plot.Figure;
import org.genlab.study.plot.Ink;
import org.genlab.study.plot.Label;
import org.genlab.study.plot.LinearScale;
import org.genlab.study.plot.LogScale;
import org.genlab.study.plot.Scale;

/** The report of a study. */
final class StudyPage {
  private final StudyResult study;
  private final Map<String, StoredRun> runs;
  private final Milestones milestones;
  private final List<Plot> large = new ArrayList<>();
  private final List<Plot> small = new ArrayList<>();

  /**
   * The report of a study.
   *
   * @param runs by name, those that left a directory
   */
  StudyPage(StudyResult study, Map<String, StoredRun> runs) {
    this.study = study;
    this.runs = runs;
    milestones = Reports.milestones(runs);
    draw();
  }

  private void draw() {
    List<PlotResult> wanted = new ArrayList<>(study.plots());
    if (wanted.stream().noneMatch(p -> p.kind() == PlotResult.Kind.CURVES)
        && !study.arms().isEmpty()) {
      wanted.add(0, usual("accuracy", false));
      wanted.add(1, usual("loss", true));
    }
    Set<String> drawn = new LinkedHashSet<>();
    for (PlotResult plot : wanted) {
      if (plot.kind() == PlotResult.Kind.POINTS) {
        points(plot);
      } else {
        curves(plot, drawn);
      }
    }
    for (ArmResult arm : study.arms()) {
      if (!drawn.contains(arm.name())) {
        PlotResult rest = usual("accuracy", false);
        armCurves(rest, arm.name(), of(arm), false, "accuracy-" + arm.name());
      }
    }
  }

  /** The curves every study shows when it asks for none. */
  private PlotResult usual(String metric, boolean logarithmic) {
    ArmResult arm = study.arms().get(0);
    List<PlotResult.ArmRun> armRuns = new ArrayList<>();
    for (int i = 0; i < arm.runs().size(); i++) {
      armRuns.add(new PlotResult.ArmRun(arm.name(), arm.seeds().get(i), arm.runs().get(i)));
    }
    return new PlotResult(
        metric,
        "",
        PlotResult.Kind.CURVES,
        List.of("train/" + metric, "validation/" + metric),
        armRuns,
        new PlotResult.Axis("optimisation step", true),
        new PlotResult.Axis(metric, logarithmic),
        List.of(),
        List.of());
  }

  private List<StoredRun> of(ArmResult arm) {
    return arm.runs().stream().filter(runs::containsKey).map(runs::get).toList();
  }

  private void curves(PlotResult plot, Set<String> drawn) {
    Map<String, List<StoredRun>> byArm = new LinkedHashMap<>();
    for (PlotResult.ArmRun armRun : plot.runs()) {
      if (runs.containsKey(armRun.run())) {
        byArm.computeIfAbsent(armRun.arm(), a -> new ArrayList<>()).add(runs.get(armRun.run()));
      }
    }
    if (plot.series().size() == 1 && byArm.size() > 1) {
      overlay(plot, byArm);
      return;
    }
    boolean first = true;
    for (Map.Entry<String, List<StoredRun>> arm : byArm.entrySet()) {
      String id = first ? plot.id() : plot.id() + "-" + arm.getKey();
      armCurves(plot, arm.getKey(), arm.getValue(), first, id);
      drawn.add(arm.getKey());
      first = false;
    }
  }

  private void armCurves(
      PlotResult plot, String arm, List<StoredRun> seeds, boolean main, String id) {
    boolean sameMetric =
        plot.series().stream().map(s -> SeriesName.of(s).metric()).distinct().count() == 1;
    List<Figure.Curve> curves = new ArrayList<>();
    for (String name : plot.series()) {
      SeriesName parts = SeriesName.of(name);
      List<Series> series = series(seeds, name);
      if (!series.isEmpty()) {
        String label = sameMetric && !parts.split().isEmpty() ? parts.splitText() : name;
        curves.add(Curves.over(label, parts.ink(curves.size()), series));
      }
    }
    if (curves.isEmpty()) {
      return;
    }
    List<Figure.Mark> marks =
        plot.marks().isEmpty() ? marks(milestones, seeds) : marks(plot.marks(), arm);
    String title = main ? plot.title() : arm;
    Figure figure =
        new Figure(
            title,
            new Figure.Axis(main ? plot.x().label() : "", Curves.steps(curves, logSteps(plot))),
            new Figure.Axis(
                main ? plot.y().label() : "",
                Curves.values(curves, plot.y().logarithmic(), parts(plot))),
            curves,
            List.of(),
            marks);
    String file = SeriesName.fileName(id);
    if (main) {
      String caption =
          "Arm "
              + arm
              + ", "
              + seedsCaption(seeds.size())
              + (plot.marks().isEmpty() ? marksCaption(milestones, marks) : "");
      large.add(Plot.large(file, figure, caption));
    } else {
      small.add(Plot.small(file, figure));
    }
  }

  private void overlay(PlotResult plot, Map<String, List<StoredRun>> byArm) {
    String name = plot.series().get(0);
    List<Figure.Curve> curves = new ArrayList<>();
    int most = 0;
    for (Map.Entry<String, List<StoredRun>> arm : byArm.entrySet()) {
      List<Series> series = series(arm.getValue(), name);
      if (!series.isEmpty()) {
        curves.add(Curves.over(arm.getKey(), Ink.series(curves.size()), series));
        most = Math.max(most, series.size());
      }
    }
    if (curves.isEmpty()) {
      return;
    }
    Figure figure =
        new Figure(
            plot.title(),
            new Figure.Axis(plot.x().label(), Curves.steps(curves, logSteps(plot))),
            new Figure.Axis(
                plot.y().label(), Curves.values(curves, plot.y().logarithmic(), parts(plot))),
            curves,
            List.of(),
            List.of());
    large.add(Plot.large(SeriesName.fileName(plot.id()), figure, name + ", " + seedsCaption(most)));
  }

  private void points(PlotResult plot) {
    Map<String, List<PlotResult.Point>> byArm = new LinkedHashMap<>();
    int left = 0;
    for (PlotResult.Point point : plot.points()) {
      if (Double.isFinite(point.x()) && Double.isFinite(point.y())) {
        byArm.computeIfAbsent(point.arm(), a -> new ArrayList<>()).add(point);
      } else {
        left++;
      }
    }
    boolean many = byArm.size() > 6;
    boolean lists =
        byArm.values().stream()
            .anyMatch(p -> p.stream().map(PlotResult.Point::seed).distinct().count() < p.size());
    List<Figure.Cloud> clouds = new ArrayList<>();
    byArm.forEach(
        (arm, points) ->
            clouds.add(
                new Figure.Cloud(
                    many ? "" : arm,
                    many ? Ink.BLUE : Ink.series(clouds.size()),
                    points.stream().mapToDouble(PlotResult.Point::x).toArray(),
                    points.stream().mapToDouble(PlotResult.Point::y).toArray())));
    double[] xs = plot.points().stream().mapToDouble(PlotResult.Point::x).toArray();
    double[] ys = plot.points().stream().mapToDouble(PlotResult.Point::y).toArray();
    Figure figure =
        new Figure(
            plot.title(),
            new Figure.Axis(plot.x().label(), scale(plot.x(), xs)),
            new Figure.Axis(plot.y().label(), scale(plot.y(), ys)),
            List.of(),
            clouds,
            List.of());
    String caption =
        (lists ? "Points for each seed" : "One point for each seed")
            + (many ? " of each arm" : "")
            + "."
            + (left > 0 ? " Without a finite value, and not drawn: " + left + "." : "");
    large.add(Plot.large(SeriesName.fileName(plot.id()), figure, caption));
  }

  private static Scale scale(PlotResult.Axis axis, double[] values) {
    return axis.logarithmic() ? LogScale.over(values) : LinearScale.over(values);
  }

  private static boolean logSteps(PlotResult plot) {
    return plot.x().logarithmic();
  }

  private static boolean parts(PlotResult plot) {
    return plot.series().stream().allMatch(s -> SeriesName.of(s).isPart());
  }

  private static List<Series> series(List<StoredRun> seeds, String name) {
    return seeds.stream().flatMap(run -> run.history().series(name).stream()).toList();
  }

  /** t_train and t_val as marks, medians over seeds; those that never came are left out. */
  static List<Figure.Mark> marks(Milestones milestones, List<StoredRun> seeds) {
    List<Figure.Mark> marks = new ArrayList<>();
    addMark(marks, "t_train", milestones.step(seeds, "train"), Ink.BLUE);
    addMark(marks, "t_val", milestones.step(seeds, "validation"), Ink.ORANGE);
    return marks;
  }

  private static List<Figure.Mark> marks(List<PlotResult.Mark> wanted, String arm) {
    Map<String, double[]> byLabel =
        wanted.stream()
            .filter(m -> m.arm().equals(arm) && !Double.isNaN(m.step()))
            .collect(
                Collectors.groupingBy(
                    PlotResult.Mark::label,
                    LinkedHashMap::new,
                    Collectors.collectingAndThen(
                        Collectors.toList(),
                        l -> l.stream().mapToDouble(PlotResult.Mark::step).sorted().toArray())));
    List<Figure.Mark> marks = new ArrayList<>();
    byLabel.forEach(
        (label, steps) ->
            addMark(
                marks,
                label,
                Curves.median(steps),
                label.contains("train")
                    ? Ink.BLUE
                    : label.contains("val") ? Ink.ORANGE : Ink.MUTED));
    return marks;
  }

  private static void addMark(List<Figure.Mark> marks, String label, double step, Ink ink) {
    if (Double.isFinite(step)) {
      marks.add(new Figure.Mark(Label.indexed(label + " = " + NumberText.steps(step)), ink, step));
    }
  }

  static String marksCaption(Milestones milestones, List<Figure.Mark> marks) {
    return marks.isEmpty() ? "" : " Marked: the first evaluated steps " + milestones.text() + ".";
  }

  private static String seedsCaption(int seeds) {
    return seeds == 1
        ? "one seed."
        : "median of " + seeds + " seeds; band from the smallest to the largest value.";
  }

  /** All figures of the page. */
  List<Plot> plots() {
    List<Plot> all = new ArrayList<>(large);
    all.addAll(small);
    return all;
  }

  String html() {
    Html html = new Html();
    html.element("p", "kicker", "GenLab study · " + study.id() + " · " + study.profile());
    html.element("h1", study.title());
    paper(html);
    outcome(html);
    claims(html);
    figures(html);
    controls(html);
    arms(html);
    analyses(html);
    if (!study.findings().isBlank()) {
      html.element("h2", "Findings").paragraphs(study.findings());
    }
    if (!study.deviations().isEmpty()) {
      html.element("h2", "Deviations from the paper").open("ul");
      study.deviations().forEach(deviation -> html.element("li", deviation));
      html.close("ul");
    }
    if (!runs.isEmpty()) {
      Map.Entry<String, StoredRun> first = runs.entrySet().iterator().next();
      Sections.experiment(
          html,
          first.getValue().directory().experiment(),
          "The resolved experiment of "
              + first.getKey()
              + ", with every default written out; the other runs differ by the changes in the"
              + " table of arms. Each has its own in runs/<name>/experiment.yaml.");
      Sections.lock(html, first.getValue().directory().lock());
    }
    html.element("h2", "How to repeat it");
    html.element(
        "pre",
        "genlab reproduce " + study.id() + (study.profile().equals("quick") ? " --quick" : ""));
    html.element(
        "p",
        "quiet small",
        "Runs are bit-identical on any machine and for any number of threads as long as the"
            + " versions above are the same.");
    return Page.document(study.title() + " · GenLab", html.toString());
  }

  private void paper(Html html) {
    Paper paper = study.paper();
    if (paper == null) {
      return;
    }
    html.open("p", "paper");
    if (!paper.authors().isEmpty()) {
      html.text(String.join(", ", paper.authors()) + ". ");
    }
    html.open("i").text(paper.title()).close("i");
    html.text(paper.year() > 0 ? " (" + paper.year() + "). " : ". ");
    if (paper.arxiv().matches("[A-Za-z.-]*/?[0-9.]+(v[0-9]+)?")) {
      html.link("https://arxiv.org/abs/" + paper.arxiv(), "arXiv:" + paper.arxiv());
    }
    html.close("p");
    if (!paper.summary().isBlank()) {
      html.paragraphs(paper.summary());
    }
  }

  private void outcome(Html html) {
    long yes = study.claims().stream().filter(c -> c.verdict() == Verdict.TRUE).count();
    int all = study.claims().size();
    String text;
    String type;
    if (study.outcome() == StudyResult.Outcome.STOPPED) {
      text = "Stopped before all runs were through; nothing is judged yet.";
      type = "warn";
    } else {
      List<ControlResult> controls = study.judgedControls();
      long breaking = controls.stream().filter(ControlResult::breaks).count();
      text =
          yes
              + " of "
              + NumberText.count(all, "claim")
              + " TRUE"
              + (controls.isEmpty()
                  ? "."
                  : "; "
                      + breaking
                      + " of "
                      + NumberText.count(controls.size(), "control")
                      + " breaking, as each must.");
      type = study.passed() ? "good" : "bad";
    }
    html.open("div", "outcome " + type).element("p", text);
    html.element("p", "quiet", scope()).close("div");
  }

  private String scope() {
    long steps = study.runs().stream().mapToLong(RunEntry::steps).sum();
    StringBuilder text = new StringBuilder();
    text.append(NumberText.count(study.arms().size(), "arm"))
        .append(", ")
        .append(NumberText.count(study.runs().size(), "run"))
        .append(", ")
        .append(NumberText.count(steps, "step"))
        .append(" in all");
    if (study.timing() != null) {
      text.append("; ").append(NumberText.duration(study.timing().seconds()));
      text.append(", started ").append(study.timing().started());
    }
    return text.append('.').toString();
  }

  private static void verdict(Html html, Verdict verdict) {
    html.element("span", "verdict " + type(verdict), mark(verdict) + verdict);
  }

  private static String mark(Verdict verdict) {
    return switch (verdict) {
      case TRUE -> "✓ ";
      case FALSE -> "✗ ";
      case UNDERPOWERED -> "◐ ";
    };
  }

  private static String type(Verdict verdict) {
    return switch (verdict) {
      case TRUE -> "good";
      case FALSE -> "bad";
      case UNDERPOWERED -> "warn";
    };
  }

  private void claims(Html html) {
    if (study.claims().isEmpty()) {
      return;
    }
    html.element("h2", "Claims");
    html.head(
        List.of(
            "Verdict",
            "Claim",
            "What is measured",
            "#Number",
            "#95 % interval",
            "#Needed",
            "#Margin",
            "#Seeds"));
    for (ClaimResult claim : study.claims()) {
      List<CheckResult> checks = claim.checks();
      int rows = Math.max(1, checks.size());
      html.raw("<tr><td rowspan=\"" + rows + "\">");
      verdict(html, claim.verdict());
      html.raw("</td><td class=\"claim\" rowspan=\"" + rows + "\">").text(claim.statement());
      if (!claim.paper().isBlank()) {
        html.element("span", "small quiet", "Paper: " + claim.paper());
      }
      html.element("span", "small quiet", claim.id() + ": " + String.join(", ", claim.arms()));
      html.raw("</td>");
      for (int i = 0; i < checks.size(); i++) {
        if (i > 0) {
          html.open("tr");
        }
        check(html, checks.get(i), checks.size() > 1);
        html.close("tr");
      }
      if (checks.isEmpty()) {
        html.raw("<td colspan=\"6\"></td></tr>\n");
      }
    }
    html.endTable();
    html.element(
        "p",
        "quiet small",
        "TRUE: the number meets what is needed, and so does its whole interval. UNDERPOWERED: the"
            + " interval crosses the bound, more seeds would decide. FALSE: the number misses it."
            + " The margin is how far the number is on the right side of the bound.");
  }

  private static void check(Html html, CheckResult check, boolean oneOfMany) {
    html.open("td", "measure").element("code", check.value());
    if (!check.reason().isEmpty()) {
      html.element("span", "small quiet", check.reason());
    }
    html.close("td").open("td", "n");
    if (oneOfMany) {
      html.element("span", "verdict " + type(check.verdict()), mark(check.verdict()));
    }
    html.element("b", NumberText.number(check.number())).close("td");
    html.number(
        check.interval() == null
            ? "–"
            : NumberText.number(check.interval().low())
                + " … "
                + NumberText.number(check.interval().high()));
    html.number(check.threshold().text());
    html.number(NumberText.signed(check.margin()));
    html.number(Integer.toString(check.n()));
  }

  private void figures(Html html) {
    if (!large.isEmpty()) {
      html.element("h2", "Curves");
      large.forEach(plot -> Sections.figure(html, plot));
    }
    if (!small.isEmpty()) {
      html.element("h3", "The other arms");
      html.element(
          "p",
          "quiet small",
          "Each over optimisation steps; median and range of its seeds, t_train and t_val marked.");
      Sections.key(html);
      Sections.grid(html, small);
    }
  }

  private void controls(Html html) {
    if (study.controls().isEmpty()) {
      return;
    }
    html.element("h2", "Controls");
    html.element(
        "p",
        "quiet small",
        "Each takes away what a claim is about. The claim must then come out FALSE; one that no"
            + " control can break would check nothing.");
    html.head(List.of("Breaks its claim", "Claim", "Without", "#Measured", "#Needed"));
    for (ControlResult control : study.controls()) {
      ClaimResult claim = control.claim();
      html.open("tr").open("td");
      if (study.canBreak(control)) {
        html.element(
            "span",
            control.breaks() ? "verdict good" : "verdict bad",
            control.breaks() ? "✓ yes" : "✗ no");
      } else {
        html.element("span", "quiet", "the claim is FALSE anyway");
      }
      html.close("td").cell(claim.id()).open("td").text(control.because());
      for (ArmResult arm : control.arms()) {
        html.open("span", "small").element("code", changes(arm)).close("span");
      }
      html.close("td");
      CheckResult shown = deciding(claim.checks());
      html.number(shown == null ? "–" : NumberText.number(shown.number()));
      html.number(shown == null ? "–" : shown.threshold().text()).close("tr");
    }
    html.endTable();
  }

  /** The first check that failed; the first of all when none did. */
  private static CheckResult deciding(List<CheckResult> checks) {
    return checks.stream()
        .filter(c -> c.verdict() == Verdict.FALSE)
        .findFirst()
        .orElse(checks.isEmpty() ? null : checks.get(0));
  }

  /** What an arm changes, as it is written on the command line. */
  static String changes(ArmResult arm) {
    return arm.overrides().entrySet().stream()
        .map(e -> e.getKey().startsWith("~") ? e.getKey() : e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining(" "));
  }

  private void arms(Html html) {
    ArmTable table = ArmTable.of(study, runs, milestones);
    List<String> head = new ArrayList<>(List.of("arm", "changes", "#seeds"));
    table.columns().forEach(column -> head.add("#" + column));
    html.element("h2", "Arms").head(head);
    for (ArmTable.Row row : table.rows()) {
      html.open("tr").open("td").element("b", row.arm().name()).close("td");
      html.open("td").element("code", changes(row.arm()));
      if (!row.trouble().isEmpty()) {
        html.element("span", "small verdict bad", row.trouble());
      }
      html.close("td");
      html.number(Integer.toString(row.arm().seeds().size()));
      for (String value : row.cells()) {
        int range = value.indexOf(" [");
        html.open("td", "n").text(range < 0 ? value : value.substring(0, range));
        if (range >= 0) {
          html.element("span", "small quiet", value.substring(range + 1));
        }
        html.close("td");
      }
      html.close("tr");
    }
    html.endTable();
    html.element(
        "p",
        "quiet small",
        "Medians over seeds, the range in brackets. t_train and t_val: the first evaluated steps "
            + milestones.text()
            + ", on the training and on the validation data. The rest: after the last step.");
  }

  private void analyses(Html html) {
    if (study.analyses().isEmpty()) {
      return;
    }
    html.element("h2", "Analyses");
    for (AnalysisResult analysis : study.analyses()) {
      html.element("h3", analysis.name());
      if (!analysis.reason().isEmpty()) {
        html.element("p", analysis.reason());
      }
      if (!analysis.numbers().isEmpty()) {
        html.head(List.of("Finding", "#Number"));
        analysis
            .numbers()
            .forEach(
                (name, value) ->
                    html.open("tr").cell(name).number(NumberText.number(value)).close("tr"));
        html.endTable();
      }
    }
  }

  /** The distinct values in brackets after their median, where seeds differ. */
  static String spread(double[] values, DoubleFunction<String> text) {
    double[] sorted = Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
    if (sorted.length == 0) {
      return "–";
    }
    String low = text.apply(sorted[0]);
    String high = text.apply(sorted[sorted.length - 1]);
    String middle = text.apply(Curves.median(sorted));
    return low.equals(high) ? middle : middle + " [" + low + ", " + high + "]";
  }
}
