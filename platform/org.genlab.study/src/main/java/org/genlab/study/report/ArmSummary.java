package org.genlab.study.report;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.genlab.store.StoredRun;
import org.genlab.study.ArmResult;
import org.genlab.study.RunEntry;
import org.genlab.study.StudyResult;

/**
 * The row of an arm in a table: medians over its seeds, with their range where they differ, as
 * text.
 *
 * @param steps made
 * @param trainStep when the training accuracy first reached the threshold
 * @param validationStep when the validation accuracy first reached the threshold
 * @param trainAccuracy after the last step
 * @param validationAccuracy after the last step
 * @param validationLoss after the last step
 * @param trouble which runs failed, as a sentence; empty when none did
 */
public record ArmSummary(
    String steps,
    String trainStep,
    String validationStep,
    String trainAccuracy,
    String validationAccuracy,
    String validationLoss,
    String trouble) {

  /**
   * The row of an arm.
   *
   * @param runs of the arm, those that left a directory
   */
  static ArmSummary of(
      StudyResult study, ArmResult arm, List<StoredRun> runs, Milestones milestones) {
    List<RunEntry> entries = arm.runs().stream().flatMap(n -> study.run(n).stream()).toList();
    StringBuilder trouble = new StringBuilder();
    for (RunEntry entry : entries) {
      if (entry.status() == RunEntry.Status.FAILED) {
        trouble.append(trouble.isEmpty() ? "" : " ");
        trouble.append(entry.name() + " failed: " + entry.reason());
      }
    }
    return new ArmSummary(
        StudyPage.spread(values(entries, RunEntry::steps), NumberText::steps),
        StudyPage.spread(values(runs, r -> milestones.step(r, "train")), NumberText::steps),
        StudyPage.spread(values(runs, r -> milestones.step(r, "validation")), NumberText::steps),
        last(entries, "train/accuracy", true),
        last(entries, "validation/accuracy", true),
        last(entries, "validation/loss", false),
        trouble.toString());
  }

  private static String last(List<RunEntry> entries, String series, boolean part) {
    double[] values = values(entries, e -> e.last().getOrDefault(series, Double.NaN));
    return StudyPage.spread(values, part ? NumberText::percent : NumberText::number);
  }

  private static <T> double[] values(List<T> items, ToDoubleFunction<T> value) {
    return items.stream().mapToDouble(value).toArray();
  }
}
