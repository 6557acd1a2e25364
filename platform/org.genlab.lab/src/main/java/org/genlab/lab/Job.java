package org.genlab.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A run in the queue of a lab.
 *
 * @param number from 1, in the order of submission
 * @param run the name of its directory among the runs
 * @param variant what is run
 * @param source the file it came from
 * @param directory from which relative paths in the experiment go
 * @param state how it stands
 * @param step steps made when the state was noted
 * @param message why it failed; empty otherwise
 */
record Job(
    long number,
    String run,
    Submission.Variant variant,
    String source,
    Path directory,
    State state,
    long step,
    String message) {

  /** How a job stands. */
  enum State {
    QUEUED,
    /** Running; or, when the lab was ended meanwhile, to be gone on with. */
    RUNNING,
    /** Ended on request, with a checkpoint. */
    STOPPED,
    FINISHED,
    FAILED,
    /** Taken out of the queue before it began. */
    CANCELLED;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    boolean isOver() {
      return this != QUEUED && this != RUNNING;
    }
  }

  Job in(State next, long steps, String why) {
    return new Job(number, run, variant, source, directory, next, steps, why);
  }

  /** Whether somebody means this job: by the name of its run, its number, or its directory. */
  boolean isCalled(String name) {
    return run.equals(name) || Long.toString(number).equals(name);
  }

  ObjectNode toJson() {
    ObjectNode node = new JsonMapper().createObjectNode();
    node.put("number", number).put("run", run).set("variant", Submission.json(variant));
    node.put("source", source).put("directory", directory.toString());
    node.put("state", state.text()).put("step", step);
    return message.isEmpty() ? node : node.put("message", message);
  }

  static Job of(JsonNode node) {
    return new Job(
        node.path("number").asLong(),
        node.path("run").asText(),
        Submission.variant(node.path("variant")),
        node.path("source").asText(),
        Path.of(node.path("directory").asText()),
        State.valueOf(node.path("state").asText().toUpperCase(Locale.ROOT)),
        node.path("step").asLong(),
        node.path("message").asText(""));
  }
}
