package org.genlab.study.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.genlab.runtime.config.Change;
import org.genlab.runtime.config.Location;
import org.genlab.runtime.config.Node;
import org.genlab.store.UserError;
import org.genlab.study.Over;
import org.genlab.study.Paper;
import org.genlab.study.PlotResult;
import org.genlab.study.Threshold;
import org.genlab.study.Threshold.Relation;

/** Reads study files; what it returns is consistent, as far as that can be said without running. */
public final class StudyReader {
  private static final List<String> KEYS =
      List.of(
          "id",
          "title",
          "paper",
          "minutes",
          "experiment",
          "seeds",
          "arms",
          "claims",
          "controls",
          "analyses",
          "plots",
          "quick",
          "deviations",
          "findings");

  /** Parts of a study file on which no run and no verdict depends. */
  public static final List<String> SHOWN =
      List.of("title", "paper", "minutes", "plots", "quick", "deviations", "findings");

  private static final List<String> CHECK_KEYS =
      List.of("value", "over", "at-least", "at-most", "greater-than", "less-than", "between");
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]*");
  private static final Pattern ARM_NAME = Pattern.compile("[a-z][a-z0-9.-]*");

  private final Function<String, Node> files;
  private final Map<String, Definition.Arm> arms = new LinkedHashMap<>();
  private final Map<String, String> variables = new LinkedHashMap<>();
  private final Map<String, Node> analyses = new LinkedHashMap<>();
  private Probe probe;

  private StudyReader(Function<String, Node> files) {
    this.files = files;
  }

  /**
   * Reads a study.
   *
   * @param root the content of its file
   * @param files gives the file that an {@code experiment: {file: name}} names
   * @throws UserError when anything in it is wrong; the message names file and line
   */
  public static Definition read(Node root, Function<String, Node> files) {
    return new StudyReader(files).study(root);
  }

  private Definition study(Node root) {
    Block study = Block.of("a study", root, KEYS);
    String id = study.requireText("id", "grokking");
    if (!NAME.matcher(id).matches()) {
      throw study.error(
          "id", "the id '" + id + "' of a study has lower-case letters, digits and hyphens only");
    }
    Paper paper = study.get("paper").map(StudyReader::paper).orElse(null);
    String title = study.text("title");
    if (title.isEmpty()) {
      title = paper == null ? id : paper.title();
    }
    double minutes = 0;
    if (study.has("minutes")) {
      minutes = Block.number("'minutes'", study.get("minutes").get());
      if (!(minutes > 0)) {
        throw study.error(
            "minutes", "'minutes', how long the full study takes on two cores, must be above 0");
      }
    }
    Node.MapNode experiment = experiment(study);
    List<Long> seeds = study.seeds("seeds").orElse(List.of(0L));
    readArms(study, experiment, seeds);
    for (Map.Entry<String, Node> entry : study.blocks("analyses").entrySet()) {
      analyses.put(entry.getKey(), entry.getValue());
    }
    probe = new Probe(arms.keySet(), analyses.keySet());

    Map<String, Definition.Claim> claims = new LinkedHashMap<>();
    study.require("claims", "{faster: {statement: ..., value: ..., at-least: 2}}");
    for (Map.Entry<String, Node> entry : study.blocks("claims").entrySet()) {
      claims.put(entry.getKey(), claim(entry.getKey(), study.blocks("claims").get(entry.getKey())));
    }
    if (claims.isEmpty()) {
      throw study.error("claims", "a study needs at least one claim");
    }
    List<Definition.Control> controls = controls(study, experiment, claims);
    for (Definition.Claim claim : claims.values()) {
      if (controls.stream().noneMatch(c -> c.claim().equals(claim.id()))) {
        throw claim
            .where()
            .error(
                "claim '"
                    + claim.id()
                    + "' has no control; a claim that nothing can break checks nothing, so add to"
                    + " controls: {breaks: "
                    + claim.id()
                    + ", because: ..., with: {...}}");
      }
    }
    List<Definition.Plot> plots = new ArrayList<>();
    study.blocks("plots").forEach((name, node) -> plots.add(plot(name, node)));
    Definition.Quick quick = quick(study, experiment, claims);
    return new Definition(
        id,
        title,
        paper,
        minutes,
        experiment,
        arms,
        claims,
        controls,
        analyses,
        plots,
        quick,
        study.texts("deviations"),
        study.text("findings"),
        study.map().with("experiment", experiment));
  }

  private static Paper paper(Node node) {
    Block paper =
        Block.of(
            "'paper'",
            node,
            List.of("number", "title", "authors", "arxiv", "year", "group", "summary"));
    return new Paper(
        paper.integer("number", 0),
        paper.requireText("title", "'On the ...'"),
        paper.texts("authors"),
        paper.text("arxiv"),
        paper.integer("year", 0),
        paper.text("group"),
        paper.text("summary"));
  }

  private Node.MapNode experiment(Block study) {
    Node node = study.require("experiment", "{dataset: ..., architecture: ..., ...}");
    Block experiment = Block.of("'experiment'", node, null);
    Optional<Node> file = experiment.get("file");
    if (file.isEmpty()) {
      return experiment.map();
    }
    if (experiment.map().entries().size() > 1) {
      throw experiment.error(
          "file", "'experiment' is either a file or blocks; what differs from the file is an arm");
    }
    String name = experiment.requireText("file", "base.yaml");
    try {
      return Block.of("an experiment", files.apply(name), null).map();
    } catch (NoSuchFile e) {
      throw file.get().error("there is no file '" + name + "' beside the study");
    }
  }

  /** Says that a file a study refers to does not exist. */
  public static final class NoSuchFile extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NoSuchFile(String name) {
      super(name);
    }
  }

  private void readArms(Block study, Node.MapNode experiment, List<Long> seeds) {
    study.require("arms", "{main: {}, no-decay: {optimizer.weight-decay: 0}}");
    for (Map.Entry<String, Node> entry : study.blocks("arms").entrySet()) {
      String name = entry.getKey();
      Node node = entry.getValue();
      Location where = Block.of("'arms'", study.map().get("arms").get(), null).whereKey(name);
      if (!ARM_NAME.matcher(name).matches()) {
        throw where.error(
            "the name '"
                + name
                + "' of an arm begins with a lower-case letter and has lower-case letters, digits,"
                + " points and hyphens only");
      }
      String variable = Judge.variable(name);
      if (variable.equals("run") || Functions.CONSTANTS.containsKey(variable)) {
        throw where.error("an arm cannot be called '" + name + "'; expressions use that name");
      }
      String other = variables.put(variable, name);
      if (other != null) {
        throw where.error(
            "the arms '"
                + other
                + "' and '"
                + name
                + "' are both written "
                + variable
                + " in expressions; rename one");
      }
      Block arm = Block.of("arm '" + name + "'", node, null);
      List<Change> changes = new ArrayList<>();
      if (arm.has("like")) {
        String like = arm.requireText("like", "main");
        Definition.Arm model = arms.get(like);
        if (model == null) {
          throw arm.error(
              "like",
              "arm '"
                  + name
                  + "' is like '"
                  + like
                  + "', which is no arm above it"
                  + Names.hint(like, arms.keySet()));
        }
        changes.addAll(model.changes());
      }
      changes.addAll(changes(arm.map(), Set.of("seeds", "like")));
      apply(changes, experiment);
      arms.put(name, new Definition.Arm(name, changes, arm.seeds("seeds").orElse(seeds)));
    }
    if (arms.isEmpty()) {
      throw study.error("arms", "a study needs at least one arm, as in arms: {main: {}}");
    }
  }

  /** Overrides as a map writes them: {@code path: value} sets, {@code ~path:} removes. */
  private static List<Change> changes(Node.MapNode map, Set<String> reserved) {
    List<Change> changes = new ArrayList<>();
    map.entries()
        .forEach(
            (path, value) -> {
              if (reserved.contains(path)) {
                return;
              }
              if (path.startsWith("~")) {
                if (!(value instanceof Node.Scalar scalar && scalar.isNull())) {
                  throw value.error(
                      "'" + path + "' removes a setting and has no value; write '" + path + "': ");
                }
                changes.add(Change.remove(path.substring(1), map.whereKey(path)));
              } else {
                changes.add(Change.put(path, value, map.whereKey(path)));
              }
            });
    for (Change change : changes) {
      if (change.path().get(0).equals("seed") || change.path().get(0).equals("name")) {
        throw change
            .where()
            .error("'" + change.path().get(0) + "' cannot be overridden here; use seeds: [0, 1]");
      }
    }
    return changes;
  }

  /** Makes changes one after the other. */
  public static Node.MapNode apply(List<Change> changes, Node.MapNode experiment) {
    Node.MapNode result = experiment;
    for (Change change : changes) {
      result = change.applyTo(result);
    }
    return result;
  }

  private Definition.Claim claim(String id, Node node) {
    String name = "claim '" + id + "'";
    List<String> keys = new ArrayList<>(List.of("statement", "paper", "checks"));
    keys.addAll(CHECK_KEYS);
    Block claim = Block.of(name, node, keys);
    if (!NAME.matcher(id).matches()) {
      throw node.error(
          "the id '" + id + "' of a claim has lower-case letters, digits and hyphens only");
    }
    String statement = claim.requireText("statement", "'SAM generalises better than SGD'");
    List<Check> checks = new ArrayList<>();
    Set<String> used = new LinkedHashSet<>();
    boolean usesAnalyses = false;
    List<Node> nodes = new ArrayList<>();
    if (claim.has("checks")) {
      for (String key : CHECK_KEYS) {
        if (claim.has(key)) {
          throw claim.error(key, name + " has 'checks', so '" + key + "' belongs into one of them");
        }
      }
      nodes.addAll(Block.elements(claim.get("checks").get()));
    } else {
      Node.MapNode own = claim.map().without("statement").without("paper");
      if (own.entries().isEmpty()) {
        throw claim
            .where()
            .error(name + " checks nothing; give it checks: [{value: ..., at-least: ...}]");
      }
      nodes.add(own);
    }
    for (Node each : nodes) {
      Check check = check(name, each);
      checks.add(check);
      used.addAll(check.arms());
      if (check.value().usesAnalyses()) {
        usesAnalyses = true;
        used.addAll(arms.keySet());
      }
    }
    if (checks.isEmpty()) {
      throw claim.error("checks", name + " has no checks");
    }
    List<String> ordered = arms.keySet().stream().filter(used::contains).toList();
    return new Definition.Claim(
        id, statement, claim.text("paper"), checks, ordered, usesAnalyses, claim.where());
  }

  private Check check(String name, Node node) {
    Block check = Block.of("a check of " + name, node, CHECK_KEYS);
    Expression value = expression(check, "value", true);
    Over over = Over.EACH_SEED;
    if (check.has("over")) {
      String text = check.requireText("over", "mean");
      over = null;
      List<String> known = new ArrayList<>();
      for (Over each : Over.values()) {
        known.add(each.key());
        if (each.key().equals(text)) {
          over = each;
        }
      }
      if (over == null) {
        throw check.error("over", "there is no over: " + text + Names.hint(text, known));
      }
    }
    Threshold threshold = threshold(name, check);
    Set<String> used = new LinkedHashSet<>();
    try {
      used.addAll(armsOf(value));
      probe.check(value, over, used);
    } catch (ExpressionException e) {
      throw check.error("value", name + ": " + e.getMessage());
    }
    return new Check(
        value, over, threshold, arms.keySet().stream().filter(used::contains).toList());
  }

  private static Threshold threshold(String name, Block check) {
    Threshold threshold = null;
    for (Relation relation : Relation.values()) {
      Optional<Node> node = check.get(relation.key());
      if (node.isEmpty()) {
        continue;
      }
      if (threshold != null) {
        throw check.error(
            relation.key(),
            "a check of " + name + " has two thresholds; use between: [a, b] or write two checks");
      }
      String what = "'" + relation.key() + "' of " + name;
      if (relation == Relation.BETWEEN) {
        List<Node> bounds = Block.elements(node.get());
        if (bounds.size() != 2) {
          throw check.error(relation.key(), what + " takes two numbers, as in between: [0, 1]");
        }
        double low = Block.number(what, bounds.get(0));
        double high = Block.number(what, bounds.get(1));
        if (low > high) {
          throw check.error(relation.key(), what + " must give the smaller number first");
        }
        threshold = new Threshold(relation, low, high);
      } else {
        double bound = Block.number(what, node.get());
        threshold = new Threshold(relation, bound, bound);
      }
    }
    if (threshold == null) {
      throw check
          .where()
          .error(
              "a check of "
                  + name
                  + " has no threshold; give it at-least, at-most, greater-than, less-than or"
                  + " between");
    }
    return threshold;
  }

  /** Reads an expression and checks the names in it. */
  private Expression expression(Block block, String key, boolean overArms) {
    String source = block.requireText(key, "main.final('validation/accuracy')");
    Location where = block.where();
    try {
      where = block.whereKey(key);
      Expression expression = Expression.parse(source);
      Set<String> known = overArms ? variables.keySet() : Set.of("run");
      for (String variable : expression.variables()) {
        if (!known.contains(variable)) {
          throw where.error(
              (overArms ? "there is no arm '" : "there is no '")
                  + variable
                  + "' to speak of in '"
                  + source
                  + "'"
                  + Names.hint(variable, known));
        }
      }
      return expression;
    } catch (ExpressionException e) {
      throw where.error(e.getMessage());
    }
  }

  /** The arms an expression speaks of. */
  private Set<String> armsOf(Expression expression) {
    Set<String> used = new LinkedHashSet<>();
    for (String variable : expression.variables()) {
      used.add(variables.get(variable));
    }
    for (String pattern : expression.patterns()) {
      used.addAll(Functions.matching(pattern, arms.keySet()));
    }
    return used;
  }

  private List<Definition.Control> controls(
      Block study, Node.MapNode experiment, Map<String, Definition.Claim> claims) {
    List<Definition.Control> controls = new ArrayList<>();
    Node list = study.require("controls", "[{breaks: faster, because: ..., with: {...}}]");
    for (Node node : Block.elements(list)) {
      Block control =
          Block.of("a control", node, List.of("breaks", "because", "with", "arms", "seeds"));
      String id = control.requireText("breaks", "faster");
      Definition.Claim claim = claims.get(id);
      if (claim == null) {
        throw control.error(
            "breaks", "there is no claim '" + id + "' to break" + Names.hint(id, claims.keySet()));
      }
      String because = control.requireText("because", "'without decay nothing moves the norm'");
      if (control.has("with") == control.has("arms")) {
        throw control
            .where()
            .error(
                "a control needs either 'with', overrides for every arm of its claim, or 'arms',"
                    + " overrides for each");
      }
      Map<String, List<Change>> changes = new LinkedHashMap<>();
      if (control.has("with")) {
        Block with = Block.of("'with'", control.get("with").get(), null);
        for (String arm : claim.arms()) {
          changes.put(arm, changes(with.map(), Set.of()));
        }
      } else {
        Block own =
            Block.of(
                "'arms' of a control of claim '" + id + "'",
                control.get("arms").get(),
                claim.arms());
        own.map()
            .entries()
            .forEach(
                (arm, overrides) ->
                    changes.put(
                        arm, changes(Block.of("'" + arm + "'", overrides, null).map(), Set.of())));
      }
      if (changes.values().stream().allMatch(List::isEmpty)) {
        throw control
            .where()
            .error("a control must override something, as in with: {optimizer.weight-decay: 0}");
      }
      for (Map.Entry<String, List<Change>> entry : changes.entrySet()) {
        Node.MapNode before = apply(arms.get(entry.getKey()).changes(), experiment);
        apply(entry.getValue(), before);
      }
      controls.add(
          new Definition.Control(id, because, changes, control.seeds("seeds"), control.where()));
    }
    return controls;
  }

  private Definition.Plot plot(String id, Node node) {
    String name = "plot '" + id + "'";
    if (!NAME.matcher(id).matches()) {
      throw node.error(
          "the id '" + id + "' of a plot has lower-case letters, digits and hyphens only");
    }
    Block plot =
        Block.of(
            name,
            node,
            List.of(
                "title", "arms", "series", "marks", "x", "y", "x-scale", "y-scale", "x-label",
                "y-label"));
    boolean curves = plot.has("series");
    for (String key : curves ? List.of("x", "y") : List.of("marks")) {
      if (plot.has(key)) {
        throw plot.error(
            key,
            curves
                ? name + " draws series along steps and has no '" + key + "'"
                : name + " draws points and has no marks");
      }
    }
    Set<String> drawn = new LinkedHashSet<>();
    for (String pattern : plot.texts("arms")) {
      try {
        drawn.addAll(Functions.matching(pattern, arms.keySet()));
      } catch (ExpressionException e) {
        throw plot.error("arms", name + ": " + e.getMessage());
      }
    }
    if (drawn.isEmpty()) {
      drawn.addAll(arms.keySet());
    }
    Map<String, Expression> marks = new LinkedHashMap<>();
    if (plot.has("marks")) {
      Block block = Block.of("'marks'", plot.get("marks").get(), null);
      block.map().entries().keySet().forEach(label -> marks.put(label, measured(block, label)));
    }
    return new Definition.Plot(
        id,
        plot.has("title") ? plot.text("title") : id,
        curves ? PlotResult.Kind.CURVES : PlotResult.Kind.POINTS,
        plot.texts("series"),
        arms.keySet().stream().filter(drawn::contains).toList(),
        axis(name, plot, "x", curves),
        axis(name, plot, "y", false),
        marks,
        curves ? null : coordinate(plot, "x"),
        curves ? null : coordinate(plot, "y"));
  }

  /** An expression over one run. */
  private Expression measured(Block block, String key) {
    Expression expression = expression(block, key, false);
    try {
      probe.checkRun(expression);
    } catch (ExpressionException e) {
      throw block.error(key, e.getMessage());
    }
    return expression;
  }

  /** A number over one run, or a list of them. */
  private Expression coordinate(Block block, String key) {
    Expression expression = expression(block, key, false);
    try {
      probe.checkPoints(expression);
    } catch (ExpressionException e) {
      throw block.error(key, e.getMessage());
    }
    return expression;
  }

  private static PlotResult.Axis axis(String name, Block plot, String axis, boolean byDefault) {
    String key = axis + "-scale";
    String scale = plot.text(key).toLowerCase(Locale.ROOT);
    if (!scale.isEmpty() && !scale.equals("log") && !scale.equals("linear")) {
      throw plot.error(key, "'" + key + "' of " + name + " is log or linear, not '" + scale + "'");
    }
    String label = plot.text(axis + "-label");
    if (label.isEmpty()) {
      label = plot.has("series") ? (axis.equals("x") ? "step" : "") : plot.text(axis);
    }
    return new PlotResult.Axis(label, scale.isEmpty() ? byDefault : scale.equals("log"));
  }

  private Definition.Quick quick(
      Block study, Node.MapNode experiment, Map<String, Definition.Claim> claims) {
    if (!study.has("quick")) {
      return new Definition.Quick(
          List.copyOf(arms.keySet()),
          List.copyOf(claims.keySet()),
          Optional.of(List.of(arms.values().iterator().next().seeds().get(0))),
          List.of());
    }
    Block quick =
        Block.of(
            "'quick'", study.get("quick").get(), List.of("arms", "claims", "seeds", "overrides"));
    List<String> ownArms = new ArrayList<>();
    for (String arm : quick.texts("arms")) {
      if (!arms.containsKey(arm)) {
        throw quick.error("arms", "there is no arm '" + arm + "'" + Names.hint(arm, arms.keySet()));
      }
      ownArms.add(arm);
    }
    List<String> ownClaims = new ArrayList<>();
    for (String id : quick.texts("claims")) {
      Definition.Claim claim = claims.get(id);
      if (claim == null) {
        throw quick.error(
            "claims", "there is no claim '" + id + "'" + Names.hint(id, claims.keySet()));
      }
      ownClaims.add(id);
      if (quick.has("arms") && !ownArms.containsAll(claim.arms())) {
        throw quick.error(
            "claims",
            "claim '"
                + id
                + "' speaks of the arms "
                + String.join(", ", claim.arms())
                + ", which are not all in the arms of 'quick'");
      }
    }
    if (!quick.has("claims")) {
      for (Definition.Claim claim : claims.values()) {
        if (ownArms.isEmpty() || ownArms.containsAll(claim.arms())) {
          ownClaims.add(claim.id());
        }
      }
    }
    if (ownClaims.isEmpty()) {
      throw quick.where().error("'quick' judges no claim; give it claims, or more arms");
    }
    if (!quick.has("arms")) {
      Set<String> used = new LinkedHashSet<>();
      ownClaims.forEach(id -> used.addAll(claims.get(id).arms()));
      arms.keySet().stream().filter(used::contains).forEach(ownArms::add);
    }
    List<Change> changes =
        quick.has("overrides")
            ? changes(Block.of("'overrides'", quick.get("overrides").get(), null).map(), Set.of())
            : List.of();
    for (String arm : ownArms) {
      apply(changes, apply(arms.get(arm).changes(), experiment));
    }
    return new Definition.Quick(ownArms, ownClaims, quick.seeds("seeds"), changes);
  }
}
