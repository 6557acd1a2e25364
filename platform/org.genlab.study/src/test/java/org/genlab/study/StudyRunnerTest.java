package org.genlab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.genlab.runtime.engine.StopSignal;
import org.genlab.store.UserError;
import org.genlab.study.StudyResult.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyRunnerTest {
  private static final String STUDY =
      """
      id: race
      paper: {number: 7, title: On races, authors: [A. Runner], arxiv: '1234.5678', year: 2020}
      experiment: {dataset: track, optimizer: {plugin: legs, rate: 0.1}, procedure: {steps: 10}}
      seeds: [0, 1]
      arms:
        slow: {}
        fast: {optimizer.rate: 0.3}
        long: {optimizer.rate: 0.3, procedure.steps: 40, seeds: 1}
      claims:
        faster:
          statement: Fast legs get further.
          paper: twice as far
          value: fast.final('score') / slow.final('score')
          at-least: 2
        further:
          statement: Longer runs get further.
          checks:
            - {value: long.final('score') - fast.final('score'), over: mean, greater-than: 5}
            - {value: long.steps(), at-least: 40}
      controls:
        - {breaks: faster, because: equal legs, arms: {fast: {optimizer.rate: 0.1}}}
        - {breaks: further, because: it stands, with: {optimizer.rate: 0}}
      plots:
        curves: {series: [score], arms: [slow], marks: {one: "run.first('score', '>=', 1)"}}
        distance: {x: run.setting('optimizer.rate'), y: run.final('score'), x-label: rate}
        both: {arms: [slow], x: "[1, 2]", y: "[run.seed(), run.final('score')]"}
      quick: {claims: [faster], seeds: 0, overrides: {procedure.steps: 5}}
      deviations: [Nobody runs.]
      findings: Fast legs win.
      """;

  @TempDir private Path directory;
  private final FakeLaboratory laboratory = new FakeLaboratory();

  private static Study study(String text) {
    return Study.parse(text, "race.yaml", name -> Optional.empty());
  }

  private StudyRunner.Outcome run(String text, boolean quick) {
    return new StudyRunner(laboratory, 2)
        .run(study(text), quick, directory, StudyListener.none(), new StopSignal());
  }

  @Test
  void runsEachDifferentExperimentOnceAndJudges() throws IOException {
    StudyRunner.Outcome outcome = run(STUDY, false);
    StudyResult result = outcome.result();

    // slow 2, fast 2, long 1; the first control's runs are those of slow; the second one's are
    // rate 0 with two seeds of 10 steps and one of 40.
    assertEquals(
        Set.of(
            "slow-seed0",
            "slow-seed1",
            "fast-seed0",
            "fast-seed1",
            "long-seed1",
            "control-further-fast-seed0",
            "control-further-fast-seed1",
            "control-further-long-seed1"),
        new TreeSet<>(laboratory.started));
    assertEquals(8, laboratory.started.size());
    assertEquals(8, result.runs().size());
    assertTrue(Files.isDirectory(outcome.directory().resolve("runs/slow-seed0")));

    assertEquals(Outcome.FINISHED, result.outcome());
    assertEquals(List.of(Verdict.TRUE, Verdict.TRUE), verdicts(result));
    ClaimResult faster = result.claims().get(0);
    assertEquals(List.of("slow", "fast"), faster.arms());
    assertEquals("twice as far", faster.paper());
    assertEquals(3.01 / 1.01, faster.checks().get(0).number(), 1e-12);
    // The only seed of 'long' stands beside both of 'fast'.
    CheckResult further = result.claims().get(1).checks().get(0);
    assertEquals(2, further.n());
    assertEquals((12.01 - 3.0 + 12.01 - 3.01) / 2, further.number(), 1e-12);

    assertTrue(result.controls().stream().allMatch(ControlResult::breaks));
    ControlResult first = result.controls().get(0);
    assertEquals(List.of("slow-seed0", "slow-seed1"), first.arms().get(1).runs());
    assertEquals(Map.of("optimizer.rate", "0.1"), first.arms().get(1).overrides());
    assertEquals(1, first.claim().checks().get(0).number());
    assertTrue(result.passed());

    PlotResult curves = result.plots().get(0);
    assertEquals(
        List.of(
            new PlotResult.Mark("one", "slow", 0, 10), new PlotResult.Mark("one", "slow", 1, 10)),
        curves.marks());
    PlotResult points = result.plots().get(1);
    assertEquals(5, points.points().size());
    assertEquals(new PlotResult.Point("fast", 1, 0.3, 3.01), points.points().get(3));
    assertEquals(
        List.of(
            new PlotResult.Point("slow", 0, 1, 0),
            new PlotResult.Point("slow", 0, 2, 1),
            new PlotResult.Point("slow", 1, 1, 1),
            new PlotResult.Point("slow", 1, 2, 1.01)),
        result.plots().get(2).points());
    assertEquals(List.of("Nobody runs."), result.deviations());
    assertEquals("Fast legs win.", result.findings());
    assertEquals(7, result.paper().number());
    assertEquals(1.01, result.run("slow-seed1").orElseThrow().last().get("score"), 1e-12);
  }

  private static List<Verdict> verdicts(StudyResult result) {
    return result.claims().stream().map(ClaimResult::verdict).toList();
  }

  @Test
  void studyJsonIsTheResultAndRepeatsToTheByteButForTimes() throws IOException {
    StudyRunner.Outcome first = run(STUDY, false);
    StudyRunner.Outcome second = run(STUDY, false);
    assertEquals(StudyResult.read(first.directory()), first.result());
    String text = Files.readString(first.directory().resolve(StudyResult.FILE));
    assertEquals(text, StudyResult.fromJson(text).toJson());
    String cut = text.substring(0, text.indexOf("\"timing\""));
    assertTrue(Files.readString(second.directory().resolve(StudyResult.FILE)).startsWith(cut));
    assertTrue(StudyRunner.isStudy(first.directory()));
    assertFalse(StudyRunner.isStudy(directory));
  }

  @Test
  void quickRunsItsClaimsOnly() {
    StudyResult result = run(STUDY, true).result();
    assertEquals(Set.of("slow-seed0", "fast-seed0"), new TreeSet<>(laboratory.started));
    assertEquals(1, result.claims().size());
    assertEquals(List.of(), result.controls());
    assertEquals("quick", result.profile());
    assertEquals("5", result.arms().get(0).overrides().get("procedure.steps"));
    assertEquals(1.5 / 0.5, result.claims().get(0).checks().get(0).number(), 1e-12);
    assertEquals(1, result.claims().get(0).checks().get(0).n());
  }

  @Test
  void longestRunsStartFirst() {
    new StudyRunner(laboratory, 1)
        .run(study(STUDY), false, directory, StudyListener.none(), new StopSignal());
    assertEquals(
        Set.of("long-seed1", "control-further-long-seed1"),
        Set.copyOf(laboratory.started.subList(0, 2)));
    assertEquals("slow-seed0", laboratory.started.get(2));
    assertTrue(laboratory.threads.values().stream().allMatch(n -> n == 1));
  }

  @Test
  void failedRunLosesNoOther() {
    String text = STUDY.replace("slow: {}", "slow: {optimizer.rate: -1}");
    StudyResult result = run(text, false).result();
    assertEquals(Outcome.FINISHED, result.outcome());
    assertEquals(List.of(Verdict.FALSE, Verdict.TRUE), verdicts(result));
    CheckResult check = result.claims().get(0).checks().get(0);
    assertTrue(check.reason().startsWith("it could not be judged"), check.reason());
    assertTrue(check.reason().contains("the loss became NaN at step 1"));
    assertEquals(RunEntry.Status.FAILED, result.run("slow-seed0").orElseThrow().status());
    assertFalse(result.passed());
  }

  @Test
  void controlThatCannotBeJudgedBreaksNothing() {
    String text = STUDY.replace("with: {optimizer.rate: 0}", "with: {optimizer.rate: -1}");
    StudyResult result = run(text, false).result();
    assertEquals(List.of(Verdict.TRUE, Verdict.TRUE), verdicts(result));
    assertEquals(Verdict.FALSE, result.controls().get(1).claim().verdict());
    assertFalse(result.controls().get(1).breaks());
    assertFalse(result.passed());
  }

  @Test
  void claimThatIsFalseAnywayIsNotBroken() {
    StudyResult result = run(STUDY.replace("at-least: 2\n", "at-least: 5\n"), false).result();
    assertEquals(Verdict.FALSE, result.claims().get(0).verdict());
    assertEquals(Verdict.FALSE, result.controls().get(0).claim().verdict());
    assertFalse(result.controls().get(0).breaks());
    assertTrue(result.controls().get(1).breaks());
    assertFalse(result.canBreak(result.controls().get(0)));
    assertEquals(List.of(result.controls().get(1)), result.judgedControls());
  }

  @Test
  void controlThatLeavesTheClaimTrueDoesNotBreakIt() {
    String text = STUDY.replace("fast: {optimizer.rate: 0.1}", "fast: {optimizer.rate: 0.25}");
    StudyResult result = run(text, false).result();
    assertFalse(result.controls().get(0).breaks());
    assertEquals(Verdict.TRUE, result.controls().get(0).claim().verdict());
    assertFalse(result.passed());
  }

  @Test
  void stoppedStudyGoesOnToTheSameResult() throws IOException {
    StudyResult whole = run(STUDY, false).result();
    laboratory.started.clear();
    laboratory.stopAfter = 15;
    StudyRunner.Outcome stopped = run(STUDY, false);
    assertEquals(Outcome.STOPPED, stopped.result().outcome());
    assertEquals(List.of(), stopped.result().claims());
    assertFalse(stopped.result().passed());
    assertEquals(
        RunEntry.Status.STOPPED, stopped.result().run("long-seed1").orElseThrow().status());

    laboratory.started.clear();
    laboratory.stopAfter = Long.MAX_VALUE;
    List<StudyListener.PlannedRun> planned = new ArrayList<>();
    List<Long> starts = new ArrayList<>();
    StudyListener listener =
        new StudyListener() {
          @Override
          public void planned(List<PlannedRun> runs) {
            planned.addAll(runs);
          }

          @Override
          public void runStarted(PlannedRun run, long step) {
            starts.add(step);
          }
        };
    StudyResult resumed =
        new StudyRunner(laboratory, 2)
            .resume(stopped.directory(), listener, new StopSignal())
            .result();
    assertEquals(
        Set.of("long-seed1", "control-further-long-seed1"), new TreeSet<>(laboratory.started));
    assertEquals(List.of(15L, 15L), starts);
    assertEquals(6, planned.stream().filter(StudyListener.PlannedRun::finished).count());
    assertEquals(whole.claims(), resumed.claims());
    assertEquals(whole.controls(), resumed.controls());
    assertEquals(whole.runs(), resumed.runs());
    assertEquals(whole.plots(), resumed.plots());

    laboratory.started.clear();
    StudyResult again =
        new StudyRunner(laboratory, 2)
            .resume(stopped.directory(), StudyListener.none(), new StopSignal())
            .result();
    assertEquals(List.of(), laboratory.started);
    assertEquals(whole.claims(), again.claims());
  }

  @Test
  void killedStudyGoesOnFromWhatItWrote() throws IOException {
    StudyResult whole = run(STUDY, false).result();
    laboratory.stopAfter = 3;
    StopSignal stop = new StopSignal();
    StudyListener listener =
        new StudyListener() {
          @Override
          public void runEnded(PlannedRun run, RunEntry entry, Progress progress) {
            stop.request();
          }
        };
    StudyRunner.Outcome killed =
        new StudyRunner(laboratory, 1).run(study(STUDY), false, directory, listener, stop);
    assertEquals(
        1,
        killed.result().runs().stream().filter(r -> r.status() == RunEntry.Status.STOPPED).count());
    assertEquals(
        7,
        killed.result().runs().stream().filter(r -> r.status() == RunEntry.Status.PENDING).count());
    laboratory.stopAfter = Long.MAX_VALUE;
    StudyResult resumed =
        new StudyRunner(laboratory, 2)
            .resume(killed.directory(), StudyListener.none(), new StopSignal())
            .result();
    assertEquals(whole.claims(), resumed.claims());
    assertEquals(whole.runs(), resumed.runs());
  }

  @Test
  void runsThatEndedUnnotedAreNotRunAgain() throws IOException {
    String[] atStart = new String[1];
    StudyListener listener =
        new StudyListener() {
          @Override
          public void planned(List<PlannedRun> runs) {
            try (Stream<Path> studies = Files.list(directory)) {
              atStart[0] =
                  Files.readString(studies.findFirst().orElseThrow().resolve(StudyResult.FILE));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    StudyRunner runner = new StudyRunner(laboratory, 2);
    StudyRunner.Outcome whole =
        runner.run(study(STUDY), false, directory, listener, new StopSignal());
    laboratory.started.clear();
    Files.writeString(whole.directory().resolve(StudyResult.FILE), atStart[0]);
    StudyResult resumed =
        runner.resume(whole.directory(), StudyListener.none(), new StopSignal()).result();
    assertEquals(List.of(), laboratory.started);
    assertEquals(whole.result().runs(), resumed.runs());
    assertEquals(whole.result().claims(), resumed.claims());
  }

  @Test
  void whatIsOnlyShownMayBeWrittenAfterTheRuns() throws IOException {
    StudyRunner.Outcome before = run(STUDY, false);
    laboratory.started.clear();
    Study now = study(STUDY.replace("Fast legs win.", "They win by a factor of three."));
    RecordedStudies.Recorded last =
        new RecordedStudies(directory).last("race", "full").orElseThrow();
    assertEquals(before.directory(), last.directory());
    StudyRunner runner = new StudyRunner(laboratory, 2);
    assertTrue(runner.canResume(last, now));
    StudyResult after =
        runner.resume(last.directory(), now, StudyListener.none(), new StopSignal()).result();
    assertEquals(List.of(), laboratory.started);
    assertEquals("They win by a factor of three.", after.findings());
    assertEquals(before.result().claims(), after.claims());
    assertEquals(
        "They win by a factor of three.",
        Study.read(last.directory().resolve(StudyRunner.SOURCE)).definition().findings());
  }

  @Test
  void whatIsJudgedMayNotChangeBetween() {
    run(STUDY, false);
    RecordedStudies.Recorded last =
        new RecordedStudies(directory).last("race", "full").orElseThrow();
    StudyRunner runner = new StudyRunner(laboratory, 2);
    assertTrue(runner.canResume(last, study(STUDY)));
    assertFalse(runner.canResume(last, study(STUDY.replace("at-least: 2\n", "at-least: 1\n"))));
    assertFalse(runner.canResume(last, study(STUDY.replace("rate: 0.1}, pro", "rate: 0.2}, pro"))));
    laboratory.plugins = "2";
    assertFalse(runner.canResume(last, study(STUDY)));
  }

  @Test
  void theLastRunOfEachProfileIsFound() throws IOException {
    assertTrue(new RecordedStudies(directory.resolve("none")).of("race").isEmpty());
    StudyRunner.Outcome quick = run(STUDY, true);
    StudyRunner.Outcome full = run(STUDY, false);
    StudyRunner.Outcome second = run(STUDY, false);
    Files.createDirectories(directory.resolve("race-damaged"));
    Files.writeString(directory.resolve("race-damaged/study.yaml"), STUDY);
    Files.writeString(directory.resolve("race-damaged/study.json"), "{");
    RecordedStudies recorded = new RecordedStudies(directory);
    assertEquals(3, recorded.of("race").size());
    assertEquals(List.of(), recorded.of("rac"));
    assertEquals(quick.directory(), recorded.last("race", "quick").orElseThrow().directory());
    Path last = recorded.last("race", "full").orElseThrow().directory();
    assertTrue(last.equals(second.directory()) && !last.equals(full.directory()));
  }

  @Test
  void resumesNothingThatOtherPluginsMade() {
    StudyRunner.Outcome outcome = run(STUDY, false);
    laboratory.plugins = "2";
    StudyRunner runner = new StudyRunner(laboratory, 2);
    UserError error =
        assertThrows(
            UserError.class,
            () -> runner.resume(outcome.directory(), StudyListener.none(), new StopSignal()));
    assertTrue(error.getMessage().contains("slow-seed0"), error.getMessage());
    assertThrows(
        UserError.class, () -> runner.resume(directory, StudyListener.none(), new StopSignal()));
  }

  @Test
  void writesNothingWhenAnExperimentIsWrong() throws IOException {
    String text = STUDY.replace("slow: {}", "slow: {~optimizer: }");
    UserError error = assertThrows(UserError.class, () -> run(text, false));
    assertTrue(error.getMessage().startsWith("race.yaml:3"), error.getMessage());
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void leavesNothingBehindWhenNoRunCouldStart() throws IOException {
    String text =
        STUDY
            .replace("rate: 0.1}, procedure", "rate: -1}, procedure")
            .replace("{optimizer.rate: 0.3", "{optimizer.rate: -1")
            .replace("optimizer.rate: 0.1}}", "optimizer.rate: -2}}")
            .replace("with: {optimizer.rate: 0}", "with: {optimizer.rate: -2}");
    UserError error = assertThrows(UserError.class, () -> run(text, false));
    assertEquals("the loss became NaN at step 1", error.getMessage());
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void progressCountsTheWholeStudy() {
    List<StudyListener.Progress> seen = new ArrayList<>();
    StudyListener listener =
        new StudyListener() {
          @Override
          public void stepped(PlannedRun run, long step, float loss, Progress progress) {
            seen.add(progress);
          }

          @Override
          public void runEnded(PlannedRun run, RunEntry entry, Progress progress) {
            seen.add(progress);
          }
        };
    new StudyRunner(laboratory, 2).run(study(STUDY), false, directory, listener, new StopSignal());
    // Six runs of 10 steps and two of 40.
    assertEquals(6 * 10 + 2 * 40 + 8, seen.size());
    assertEquals(140, seen.get(0).totalSteps());
    StudyListener.Progress last = seen.get(seen.size() - 1);
    assertEquals(140, last.steps());
    assertEquals(8, last.runsEnded());
    assertEquals(0, last.secondsLeft(), 1e-9);
    for (int i = 1; i < seen.size(); i++) {
      assertTrue(seen.get(i).steps() >= seen.get(i - 1).steps());
    }
  }

  @Test
  void analysesAcrossRunsCanBeClaimed() {
    String text =
        STUDY
                .replace(
                    "controls:\n",
                    "controls:\n  - {breaks: all, because: it stands, with: {optimizer.rate: 0}}\n")
                .replace(
                    "claims:\n",
                    """
                    claims:
                      all:
                        statement: All runs together get somewhere.
                        value: analysis('sum', 'total')
                        at-least: 10
                    """
                        .indent(0))
            + "analyses: {sum: {plugin: total}}\n";
    StudyResult result = run(text, false).result();
    AnalysisResult analysis = result.analyses().get(0);
    assertEquals(5.0, analysis.numbers().get("count"));
    assertEquals(List.of(0.0, 1.0, 0.0, 1.0, 1.0), analysis.arrays().get("seeds"));
    double total = 1.0 + 1.01 + 3.0 + 3.01 + 12.01;
    ClaimResult all = result.claims().get(0);
    assertEquals(total, all.checks().get(0).number(), 1e-9);
    assertEquals(List.of("slow", "fast", "long"), all.arms());
    assertEquals(Verdict.TRUE, all.verdict());
    assertTrue(result.controls().get(0).breaks());
    assertEquals(0.03, result.controls().get(0).claim().checks().get(0).number(), 1e-9);
  }

  @Test
  void jsonKeepsNumbersThatAreNotFinite() {
    String never =
        STUDY.replace(
            "fast.final('score') / slow.final('score')",
            "slow.first('score', '>', 99) / fast.first('score', '>', 1)");
    StudyResult result = run(never, false).result();
    StudyResult copy = StudyResult.fromJson(result.toJson());
    assertEquals(result, copy);
    assertEquals(Double.POSITIVE_INFINITY, copy.claims().get(0).checks().get(0).number());
    assertNotEquals(-1, result.toJson().indexOf("\"Infinity\""));
    assertThrows(UserError.class, () -> StudyResult.fromJson("{"));
  }
}
