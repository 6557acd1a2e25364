package org.genlab.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.config.Overrides;
import org.genlab.runtime.config.Yaml;
import org.genlab.runtime.plugins.Experiment;
import org.genlab.runtime.plugins.Plan;
import org.genlab.runtime.plugins.Wiring;
import org.genlab.store.UserError;

/**
 * An experiment that somebody wants to be run, with its text: what becomes of the file later does
 * not matter.
 *
 * @param source the file's name as the user gave it, for messages
 * @param text of the file
 * @param directory from which relative paths in the experiment go
 * @param overrides as on the command line of {@code genlab run}
 */
public record Submission(String source, String text, Path directory, List<String> overrides) {
  public Submission {
    overrides = List.copyOf(overrides);
  }

  /**
   * One run of a submission, checked.
   *
   * @param name of the experiment
   * @param label what distinguishes it from the others of a sweep; empty without one
   * @param experiment with the overrides, as YAML
   * @param totalSteps planned; 0 when not known before the run
   */
  public record Variant(String name, String label, String experiment, long seed, long totalSteps) {}

  /**
   * Checks that the plugins are there and their settings fit, as {@code genlab run} does.
   *
   * @throws UserError that names file and line
   */
  public List<Variant> check(Wiring wiring) {
    Node root = Experiment.named(Yaml.parse(text, source), Path.of(source));
    Node.MapNode map =
        root.asMap()
            .orElseThrow(
                () -> root.error("an experiment is a map of blocks, not " + root.describe()));
    List<Variant> variants = new ArrayList<>();
    for (Overrides.Variant variant : Overrides.parse(overrides).variants()) {
      Node.MapNode changed = variant.applyTo(map);
      Plan plan = wiring.plan(Experiment.of(changed));
      variants.add(
          new Variant(
              plan.experiment().name(),
              variant.label(),
              changed.toYaml(),
              plan.experiment().seed(),
              totalSteps(plan)));
    }
    return variants;
  }

  /** How many steps an experiment says it makes; 0 when it does not. */
  public static long totalSteps(Plan plan) {
    return plan.resolved()
        .get("procedure")
        .flatMap(Node::asMap)
        .flatMap(p -> p.get("steps"))
        .flatMap(n -> n instanceof Node.Scalar s ? s.asNumber() : Optional.empty())
        .map(BigDecimal::longValue)
        .orElse(0L);
  }

  /** As it travels to a lab. */
  public ObjectNode toJson() {
    ObjectNode node = new JsonMapper().createObjectNode();
    node.put("source", source).put("text", text).put("directory", directory.toString());
    overrides.forEach(node.putArray("overrides")::add);
    return node;
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws UserError when something is missing
   */
  public static Submission of(JsonNode node) {
    for (String name : new String[] {"source", "text", "directory"}) {
      if (!node.path(name).isTextual()) {
        throw new UserError("a submission needs '" + name + "'.");
      }
    }
    List<String> overrides = new ArrayList<>();
    node.path("overrides").forEach(o -> overrides.add(o.asText()));
    return new Submission(
        node.path("source").asText(),
        node.path("text").asText(),
        Path.of(node.path("directory").asText()),
        overrides);
  }

  static ObjectNode json(Variant variant) {
    ObjectNode node = new JsonMapper().createObjectNode();
    node.put("name", variant.name()).put("label", variant.label());
    node.put("experiment", variant.experiment());
    return node.put("seed", variant.seed()).put("total-steps", variant.totalSteps());
  }

  static Variant variant(JsonNode node) {
    return new Variant(
        node.path("name").asText(),
        node.path("label").asText(),
        node.path("experiment").asText(),
        node.path("seed").asLong(),
        node.path("total-steps").asLong());
  }
}
