package org.genlab.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.genlab.runtime.engine.SwapOutcome;
import org.genlab.store.RunDirectory;
import org.genlab.store.UserError;

/**
 * Computes each run in a {@linkplain Worker process of its own}, and checks submissions in another.
 * Whatever a plugin does, end the process, use up its memory, never return or crash in native code,
 * only its own run is lost.
 */
public final class ProcessRunners implements Runners {
  private static final long CHECK_SECONDS = 120;
  private static final long ANSWER_SECONDS = 5;
  private static final long EXIT_SECONDS = 10;
  private static final int LAST_LINES = 20;
  private static final JsonMapper JSON = new JsonMapper();

  private final List<String> command;
  private final Path crashes;
  private final Set<Child> workers = ConcurrentHashMap.newKeySet();
  private Child checker;
  private Path checkerDirectory;
  private volatile CompletableFuture<JsonNode> answer;
  private volatile boolean closed;

  /**
   * Prepares for processes.
   *
   * @param command starts a {@link Worker} when it is run
   * @param crashes the directory in which JVMs that crash write why
   */
  public ProcessRunners(List<String> command, Path crashes) {
    this.command = List.copyOf(command);
    this.crashes = crashes;
  }

  /** A process at work. */
  private final class Child {
    private final Process process;
    private final Consumer<JsonNode> answers;
    private final Deque<String> lastLines = new ArrayDeque<>();
    private final Thread reader;

    Child(Path from, Consumer<JsonNode> answers) {
      this.answers = answers;
      if (!Files.isDirectory(from)) {
        throw new UserError(
            "there is no directory "
                + from
                + " any more, from which the experiment was submitted.");
      }
      List<String> line = new ArrayList<>(command);
      line.add(1, "-XX:ErrorFile=" + crashes.resolve("crash-%p.log"));
      try {
        process = new ProcessBuilder(line).directory(from.toFile()).start();
      } catch (IOException e) {
        throw new UserError("cannot start a process: " + e.getMessage() + ".", e);
      }
      workers.add(this);
      reader = daemon("worker " + process.pid(), this::readAnswers);
      daemon("worker " + process.pid() + " messages", this::readMessages);
    }

    private void readAnswers() {
      try (BufferedReader in = reader(process.getInputStream())) {
        for (String line; (line = in.readLine()) != null; ) {
          JsonNode answer = parse(line);
          if (answer == null) {
            note(line);
          } else {
            answers.accept(answer);
          }
        }
      } catch (IOException e) {
        // It has ended.
      }
    }

    /** What native code prints, and what a JVM says before it can say anything else. */
    private void readMessages() {
      try (BufferedReader in = reader(process.getErrorStream())) {
        for (String line; (line = in.readLine()) != null; ) {
          note(line);
        }
      } catch (IOException e) {
        // It has ended.
      }
    }

    private synchronized void note(String line) {
      if (!line.contains("Using incubator modules")) {
        lastLines.addLast(line.length() > 400 ? line.substring(0, 400) : line);
        if (lastLines.size() > LAST_LINES) {
          lastLines.removeFirst();
        }
      }
    }

    synchronized List<String> lastLines() {
      return List.copyOf(lastLines);
    }

    void send(ObjectNode request) {
      try {
        synchronized (process) {
          OutputStream out = process.getOutputStream();
          out.write((request + "\n").getBytes(StandardCharsets.UTF_8));
          out.flush();
        }
      } catch (IOException e) {
        // It has ended; the reader of its answers tells so.
      }
    }

    /** Waits until all it said was heard. */
    int await() {
      try {
        int code = process.waitFor();
        reader.join();
        workers.remove(this);
        return code;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return -1;
      }
    }

    void end() {
      try {
        process.getOutputStream().close();
        if (!process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (IOException e) {
        process.destroyForcibly();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        process.destroyForcibly();
      }
      workers.remove(this);
    }
  }

  private static Thread daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static BufferedReader reader(InputStream in) {
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  private static JsonNode parse(String line) {
    try {
      JsonNode node = line.startsWith("{\"event\":") ? JSON.readTree(line) : null;
      return node != null && node.isObject() ? node : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static ObjectNode request(String what) {
    return JSON.createObjectNode().put("do", what);
  }

  @Override
  public synchronized List<Submission.Variant> check(Submission submission) {
    if (checker == null
        || !checker.process.isAlive()
        || !submission.directory().equals(checkerDirectory)) {
      closeChecker();
      checkerDirectory = submission.directory();
      checker =
          new Child(
              checkerDirectory,
              said -> {
                if (said.path("event").asText().equals("checked")) {
                  answer.complete(said);
                }
              });
      Child mine = checker;
      daemon(
          "checker exit",
          () -> {
            mine.await();
            CompletableFuture<JsonNode> open = answer;
            if (open != null) {
              open.complete(JSON.createObjectNode());
            }
          });
    }
    CompletableFuture<JsonNode> mine = new CompletableFuture<>();
    answer = mine;
    checker.send((ObjectNode) request("check").setAll(submission.toJson()));
    try {
      JsonNode said = mine.get(CHECK_SECONDS, TimeUnit.SECONDS);
      if (said.path("error").isTextual()) {
        throw new UserError(said.path("error").asText());
      }
      if (!said.has("variants")) {
        List<String> lines = checker.lastLines();
        closeChecker();
        throw new UserError(
            submission.source()
                + ": while the experiment was checked, one of its plugins ended the process"
                + (lines.isEmpty() ? "" : " (" + lines.get(lines.size() - 1) + ")")
                + "; take another version of the plugin, or tell its author.");
      }
      List<Submission.Variant> variants = new ArrayList<>();
      said.path("variants").forEach(v -> variants.add(Submission.variant(v)));
      return variants;
    } catch (TimeoutException e) {
      closeChecker();
      throw new UserError(
          submission.source()
              + ": checking the experiment did not end within "
              + CHECK_SECONDS
              + " seconds; one of its plugins does not return.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void closeChecker() {
    if (checker != null) {
      checker.process.destroyForcibly();
      workers.remove(checker);
      checker = null;
    }
  }

  @Override
  public Run start(Task task, Consumer<ObjectNode> events) {
    return new ProcessRun(task, events);
  }

  /** A run in a process. */
  private final class ProcessRun implements Run {
    private final Task task;
    private final Consumer<ObjectNode> events;
    private final Child worker;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicBoolean killed = new AtomicBoolean();
    private final AtomicInteger swaps = new AtomicInteger();
    private final Map<Integer, CompletableFuture<SwapOutcome>> waiting = new ConcurrentHashMap<>();
    private volatile long step;
    private volatile CompletableFuture<String> where = new CompletableFuture<>();

    ProcessRun(Task task, Consumer<ObjectNode> events) {
      this.task = task;
      this.events = events;
      worker = new Child(task.from(), this::said);
      daemon("worker exit " + worker.process.pid(), this::awaitEnd);
      ObjectNode request = request("run");
      request.put("experiment", task.experiment()).put("source", task.source());
      request.put("directory", task.directory().toAbsolutePath().toString());
      worker.send(request.put("threads", task.threads()));
    }

    private void said(JsonNode said) {
      switch (said.path("event").asText()) {
        case "swapped" -> {
          CompletableFuture<SwapOutcome> swap = waiting.remove(said.path("id").asInt());
          if (swap != null) {
            swap.complete(
                new SwapOutcome(
                    SwapOutcome.Result.valueOf(
                        said.path("result").asText().toUpperCase(Locale.ROOT)),
                    said.path("step").asLong(),
                    said.path("line").asText()));
          }
        }
        case "where" -> where.complete(said.path("line").asText());
        case "ended" -> {
          if (ended.compareAndSet(false, true)) {
            events.accept((ObjectNode) said);
            // A plugin may hold up the end of the process.
            daemon("worker end", worker::end);
          }
        }
        case "ready" -> {
          // It starts with what was sent already.
        }
        default -> {
          step = Math.max(step, said.path("step").asLong());
          if (!ended.get()) {
            events.accept((ObjectNode) said);
          }
        }
      }
    }

    private void awaitEnd() {
      int code = worker.await();
      if (ended.compareAndSet(false, true)) {
        String reason = killed.get() ? "it was killed." : reason(code);
        if (!killed.get() && !closed) {
          ExperimentRun.fail(task.directory(), step, reason);
        }
        events.accept(RunEvents.ended(RunEvents.End.FAILED, step, 0, reason));
      }
      for (CompletableFuture<SwapOutcome> swap : waiting.values()) {
        swap.complete(
            new SwapOutcome(
                SwapOutcome.Result.REFUSED, step, "the run has ended, so nothing can be swapped."));
      }
    }

    /** Why a process ended that said nothing. */
    private String reason(int code) {
      StringBuilder reason = new StringBuilder("its process ");
      if (code == 128 + 9) {
        reason.append("was killed, by the system if the machine's memory ran out");
      } else if (code == 128 + 6 || code == 128 + 11 || code == 128 + 7 || code == 128 + 4) {
        reason
            .append("crashed in native code; see ")
            .append(crashes.resolve("crash-" + worker.process.pid() + ".log"));
      } else {
        reason
            .append("ended without a word, with exit code ")
            .append(code)
            .append(", as by Runtime.halt");
      }
      reason.append(" (after step ").append(step).append(")");
      List<String> lines = worker.lastLines();
      if (!lines.isEmpty()) {
        reason.append("; it last said: ").append(lines.get(lines.size() - 1).strip());
      }
      String suspects = suspects(task.directory());
      return reason
          .append(
              suspects.isEmpty() ? "." : "; look at what is not GenLab's own in it: " + suspects)
          .toString();
    }

    @Override
    public void stop() {
      worker.send(request("stop"));
    }

    @Override
    public void kill() {
      killed.set(true);
      worker.process.destroyForcibly();
    }

    @Override
    public CompletableFuture<SwapOutcome> swap(List<String> overrides) {
      int id = swaps.incrementAndGet();
      CompletableFuture<SwapOutcome> outcome = new CompletableFuture<>();
      waiting.put(id, outcome);
      ObjectNode request = request("swap").put("id", id);
      overrides.forEach(request.putArray("overrides")::add);
      worker.send(request);
      if (ended.get() && waiting.remove(id) != null) {
        outcome.complete(
            new SwapOutcome(SwapOutcome.Result.REFUSED, step, "the run has ended already."));
      }
      return outcome;
    }

    @Override
    public Optional<String> whereabouts() {
      CompletableFuture<String> asked = new CompletableFuture<>();
      where = asked;
      worker.send(request("where"));
      try {
        return Optional.of(asked.get(ANSWER_SECONDS, TimeUnit.SECONDS)).filter(w -> !w.isEmpty());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      } catch (ExecutionException | TimeoutException e) {
        return Optional.empty();
      }
    }
  }

  /** The plugins of a run that do not come with GenLab, according to its lock. */
  static String suspects(Path directory) {
    try {
      return RunDirectory.open(directory).lock().get("plugins") instanceof List<?> plugins
          ? plugins.stream()
              .filter(p -> p instanceof Map<?, ?>)
              .map(p -> (Map<?, ?>) p)
              .filter(p -> !String.valueOf(p.get("bundle")).startsWith("org.genlab."))
              .map(
                  p ->
                      String.format(
                          "%s '%s' %s of bundle %s %s",
                          p.get("kind"),
                          p.get("id"),
                          p.get("version"),
                          p.get("bundle"),
                          p.get("bundle-version")))
              .distinct()
              .collect(Collectors.joining(", "))
          : "";
    } catch (UserError e) {
      return "";
    }
  }

  @Override
  public boolean canKill() {
    return true;
  }

  /** Ends all processes, at once. */
  @Override
  public void close() {
    closed = true;
    workers.forEach(w -> w.process.destroyForcibly());
  }
}
