package org.genlab.runtime.internal.plugins;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.genlab.api.Kind;
import org.genlab.api.SettingException;
import org.genlab.api.data.Dataset;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.model.Architecture;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.Procedure;
import org.genlab.api.training.Regularizer;
import org.genlab.runtime.config.Change;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.config.Node.MapNode;
import org.genlab.runtime.config.Overrides;
import org.genlab.runtime.plugins.Experiment;
import org.genlab.runtime.plugins.HostServices;
import org.genlab.runtime.plugins.Pipeline;
import org.genlab.runtime.plugins.Plan;
import org.genlab.runtime.plugins.PluginDescriptor;
import org.genlab.runtime.plugins.Resolution;
import org.genlab.runtime.plugins.Revision;
import org.genlab.runtime.plugins.Wiring;
import org.genlab.store.Digests;
import org.genlab.store.UserError;

/** A plan made of bound parts. */
final class BoundPlan implements Plan {
  private final Wiring wiring;
  private final Experiment experiment;
  private final List<Part> parts;

  BoundPlan(Wiring wiring, Experiment experiment, List<Part> parts) {
    this.wiring = wiring;
    this.experiment = experiment;
    this.parts = parts;
  }

  @Override
  public Experiment experiment() {
    return experiment;
  }

  @Override
  public MapNode resolved() {
    return write(false);
  }

  private MapNode write(boolean exact) {
    MapNode header = experiment.resolvedHeader();
    Map<String, Node> entries = new LinkedHashMap<>();
    for (String key : Experiment.KEYS) {
      switch (key) {
        case "regularizers" -> entries.put(key, several(Kind.REGULARIZER, exact));
        case "metrics" -> entries.put(key, several(Kind.METRIC, exact));
        default -> {
          if (Kind.ALL.contains(key)) {
            entries.put(key, only(key).write(Optional.empty(), exact));
          } else {
            header.get(key).ifPresent(value -> entries.put(key, value));
          }
        }
      }
    }
    return new MapNode(entries, experiment.source().where());
  }

  private MapNode several(String kind, boolean exact) {
    Map<String, Node> entries = new LinkedHashMap<>();
    for (Part part : ofKind(kind)) {
      entries.put(name(part), part.write(Optional.of(name(part)), exact));
    }
    return new MapNode(entries, experiment.source().where());
  }

  @Override
  public String digest() {
    MapNode relevant = write(true).without("name").without("threads");
    return Digests.sha256(relevant.toYaml().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public List<Revision> revisions() {
    return all().stream().map(part -> part.plugin().at(part.path())).toList();
  }

  @Override
  public List<PluginDescriptor> plugins() {
    return all().stream().map(Part::plugin).toList();
  }

  @Override
  public Plan changed(List<String> overrides) {
    List<Change> changes = changes(overrides);
    Map<String, PluginDescriptor> kept = new HashMap<>();
    for (Part part : all()) {
      if (changes.stream().noneMatch(change -> replaces(change, part.path()))) {
        kept.put(part.path(), part.plugin());
      }
    }
    Resolution latest = wiring.latest();
    return wiring.plan(
        with(changes),
        block -> kept.containsKey(block.path()) ? kept.get(block.path()) : latest.of(block));
  }

  /** Whether a change decides anew which plugin stands at a path. */
  private static boolean replaces(Change change, String path) {
    String changed = String.join(".", change.path());
    return changed.equals(path)
        || path.startsWith(changed + ".")
        || changed.equals(path + ".plugin");
  }

  @Override
  public Plan repeated(List<String> overrides, List<Revision> recorded) {
    return wiring.plan(with(changes(overrides)), wiring.recorded(recorded));
  }

  private static List<Change> changes(List<String> overrides) {
    Overrides parsed = Overrides.parse(overrides);
    if (parsed.isSweep()) {
      throw new UserError(
          "command line: "
              + String.join(" ", overrides)
              + ": a run can be changed in one way only, so there can be no ranges and lists of"
              + " values; brackets make a list one value, as in [a,b].");
    }
    return parsed.variants().get(0).changes();
  }

  private Experiment with(List<Change> changes) {
    return Experiment.of(new Overrides.Variant("", changes).applyTo(experiment.source()));
  }

  @Override
  public Pipeline wire(HostServices host) {
    Assembly assembly = new Assembly(parts, host);
    Map<String, Regularizer> regularizers = new LinkedHashMap<>();
    Map<String, Metric> metrics = new LinkedHashMap<>();
    Dataset dataset = (Dataset) assembly.make(only(Kind.DATASET));
    Architecture architecture = (Architecture) assembly.make(only(Kind.ARCHITECTURE));
    Optimizer optimizer = (Optimizer) assembly.make(only(Kind.OPTIMIZER));
    for (Part part : ofKind(Kind.REGULARIZER)) {
      regularizers.put(name(part), (Regularizer) assembly.make(part));
    }
    for (Part part : ofKind(Kind.METRIC)) {
      metrics.put(name(part), (Metric) assembly.make(part));
    }
    Procedure procedure = (Procedure) assembly.make(only(Kind.PROCEDURE));
    return new Pipeline(
        dataset, architecture, optimizer, regularizers, metrics, procedure, revisions());
  }

  @Override
  public UserError explain(String path, SettingException problem) {
    return all().stream()
        .filter(part -> part.path().equals(path))
        .findFirst()
        .map(part -> part.explain(problem))
        .orElseThrow(() -> new IllegalArgumentException("no plugin stands at '" + path + "'"));
  }

  private List<Part> all() {
    return parts.stream().flatMap(part -> part.all().stream()).toList();
  }

  private List<Part> ofKind(String kind) {
    return parts.stream().filter(part -> part.block().kind().equals(kind)).toList();
  }

  private Part only(String kind) {
    return ofKind(kind).get(0);
  }

  private static String name(Part part) {
    return part.path().substring(part.path().indexOf('.') + 1);
  }
}
