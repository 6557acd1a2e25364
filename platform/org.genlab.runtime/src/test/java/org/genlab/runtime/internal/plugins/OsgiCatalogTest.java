package org.genlab.runtime.internal.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.apache.felix.framework.FrameworkFactory;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.runtime.config.Location;
import org.genlab.runtime.config.Yaml;
import org.genlab.runtime.plugins.Experiment;
import org.genlab.runtime.plugins.Pipeline;
import org.genlab.runtime.plugins.Plan;
import org.genlab.runtime.plugins.PluginCatalog;
import org.genlab.runtime.plugins.PluginDescriptor;
import org.genlab.runtime.plugins.Revision;
import org.genlab.runtime.plugins.TestPlugins;
import org.genlab.runtime.plugins.Wiring;
import org.genlab.store.UserError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.FrameworkWiring;

/** Follows the bundles of a real framework. */
class OsgiCatalogTest {
  private static final List<String> SHARED =
      List.of(
          "org.genlab.api",
          "org.genlab.api.data",
          "org.genlab.api.evaluation",
          "org.genlab.api.model",
          "org.genlab.api.training",
          "org.genlab.tensor",
          "org.genlab.tensor.random",
          "jakarta.inject");
  private static final String EXPERIMENT =
      """
      dataset: {plugin: modular-arithmetic, modulus: 97}
      architecture: mlp
      optimizer: {plugin: sam@1, base: adamw}
      regularizers: {cross-entropy: {}}
      procedure: {plugin: erm, steps: 10}
      """;

  @TempDir Path directory;
  private Framework framework;
  private OsgiCatalog catalog;

  @BeforeEach
  void start() throws Exception {
    framework =
        new FrameworkFactory()
            .newFramework(
                Map.of(
                    Constants.FRAMEWORK_STORAGE,
                    directory.resolve("cache").toString(),
                    Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                    String.join(",", SHARED),
                    Constants.FRAMEWORK_BUNDLE_PARENT,
                    Constants.FRAMEWORK_BUNDLE_PARENT_BOOT,
                    "felix.log.level",
                    "0"));
    framework.start();
    catalog = new OsgiCatalog(framework.getBundleContext());
  }

  @AfterEach
  void stop() throws Exception {
    framework.stop();
    framework.waitForStop(10_000);
  }

  private Bundle install(Path jar) throws Exception {
    Bundle bundle = framework.getBundleContext().installBundle(jar.toUri().toString());
    bundle.start();
    return bundle;
  }

  /** A bundle with the classes of the test plugins, which declares some of them. */
  private Path jar(String name, String version, Class<?>... declared) throws IOException {
    Manifest manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.putValue("Manifest-Version", "1.0");
    headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
    headers.putValue(Constants.BUNDLE_SYMBOLICNAME, name);
    headers.putValue(Constants.BUNDLE_VERSION, version);
    headers.putValue(Constants.IMPORT_PACKAGE, String.join(",", SHARED));
    headers.putValue(
        Constants.PROVIDE_CAPABILITY,
        Stream.of(declared).map(OsgiCatalogTest::capability).collect(Collectors.joining(",")));
    Path jar = directory.resolve(name + "-" + version + ".jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      for (Class<?> type : TestPlugins.class.getNestMembers()) {
        String entry = type.getName().replace('.', '/') + ".class";
        out.putNextEntry(new ZipEntry(entry));
        try (InputStream in = type.getClassLoader().getResourceAsStream(entry)) {
          in.transferTo(out);
        }
        out.closeEntry();
      }
    }
    return jar;
  }

  private static String capability(Class<?> type) {
    Plugin plugin = type.getAnnotation(Plugin.class);
    return String.format(
        "%s;class=\"%s\";kind=%s;id=%s;version:Version=\"%s\";summary=\"%s\";source=\"%s\"",
        Plugin.NAMESPACE,
        type.getName(),
        plugin.kind(),
        plugin.id(),
        plugin.version(),
        plugin.summary(),
        plugin.source());
  }

  private Path base() throws IOException {
    return jar(
        "base",
        "1.0.0",
        TestPlugins.Arithmetic.class,
        TestPlugins.Perceptron.class,
        TestPlugins.AdamW.class,
        TestPlugins.CrossEntropy.class,
        TestPlugins.Loss.class,
        TestPlugins.Accuracy.class,
        TestPlugins.Erm.class);
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }

  @Test
  void describesWhatManifestsDeclare() throws Exception {
    assertEquals(List.of(), catalog.all());
    Path jar = jar("sharpness", "1.3.0", TestPlugins.Sam2.class);
    install(jar);
    PluginDescriptor sam = catalog.all().get(0);
    assertEquals(Kind.OPTIMIZER, sam.kind());
    assertEquals("sam", sam.id());
    assertEquals("2.0.0", sam.version().toString());
    assertEquals("Sharpness-aware minimisation.", sam.summary());
    assertEquals("Foret et al. 2021, eq. 2", sam.source());
    assertEquals(
        new Revision("optimizer", "optimizer", "sam", "2.0.0", "sharpness", "1.3.0", sha256(jar)),
        sam.at("optimizer"));
    assertEquals(TestPlugins.Sam2.class.getName(), sam.type().getName());
    assertNotSame(TestPlugins.Sam2.class, sam.type());
  }

  @Test
  void versionsStandSideBySideAndEachReferenceTakesItsOwn() throws Exception {
    install(jar("sharpness", "1.0.0", TestPlugins.Sam1.class));
    install(jar("sharpness", "2.0.0", TestPlugins.Sam2.class));
    PluginDescriptor old = catalog.resolve(Kind.OPTIMIZER, "sam@1", Location.of("here"));
    PluginDescriptor young = catalog.resolve(Kind.OPTIMIZER, "sam", Location.of("here"));
    assertEquals("1.0.0", old.bundleVersion());
    assertEquals("2.0.0", young.bundleVersion());
    assertNotSame(old.type().getClassLoader(), young.type().getClassLoader());
  }

  @Test
  void aPlanKeepsItsRevisionsWhenTheirBundleIsUpdated() throws Exception {
    install(base());
    Path first = jar("sharpness", "1.0.0", TestPlugins.Sam1.class);
    String digest = sha256(first);
    Bundle bundle = install(first);
    Wiring wiring = Wiring.with(catalog);
    Experiment experiment = Experiment.of(Yaml.parse(EXPERIMENT, "x.yaml"));
    Plan before = wiring.plan(experiment);
    ClassLoader loader = wired(before).optimizer().getClass().getClassLoader();

    try (InputStream update =
        Files.newInputStream(jar("sharpness", "1.2.0", TestPlugins.Sam12.class))) {
      bundle.update(update);
    }
    CountDownLatch refreshed = new CountDownLatch(1);
    framework
        .adapt(FrameworkWiring.class)
        .refreshBundles(
            List.of(bundle),
            event -> {
              if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
              }
            });
    assertTrue(refreshed.await(1, TimeUnit.MINUTES));
    Plan after = wiring.plan(experiment);

    assertSame(loader, wired(before).optimizer().getClass().getClassLoader());
    assertNotSame(loader, wired(after).optimizer().getClass().getClassLoader());
    assertEquals("1.0.3", sam(before).version());
    assertEquals("1.0.0", sam(before).bundleVersion());
    assertEquals(digest, sam(before).sha256());
    assertEquals("1.2.1", sam(after).version());
    assertEquals("1.2.0", sam(after).bundleVersion());
  }

  private static Pipeline wired(Plan plan) {
    return plan.wire(new TestPlugins.Host());
  }

  private static Revision sam(Plan plan) {
    return plan.revisions().stream()
        .filter(r -> r.path().equals("optimizer"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatIsUninstalledIsGone() throws Exception {
    Bundle bundle = install(jar("sharpness", "1.0.0", TestPlugins.Sam1.class));
    assertEquals(1, catalog.all().size());
    bundle.uninstall();
    assertEquals(List.of(), catalog.all());
    PluginCatalog plugins = catalog;
    assertEquals(
        "here: there is no optimizer 'sam'; no optimizer is installed",
        assertThrows(
                UserError.class, () -> plugins.resolve(Kind.OPTIMIZER, "sam", Location.of("here")))
            .getMessage());
  }

  @Test
  void aDigestIsNotGuessedFromAJarThatWasReplaced() throws Exception {
    Path jar = jar("sharpness", "1.0.0", TestPlugins.Sam1.class);
    Bundle bundle = install(jar);
    Files.setLastModifiedTime(jar, FileTime.fromMillis(bundle.getLastModified() + 1000));
    assertEquals("", catalog.all().get(0).sha256());
  }
}
