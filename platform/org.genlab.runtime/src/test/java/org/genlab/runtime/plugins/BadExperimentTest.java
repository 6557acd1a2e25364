package org.genlab.runtime.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.config.Overrides;
import org.genlab.runtime.config.Yaml;
import org.genlab.store.UserError;
import org.junit.jupiter.api.Test;

/** The sentences that meet who makes a mistake in an experiment. */
class BadExperimentTest {
  private static final String GOOD =
      """
      name: tiny
      seed: 0
      dataset:
        plugin: modular-arithmetic
        modulus: 97
      architecture:
        plugin: mlp
        width: 128
      optimizer:
        plugin: adamw
        learning-rate: 1e-3
      regularizers:
        cross-entropy: {}
      procedure: {plugin: erm, steps: 10}
      """;
  private final Wiring wiring = Wiring.with(TestPlugins.catalog());

  /** The message when a line of the good experiment is replaced. */
  private String replacing(String line, String by) {
    return message(GOOD.replace(line, by));
  }

  private String message(String text, String... overrides) {
    return assertThrows(
            UserError.class,
            () -> {
              Node.MapNode root = Yaml.parse(text, "x.yaml").asMap().orElseThrow();
              Node node = Overrides.parse(List.of(overrides)).variants().get(0).applyTo(root);
              wiring.wire(Experiment.of(node), new TestPlugins.Host());
            })
        .getMessage();
  }

  private String overriding(String... overrides) {
    return message(GOOD, overrides);
  }

  @Test
  void unknownPlugin() {
    assertEquals(
        "x.yaml:10: there is no optimizer 'adamm'; did you mean 'adamw'?",
        replacing("plugin: adamw", "plugin: adamm"));
    assertEquals(
        "x.yaml:4: there is no dataset 'imagenet'; there is modular-arithmetic, noisy",
        replacing("plugin: modular-arithmetic", "plugin: imagenet"));
    assertEquals(
        "x.yaml:4: 'adamw' is an optimizer, not a dataset; there is modular-arithmetic, noisy",
        replacing("plugin: modular-arithmetic", "plugin: adamw"));
    assertEquals(
        "x.yaml:13: there is no regularizer 'cross-entropi'; did you mean 'cross-entropy'?",
        replacing("cross-entropy: {}", "cross-entropi: {}"));
    assertEquals(
        "command line: optimizer=sm: there is no optimizer 'sm'; did you mean 'sam'?",
        overriding("optimizer=sm"));
    assertEquals(
        "command line: optimizer.plugin=Adam: 'Adam' is no name of a plugin; ids have lower-case"
            + " letters, digits and hyphens, with a version as in sam, sam@1.2 or sam@[1,2)",
        overriding("optimizer.plugin=Adam"));
  }

  @Test
  void versionThatIsNotThere() {
    assertEquals(
        "command line: optimizer=sam@3: no installed version of optimizer 'sam' fits 'sam@3';"
            + " there is 2.0.0, 1.2.1, 1.0.3",
        overriding("optimizer=sam@3"));
    assertEquals(
        "command line: optimizer=sam@new: the version in 'sam@new' must be as in sam@1, sam@1.2,"
            + " sam@1.2.3 or sam@[1,2)",
        overriding("optimizer=sam@new"));
  }

  @Test
  void unknownKind() {
    assertEquals(
        "x.yaml:9: an experiment has no 'optimiser'; did you mean 'optimizer'?",
        replacing("optimizer:", "optimiser:"));
    assertEquals(
        "x.yaml:12: an experiment has no 'xyz'; it has name, seed, device, backend, threads,"
            + " initialize-from, dataset, architecture, optimizer, regularizers, metrics,"
            + " procedure, evaluation, checkpoints",
        replacing("regularizers:", "xyz:"));
  }

  @Test
  void unknownSetting() {
    assertEquals(
        "x.yaml:11: optimizer 'adamw' has no setting 'lerning-rate'; did you mean 'learning-rate'?"
            + " (it has learning-rate, betas, weight-decay, schedule, clip, groups, amsgrad)",
        replacing("learning-rate", "lerning-rate"));
    assertEquals(
        "command line: optimizer.lr=0.1: optimizer 'adamw' has no setting 'lr'; did you mean"
            + " 'learning-rate'? (it has learning-rate, betas, weight-decay, schedule, clip,"
            + " groups, amsgrad)",
        overriding("optimizer.lr=0.1"));
    assertEquals(
        "command line: optimizer.schedule.warm-up=3: 'schedule' of optimizer 'adamw' has no setting"
            + " 'warm-up'; did you mean 'warmup'? (it has shape, warmup, floor, every, decay)",
        overriding("optimizer.schedule.warm-up=3"));
    assertEquals(
        "x.yaml:13: regularizer 'cross-entropy' has no setting 'weight'; it has none at all",
        replacing("cross-entropy: {}", "cross-entropy: {weight: 1}"));
    assertEquals(
        "command line: optimizer={plugin: sam, bse: adamw}: optimizer 'sam' has no setting 'bse';"
            + " did you mean 'base'? (it has rho, base)",
        overriding("optimizer={plugin: sam, bse: adamw}"));
    assertEquals(
        "command line: evaluation.evry=3: 'evaluation' of the experiment has no setting 'evry'; did"
            + " you mean 'every'? (it has every, growth, splits)",
        overriding("evaluation.evry=3"));
  }

  @Test
  void valueOutOfRange() {
    assertEquals(
        "x.yaml:5: 'modulus' of dataset 'modular-arithmetic' must be from 2 to 997, not 1",
        replacing("modulus: 97", "modulus: 1"));
    assertEquals(
        "command line: dataset.train-fraction=1: 'train-fraction' of dataset 'modular-arithmetic'"
            + " must be above 0 and below 1, not 1",
        overriding("dataset.train-fraction=1"));
    assertEquals(
        "command line: optimizer.betas=[0.9, 1.5]: 'betas' of optimizer 'adamw' must be at least 0"
            + " and below 1, not 1.5",
        overriding("optimizer.betas=[0.9, 1.5]"));
    assertEquals(
        "x.yaml:11: 'learning-rate' of optimizer 'adamw' must be above 0, not -1e-3",
        replacing("1e-3", "-1e-3"));
    assertEquals(
        "command line: threads=0: 'threads' of the experiment must be from 1 to 4096, not 0",
        overriding("threads=0"));
  }

  @Test
  void checkpointsThatWouldLeaveNoneToFallBackOn() {
    assertEquals(
        "command line: checkpoints.keep=1: 'keep' of 'checkpoints' of the experiment must be at"
            + " least 2, not 1",
        overriding("checkpoints.keep=1"));
  }

  @Test
  void valueOfTheWrongType() {
    assertEquals(
        "x.yaml:11: 'learning-rate' of optimizer 'adamw' must be a number above 0, not the text"
            + " 'fast'",
        replacing("1e-3", "fast"));
    assertEquals(
        "x.yaml:5: 'modulus' of dataset 'modular-arithmetic' must be an integer from 2 to 997, not"
            + " 97.5",
        replacing("modulus: 97", "modulus: 97.5"));
    assertEquals(
        "x.yaml:5: 'modulus' of dataset 'modular-arithmetic' must be an integer from 2 to 997, not"
            + " empty",
        replacing("modulus: 97", "modulus:"));
    assertEquals(
        "command line: optimizer.betas=0.9: 'betas' of optimizer 'adamw' must be a list, as in"
            + " [a, b], not 0.9",
        overriding("optimizer.betas=0.9"));
    assertEquals(
        "command line: optimizer.amsgrad=yes: 'amsgrad' of optimizer 'adamw' must be true or false,"
            + " not the text 'yes'",
        overriding("optimizer.amsgrad=yes"));
    assertEquals(
        "command line: dataset.operation=x:y: 'operation' of dataset 'modular-arithmetic' must be"
            + " one of x+y, x/y, random-table, not 'x:y'; did you mean 'x+y'?",
        overriding("dataset.operation=x:y"));
    assertEquals(
        "x.yaml:2: 'seed' of the experiment must be an integer, not the text 'zero'",
        replacing("seed: 0", "seed: zero"));
    assertEquals(
        "command line: device=gpu: 'device' of the experiment must be one of cpu, cuda, not 'gpu'",
        overriding("device=gpu"));
    assertEquals(
        "command line: backend=torch: 'backend' of the experiment must be one of auto, jvm, nd4j,"
            + " scalar, not 'torch'",
        overriding("backend=torch"));
    assertEquals(
        "command line: metrics=[loss]: 'metrics' must be a map of ids and settings, as in {l2:"
            + " {weight: 0.1}}, not a list",
        overriding("metrics=[loss]"));
    assertEquals(
        "x.yaml:1: 'name' of the experiment must have letters, digits, '-', '_', '.' or '+' only,"
            + " because it names a directory, not '../up'",
        replacing("name: tiny", "name: ../up"));
    assertEquals(
        "command line: optimizer=5: 'optimizer' must be the id of a plugin or a map with 'plugin:'"
            + " and settings, not 5",
        overriding("optimizer=5"));
  }

  @Test
  void somethingMissing() {
    assertEquals(
        "x.yaml:1: the experiment has no dataset; add one, as in 'dataset: {plugin:"
            + " modular-arithmetic, modulus: 97}'",
        overriding("~dataset"));
    for (String kind : List.of("architecture", "optimizer", "procedure")) {
      assertEquals(
          "x.yaml:1: the experiment has no " + kind + "; add one, as in '",
          overriding("~" + kind).replaceFirst("as in '.*", "as in '"));
    }
    assertEquals(
        "x.yaml:14: procedure 'erm' needs 'steps' (integer at least 1): steps made",
        replacing(", steps: 10", ""));
    assertEquals(
        "x.yaml:10: 'optimizer' does not say which optimizer; add 'plugin: ...' ('plugn' is not"
            + " known)",
        replacing("plugin: adamw", "plugn: adamw"));
    assertEquals(
        "command line: optimizer=sam: optimizer 'sam' wraps another optimizer; add it under"
            + " 'base:'",
        overriding("optimizer=sam"));
  }

  @Test
  void whatOnlyThePluginKnows() {
    assertEquals(
        "x.yaml:5: 'modulus' of dataset 'modular-arithmetic' must be prime for division, not 96",
        replacing("modulus: 97", "modulus: 96"));
    assertEquals(
        "x.yaml:8: 'width' of architecture 'mlp' must be divisible by 'heads' (4)",
        replacing("width: 128", "width: 30"));
    assertEquals(
        "x.yaml:7: 'width' of architecture 'mlp' (128 by default) must be divisible by 'heads' (3)",
        replacing("width: 128", "heads: 3"));
  }

  @Test
  void aVersionInTheNameOfABlock() {
    assertEquals(
        "x.yaml:13: 'cross-entropy@1' in 'regularizers' must be a name of letters, digits, '-' and"
            + " '_'; a version goes into the block, as in 'loss: {plugin: loss@1.2}'",
        replacing("cross-entropy: {}", "cross-entropy@1: {}"));
  }

  @Test
  void noExperimentAtAll() {
    assertEquals(
        "x.yaml:1: an experiment is a map of name, seed, device, backend, threads, initialize-from,"
            + " dataset, architecture, optimizer, regularizers, metrics, procedure, evaluation,"
            + " checkpoints, not a list",
        assertThrows(UserError.class, () -> Experiment.of(Yaml.parse("- a\n", "x.yaml")))
            .getMessage());
  }
}
