package org.genlab.runtime.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.genlab.runtime.config.Overrides;
import org.genlab.runtime.config.Yaml;
import org.genlab.runtime.plugins.ClassCatalog;
import org.genlab.runtime.plugins.Experiment;
import org.genlab.runtime.plugins.Revision;
import org.genlab.runtime.plugins.Wiring;
import org.genlab.store.Checkpoint;
import org.genlab.store.RunDirectory;
import org.genlab.store.UserError;
import org.genlab.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Modules of a run are swapped while it runs. */
class SwapTest {
  private static final RunEngine ENGINE = new RunEngine();
  private static final int STEPS = 9;
  private static final int AT = 4;
  private static final String EXPERIMENT =
      """
      name: swapped
      seed: 5
      dataset: clusters
      architecture: tanh
      optimizer: momentum@1
      regularizers: {cross-entropy: {}, remembering: {plugin: remembering@1}}
      metrics: {loss: {}, counting: {}}
      procedure: two
      evaluation: {every: 2, growth: 1.5}
      checkpoints: {every: 3}
      """;

  @TempDir Path temporary;

  private final Wiring wiring = Wiring.with(ClassCatalog.of(TrainingPlugins.all()));

  /** Asks for swaps after so many steps; stops or dies after so many. */
  private static final class Watch implements RunListener {
    final StopSignal stop = new StopSignal();
    final SwapQueue swaps = new SwapQueue();
    final Map<Long, List<List<String>>> wanted = new LinkedHashMap<>();
    final List<CompletableFuture<SwapOutcome>> outcomes = new ArrayList<>();
    final List<String> lines = new ArrayList<>();
    long stopAfter = -1;
    long dieAfter = -1;

    Watch swap(long step, String... overrides) {
      wanted.computeIfAbsent(step, s -> new ArrayList<>()).add(List.of(overrides));
      return this;
    }

    @Override
    public void started(long step, long totalSteps) {
      ask(step);
    }

    @Override
    public void stepped(long steps, long totalSteps, float loss) {
      if (steps == dieAfter) {
        throw new Killed();
      }
      if (steps == stopAfter) {
        stop.request();
      }
      ask(steps);
    }

    private void ask(long step) {
      wanted
          .getOrDefault(step, List.of())
          .forEach(overrides -> outcomes.add(swaps.request(overrides)));
    }

    @Override
    public void logged(String line) {
      lines.add(line);
    }

    SwapOutcome outcome() {
      return outcomes.get(0).join();
    }
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private RunPlan plan(String... overrides) {
    Experiment experiment =
        Experiment.of(
            Overrides.parse(List.of(overrides))
                .variants()
                .get(0)
                .applyTo(Yaml.parse(EXPERIMENT, "x.yaml").asMap().orElseThrow()));
    return RunPlan.of(wiring.plan(experiment));
  }

  private RunDirectory run(String name, Watch watch, String... overrides) {
    RunDirectory[] made = new RunDirectory[1];
    ENGINE.run(
        plan(overrides),
        experiment -> made[0] = RunDirectory.createAt(temporary.resolve(name), experiment),
        watch,
        watch.stop,
        watch.swaps);
    return made[0];
  }

  private void resume(RunDirectory run, Watch watch) {
    RunPlan plan =
        RunPlan.of(wiring.plan(Experiment.of(Yaml.parse(run.experiment(), "experiment.yaml"))));
    ENGINE.resume(plan, RunDirectory.open(run.path()), watch, watch.stop, watch.swaps);
  }

  private static Checkpoint last(RunDirectory run) {
    return run.checkpoints(w -> {}).last();
  }

  private static float[] array(RunDirectory run, String name) {
    return last(run).arrays().get(name).values();
  }

  private static void assertSameBits(RunDirectory expected, RunDirectory actual)
      throws IOException {
    assertEquals(
        Files.readString(expected.file("metrics.jsonl")),
        Files.readString(actual.file("metrics.jsonl")));
    long step = last(expected).step();
    for (String file : List.of("step-%08d.safetensors", "step-%08d.json")) {
      String name = "checkpoints/" + String.format(file, step);
      assertArrayEquals(
          Files.readAllBytes(expected.file(name)), Files.readAllBytes(actual.file(name)), name);
    }
  }

  /** All that training changes, without what an optimizer calls itself. */
  private static void assertSameTraining(RunDirectory expected, RunDirectory actual) {
    for (String name : List.of("hidden.weight", "hidden.bias", "output.weight", "output.bias")) {
      for (String model : List.of("main", "teacher")) {
        String array = "models/" + model + "/parameters/" + name;
        assertArrayEquals(array(expected, array), array(actual, array), array);
      }
    }
    assertEquals(losses(expected), losses(actual));
  }

  private static List<Double> losses(RunDirectory run) {
    double[] values = run.record("main").history().series("validation/loss").orElseThrow().values();
    return Arrays.stream(values).boxed().toList();
  }

  @Test
  void newSettingsTakeEffectAtTheNextStepAndTheStateGoesOn() {
    Watch watch = new Watch().swap(AT, "optimizer.rate=0.03");
    RunDirectory swapped = run("swapped", watch);
    assertEquals(SwapOutcome.Result.SWAPPED, watch.outcome().result());
    assertEquals(AT, watch.outcome().step());
    RunDirectory expected =
        run(
            "expected",
            new Watch(),
            "optimizer=piecewise",
            "optimizer.at=" + AT,
            "optimizer.next-rate=0.03");
    assertSameTraining(expected, swapped);
    // The oracle is none if the swap changes nothing.
    assertFalse(losses(run("plain", new Watch())).equals(losses(swapped)));
  }

  @Test
  void anotherVersionGoesOnWithTheStateOfTheFirst() {
    Watch watch = new Watch().swap(AT, "optimizer=momentum@[2,3)");
    RunDirectory swapped = run("swapped", watch);
    assertEquals(
        "Swapped at step 4 (optimizer=momentum@[2,3)): optimizer momentum 1.0.0 -> momentum"
            + " 2.0.0.",
        watch.outcome().sentence());
    assertSameTraining(
        run(
            "expected",
            new Watch(),
            "optimizer=piecewise",
            "optimizer.at=" + AT,
            "optimizer.next-friction=0.5"),
        swapped);
    assertEquals(List.of(watch.outcome().sentence()), watch.lines);
  }

  @Test
  void aWrapperTakesOverTheStateForWhatItWrapsAndGivesItBack() {
    // The wrapper changes what is measured, not the training.
    RunDirectory plain = run("plain", new Watch());
    Watch watch = new Watch().swap(AT, "optimizer=averaged").swap(AT + 2, "optimizer=momentum@1");
    RunDirectory swapped = run("swapped", watch);
    watch.outcomes.forEach(o -> assertTrue(o.join().isSwapped(), o.join().sentence()));
    for (String name :
        List.of("models/main/parameters/hidden.weight", "models/main/optimizer/velocity")) {
      assertArrayEquals(array(plain, name), array(swapped, name), name);
    }
    assertEquals(
        last(plain).numbers().get("models/main/optimizer/count"),
        last(swapped).numbers().get("models/main/optimizer/count"));
    // The teacher is no less trained than the main model.
    assertArrayEquals(
        array(plain, "models/teacher/optimizer/velocity"),
        array(swapped, "models/teacher/optimizer/velocity"));
  }

  @Test
  void anOptimizerThatKnowsNothingOfTheStateBeginsAnew() {
    Watch watch = new Watch().swap(AT, "optimizer=ascent");
    RunDirectory swapped = run("swapped", watch);
    assertTrue(watch.outcome().isSwapped(), watch.outcome().sentence());
    // 'velocity' has another shape, 'count' is not known: neither is taken over.
    assertArrayEquals(new float[2], array(swapped, "models/main/optimizer/velocity"));
    assertEquals(7.0 + STEPS - AT, last(swapped).numbers().get("models/main/optimizer/height"));
    assertFalse(last(swapped).numbers().containsKey("models/main/optimizer/count"));
  }

  @Test
  void aWiderNetworkKeepsTheParametersThatFit() {
    Watch watch = new Watch().swap(AT, "architecture.width=6", "optimizer=ascent");
    RunDirectory swapped = run("swapped", watch);
    assertTrue(watch.outcome().isSwapped(), watch.outcome().sentence());
    // This optimizer does not move, so what was carried over is what is there at the end.
    Watch stopped = new Watch();
    stopped.stopAfter = AT;
    RunDirectory before = run("before", stopped);
    String bias = "models/main/parameters/output.bias";
    assertArrayEquals(array(before, bias), array(swapped, bias));
    assertEquals(6, array(swapped, "models/main/parameters/hidden.bias").length);
    // The rest is drawn as in a run that begins with this network.
    Watch first = new Watch();
    first.stopAfter = 1;
    RunDirectory wide = run("wide", first, "architecture.width=6", "optimizer=ascent");
    for (String name : List.of("hidden.weight", "hidden.bias", "output.weight")) {
      String array = "models/main/parameters/" + name;
      assertArrayEquals(array(wide, array), array(swapped, array), array);
    }
  }

  @Test
  void arraysWithAValueForEachParameterFollowTheirParameters() {
    Watch watch = new Watch().swap(AT, "architecture.width=6", "optimizer.rate=0");
    watch.stopAfter = AT + 1;
    RunDirectory swapped = run("swapped", watch);
    assertTrue(watch.outcome().isSwapped(), watch.outcome().sentence());
    Watch stopped = new Watch();
    stopped.stopAfter = AT;
    RunDirectory before = run("before", stopped);
    float[] old = array(before, "models/main/optimizer/velocity");
    float[] now = array(swapped, "models/main/optimizer/velocity");
    // Layouts end with output.bias; one more step was made: v' = 0.9 v + gradient. The gradient of
    // the biases of a softmax sums to zero, so the sum shows the old values.
    assertEquals(6 * 2 + 6 + 6 * 3 + 3, now.length);
    double expected = 0;
    double sum = 0;
    for (int i = 1; i <= 3; i++) {
      expected += 0.9 * old[old.length - i];
      sum += now[now.length - i];
    }
    assertEquals(expected, sum, 1e-5);
    assertTrue(Math.abs(old[old.length - 1]) > 1e-3, Arrays.toString(old));
  }

  @Test
  void slotsStayWithPluginsOfTheSameIdAndPath() {
    Watch kept = new Watch().swap(AT, "regularizers.remembering.plugin=remembering@2");
    assertEquals((double) STEPS, seen(run("kept", kept)));
    assertTrue(kept.outcome().isSwapped(), kept.outcome().sentence());
    Watch other = new Watch().swap(AT, "regularizers.remembering.plugin=forgetful");
    // Each step evaluates the main model's objective first, and only that counts.
    assertEquals((double) STEPS - AT, seen(run("other", other)));
    assertTrue(other.outcome().isSwapped(), other.outcome().sentence());
  }

  private static Double seen(RunDirectory run) {
    return last(run).numbers().get("slots/regularizers.remembering/seen");
  }

  @Test
  void seriesGoOnAndMetricsCanBeAddedAndRemoved() {
    Watch watch = new Watch().swap(AT, "metrics.more={plugin: counting}", "~metrics.loss");
    RunDirectory swapped = run("swapped", watch);
    assertTrue(watch.outcome().isSwapped(), watch.outcome().sentence());
    double[] counts = swapped.record("m").history().series("count").orElseThrow().values();
    // 'more' records the same series after 'counting', and begins with 1; trying it left no trace.
    assertArrayEquals(new double[] {1, 2, 3, 4, 5}, Arrays.copyOf(counts, 5));
    assertEquals(1, counts[5]);
    assertEquals(
        AT,
        Arrays.stream(swapped.record("m").history().series("validation/loss").orElseThrow().steps())
            .max()
            .orElseThrow());
  }

  @Test
  void anotherProcedureBeginsAndKeepsTheMainModelOnly() {
    Watch watch = new Watch().swap(AT, "procedure=one", "procedure.steps=12");
    RunDirectory swapped = run("swapped", watch);
    assertTrue(watch.outcome().isSwapped(), watch.outcome().sentence());
    assertEquals(12, last(swapped).step());
    assertEquals(List.of("main"), last(swapped).children("models"));
    assertEquals(4.0, swapped.record("m").history().series("begun-at").orElseThrow().values()[0]);
    assertEquals(12.0 + 1, last(swapped).numbers().get("models/main/optimizer/count") + 1);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          optimizer=broken optimizer.way=constructor | it cannot be made
          optimizer=broken optimizer.way=linkage | org/example/Missing
          optimizer=broken optimizer.way=initial | optimizer 'broken' 1.0.0 (optimizer; bundle class-path 0.0.0) failed at step 4: it cannot begin
          optimizer=broken optimizer.way=step | optimizer 'broken' 1.0.0 (optimizer; bundle class-path 0.0.0) failed at step 4: it cannot step
          optimizer=broken optimizer.way=loss | the loss of model 'main' became NaN
          optimizer=broken optimizer.way=parameters | a parameter of model 'main' is no longer finite
          metrics.broken={} | metric 'broken' 1.0.0 (metrics.broken; bundle class-path 0.0.0) failed at step 4: it cannot be measured
          optimizer.rate=1e39 | a parameter of model 'main' is no longer finite
          """)
  void whatFailsIsRolledBackAsIfNobodyHadAsked(String overrides, String reason) throws IOException {
    RunDirectory plain = run("plain", new Watch());
    Watch watch = new Watch().swap(AT, overrides.split(" "));
    RunDirectory run = run("run", watch);
    assertEquals(SwapOutcome.Result.ROLLED_BACK, watch.outcome().result());
    assertTrue(watch.outcome().sentence().contains("rolled back"), watch.outcome().sentence());
    assertTrue(watch.outcome().sentence().contains(reason), watch.outcome().sentence());
    assertTrue(Files.readString(run.file("run.log")).contains(watch.outcome().sentence()));
    assertSameBits(plain, run);
    RecordedSwap recorded = RunLock.of(run).swaps().get(0);
    assertEquals(AT, recorded.step());
    assertEquals(List.of(overrides.split(" ")), recorded.overrides());
    assertEquals(SwapOutcome.Result.ROLLED_BACK, recorded.result());
    assertEquals(RunLock.of(run).plugins(), recorded.before());
    // A rerun does not try it again.
    assertEquals(List.of(), RunLock.of(run).madeSwaps());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          optimizer=sgd | there is no optimizer 'sgd'
          optimizer=momentum@3 | no installed version of optimizer 'momentum' fits 'momentum@3'; there is 2.0.0, 1.0.0
          optimizer.speed=1 | command line: optimizer.speed=1
          optimizer.rate | this is no override
          optimizer.rate=0.1,0.2 | a run can be changed in one way only
          seed=3 | 'seed' is fixed when a run begins
          backend=scalar | 'backend' is fixed
          dataset=triples | with the same inputs and targets
          procedure.steps=4 | nothing left to do
          optimizer.rate=0.1 | there is nothing to swap
          ~metrics.none | there is no 'metrics.none' to remove
          """)
  void whatCannotBeIsRefusedInASentence(String overrides, String reason) throws IOException {
    RunDirectory plain = run("plain", new Watch());
    Watch watch = new Watch().swap(AT, overrides.split(" "));
    RunDirectory run = run("run", watch);
    assertEquals(SwapOutcome.Result.REFUSED, watch.outcome().result());
    assertTrue(watch.outcome().sentence().contains(reason), watch.outcome().sentence());
    assertTrue(Files.readString(run.file("run.log")).contains("was refused: "));
    assertSameBits(plain, run);
    assertEquals(List.of(), RunLock.of(run).swaps());
  }

  private static Watch severalSwaps() {
    return new Watch()
        .swap(2, "optimizer=averaged")
        .swap(AT, "optimizer=broken", "optimizer.way=step")
        .swap(AT, "regularizers.remembering.plugin=forgetful", "evaluation.every=1")
        .swap(6, "architecture.width=5", "optimizer.base.rate=0.05");
  }

  @Test
  void theLockTellsAllSwaps() {
    RunLock lock = RunLock.of(run("run", severalSwaps()));
    assertEquals(List.of(2L, 4L, 4L, 6L), lock.swaps().stream().map(RecordedSwap::step).toList());
    assertEquals(3, lock.madeSwaps().size());
    assertEquals("momentum", at(lock.pluginsAt(2), "optimizer").id());
    assertEquals("averaged", at(lock.pluginsAt(3), "optimizer").id());
    assertEquals("momentum", at(lock.pluginsAt(3), "optimizer.base").id());
    assertEquals("forgetful", at(lock.pluginsAt(5), "regularizers.remembering").id());
  }

  private static Revision at(List<Revision> revisions, String path) {
    return revisions.stream().filter(r -> r.path().equals(path)).findFirst().orElseThrow();
  }

  @Test
  void stoppedOrKilledAnywhereASwappedRunEndsInTheSameBits() throws IOException {
    Watch watch = severalSwaps();
    RunDirectory whole = run("whole", watch);
    assertEquals(
        List.of("SWAPPED", "ROLLED_BACK", "SWAPPED", "SWAPPED"),
        watch.outcomes.stream().map(o -> o.join().result().name()).toList());
    for (long k = 1; k < STEPS; k++) {
      Watch stopped = severalSwaps();
      stopped.stopAfter = k;
      RunDirectory run = run("stopped" + k, stopped);
      Watch rest = after(k);
      resume(run, rest);
      assertSameBits(whole, run);
      assertEquals(RunLock.of(whole).swaps(), RunLock.of(run).swaps(), "stopped after step " + k);
      Watch killed = severalSwaps();
      killed.dieAfter = k;
      long step = k;
      assertThrows(Killed.class, () -> run("killed" + step, killed));
      RunDirectory dead = RunDirectory.open(temporary.resolve("killed" + k));
      resume(dead, after(k));
      assertSameBits(whole, dead);
    }
  }

  /** The swaps that were not made when a run ended after a step. */
  private static Watch after(long step) {
    Watch rest = new Watch();
    severalSwaps()
        .wanted
        .forEach(
            (at, swaps) -> {
              if (at >= step) {
                swaps.forEach(s -> rest.swap(at, s.toArray(String[]::new)));
              }
            });
    return rest;
  }

  @Test
  void swapsAreRepeatedAtTheSameSteps() throws IOException {
    RunDirectory first = run("first", severalSwaps());
    RunLock lock = RunLock.of(first);
    RunDirectory[] made = new RunDirectory[1];
    ENGINE.repeat(
        plan(),
        lock.madeSwaps(),
        experiment -> made[0] = RunDirectory.createAt(temporary.resolve("again"), experiment),
        RunListener.none(),
        new StopSignal());
    assertSameBits(first, made[0]);
    assertEquals(lock.madeSwaps(), RunLock.of(made[0]).swaps());
  }

  @Test
  void aSwapThatCannotBeRepeatedEndsTheRun() {
    RecordedSwap swap =
        new RecordedSwap(
            2, List.of("optimizer=gone"), SwapOutcome.Result.SWAPPED, "", List.of(), List.of());
    UserError error =
        assertThrows(
            UserError.class,
            () ->
                ENGINE.repeat(
                    plan(),
                    List.of(swap),
                    experiment -> RunDirectory.createAt(temporary.resolve("again"), experiment),
                    RunListener.none(),
                    new StopSignal()));
    assertTrue(
        error.getMessage().startsWith("the swap at step 2 that the run's record has")
            && error.getMessage().contains("there is no optimizer 'gone'"),
        error.getMessage());
  }

  @Test
  void requestsAfterTheEndAreRefused() {
    Watch watch = new Watch().swap(STEPS, "optimizer.rate=1");
    run("run", watch);
    assertEquals(SwapOutcome.Result.REFUSED, watch.outcome().result());
    assertEquals(
        SwapOutcome.Result.REFUSED,
        watch.swaps.request(List.of("optimizer.rate=1")).join().result());
  }

  @Test
  void aSwappedRunCanBeReadByThoseWhoKnowNothingOfSwaps() {
    RunDirectory run = run("run", severalSwaps());
    assertEquals(5, run.record("m").parameters().get("hidden.bias").size());
    Tensor flat = run.record("m").parameters().flat();
    assertTrue(flat.allFinite());
  }
}
