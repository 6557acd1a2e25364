package org.genlab.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.genlab.runtime.engine.RunEngine;
import org.genlab.runtime.engine.SwapOutcome;
import org.genlab.runtime.plugins.PluginException;
import org.genlab.runtime.plugins.Wiring;
import org.genlab.store.RunDirectory;
import org.genlab.store.UserError;

/**
 * A process that works for a lab: checks submissions, or computes one run. It takes JSON objects,
 * one a line, from its standard input and answers on its standard output. When the input ends,
 * because the lab is gone, the run is stopped with a checkpoint.
 *
 * <p>What a plugin does to this process it does to no other: {@code System.exit} is noticed by a
 * shutdown hook, which names the plugin; what is printed goes to a file of limited size.
 */
public final class Worker {
  /** How long a run may take to reach its next step boundary when the lab is gone. */
  private static final long ORPHAN_MILLIS = 60_000;

  private static final JsonMapper JSON = new JsonMapper();

  private final Plugins plugins;
  private final PrintStream out;
  private final LimitedOutput printed = new LimitedOutput();
  private volatile ExperimentRun run;
  private volatile Thread runThread;
  private volatile Path directory;
  private volatile boolean ended;

  private Worker(Plugins plugins, PrintStream out) {
    this.plugins = new Printing(plugins, printed);
    this.out = out;
  }

  /**
   * Works until the input ends or the run does.
   *
   * @param in takes requests
   * @param out for answers; nothing else must write to it
   */
  public static void work(Plugins plugins, InputStream in, PrintStream out) {
    new Worker(plugins, out).work(in);
  }

  private void work(InputStream in) {
    PrintStream limited = new PrintStream(printed, true, StandardCharsets.UTF_8);
    System.setOut(limited);
    System.setErr(limited);
    Runtime.getRuntime().addShutdownHook(new Thread(this::exiting, "worker exit"));
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((t, e) -> died(t, e, before));
    send(RunEvents.event("ready"));
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line; !ended && (line = reader.readLine()) != null; ) {
        handle(JSON.readTree(line));
      }
    } catch (IOException e) {
      // The lab is gone.
    }
    if (run != null && !ended) {
      run.stop();
      try {
        runThread.join(ORPHAN_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      // Nobody is left who could end a run that does not come back.
      Runtime.getRuntime().halt(ended ? 0 : 1);
    }
  }

  private void send(ObjectNode event) {
    synchronized (out) {
      out.println(event);
      out.flush();
    }
  }

  private void handle(JsonNode request) {
    switch (request.path("do").asText()) {
      case "check" -> check(Submission.of(request));
      case "run" -> begin(request);
      case "stop" -> run.stop();
      case "swap" -> swap(request);
      case "where" ->
          send(
              RunEvents.event("where")
                  .put("line", plugins.culprit(runThread.getStackTrace()).orElse("")));
      default -> throw new IllegalArgumentException(request.toString());
    }
  }

  private void check(Submission submission) {
    ObjectNode answer = RunEvents.event("checked");
    try {
      plugins.refresh();
      ArrayNode variants = answer.putArray("variants");
      submission.check(plugins.wiring()).forEach(v -> variants.add(Submission.json(v)));
    } catch (UserError | PluginException e) {
      answer.put("error", e.getMessage());
    } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError e) {
      Optional<String> culprit = plugins.culprit(e.getStackTrace());
      answer.put("error", culprit.map(c -> c + " failed: ").orElse("internal error: ") + e);
    }
    send(answer);
  }

  private void begin(JsonNode request) {
    directory = Path.of(request.path("directory").asText());
    run =
        new ExperimentRun(
            plugins,
            new Runners.Task(
                request.path("experiment").asText(),
                request.path("source").asText(),
                Path.of(""),
                directory,
                request.path("threads").asInt()),
            event -> {
              boolean last = event.path("event").asText().equals("ended");
              if (last) {
                logLeftThreads();
              }
              ended |= last;
              send(event);
              if (ended) {
                // The main thread may be waiting for a request that never comes.
                System.exit(0);
              }
            });
    plugins.refresh();
    runThread = new Thread(run::run, "run");
    runThread.start();
  }

  private void swap(JsonNode request) {
    List<String> overrides = new ArrayList<>();
    request.path("overrides").forEach(o -> overrides.add(o.asText()));
    int id = request.path("id").asInt();
    CompletableFuture<SwapOutcome> swap = run.swap(overrides);
    CompletableFuture<Void> answered =
        swap.thenAccept(
            outcome ->
                send(
                    RunEvents.event("swapped")
                        .put("id", id)
                        .put("result", outcome.result().name().toLowerCase(Locale.ROOT))
                        .put("step", outcome.step())
                        .put("line", outcome.sentence())));
    if (answered.isCompletedExceptionally()) {
      throw new IllegalStateException("a swap was not answered");
    }
  }

  /** The process ends; if a run is going on, somebody else wanted that. */
  private void exiting() {
    if (run == null || ended) {
      return;
    }
    long step = run.step() + 1;
    String reason =
        ExitWatch.reason(plugins, step).orElse("the process was ended in step " + step + ".");
    ended = true;
    ExperimentRun.fail(directory, run.step(), reason);
    send(RunEvents.ended(RunEvents.End.FAILED, run.step(), 0, reason));
    Runtime.getRuntime().halt(1);
  }

  private void died(Thread thread, Throwable problem, Thread.UncaughtExceptionHandler before) {
    Optional<String> culprit = plugins.culprit(problem.getStackTrace());
    if (culprit.isPresent()) {
      log(culprit.get() + " lost its thread '" + thread.getName() + "': " + problem);
    } else if (before != null) {
      before.uncaughtException(thread, problem);
    }
  }

  /** Tells whoever watches, and the log of the run. */
  private void log(String line) {
    send(RunEvents.event("logged").put("line", line));
    Path run = directory;
    if (run != null && Files.isRegularFile(run.resolve(RunDirectory.EXPERIMENT))) {
      RunDirectory.open(run).log(line);
    }
  }

  /** Names the threads that plugins have left behind. */
  private void logLeftThreads() {
    Thread.getAllStackTraces()
        .forEach(
            (thread, stack) -> {
              if (thread != runThread && thread.isAlive()) {
                plugins
                    .culprit(stack)
                    .ifPresent(
                        culprit ->
                            log(
                                culprit
                                    + " left the thread '"
                                    + thread.getName()
                                    + "' running; it ends with the process of the run."));
              }
            });
  }

  /** Tells where what is printed goes, once there is a place. */
  private record Printing(Plugins plugins, LimitedOutput printed) implements Plugins {
    @Override
    public Wiring wiring() {
      return plugins.wiring();
    }

    @Override
    public RunEngine engine() {
      return plugins.engine();
    }

    @Override
    public void refresh() {
      plugins.refresh();
    }

    @Override
    public Optional<String> culprit(StackTraceElement[] stack) {
      return plugins.culprit(stack);
    }

    @Override
    public void began(Path directory) {
      printed.openIn(directory);
      plugins.began(directory);
    }

    @Override
    public void finished(Path directory) {
      plugins.finished(directory);
    }
  }
}
