package org.genlab.cli.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.genlab.runtime.config.Change;
import org.genlab.runtime.config.Location;
import org.genlab.runtime.config.Nearest;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.config.Overrides;
import org.genlab.runtime.config.Yaml;
import org.genlab.runtime.engine.StopSignal;
import org.genlab.store.UserError;
import org.genlab.study.RecordedStudies;
import org.genlab.study.Study;
import org.genlab.study.StudyCatalog;
import org.genlab.study.StudyRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs studies and judges their claims. */
@Command(
    name = "reproduce",
    description =
        "Run the study of a paper, or one in a file, and judge its claims; or those of a group of"
            + " papers, or all. Exit code 0: every claim is TRUE; 1: one is not; 2: something to"
            + " put right; 130: stopped by Ctrl-C.",
    footer = "genlab reproduce grokking --quick")
final class ReproduceCommand implements Callable<Integer> {
  private final Lab lab;
  private final Terminal terminal;

  @Mixin private RunOptions options;

  @Parameters(
      index = "0",
      arity = "0..1",
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

  @Option(
      names = "--group",
      paramLabel = "GROUP",
      description = "All papers of a group, one after the other.")
  private String group;

  @Option(names = "--all", description = "All papers, one after the other.")
  private boolean all;

  @Option(
      names = "--resume",
      description =
          "Keep what was run before: a study that is finished is only judged again, one that was"
              + " stopped goes on. One whose experiments or plugins have changed is run anew.")
  private boolean resume;

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
    boolean many = all || group != null;
    if (many == (paper != null)) {
      throw new UserError(
          many
              ? "command line: either a paper or "
                  + (all ? "--all" : "--group")
                  + ", not both; '"
                  + paper
                  + "' cannot be combined with it."
              : "genlab reproduce needs PAPER, --group or --all, as in 'genlab reproduce grokking"
                  + " --quick'.");
    }
    StudyRunner runner = new StudyRunner(new EngineLaboratory(lab), options.processors());
    if (!many) {
      Study study = changed(lab.studies().find(paper));
      return new StudySession(terminal, options.json)
          .run((display, stop) -> run(runner, study, display, stop));
    }
    List<StudySeries.Item> items = new ArrayList<>();
    for (String id : ids()) {
      items.add(
          new StudySeries.Item() {
            @Override
            public String id() {
              return id;
            }

            @Override
            public Study study() {
              return changed(lab.studies().find(id));
            }

            @Override
            public StudyRunner.Outcome run(Study study, Display display, StopSignal stop) {
              return ReproduceCommand.this.run(runner, study, display, stop);
            }
          });
    }
    return new StudySeries(terminal, options.json).run(items, again());
  }

  /** Runs a study, or goes on with it when that is wanted and possible. */
  private StudyRunner.Outcome run(
      StudyRunner runner, Study study, Display display, StopSignal stop) {
    if (resume) {
      Optional<RecordedStudies.Recorded> last =
          new RecordedStudies(options.runsDirectory).last(study.id(), quick ? "quick" : "full");
      if (last.isPresent() && runner.canResume(last.get(), study)) {
        return runner.resume(last.get().directory(), study, display, stop);
      }
    }
    return runner.run(study, quick, options.runsDirectory, display, stop);
  }

  private List<String> ids() {
    List<StudyCatalog.Listing> papers = lab.studies().list();
    List<String> ids =
        papers.stream()
            .filter(p -> all || p.group().equals(group))
            .map(StudyCatalog.Listing::id)
            .toList();
    if (ids.isEmpty()) {
      throw new UserError(
          all
              ? "no bundle with a study is installed."
              : "there is no group of papers '"
                  + group
                  + "'"
                  + Nearest.hint(group, papers.stream().map(StudyCatalog.Listing::group).toList())
                  + "; 'genlab papers' lists them");
    }
    return ids;
  }

  /** The command that goes on with what was stopped. */
  private String again() {
    return "genlab reproduce "
        + (all ? "--all" : "--group " + group)
        + (quick ? " --quick" : "")
        + (seeds == null ? "" : " --seeds " + seeds)
        + " --resume";
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
