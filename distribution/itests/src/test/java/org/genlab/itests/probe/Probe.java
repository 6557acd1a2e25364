package org.genlab.itests.probe;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.ToIntFunction;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;

/**
 * A bundle that stands in for the command line and does what its first argument says, inside the
 * container of the real program.
 */
public final class Probe implements BundleActivator {
  @Override
  public void start(BundleContext context) {
    ToIntFunction<String[]> commandLine = arguments -> run(context, List.of(arguments));
    context.registerService(
        ToIntFunction.class.getName(),
        commandLine,
        FrameworkUtil.asDictionary(Map.of("genlab.main", true, Constants.SERVICE_RANKING, 1000)));
  }

  @Override
  public void stop(BundleContext context) {
    System.err.println("probe stopped");
  }

  private static int run(BundleContext context, List<String> arguments) {
    switch (arguments.get(0)) {
      case "echo" -> arguments.stream().skip(1).forEach(System.out::println);
      case "code" -> {
        return Integer.parseInt(arguments.get(1));
      }
      case "throw" -> throw new IllegalStateException("thrown by the probe");
      case "error" -> throw new StackOverflowError("overflown by the probe");
      case "lose-thread" -> {
        Thread lost =
            new Thread(
                () -> {
                  throw new IllegalStateException("lost by the probe");
                },
                "worker");
        lost.start();
        await();
      }
      case "leave-thread" -> new Thread(Probe::await, "left behind").start();
      case "wait" -> {
        System.out.println("waiting");
        await();
      }
      case "load-on" -> {
        System.out.println("waiting");
        waitFor(Path.of(arguments.get(1)));
        load(context);
      }
      case "soak" -> {
        return DeployerSoak.run(context, arguments.subList(1, arguments.size()));
      }
      case "plugins" -> PluginChecks.run(context);
      case "storage" -> System.out.println(context.getProperty(Constants.FRAMEWORK_STORAGE));
      case "headless" -> System.out.println(System.getProperty("java.awt.headless"));
      case "bundles" ->
          Arrays.stream(context.getBundles()).map(Probe::line).forEach(System.out::println);
      default -> throw new IllegalArgumentException(arguments.get(0));
    }
    return 0;
  }

  private static String line(Bundle bundle) {
    return bundle.getSymbolicName()
        + " "
        + (bundle.getState() == Bundle.ACTIVE ? "active" : "inactive");
  }

  private static void waitFor(Path file) {
    try {
      while (!Files.exists(file)) {
        Thread.sleep(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Loads classes for the first time, from a bundle and from every jar of the boot layer. */
  private static void load(BundleContext context) {
    try {
      for (Bundle bundle : context.getBundles()) {
        if ("com.google.inject".equals(bundle.getSymbolicName())) {
          System.out.println("loaded " + bundle.loadClass("com.google.inject.util.Modules"));
        }
      }
      Class.forName("org.aopalliance.intercept.MethodInterceptor");
      Class.forName("org.genlab.tensor.random.RandomStream");
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
