package org.genlab.runtime.internal.plugins;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.genlab.runtime.config.Overrides;
import org.genlab.runtime.config.Yaml;
import org.genlab.runtime.engine.RecordedSwap;
import org.genlab.runtime.engine.RunEngine;
import org.genlab.runtime.engine.RunListener;
import org.genlab.runtime.engine.RunLock;
import org.genlab.runtime.engine.RunPlan;
import org.genlab.runtime.engine.RunResult;
import org.genlab.runtime.engine.StopSignal;
import org.genlab.runtime.engine.SwapOutcome;
import org.genlab.runtime.engine.SwapQueue;
import org.genlab.runtime.engine.TrainingPlugins;
import org.genlab.runtime.plugins.Experiment;
import org.genlab.runtime.plugins.Lease;
import org.genlab.runtime.plugins.PluginArchive;
import org.genlab.runtime.plugins.PluginDescriptor;
import org.genlab.runtime.plugins.PluginException;
import org.genlab.runtime.plugins.Revision;
import org.genlab.store.RunDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.BundleWiring;

/** Plugins of a real framework are updated, removed and swapped while runs use them. */
class PluginLifeTest {
  private static final int CYCLES = 1000;
  private static final String EXPERIMENT =
      """
      name: life
      seed: 5
      dataset: clusters
      architecture: tanh
      optimizer: momentum
      regularizers: {cross-entropy: {}, remembering: {}}
      metrics: {loss: {}, counting: {}}
      procedure: {plugin: two, steps: 12}
      evaluation: {every: 1000}
      checkpoints: {every: 100000}
      """;

  @TempDir Path directory;
  private TestContainer container;
  private RunEngine engine;

  @BeforeEach
  void start() throws Exception {
    container = new TestContainer(directory);
    container.installBase();
    engine = new RunEngine(container.leases, Optional.of(container.archive));
  }

  @AfterEach
  void stop() throws Exception {
    container.close();
  }

  private static byte[] first() {
    return TestContainer.jar("opt", "1.0.0", "", TrainingPlugins.Momentum.class);
  }

  private static byte[] second() {
    return TestContainer.jar("opt", "2.0.0", "", TrainingPlugins.Momentum2.class);
  }

  private RunPlan plan(String... overrides) {
    return RunPlan.of(
        container.wiring.plan(
            Experiment.of(
                Overrides.parse(List.of(overrides))
                    .variants()
                    .get(0)
                    .applyTo(Yaml.parse(EXPERIMENT, "x.yaml").asMap().orElseThrow()))));
  }

  private RunDirectory run(String name, RunPlan plan) {
    return run(name, plan, RunListener.none(), new StopSignal(), new SwapQueue());
  }

  private RunDirectory run(
      String name, RunPlan plan, RunListener listener, StopSignal stop, SwapQueue swaps) {
    RunDirectory[] made = new RunDirectory[1];
    engine.run(
        plan,
        experiment -> made[0] = RunDirectory.createAt(directory.resolve(name), experiment),
        listener,
        stop,
        swaps);
    return made[0];
  }

  private static Revision at(RunDirectory run, String path) {
    return RunLock.of(run).plugins().stream()
        .filter(r -> r.path().equals(path))
        .findFirst()
        .orElseThrow();
  }

  private static void assertSameBits(RunDirectory expected, RunDirectory actual)
      throws IOException {
    assertEquals(
        Files.readString(expected.file("metrics.jsonl")),
        Files.readString(actual.file("metrics.jsonl")));
    long step = expected.checkpoints(w -> {}).last().step();
    assertArrayEquals(
        Files.readAllBytes(expected.checkpoints(w -> {}).data(step)),
        Files.readAllBytes(actual.checkpoints(w -> {}).data(step)));
  }

  /** Does something at a step of a run, on the run's thread. */
  private static RunListener at(long step, ThrowingRunnable action) {
    return new RunListener() {
      @Override
      public void stepped(long steps, long totalSteps, float loss) {
        if (steps == step) {
          try {
            action.run();
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        }
      }
    };
  }

  private interface ThrowingRunnable {
    void run() throws Exception;
  }

  @Test
  void twoVersionsTrainSideBySideAndTheLocksSayWhich() throws Exception {
    container.install("opt-1.jar", first());
    container.install("opt-2.jar", second());
    RunDirectory alone1 = run("alone1", plan("optimizer=momentum@[1,2)"));
    RunDirectory alone2 = run("alone2", plan("optimizer=momentum@[2,3)"));
    RunPlan plan1 = plan("optimizer=momentum@[1,2)");
    RunPlan plan2 = plan("optimizer=momentum@[2,3)");
    CompletableFuture<RunDirectory> both =
        CompletableFuture.supplyAsync(() -> run("together1", plan1));
    RunDirectory together2 = run("together2", plan2);
    assertSameBits(alone1, both.join());
    assertSameBits(alone2, together2);
    assertNotEquals(
        Files.readString(alone1.file("metrics.jsonl")),
        Files.readString(alone2.file("metrics.jsonl")));
    String digest = TestContainer.sha256(first());
    assertEquals(
        new Revision(
            "optimizer",
            "optimizer",
            "momentum",
            "1.0.0",
            "opt",
            "1.0.0",
            digest,
            "signer of " + digest.substring(0, 4)),
        at(both.join(), "optimizer"));
    assertEquals(TestContainer.sha256(second()), at(together2, "optimizer").sha256());
  }

  @Test
  void aRunFinishesOnWhatWasRetiredAndTheNextOneTakesTheNew() throws Exception {
    Bundle old = container.install("opt-1.jar", first());
    RunDirectory plain = run("plain", plan());
    List<Boolean> seen = new ArrayList<>();
    RunListener listener =
        at(
            4,
            () -> {
              seen.add(container.leases.isLeased(old));
              container.install("opt-2.jar", second());
              container.leases.retire(old);
              seen.add(container.leases.isRetired(old));
              seen.add(old.getState() == Bundle.ACTIVE);
              seen.add(
                  container.catalog.all().stream()
                      .noneMatch(
                          p -> p.bundleVersion().equals("1.0.0") && p.bundle().equals("opt")));
            });
    RunDirectory run = run("run", plan(), listener, new StopSignal(), new SwapQueue());
    assertEquals(List.of(true, true, true, true), seen);
    assertSameBits(plain, run);
    assertEquals(Bundle.UNINSTALLED, old.getState());
    assertFalse(container.leases.isLeased(old));
    assertEquals("1.0.0", at(run, "optimizer").version());
    assertEquals("2.0.0", at(run("next", plan()), "optimizer").version());
  }

  @Test
  void aPlanMadeBeforeAnUpdateIsRunWithWhatThereIsNow() throws Exception {
    Bundle old = container.install("opt-1.jar", first());
    RunPlan plan = plan();
    container.install("opt-2.jar", second());
    container.leases.retire(old);
    assertEquals(Bundle.UNINSTALLED, old.getState());
    assertEquals("2.0.0", at(run("run", plan), "optimizer").version());
    PluginException gone =
        assertThrows(PluginException.class, () -> container.leases.acquire(plan.plugins()));
    assertEquals(
        "optimizer 'momentum' 1.0.0 of bundle opt 1.0.0 was removed or replaced just now; try"
            + " again",
        gone.getMessage());
  }

  @Test
  void aLeasedBundleThatIsUpdatedWithoutAskingHasAllItsClasses() throws Exception {
    Bundle bundle =
        container.install(
            "late.jar", TestContainer.jar("late", "1.0.0", "", TrainingPlugins.Late.class));
    RunDirectory plain = run("plain", plan("optimizer=late", "optimizer.at=8"));
    // In a new class loader, so that nothing is loaded yet that is needed late.
    container.update(bundle, TestContainer.jar("late", "1.0.1", "", TrainingPlugins.Late.class));
    byte[] next = TestContainer.jar("late", "1.0.2", "", TrainingPlugins.Late.class);
    RunDirectory updated =
        run(
            "updated",
            plan("optimizer=late", "optimizer.at=8"),
            at(4, () -> container.update(bundle, next)),
            new StopSignal(),
            new SwapQueue());
    assertSameBits(plain, updated);
    container.update(bundle, TestContainer.jar("late", "1.0.3", "", TrainingPlugins.Late.class));
    RunDirectory removed =
        run(
            "removed",
            plan("optimizer=late", "optimizer.at=8"),
            at(4, bundle::uninstall),
            new StopSignal(),
            new SwapQueue());
    assertSameBits(plain, removed);
  }

  @Test
  void theBundleBeforeASwapGoesWithIt() throws Exception {
    Bundle old = container.install("opt-1.jar", first());
    SwapQueue swaps = new SwapQueue();
    List<CompletableFuture<SwapOutcome>> outcomes = new ArrayList<>();
    List<Integer> states = new ArrayList<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void stepped(long steps, long totalSteps, float loss) {
            try {
              if (steps == 4) {
                container.install("opt-2.jar", second());
                container.leases.retire(old);
                // Other changes do not drag in the new version.
                outcomes.add(swaps.request(List.of("optimizer.rate=0.05")));
              } else if (steps == 6) {
                states.add(old.getState());
                outcomes.add(swaps.request(List.of("optimizer=momentum@[2,3)")));
              } else if (steps == 7) {
                states.add(old.getState());
              }
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          }
        };
    RunDirectory run = run("run", plan(), listener, new StopSignal(), swaps);
    outcomes.forEach(o -> assertTrue(o.join().isSwapped(), o.join().sentence()));
    assertEquals(List.of(Bundle.ACTIVE, Bundle.UNINSTALLED), states);
    List<RecordedSwap> made = RunLock.of(run).madeSwaps();
    assertEquals(2, made.size());
    assertEquals(made.get(0).before(), made.get(0).after());
    assertEquals(TestContainer.sha256(first()), optimizer(made.get(1).before()).sha256());
    assertEquals(TestContainer.sha256(second()), optimizer(made.get(1).after()).sha256());
  }

  private static Revision optimizer(List<Revision> revisions) {
    return revisions.stream().filter(r -> r.path().equals("optimizer")).findFirst().orElseThrow();
  }

  @Test
  void aResumedRunTakesTheRevisionItBeganWithWhereThatIsThere() throws Exception {
    container.install("opt-1.jar", first());
    RunDirectory plain = run("plain", plan());
    StopSignal stop = new StopSignal();
    RunDirectory run = run("run", plan(), at(5, stop::request), stop, new SwapQueue());
    container.install("opt-2.jar", second());
    engine.resume(plan(), run, RunListener.none(), new StopSignal());
    assertSameBits(plain, run);
  }

  @Test
  void runsKeepTheirBundlesAlsoWhenTheFileWasReplaced() throws Exception {
    container.install("opt.jar", first());
    Files.write(directory.resolve("opt.jar"), second());
    RunDirectory run = run("run", plan());
    for (Revision revision : RunLock.of(run).plugins()) {
      assertTrue(container.files.get(revision.sha256()).isPresent(), revision.toString());
    }
    assertArrayEquals(
        first(), Files.readAllBytes(container.files.get(TestContainer.sha256(first())).get()));
  }

  @Test
  void anArchivedBundleIsThereForWhoeverOpensIt() throws Exception {
    String digest = container.files.put(first());
    assertEquals(Optional.empty(), container.archive.open("0".repeat(64)));
    PluginArchive.Opened opened = container.archive.open(digest).orElseThrow();
    PluginArchive.Opened again = container.archive.open(digest).orElseThrow();
    PluginDescriptor plugin = opened.plugins().get(0);
    assertEquals(digest, plugin.sha256());
    assertEquals("momentum", plugin.id());
    assertTrue(container.catalog.ofKind("optimizer").isEmpty());
    Bundle bundle = plugin.wiring().orElseThrow().getBundle();
    Lease lease = container.leases.acquire(List.of(plugin));
    opened.close();
    opened.close();
    assertEquals(Bundle.ACTIVE, bundle.getState());
    again.close();
    assertEquals(Bundle.ACTIVE, bundle.getState(), "it is leased");
    lease.close();
    assertEquals(Bundle.UNINSTALLED, bundle.getState());
    byte[] foreign = "not a bundle".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    String bad = container.files.put(foreign);
    assertThrows(PluginException.class, () -> container.archive.open(bad));
  }

  // ---- cycles
  // -------------------------------------------------------------------------------------

  /** One cycle: a new version comes, is used, and the one before goes. */
  private interface Cycle {
    Bundle next(Bundle current, byte[] jar) throws Exception;
  }

  @Test
  void aThousandVersionsComeAndGoBesideATrainingRun() throws Exception {
    cycles(
        "installed beside, retired",
        (current, jar) -> {
          Bundle next = container.install("opt-next.jar", jar);
          BundleWiring wiring = current.adapt(BundleWiring.class);
          boolean leased = container.leases.isLeased(current);
          container.leases.retire(current);
          while (!leased && wiring.isInUse()) {
            Thread.onSpinWait();
          }
          return next;
        });
  }

  @Test
  void aThousandUpdatesOfABundleBesideATrainingRun() throws Exception {
    cycles(
        "updated, refreshed",
        (current, jar) -> {
          container.update(current, jar);
          return current;
        });
  }

  private void cycles(String name, Cycle cycle) throws Exception {
    Bundle current = container.install("opt-first.jar", first());
    RunPlan plan = plan("procedure.steps=1000000000");
    StopSignal stop = new StopSignal();
    CompletableFuture<Long> begun = new CompletableFuture<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void stepped(long steps, long totalSteps, float loss) {
            if (steps == 3) {
              begun.complete(steps);
            }
            // It is made again afterwards, so it need not make as many steps as it can.
            LockSupport.parkNanos(200_000);
          }
        };
    CompletableFuture<RunDirectory> training =
        CompletableFuture.supplyAsync(() -> run("training", plan, listener, stop, new SwapQueue()));
    CompletableFuture.anyOf(begun, training).join();

    Set<Long> refreshed = ConcurrentHashMap.newKeySet();
    SynchronousBundleListener watcher =
        event -> {
          if (event.getType() == BundleEvent.UNRESOLVED) {
            refreshed.add(event.getBundle().getBundleId());
          }
        };
    container.framework.getBundleContext().addBundleListener(watcher);
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    long[] times = new long[CYCLES];
    for (int i = 0; i < CYCLES; i++) {
      byte[] jar = TestContainer.jar("opt", "1.0." + (i + 1), "", TrainingPlugins.Momentum.class);
      boolean first = i == 0;
      refreshed.clear();
      long start = System.nanoTime();
      Bundle next = cycle.next(current, jar);
      times[i] = System.nanoTime() - start;
      // A leased bundle is refreshed when its run has ended, unless it is updated by force.
      boolean waits = first && !next.equals(current);
      assertEquals(waits ? Set.of() : Set.of(current.getBundleId()), refreshed, "cycle " + i);
      loaders.add(use(i + 1));
      current = next;
    }
    container.framework.getBundleContext().removeBundleListener(watcher);
    stop.request();
    RunDirectory disturbed = training.join();

    assertEquals("1.0.0", at(disturbed, "optimizer").bundleVersion());
    long steps = disturbed.status().orElseThrow().step();
    assertTrue(steps > 3, "the run trained meanwhile");
    container.leases.retire(current);
    assertCollected(loaders);

    container.install("opt-first.jar", first());
    StopSignal end = new StopSignal();
    RunDirectory undisturbed =
        run(
            "undisturbed",
            plan("procedure.steps=1000000000"),
            at(steps, end::request),
            end,
            new SwapQueue());
    assertSameBits(undisturbed, disturbed);
    Arrays.sort(times);
    System.out.printf(
        "%d cycles (%s) beside a run that made %d steps: p50 %.2f ms, p95 %.2f ms, max %.2f ms%n",
        CYCLES,
        name,
        steps,
        times[CYCLES / 2] / 1e6,
        times[CYCLES * 95 / 100] / 1e6,
        times[CYCLES - 1] / 1e6);
  }

  /** Plans and wires an experiment with the newest version, and lets go of it. */
  private WeakReference<ClassLoader> use(int version) {
    RunPlan plan = plan();
    PluginDescriptor optimizer =
        plan.plugins().stream().filter(p -> p.id().equals("momentum")).findFirst().orElseThrow();
    assertEquals("1.0." + version, optimizer.bundleVersion());
    try (Lease lease = container.leases.acquire(plan.plugins())) {
      assertTrue(
          container.leases.isLeased(optimizer.wiring().orElseThrow().getBundle()),
          lease.toString());
      return new WeakReference<>(
          plan.assembly()
              .apply(new org.genlab.runtime.plugins.TestPlugins.Host())
              .optimizer()
              .getClass()
              .getClassLoader());
    }
  }

  private static void assertCollected(List<WeakReference<ClassLoader>> loaders)
      throws InterruptedException {
    long alive = loaders.size();
    for (int attempt = 0; attempt < 100 && alive > 0; attempt++) {
      System.gc();
      Thread.sleep(10);
      alive = loaders.stream().filter(l -> !l.refersTo(null)).count();
    }
    assertEquals(0, alive, "class loaders still alive of " + loaders.size());
  }

  @Test
  void theResultOfARunDoesNotKeepItsPluginsAlive() throws Exception {
    Bundle bundle = container.install("opt-1.jar", first());
    WeakReference<ClassLoader> loader =
        new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader());
    StopSignal stop = new StopSignal();
    SwapQueue swaps = new SwapQueue();
    RunResult[] results = new RunResult[1];
    results[0] =
        engine.run(
            plan(),
            experiment -> RunDirectory.createAt(directory.resolve("run"), experiment),
            RunListener.none(),
            stop,
            swaps);
    container.leases.retire(bundle);
    bundle = null;
    assertCollected(List.of(loader));
    assertEquals(RunResult.Outcome.FINISHED, results[0].outcome());
    assertFalse(stop.isRequested());
  }
}
