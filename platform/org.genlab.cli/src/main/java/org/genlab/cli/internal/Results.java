package org.genlab.cli.internal;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.genlab.cli.internal.Terminal.Style;
import org.genlab.study.AnalysisResult;
import org.genlab.study.CheckResult;
import org.genlab.study.ClaimResult;
import org.genlab.study.ControlResult;
import org.genlab.study.RunEntry;
import org.genlab.study.StudyResult;
import org.genlab.study.Verdict;
import org.genlab.study.report.ArmTable;
import org.genlab.study.report.NumberText;
import org.genlab.study.report.Reports;

/** Prints what a study found. */
final class Results {
  private static final int WIDTH = 92;

  private final Terminal terminal;
  private final PrintStream out;

  Results(Terminal terminal) {
    this.terminal = terminal;
    this.out = terminal.out();
  }

  /**
   * Prints the arms, the verdicts and the controls.
   *
   * @param arms the rows of the table of arms
   */
  void print(StudyResult study, ArmTable arms) {
    out.println();
    out.println(terminal.style(Style.BOLD, study.title()));
    StringBuilder scope = new StringBuilder();
    scope.append(study.id()).append(" (").append(study.profile()).append("): ");
    scope.append(NumberText.count(study.runs().size(), "run")).append(", ");
    long steps = study.runs().stream().mapToLong(RunEntry::steps).sum();
    scope.append(NumberText.count(steps, "step")).append(", ");
    scope.append(NumberText.duration(study.timing().seconds()));
    out.println(scope);
    arms(arms);
    if (!study.claims().isEmpty()) {
      heading("Claims");
      study.claims().forEach(this::claim);
    }
    if (!study.controls().isEmpty()) {
      heading("Controls (each must break its claim)");
      study.controls().forEach(control -> control(control, study.canBreak(control)));
    }
    for (String failure : failures(study)) {
      out.println();
      out.println(failure);
    }
    out.println();
    out.println(outcome(study));
  }

  /** Prints one line for each claim: its verdict, and whether its controls break it. */
  void printVerdicts(StudyResult study) {
    for (ClaimResult claim : study.claims()) {
      List<ControlResult> own =
          study.judgedControls().stream().filter(c -> c.claim().id().equals(claim.id())).toList();
      boolean breaking = own.stream().allMatch(ControlResult::breaks);
      out.println(
          "  "
              + verdict(claim.verdict())
              + "  "
              + claim.id()
              + (breaking ? "" : terminal.style(Style.RED, "  a control does not break it")));
    }
    failures(study).forEach(failure -> out.println("  " + failure));
  }

  /** A sentence for each run and analysis that failed. */
  private List<String> failures(StudyResult study) {
    List<String> failures = new ArrayList<>();
    for (RunEntry run : study.runs()) {
      if (run.status() == RunEntry.Status.FAILED) {
        failures.add(terminal.style(Style.RED, run.name() + " failed: ") + run.reason());
      }
    }
    // The short form of a study may lack the arms that an analysis is about.
    if (study.profile().equals("full")) {
      for (AnalysisResult analysis : study.analyses()) {
        if (!analysis.reason().isEmpty()) {
          String what = "the analysis " + analysis.name() + " failed: ";
          failures.add(terminal.style(Style.RED, what) + analysis.reason());
        }
      }
    }
    return failures;
  }

  /** How a finished study came out: {@code TRUE 3 of 4}, or {@code FALSE} when no claim holds. */
  static String standing(StudyResult study) {
    long yes = study.claims().stream().filter(c -> c.verdict() == Verdict.TRUE).count();
    return yes == 0 ? "FALSE" : "TRUE " + yes + " of " + study.claims().size();
  }

  private String outcome(StudyResult study) {
    long yes = study.claims().stream().filter(c -> c.verdict() == Verdict.TRUE).count();
    List<ControlResult> controls = study.judgedControls();
    long broken = controls.stream().filter(ControlResult::breaks).count();
    String text =
        yes
            + " of "
            + NumberText.count(study.claims().size(), "claim")
            + " TRUE"
            + (controls.isEmpty()
                ? ""
                : ", "
                    + broken
                    + " of "
                    + NumberText.count(controls.size(), "control")
                    + " breaking");
    return terminal.style(study.passed() ? Style.GREEN : Style.RED, text);
  }

  private void heading(String text) {
    out.println();
    out.println(terminal.style(Style.BOLD, text));
  }

  private void arms(ArmTable arms) {
    heading("Arms");
    List<String> titles = new ArrayList<>(List.of("arm", "#seeds"));
    arms.columns().forEach(column -> titles.add("#" + column));
    TextTable table = new TextTable(titles.toArray(String[]::new));
    for (ArmTable.Row row : arms.rows()) {
      List<String> cells = new ArrayList<>(List.of(row.arm().name()));
      cells.add(Integer.toString(row.arm().seeds().size()));
      cells.addAll(row.cells());
      table.row(cells.toArray(String[]::new));
    }
    table.lines("  ").forEach(out::println);
  }

  private String verdict(Verdict verdict) {
    Style style =
        switch (verdict) {
          case TRUE -> Style.GREEN;
          case FALSE -> Style.RED;
          case UNDERPOWERED -> Style.YELLOW;
        };
    return terminal.style(style, verdict.toString());
  }

  private void claim(ClaimResult claim) {
    out.println("  " + verdict(claim.verdict()) + "  " + terminal.style(Style.BOLD, claim.id()));
    wrapped(claim.statement(), "    ", "    ");
    checks(claim.checks());
    if (!claim.paper().isBlank()) {
      wrapped("paper: " + claim.paper(), "    ", "           ");
    }
  }

  private void checks(List<CheckResult> checks) {
    for (CheckResult check : checks) {
      StringBuilder line = new StringBuilder("    ");
      line.append(check.verdict() == Verdict.TRUE ? "✓ " : "✗ ");
      line.append(terminal.style(Style.BOLD, NumberText.number(check.number())));
      if (check.interval() != null) {
        line.append(" [")
            .append(NumberText.number(check.interval().low()))
            .append(", ")
            .append(NumberText.number(check.interval().high()))
            .append(']');
      }
      line.append("  needs ").append(check.threshold().text());
      line.append("  margin ").append(NumberText.signed(check.margin()));
      line.append("  ").append(NumberText.count(check.n(), "seed"));
      out.println(line);
      TextTable.wrap(check.value(), WIDTH - 6)
          .forEach(part -> out.println("      " + terminal.style(Style.QUIET, part)));
      if (!check.reason().isEmpty()) {
        wrapped(check.reason(), "      ", "      ");
      }
    }
  }

  /**
   * @param canBreak whether the claim holds without the control
   */
  private void control(ControlResult control, boolean canBreak) {
    ClaimResult claim = control.claim();
    String mark =
        control.breaks()
            ? terminal.style(Style.GREEN, "breaks")
            : canBreak
                ? terminal.style(Style.RED, "DOES NOT BREAK")
                : terminal.style(Style.QUIET, "nothing to break");
    out.println("  " + mark + "  " + terminal.style(Style.BOLD, claim.id()));
    wrapped(control.because(), "    ", "    ");
    claim.checks().stream()
        .filter(c -> !control.breaks() || c.verdict() == Verdict.FALSE)
        .findFirst()
        .ifPresent(
            check ->
                out.println(
                    "    "
                        + NumberText.number(check.number())
                        + ", where the claim needs "
                        + check.threshold().text()));
  }

  private void wrapped(String text, String first, String others) {
    List<String> lines = TextTable.wrap(text, WIDTH - others.length());
    for (int i = 0; i < lines.size(); i++) {
      out.println((i == 0 ? first : others) + lines.get(i));
    }
  }

  /** Prints the paths of what was written. */
  void printPaths(Path directory, Reports.Written written) {
    heading("Written");
    out.println("  " + written.page());
    if (!written.plots().isEmpty()) {
      long drawings = written.plots().stream().filter(p -> p.toString().endsWith(".svg")).count();
      out.println(
          "  "
              + directory.resolve(Reports.PLOTS)
              + " ("
              + NumberText.count(drawings, "plot")
              + " as SVG and PNG)");
    }
    written.notices().forEach(notice -> terminal.err().println("genlab: " + notice));
  }
}
