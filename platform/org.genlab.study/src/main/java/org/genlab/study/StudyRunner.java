package org.genlab.study;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.genlab.api.evaluation.Analysis;
import org.genlab.api.evaluation.History;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.runtime.engine.RunListener;
import org.genlab.runtime.engine.RunResult;
import org.genlab.runtime.engine.StopSignal;
import org.genlab.store.AtomicFiles;
import org.genlab.store.NewDirectories;
import org.genlab.store.UserError;
import org.genlab.study.RunEntry.Status;
import org.genlab.study.internal.Definition;
import org.genlab.study.internal.Findings;
import org.genlab.study.internal.Plan;
import org.genlab.study.internal.Scheduler;

/**
 * Runs studies. A study's directory holds {@code study.yaml}, {@code study.json} and {@code
 * runs/<arm>-seed<k>}.
 *
 * <p>Runs go side by side, as many as there are processors; results do not depend on it. A run that
 * fails does not end the others.
 */
public final class StudyRunner {
  /** The name of the copy of the study file in a study's directory. */
  public static final String SOURCE = "study.yaml";

  private static final String IN_USE = ".in-use";

  private final Laboratory laboratory;
  private final int processors;

  /**
   * @param laboratory runs the experiments
   * @param processors to use; at least 1
   */
  public StudyRunner(Laboratory laboratory, int processors) {
    this.laboratory = laboratory;
    this.processors = processors;
  }

  /**
   * Runs a study in a new directory {@code <runs>/<id>-<yyyyMMdd-HHmmss>}.
   *
   * @param quick whether in its short form
   * @throws UserError when the study or an experiment of it is wrong, or no run could even start,
   *     and then nothing is left behind; or when the directory cannot be written
   */
  public Outcome run(
      Study study, boolean quick, Path runs, StudyListener listener, StopSignal stop) {
    Plan plan = new Plan(study.definition(), quick, laboratory);
    Map<String, Analysis> analyses = analyses(study.definition());
    Path directory = NewDirectories.stamped(runs, study.id(), SOURCE, study.toYaml());
    Lock lock = new Lock(directory);
    try {
      Session session =
          new Session(study, quick ? "quick" : "full", plan, analyses, directory, listener, stop);
      session.started = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
      StudyResult result = session.run();
      UserError mistake = session.mistake();
      if (mistake == null) {
        return new Outcome(directory, result);
      }
      lock.close();
      removeEmpty(directory);
      throw mistake;
    } finally {
      lock.close();
    }
  }

  /**
   * A study that ended.
   *
   * @param directory where everything was written
   * @param result what {@code study.json} there says
   */
  public record Outcome(Path directory, StudyResult result) {}

  /** Whether a directory is that of a study. */
  public static boolean isStudy(Path directory) {
    return Files.isRegularFile(directory.resolve(SOURCE))
        && Files.isRegularFile(directory.resolve(StudyResult.FILE));
  }

  /**
   * Goes on with a study: finished runs are kept, stopped ones continued, missing and failed ones
   * run. A study that is finished is judged again.
   *
   * @throws UserError when there is no study in the directory, another process is at it, or its
   *     runs were made with other plugins
   */
  public Outcome resume(Path directory, StudyListener listener, StopSignal stop) {
    if (!isStudy(directory)) {
      throw new UserError(
          "There is no study in " + directory + ": it has no " + StudyResult.FILE + ".");
    }
    return resume(directory, Study.read(directory.resolve(SOURCE)), listener, stop);
  }

  /**
   * Goes on with a study that was begun, as its file says now.
   *
   * @param study {@linkplain Study#judgesLike like} the one in the directory
   * @throws UserError as {@link #resume(Path, StudyListener, StopSignal)} does
   */
  public Outcome resume(Path directory, Study study, StudyListener listener, StopSignal stop) {
    Lock lock = new Lock(directory);
    try {
      StudyResult before = StudyResult.read(directory);
      Plan plan = new Plan(study.definition(), before.profile().equals("quick"), laboratory);
      Session session =
          new Session(
              study,
              before.profile(),
              plan,
              analyses(study.definition()),
              directory,
              listener,
              stop);
      session.continueFrom(before);
      AtomicFiles.write(directory.resolve(SOURCE), study.toYaml());
      return new Outcome(directory, session.run());
    } finally {
      lock.close();
    }
  }

  /**
   * Whether the runs of a study that was begun are those that it would have now, with the plugins
   * that are installed.
   */
  public boolean canResume(RecordedStudies.Recorded recorded, Study study) {
    StudyResult before = recorded.result();
    Plan plan = new Plan(study.definition(), before.profile().equals("quick"), laboratory);
    return recorded.isOf(study)
        && plan.runs().stream()
            .allMatch(
                run ->
                    before
                        .run(run.name())
                        .filter(entry -> entry.digest().equals(run.prepared().digest()))
                        .isPresent());
  }

  /** Removes the directory of a study that has no runs. */
  private static void removeEmpty(Path directory) {
    for (String name : List.of("runs", SOURCE, StudyResult.FILE, IN_USE, "")) {
      try {
        Files.deleteIfExists(directory.resolve(name));
      } catch (IOException e) {
        // What is left tells of the attempt; the mistake is what counts.
        return;
      }
    }
  }

  private Map<String, Analysis> analyses(Definition study) {
    Map<String, Analysis> out = new LinkedHashMap<>();
    study.analyses().forEach((name, block) -> out.put(name, laboratory.analysis(name, block)));
    return out;
  }

  /** The right to run in a study's directory; ends with the process at the latest. */
  private static final class Lock {
    private final FileChannel channel;

    Lock(Path directory) {
      Path file = directory.resolve(IN_USE);
      FileChannel opened;
      FileLock lock;
      try {
        opened = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      } catch (IOException e) {
        throw AtomicFiles.cannotWrite(file, e);
      }
      try {
        lock = opened.tryLock();
      } catch (OverlappingFileLockException e) {
        lock = null;
      } catch (IOException e) {
        throw AtomicFiles.cannotWrite(file, e);
      }
      channel = opened;
      if (lock == null) {
        close();
        throw new UserError(
            directory + " is in use: a study is being run in it. Wait for its end.");
      }
    }

    void close() {
      try {
        channel.close();
      } catch (IOException e) {
        // The lock ends with the process.
      }
    }
  }

  /** One study being run. */
  private final class Session {
    private final Study study;
    private final String profile;
    private final Plan plan;
    private final Map<String, Analysis> analyses;
    private final Path directory;
    private final StudyListener listener;
    private final StopSignal stop;
    private final Map<String, Work> works = new LinkedHashMap<>();
    private final long startNanos = System.nanoTime();
    private String started = "";
    private double secondsBefore;
    private long stepsHere;
    private int endedRuns;

    Session(
        Study study,
        String profile,
        Plan plan,
        Map<String, Analysis> analyses,
        Path directory,
        StudyListener listener,
        StopSignal stop) {
      this.study = study;
      this.profile = profile;
      this.plan = plan;
      this.analyses = analyses;
      this.directory = directory;
      this.listener = listener;
      this.stop = stop;
      for (Plan.Run run : plan.runs()) {
        works.put(run.name(), new Work(run));
      }
    }

    void continueFrom(StudyResult before) {
      started = before.timing().started();
      secondsBefore = before.timing().seconds();
      for (Work work : works.values()) {
        RunEntry entry = before.run(work.run.name()).orElse(null);
        if (entry == null || !entry.digest().equals(work.run.prepared().digest())) {
          throw new UserError(
              directory
                  + " cannot be continued: the plugins that are installed now resolve the"
                  + " experiment of "
                  + work.run.name()
                  + " to something else. Install the versions in its lock.json, or run the study"
                  + " anew.");
        }
        work.seconds = before.timing().runSeconds().getOrDefault(work.run.name(), 0.0);
        Path runDirectory = work.directory();
        if (!Files.isDirectory(runDirectory)) {
          continue;
        }
        Status status = laboratory.status(runDirectory);
        if (status == Status.FINISHED) {
          work.status = Status.FINISHED;
          work.steps = Math.max(entry.steps(), lastStep(work.run.name()));
        }
      }
    }

    StudyResult run() {
      save(StudyResult.Outcome.STOPPED);
      List<StudyListener.PlannedRun> planned = new ArrayList<>();
      works.values().forEach(w -> planned.add(w.planned()));
      listener.planned(planned);
      List<Work> open = works.values().stream().filter(w -> w.status != Status.FINISHED).toList();
      endedRuns = works.size() - open.size();
      try {
        new Scheduler(processors).run(open, stop::isRequested);
      } catch (InterruptedException e) {
        stop.request();
        Thread.currentThread().interrupt();
        throw new UserError("The study in " + directory + " was interrupted.", e);
      }
      boolean through =
          works.values().stream()
              .allMatch(w -> w.status == Status.FINISHED || w.status == Status.FAILED);
      return save(through ? StudyResult.Outcome.FINISHED : StudyResult.Outcome.STOPPED);
    }

    /** The user's mistake that kept every run from starting, if that is what happened. */
    UserError mistake() {
      UserError first = null;
      for (Work work : works.values()) {
        if (work.mistake == null || Files.exists(work.directory())) {
          return null;
        }
        first = first == null ? work.mistake : first;
      }
      return first;
    }

    /** Writes what is known now; claims are judged when all runs are through. */
    private synchronized StudyResult save(StudyResult.Outcome outcome) {
      Map<String, RunEntry> entries = new LinkedHashMap<>();
      Map<String, Double> seconds = new LinkedHashMap<>();
      works.forEach(
          (name, work) -> {
            entries.put(name, work.entry());
            if (work.seconds > 0) {
              seconds.put(name, round(work.seconds));
            }
          });
      StudyResult.Timing timing =
          new StudyResult.Timing(started, round(secondsBefore + elapsed()), seconds);
      Findings findings = new Findings(study.definition(), plan, entries, analyses, this::record);
      StudyResult result = findings.result(profile, outcome, timing);
      AtomicFiles.write(directory.resolve(StudyResult.FILE), result.toJson());
      return result;
    }

    /** The step of a finished run's last measurement: a killed session did not note its steps. */
    private long lastStep(String run) {
      History history = record(run, run).history();
      return history.names().stream()
          .flatMap(name -> history.series(name).stream())
          .filter(series -> series.length() > 0)
          .mapToLong(series -> series.steps()[series.length() - 1])
          .max()
          .orElse(0);
    }

    private RunRecord record(String run, String arm) {
      return laboratory.read(works.get(run).directory(), arm);
    }

    private double elapsed() {
      return (System.nanoTime() - startNanos) * 1e-9;
    }

    private double round(double seconds) {
      return Math.rint(seconds * 1000) / 1000;
    }

    private StudyListener.Progress progress() {
      long steps = 0;
      long total = 0;
      for (Work work : works.values()) {
        boolean ended = work.status == Status.FINISHED || work.status == Status.FAILED;
        steps += work.steps;
        total += ended ? work.steps : Math.max(work.steps, work.totalSteps);
      }
      double rate = stepsHere == 0 ? 0 : stepsHere / Math.max(1e-9, elapsed());
      return new StudyListener.Progress(
          endedRuns,
          works.size(),
          steps,
          total,
          rate,
          rate == 0 ? Double.POSITIVE_INFINITY : (total - steps) / rate);
    }

    /** A run, and how far it is. Guarded by the session. */
    private final class Work implements Scheduler.Job, RunListener {
      private final Plan.Run run;
      private Status status = Status.PENDING;
      private String reason = "";
      private UserError mistake;
      private long steps;
      private long totalSteps;
      private double seconds;

      Work(Plan.Run run) {
        this.run = run;
        this.totalSteps = run.prepared().totalSteps();
      }

      Path directory() {
        return directory.resolve("runs").resolve(run.name());
      }

      StudyListener.PlannedRun planned() {
        return new StudyListener.PlannedRun(
            run.name(),
            List.copyOf(run.users()),
            run.seed(),
            totalSteps,
            status == Status.FINISHED);
      }

      RunEntry entry() {
        return new RunEntry(
            run.name(), run.seed(), run.prepared().digest(), status, reason, steps, Map.of());
      }

      @Override
      public long cost() {
        return run.prepared().totalSteps();
      }

      @Override
      public void run(int threads) {
        long start = System.nanoTime();
        Status how;
        String why = "";
        UserError wrong = null;
        long made = -1;
        try {
          RunResult result = run.prepared().run(directory(), threads, this, stop);
          how = result.outcome() == RunResult.Outcome.FINISHED ? Status.FINISHED : Status.STOPPED;
          made = result.steps();
        } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError e) {
          how = Status.FAILED;
          wrong = e instanceof UserError error ? error : null;
          why =
              e instanceof UserError || e.getMessage() == null
                  ? String.valueOf(e.getMessage() == null ? e.toString() : e.getMessage())
                  : e.toString();
        }
        synchronized (Session.this) {
          status = how;
          reason = why;
          mistake = wrong;
          if (made >= 0) {
            steps = made;
          }
          seconds += (System.nanoTime() - start) * 1e-9;
          if (how != Status.STOPPED) {
            endedRuns++;
          }
          save(StudyResult.Outcome.STOPPED);
          listener.runEnded(planned(), entry(), progress());
        }
      }

      @Override
      public void started(long step, long total) {
        synchronized (Session.this) {
          steps = step;
          totalSteps = total;
          listener.runStarted(planned(), step);
        }
      }

      @Override
      public void stepped(long made, long total, float loss) {
        synchronized (Session.this) {
          stepsHere += Math.max(0, made - steps);
          steps = made;
          totalSteps = total;
          listener.stepped(planned(), made, loss, progress());
        }
      }

      @Override
      public void evaluated(long step, Map<String, Double> values) {
        synchronized (Session.this) {
          listener.evaluated(planned(), step, values);
        }
      }

      @Override
      public void checkpointed(long step) {
        synchronized (Session.this) {
          listener.checkpointed(planned(), step);
        }
      }

      @Override
      public void logged(String line) {
        synchronized (Session.this) {
          listener.logged(planned(), line);
        }
      }
    }
  }
}
