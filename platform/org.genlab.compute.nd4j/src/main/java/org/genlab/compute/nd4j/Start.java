package org.genlab.compute.nd4j;

import org.genlab.tensor.Compute;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.ScalarBackend;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.factory.Nd4j;

/** The start of ND4J; only here and in what it makes are its classes loaded. */
final class Start {
  private Start() {}

  /**
   * Starts ND4J, if that did not happen before, and makes a backend on the processor.
   *
   * @param threads in force for all of ND4J in this process
   * @throws IllegalStateException when it cannot be started, or on another device only; the message
   *     says why
   */
  static Backend onCpu(int threads) {
    if (!start(threads)) {
      throw new IllegalStateException(
          "ND4J has chosen the CUDA device, because the jars for CUDA are installed, too");
    }
    return new Nd4jBackend(threads, Memory.HOST, onTheJvm(threads));
  }

  /**
   * Starts ND4J, if that did not happen before, and makes a backend on a CUDA device.
   *
   * @param threads of what is computed on the processor all the same
   * @throws IllegalStateException when it cannot be started there; the message says why
   */
  static Backend onCuda(int threads) {
    if (start(threads)) {
      throw new IllegalStateException(
          "ND4J has chosen the processor, because it finds no device that it was built for");
    }
    return new Nd4jBackend(threads, Memory.DEVICE, onTheJvm(threads));
  }

  /** Whether ND4J, which is started, computes on the processor. */
  private static boolean start(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("a backend with " + threads + " threads");
    }
    try {
      // Otherwise the loader of whatever thread comes first is the one that finds the backends.
      ND4JClassLoading.setNd4jClassloaderFromClass(Start.class);
      Nd4j.getBackend();
    } catch (LinkageError | RuntimeException e) {
      throw new IllegalStateException("ND4J cannot be started: " + reason(e), e);
    }
    Nd4j.getEnvironment().setMaxMasterThreads(threads);
    Nd4j.getEnvironment().setMaxThreads(threads);
    Nd4j.factory().blas().setMaxThreads(threads);
    return Nd4j.getEnvironment().isCPU();
  }

  /** What host fallbacks are computed by: Java's vectors where the JVM has them. */
  private static Backend onTheJvm(int threads) {
    return Compute.providers().stream().anyMatch(provider -> provider.name().equals("jvm"))
        ? Compute.create("jvm", threads)
        : new ScalarBackend();
  }

  private static String reason(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    String name = cause.getClass().getSimpleName();
    return message == null ? name : name + ": " + message.lines().findFirst().orElse("");
  }
}
