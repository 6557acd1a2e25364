package org.genlab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.genlab.store.UserError;
import org.genlab.study.internal.Check;
import org.genlab.study.internal.Definition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudyTest {
  private static final String STUDY =
      """
      id: grokking
      paper:
        number: 1
        title: Grokking
        authors: [A. Power, Y. Burda]
        arxiv: '2201.02177'
        year: 2022
      experiment:
        dataset: {plugin: modular-arithmetic, modulus: 97}
        optimizer: {plugin: adamw, weight-decay: 1}
        regularizers: {cross-entropy: {}}
      seeds: 0..2
      arms:
        main: {}
        no-decay: {optimizer.weight-decay: 0}
        fraction-0.3: {dataset.fraction: 0.3, seeds: 7}
        plain: {like: no-decay, '~regularizers': , seeds: [1, 4]}
      claims:
        delay:
          statement: Validation follows late.
          paper: a thousand times
          checks:
            - value: main.first('v', '>=', 0.99) / main.first('t', '>=', 0.99)
              at-least: 3
            - {value: "max(arms('fraction-*').final('v'))", over: mean, between: [0, 1.5]}
        decay: {statement: Decay speeds it up., value: no_decay.steps(), greater-than: 1}
      controls:
        - {breaks: delay, because: no rule, with: {dataset.operation: random}}
        - {breaks: decay, because: x, arms: {no-decay: {optimizer.weight-decay: 1}}, seeds: 5}
      quick:
        arms: [main, fraction-0.3]
        claims: [delay]
        overrides: {procedure.steps: 5}
      """;

  private static Study parse(String text) {
    return Study.parse(text, "s.yaml", name -> Optional.empty());
  }

  @Test
  void readsWhatIsWritten() {
    Study study = parse(STUDY);
    assertEquals("grokking", study.id());
    assertEquals("Grokking", study.title());
    Paper paper = study.paper().orElseThrow();
    assertEquals(List.of("A. Power", "Y. Burda"), paper.authors());
    assertEquals("2201.02177", paper.arxiv());
    assertEquals(List.of("main", "no-decay", "fraction-0.3", "plain"), study.arms());
    Definition definition = study.definition();
    assertEquals(List.of(0L, 1L, 2L), definition.arms().get("main").seeds());
    assertEquals(List.of(7L), definition.arms().get("fraction-0.3").seeds());
    assertEquals(List.of(1L, 4L), definition.arms().get("plain").seeds());
    assertEquals(2, definition.arms().get("plain").changes().size());
    Definition.Claim delay = definition.claims().get("delay");
    assertEquals(List.of("main", "fraction-0.3"), delay.arms());
    assertEquals(
        List.of(List.of("main"), List.of("fraction-0.3")),
        delay.checks().stream().map(Check::arms).toList());
    assertEquals(Over.EACH_SEED, delay.checks().get(0).over());
    assertEquals("in [0, 1.5]", delay.checks().get(1).threshold().text());
    assertEquals(
        List.of("main", "fraction-0.3"),
        List.copyOf(definition.controls().get(0).changes().keySet()));
    assertEquals(Optional.of(List.of(5L)), definition.controls().get(1).seeds());
    assertEquals(List.of("delay"), definition.quick().claims());
  }

  @Test
  void itsYamlReadsBackAsTheSame() {
    Study study = parse(STUDY);
    assertEquals(study.toYaml(), parse(study.toYaml()).toYaml());
    assertEquals(study.claims(), parse(study.toYaml()).claims());
  }

  @Test
  void quickFormDefaultsToOneSeedOfEverything() {
    Definition.Quick quick =
        parse(STUDY.substring(0, STUDY.indexOf("quick:"))).definition().quick();
    assertEquals(List.of("delay", "decay"), quick.claims());
    assertEquals(4, quick.arms().size());
    assertEquals(Optional.of(List.of(0L)), quick.seeds());
    quick = parse(STUDY.replace("arms: [main, fraction-0.3]", "seeds: 1")).definition().quick();
    assertEquals(List.of("main", "fraction-0.3"), quick.arms());
  }

  @Test
  void experimentMayStandInItsOwnFile(@TempDir Path directory) throws IOException {
    int start = STUDY.indexOf("experiment:");
    int end = STUDY.indexOf("seeds: 0..2");
    String base =
        STUDY.substring(start + "experiment:\n".length(), end).replace("  dataset", "dataset");
    String text =
        STUDY.substring(0, start) + "experiment: {file: base.yaml}\n" + STUDY.substring(end);
    Path file = directory.resolve("grokking.yaml");
    Files.writeString(file, text);
    UserError error = assertThrows(UserError.class, () -> Study.read(file));
    assertTrue(error.getMessage().contains("grokking.yaml:8"), error.getMessage());
    Files.writeString(directory.resolve("base.yaml"), base.indent(-2));
    assertEquals(parse(STUDY).toYaml(), Study.read(file).toYaml());
  }

  /** What is put in place of what, and where and what the sentence says. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "id: grokking | ids: grokking | s.yaml:1: a study has no key 'ids'; did you mean 'id'?",
        "id: grokking | id: Grokking | s.yaml:1: the id 'Grokking' of a study has lower-case",
        "id: grokking | title: x | s.yaml:1: a study needs 'id', as in id: grokking",
        "title: Grokking | titel: G | s.yaml:4: 'paper' has no key 'titel'; did you mean 'title'?",
        "year: 2022 | year: soon | s.yaml:7: 'year' of 'paper' must be a whole number from 0",
        "seeds: 0..2 | seeds: 3..1 | s.yaml:12: seeds 3..1 must go upwards",
        "seeds: 0..2 | seeds: [1, 1] | s.yaml:12: a seed is given twice",
        "seeds: 0..2 | seeds: -1 | s.yaml:12: a seed must be a whole number from 0, not -1",
        "seeds: 0..2 | seeds: [] | s.yaml:12: there must be at least one seed",
        "main: {} | Main: {} | s.yaml:14: the name 'Main' of an arm begins with a lower-case",
        "main: {} | run: {} | s.yaml:14: an arm cannot be called 'run'",
        "main: {} | fraction-0-3: {} | s.yaml:16: the arms 'fraction-0-3' and 'fraction-0.3' are"
            + " both",
        "main: {} | main: 3 | s.yaml:14: arm 'main' must be a map of settings, not 3",
        "like: no-decay | like: nodecay | s.yaml:17: arm 'plain' is like 'nodecay', which is no arm"
            + " above it; did you mean 'no-decay'?",
        "'~regularizers': | '~regularizer': | s.yaml:17: there is no 'regularizer' to remove",
        "{optimizer.weight-decay: 0} | {seed: 4} | s.yaml:15: 'seed' cannot be overridden here",
        "{optimizer.weight-decay: 0} | {dataset.modulus.x: 4} | s.yaml:15: 'dataset.modulus' is 97",
        "statement: Validation follows late. | paper2: x | s.yaml:20: claim 'delay' has no key"
            + " 'paper2'; did you mean 'paper'?",
        "statement: Validation follows late. | paper: x | s.yaml:21: ",
        "at-least: 3 | at-lest: 3 | s.yaml:24: a check of claim 'delay' has no key 'at-lest'; did"
            + " you mean 'at-least'?",
        "at-least: 3 | over: mean | s.yaml:23: a check of claim 'delay' has no threshold",
        "at-least: 3 | at-least: three | s.yaml:24: 'at-least' of claim 'delay' must be a number",
        "at-least: 3 | at-least: .nan | s.yaml:24: 'at-least' of claim 'delay' must be a number",
        "between: [0, 1.5] | between: [2, 1.5] | s.yaml:25: 'between' of claim 'delay' must give"
            + " the smaller number first",
        "between: [0, 1.5] | between: 2 | s.yaml:25: 'between' of claim 'delay' takes two numbers",
        "between: [0, 1.5] | at-least: 2, at-most: 3 | s.yaml:25: a check of claim 'delay' has two"
            + " thresholds",
        "over: mean | over: seeds | s.yaml:25: there is no over: seeds",
        "main.first('v' | mian.first('v' | s.yaml:23: there is no arm 'mian' to speak of",
        "main.first('v' | main.firts('v' | s.yaml:23: claim 'delay': an arm has no function"
            + " 'firts'; did you mean 'first'?",
        "'>=', 0.99) / | '>=', 0.99 / | s.yaml:23: ",
        "'>=', 0.99) / | '>>', 0.99) / | s.yaml:23: claim 'delay': '>>' is no comparison",
        "arms('fraction-*') | arms('share-*') | s.yaml:25: claim 'delay': no arm is named like"
            + " 'share-*'",
        "max(arms | mx(arms | s.yaml:25: claim 'delay': there is no function 'mx'; did you mean"
            + " 'max'?",
        "max(arms('fraction-*').final('v')) | arms('fraction-*').final('v') | s.yaml:25: claim"
            + " 'delay': 'arms('fraction-*').final('v')' gives a list of 1 numbers",
        "no_decay.steps() | no-decay.steps() | s.yaml:26: there is no arm 'decay' to speak of",
        "no_decay.steps() | no_decay.first('v', '>', 1) | s.yaml:26: claim 'decay' has no key '>';"
            + " between { } a value with commas stands in quotes",
        "breaks: decay | breaks: decai | s.yaml:29: there is no claim 'decai' to break; did you"
            + " mean 'decay'?",
        "breaks: decay, because: x, arms: {no-decay: {optimizer.weight-decay: 1}} | breaks: delay,"
            + " because: x, with: {a: 1} | s.yaml:26: claim 'decay' has no control; a claim that",
        "because: x, | | s.yaml:29: a control needs 'because'",
        "with: {dataset.operation: random} | with: {} | s.yaml:28: a control must override"
            + " something",
        "with: {dataset.operation: random} | seeds: 3 | s.yaml:28: a control needs either 'with'",
        "{no-decay: {opt | {main: {opt | s.yaml:29: 'arms' of a control of claim 'decay' has no key"
            + " 'main'",
        "arms: [main, fraction-0.3] | arms: [mian] | s.yaml:31: there is no arm 'mian'; did you"
            + " mean 'main'?",
        "arms: [main, fraction-0.3] | arms: [main] | s.yaml:32: claim 'delay' speaks of the arms"
            + " main, fraction-0.3, which are not all",
        "claims: [delay] | claims: [late] | s.yaml:32: there is no claim 'late'; there are delay,"
            + " decay",
      })
  void mistakesAreSentencesWithFileAndLine(String old, String wrong, String sentence) {
    assertTrue(STUDY.contains(old), old);
    String text = STUDY.replace(old, wrong == null ? "" : wrong);
    UserError error = assertThrows(UserError.class, () -> parse(text));
    assertTrue(error.getMessage().startsWith(sentence), error.getMessage());
  }

  @Test
  void plotsAreChecked() {
    String curves = STUDY + "plots: {c: {series: [v], marks: {t: \"run.first('v', '>=', 1)\"}}}\n";
    assertEquals(1, parse(curves).definition().plots().size());
    Map<String, String> wrong =
        Map.of(
            "series: [v]", "s.yaml:34: plot 'c' draws points and has no marks",
            "run.first", "s.yaml:34: there is no 'main' to speak of",
            "'>=', 1)", "s.yaml:34: an arm's first(...) takes a series",
            "{c:", "s.yaml:34: the id 'C' of a plot");
    Map<String, String> by =
        Map.of(
            "series: [v]", "x: '1'", "run.first", "main.first", "'>=', 1)", "'>=')", "{c:", "{C:");
    wrong.forEach(
        (old, sentence) -> {
          UserError error =
              assertThrows(UserError.class, () -> parse(curves.replace(old, by.get(old))));
          assertTrue(error.getMessage().startsWith(sentence), error.getMessage());
        });
  }

  @Test
  void holdsHundredsOfArms() {
    StringBuilder arms = new StringBuilder();
    IntStream.range(0, 300)
        .forEach(
            i -> arms.append("  n").append(i).append(": {dataset.n: ").append(i).append("}\n"));
    String text =
        STUDY
            .replace("arms:\n  main", "arms:\n" + arms + "  main")
            .replace(
                "no_decay.steps()",
                "\"spearman(arms('n*').setting('dataset.n'), arms('n*').final('v'))\"")
            .replace(
                "arms: {no-decay: {optimizer.weight-decay: 1}}", "with: {dataset.shuffle: true}");
    // 'no-decay' is named like it, too.
    assertEquals(301, parse(text).definition().claims().get("decay").arms().size());
  }
}
