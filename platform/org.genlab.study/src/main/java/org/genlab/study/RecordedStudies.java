package org.genlab.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.genlab.store.AtomicFiles;
import org.genlab.store.UserError;

/** The studies that were run in a directory of runs, finished or not. Read when it is asked. */
public final class RecordedStudies {
  private final Path runs;

  /**
   * @param runs where {@link StudyRunner} makes its directories; need not exist
   */
  public RecordedStudies(Path runs) {
    this.runs = runs;
  }

  /**
   * A study that was run.
   *
   * @param directory with its runs
   * @param result what {@code study.json} there says
   */
  public record Recorded(Path directory, StudyResult result) {
    /** Whether all runs are through and the claims judged. */
    public boolean isFinished() {
      return result.outcome() == StudyResult.Outcome.FINISHED;
    }

    /**
     * Whether it was run as a study file says now: with the same experiments, claims and controls.
     * What is only shown may differ, since findings are written after the runs.
     *
     * @throws UserError when its copy of the study cannot be read
     */
    public boolean isOf(Study study) {
      return Study.read(directory.resolve(StudyRunner.SOURCE)).judgesLike(study);
    }
  }

  /**
   * All that were run of a study, the one begun last first. Directories whose result cannot be read
   * are left out.
   *
   * @param id of the study
   */
  public List<Recorded> of(String id) {
    List<Recorded> found = new ArrayList<>();
    for (Path directory : directories()) {
      if (!directory.getFileName().toString().startsWith(id + "-")
          || !StudyRunner.isStudy(directory)) {
        continue;
      }
      try {
        StudyResult result = StudyResult.read(directory);
        if (result.id().equals(id)) {
          found.add(new Recorded(directory, result));
        }
      } catch (UserError e) {
        // A damaged result is no result; 'genlab runs' shows it.
      }
    }
    found.sort(
        Comparator.comparing((Recorded r) -> r.result().timing().started())
            .thenComparing(r -> r.directory().getFileName().toString())
            .reversed());
    return found;
  }

  /** The one begun last that meets the profile, {@code full} or {@code quick}. */
  public Optional<Recorded> last(String id, String profile) {
    return of(id).stream().filter(r -> r.result().profile().equals(profile)).findFirst();
  }

  private List<Path> directories() {
    if (!Files.isDirectory(runs)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(runs)) {
      return entries.filter(Files::isDirectory).toList();
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(runs, e);
    }
  }
}
