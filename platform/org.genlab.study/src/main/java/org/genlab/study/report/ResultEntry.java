package org.genlab.study.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.genlab.runtime.engine.RunLock;
import org.genlab.store.AtomicFiles;
import org.genlab.store.RunDirectory;
import org.genlab.store.UserError;
import org.genlab.study.CheckResult;
import org.genlab.study.ClaimResult;
import org.genlab.study.ControlResult;
import org.genlab.study.Paper;
import org.genlab.study.RecordedStudies.Recorded;
import org.genlab.study.RunEntry;
import org.genlab.study.StudyResult;
import org.genlab.study.Verdict;

/**
 * What the {@linkplain ResultsPage results page} says of a study: small enough to be kept for years
 * where the runs are not.
 *
 * @param format version of this format, {@link #FORMAT}
 * @param id of the study
 * @param title of the paper, or of the study where it is of none
 * @param number of the paper in the catalogue; 0 when it has none
 * @param year of publication; 0 when unknown
 * @param arxiv the arXiv identifier; empty when there is none
 * @param group of papers
 * @param date of the run, as yyyy-mm-dd
 * @param seconds of wall time of the whole study
 * @param steps of all runs
 * @param claims in the order of the study
 * @param plugins version by kind and id
 * @param platform what computed it: version of GenLab, backend, JVM, operating system
 */
public record ResultEntry(
    int format,
    String id,
    String title,
    int number,
    int year,
    String arxiv,
    String group,
    String date,
    double seconds,
    long steps,
    List<Claim> claims,
    Map<String, String> plugins,
    Map<String, String> platform) {
  /** The version of the format written here. */
  public static final int FORMAT = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  public ResultEntry {
    claims = List.copyOf(claims);
    plugins = new TreeMap<>(plugins);
    platform = new TreeMap<>(platform);
  }

  /**
   * A claim as it was judged.
   *
   * @param verdict the worst of its checks
   * @param paper the paper's own figure; empty when it gives none
   * @param checks what was measured
   * @param controls under which it had to fail
   */
  public record Claim(
      String id,
      String statement,
      String paper,
      Verdict verdict,
      List<Check> checks,
      List<Control> controls) {
    public Claim {
      checks = List.copyOf(checks);
      controls = List.copyOf(controls);
    }
  }

  /**
   * A number that was judged.
   *
   * @param number as text, since it may be infinite
   * @param interval of 95 % over seeds, as text; empty where there is none
   * @param needs what the number had to meet
   * @param verdict of this check
   * @param seeds over how many it was judged
   */
  public record Check(String number, String interval, String needs, Verdict verdict, int seeds) {}

  /**
   * A control.
   *
   * @param because why the claim must not hold there
   * @param canBreak whether the claim held without it; else it says nothing
   * @param breaks whether the claim did not hold with it
   */
  public record Control(String because, boolean canBreak, boolean breaks) {}

  /**
   * The entry of a study that is finished.
   *
   * @throws UserError when the locks of its runs cannot be read
   */
  public static ResultEntry of(Recorded recorded) {
    StudyResult study = recorded.result();
    Map<String, String> plugins = new TreeMap<>();
    Map<String, String> platform = new TreeMap<>();
    for (RunEntry run : study.runs()) {
      Path directory = recorded.directory().resolve(run.directory());
      if (run.status() == RunEntry.Status.FINISHED) {
        RunLock lock = RunLock.of(RunDirectory.open(directory));
        lock.plugins().forEach(p -> plugins.put(p.kind() + " " + p.id(), p.version()));
        platform.putAll(lock.platform());
      }
    }
    Paper paper = study.paper();
    return new ResultEntry(
        FORMAT,
        study.id(),
        study.title(),
        paper == null ? 0 : paper.number(),
        paper == null ? 0 : paper.year(),
        paper == null ? "" : paper.arxiv(),
        paper == null ? "" : paper.group(),
        study.timing().started().replaceFirst("T.*", ""),
        study.timing().seconds(),
        study.runs().stream().mapToLong(RunEntry::steps).sum(),
        study.claims().stream().map(claim -> claim(study, claim)).toList(),
        plugins,
        platform);
  }

  private static Claim claim(StudyResult study, ClaimResult claim) {
    List<Control> controls = new ArrayList<>();
    for (ControlResult control : study.controls()) {
      if (control.claim().id().equals(claim.id())) {
        controls.add(new Control(control.because(), study.canBreak(control), control.breaks()));
      }
    }
    return new Claim(
        claim.id(),
        claim.statement(),
        claim.paper(),
        claim.verdict(),
        claim.checks().stream().map(ResultEntry::check).toList(),
        controls);
  }

  private static Check check(CheckResult check) {
    return new Check(
        NumberText.number(check.number()),
        check.interval() == null
            ? ""
            : NumberText.number(check.interval().low())
                + " to "
                + NumberText.number(check.interval().high()),
        check.threshold().text(),
        check.verdict(),
        check.n());
  }

  /** How many claims are TRUE. */
  public long holding() {
    return claims.stream().filter(c -> c.verdict() == Verdict.TRUE).count();
  }

  /** This entry as JSON. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an entry has no JSON form", e);
    }
  }

  /**
   * Reads what {@link #toJson()} wrote.
   *
   * @throws UserError when the file is something else
   */
  public static ResultEntry read(Path file) {
    try {
      ResultEntry entry = JSON.readValue(Files.readString(file), ResultEntry.class);
      if (entry.format() != FORMAT || entry.id() == null) {
        throw new UserError(
            file + " is not an entry of a results page of format " + FORMAT + "; remove it.");
      }
      return entry;
    } catch (JsonProcessingException e) {
      throw new UserError(
          file + " is not an entry of a results page: " + e.getOriginalMessage() + ".", e);
    } catch (IOException e) {
      throw AtomicFiles.cannotRead(file, e);
    }
  }
}
