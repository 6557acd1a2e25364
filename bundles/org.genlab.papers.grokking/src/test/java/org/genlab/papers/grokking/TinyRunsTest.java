package org.genlab.papers.grokking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.config.Yaml;
import org.genlab.runtime.engine.RunEngine;
import org.genlab.runtime.engine.RunListener;
import org.genlab.runtime.engine.RunPlan;
import org.genlab.runtime.engine.RunResult;
import org.genlab.runtime.engine.StopSignal;
import org.genlab.runtime.plugins.Experiment;
import org.genlab.runtime.plugins.Wiring;
import org.genlab.store.RunDirectory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every plugin of the first bundles in a run that is stopped and resumed. */
class TinyRunsTest {
  private static final String TRANSFORMER =
      """
      name: transformer
      dataset: {plugin: permutation-composition, operation: x.y.x^-1, degree: 3, pairs: symmetric, corrupted: 0.2}
      architecture: {plugin: transformer-decoder, layers: 2, width: 8, heads: 2, tied: true, activation: gelu}
      optimizer:
        plugin: adamw
        weight-decay: 0.1
        decay-towards: initialization
        decay-roles: [weight, embedding]
        clip-norm: 0.5
        schedule: {shape: cosine, warmup: 2}
      regularizers:
        cross-entropy: {}
        label-smoothing: {epsilon: 0.1}
        dropout: {probability: 0.2, sites: [embedding, branch]}
        update-noise: {standard-deviation: 0.1}
      metrics: {loss: {}, accuracy: {}, generalization-gap: {}, weight-norm: {per-parameter: true}, steps-to-threshold: {}}
      procedure: {plugin: erm, steps: 9, batch-size: 4}
      evaluation: {every: 2}
      """;

  private static final String MLP =
      """
      name: mlp
      dataset: {plugin: modular-arithmetic, operation: x^2+xy+y^2+x, modulus: 5, answers: random}
      architecture: {plugin: mlp, hidden: [6, 5], readout: 4, tokens: sum, embedding: 3, positions: [0, 2], init: he}
      optimizer: {plugin: sgd, learning-rate: 0.05, momentum: 0.9, nesterov: true, schedule: {shape: step, every: 3}}
      regularizers: {mse: {over: sum}, l2: {coefficient: 0.01, roles: [weight], towards: initialization}}
      metrics: {loss: {}, accuracy: {}}
      procedure:
        plugin: erm
        steps: 50
        batch-size: 0
        stop-when: {series: train/loss, at-least: 0, for-steps: 8}
      evaluation: {every: 2}
      """;

  private static final String ADAM =
      """
      name: adam
      dataset: {plugin: modular-arithmetic, operation: x/y if y odd else x-y, modulus: 7, pairs: unordered}
      architecture: {plugin: transformer-decoder, layers: 1, width: 4, heads: 1, norm: none, positions: none}
      optimizer: {plugin: adam, weight-decay: 0.01, schedule: {shape: linear, floor: 0.1}}
      regularizers: {cross-entropy: {}}
      metrics: {loss: {}, accuracy: {}}
      procedure: {plugin: erm, steps: 7, batch-size: 512, batch-cap-fraction: 0.5}
      evaluation: {every: 3, splits: [validation]}
      """;

  @TempDir private Path folder;

  /** Stops a run when it has made so many steps. */
  private record StopAt(long step, StopSignal signal) implements RunListener {
    @Override
    public void stepped(long steps, long totalSteps, float loss) {
      if (steps == step) {
        signal.request();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {TRANSFORMER, MLP, ADAM})
  void aStoppedAndResumedRunEndsLikeTheUninterruptedOne(String text) throws IOException {
    Node node = Yaml.parse(text, "test.yaml");
    RunPlan plan =
        RunPlan.of(Wiring.with(Plugins.ALL).plan(Experiment.of(node))).withDefaultThreads(1);
    RunEngine engine = new RunEngine();
    Path whole = folder.resolve("whole");
    RunResult uninterrupted =
        engine.run(
            plan,
            experiment -> RunDirectory.createAt(whole, experiment),
            RunListener.none(),
            new StopSignal());
    assertEquals(RunResult.Outcome.FINISHED, uninterrupted.outcome());

    Path parts = folder.resolve("parts");
    StopSignal stop = new StopSignal();
    RunResult stopped =
        engine.run(
            plan,
            experiment -> RunDirectory.createAt(parts, experiment),
            new StopAt(5, stop),
            stop);
    assertEquals(RunResult.Outcome.STOPPED, stopped.outcome());
    assertEquals(5, stopped.steps());
    RunResult resumed =
        engine.resume(plan, RunDirectory.open(parts), RunListener.none(), new StopSignal());

    assertEquals(uninterrupted.steps(), resumed.steps());
    assertEquals(metrics(whole), metrics(parts));
    assertTrue(metrics(whole).size() >= 4, "evaluations");
    String last = String.format(Locale.ROOT, "checkpoints/step-%08d.safetensors", resumed.steps());
    assertEquals(
        -1, Files.mismatch(whole.resolve(last), parts.resolve(last)), "the final weights differ");
  }

  private static List<String> metrics(Path run) throws IOException {
    return Files.readAllLines(run.resolve(RunDirectory.METRICS));
  }
}
