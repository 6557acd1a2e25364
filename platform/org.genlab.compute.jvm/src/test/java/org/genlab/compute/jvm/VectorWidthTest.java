package org.genlab.compute.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
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

  private String child(String home, String option) throws Exception {
    Path output = directory.resolve("output");
    return Child.run(home, List.of(option), KernelDigest.class, List.of(), output);
  }
}
