package org.genlab.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.genlab.runtime.engine.RunListener;
import org.genlab.store.Numbers;

/**
 * What happens in a run, as JSON objects: {@code started}, {@code stepped}, {@code evaluated},
 * {@code checkpointed}, {@code logged}, and at last {@code ended} with how. Of the steps only a few
 * in a second are told; of everything else each.
 */
public final class RunEvents implements RunListener {
  private static final long BETWEEN_STEPS = 100_000_000L;
  private static final JsonMapper JSON = new JsonMapper();

  private final Consumer<ObjectNode> events;
  private long last;
  private boolean any;
  private volatile long step;
  private volatile long totalSteps;

  /**
   * @param events takes them, on the thread on which they happen
   */
  public RunEvents(Consumer<ObjectNode> events) {
    this.events = events;
  }

  /** How a run can end. */
  public enum End {
    FINISHED,
    /** With a checkpoint, on request. */
    STOPPED,
    FAILED
  }

  static ObjectNode event(String name) {
    return JSON.createObjectNode().put("event", name);
  }

  /** The last event of a run. */
  static ObjectNode ended(End how, long step, long totalSteps, String reason) {
    ObjectNode event = event("ended");
    event.put("status", how.name().toLowerCase(Locale.ROOT));
    event.put("step", step).put("total-steps", totalSteps);
    if (!reason.isEmpty()) {
      event.put("reason", reason);
    }
    return event;
  }

  /** Tells that the run ended. */
  public void ended(End how, String reason) {
    events.accept(ended(how, step, totalSteps, reason));
  }

  /** How many steps were made. */
  public long step() {
    return step;
  }

  @Override
  public void started(long begins, long total) {
    step = begins;
    totalSteps = total;
    events.accept(event("started").put("step", begins).put("total-steps", total));
  }

  @Override
  public void stepped(long made, long total, float loss) {
    step = made;
    totalSteps = total;
    long now = System.nanoTime();
    if (any && now - last < BETWEEN_STEPS && made != total) {
      return;
    }
    any = true;
    last = now;
    ObjectNode event = event("stepped").put("step", made).put("total-steps", total);
    putNumber(event, "loss", loss);
    events.accept(event);
  }

  @Override
  public void evaluated(long at, Map<String, Double> values) {
    ObjectNode event = event("evaluated").put("step", at);
    ObjectNode numbers = event.putObject("values");
    values.forEach((series, value) -> putNumber(numbers, series, value));
    events.accept(event);
  }

  @Override
  public void checkpointed(long at) {
    events.accept(event("checkpointed").put("step", at));
  }

  @Override
  public void logged(String line) {
    events.accept(event("logged").put("line", line));
  }

  private static void putNumber(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.put(name, Numbers.toText(value));
    }
  }

  private static double number(JsonNode node) {
    return node.isNumber() ? node.doubleValue() : Numbers.parse(node.asText("NaN"));
  }

  /** How a run ended, according to its last event. */
  public static End how(JsonNode ended) {
    return End.valueOf(ended.path("status").asText().toUpperCase(Locale.ROOT));
  }

  /** Tells a listener what an event says; {@code ended} and unknown ones say nothing to it. */
  public static void tell(JsonNode event, RunListener listener) {
    long step = event.path("step").asLong();
    switch (event.path("event").asText()) {
      case "started" -> listener.started(step, event.path("total-steps").asLong());
      case "stepped" ->
          listener.stepped(
              step, event.path("total-steps").asLong(), (float) number(event.path("loss")));
      case "evaluated" -> {
        Map<String, Double> values = new LinkedHashMap<>();
        event
            .path("values")
            .properties()
            .forEach(e -> values.put(e.getKey(), number(e.getValue())));
        listener.evaluated(step, values);
      }
      case "checkpointed" -> listener.checkpointed(step);
      case "logged" -> listener.logged(event.path("line").asText());
      default -> {
        // Told otherwise.
      }
    }
  }
}
