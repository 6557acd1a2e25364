package org.genlab.cli.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.genlab.runtime.config.Change;
import org.genlab.runtime.config.Location;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.config.Overrides;
import org.genlab.runtime.config.Yaml;
import org.genlab.store.UserError;
import org.genlab.study.Study;
import org.genlab.study.StudyRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a study and judges its claims. */
@Command(
    name = "reproduce",
    description =
        "Run the study of a paper, or one in a file, and judge its claims. Exit code 0: every claim"
            + " is TRUE; 1: one is not; 2: something to put right; 130: stopped by Ctrl-C.",
    footer = "genlab reproduce grokking --quick")
final class ReproduceCommand implements Callable<Integer> {
  private final Lab lab;
  private final Terminal terminal;

  @Mixin private RunOptions options;

  @Parameters(
      index = "0",
      paramLabel = "PAPER",
      description = "Id of a paper ('genlab papers' lists them), or a study file.")
  private String paper;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "OVERRIDE",
      description =
          "Changes the base experiment: optimizer.weight-decay=0.5 sets, ~regularizers.dropout"
              + " removes. What an arm itself sets stays.")
  private List<String> overrides = List.of();

  @Option(names = "--quick", description = "Only what shows the main claim.")
  private boolean quick;

  @Option(
      names = "--seeds",
      paramLabel = "SEEDS",
      description = "Seeds for all arms, in place of the study's: 0..4 or 0,1,2.")
  private String seeds;

  ReproduceCommand(Lab lab, Terminal terminal) {
    this.lab = lab;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Study study = changed(lab.studies().find(paper));
    StudyRunner runner = new StudyRunner(new EngineLaboratory(lab), options.processors());
    return new StudySession(terminal, options.json)
        .run((display, stop) -> runner.run(study, quick, options.runsDirectory, display, stop));
  }

  private Study changed(Study study) {
    if (overrides.isEmpty() && seeds == null) {
      return study;
    }
    Node.MapNode root =
        Yaml.parse(study.toYaml(), study.id())
            .asMap()
            .orElseThrow(() -> new IllegalStateException("a study is a map"));
    Overrides parsed = Overrides.parse(overrides);
    if (parsed.isSweep()) {
      throw new UserError(
          "command line: a study has its own arms, so nothing can be swept; give one value, or"
              + " seeds with --seeds.");
    }
    for (Change change : parsed.variants().get(0).changes()) {
      List<String> path = new ArrayList<>(List.of("experiment"));
      path.addAll(change.path());
      root = new Change(path, change.value(), change.where()).applyTo(root);
    }
    if (seeds != null) {
      root = withSeeds(root, seedList());
    }
    Node.MapNode changed = root;
    return Study.parse(
        changed.toYaml(), study.id() + " as changed on the command line", f -> Optional.empty());
  }

  private Node seedList() {
    Location where = Location.of("command line: --seeds " + seeds);
    List<Node> elements = new ArrayList<>();
    for (Overrides.Variant variant : Overrides.parse(List.of("seed=" + seeds)).variants()) {
      Node value = variant.changes().get(0).value().orElseThrow();
      boolean whole = value instanceof Node.Scalar scalar && scalar.text().matches("-?[0-9]{1,18}");
      if (!whole) {
        throw where.error("seeds are whole numbers, as in 0..4 or 0,1,2, not " + value.describe());
      }
      elements.add(value);
    }
    return new Node.ListNode(elements, where);
  }

  /** Puts the seeds at the top and takes away those that arms, controls and profiles have. */
  private static Node.MapNode withSeeds(Node.MapNode root, Node list) {
    Node.MapNode changed = root.with("seeds", list);
    for (String key : List.of("arms", "controls", "quick")) {
      Node part = changed.get(key).orElse(null);
      if (part != null) {
        changed = changed.with(key, withoutSeeds(part, key.equals("quick") ? 0 : 1));
      }
    }
    return changed;
  }

  private static Node withoutSeeds(Node node, int depth) {
    if (node instanceof Node.ListNode items && depth > 0) {
      return new Node.ListNode(
          items.elements().stream().map(i -> withoutSeeds(i, depth - 1)).toList(), items.where());
    }
    if (node instanceof Node.MapNode map) {
      if (depth == 0) {
        return map.has("seeds") ? map.without("seeds") : map;
      }
      Map<String, Node> entries = new LinkedHashMap<>();
      map.entries().forEach((key, value) -> entries.put(key, withoutSeeds(value, depth - 1)));
      return new Node.MapNode(entries, map.where());
    }
    return node;
  }
}
