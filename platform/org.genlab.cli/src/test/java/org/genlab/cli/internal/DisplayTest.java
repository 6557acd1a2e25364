package org.genlab.cli.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.genlab.study.RunEntry;
import org.genlab.study.StudyListener.PlannedRun;
import org.genlab.study.StudyListener.Progress;
import org.junit.jupiter.api.Test;

class DisplayTest {
  private static final PlannedRun A = new PlannedRun("main-seed0", List.of("main"), 0, 1000, false);
  private static final PlannedRun B = new PlannedRun("control", List.of("c"), 0, 500, false);
  private static final Map<String, Double> VALUES =
      Map.of(
          "train/accuracy", 0.998,
          "train/loss", 0.0123,
          "validation/accuracy", 0.452,
          "validation/loss", 3.21);

  private static Progress progress(int ended) {
    return new Progress(ended, 2, 300, 1500, 20, 60);
  }

  private static RunEntry ended(String name) {
    return new RunEntry(name, 0, "", RunEntry.Status.FINISHED, "", 500, Map.of());
  }

  @Test
  void plainLineShowsStepSpeedTimeAndMeasurements() {
    Capture capture = new Capture();
    Display display = Display.of(capture.terminal(false), false);
    display.planned(List.of(A));
    display.runStarted(A, 0);
    for (int step = 1; step <= 100; step++) {
      capture.passSeconds(0.05);
      display.stepped(A, step, 1f, progress(0));
    }
    display.evaluated(A, 100, VALUES);
    // 20 steps a second: 900 steps in 45 s.
    assertEquals(
        "step  100/1000  20.0 steps/s          45 s left"
            + "  train  99.8 %    0.0123  val  45.2 %      3.21\n",
        capture.err());
    assertEquals("", capture.out());
  }

  @Test
  void plainLinesAreThinned() {
    Capture capture = new Capture();
    Display display = Display.of(capture.terminal(false), false);
    display.planned(List.of(A));
    display.runStarted(A, 0);
    List<Long> evaluated = List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 100L, 110L, 1000L);
    for (long step : evaluated) {
      display.evaluated(A, step, VALUES);
    }
    List<String> steps =
        capture.err().lines().map(l -> l.replaceAll("^step +(\\d+)/.*", "$1")).toList();
    assertEquals(List.of("0", "10", "100", "1000"), steps);
    capture.newErr();
    capture.passSeconds(10);
    display.evaluated(A, 1001, VALUES);
    assertTrue(capture.err().startsWith("step 1001/1000"), capture.err());
  }

  @Test
  void linesAreRedrawnInPlaceAndAtMostFiveTimesASecond() {
    Capture capture = new Capture();
    Display display = Display.of(capture.terminal(true), false);
    display.planned(List.of(A, B));
    display.runStarted(A, 0);
    display.runStarted(B, 0);
    capture.newErr();
    int frames = 0;
    for (int i = 1; i <= 1000; i++) {
      capture.passSeconds(0.001);
      display.stepped(A, i, 1f, progress(0));
      frames += capture.newErr().isEmpty() ? 0 : 1;
    }
    assertTrue(frames >= 4 && frames <= 5, frames + " frames in a second");
    capture.passSeconds(1);
    display.evaluated(B, 10, VALUES);
    String frame = capture.newErr();
    // Three lines were drawn: the one that is left is cleared, then two above it.
    assertTrue(frame.startsWith("\r\u001b[2K\u001b[1A\r\u001b[2K\u001b[1A\r\u001b[2K"), frame);
    String[] lines = frame.substring(frame.indexOf("?7l") + 3).split("\n", -1);
    assertTrue(lines[0].startsWith("main-seed0  1000/1000"), frame);
    assertTrue(lines[1].startsWith("control       0/500"), frame);
    assertTrue(lines[2].startsWith("0 of 2 runs ended, 1 min 00 s left"), frame);
  }

  @Test
  void endedRunLeavesALineAndTheTerminalIsLeftClean() {
    Capture capture = new Capture();
    Display display = Display.of(capture.terminal(true), false);
    display.planned(List.of(A, B));
    display.runStarted(A, 0);
    display.runStarted(B, 0);
    display.evaluated(B, 500, VALUES);
    display.runEnded(B, ended("control"), progress(1));
    String text = capture.newErr();
    assertTrue(
        text.contains("control finished after 500 steps  train  99.8 %    0.0123  val"), text);
    assertFalse(text.substring(text.indexOf("finished")).contains("control "), text);
    display.close();
    assertEquals("\r\u001b[2K\u001b[1A\r\u001b[2K", capture.newErr());
  }

  @Test
  void everyJsonLineIsAnObjectAndNothingElseIsWritten() throws Exception {
    Capture capture = new Capture();
    Display display = Display.of(capture.terminal(true), true);
    display.planned(List.of(A, B));
    display.runStarted(A, 0);
    display.stepped(A, 1, 1f, progress(0));
    display.evaluated(A, 1, Map.of("train/loss", Double.NaN));
    display.logged(A, "a \"line\"\n");
    display.runEnded(A, ended("main-seed0"), progress(1));
    display.say("stopping");
    display.close();
    List<String> events = new ArrayList<>();
    for (String line : capture.out().lines().toList()) {
      JsonNode event = new ObjectMapper().readTree(line);
      events.add(event.path("event").asText());
      if (event.path("event").asText().equals("evaluated")) {
        assertEquals("NaN", event.path("train/loss").asText());
        assertEquals("main-seed0", event.path("run").asText());
      }
    }
    assertEquals(List.of("planned", "started", "evaluated", "logged", "ended", "message"), events);
    assertEquals("", capture.err());
  }
}
