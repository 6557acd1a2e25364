package org.genlab.architectures.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.genlab.api.SettingException;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Dl4jNetworkTest {
  @TempDir Path directory;

  @Test
  void withoutTheComputeLayerTheSentenceSaysWhatInstallsIt() throws IOException {
    Path file = Files.writeString(directory.resolve("net.json"), "{}");
    Dl4jNetwork architecture = new Dl4jNetwork(new Dl4jNetwork.Settings(file.toString(), false));
    DataSpec spec = new DataSpec(new InputSpec.Values(List.of(2)), new TargetSpec.Classes(2));
    SettingException refusal = assertThrows(SettingException.class, () -> architecture.build(spec));
    assertEquals("file", refusal.setting());
    assertEquals(
        "needs DeepLearning4J, which is not installed; './genlab compute nd4j' installs it",
        refusal.getMessage());
  }

  @Test
  void missingFileIsNamed() {
    String file = directory.resolve("absent.json").toString();
    SettingException refusal =
        assertThrows(SettingException.class, () -> new Dl4jNetwork.Settings(file, false));
    assertEquals("must name a file, and there is no " + file, refusal.getMessage());
  }
}
