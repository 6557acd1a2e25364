package org.genlab.runtime.internal.engine;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.genlab.api.SettingException;
import org.genlab.runtime.plugins.PluginException;
import org.genlab.runtime.plugins.Revision;
import org.genlab.store.UserError;

/** Calls plugins, and says which one it was when a call fails. */
final class Guard {
  private final List<Revision> revisions;
  private final Progress progress;
  private final BiFunction<String, SettingException, UserError> explanation;

  Guard(
      List<Revision> revisions,
      Progress progress,
      BiFunction<String, SettingException, UserError> explanation) {
    this.explanation = explanation;
    this.revisions = List.copyOf(revisions);
    this.progress = progress;
  }

  /**
   * Calls the plugin at a path.
   *
   * @throws UserError as the plugin throws it, or when memory runs out
   * @throws PluginException naming the plugin, when it fails in any other way
   */
  <T> T call(String path, Supplier<T> call) {
    try {
      return call.get();
    } catch (UserError | PluginException | Divergence e) {
      throw e;
    } catch (SettingException e) {
      throw explanation.apply(path, e);
    } catch (OutOfMemoryError e) {
      throw new UserError(
          describe(path)
              + " ran out of memory at step "
              + progress.step()
              + "; take smaller batches or a smaller network, or give the JVM more (-Xmx).",
          e);
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      String what = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new PluginException(
          describe(path) + " failed at step " + progress.step() + ": " + what, e);
    }
  }

  void run(String path, Runnable call) {
    call(
        path,
        () -> {
          call.run();
          return null;
        });
  }

  private String describe(String path) {
    return revisions.stream()
        .filter(r -> r.path().equals(path))
        .findFirst()
        .map(
            r ->
                r.kind()
                    + " '"
                    + r.id()
                    + "' "
                    + r.version()
                    + " ("
                    + path
                    + "; bundle "
                    + r.bundle()
                    + " "
                    + r.bundleVersion()
                    + ")")
        .orElse("the plugin at '" + path + "'");
  }
}
