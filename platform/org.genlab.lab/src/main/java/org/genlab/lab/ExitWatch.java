package org.genlab.lab;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Notices when a plugin ends the process, as long as this is open: says which, and makes the
 * process end as failed, whatever exit code the plugin chose.
 *
 * <p>A shutdown hook finds the thread that is ending the process by its stack. {@code Runtime.halt}
 * and crashes of native code run no hooks; only another process can tell of those.
 */
public final class ExitWatch implements AutoCloseable {
  private final Plugins plugins;
  private final LongSupplier step;
  private final Consumer<String> sentence;
  private final Thread hook = new Thread(this::exiting, "exit watch");

  private ExitWatch(Plugins plugins, LongSupplier step, Consumer<String> sentence) {
    this.plugins = plugins;
    this.step = step;
    this.sentence = sentence;
  }

  /**
   * Begins to watch.
   *
   * @param step that is being made, from 1; 0 when that cannot be said
   * @param sentence takes what is to be said
   */
  public static ExitWatch open(Plugins plugins, LongSupplier step, Consumer<String> sentence) {
    ExitWatch watch = new ExitWatch(plugins, step, sentence);
    Runtime.getRuntime().addShutdownHook(watch.hook);
    return watch;
  }

  private void exiting() {
    Optional<String> reason = reason(plugins, step.getAsLong());
    if (reason.isPresent()) {
      sentence.accept(reason.get());
      Runtime.getRuntime().halt(1);
    }
  }

  /** Which plugin is ending this process; empty when none is. */
  static Optional<String> reason(Plugins plugins, long step) {
    for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
      for (StackTraceElement frame : entry.getValue()) {
        if (frame.getClassName().equals("java.lang.Shutdown")
            || (frame.getClassName().equals("java.lang.Runtime")
                && frame.getMethodName().equals("exit"))) {
          Optional<String> culprit = plugins.culprit(entry.getValue());
          if (culprit.isPresent()) {
            return Optional.of(
                culprit.get()
                    + " called System.exit"
                    + (step > 0 ? " in step " + step : "")
                    + ", which a plugin must not; take another version of the plugin, or tell its"
                    + " author.");
          }
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending.
    }
  }
}
