package org.genlab.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.genlab.itests.Genlab.Result;
import org.genlab.itests.probe.Halving;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins found, installed, updated and removed with the real program. */
class ProvisioningTest {
  @TempDir Path work;

  private Genlab genlab() {
    return new Genlab(work)
        .with("GENLAB_CONFIG", work.resolve("configuration").toString())
        .with("GENLAB_INSTALLED", installed().toString());
  }

  private Path installed() {
    return work.resolve("installed");
  }

  private Result run(int code, String... arguments) {
    Result result = genlab().run(arguments);
    assertEquals(code, result.code(), result.describe());
    return result;
  }

  private static void assertSays(String text, String... parts) {
    for (String part : parts) {
      assertTrue(text.contains(part), "'" + part + "' is missing: " + text);
    }
  }

  /** A version of the bundle org.example.halving in a folder. */
  private static void halving(Path folder, String version) throws IOException {
    Path jar =
        new TestBundle("org.example.halving")
            .header("Bundle-Version", version)
            .header(
                "Provide-Capability",
                "genlab.plugin;class=\""
                    + Halving.class.getName()
                    + "\";id=halving;kind=optimizer;version:Version=\""
                    + version
                    + "\";summary=\"Halves all parameters\"")
            .header(
                "Import-Package",
                "jakarta.inject,org.genlab.api.model,org.genlab.api.training,org.genlab.tensor")
            .classes(Halving.class)
            .into(folder);
    Files.move(jar, folder.resolve("halving-" + version + ".jar"));
  }

  @Test
  void aPluginIsFoundInstalledRunUpdatedAndRemoved() throws Exception {
    Path folder = work.resolve("folder");
    halving(folder, "1.0.0");
    Path experiment =
        Experiments.write(
            work,
            "halve.yaml",
            Experiments.small(5).replaceFirst("optimizer: .*", "optimizer: halving"));
    run(0, "plugin", "keygen", "key");
    run(0, "plugin", "index", folder.toString(), "--sign", "key");
    run(0, "plugin", "repository", "add", "lab", folder.toString());
    run(0, "plugin", "trust", "add", "alice", "key.pub");
    run(0, "plugin", "trust", "policy", "local=require");

    Result missing = run(2, "run", experiment.toString());
    assertSays(
        missing.err(),
        "halve.yaml:5: there is no optimizer 'halving'",
        "the repository lab has it: 'genlab plugin install \"optimizer=halving\"' installs it");
    assertEquals(1, missing.err().lines().count(), missing.describe());

    Result first = run(0, "run", experiment.toString(), "--install");
    assertSays(first.err(), "installing org.example.halving 1.0.0 for this experiment.");
    Path jar = installed().resolve("org.example.halving-1.0.0.jar");
    String lock = Files.readString(Experiments.onlyRun(work).resolve("lock.json"));
    assertSays(
        lock.replace(" ", ""), "\"sha256\":\"" + Bytes.sha256(jar) + "\"", "\"signer\":\"alice\"");

    assertSays(run(0, "plugin", "list").out(), "org.example.halving  1.0.0", "alice", "usable");
    assertSays(
        run(0, "plugin", "info", "halving").out(), "Halves all parameters", "signed by alice");
    run(0, "run", experiment.toString());

    halving(folder, "1.1.0");
    run(0, "plugin", "index", folder.toString(), "--sign", "key");
    assertEquals(
        """
        would update org.example.halving 1.0.0 to 1.1.0 (optimizer halving 1.1.0) from lab
        would refresh org.example.halving 1.0.0
        """,
        run(0, "plugin", "update", "--dry-run").out());
    assertTrue(Files.exists(jar));
    run(0, "plugin", "update");
    assertSays(run(0, "plugins", "halving").out(), "1.1.0");
    run(0, "plugin", "install", "halving@1.0.0");
    assertSays(run(0, "plugins", "halving").out(), "1.1.0", "1.0.0");

    run(0, "plugin", "remove", "halving");
    assertSays(run(2, "run", experiment.toString()).err(), "there is no optimizer 'halving'");
    assertSays(run(0, "doctor").out(), "All is well");
  }

  @Test
  void whatWasChangedIsRefusedAndTheDoctorSaysSo() throws Exception {
    Path folder = work.resolve("folder");
    halving(folder, "1.0.0");
    run(0, "plugin", "index", folder.toString());
    String[] install = {
      "plugin", "install", "halving", "--repository", folder.toString(), "--policy", "allow"
    };
    Path original = folder.resolve("halving-1.0.0.jar");
    byte[] good = Files.readAllBytes(original);
    byte[] bad = good.clone();
    bad[bad.length / 2] ^= 4;
    Files.write(original, bad);
    assertSays(run(2, install).err(), "its SHA-256 is", "no option overrides this");

    Files.write(original, good);
    run(0, install);
    Path jar = installed().resolve("org.example.halving-1.0.0.jar");
    Files.write(jar, bad);
    Result doctor = run(1, "doctor");
    assertSays(doctor.out(), jar.toString(), "1 thing is wrong.");
    assertTrue(!run(0, "plugins", "optimizer").out().contains("halving"));
    run(0, install);
    assertEquals(Bytes.sha256(original), Bytes.sha256(jar));
    assertSays(run(0, "doctor").out(), "All is well");
  }
}
