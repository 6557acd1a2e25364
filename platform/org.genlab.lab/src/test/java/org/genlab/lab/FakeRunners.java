package org.genlab.lab;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.genlab.runtime.config.Overrides;
import org.genlab.runtime.engine.SwapOutcome;
import org.genlab.store.UserError;

/** Runs that do what a test says. */
final class FakeRunners implements Runners {
  final List<FakeRun> runs = new ArrayList<>();
  boolean kills = true;

  final class FakeRun implements Run {
    final Task task;
    final RunEvents events;
    boolean stopped;
    boolean killed;

    private FakeRun(Task task, Consumer<ObjectNode> events) {
      this.task = task;
      this.events = new RunEvents(events);
    }

    String name() {
      return task.directory().getFileName().toString();
    }

    @Override
    public void stop() {
      stopped = true;
    }

    @Override
    public void kill() {
      killed = true;
      if (kills) {
        events.ended(RunEvents.End.FAILED, "killed");
      }
    }

    @Override
    public CompletableFuture<SwapOutcome> swap(List<String> overrides) {
      return CompletableFuture.completedFuture(
          new SwapOutcome(SwapOutcome.Result.SWAPPED, 5, "swapped " + overrides));
    }

    @Override
    public Optional<String> whereabouts() {
      return Optional.of("optimizer 'slow' 1.0.0 of bundle org.example.slow 1.2.3");
    }
  }

  @Override
  public List<Submission.Variant> check(Submission submission) {
    if (submission.text().contains("bad")) {
      throw new UserError(submission.source() + ":1: this is bad");
    }
    return Overrides.parse(submission.overrides()).variants().stream()
        .map(v -> new Submission.Variant("a", v.label(), submission.text(), 0, 100))
        .toList();
  }

  @Override
  public synchronized Run start(Task task, Consumer<ObjectNode> events) {
    FakeRun run = new FakeRun(task, events);
    runs.add(run);
    return run;
  }

  @Override
  public boolean canKill() {
    return kills;
  }

  @Override
  public void close() {
    // There is nothing.
  }
}
