package org.genlab.lab;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.genlab.store.AtomicFiles;
import org.genlab.store.UserError;

/**
 * A running lab: takes submissions, queues their runs, computes some at a time, and tells how they
 * stand. It belongs to a directory of runs; all that it must not forget lies in {@code .lab} there,
 * so that nothing is lost when it is killed: what was queued is queued, what was running goes on
 * from its last checkpoint.
 */
public final class LabServer implements AutoCloseable {
  /** The directory of a lab in its directory of runs. */
  public static final String DIRECTORY = ".lab";

  /** See {@link Endpoint}. */
  public static final String ENDPOINT = "endpoint.json";

  /** What happened, with times. */
  public static final String LOG = "lab.log";

  private static final String LOCK = "lock";
  private static final String JOURNAL = "queue.jsonl";
  private static final int NOTICES = 20;
  private static final long LOOK_MILLIS = 5_000;

  /** Silence that whoever looks at the queue is told of. */
  private static final Duration NOTEWORTHY = Duration.ofSeconds(20);

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * How a lab works.
   *
   * @param runs its directory of runs
   * @param parallel how many runs are computed at once
   * @param threads of each run, unless its experiment says how many
   * @param silence after which a run that shows no sign of life is ended; zero for never
   */
  public record Options(Path runs, int parallel, int threads, Duration silence) {}

  private final Options options;
  private final Path home;
  private final Runners runners;
  private final Consumer<String> console;
  private final FileChannel lock;
  private final JobJournal journal;
  private final Map<Long, Active> active = new LinkedHashMap<>();
  private final Map<Long, RunFeed> feeds = new HashMap<>();
  private final Deque<String> notices = new ArrayDeque<>();
  private final Deque<Job> queue = new ArrayDeque<>();
  private ControlServer control;
  private boolean closing;
  private boolean closed;

  /** A run that is going on. */
  private static final class Active {
    final RunFeed feed;
    final CompletableFuture<Job> end = new CompletableFuture<>();
    Runners.Run run;
    boolean stopping;
    boolean killed;
    String silence = "";
    String reasonToKill = "";
    volatile long lastSign = System.nanoTime();

    Active(RunFeed feed) {
      this.feed = feed;
    }
  }

  private LabServer(
      Options options,
      Path home,
      Runners runners,
      Consumer<String> console,
      FileChannel lock,
      JobJournal journal) {
    this.options = options;
    this.home = home;
    this.runners = runners;
    this.console = console;
    this.lock = lock;
    this.journal = journal;
  }

  /**
   * Opens a lab, and goes on with what an earlier one left.
   *
   * @param runners check and compute; closed with the lab
   * @param console takes a line for whatever happens
   * @throws UserError when another lab has the directory, or it cannot be written
   */
  public static LabServer open(Options options, Runners runners, Consumer<String> console) {
    Path home = home(options.runs());
    FileChannel lock = lock(home, options.runs());
    LabServer lab = null;
    try {
      lab =
          new LabServer(
              options, home, runners, console, lock, JobJournal.open(home.resolve(JOURNAL)));
      lab.begin();
      return lab;
    } finally {
      if (lab == null || lab.control == null) {
        closeQuietly(lock);
      }
    }
  }

  /** The lab's own directory, made when there is none. */
  public static Path home(Path runs) {
    Path home = runs.toAbsolutePath().resolve(DIRECTORY);
    try {
      Files.createDirectories(home);
      if (home.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
      }
      return home;
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(home, e);
    }
  }

  private static FileChannel lock(Path home, Path runs) {
    Path file = home.resolve(LOCK);
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        if (channel.tryLock() != null) {
          return channel;
        }
      } catch (OverlappingFileLockException e) {
        // Another lab of this process has it.
      }
      channel.close();
      throw new UserError(
          "another lab serves "
              + runs
              + " already; submit runs to it with 'genlab submit', or choose another directory with"
              + " --runs-dir.");
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(file, e);
    }
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock ends with the process at the latest.
    }
  }

  private void begin() {
    control = ControlServer.open(home.resolve(ENDPOINT), this::handle);
    synchronized (this) {
      List<Job> jobs = journal.jobs();
      jobs.stream().filter(j -> j.state() == Job.State.RUNNING).forEach(queue::add);
      if (!queue.isEmpty()) {
        say("Goes on with " + queue.size() + " that were running when the lab ended.");
      }
      jobs.stream().filter(j -> j.state() == Job.State.QUEUED).forEach(queue::add);
      schedule();
    }
    Thread watch = new Thread(this::watchSilence, "silence");
    watch.setDaemon(true);
    watch.start();
  }

  /** Writes a line to the log and the console. */
  private void say(String line) {
    console.accept(line);
    try {
      Files.writeString(
          home.resolve(LOG),
          TIME.format(LocalDateTime.now(ZoneId.systemDefault())) + " " + line + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      // The console has it.
    }
  }

  /** Tells what happened to plugins: in the log, on the console and in what is listed. */
  public synchronized void notice(String line) {
    notices.addLast(line);
    if (notices.size() > NOTICES) {
      notices.removeFirst();
    }
    say(line);
  }

  // ---- queue
  // -------------------------------------------------------------------------------------

  private void schedule() {
    while (!closing && active.size() < options.parallel() && !queue.isEmpty()) {
      start(queue.removeFirst());
    }
  }

  private void start(Job job) {
    Active entry = new Active(feeds.computeIfAbsent(job.number(), n -> new RunFeed()));
    active.put(job.number(), entry);
    note(job.in(Job.State.RUNNING, job.step(), ""));
    say(job.run() + (job.step() > 0 ? " goes on." : " starts."));
    try {
      entry.run =
          runners.start(
              new Runners.Task(
                  job.variant().experiment(),
                  job.source(),
                  job.directory(),
                  directory(job),
                  options.threads()),
              event -> happened(job, entry, event));
    } catch (UserError e) {
      over(job, entry, RunEvents.ended(RunEvents.End.FAILED, job.step(), 0, e.getMessage()));
    }
  }

  private Path directory(Job job) {
    return options.runs().toAbsolutePath().resolve(job.run());
  }

  private void happened(Job job, Active entry, ObjectNode event) {
    entry.lastSign = System.nanoTime();
    if (event.path("event").asText().equals("ended")) {
      synchronized (this) {
        over(job, entry, event);
      }
    } else {
      entry.feed.accept(event);
    }
  }

  private void over(Job job, Active entry, ObjectNode event) {
    if (closed || active.remove(job.number()) == null) {
      return;
    }
    feeds.remove(job.number());
    RunEvents.End how = RunEvents.how(event);
    long step = Math.max(event.path("step").asLong(), entry.feed.step());
    String reason = event.path("reason").asText("");
    if (entry.killed) {
      how = entry.reasonToKill.isEmpty() ? RunEvents.End.STOPPED : RunEvents.End.FAILED;
      reason = entry.reasonToKill;
      event = RunEvents.ended(how, step, entry.feed.totalSteps(), reason);
    }
    Job now;
    if (how == RunEvents.End.STOPPED && closing && !entry.stopping) {
      // Not what anybody asked for this run: the next lab goes on with it.
      now = job.in(Job.State.RUNNING, step, "");
      say(job.run() + " is stopped at step " + step + "; the next lab goes on with it.");
    } else {
      now =
          job.in(
              switch (how) {
                case FINISHED -> Job.State.FINISHED;
                case STOPPED -> Job.State.STOPPED;
                case FAILED -> Job.State.FAILED;
              },
              step,
              reason);
      say(
          job.run()
              + switch (how) {
                case FINISHED -> " finished after step " + step + ".";
                case STOPPED -> " was stopped at step " + step + ".";
                case FAILED -> " failed: " + reason;
              });
    }
    note(now);
    entry.feed.accept(event);
    entry.end.complete(now);
    notifyAll();
    schedule();
  }

  /** A queue that cannot be written must not stop the runs. */
  private void note(Job job) {
    try {
      journal.change(job);
    } catch (UserError e) {
      say(e.getMessage());
    }
  }

  private void watchSilence() {
    while (true) {
      List<Map.Entry<Long, Active>> entries;
      synchronized (this) {
        if (closing) {
          return;
        }
        entries = List.copyOf(active.entrySet());
      }
      for (Map.Entry<Long, Active> entry : entries) {
        watch(entry.getKey(), entry.getValue());
      }
      try {
        long tenth = options.silence().toMillis() / 10;
        Thread.sleep(tenth == 0 ? LOOK_MILLIS : Math.min(LOOK_MILLIS, Math.max(10, tenth)));
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void watch(long number, Active entry) {
    Duration silent = Duration.ofNanos(System.nanoTime() - entry.lastSign);
    boolean tooLong = !options.silence().isZero() && silent.compareTo(options.silence()) >= 0;
    if (entry.run == null || (silent.compareTo(NOTEWORTHY) < 0 && !tooLong)) {
      entry.silence = "";
      return;
    }
    String where = entry.run.whereabouts().map(w -> " in " + w).orElse("");
    entry.silence = "no sign of life for " + silent.toSeconds() + " s" + where;
    if (tooLong) {
      giveUp(
          number,
          entry,
          "no sign of life for "
              + silent.toSeconds()
              + " s"
              + where
              + ", in step "
              + (entry.feed.step() + 1)
              + "; "
              + (runners.canKill()
                  ? "its process was ended."
                  : "its thread cannot be ended and was given up, so it may go on using a"
                      + " processor until the lab ends.")
              + " If it only needs longer, serve with a larger --silence.");
    }
  }

  /** Ends a run that does not end by itself; without a reason because somebody asked for that. */
  private void giveUp(long number, Active entry, String reason) {
    Job job = find(Long.toString(number));
    synchronized (this) {
      entry.killed = true;
      entry.reasonToKill = reason;
      entry.run.kill();
      if (!reason.isEmpty()) {
        ExperimentRun.fail(directory(job), entry.feed.step(), reason);
      }
      if (!runners.canKill()) {
        over(job, entry, RunEvents.ended(RunEvents.End.FAILED, entry.feed.step(), 0, reason));
      }
    }
  }

  // ---- requests
  // ----------------------------------------------------------------------------------

  private void handle(ControlServer.Call call) throws IOException {
    List<String> path = call.path();
    String what = call.method() + " " + path.get(0) + (path.size() == 3 ? " " + path.get(2) : "");
    if (path.size() == 1 && what.equals("GET state")) {
      call.reply(200, state());
    } else if (path.size() == 1 && what.equals("POST runs")) {
      call.reply(200, submit(Submission.of(call.body())));
    } else if (path.size() == 3 && path.get(0).equals("runs")) {
      Job job = find(path.get(1));
      switch (what) {
        case "GET runs events" -> events(job, call);
        case "POST runs stop" -> call.reply(200, stop(job, call.body().path("now").asBoolean()));
        case "POST runs swap" -> {
          List<String> overrides = new ArrayList<>();
          call.body().path("overrides").forEach(o -> overrides.add(o.asText()));
          call.reply(200, swap(job, overrides));
        }
        default -> call.notFound();
      }
    } else {
      call.notFound();
    }
  }

  private synchronized Job find(String name) {
    List<Job> jobs = journal.jobs();
    return jobs.stream()
        .filter(j -> j.isCalled(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    "the lab knows no run '" + name + "'; 'genlab queue' lists those it has."));
  }

  private synchronized ObjectNode state() {
    ObjectNode state = JSON.createObjectNode();
    state.put("pid", ProcessHandle.current().pid());
    state.put("runs-directory", options.runs().toAbsolutePath().toString());
    state.put("parallel", options.parallel());
    ArrayNode jobs = state.putArray("jobs");
    for (Job job : journal.jobs()) {
      ObjectNode node = jobs.addObject();
      node.put("number", job.number()).put("run", job.run()).put("label", job.variant().label());
      node.put("state", job.state().text());
      Active entry = active.get(job.number());
      long total = job.variant().totalSteps();
      node.put("step", entry == null ? job.step() : Math.max(job.step(), entry.feed.step()));
      node.put(
          "total-steps",
          entry != null && entry.feed.totalSteps() > 0 ? entry.feed.totalSteps() : total);
      String message = entry == null ? job.message() : entry.silence;
      if (entry != null && entry.stopping) {
        node.put("state", "stopping");
      }
      if (!message.isEmpty()) {
        node.put("message", message);
      }
      if (entry != null) {
        entry.feed.evaluated().ifPresent(e -> node.set("values", e.get("values")));
      }
    }
    notices.forEach(state.putArray("plugins")::add);
    return state;
  }

  private ObjectNode submit(Submission submission) {
    // Outside the lock: loading plugins may take long, and a broken one may not return.
    List<Submission.Variant> variants = runners.check(submission);
    synchronized (this) {
      if (closing) {
        throw new UserError("the lab is about to end; start it again with 'genlab serve'.");
      }
      List<Job> jobs = new ArrayList<>();
      Set<String> names = new HashSet<>();
      journal.jobs().forEach(j -> names.add(j.run()));
      String stamp = STAMP.format(LocalDateTime.now(ZoneId.systemDefault()));
      Map<String, Integer> next = new TreeMap<>();
      for (Submission.Variant variant : variants) {
        String base = variant.name().replaceAll("[^A-Za-z0-9._-]+", "-") + "-" + stamp;
        base = base.startsWith(".") || base.startsWith("-") ? "run" + base : base;
        String run = base;
        for (int n = next.getOrDefault(base, 2); !names.add(run) || exists(run); n++) {
          run = base + "-" + n;
          next.put(base, n + 1);
        }
        jobs.add(
            new Job(
                journal.nextNumber() + jobs.size(),
                run,
                variant,
                submission.source(),
                submission.directory(),
                Job.State.QUEUED,
                0,
                ""));
      }
      journal.add(jobs);
      queue.addAll(jobs);
      ObjectNode answer = JSON.createObjectNode();
      ArrayNode list = answer.putArray("jobs");
      for (Job job : jobs) {
        list.addObject()
            .put("number", job.number())
            .put("run", job.run())
            .put("label", job.variant().label());
      }
      answer.put("ahead", queue.size() - jobs.size() + active.size());
      say(
          submission.source()
              + " was submitted: "
              + (jobs.size() == 1 ? jobs.get(0).run() : jobs.size() + " runs")
              + ".");
      schedule();
      return answer;
    }
  }

  private boolean exists(String run) {
    return Files.exists(options.runs().resolve(run));
  }

  private void events(Job job, ControlServer.Call call) throws IOException {
    RunFeed feed = null;
    Job now;
    ObjectNode first = RunEvents.event("run");
    synchronized (this) {
      now = find(job.run());
      if (!now.state().isOver()) {
        feed = feeds.computeIfAbsent(job.number(), n -> new RunFeed());
        if (!active.containsKey(job.number())) {
          long before = queue.stream().takeWhile(j -> j.number() != job.number()).count();
          first.put("ahead", before + active.size());
        }
      }
    }
    first.put("run", job.run()).put("seed", job.variant().seed());
    first.put("total-steps", job.variant().totalSteps());
    first.put("directory", directory(job).toString());
    try (OutputStream out = call.stream()) {
      out.write((first + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
      if (feed == null) {
        feed = new RunFeed();
        feed.accept(ended(now));
      }
      feed.writeTo(out);
    }
  }

  /** The last event of a job that is over. */
  private static ObjectNode ended(Job job) {
    RunEvents.End how =
        switch (job.state()) {
          case FINISHED -> RunEvents.End.FINISHED;
          case FAILED -> RunEvents.End.FAILED;
          default -> RunEvents.End.STOPPED;
        };
    return RunEvents.ended(
        how,
        job.step(),
        job.variant().totalSteps(),
        job.state() == Job.State.CANCELLED ? "it was taken out of the queue." : job.message());
  }

  private ObjectNode stop(Job job, boolean now) {
    Active entry;
    synchronized (this) {
      if (queue.removeIf(j -> j.number() == job.number())) {
        boolean began = job.state() == Job.State.RUNNING;
        Job next = job.in(began ? Job.State.STOPPED : Job.State.CANCELLED, job.step(), "");
        note(next);
        say(job.run() + " was taken out of the queue.");
        RunFeed feed = feeds.remove(job.number());
        if (feed != null) {
          feed.accept(ended(next));
        }
        notifyAll();
        return answer(next, job.run() + " was taken out of the queue.");
      }
      entry = active.get(job.number());
      if (entry == null) {
        throw new UserError(
            job.run() + " is not running: it is " + find(job.run()).state().text() + ".");
      }
      entry.stopping = true;
      if (!now) {
        entry.run.stop();
      }
    }
    if (now) {
      giveUp(job.number(), entry, "");
    }
    try {
      Job end = entry.end.get();
      return answer(
          end,
          switch (end.state()) {
            case FINISHED -> job.run() + " had just finished, after step " + end.step() + ".";
            case FAILED -> job.run() + " failed before it could be stopped: " + end.message();
            default ->
                job.run()
                    + (now
                        ? " was ended at once, in step " + (end.step() + 1)
                        : " was stopped at step " + end.step())
                    + "; go on with: genlab resume "
                    + directory(job);
          });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ObjectNode answer(Job job, String sentence) {
    return JSON.createObjectNode()
        .put("run", job.run())
        .put("state", job.state().text())
        .put("step", job.step())
        .put("sentence", sentence);
  }

  private ObjectNode swap(Job job, List<String> overrides) {
    Runners.Run run;
    synchronized (this) {
      Active entry = active.get(job.number());
      run = entry == null ? null : entry.run;
      if (run == null) {
        throw new UserError(
            job.run()
                + " is "
                + find(job.run()).state().text()
                + "; only in a running run can modules be swapped.");
      }
    }
    return RunControl.answer(run.swap(overrides));
  }

  // ---- end
  // ---------------------------------------------------------------------------------------

  /** How many runs are going on. */
  public synchronized int running() {
    return active.size();
  }

  /** Waits until nothing runs and nothing is queued, or the lab is closed. */
  public synchronized void awaitIdle() throws InterruptedException {
    while (!closing && !(active.isEmpty() && queue.isEmpty())) {
      wait(1_000);
    }
  }

  /** Asks all runs to stop with a checkpoint; nothing new begins. The queue is kept. */
  public void stop() {
    List<Active> entries;
    synchronized (this) {
      closing = true;
      entries = List.copyOf(active.values());
      notifyAll();
    }
    for (Active entry : entries) {
      if (entry.run != null) {
        entry.run.stop();
      }
    }
  }

  /**
   * Stops all runs with a checkpoint, and ends. Runs that do not reach their next step boundary are
   * ended after a while; the next lab goes on with them from their last checkpoint.
   *
   * @param patienceMillis how long they are waited for
   */
  public void close(long patienceMillis) {
    stop();
    long end = System.nanoTime() + patienceMillis * 1_000_000;
    synchronized (this) {
      while (!active.isEmpty() && System.nanoTime() < end) {
        try {
          wait(100);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          break;
        }
      }
      closed = true;
    }
    control.close();
    runners.close();
    journal.close();
    closeQuietly(lock);
  }

  @Override
  public void close() {
    close(60_000);
  }
}
