package org.genlab.runtime.internal.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.genlab.runtime.engine.RecordedSwap;
import org.genlab.runtime.engine.RunPlan;
import org.genlab.runtime.engine.SwapOutcome;
import org.genlab.runtime.plugins.Revision;
import org.genlab.store.StoredRun;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;

/** What {@code lock.json} says: exactly what is run, and on what. */
public final class LockFile {
  /** The key of the plugins that a run began with. */
  public static final String PLUGINS = "plugins";

  /** The key of the changes while it ran. */
  public static final String SWAPS = "swaps";

  private static final String BACKEND = "backend";
  private static final String JVM = "jvm";
  private static final String OS = "os";

  private LockFile() {}

  static Map<String, Object> of(
      RunPlan plan, List<Revision> revisions, BackendChoice backend, int threads) {
    Map<String, Object> lock = new LinkedHashMap<>();
    lock.put("genlab", version());
    lock.put("name", plan.name());
    lock.put(StoredRun.SEED, plan.seed());
    lock.put("device", plan.device());
    lock.put(BACKEND, backend.name());
    lock.put("deterministic", backend.deterministic());
    lock.put("threads", threads);
    Map<String, Object> jvm = new LinkedHashMap<>();
    jvm.put("version", System.getProperty("java.version"));
    jvm.put("vendor", System.getProperty("java.vendor"));
    jvm.put("name", System.getProperty("java.vm.name"));
    lock.put(JVM, jvm);
    Map<String, Object> os = new LinkedHashMap<>();
    os.put("name", System.getProperty("os.name"));
    os.put("arch", System.getProperty("os.arch"));
    lock.put(OS, os);
    lock.put(PLUGINS, plugins(revisions));
    lock.put(StoredRun.SETTINGS, plan.settings());
    return lock;
  }

  /** A lock with one more swap. */
  static Map<String, Object> with(Map<String, Object> lock, RecordedSwap swap) {
    List<Object> swaps = new ArrayList<>();
    if (lock.get(SWAPS) instanceof List<?> before) {
      swaps.addAll(before);
    }
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("step", swap.step());
    entry.put("overrides", swap.overrides());
    entry.put("outcome", text(swap.result()));
    entry.put("message", swap.sentence());
    entry.put("before", plugins(swap.before()));
    entry.put("after", plugins(swap.after()));
    swaps.add(entry);
    Map<String, Object> next = new LinkedHashMap<>(lock);
    next.put(SWAPS, swaps);
    return next;
  }

  /** A result as it is spelled in files. */
  public static String text(SwapOutcome.Result result) {
    return result.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The revisions of a list as it stands in a lock. */
  public static List<Revision> revisions(Object recorded) {
    List<Revision> revisions = new ArrayList<>();
    if (recorded instanceof List<?> list) {
      for (Object entry : list) {
        if (entry instanceof Map<?, ?> plugin) {
          revisions.add(
              new Revision(
                  text(plugin, "path"),
                  text(plugin, "kind"),
                  text(plugin, "id"),
                  text(plugin, "version"),
                  text(plugin, "bundle"),
                  text(plugin, "bundle-version"),
                  text(plugin, "sha256"),
                  text(plugin, "signer")));
        }
      }
    }
    return revisions;
  }

  private static String text(Map<?, ?> map, String key) {
    return map.get(key) == null ? "" : String.valueOf(map.get(key));
  }

  /** What computed a run, each in a few words, by what it is. */
  public static Map<String, String> platform(Map<String, Object> lock) {
    Map<String, String> platform = new LinkedHashMap<>();
    for (String key : List.of("genlab", "device", BACKEND)) {
      platform.put(key, text(lock, key));
    }
    for (String key : List.of(JVM, OS)) {
      if (lock.get(key) instanceof Map<?, ?> map) {
        platform.put(
            key, map.values().stream().map(String::valueOf).collect(Collectors.joining(" ")));
      }
    }
    return platform;
  }

  private static List<Map<String, Object>> plugins(List<Revision> revisions) {
    List<Map<String, Object>> plugins = new ArrayList<>();
    for (Revision revision : revisions) {
      Map<String, Object> plugin = new LinkedHashMap<>();
      plugin.put("path", revision.path());
      plugin.put("kind", revision.kind());
      plugin.put("id", revision.id());
      plugin.put("version", revision.version());
      plugin.put("bundle", revision.bundle());
      plugin.put("bundle-version", revision.bundleVersion());
      plugin.put("sha256", revision.sha256());
      plugin.put("signer", revision.signer());
      plugins.add(plugin);
    }
    return plugins;
  }

  /** The sentences to say when a run goes on with other plugins or on another backend. */
  static List<String> differences(
      Map<String, Object> lock,
      List<Revision> expected,
      List<Revision> revisions,
      BackendChoice backend) {
    List<String> sentences = new ArrayList<>();
    String consequence = "; the results may differ from those of an uninterrupted run.";
    Object before = lock.get(BACKEND);
    if (before != null && !before.equals(backend.name())) {
      sentences.add(
          "The run was begun on backend '"
              + before
              + "' and goes on on '"
              + backend.name()
              + "'"
              + consequence);
    }
    for (Revision revision : revisions) {
      for (Revision old : expected) {
        if (old.path().equals(revision.path()) && !old.isSame(revision)) {
          sentences.add(
              "The plugin at "
                  + revision.path()
                  + " is not the one the run was begun with ("
                  + old.describe()
                  + " then, "
                  + revision.describe()
                  + " now)"
                  + consequence);
        }
      }
    }
    return sentences;
  }

  private static String version() {
    Bundle bundle = FrameworkUtil.getBundle(LockFile.class);
    return bundle == null ? "development" : bundle.getVersion().toString();
  }
}
