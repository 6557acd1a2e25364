package org.genlab.study;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.genlab.store.Numbers;
import org.genlab.store.UserError;

/**
 * What a study found: the content of {@code study.json}. Everything but {@link #timing} is a pure
 * function of the study file, its seeds and the versions of the plugins.
 *
 * @param format version of this format, {@link #FORMAT}
 * @param id of the study
 * @param title of the study; that of the paper where it is of one
 * @param paper what it reproduces, or null
 * @param profile {@code full} or {@code quick}
 * @param outcome whether all runs are through
 * @param arms in the order of the study file
 * @param runs of all arms and controls, each once
 * @param claims judged; empty as long as the study is not finished
 * @param controls judged; empty as long as the study is not finished
 * @param analyses across runs
 * @param plots the study asks for
 * @param deviations from the paper, each with its reason
 * @param findings what was found, as text
 * @param timing what differs from one repetition to the next
 */
public record StudyResult(
    int format,
    String id,
    String title,
    Paper paper,
    String profile,
    Outcome outcome,
    List<ArmResult> arms,
    List<RunEntry> runs,
    List<ClaimResult> claims,
    List<ControlResult> controls,
    List<AnalysisResult> analyses,
    List<PlotResult> plots,
    List<String> deviations,
    String findings,
    Timing timing) {
  /** The version of the format written here. */
  public static final int FORMAT = 1;

  /** The name of the file in a study's directory. */
  public static final String FILE = "study.json";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addModule(
              new SimpleModule()
                  .addSerializer(Double.class, new ExactNumber())
                  .addSerializer(Double.TYPE, new ExactNumber()))
          .build();

  /** The same digits on every JDK, and text for what JSON has no number for. */
  private static final class ExactNumber extends JsonSerializer<Double> {
    @Override
    public void serialize(Double value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      String text = Numbers.toText(value);
      if (Double.isFinite(value)) {
        out.writeNumber(text);
      } else {
        out.writeString(text);
      }
    }
  }

  public StudyResult {
    arms = List.copyOf(arms);
    runs = List.copyOf(runs);
    claims = List.copyOf(claims);
    controls = List.copyOf(controls);
    analyses = List.copyOf(analyses);
    plots = List.copyOf(plots);
    deviations = List.copyOf(deviations);
  }

  /** Whether all runs are through. */
  public enum Outcome {
    FINISHED,
    STOPPED
  }

  /**
   * What differs from one repetition to the next.
   *
   * @param started ISO 8601 instant
   * @param seconds of wall time of the whole study, over all resumptions
   * @param runSeconds wall time of each run by its name
   */
  public record Timing(String started, double seconds, Map<String, Double> runSeconds) {
    public Timing {
      runSeconds = Collections.unmodifiableMap(new LinkedHashMap<>(runSeconds));
    }
  }

  /** Whether every claim is TRUE and every control breaks its claim. */
  public boolean passed() {
    return outcome == Outcome.FINISHED
        && claims.stream().allMatch(c -> c.verdict() == Verdict.TRUE)
        && controls.stream().allMatch(ControlResult::breaks);
  }

  /**
   * Whether a control has something to break: a check of its claim that holds without it. Of a
   * claim that is FALSE in every check a control says nothing.
   */
  public boolean canBreak(ControlResult control) {
    return claims.stream()
        .filter(claim -> claim.id().equals(control.claim().id()))
        .flatMap(claim -> claim.checks().stream())
        .anyMatch(check -> check.verdict() != Verdict.FALSE);
  }

  /** The controls that have something to break. */
  public List<ControlResult> judgedControls() {
    return controls.stream().filter(this::canBreak).toList();
  }

  /** The run of that name. */
  public Optional<RunEntry> run(String name) {
    return runs.stream().filter(r -> r.name().equals(name)).findFirst();
  }

  /** This result as JSON; numbers that are not finite are strings. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a study's result has no JSON form", e);
    }
  }

  /**
   * Reads what {@link #toJson()} wrote.
   *
   * @throws UserError when it is not such a text
   */
  public static StudyResult fromJson(String json) {
    try {
      return JSON.readValue(json, StudyResult.class);
    } catch (JsonProcessingException e) {
      throw new UserError("This is not a study's result: " + e.getOriginalMessage() + ".", e);
    }
  }

  /**
   * Reads the result in a study's directory.
   *
   * @throws UserError when there is none or it is damaged
   */
  public static StudyResult read(Path directory) {
    Path file = directory.resolve(FILE);
    try {
      return JSON.readValue(Files.readString(file), StudyResult.class);
    } catch (NoSuchFileException e) {
      throw new UserError("There is no study in " + directory + ": it has no " + FILE + ".", e);
    } catch (JsonProcessingException e) {
      throw new UserError(file + " is damaged: " + e.getOriginalMessage() + ".", e);
    } catch (IOException e) {
      throw new UserError("Cannot read " + file + ": " + e.getMessage() + ".", e);
    }
  }
}
