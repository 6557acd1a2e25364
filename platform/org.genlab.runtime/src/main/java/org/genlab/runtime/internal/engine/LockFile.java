package org.genlab.runtime.internal.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.genlab.runtime.engine.RunPlan;
import org.genlab.runtime.plugins.Revision;
import org.genlab.store.StoredRun;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;

/** What {@code lock.json} says: exactly what is run, and on what. */
final class LockFile {
  private static final String PLUGINS = "plugins";
  private static final String BACKEND = "backend";

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
    lock.put("jvm", jvm);
    Map<String, Object> os = new LinkedHashMap<>();
    os.put("name", System.getProperty("os.name"));
    os.put("arch", System.getProperty("os.arch"));
    lock.put("os", os);
    lock.put(PLUGINS, plugins(revisions));
    lock.put(StoredRun.SETTINGS, plan.settings());
    return lock;
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
      Map<String, Object> lock, List<Revision> revisions, BackendChoice backend) {
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
    if (lock.get(PLUGINS) instanceof List<?> recorded) {
      for (Map<String, Object> plugin : plugins(revisions)) {
        Optional<?> old =
            recorded.stream()
                .filter(
                    r -> r instanceof Map<?, ?> map && plugin.get("path").equals(map.get("path")))
                .findFirst();
        if (old.isPresent() && !old.get().equals(plugin)) {
          sentences.add(
              "The plugin at "
                  + plugin.get("path")
                  + " is not the one the run was begun with ("
                  + describe((Map<?, ?>) old.get())
                  + " then, "
                  + describe(plugin)
                  + " now)"
                  + consequence);
        }
      }
    }
    return sentences;
  }

  private static String describe(Map<?, ?> plugin) {
    String sha = String.valueOf(plugin.get("sha256"));
    return plugin.get("id")
        + " "
        + plugin.get("version")
        + " of "
        + plugin.get("bundle")
        + " "
        + plugin.get("bundle-version")
        + (sha.length() > 12 ? " " + sha.substring(0, 12) : "");
  }

  private static String version() {
    Bundle bundle = FrameworkUtil.getBundle(LockFile.class);
    return bundle == null ? "development" : bundle.getVersion().toString();
  }
}
