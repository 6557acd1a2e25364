package org.genlab.compute.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Networks are trained to the same bits everywhere. */
class TrainingDeterminismTest {
  @TempDir Path directory;

  private String child(String home, String threads, String... options) throws Exception {
    return Child.run(
        home,
        List.of(options),
        TrainingDigest.class,
        List.of(threads),
        directory.resolve("output"));
  }

  @Test
  void threadsVectorsAndInstructionsDoNotMatter() throws Exception {
    String home = System.getProperty("java.home");
    String expected = TrainingDigest.digests(1).strip();
    assertEquals(expected, TrainingDigest.digests(2).strip(), "threads");
    int width = Lanes.F.vectorBitSize();
    List<String> options = new ArrayList<>();
    for (int bits = 128; bits <= 512; bits *= 2) {
      if (bits != width) {
        options.add("-Dgenlab.vector.bits=" + bits);
      }
    }
    if (System.getProperty("os.arch").equals("amd64")) {
      options.add("-XX:UseAVX=2");
    }
    for (String option : options) {
      assertEquals(expected, child(home, "2", option), option);
    }
  }

  @Test
  @EnabledIfEnvironmentVariable(named = "GENLAB_OTHER_JDK", matches = ".+")
  void anotherJdkDoesNotMatter() throws Exception {
    assertEquals(TrainingDigest.digests(2).strip(), child(System.getenv("GENLAB_OTHER_JDK"), "2"));
  }
}
