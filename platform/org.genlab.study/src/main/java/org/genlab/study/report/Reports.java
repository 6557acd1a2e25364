package org.genlab.study.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.genlab.store.AtomicFiles;
import org.genlab.store.RunDirectory;
import org.genlab.store.StoredRun;
import org.genlab.store.UserError;
import org.genlab.study.RunEntry;
import org.genlab.study.StudyResult;
import org.genlab.study.plot.Png;
import org.genlab.study.plot.Svg;

/**
 * Writes reports from what lies in the directory of a study or of a run; they can be written again
 * at any time.
 */
public final class Reports {
  /** The name of the page in a directory. */
  public static final String PAGE = "report.html";

  /** The name of the directory of the plots. */
  public static final String PLOTS = "plots";

  private Reports() {}

  /**
   * What was written.
   *
   * @param page the report
   * @param plots each as SVG and PNG
   * @param notices sentences on what could not be written, e.g. images on a machine without fonts
   */
  public record Written(Path page, List<Path> plots, List<String> notices) {
    public Written {
      plots = List.copyOf(plots);
      notices = List.copyOf(notices);
    }
  }

  /**
   * Writes the report of a study or a run, whichever lies in the directory.
   *
   * @throws UserError when neither does, or the directory cannot be written
   */
  public static Written write(Path directory) {
    return Files.exists(directory.resolve(StudyResult.FILE))
        ? writeStudy(directory, StudyResult.read(directory))
        : writeRun(directory);
  }

  /**
   * Writes the report of a study.
   *
   * @param directory of the study, with its runs
   */
  public static Written writeStudy(Path directory, StudyResult study) {
    StudyPage page = new StudyPage(study, runs(directory, study));
    return write(directory, page.html(), page.plots());
  }

  /**
   * Writes the report of a run.
   *
   * @throws UserError when the directory is not that of a run
   */
  public static Written writeRun(Path directory) {
    Path fileName = directory.toAbsolutePath().normalize().getFileName();
    String name = fileName == null ? "run" : fileName.toString();
    RunPage page = new RunPage(RunDirectory.open(directory).record(name), name);
    return write(directory, page.html(), page.plots());
  }

  /**
   * The table of a study's arms.
   *
   * @param directory of the study, with its runs
   */
  public static ArmTable arms(Path directory, StudyResult study) {
    Map<String, StoredRun> runs = runs(directory, study);
    return ArmTable.of(study, runs, milestones(runs));
  }

  static Milestones milestones(Map<String, StoredRun> runs) {
    return runs.isEmpty() ? Milestones.USUAL : Milestones.of(runs.values().iterator().next());
  }

  private static Map<String, StoredRun> runs(Path directory, StudyResult study) {
    Map<String, StoredRun> runs = new LinkedHashMap<>();
    for (RunEntry entry : study.runs()) {
      Path path = directory.resolve(entry.directory());
      if (Files.isRegularFile(path.resolve(RunDirectory.EXPERIMENT))
          && Files.isRegularFile(path.resolve(RunDirectory.LOCK))) {
        runs.put(entry.name(), RunDirectory.open(path).record(entry.name()));
      }
    }
    return runs;
  }

  private static Written write(Path directory, String html, List<Plot> plots) {
    Path folder = directory.resolve(PLOTS);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(folder, e);
    }
    List<Path> files = new ArrayList<>();
    List<String> notices = new ArrayList<>();
    for (Plot plot : plots) {
      Path svg = folder.resolve(plot.id() + ".svg");
      AtomicFiles.write(svg, Svg.file(plot.figure(), plot.width(), plot.height()));
      files.add(svg);
      if (notices.isEmpty()) {
        Path png = folder.resolve(plot.id() + ".png");
        byte[] image = image(plot, notices);
        if (image.length > 0) {
          AtomicFiles.write(png, out -> out.write(image));
          files.add(png);
        }
      }
    }
    Path page = directory.resolve(PAGE);
    AtomicFiles.write(page, html);
    return new Written(page, files, notices);
  }

  /** The image of a plot; empty, with a notice, on a Java without graphics or fonts. */
  private static byte[] image(Plot plot, List<String> notices) {
    try {
      return Png.render(plot.figure(), plot.width(), plot.height());
    } catch (RuntimeException | LinkageError | InternalError e) {
      notices.add(
          "No PNG images were written: this Java cannot draw ("
              + e
              + "). The SVG files show the same plots.");
      return new byte[0];
    }
  }
}
