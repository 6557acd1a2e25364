package org.genlab.runtime.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.genlab.runtime.config.Yaml;
import org.genlab.store.UserError;
import org.junit.jupiter.api.Test;

/** A plugin that was updated must not stay in memory because runs were wired with it. */
class ClassLoaderLeakTest {
  private static final int LOADERS = 30;
  private static final String EXPERIMENT =
      """
      dataset: {plugin: noisy, base: {plugin: modular-arithmetic, modulus: 97}}
      architecture: {plugin: mlp, width: %d}
      optimizer: {plugin: sam, base: {plugin: adamw, schedule: {shape: cosine}}}
      regularizers: {cross-entropy: {}, dropout: {}}
      procedure: {plugin: erm, steps: 10}
      """;

  /** Defines its own copies of the test plugins, as a bundle's class loader does. */
  private static final class Copies extends ClassLoader {
    Copies() {
      super(ClassLoaderLeakTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(TestPlugins.class.getName())) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? copy(name) : loaded;
      }
    }

    private Class<?> copy(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static WeakReference<ClassLoader> wireOnce() throws ReflectiveOperationException {
    ClassLoader copies = new Copies();
    Class<?> plugins = copies.loadClass(TestPlugins.class.getName());
    assertNotSame(TestPlugins.class, plugins);
    PluginCatalog catalog = (PluginCatalog) plugins.getMethod("catalog").invoke(null);
    Wiring wiring = Wiring.with(catalog);
    Pipeline pipeline =
        wiring.wire(
            Experiment.of(Yaml.parse(EXPERIMENT.formatted(8), "x.yaml")), new TestPlugins.Host());
    assertSame(copies, pipeline.optimizer().getClass().getClassLoader());
    // A failed wiring leaves nothing behind either.
    try {
      wiring.wire(
          Experiment.of(Yaml.parse(EXPERIMENT.formatted(7), "x.yaml")), new TestPlugins.Host());
    } catch (UserError e) {
      assertEquals(
          "x.yaml:2: 'width' of architecture 'mlp' must be divisible by 'heads' (4)",
          e.getMessage());
    }
    catalog.all().forEach(SettingsSchema::of);
    return new WeakReference<>(copies);
  }

  @Test
  void classLoadersOfPluginsAreCollectedAfterTheirRuns() throws Exception {
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    for (int i = 0; i < LOADERS; i++) {
      loaders.add(wireOnce());
    }
    long alive = LOADERS;
    for (int attempt = 0; attempt < 100 && alive > 0; attempt++) {
      System.gc();
      Thread.sleep(10);
      alive = loaders.stream().filter(l -> !l.refersTo(null)).count();
    }
    assertEquals(0, alive, "class loaders still alive of " + LOADERS);
  }
}
