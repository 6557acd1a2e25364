package org.genlab.lab;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.genlab.runtime.engine.SwapOutcome;
import org.genlab.store.UserError;

/** Where a lab checks submissions and computes runs. */
public interface Runners extends AutoCloseable {
  /**
   * A run to be computed.
   *
   * @param experiment as YAML
   * @param source what the experiment is called in messages
   * @param from where relative paths in it begin
   * @param directory of the run; when it holds a run already, that goes on
   * @param threads that compute, unless the experiment says how many
   */
  record Task(String experiment, String source, Path from, Path directory, int threads) {}

  /** A run that is going on. */
  interface Run {
    /** Asks for a checkpoint and the end at the next step boundary. */
    void stop();

    /**
     * Ends it at once, or gives it up where that is not possible; its last event may be missing.
     */
    void kill();

    /** Changes modules at the next step boundary; completed normally, whatever comes out. */
    CompletableFuture<SwapOutcome> swap(List<String> overrides);

    /** Which plugin the run is in, as a sentence fragment; empty when that cannot be told. */
    Optional<String> whereabouts();
  }

  /**
   * Checks a submission.
   *
   * @throws UserError that says what is wrong with it
   */
  List<Submission.Variant> check(Submission submission);

  /**
   * Begins a run, or goes on with it.
   *
   * @param events takes what happens, see {@link RunEvents}; the last is always {@code ended}
   */
  Run start(Task task, Consumer<ObjectNode> events);

  /** Whether a run that does not come back can be ended. */
  boolean canKill();

  @Override
  void close();
}
