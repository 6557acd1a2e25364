package org.genlab.papers.grokking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.genlab.runtime.config.Change;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.config.Yaml;
import org.genlab.runtime.plugins.Experiment;
import org.genlab.runtime.plugins.PluginDescriptor;
import org.genlab.runtime.plugins.SettingsSchema;
import org.genlab.runtime.plugins.Wiring;
import org.genlab.study.Study;
import org.junit.jupiter.api.Test;

/** The study against the plugins it names, without running it. */
class GrokkingStudyTest {
  private final String text = read();
  private final Study study = Study.parse(text, "grokking.yaml", name -> Optional.empty());
  private final Node.MapNode root = map(Yaml.parse(text, "grokking.yaml"));

  private static String read() {
    try (InputStream in =
        GrokkingStudyTest.class.getResourceAsStream("/GENLAB-INF/studies/grokking.yaml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Node.MapNode map(Node node) {
    return node.asMap().orElseThrow();
  }

  private static Node.MapNode part(Node.MapNode of, String key) {
    return map(of.get(key).orElseThrow(() -> new AssertionError("no " + key)));
  }

  private static Node.MapNode changed(Node.MapNode experiment, Node.MapNode overrides) {
    Node.MapNode result = experiment;
    for (Map.Entry<String, Node> e : overrides.entries().entrySet()) {
      if (!e.getKey().equals("like") && !e.getKey().equals("seeds")) {
        result =
            Change.put(e.getKey(), e.getValue(), overrides.whereKey(e.getKey())).applyTo(result);
      }
    }
    return result;
  }

  /** The experiment of each arm, before seeds. */
  private Map<String, Node.MapNode> arms() {
    Map<String, Node.MapNode> arms = new LinkedHashMap<>();
    part(root, "arms")
        .entries()
        .forEach(
            (name, overrides) -> {
              Node.MapNode own = map(overrides);
              Node.MapNode start =
                  own.get("like")
                      .map(like -> arms.get(((Node.Scalar) like).text()))
                      .orElse(study.experiment());
              arms.put(name, changed(start, own));
            });
    return arms;
  }

  private static String digest(Node.MapNode experiment) {
    return Wiring.with(Plugins.ALL)
        .plan(Experiment.of(experiment.with("name", Node.of("grokking", experiment.where()))))
        .digest();
  }

  @Test
  void everyArmIsAnExperimentThatThePluginsTake() {
    List<String> digests = new ArrayList<>();
    arms().values().forEach(arm -> digests.add(digest(arm)));
    assertEquals(study.arms().size(), digests.size());
    assertEquals(digests.size(), digests.stream().distinct().count(), "two arms are the same");
  }

  @Test
  void theMainRunIsThePapersConfigurationButForLayersAndModulus() {
    Node.MapNode main = arms().get("main");
    assertEquals("x/y", ((Node.Scalar) part(main, "dataset").get("operation").get()).text());
    assertEquals("79", ((Node.Scalar) part(main, "dataset").get("modulus").get()).text());
    assertEquals("0.5", ((Node.Scalar) part(main, "dataset").get("train-fraction").get()).text());
    assertEquals("1", ((Node.Scalar) part(main, "architecture").get("layers").get()).text());
    assertEquals("128", ((Node.Scalar) part(main, "architecture").get("width").get()).text());
    assertEquals("4", ((Node.Scalar) part(main, "architecture").get("heads").get()).text());
    assertEquals("1e-3", ((Node.Scalar) part(main, "optimizer").get("learning-rate").get()).text());
    assertEquals("1", ((Node.Scalar) part(main, "optimizer").get("weight-decay").get()).text());
    assertEquals("512", ((Node.Scalar) part(main, "procedure").get("batch-size").get()).text());
  }

  /** So that controls cost no more than the arms do. */
  @Test
  void everyControlRunsExperimentsThatAreArmsAlready() {
    Map<String, Node.MapNode> arms = arms();
    List<String> known = arms.values().stream().map(GrokkingStudyTest::digest).toList();
    List<String> broken = new ArrayList<>();
    for (Node node : ((Node.ListNode) root.get("controls").orElseThrow()).elements()) {
      Node.MapNode control = map(node);
      String claim = ((Node.Scalar) control.get("breaks").orElseThrow()).text();
      broken.add(claim);
      if (control.has("arms")) {
        part(control, "arms")
            .entries()
            .forEach(
                (arm, overrides) ->
                    assertTrue(
                        known.contains(digest(changed(arms.get(arm), map(overrides)))),
                        "the control of " + claim + " makes another run of " + arm));
      } else {
        List<String> names =
            claim.equals("delay")
                ? List.of("main")
                : arms.keySet().stream().filter(a -> a.startsWith("fraction")).toList();
        for (String arm : names) {
          assertTrue(
              known.contains(digest(changed(arms.get(arm), part(control, "with")))),
              "the control of " + claim + " makes another run of " + arm);
        }
      }
    }
    assertEquals(study.claims(), broken);
  }

  @Test
  void everyPluginDocumentsItsSettings() {
    for (PluginDescriptor plugin : Plugins.ALL.all()) {
      SettingsSchema.of(plugin)
          .settings()
          .forEach(s -> assertTrue(!s.doc().isEmpty(), plugin.id() + ": " + s.name()));
    }
  }
}
