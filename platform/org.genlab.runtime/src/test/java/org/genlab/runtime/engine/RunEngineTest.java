package org.genlab.runtime.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.genlab.api.Randomness;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Predictions;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.FittedNetwork;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Model;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.Procedure;
import org.genlab.api.training.Regularizer;
import org.genlab.api.training.State;
import org.genlab.api.training.Training;
import org.genlab.runtime.plugins.PluginException;
import org.genlab.store.CheckpointStore;
import org.genlab.store.MetricsLog;
import org.genlab.store.RunDirectory;
import org.genlab.store.RunStatus;
import org.genlab.store.StoredRun;
import org.genlab.store.UserError;
import org.genlab.tensor.Elementwise;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunEngineTest {
  private static final RunEngine ENGINE = new RunEngine();

  @TempDir Path temporary;

  /** Stops, or dies, after so many steps, and listens. */
  private static final class Watch implements RunListener {
    final StopSignal stop = new StopSignal();
    final List<String> lines = new ArrayList<>();
    final List<Long> evaluations = new ArrayList<>();
    long stopAfter = -1;
    long dieAfter = -1;

    @Override
    public void stepped(long steps, long totalSteps, float loss) {
      if (steps == stopAfter) {
        stop.request();
      }
      if (steps == dieAfter) {
        throw new Killed();
      }
    }

    @Override
    public void evaluated(long step, Map<String, Double> values) {
      evaluations.add(step);
    }

    @Override
    public void logged(String line) {
      lines.add(line);
    }
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private RunDirectory run(TinyLab lab, String name, Watch watch) {
    Path path = temporary.resolve(name);
    RunDirectory[] made = new RunDirectory[1];
    ENGINE.run(
        lab.plan(),
        experiment -> made[0] = RunDirectory.createAt(path, experiment),
        watch,
        watch.stop);
    return made[0];
  }

  private static RunResult resume(TinyLab lab, RunDirectory run, Watch watch) {
    return ENGINE.resume(lab.plan(), RunDirectory.open(run.path()), watch, watch.stop);
  }

  /** All that a run must reproduce: the last checkpoint, the metrics and the arrays. */
  private static void assertSameBits(RunDirectory expected, RunDirectory actual, long step)
      throws IOException {
    for (String file :
        List.of(
            "metrics.jsonl",
            String.format("checkpoints/step-%08d.safetensors", step),
            String.format("checkpoints/step-%08d.json", step),
            String.format("arrays/step-%08d.safetensors", step))) {
      assertArrayEquals(
          Files.readAllBytes(expected.file(file)), Files.readAllBytes(actual.file(file)), file);
    }
  }

  /** Momentum in one pass, over the values it is given or beside them. */
  private static final class OnePass implements Optimizer {
    private final boolean replaces;
    private int writtenOver;
    private int kept;

    OnePass(boolean replaces) {
      this.replaces = replaces;
    }

    @Override
    public State initial(Parameters parameters) {
      return State.empty()
          .with("momentum", Tensor.zeros(parameters.flat().size()))
          .with("first", parameters.flat());
    }

    @Override
    public Step step(Parameters parameters, LossFunction loss, State state, Context context) {
      LossFunction.Evaluation evaluation = loss.evaluate(parameters);
      Elementwise.Kernel kernel =
          (in, out, from, to) -> {
            for (int i = from; i < to; i++) {
              float m = 0.9f * in[1][i] + in[2][i];
              out[1][i] = m;
              out[0][i] = in[0][i] - 0.1f * m;
            }
          };
      Tensor[] inputs = {parameters.flat(), state.array("momentum"), evaluation.gradient()};
      Tensor[] next =
          replaces
              ? Elementwise.replace(2, kernel, inputs)
              : Elementwise.compute(2, kernel, inputs);
      assertEquals(parameters.flat().size(), state.array("first").toArray().length);
      try {
        parameters.flat().toArray();
        kept++;
      } catch (IllegalStateException e) {
        writtenOver++;
      }
      return new Step(parameters.with(next[0]), state.with("momentum", next[1]), evaluation.loss());
    }
  }

  /** Holds on to the parameters of every moment, and looks whether they stay as they were. */
  private static final class Holder implements Metric {
    private final List<Tensor> held = new ArrayList<>();
    private final List<float[]> values = new ArrayList<>();

    @Override
    public void measure(Snapshot snapshot, Recorder recorder) {
      held.add(snapshot.model().parameters().flat());
      values.add(snapshot.model().parameters().flat().toArray());
      for (int i = 0; i < held.size(); i++) {
        assertArrayEquals(values.get(i), held.get(i).toArray());
      }
      recorder.number("held", held.size());
    }
  }

  /** Goes half the way of an update. */
  private static final class HalfWay implements Regularizer {
    @Override
    public Parameters update(Parameters before, Parameters after, Regularizer.Context context) {
      return after.with(before.flat().plus(after.flat()).times(0.5));
    }
  }

  @Test
  void stepsAreMadeOverWhatNobodyHolds() throws IOException {
    List<RunDirectory> runs = new ArrayList<>();
    List<OnePass> optimizers = new ArrayList<>();
    for (boolean replaces : new boolean[] {false, true}) {
      TinyLab lab = new TinyLab();
      lab.regularizers.remove("noise");
      lab.metrics.put("held", host -> new Holder());
      OnePass optimizer = new OnePass(replaces);
      lab.optimizer = optimizer;
      optimizers.add(optimizer);
      runs.add(run(lab, "replaces-" + replaces, new Watch()));
    }
    assertSameBits(runs.get(0), runs.get(1), 7);
    assertEquals(0, optimizers.get(0).writtenOver);
    assertTrue(optimizers.get(1).writtenOver > 0, "where the values were not lent");
    assertTrue(optimizers.get(1).kept > 0, "after an evaluation, whose metrics may hold them");
  }

  @Test
  void regularizersSeeTheParametersBeforeAnUpdate() throws IOException {
    List<RunDirectory> runs = new ArrayList<>();
    for (boolean replaces : new boolean[] {false, true}) {
      TinyLab lab = new TinyLab();
      lab.optimizer = new OnePass(replaces);
      lab.regularizers.put("half", host -> new HalfWay());
      runs.add(run(lab, "half-" + replaces, new Watch()));
    }
    assertSameBits(runs.get(0), runs.get(1), 7);
  }

  @Test
  void aRunLeavesARecord() {
    Watch watch = new Watch();
    RunDirectory run = run(new TinyLab(), "run", watch);
    assertEquals(Optional.of(new RunStatus(RunStatus.State.FINISHED, 7, 7)), run.status());
    assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 6L, 7L), watch.evaluations);
    assertEquals("name: tiny\n", run.experiment());
    assertEquals(List.of(6L, 7L), run.checkpoints(w -> {}).steps());
    StoredRun record = run.record("main");
    assertEquals(3, record.seed());
    assertEquals(0.1, record.settings().get("optimizer.learning-rate"));
    assertEquals(24, record.parameters().flat().size());
    assertEquals(17, record.array("train/losses").orElseThrow().length);
    assertArrayEquals(
        new long[] {0, 1, 2, 3, 4, 6, 7},
        record.history().series("validation/loss").orElseThrow().steps());
    assertArrayEquals(
        new long[] {7}, record.history().series("end/distance").orElseThrow().steps());
    assertArrayEquals(
        new long[] {1, 2, 3, 4, 6, 7},
        record.history().series("train/learning-rate").orElseThrow().steps());
    // What a procedure records stands at the step it leads to, also between evaluations.
    assertArrayEquals(new long[] {2, 4, 6}, record.history().series("phase").orElseThrow().steps());
    assertEquals(1.5 * 1.5, record.history().series("phase").orElseThrow().values()[0]);
    List<MetricsLog.Row> rows = run.metrics();
    assertEquals(rows.size(), rows.stream().map(MetricsLog.Row::step).distinct().count());
    Object plugins = run.lock().get("plugins");
    assertTrue(plugins.toString().contains("org.tiny"), plugins.toString());
  }

  @Test
  void trainingLearns() {
    TinyLab lab = new TinyLab();
    lab.steps = 60;
    StoredRun record = run(lab, "run", new Watch()).record("main");
    double[] losses = record.history().series("train/loss").orElseThrow().values();
    assertTrue(
        losses[losses.length - 1] < 0.6 * losses[0],
        losses[0] + " to " + losses[losses.length - 1]);
  }

  @Test
  void stoppedAfterAnyStepARunEndsInTheSameBits() throws IOException {
    TinyLab lab = new TinyLab();
    RunDirectory whole = run(lab, "whole", new Watch());
    for (long k = 1; k < 7; k++) {
      Watch watch = new Watch();
      watch.stopAfter = k;
      RunDirectory run = run(lab, "stopped" + k, watch);
      assertEquals(Optional.of(new RunStatus(RunStatus.State.STOPPED, k, 7)), run.status());
      RunResult result = resume(lab, run, new Watch());
      assertEquals(new RunResult(run.path(), RunResult.Outcome.FINISHED, 7), result);
      assertSameBits(whole, run, 7);
    }
  }

  @Test
  void killedAnywhereARunEndsInTheSameBits() throws IOException {
    TinyLab lab = new TinyLab();
    RunDirectory whole = run(lab, "whole", new Watch());
    for (long k = 1; k <= 7; k++) {
      Watch watch = new Watch();
      watch.dieAfter = k;
      long step = k;
      assertThrows(Killed.class, () -> run(lab, "killed" + step, watch));
      RunDirectory run = RunDirectory.open(temporary.resolve("killed" + k));
      Files.writeString(run.file("metrics.jsonl"), "{\"step\":5,\"tor", StandardOpenOption.APPEND);
      resume(lab, run, new Watch());
      assertSameBits(whole, run, 7);
    }
  }

  @Test
  void killedBeforeTheFirstCheckpointARunBeginsAnew() throws IOException {
    TinyLab lab = new TinyLab();
    RunDirectory whole = run(lab, "whole", new Watch());
    RunDirectory run = RunDirectory.createAt(temporary.resolve("new"), "name: tiny\n");
    Files.writeString(run.file("metrics.jsonl"), "{\"step\":0,\"x\":1.0}\n");
    resume(lab, run, new Watch());
    assertSameBits(whole, run, 7);
  }

  @Test
  void aFinishedRunStaysAsItIs() throws IOException {
    TinyLab lab = new TinyLab();
    RunDirectory run = run(lab, "run", new Watch());
    byte[] metrics = Files.readAllBytes(run.file("metrics.jsonl"));
    assertEquals(7, resume(lab, run, new Watch()).steps());
    assertArrayEquals(metrics, Files.readAllBytes(run.file("metrics.jsonl")));
    assertEquals(RunStatus.State.FINISHED, run.status().orElseThrow().state());
  }

  @Test
  void aDamagedCheckpointIsPassedOverAloud() throws IOException {
    TinyLab lab = new TinyLab();
    RunDirectory whole = run(lab, "whole", new Watch());
    Watch watch = new Watch();
    watch.stopAfter = 5;
    RunDirectory run = run(lab, "run", watch);
    CheckpointStore store = run.checkpoints(w -> {});
    byte[] bytes = Files.readAllBytes(store.data(5));
    bytes[bytes.length / 2] ^= 4;
    Files.write(store.data(5), bytes);
    Watch again = new Watch();
    resume(lab, run, again);
    String said = String.join("\n", again.lines);
    assertTrue(said.contains(store.data(5).toString()), said);
    assertTrue(said.contains(store.data(3).toString()), said);
    assertTrue(Files.readString(run.file("run.log")).contains("damaged"));
    assertSameBits(whole, run, 7);
  }

  @Test
  void threadsDoNotChangeTheBits() throws IOException {
    TinyLab lab = new TinyLab();
    RunDirectory one = run(lab, "one", new Watch());
    lab.threads = 2;
    assertSameBits(one, run(lab, "two", new Watch()), 7);
  }

  @Test
  void aLossThatIsNotANumberEndsTheRun() {
    TinyLab lab = new TinyLab();
    Optimizer momentum = lab.optimizer;
    lab.optimizer =
        new Optimizer() {
          @Override
          public State initial(Parameters parameters) {
            return momentum.initial(parameters);
          }

          @Override
          public Step step(
              Parameters p, LossFunction loss, State state, Optimizer.Context context) {
            return context.step() == 4
                ? new Step(p.map(t -> t.times(Double.NaN)), state, Float.NaN)
                : momentum.step(p, loss, state, context);
          }
        };
    UserError error = assertThrows(UserError.class, () -> run(lab, "run", new Watch()));
    RunDirectory run = RunDirectory.open(temporary.resolve("run"));
    CheckpointStore store = run.checkpoints(w -> {});
    assertTrue(error.getMessage().contains("NaN in step 5"), error.getMessage());
    assertTrue(error.getMessage().contains(store.data(3).toString()), error.getMessage());
    assertTrue(error.getMessage().contains("learning rate"), error.getMessage());
    assertEquals(RunStatus.State.FAILED, run.status().orElseThrow().state());
    assertEquals(3, store.latest().orElseThrow().step());
  }

  @Test
  void noCheckpointHoldsValuesThatAreNotFinite() {
    TinyLab lab = new TinyLab();
    lab.regularizers.put(
        "broken",
        host ->
            new Regularizer() {
              @Override
              public Parameters update(
                  Parameters before, Parameters after, Regularizer.Context context) {
                return context.step() == 5 ? after.map(t -> t.dividedBy(0)) : after;
              }
            });
    UserError error = assertThrows(UserError.class, () -> run(lab, "run", new Watch()));
    assertTrue(error.getMessage().contains("no longer finite"), error.getMessage());
    RunDirectory run = RunDirectory.open(temporary.resolve("run"));
    assertEquals(List.of(0L, 3L), run.checkpoints(w -> {}).steps());
  }

  @Test
  void aPluginThatFailsIsNamedAndTheRunCanGoOn() throws IOException {
    TinyLab lab = new TinyLab();
    boolean[] broken = {true};
    lab.regularizers.put(
        "broken",
        host ->
            new Regularizer() {
              @Override
              public Batch augment(Batch batch, Regularizer.Context context) {
                if (broken[0] && context.step() == 4) {
                  throw new IllegalStateException("out of ideas");
                }
                return batch;
              }
            });
    PluginException error = assertThrows(PluginException.class, () -> run(lab, "run", new Watch()));
    for (String part :
        List.of(
            "regularizer 'tiny' 1.2.3",
            "regularizers.broken",
            "org.tiny 4.5.6",
            "step 4",
            "out of ideas")) {
      assertTrue(error.getMessage().contains(part), error.getMessage());
    }
    RunDirectory run = RunDirectory.open(temporary.resolve("run"));
    RunStatus status = run.status().orElseThrow();
    assertEquals(RunStatus.State.FAILED, status.state());
    assertEquals(error.getMessage(), status.message());
    broken[0] = false;
    resume(lab, run, new Watch());
    assertSameBits(run(lab, "whole", new Watch()), run, 7);
  }

  @Test
  void mistakesThatCanBeFoundBeforehandLeaveNothingBehind() {
    TinyLab cuda = new TinyLab();
    cuda.device = "cuda";
    assertMistake(cuda, "'./genlab compute cuda' installs it");
    TinyLab jvmOnCuda = new TinyLab();
    jvmOnCuda.device = "cuda";
    jvmOnCuda.backend = "jvm";
    assertMistake(jvmOnCuda, "'jvm' computes on the CPU only");
    TinyLab nd4j = new TinyLab();
    nd4j.backend = "nd4j";
    assertMistake(nd4j, "'./genlab compute nd4j' installs it");
    TinyLab broken = new TinyLab();
    broken.backend = "broken";
    assertMistake(broken, "the backend 'broken' cannot be used here: it lacks a screw; use");
    TinyLab absent = new TinyLab();
    absent.initializeFrom = Optional.of(temporary.resolve("absent.npz"));
    assertMistake(absent, "absent.npz");
    TinyLab split = new TinyLab();
    split.splits = List.of("tset");
    assertMistake(split, "train, validation");
    TinyLab setting = new TinyLab();
    setting.architecture =
        spec -> {
          throw new SettingException("width", "must be even");
        };
    assertMistake(setting, "architecture: must be even");
    TinyLab misfit = new TinyLab();
    misfit.architecture =
        spec -> {
          throw new IllegalArgumentException("reads tokens only");
        };
    assertMistake(misfit, "reads tokens only");
  }

  private void assertMistake(TinyLab lab, String part) {
    UserError error = assertThrows(UserError.class, () -> run(lab, "run", new Watch()));
    assertTrue(error.getMessage().contains(part), error.getMessage());
    assertFalse(Files.exists(temporary.resolve("run")));
  }

  @Test
  void aDirectoryThatCannotBeWrittenEndsTheRunAndKeepsItsCheckpoints() throws IOException {
    TinyLab lab = new TinyLab();
    Watch watch = new Watch();
    watch.stopAfter = 4;
    RunDirectory run = run(lab, "run", watch);
    // A directory of that name is in the way of the temporary file of the next checkpoint.
    Path blocked = run.file("checkpoints").resolve(".step-00000006.safetensors.tmp");
    Files.createDirectory(blocked);
    UserError error = assertThrows(UserError.class, () -> resume(lab, run, new Watch()));
    assertTrue(error.getMessage().contains("step-00000006.safetensors"), error.getMessage());
    assertEquals(4, run.checkpoints(w -> {}).latest().orElseThrow().step());
    assertEquals(RunStatus.State.FAILED, run.status().orElseThrow().state());
  }

  @Test
  void twoRunsCannotShareADirectory() {
    TinyLab lab = new TinyLab();
    Watch watch = new Watch();
    watch.stopAfter = 2;
    RunDirectory run = run(lab, "run", watch);
    RunDirectory.Lease lease = run.acquire();
    UserError error = assertThrows(UserError.class, () -> resume(lab, run, new Watch()));
    assertTrue(error.getMessage().contains("in use"), error.getMessage());
    assertEquals(RunStatus.State.STOPPED, run.status().orElseThrow().state());
    lease.close();
  }

  @Test
  void goingOnWithOtherPluginsIsSaid() {
    TinyLab lab = new TinyLab();
    Watch watch = new Watch();
    watch.stopAfter = 2;
    RunDirectory run = run(lab, "run", watch);
    Map<String, Object> lock = new java.util.LinkedHashMap<>(run.lock());
    lock.put("plugins", List.of(Map.of("path", "optimizer", "id", "sgd", "version", "0.9.0")));
    run.writeLock(lock);
    Watch again = new Watch();
    resume(lab, run, again);
    assertTrue(again.lines.stream().anyMatch(l -> l.contains("sgd 0.9.0")), again.lines.toString());
  }

  @Test
  void anObjectiveWithoutLossIsAMistake() {
    TinyLab lab = new TinyLab();
    lab.regularizers.clear();
    UserError error = assertThrows(UserError.class, () -> run(lab, "run", new Watch()));
    assertTrue(error.getMessage().contains("cross-entropy"), error.getMessage());
  }

  @Test
  void twoReductionsAreAMistake() {
    TinyLab lab = new TinyLab();
    lab.regularizers.put(
        "worst",
        host ->
            new Regularizer() {
              @Override
              public Optional<Tensor> reduce(
                  Tensor losses, Batch batch, Regularizer.Context context) {
                return Optional.of(losses.max(false, 0));
              }
            });
    UserError error = assertThrows(UserError.class, () -> run(lab, "run", new Watch()));
    assertTrue(error.getMessage().contains("regularizers.remembering"), error.getMessage());
    assertTrue(error.getMessage().contains("regularizers.worst"), error.getMessage());
  }

  @Test
  void metricsSeeWhatTheOptimizerAnswersWith() {
    TinyLab lab = new TinyLab();
    Optimizer momentum = lab.optimizer;
    lab.optimizer =
        new Optimizer() {
          @Override
          public State initial(Parameters parameters) {
            return momentum.initial(parameters);
          }

          @Override
          public Step step(
              Parameters p, LossFunction loss, State state, Optimizer.Context context) {
            return momentum.step(p, loss, state, context);
          }

          @Override
          public Parameters forEvaluation(Parameters p, State state) {
            return p.map(t -> t.times(0));
          }
        };
    StoredRun record = run(lab, "run", new Watch()).record("main");
    // All logits are 0, so each loss is log 3.
    for (double loss : record.history().series("train/loss").orElseThrow().values()) {
      assertEquals(StrictMath.log(3), loss, 1e-6);
    }
  }

  @Test
  void theOutputHasTheFeaturesThatWereAnnounced() {
    TinyLab lab = new TinyLab();
    List<String> seen = new ArrayList<>();
    lab.regularizers.put(
        "penalty",
        host ->
            new Regularizer() {
              @Override
              public Optional<Tensor> penalty(Regularizer.Pass pass, Regularizer.Context context) {
                Output again = pass.evaluate(pass.batch());
                assertArrayEquals(again.logits().toArray(), pass.output().logits().toArray());
                seen.addAll(pass.output().features().keySet());
                return Optional.of(pass.output().feature("hidden").square().mean());
              }
            });
    run(lab, "run", new Watch());
    assertTrue(seen.contains("hidden"));
  }

  /** Says the class whose mean input is nearest; has nothing to train. */
  private static final class NearestMean implements FittedNetwork {
    @Override
    public ParameterLayout layout() {
      return ParameterLayout.builder().build();
    }

    @Override
    public Parameters initialize(RandomStream random) {
      return new Parameters(layout(), Tensor.zeros(0));
    }

    @Override
    public State fit(Split split, Randomness randomness) {
      Batch all = split.range(0, split.size());
      int[] labels = all.labels().toArray();
      double[] means = new double[6];
      for (int k = 0; k < 3; k++) {
        int count = 0;
        for (int i = 0; i < labels.length; i++) {
          if (labels[i] == k) {
            count++;
            means[2 * k] += all.input().get(i, 0);
            means[2 * k + 1] += all.input().get(i, 1);
          }
        }
        means[2 * k] /= count;
        means[2 * k + 1] /= count;
      }
      return State.empty().with("means", Tensor.of(means, 3, 2));
    }

    @Override
    public Output forward(Parameters parameters, Batch batch, Forward forward) {
      Tensor means = forward.buffer("means").orElseThrow();
      Tensor difference = batch.input().reshape(batch.size(), 1, 2).minus(means);
      return new Output(difference.square().sum(false, 2).negate(), Map.of());
    }
  }

  @Test
  void aNetworkThatIsFittedNeedsNoOptimizer() throws IOException {
    TinyLab lab = new TinyLab();
    lab.architecture = spec -> new NearestMean();
    lab.optimizer =
        new Optimizer() {
          @Override
          public State initial(Parameters parameters) {
            throw new AssertionError("there is nothing to optimize");
          }

          @Override
          public Step step(Parameters p, LossFunction loss, State state, Optimizer.Context c) {
            throw new AssertionError("there is nothing to optimize");
          }
        };
    lab.metrics.clear();
    lab.metrics.put(
        "right",
        host ->
            (snapshot, recorder) -> {
              Predictions p = snapshot.predictions(snapshot.splits().get(0));
              assertEquals(p.examples().labels(), p.logits().argmax());
              recorder.number("right", 1);
            });
    lab.procedure =
        host ->
            new Procedure() {
              @Override
              public void step(Training training) {}

              @Override
              public boolean finished(Training training) {
                return training.step() == 2;
              }

              @Override
              public long totalSteps() {
                return 2;
              }
            };
    Watch watch = new Watch();
    watch.stopAfter = 1;
    RunDirectory run = run(lab, "run", watch);
    resume(lab, run, new Watch());
    StoredRun record = run.record("main");
    assertArrayEquals(new long[] {0, 1, 2}, record.history().series("right").orElseThrow().steps());
    assertEquals(0, record.parameters().flat().size());
    assertEquals(
        List.of("models/main/buffers/means"),
        List.copyOf(run.checkpoints(w -> {}).load(2).arrays().keySet()));
  }

  /** Without dropout, without the random scale of training, and without moving buffers. */
  @Test
  void procedureEvaluatesAtAnyParameters() throws IOException {
    TinyLab lab = new TinyLab();
    lab.procedure =
        host ->
            new Procedure() {
              @Override
              public void step(Training training) {
                Model model = training.model();
                Batch batch = training.dataset().splits().get(0).batch(0, 1, 2);
                Parameters twice = model.parameters().map(p -> p.times(2));
                Tensor theta = twice.flat().variable();
                Tensor logits = training.evaluate(model, twice.with(theta), batch).logits();
                assertTrue(Gradients.of(logits.square().sum(), theta).norm().item() > 0);
                assertTrue(model.buffers().isEmpty());
                model.setParameters(twice);
                assertArrayEquals(
                    model.predict(batch).logits().toArray(), logits.detach().toArray(), 0f);
              }

              @Override
              public boolean finished(Training training) {
                return training.step() == 2;
              }

              @Override
              public long totalSteps() {
                return 2;
              }
            };
    run(lab, "run", new Watch());
  }

  @Test
  void modelsAskedForInAnotherOrderAfterAResumeAreSavedInTheSame() throws IOException {
    TinyLab lab = new TinyLab();
    lab.procedure =
        host ->
            new Procedure() {
              @Override
              public void step(Training training) {
                String name = List.of("b", "a", "c").get((int) (training.step() % 3));
                Model model = training.model(name, training.model().network());
                Split split = training.dataset().splits().get(0);
                training.update(
                    model,
                    training.optimizer(),
                    training.loss(model, training.minibatch(split, 5, training.step())));
              }

              @Override
              public boolean finished(Training training) {
                return training.step() == 7;
              }

              @Override
              public long totalSteps() {
                return 7;
              }
            };
    RunDirectory whole = run(lab, "whole", new Watch());
    for (long k = 1; k < 7; k++) {
      Watch watch = new Watch();
      watch.stopAfter = k;
      RunDirectory run = run(lab, "stopped" + k, watch);
      resume(lab, run, new Watch());
      assertSameBits(whole, run, 7);
    }
    assertEquals(
        List.of("a", "b", "c", "main"), whole.checkpoints(w -> {}).load(7).children("models"));
  }

  @Test
  void metricsCannotChangeTheModel() {
    TinyLab lab = new TinyLab();
    lab.metrics.put(
        "loss",
        host ->
            (snapshot, recorder) -> snapshot.model().setParameters(snapshot.initialParameters()));
    PluginException error = assertThrows(PluginException.class, () -> run(lab, "run", new Watch()));
    assertTrue(error.getMessage().contains("metric 'tiny'"), error.getMessage());
    assertTrue(error.getMessage().contains("never changes"), error.getMessage());
  }

  @Test
  void splitsThatCannotBeEvaluatedAreMistakes() {
    for (int size : new int[] {0, Integer.MAX_VALUE}) {
      TinyLab lab = new TinyLab();
      Dataset clusters = lab.dataset;
      Split odd =
          new Split() {
            @Override
            public String name() {
              return "odd";
            }

            @Override
            public int size() {
              return size;
            }

            @Override
            public Batch batch(int... indices) {
              return clusters.splits().get(0).batch(indices);
            }
          };
      lab.dataset =
          new Dataset() {
            @Override
            public DataSpec spec() {
              return clusters.spec();
            }

            @Override
            public List<Split> splits() {
              return List.of(clusters.splits().get(0), odd);
            }
          };
      assertMistake(lab, "'odd'");
    }
  }
}
