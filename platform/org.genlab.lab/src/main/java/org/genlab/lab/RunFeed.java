package org.genlab.lab;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The events of one run, for any number of watchers, who may come late: they are first told how the
 * run stands. A watcher that does not keep up misses steps; one that reads nothing is dropped.
 */
final class RunFeed implements Consumer<ObjectNode> {
  private static final int LINES = 100;
  private static final int BEHIND = 10_000;
  private static final long SILENCE_SECONDS = 10;

  /** Stands for the end in the queue of a watcher. */
  private static final ObjectNode END = RunEvents.event("");

  private final Deque<ObjectNode> lines = new ArrayDeque<>();
  private final List<BlockingQueue<ObjectNode>> watchers = new ArrayList<>();
  private ObjectNode started;
  private ObjectNode stepped;
  private ObjectNode evaluated;
  private ObjectNode ended;

  @Override
  public synchronized void accept(ObjectNode event) {
    boolean last = false;
    switch (event.path("event").asText()) {
      case "started" -> started = event;
      case "stepped" -> stepped = event;
      case "evaluated" -> evaluated = event;
      case "ended" -> {
        ended = event;
        last = true;
      }
      case "logged" -> {
        lines.addLast(event);
        if (lines.size() > LINES) {
          lines.removeFirst();
        }
      }
      default -> {
        // Not worth telling those who come late.
      }
    }
    boolean step = event.path("event").asText().equals("stepped");
    watchers.removeIf(w -> w.size() > BEHIND);
    for (BlockingQueue<ObjectNode> watcher : watchers) {
      if (!step || watcher.size() < LINES) {
        watcher.add(event);
      }
      if (last) {
        watcher.add(END);
      }
    }
  }

  /** The step of the latest event that names one. */
  synchronized long step() {
    long step = 0;
    for (ObjectNode event : new ObjectNode[] {started, stepped, ended}) {
      step = event == null ? step : Math.max(step, event.path("step").asLong());
    }
    return step;
  }

  synchronized long totalSteps() {
    ObjectNode event = stepped == null ? started : stepped;
    return event == null ? 0 : event.path("total-steps").asLong();
  }

  /** The latest measurements. */
  synchronized Optional<ObjectNode> evaluated() {
    return Optional.ofNullable(evaluated);
  }

  private synchronized BlockingQueue<ObjectNode> join() {
    BlockingQueue<ObjectNode> queue = new LinkedBlockingQueue<>();
    // From the step at which the run started the speed would come out too high.
    if (started != null) {
      ObjectNode from = started.deepCopy();
      queue.add(stepped == null ? from : from.put("step", stepped.path("step").asLong()));
    }
    queue.addAll(lines);
    if (evaluated != null) {
      queue.add(evaluated);
    }
    if (ended != null) {
      queue.add(ended);
      queue.add(END);
    } else {
      watchers.add(queue);
    }
    return queue;
  }

  private synchronized void leave(BlockingQueue<ObjectNode> queue) {
    watchers.remove(queue);
  }

  /** Writes the events to a stream, until the run has ended or nobody reads any more. */
  void writeTo(OutputStream out) throws IOException {
    BlockingQueue<ObjectNode> queue = join();
    try {
      while (true) {
        ObjectNode event = queue.poll(SILENCE_SECONDS, TimeUnit.SECONDS);
        if (END.equals(event)) {
          return;
        }
        // An empty line shows whether anybody is still there.
        out.write(((event == null ? "" : event) + "\n").getBytes(StandardCharsets.UTF_8));
        if (queue.isEmpty()) {
          out.flush();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      leave(queue);
    }
  }
}
