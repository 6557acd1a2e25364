package org.genlab.runtime.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.genlab.api.Default;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.training.Regularizer;
import org.genlab.runtime.config.Location;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.config.Overrides;
import org.genlab.runtime.config.Yaml;
import org.genlab.runtime.plugins.TestPlugins.AdamW;
import org.genlab.runtime.plugins.TestPlugins.Arithmetic;
import org.genlab.runtime.plugins.TestPlugins.NamedSlots;
import org.genlab.runtime.plugins.TestPlugins.Noisy;
import org.genlab.runtime.plugins.TestPlugins.Operation;
import org.genlab.runtime.plugins.TestPlugins.Sam;
import org.junit.jupiter.api.Test;

class WiringTest {
  private static final String MINIMAL =
      """
      name: tiny
      dataset: {plugin: modular-arithmetic, modulus: 97}
      architecture: mlp
      optimizer: adamw
      regularizers: {cross-entropy: {}}
      procedure: {plugin: erm, steps: 10}
      """;
  private final Wiring wiring = Wiring.with(TestPlugins.catalog());

  private static Experiment experiment(String text, String... overrides) {
    Node.MapNode root = Yaml.parse(text, "x.yaml").asMap().orElseThrow();
    return Experiment.of(Overrides.parse(List.of(overrides)).variants().get(0).applyTo(root));
  }

  private Pipeline wire(String... overrides) {
    return wiring.wire(experiment(MINIMAL, overrides), new TestPlugins.Host());
  }

  @Test
  void everyPluginGetsItsSettingsAndTheHostsServicesForItsPlace() {
    Pipeline pipeline =
        wire("optimizer.weight-decay=1", "optimizer.schedule={warmup: 10}", "optimizer.clip=.5");
    Arithmetic dataset = assertInstanceOf(Arithmetic.class, pipeline.dataset());
    AdamW optimizer = assertInstanceOf(AdamW.class, pipeline.optimizer());

    assertEquals(new Arithmetic.Settings(Operation.DIVIDE, 97, 0.5), dataset.settings);
    assertEquals(1.0, optimizer.settings.weightDecay());
    assertEquals(List.of(0.9, 0.98), optimizer.settings.betas());
    assertEquals(10, optimizer.settings.schedule().warmup());
    assertEquals(0.5, optimizer.settings.clip().orElseThrow());
    assertSame(dataset, optimizer.dataset);
    assertEquals(new NamedSlots("optimizer"), optimizer.slots);
    assertEquals(
        new TestPlugins.Host().randomness("optimizer").stream("a", 1).nextLong(),
        optimizer.randomness.stream("a", 1).nextLong());
    assertEquals(List.of("loss", "accuracy"), List.copyOf(pipeline.metrics().keySet()));
    assertEquals(10, pipeline.procedure().totalSteps());
  }

  @Test
  void wrappedPluginsAreWiredUnderTheirOwnPathsEvenInsideThemselves() {
    Pipeline pipeline =
        wire(
            "optimizer={plugin: sam, rho: 0.2, base: {plugin: sam, base: {plugin: adamw,"
                + " learning-rate: 0.5}}}",
            "dataset={plugin: noisy, base: {plugin: noisy, base: {plugin: modular-arithmetic,"
                + " modulus: 5}}}");
    Sam outer = assertInstanceOf(Sam.class, pipeline.optimizer());
    Sam middle = assertInstanceOf(Sam.class, outer.base);
    AdamW inner = assertInstanceOf(AdamW.class, middle.base);

    assertEquals(0.2, outer.settings.rho());
    assertEquals(0.05, middle.settings.rho());
    assertEquals(0.5, inner.settings.learningRate());
    assertEquals(new NamedSlots("optimizer"), outer.slots);
    assertEquals(new NamedSlots("optimizer.base"), middle.slots);
    assertEquals(new NamedSlots("optimizer.base.base"), inner.slots);
    assertSame(pipeline.dataset(), inner.dataset);
    Noisy noisy = assertInstanceOf(Noisy.class, pipeline.dataset());
    assertNotSame(noisy, noisy.base);
    assertInstanceOf(Arithmetic.class, assertInstanceOf(Noisy.class, noisy.base).base);
    assertEquals(
        List.of("dataset.base.base", "dataset.base", "dataset"),
        pipeline.revisions().subList(0, 3).stream().map(Revision::path).toList());
  }

  @Test
  void aWrappedPluginMayHaveADefault() {
    Sam sam = assertInstanceOf(Sam.class, wire("optimizer=sam@1.0").optimizer());
    assertInstanceOf(AdamW.class, sam.base);
  }

  @Test
  void theHighestVersionThatFitsIsTaken() {
    assertEquals("2.0.0", version("sam"));
    assertEquals("1.2.1", version("sam@1"));
    assertEquals("1.0.3", version("sam@1.0"));
    assertEquals("1.2.1", version("sam@1.2.1"));
    assertEquals("1.0.3", version("sam@[1,1.2)"));
    assertEquals("1.2.1", version("sam@[1.0,2.0)"));
  }

  private String version(String reference) {
    return wiring
        .catalog()
        .resolve(Kind.OPTIMIZER, reference, Location.of("here"))
        .version()
        .toString();
  }

  @Test
  void twoRunsShareNothing() {
    Plan plan = wiring.plan(experiment(MINIMAL));
    Pipeline first = plan.wire(new TestPlugins.Host());
    Pipeline second = plan.wire(new TestPlugins.Host());
    assertNotSame(first.dataset(), second.dataset());
    assertSame(first.dataset(), ((AdamW) first.optimizer()).dataset);
    assertSame(second.dataset(), ((AdamW) second.optimizer()).dataset);
  }

  @Test
  void theResolvedExperimentWritesAllDefaultsOutAndGivesItselfBack() {
    Plan plan =
        wiring.plan(
            experiment(
                MINIMAL, "regularizers.noise={plugin: dropout}", "optimizer={plugin: sam@1.0}"));
    String expected =
        """
        name: tiny
        seed: 0
        device: cpu
        backend: auto
        dataset:
          plugin: modular-arithmetic
          operation: x/y
          modulus: 97
          train-fraction: 0.5
        architecture:
          plugin: mlp
          width: 128
          heads: 4
          hidden: [64, 64]
        optimizer:
          plugin: sam@1.0
          rho: 0.05
          base:
            plugin: adamw
            learning-rate: 0.001
            betas: [0.9, 0.98]
            weight-decay: 0
            schedule:
              shape: constant
              warmup: 0
              floor: 0
              every: 1000
              decay: 0.1
            groups: {}
            amsgrad: false
        regularizers:
          cross-entropy: {}
          noise:
            plugin: dropout
            probability: 0.1
        metrics:
          loss: {}
          accuracy: {}
        procedure:
          plugin: erm
          steps: 10
          batch-size: 512
        evaluation:
          every: 100
          growth: 1.1
          splits: []
        checkpoints:
          every: 500
          keep: 2
        """;
    assertEquals(expected, plan.resolved().toYaml());
    Plan again = wiring.plan(experiment(expected));
    assertEquals(expected, again.resolved().toYaml());
    assertEquals(plan.digest(), again.digest());
  }

  @Test
  void theDigestIsOfWhatDeterminesTheResults() {
    String digest = wiring.plan(experiment(MINIMAL)).digest();
    assertTrue(digest.matches("[0-9a-f]{64}"));
    for (String same :
        List.of(
            "name=other",
            "threads=2",
            "optimizer.learning-rate=0.001",
            "optimizer={plugin: adamw@1, learning-rate: 1.0e-3}",
            "metrics={loss: , accuracy: }")) {
      assertEquals(digest, wiring.plan(experiment(MINIMAL, same)).digest(), same);
    }
    List<String> others = new ArrayList<>(List.of(digest));
    for (String other :
        List.of(
            "seed=1",
            "optimizer.learning-rate=0.0011",
            "regularizers.dropout={}",
            "metrics={accuracy: {}}",
            "optimizer=sam@1.0")) {
      String changed = wiring.plan(experiment(MINIMAL, other)).digest();
      others.forEach(before -> assertNotEquals(before, changed, other));
      others.add(changed);
    }
  }

  @Test
  void theHeaderIsTyped() {
    Experiment experiment =
        experiment(
            MINIMAL,
            "seed=-3",
            "device=cuda",
            "threads=2",
            "evaluation={every: 1e3, splits: [train]}",
            "checkpoints.keep=5");
    assertEquals("tiny", experiment.name());
    assertEquals(-3, experiment.seed());
    assertEquals(Experiment.Device.CUDA, experiment.device());
    assertEquals(OptionalInt.of(2), experiment.threads());
    assertEquals(new Experiment.Evaluation(1000, 1.1, List.of("train")), experiment.evaluation());
    assertEquals(new Experiment.Checkpoints(500, 5), experiment.checkpoints());
    assertEquals(OptionalInt.empty(), experiment(MINIMAL).threads());
  }

  @Test
  void anAnalysisIsWiredByItself() {
    TestPlugins.Ranking ranking =
        (TestPlugins.Ranking)
            wiring.analysis(
                "analyses.ranking",
                "ranking",
                Yaml.parse("{by: loss}", "s.yaml"),
                new TestPlugins.Host());
    assertEquals("loss", ranking.settings.by());
  }

  @Test
  void aLateComplaintFindsItsLine() {
    Plan plan = wiring.plan(experiment(MINIMAL));
    assertEquals(
        "x.yaml:2: 'modulus' of dataset 'modular-arithmetic' is too small",
        plan.explain("dataset", new SettingException("modulus", "is too small")).getMessage());
    assertEquals(
        "x.yaml:2: 'train-fraction' of dataset 'modular-arithmetic' (0.5 by default) leaves a split"
            + " empty",
        plan.explain("dataset", new SettingException("trainFraction", "leaves a split empty"))
            .getMessage());
  }

  @Plugin(kind = Kind.REGULARIZER, id = "greedy", version = "1.0.0", summary = "Asks too much.")
  static final class Greedy implements Regularizer {
    @Inject
    @SuppressWarnings("UnusedVariable")
    Greedy(Thread thread) {}
  }

  @Plugin(kind = Kind.REGULARIZER, id = "shy", version = "1.0.0", summary = "No @Inject.")
  static final class Shy implements Regularizer {}

  @Plugin(kind = Kind.METRIC, id = "liar", version = "1.0.0", summary = "No metric.")
  static final class Liar implements Regularizer {
    @Inject
    Liar() {}
  }

  @Plugin(kind = Kind.REGULARIZER, id = "broken", version = "1.0.0", summary = "Throws.")
  static final class Broken implements Regularizer {
    @Inject
    Broken() {
      throw new IllegalStateException("out of luck");
    }
  }

  @Plugin(kind = Kind.REGULARIZER, id = "picky", version = "1.0.0", summary = "Complains.")
  static final class Picky implements Regularizer {
    @Inject
    Picky() {
      throw new IllegalArgumentException("it needs an even number of classes");
    }
  }

  @Plugin(kind = Kind.REGULARIZER, id = "odd", version = "1.0.0", summary = "Bad default.")
  static final class Odd implements Regularizer {
    record OddSettings(@Default("0") @Range(min = 1) int weight) {}

    @Inject
    @SuppressWarnings("UnusedVariable")
    Odd(OddSettings settings) {}
  }

  @Test
  void aBrokenPluginIsNamedWithItsVersionAndBundle() {
    assertEquals(
        "regularizer 'greedy' 1.0.0 of bundle class-path 0.0.0 is broken: its constructor asks for"
            + " java.lang.Thread, which the host does not give to regularizer plugins",
        broken(Greedy.class));
    assertEquals(
        "regularizer 'shy' 1.0.0 of bundle class-path 0.0.0 is broken:"
            + " org.genlab.runtime.plugins.WiringTest$Shy must have one constructor marked @Inject"
            + " (jakarta.inject), but has 0",
        broken(Shy.class));
    assertEquals(
        "metric 'liar' 1.0.0 of bundle class-path 0.0.0 is broken:"
            + " org.genlab.runtime.plugins.WiringTest$Liar does not implement"
            + " org.genlab.api.evaluation.Metric",
        broken(Liar.class));
    assertEquals(
        "regularizer 'broken' 1.0.0 of bundle class-path 0.0.0 failed at its construction:"
            + " java.lang.IllegalStateException: out of luck",
        broken(Broken.class));
    assertEquals(
        "regularizer 'odd' 1.0.0 of bundle class-path 0.0.0 is broken: the default of 'weight' in"
            + " org.genlab.runtime.plugins.WiringTest$Odd$OddSettings: 'weight' of regularizer"
            + " 'odd' must be at least 1, not 0",
        broken(Odd.class));
    assertEquals(
        "x.yaml:5: regularizer 'picky' does not fit: it needs an even number of classes",
        broken(Picky.class));
  }

  private static String broken(Class<?> type) {
    List<Class<?>> classes = new ArrayList<>(List.of(type));
    TestPlugins.catalog().all().forEach(p -> classes.add(p.type()));
    Wiring with = Wiring.with(ClassCatalog.of(classes.toArray(Class<?>[]::new)));
    Plugin plugin = type.getAnnotation(Plugin.class);
    String text =
        plugin.kind().equals(Kind.METRIC)
            ? MINIMAL + "metrics: {" + plugin.id() + ": {}}\n"
            : MINIMAL.replace("cross-entropy", plugin.id());
    return assertThrows(
            RuntimeException.class, () -> with.wire(experiment(text), new TestPlugins.Host()))
        .getMessage();
  }

  @Test
  void theSchemaDocumentsWhatCanBeSet() {
    SettingsSchema schema =
        SettingsSchema.of(wiring.catalog().resolve(Kind.OPTIMIZER, "sam@1.0", Location.of("here")));
    assertEquals("rho", schema.settings().get(0).name());
    assertEquals("number", schema.settings().get(0).type());
    assertEquals("at least 0", schema.settings().get(0).range());
    assertEquals("0.05", schema.settings().get(0).byDefault().orElseThrow());
    assertEquals("radius rho of the neighbourhood", schema.settings().get(0).doc());
    assertEquals(
        List.of(new SettingsSchema.WrappedPlugin("base", Kind.OPTIMIZER, "adamw")),
        schema.wrapped());
    SettingsSchema adamw =
        SettingsSchema.of(wiring.catalog().resolve(Kind.OPTIMIZER, "adamw", Location.of("here")));
    assertEquals(
        List.of("shape", "warmup", "floor", "every", "decay"),
        adamw.settings().get(3).nested().stream().map(s -> s.name()).toList());
    assertEquals(
        "one of constant, linear, cosine, step", adamw.settings().get(3).nested().get(0).type());
    assertEquals("list of number", adamw.settings().get(1).type());
    assertTrue(adamw.settings().get(4).optional());
  }
}
