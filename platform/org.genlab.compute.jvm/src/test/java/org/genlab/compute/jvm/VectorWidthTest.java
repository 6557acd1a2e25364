package org.genlab.compute.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Results are the same bits with other vectors, and in other versions of Java. */
class VectorWidthTest {
  @TempDir Path directory;

  @Test
  void givesTheSameBitsForAnyWidth() throws Exception {
    String expected = KernelDigest.digest();
    int width = Lanes.F.vectorBitSize();
    for (int bits = 128; bits <= 512; bits *= 2) {
      if (bits != width) {
        String result = child(System.getProperty("java.home"), "-Dgenlab.vector.bits=" + bits);
        assertEquals(bits + " " + expected, result);
      }
    }
  }

  @Test
  @EnabledIfEnvironmentVariable(named = "GENLAB_OTHER_JDK", matches = ".+")
  void givesTheSameBitsInAnotherJdk() throws Exception {
    int width = Lanes.F.vectorBitSize();
    String result = child(System.getenv("GENLAB_OTHER_JDK"), "-Dgenlab.vector.bits=" + width);
    assertEquals(width + " " + KernelDigest.digest(), result);
  }

  private String child(String home, String option) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(home, "bin", "java").toString());
    command.add("--add-modules");
    command.add("jdk.incubator.vector");
    command.add(option);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(KernelDigest.class.getName());
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertEquals(true, process.waitFor(5, TimeUnit.MINUTES), "ends");
      assertEquals(0, process.exitValue());
      return Files.readString(output, StandardCharsets.UTF_8).strip();
    } finally {
      process.destroyForcibly();
    }
  }
}
