package org.genlab.lab;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.genlab.runtime.engine.SwapOutcome;

/**
 * Computes each run on a thread of this process. Runs start at once and share memory; but a plugin
 * that ends the process, or uses up its memory, does so to all of them, and one that never returns
 * can only be given up.
 */
public final class ThreadRunners implements Runners {
  private final Plugins plugins;

  public ThreadRunners(Plugins plugins) {
    this.plugins = plugins;
  }

  @Override
  public List<Submission.Variant> check(Submission submission) {
    plugins.refresh();
    return submission.check(plugins.wiring());
  }

  @Override
  public Run start(Task task, Consumer<ObjectNode> events) {
    AtomicBoolean givenUp = new AtomicBoolean();
    ExperimentRun run =
        new ExperimentRun(
            plugins,
            task,
            event -> {
              if (!givenUp.get()) {
                events.accept(event);
              }
            });
    plugins.refresh();
    Thread thread = new Thread(run::run, "run " + task.directory().getFileName());
    thread.setDaemon(true);
    thread.start();
    return new Run() {
      @Override
      public void stop() {
        run.stop();
      }

      @Override
      public void kill() {
        givenUp.set(true);
        run.stop();
      }

      @Override
      public CompletableFuture<SwapOutcome> swap(List<String> overrides) {
        return run.swap(overrides);
      }

      @Override
      public Optional<String> whereabouts() {
        return plugins.culprit(thread.getStackTrace());
      }
    };
  }

  @Override
  public boolean canKill() {
    return false;
  }

  @Override
  public void close() {
    // Threads end with their runs.
  }
}
