package org.genlab.benchmarks;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.genlab.tensor.backend.Backend;

/** What figures depend on. */
final class Environment {
  private Environment() {}

  /** Settings that must be made before PyTorch is loaded. */
  static void prepare() {
    // Nothing is fetched and nothing is reported: the native libraries are in the class path.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
  }

  static void startPyTorch(int threads) {
    Engine.getEngine("PyTorch");
    JniUtils.setNumInteropThreads(1);
    JniUtils.setNumThreads(threads);
    // Run operators as they are written, like PyTorch without torch.compile.
    JniUtils.setGraphExecutorOptimize(false);
  }

  static String describe(Backend backend) {
    return String.format(
        Locale.ROOT,
        """
        GenLab:    backend %s, %d threads, Java %s (%s), vectors of %s bytes
        PyTorch:   %s %s, %d threads, through TorchScript: eager operators, no Python
        Processor: %s, %d cores, %s %s
        """,
        backend.name(),
        backend.threads(),
        Runtime.version(),
        System.getProperty("java.vm.name"),
        option("MaxVectorSize"),
        Engine.getEngine("PyTorch").getVersion(),
        JniUtils.getFeatures(),
        JniUtils.getNumThreads(),
        processor(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name"),
        System.getProperty("os.arch"));
  }

  private static String option(String name) {
    try {
      return ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .getVMOption(name)
          .getValue();
    } catch (IllegalArgumentException | NullPointerException e) {
      return "?";
    }
  }

  private static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  /**
   * The part of one core that the process uses while nothing is asked of it, right after a
   * computation: whether its threads go on spinning. The least of several looks, since the JVM has
   * other things to do now and then.
   */
  static double idle(Runnable computation) throws InterruptedException {
    var bean =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < 10; i++) {
      computation.run();
      Thread.sleep(5);
      long cpu = bean.getProcessCpuTime();
      long start = System.nanoTime();
      Thread.sleep(50);
      double used = bean.getProcessCpuTime() - cpu;
      least = Math.min(least, used / (System.nanoTime() - start));
    }
    return least;
  }
}
