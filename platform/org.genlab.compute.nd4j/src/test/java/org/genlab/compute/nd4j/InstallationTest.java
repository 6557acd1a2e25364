package org.genlab.compute.nd4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.genlab.tensor.Compute;
import org.genlab.tensor.backend.Backend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {
  @TempDir Path root;

  @Test
  void computesOnTheProcessorWithTheJarsOfTheTests() {
    assertEquals(List.of(), Installation.ofThisMachine().missingForCpu());
    try (Backend backend = Compute.create("nd4j", 1)) {
      assertEquals("nd4j", backend.name());
      assertEquals(1, backend.threads());
    }
  }

  @Test
  void isNeverTheDefault() {
    assertEquals("jvm", Compute.providers().get(0).name());
    assertTrue(Compute.providers().stream().anyMatch(provider -> provider.name().equals("nd4j")));
  }

  @Test
  void needsAThread() {
    assertThrows(IllegalArgumentException.class, () -> new Nd4jBackendProvider().create(0));
  }

  @Test
  void cudaSaysWhatIsMissing() {
    Throwable e = assertThrows(IllegalStateException.class, () -> Compute.create("cuda", 1));
    assertTrue(
        e.getMessage().startsWith("the jars of nd4j-cuda-11.6 are not installed"), e.getMessage());
  }

  @Test
  void namesEachThingThatIsMissing() throws IOException {
    try (URLClassLoader nothing = new URLClassLoader(new URL[0], null)) {
      Installation bare = new Installation(nothing, root, "linux-x86_64");
      assertEquals(List.of("the jar of nd4j-api is not installed"), bare.missingForCpu());
      assertEquals(
          List.of("the jars of nd4j-cuda-11.6 are not installed", "no NVIDIA driver is loaded"),
          bare.missingForCuda());
    }
    Installation other = new Installation(getClass().getClassLoader(), root, "linux-riscv64");
    assertEquals(
        List.of("the jar of nd4j-native for linux-riscv64 is not installed"),
        other.missingForCpu());
    touch("org/nd4j/linalg/jcublas/JCublasBackend.class");
    touch("org/nd4j/linalg/factory/Nd4j.class");
    try (URLClassLoader cuda = new URLClassLoader(new URL[] {root.toUri().toURL()}, null)) {
      Installation machine = new Installation(cuda, root, "linux-x86_64");
      assertEquals(
          List.of(
              "the jar of nd4j-cuda-11.6 for linux-x86_64 is not installed",
              "no NVIDIA driver is loaded"),
          machine.missingForCuda());
      touch("org/nd4j/linalg/jcublas/bindings/linux-x86_64/libjnind4jcuda.so");
      touch("proc/driver/nvidia/version");
      assertEquals(List.of("the NVIDIA driver finds no device"), machine.missingForCuda());
      touch("dev/nvidia3");
      assertEquals(List.of(), machine.missingForCuda());
    }
  }

  private void touch(String path) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.createFile(file);
  }

  @Test
  void namesPlatformsAsTheJarsDo() {
    assertEquals("linux-x86_64", Installation.platform("Linux", "amd64"));
    assertEquals("windows-x86_64", Installation.platform("Windows 11", "amd64"));
    assertEquals("macosx-x86_64", Installation.platform("Mac OS X", "x86_64"));
    assertEquals("linux-arm64", Installation.platform("Linux", "aarch64"));
  }
}
