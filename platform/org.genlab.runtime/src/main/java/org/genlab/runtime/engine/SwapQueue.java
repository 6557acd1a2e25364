package org.genlab.runtime.engine;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * Requests to change the modules of a run while it runs. The run takes them at its next step
 * boundary, one after the other, in the order in which they were made. Thread-safe.
 */
public final class SwapQueue {
  private final Queue<Request> waiting = new ArrayDeque<>();
  private String closed;

  /**
   * A request that was not answered yet.
   *
   * @param overrides see {@link org.genlab.runtime.config.Overrides}
   * @param outcome to be completed by the run
   */
  public record Request(List<String> overrides, CompletableFuture<SwapOutcome> outcome) {
    public Request {
      overrides = List.copyOf(overrides);
    }
  }

  /**
   * Asks the run to change at its next step boundary.
   *
   * @param overrides as on a command line: {@code optimizer=sam@[2,3)}, {@code optimizer.rho=0.1},
   *     {@code ~regularizers.dropout}; no sweeps
   * @return completed when the new modules have made their first step, or when it is clear that
   *     they will not; never exceptionally
   */
  public CompletableFuture<SwapOutcome> request(List<String> overrides) {
    Request request = new Request(overrides, new CompletableFuture<>());
    synchronized (waiting) {
      if (closed == null) {
        waiting.add(request);
        return request.outcome();
      }
    }
    request.outcome().complete(new SwapOutcome(SwapOutcome.Result.REFUSED, 0, closed));
    return request.outcome();
  }

  /** The request that has waited longest; no longer waiting. Called by the engine. */
  public Optional<Request> next() {
    synchronized (waiting) {
      return Optional.ofNullable(waiting.poll());
    }
  }

  /**
   * Refuses all requests that wait, and all that will come. Called by the engine when the run has
   * ended.
   */
  public void close(long step, String sentence) {
    List<Request> refused;
    synchronized (waiting) {
      closed = sentence;
      refused = List.copyOf(waiting);
      waiting.clear();
    }
    refused.forEach(
        r -> r.outcome().complete(new SwapOutcome(SwapOutcome.Result.REFUSED, step, sentence)));
  }
}
