package org.genlab.lab;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.genlab.runtime.engine.RunListener;
import org.genlab.runtime.engine.StopSignal;
import org.genlab.runtime.engine.SwapOutcome;
import org.genlab.store.UserError;

/**
 * Lets other processes of the same user watch, stop and change a run of this process that belongs
 * to no lab. It opens its port when the run starts, that is when the run has its directory for
 * itself.
 */
public final class RunControl implements RunListener, AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final RunListener listener;
  private final StopSignal stop;
  private final Function<List<String>, CompletableFuture<SwapOutcome>> swap;
  private final Supplier<Path> directory;
  private final RunFeed feed = new RunFeed();
  private final RunEvents events = new RunEvents(feed);
  private final CountDownLatch end = new CountDownLatch(1);
  private ControlServer server;
  private volatile RunEvents.End how = RunEvents.End.FAILED;
  private volatile String reason = "";

  /**
   * Prepares.
   *
   * @param directory of the run, asked when it starts
   * @param listener is told what happens, too
   * @param stop ends the run
   * @param swap changes it
   */
  public RunControl(
      Supplier<Path> directory,
      RunListener listener,
      StopSignal stop,
      Function<List<String>, CompletableFuture<SwapOutcome>> swap) {
    this.directory = directory;
    this.listener = listener;
    this.stop = stop;
    this.swap = swap;
  }

  /** The run ended; who waits for that is told when this is closed. */
  public void ended(RunEvents.End outcome, String why) {
    how = outcome;
    reason = why;
  }

  private void handle(ControlServer.Call call) throws IOException {
    List<String> path = call.path();
    if (path.size() != 3 || !path.get(0).equals("runs")) {
      call.notFound();
      return;
    }
    switch (call.method() + " " + path.get(2)) {
      case "GET events" -> {
        try (OutputStream out = call.stream()) {
          ObjectNode first = RunEvents.event("run").put("run", path.get(1));
          first.put("directory", directory.get().toAbsolutePath().toString());
          first.put("total-steps", feed.totalSteps());
          out.write((first + "\n").getBytes(StandardCharsets.UTF_8));
          feed.writeTo(out);
        }
      }
      case "POST stop" -> call.reply(200, stop(path.get(1)));
      case "POST swap" -> {
        List<String> overrides = new ArrayList<>();
        call.body().path("overrides").forEach(o -> overrides.add(o.asText()));
        call.reply(200, answer(swap.apply(overrides)));
      }
      default -> call.notFound();
    }
  }

  private ObjectNode stop(String run) {
    stop.request();
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError("interrupted", e);
    }
    String sentence =
        switch (how) {
          case FINISHED -> run + " had just finished, after step " + events.step() + ".";
          case FAILED -> run + " failed before it could be stopped: " + reason;
          case STOPPED ->
              run
                  + " was stopped at step "
                  + events.step()
                  + "; go on with: genlab resume "
                  + directory.get();
        };
    return JSON.createObjectNode()
        .put("run", run)
        .put("state", how.name().toLowerCase(Locale.ROOT))
        .put("step", events.step())
        .put("sentence", sentence);
  }

  /** What came out of a swap, once it has. */
  static ObjectNode answer(CompletableFuture<SwapOutcome> swap) {
    try {
      SwapOutcome outcome = swap.get();
      return JSON.createObjectNode()
          .put("result", outcome.result().name().toLowerCase(Locale.ROOT))
          .put("step", outcome.step())
          .put("sentence", outcome.sentence());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void started(long step, long totalSteps) {
    events.started(step, totalSteps);
    listener.started(step, totalSteps);
    try {
      server = ControlServer.open(directory.get().resolve(Endpoint.OF_RUN), this::handle);
    } catch (UserError e) {
      listener.logged("the run cannot be reached by other processes: " + e.getMessage());
    }
  }

  @Override
  public void stepped(long steps, long totalSteps, float loss) {
    events.stepped(steps, totalSteps, loss);
    listener.stepped(steps, totalSteps, loss);
  }

  @Override
  public void evaluated(long step, Map<String, Double> values) {
    events.evaluated(step, values);
    listener.evaluated(step, values);
  }

  @Override
  public void checkpointed(long step) {
    events.checkpointed(step);
    listener.checkpointed(step);
  }

  @Override
  public void logged(String line) {
    events.logged(line);
    listener.logged(line);
  }

  @Override
  public void close() {
    events.ended(how, reason);
    end.countDown();
    if (server != null) {
      server.close();
    }
  }
}
