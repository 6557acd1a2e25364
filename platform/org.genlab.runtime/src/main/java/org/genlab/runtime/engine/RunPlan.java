package org.genlab.runtime.engine;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.genlab.api.SettingException;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.plugins.Experiment;
import org.genlab.runtime.plugins.HostServices;
import org.genlab.runtime.plugins.Pipeline;
import org.genlab.runtime.plugins.Plan;
import org.genlab.runtime.plugins.PluginDescriptor;
import org.genlab.runtime.plugins.Revision;
import org.genlab.store.UserError;

/**
 * Everything that a run is made from, with nothing left open.
 *
 * @param name of the experiment
 * @param seed of all randomness
 * @param device {@code cpu} or {@code cuda}
 * @param backend {@code auto}, or the name of the one that computes
 * @param threads how many threads compute; all processors when empty; never changes results
 * @param initializeFrom the file that the main model's first parameters are read from, see {@link
 *     org.genlab.store.ParameterFile}; drawn by the architecture when empty
 * @param evaluation when metrics are taken
 * @param checkpoints when checkpoints are written
 * @param experiment the resolved experiment file, as it will stand in the run directory
 * @param settings the resolved settings by path, e.g. {@code optimizer.weight-decay -> 1.0}
 * @param assembly makes the plugins; called once, on the run's thread, before anything is written
 * @param explanation the sentence for a setting that a plugin at a path, or the engine at the empty
 *     path, finds fault with later
 * @param plugins what {@code assembly} will make, as far as it must be leased meanwhile
 * @param revisions of all plugins that will be made; empty when they are known only then
 * @param replanning makes the plan again when plugins were replaced, or the run is to be changed
 */
public record RunPlan(
    String name,
    long seed,
    String device,
    String backend,
    OptionalInt threads,
    Optional<Path> initializeFrom,
    Evaluation evaluation,
    Checkpoints checkpoints,
    String experiment,
    Map<String, Object> settings,
    Function<HostServices, Pipeline> assembly,
    BiFunction<String, SettingException, UserError> explanation,
    List<PluginDescriptor> plugins,
    List<Revision> revisions,
    Optional<Replanning> replanning) {
  /** How a plan is made again, with what is installed at that moment. */
  public interface Replanning {
    /** See {@link Plan#changed}. */
    RunPlan changed(List<String> overrides);

    /** See {@link Plan#repeated}. */
    RunPlan repeated(List<String> overrides, List<Revision> recorded);
  }

  /** A plan whose plugins need no leases, and whose run cannot be changed. */
  public RunPlan(
      String name,
      long seed,
      String device,
      String backend,
      OptionalInt threads,
      Optional<Path> initializeFrom,
      Evaluation evaluation,
      Checkpoints checkpoints,
      String experiment,
      Map<String, Object> settings,
      Function<HostServices, Pipeline> assembly,
      BiFunction<String, SettingException, UserError> explanation) {
    this(
        name,
        seed,
        device,
        backend,
        threads,
        initializeFrom,
        evaluation,
        checkpoints,
        experiment,
        settings,
        assembly,
        explanation,
        List.of(),
        List.of(),
        Optional.empty());
  }

  public RunPlan {
    plugins = List.copyOf(plugins);
    revisions = List.copyOf(revisions);
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /** What an experiment whose plugins were found is made from. */
  public static RunPlan of(Plan plan) {
    Experiment experiment = plan.experiment();
    Map<String, Object> settings = new LinkedHashMap<>();
    flatten("", plan.resolved(), settings);
    return new RunPlan(
        experiment.name(),
        experiment.seed(),
        experiment.device().name().toLowerCase(Locale.ROOT),
        experiment.backend().name().toLowerCase(Locale.ROOT),
        experiment.threads(),
        experiment.initializeFrom(),
        new Evaluation(
            experiment.evaluation().every(),
            experiment.evaluation().growth(),
            experiment.evaluation().splits()),
        new Checkpoints(experiment.checkpoints().every(), experiment.checkpoints().keep()),
        plan.resolved().toYaml(),
        settings,
        plan::wire,
        (path, problem) ->
            path.isEmpty()
                ? experiment.where(problem.setting()).error(problem.getMessage())
                : plan.explain(path, problem),
        plan.plugins(),
        plan.revisions(),
        Optional.of(
            new Replanning() {
              @Override
              public RunPlan changed(List<String> overrides) {
                return RunPlan.of(plan.changed(overrides));
              }

              @Override
              public RunPlan repeated(List<String> overrides, List<Revision> recorded) {
                return RunPlan.of(plan.repeated(overrides, recorded));
              }
            }));
  }

  /** The same, computed by that many threads unless the experiment says how many. */
  public RunPlan withDefaultThreads(int count) {
    return new RunPlan(
        name,
        seed,
        device,
        backend,
        threads.isPresent() ? threads : OptionalInt.of(count),
        initializeFrom,
        evaluation,
        checkpoints,
        experiment,
        settings,
        assembly,
        explanation,
        plugins,
        revisions,
        replanning);
  }

  private static void flatten(String path, Node node, Map<String, Object> settings) {
    Optional<Node.MapNode> map = node.asMap();
    if (map.isEmpty()) {
      settings.put(path, value(node));
      return;
    }
    map.get()
        .entries()
        .forEach((key, v) -> flatten(path.isEmpty() ? key : path + "." + key, v, settings));
  }

  /** Lists, numbers, booleans and texts; what JSON cannot say of numbers, as text. */
  private static Object value(Node node) {
    if (node instanceof Node.ListNode list) {
      return list.elements().stream().map(RunPlan::value).toList();
    }
    Node.Scalar scalar = (Node.Scalar) node;
    Optional<BigDecimal> number = scalar.asNumber();
    if (number.isPresent()) {
      BigDecimal plain = number.get().stripTrailingZeros();
      return plain.scale() <= 0 && plain.precision() - plain.scale() <= 18
          ? (Object) plain.longValueExact()
          : (Object) plain.doubleValue();
    }
    return scalar.asBoolean().map(Object.class::cast).orElse(scalar.text());
  }

  /**
   * When metrics are taken: at step 0, then at steps growing by a factor, at every multiple of
   * {@code every}, and at the end.
   *
   * @param every the largest distance of two evaluations in steps, at least 1
   * @param growth the factor by which steps grow while that is denser; none when not above 1
   * @param splits names of the splits that are evaluated; all of the dataset when empty
   */
  public record Evaluation(long every, double growth, List<String> splits) {
    public Evaluation {
      if (every < 1) {
        throw new IllegalArgumentException("evaluation every " + every + " steps");
      }
      splits = List.copyOf(splits);
    }

    /** The first evaluation after the one at a step; the first of all is at step 0. */
    public long after(long step) {
      long aligned = (step / every + 1) * every;
      if (growth > 1) {
        double grown = Math.ceil(step * growth);
        return Math.min(aligned, Math.max(step + 1, (long) Math.min(grown, (double) aligned)));
      }
      return aligned;
    }
  }

  /**
   * When checkpoints are written: before the first step, at every multiple of {@code every}, and
   * when the run stops or ends.
   *
   * @param every in steps, at least 1
   * @param keep how many are kept, at least 2, because the newest may turn out to be damaged
   */
  public record Checkpoints(long every, int keep) {
    public Checkpoints {
      if (every < 1 || keep < 2) {
        throw new IllegalArgumentException("checkpoints every " + every + ", keep " + keep);
      }
    }

    /** Whether a checkpoint is written at a step in any case. */
    public boolean at(long step) {
      return step % every == 0;
    }
  }
}
