package org.genlab.itests.probe;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.genlab.lab.Deployer;
import org.genlab.runtime.config.Location;
import org.genlab.runtime.config.Node;
import org.genlab.runtime.config.Yaml;
import org.genlab.runtime.engine.RunEngine;
import org.genlab.runtime.engine.RunListener;
import org.genlab.runtime.engine.RunPlan;
import org.genlab.runtime.engine.RunResult;
import org.genlab.runtime.engine.StopSignal;
import org.genlab.runtime.plugins.Experiment;
import org.genlab.runtime.plugins.Leases;
import org.genlab.runtime.plugins.PluginDescriptor;
import org.genlab.runtime.plugins.Wiring;
import org.genlab.store.RunDirectory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleWiring;

/**
 * Replaces a plugin's jar in a watched directory again and again, while a run that uses the plugin
 * trains in the same container.
 */
final class DeployerSoak {
  private DeployerSoak() {}

  /**
   * @param arguments the plugin directory, two jars that take turns in it, the experiment, the
   *     directory of runs and the number of times
   */
  static int run(BundleContext context, List<String> arguments) {
    try {
      soak(
          context,
          Path.of(arguments.get(0)),
          List.of(Path.of(arguments.get(1)), Path.of(arguments.get(2))),
          Path.of(arguments.get(3)),
          Path.of(arguments.get(4)),
          Integer.parseInt(arguments.get(5)));
      return 0;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void soak(
      BundleContext context,
      Path directory,
      List<Path> jars,
      Path experiment,
      Path runs,
      int cycles)
      throws Exception {
    Leases leases = context.getService(context.getServiceReference(Leases.class));
    Wiring wiring = context.getService(context.getServiceReference(Wiring.class));
    List<String> notices = new ArrayList<>();
    Deployer deployer = new Deployer(context, leases, List.of(directory), true, notices::add);
    put(jars.get(0), directory);
    deployer.scan();

    StopSignal stop = new StopSignal();
    RunPlan plan = plan(wiring, experiment);
    CompletableFuture<Void> training = new CompletableFuture<>();
    RunListener atTheFirstStep =
        new RunListener() {
          @Override
          public void stepped(long steps, long totalSteps, float loss) {
            training.complete(null);
          }
        };
    CompletableFuture<RunResult> run =
        CompletableFuture.supplyAsync(
            () ->
                new RunEngine(leases, Optional.empty())
                    .run(
                        plan,
                        resolved -> RunDirectory.createAt(runs.resolve("disturbed"), resolved),
                        atTheFirstStep,
                        stop));
    CompletableFuture.anyOf(training, run).get();

    Map<Long, BundleWiring> others = wirings(context);
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    long[] nanos = new long[cycles];
    // An even number of times, so that the last jar is the one that the run began with.
    for (int i = 0; i < cycles; i++) {
      put(jars.get((i + 1) % 2), directory);
      long begin = System.nanoTime();
      deployer.scan();
      PluginDescriptor plugin = wiring.catalog().resolve("optimizer", "tame", Location.of("soak"));
      loaders.add(new WeakReference<>(plugin.type().getClassLoader()));
      nanos[i] = System.nanoTime() - begin;
    }
    boolean stillRunning = !run.isDone();
    stop.request();
    RunResult result = run.get();
    Map<Long, BundleWiring> after = wirings(context);
    after.keySet().retainAll(others.keySet());

    StopSignal sameStep = new StopSignal();
    RunListener untilThen =
        new RunListener() {
          @Override
          public void stepped(long steps, long totalSteps, float loss) {
            if (steps == result.steps()) {
              sameStep.request();
            }
          }
        };
    new RunEngine(leases, Optional.empty())
        .run(
            plan(wiring, experiment),
            resolved -> RunDirectory.createAt(runs.resolve("undisturbed"), resolved),
            untilThen,
            sameStep);
    Files.delete(directory.resolve("tame.jar"));
    deployer.scan();
    Arrays.sort(nanos);
    System.out.println(
        "replaced " + notices.stream().filter(n -> n.startsWith("replaced ")).count());
    System.out.println("running " + stillRunning);
    System.out.println("others unchanged " + after.equals(others));
    System.out.println("alive " + alive(loaders));
    System.out.println("bundles " + count(context, "org.example.tame"));
    System.err.printf(
        "%d steps; p50 %.2f ms, p95 %.2f ms, max %.2f ms%n",
        result.steps(),
        nanos[cycles / 2] / 1e6,
        nanos[cycles * 95 / 100] / 1e6,
        nanos[cycles - 1] / 1e6);
  }

  private static void put(Path jar, Path directory) throws IOException {
    Path temporary = directory.resolve("tame.new");
    Files.copy(jar, temporary, StandardCopyOption.REPLACE_EXISTING);
    Files.move(
        temporary,
        directory.resolve("tame.jar"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static RunPlan plan(Wiring wiring, Path experiment) {
    Node.MapNode map = Yaml.parse(experiment).asMap().orElseThrow();
    return RunPlan.of(wiring.plan(Experiment.of(map))).withDefaultThreads(1);
  }

  /** What is wired how, but for the plugin that comes and goes. */
  private static Map<Long, BundleWiring> wirings(BundleContext context) {
    Map<Long, BundleWiring> wirings = new HashMap<>();
    for (Bundle bundle : context.getBundles()) {
      if (!"org.example.tame".equals(bundle.getSymbolicName())) {
        wirings.put(bundle.getBundleId(), bundle.adapt(BundleWiring.class));
      }
    }
    return wirings;
  }

  /** How many class loaders are left once the collector has had its chances. */
  private static long alive(List<WeakReference<ClassLoader>> loaders) throws InterruptedException {
    long alive = loaders.size();
    for (int i = 0; i < 100 && alive > 0; i++) {
      System.gc();
      alive = loaders.stream().filter(l -> l.get() != null).distinct().count();
      Thread.sleep(50);
    }
    return alive;
  }

  private static long count(BundleContext context, String name) {
    return Arrays.stream(context.getBundles())
        .filter(b -> name.equals(b.getSymbolicName()))
        .count();
  }
}
