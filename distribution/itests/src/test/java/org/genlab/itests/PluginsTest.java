package org.genlab.itests;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.genlab.itests.Genlab.Result;
import org.genlab.itests.probe.Probe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every plugin of the assembly, loaded in the container by its own bundle's class loader. */
class PluginsTest {
  private static final Pattern CAPABILITY =
      Pattern.compile("genlab\\.plugin;class=\"[^\"]+\";id=([a-z0-9-]+|\"[^\"]+\");kind=([a-z]+)");

  @TempDir Path work;

  @Test
  void everyPluginLoadsAndDescribesItsSettings() throws Exception {
    Path plugins = work.resolve("plugins");
    LauncherTest.probe()
        .classes(Class.forName(Probe.class.getPackageName() + ".PluginChecks"))
        .into(plugins);
    Result result = new Genlab(work).with("GENLAB_PLUGINS", plugins.toString()).run("plugins");
    assertEquals(0, result.code(), result.describe());
    List<String> lines = result.out().lines().toList();
    assertAll(lines.stream().map(line -> () -> assertTrue(line.endsWith(" ok"), line)));
    assertEquals(
        declared(),
        lines.stream()
            .map(line -> line.replaceFirst("^(\\S+ \\S+) .*", "$1"))
            .collect(Collectors.toSet()));
  }

  /** What the manifests of the plugin bundles declare: kind and id. */
  private static Set<String> declared() throws IOException {
    Set<String> declared = new TreeSet<>();
    try (Stream<Path> jars = Files.list(Genlab.home().resolve("plugins"))) {
      for (Path jar : jars.toList()) {
        try (JarFile file = new JarFile(jar.toFile())) {
          String capabilities =
              file.getManifest().getMainAttributes().getValue("Provide-Capability");
          Matcher matcher = CAPABILITY.matcher(capabilities == null ? "" : capabilities);
          while (matcher.find()) {
            declared.add(matcher.group(2) + " " + matcher.group(1).replace("\"", ""));
          }
        }
      }
    }
    assertTrue(declared.contains("optimizer adamw"), declared.toString());
    return declared;
  }
}
