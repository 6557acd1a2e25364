package org.genlab.cli.internal;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.genlab.store.Numbers;
import org.genlab.study.RunEntry;
import org.genlab.study.StudyResult;

/** One JSON object a line for each event; numbers that are not finite are strings. */
final class JsonDisplay implements Display {
  private final ObjectMapper json = JsonMapper.builder().build();
  private final PrintStream out;

  JsonDisplay(PrintStream out) {
    this.out = out;
  }

  private ObjectNode event(String name) {
    return json.createObjectNode().put("event", name);
  }

  private synchronized void write(ObjectNode event) {
    out.println(event);
    out.flush();
  }

  @Override
  public void planned(List<PlannedRun> runs) {
    ObjectNode event = event("planned");
    ArrayNode list = event.putArray("runs");
    for (PlannedRun run : runs) {
      ObjectNode node = list.addObject();
      node.put("run", run.name()).put("seed", run.seed()).put("total-steps", run.totalSteps());
      node.put("finished", run.finished());
      ArrayNode arms = node.putArray("arms");
      run.arms().forEach(arms::add);
    }
    write(event);
  }

  @Override
  public void runStarted(PlannedRun run, long step) {
    write(of("started", run).put("step", step).put("total-steps", run.totalSteps()));
  }

  @Override
  public void evaluated(PlannedRun run, long step, Map<String, Double> values) {
    ObjectNode event = of("evaluated", run).put("step", step);
    values.forEach((series, value) -> put(event, series, value));
    write(event);
  }

  @Override
  public void checkpointed(PlannedRun run, long step) {
    write(of("checkpointed", run).put("step", step));
  }

  @Override
  public void logged(PlannedRun run, String line) {
    write(of("logged", run).put("line", line));
  }

  @Override
  public void runEnded(PlannedRun run, RunEntry entry, Progress progress) {
    ObjectNode event = of("ended", run);
    event.put("status", entry.status().name().toLowerCase(Locale.ROOT));
    event.put("step", entry.steps());
    if (!entry.reason().isEmpty()) {
      event.put("reason", entry.reason());
    }
    write(event);
  }

  @Override
  public void say(String line) {
    write(event("message").put("line", line));
  }

  @Override
  public void studyEnded(Path directory, StudyResult result) {
    ObjectNode event = event("result").put("directory", directory.toString());
    try {
      event.set("study", json.readTree(result.toJson()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    write(event);
  }

  @Override
  public void runWritten(Path directory, String outcome, long steps) {
    write(
        event("result")
            .put("directory", directory.toString())
            .put("outcome", outcome)
            .put("step", steps));
  }

  @Override
  public void close() {
    out.flush();
  }

  private ObjectNode of(String name, PlannedRun run) {
    return event(name).put("run", run.name());
  }

  private static void put(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.put(name, Numbers.toText(value));
    }
  }
}
