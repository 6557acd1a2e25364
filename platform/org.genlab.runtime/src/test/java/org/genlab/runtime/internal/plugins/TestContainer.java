package org.genlab.runtime.internal.plugins;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import org.apache.felix.framework.FrameworkFactory;
import org.genlab.api.Plugin;
import org.genlab.runtime.engine.TrainingPlugins;
import org.genlab.runtime.plugins.Wiring;
import org.genlab.store.BundleArchive;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.FrameworkWiring;

/** A real framework with the runtime's services, and bundles of {@link TrainingPlugins}. */
final class TestContainer implements AutoCloseable {
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

  final Path directory;
  final Framework framework;
  final BundleLeases leases;
  final OsgiCatalog catalog;
  final BundleArchive files;
  final BundleKeeper archive;
  final Wiring wiring;

  TestContainer(Path directory) throws BundleException {
    this.directory = directory;
    framework =
        new FrameworkFactory()
            .newFramework(
                Map.of(
                    Constants.FRAMEWORK_STORAGE,
                    directory.resolve("cache").toString(),
                    Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                    String.join(",", SHARED),
                    Constants.FRAMEWORK_BSNVERSION,
                    Constants.FRAMEWORK_BSNVERSION_MULTIPLE,
                    "felix.log.level",
                    "0"));
    framework.start();
    leases = new BundleLeases(framework.getBundleContext());
    framework.getBundleContext().addBundleListener(leases);
    catalog =
        new OsgiCatalog(
            framework.getBundleContext(),
            b -> leases.isRetired(b) || BundleKeeper.isArchived(b),
            digest -> Optional.of("signer of " + digest.substring(0, 4)));
    files = new BundleArchive(directory.resolve("archive"));
    archive = new BundleKeeper(framework.getBundleContext(), files, leases, catalog);
    wiring = Wiring.with(catalog);
  }

  /**
   * The bytes of a bundle that declares some of the plugins, the same whenever it is made; the note
   * makes it another one.
   */
  static byte[] jar(String name, String version, String note, Class<?>... declared) {
    Manifest manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.putValue("Manifest-Version", "1.0");
    headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
    headers.putValue(Constants.BUNDLE_SYMBOLICNAME, name);
    headers.putValue(Constants.BUNDLE_VERSION, version);
    headers.putValue("Note", note.isEmpty() ? "none" : note);
    headers.putValue(Constants.IMPORT_PACKAGE, String.join(",", SHARED));
    headers.putValue(
        Constants.PROVIDE_CAPABILITY,
        Stream.of(declared).map(TestContainer::capability).collect(Collectors.joining(",")));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream out = new JarOutputStream(bytes)) {
      out.setLevel(Deflater.NO_COMPRESSION);
      out.putNextEntry(timeless(JarFile.MANIFEST_NAME));
      manifest.write(out);
      out.closeEntry();
      for (Class<?> type : classes()) {
        String entry = type.getName().replace('.', '/') + ".class";
        out.putNextEntry(timeless(entry));
        try (InputStream in = type.getClassLoader().getResourceAsStream(entry)) {
          in.transferTo(out);
        }
        out.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static ZipEntry timeless(String name) {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
    return entry;
  }

  private static List<Class<?>> classes() {
    return Stream.of(TrainingPlugins.class.getNestMembers()).toList();
  }

  private static String capability(Class<?> type) {
    Plugin plugin = type.getAnnotation(Plugin.class);
    return String.format(
        "%s;class=\"%s\";kind=%s;id=%s;version:Version=\"%s\"",
        Plugin.NAMESPACE, type.getName(), plugin.kind(), plugin.id(), plugin.version());
  }

  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Installs a jar as the launcher does. */
  Bundle install(String file, byte... jar) throws IOException, BundleException {
    Path path = directory.resolve(file);
    Files.write(path, jar);
    Bundle bundle =
        framework
            .getBundleContext()
            .installBundle(path.toUri() + "#sha256=" + sha256(jar), new ByteArrayInputStream(jar));
    bundle.start();
    return bundle;
  }

  /** Everything but optimizers. */
  Bundle installBase() throws IOException, BundleException {
    return install(
        "base.jar",
        jar(
            "base",
            "1.0.0",
            "",
            TrainingPlugins.Clusters.class,
            TrainingPlugins.Tanh.class,
            TrainingPlugins.CrossEntropy.class,
            TrainingPlugins.Remembering.class,
            TrainingPlugins.Loss.class,
            TrainingPlugins.Counting.class,
            TrainingPlugins.Two.class));
  }

  /** Updates a bundle and refreshes it, as a shell of the framework does. */
  void update(Bundle bundle, byte... jar) throws BundleException, InterruptedException {
    bundle.update(new ByteArrayInputStream(jar));
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
    if (!refreshed.await(1, TimeUnit.MINUTES)) {
      throw new AssertionError("the framework does not refresh " + bundle);
    }
  }

  @Override
  public void close() throws BundleException, InterruptedException {
    framework.stop();
    framework.waitForStop(10_000);
  }
}
