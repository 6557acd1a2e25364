package org.genlab.compute.nd4j;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What of ND4J is installed, found out without loading any of it: its native libraries take seconds
 * to start, and a class that failed to start cannot be tried again.
 *
 * @param loader where the jars are looked for
 * @param root of the file system
 * @param platform as the native jars call it, e.g. {@code linux-x86_64}
 */
record Installation(ClassLoader loader, Path root, String platform) {
  private static final String CUDA_JARS = "nd4j-cuda-11.6";

  /** The kinds of processors for which there are jars of their own. */
  private static final List<String> EXTENSIONS =
      List.of("", "-avx2", "-avx512", "-onednn", "-onednn-avx2", "-onednn-avx512", "-compat");

  static Installation ofThisMachine() {
    return new Installation(
        Installation.class.getClassLoader(),
        Path.of(System.getProperty("java.home")).getRoot(),
        platform(System.getProperty("os.name"), System.getProperty("os.arch")));
  }

  static String platform(String system, String processor) {
    String name = system.toLowerCase(Locale.ROOT);
    String kind = name.contains("mac") ? "macosx" : name.contains("win") ? "windows" : "linux";
    return switch (processor) {
      case "amd64", "x86-64", "x64" -> kind + "-x86_64";
      case "aarch64" -> kind + "-arm64";
      default -> kind + "-" + processor;
    };
  }

  /** What computing on the processor lacks, each a clause. */
  List<String> missingForCpu() {
    List<String> missing = new ArrayList<>();
    if (!hasClass("org.nd4j.linalg.factory.Nd4j")) {
      missing.add("the jar of nd4j-api is not installed");
    } else if (!hasClass("org.nd4j.linalg.cpu.nativecpu.CpuBackend")) {
      missing.add("the jars of nd4j-native are not installed");
    } else if (!hasLibrary("org/nd4j/linalg/cpu/nativecpu/bindings/", "jnind4jcpu")) {
      missing.add("the jar of nd4j-native for " + platform + " is not installed");
    } else if (!hasLibrary("org/bytedeco/openblas/", "jniopenblas_nolapack")) {
      missing.add("the jar of openblas for " + platform + " is not installed");
    }
    return missing;
  }

  /** What computing on a CUDA device lacks, each a clause. */
  List<String> missingForCuda() {
    List<String> missing = new ArrayList<>();
    if (!hasClass("org.nd4j.linalg.factory.Nd4j")
        || !hasClass("org.nd4j.linalg.jcublas.JCublasBackend")) {
      missing.add("the jars of " + CUDA_JARS + " are not installed");
    } else if (!hasLibrary("org/nd4j/linalg/jcublas/bindings/", "jnind4jcuda")) {
      missing.add("the jar of " + CUDA_JARS + " for " + platform + " is not installed");
    }
    if (!hasDriver()) {
      missing.add("no NVIDIA driver is loaded");
    } else if (!hasDevice()) {
      missing.add("the NVIDIA driver finds no device");
    }
    return missing;
  }

  private boolean hasClass(String name) {
    return loader.getResource(name.replace('.', '/') + ".class") != null;
  }

  private boolean hasLibrary(String directory, String name) {
    String file =
        platform.startsWith("windows")
            ? name + ".dll"
            : "lib" + name + (platform.startsWith("macosx") ? ".dylib" : ".so");
    return EXTENSIONS.stream()
        .anyMatch(
            extension -> loader.getResource(directory + platform + extension + "/" + file) != null);
  }

  private boolean hasDriver() {
    return platform.startsWith("windows")
        ? Files.exists(root.resolve("Windows/System32/nvcuda.dll"))
        : Files.exists(root.resolve("proc/driver/nvidia/version"))
            || Files.exists(root.resolve("dev/nvidiactl"))
            || Files.exists(root.resolve("dev/dxg"));
  }

  /** Whether there is a device file; where there are no such files, ND4J will tell. */
  private boolean hasDevice() {
    if (platform.startsWith("windows") || Files.exists(root.resolve("dev/dxg"))) {
      return true;
    }
    for (int i = 0; i < 64; i++) {
      if (Files.exists(root.resolve("dev/nvidia" + i))) {
        return true;
      }
    }
    return false;
  }
}
