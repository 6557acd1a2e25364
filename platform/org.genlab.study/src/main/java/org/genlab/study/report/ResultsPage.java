package org.genlab.study.report;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import org.genlab.study.Verdict;

/**
 * The results of many studies as one page of Markdown: a table of studies, and for each study a
 * table with a row for each claim. The same entries give the same page.
 */
public final class ResultsPage {
  private ResultsPage() {}

  /** The page of entries, in any order; papers stand by their number. */
  public static String of(List<ResultEntry> entries) {
    List<ResultEntry> sorted =
        entries.stream()
            .sorted(
                Comparator.comparingInt(
                        (ResultEntry e) -> e.number() == 0 ? Integer.MAX_VALUE : e.number())
                    .thenComparing(ResultEntry::id))
            .toList();
    Map<String, List<ResultEntry>> groups =
        sorted.stream()
            .collect(
                Collectors.groupingBy(ResultEntry::group, LinkedHashMap::new, Collectors.toList()));
    StringBuilder page = new StringBuilder();
    page.append("# Results\n\n")
        .append("Written by `genlab results`; do not edit. Each row is a claim of a paper as the ")
        .append("last full run of its study judged it:\nTRUE, FALSE, or UNDERPOWERED where the ")
        .append("interval over seeds crosses the threshold. `genlab reproduce ID` runs a study ")
        .append("again.\nA claim that is FALSE at this scale is a result, too; the study says ")
        .append("what was tried. A control is a change under which the claim must fail.\n");
    new TreeMap<>(groups).forEach((group, studies) -> group(page, group, studies));
    return page.toString();
  }

  private static void group(StringBuilder page, String group, List<ResultEntry> studies) {
    page.append("\n## ").append(group.isEmpty() ? "Other studies" : group).append("\n\n");
    page.append("| study | paper | claims TRUE | controls that break their claim | time |\n");
    page.append("| --- | --- | --- | --- | --- |\n");
    double seconds = 0;
    for (ResultEntry study : studies) {
      List<ResultEntry.Control> controls =
          study.claims().stream()
              .flatMap(c -> c.controls().stream())
              .filter(ResultEntry.Control::canBreak)
              .toList();
      page.append("| [").append(study.id()).append("](#").append(study.id()).append(") | ");
      page.append(cell(study.title()));
      page.append(study.year() > 0 ? " (" + study.year() + ")" : "").append(" | ");
      page.append(study.holding()).append(" of ").append(study.claims().size()).append(" | ");
      page.append(controls.stream().filter(ResultEntry.Control::breaks).count());
      page.append(" of ").append(controls.size()).append(" | ");
      page.append(NumberText.duration(study.seconds())).append(" |\n");
      seconds += study.seconds();
    }
    page.append("\nAll together: ").append(NumberText.duration(seconds)).append(".\n");
    studies.forEach(study -> study(page, study));
  }

  private static void study(StringBuilder page, ResultEntry study) {
    page.append("\n### ").append(study.id()).append("\n\n").append(cell(study.title()));
    if (!study.arxiv().isEmpty()) {
      page.append(", [arXiv:").append(study.arxiv()).append("](https://arxiv.org/abs/");
      page.append(study.arxiv()).append(")");
    }
    page.append(". Run on ").append(study.date()).append(" in ");
    page.append(NumberText.duration(study.seconds())).append(", ");
    page.append(NumberText.count(study.steps(), "step")).append(".\n\n");
    page.append("| claim | verdict | measured | control | the paper |\n");
    page.append("| --- | --- | --- | --- | --- |\n");
    for (ResultEntry.Claim claim : study.claims()) {
      page.append("| **").append(claim.id()).append("**: ").append(cell(claim.statement()));
      page.append(" | ").append(claim.verdict()).append(" | ");
      page.append(claim.checks().stream().map(ResultsPage::check).collect(lines()));
      page.append(" | ");
      page.append(claim.controls().stream().map(ResultsPage::control).collect(lines()));
      page.append(" | ").append(cell(claim.paper())).append(" |\n");
    }
    page.append("\n<details><summary>versions</summary>\n\n");
    study
        .plugins()
        .forEach((plugin, version) -> page.append("- ").append(plugin + " " + version + "\n"));
    study
        .platform()
        .forEach((name, value) -> page.append("- ").append(name + ": " + cell(value) + "\n"));
    page.append("\n</details>\n");
  }

  private static String check(ResultEntry.Check check) {
    return (check.verdict() == Verdict.TRUE ? "✓ " : "✗ ")
        + check.number()
        + (check.interval().isEmpty() ? "" : " (" + check.interval() + ")")
        + ", needs "
        + cell(check.needs())
        + ", "
        + NumberText.count(check.seeds(), "seed");
  }

  private static String control(ResultEntry.Control control) {
    String what = control.breaks() ? "✓ breaks: " : "✗ does not break: ";
    return (control.canBreak() ? what : "nothing to break: ") + cell(control.because());
  }

  private static Collector<CharSequence, ?, String> lines() {
    return Collectors.joining("<br>");
  }

  /** Text that stays in its cell. */
  private static String cell(String text) {
    return text.strip().replaceAll("\\s+", " ").replace("|", "\\|").replace("<", "&lt;");
  }
}
