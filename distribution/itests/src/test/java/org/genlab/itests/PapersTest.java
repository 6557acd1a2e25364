package org.genlab.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.genlab.itests.Genlab.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups of papers: run one after the other, kept when run again, written to the results page. */
class PapersTest {
  @TempDir Path work;
  private Genlab genlab;

  @BeforeEach
  void installTwoPapers() throws IOException {
    install("1.2.3", 0.5);
    genlab = new Genlab(work).with("GENLAB_PLUGINS", work.resolve("plugins").toString());
  }

  /** A bundle with two papers; the claim of the second holds when the bound is below 1. */
  private void install(String version, double bound) throws IOException {
    Path first = Files.writeString(work.resolve("first.yaml"), study("tiny-first", 901, 0.5));
    Path second = Files.writeString(work.resolve("second.yaml"), study("tiny-second", 902, bound));
    new TestBundle("org.example.papers.tiny")
        .header("Bundle-Version", version)
        .file("GENLAB-INF/studies/tiny-first.yaml", first)
        .file("GENLAB-INF/studies/tiny-second.yaml", second)
        .into(work.resolve("plugins"));
  }

  /** A study whose claim says that half is at most the bound. */
  private static String study(String id, int number, double bound) {
    String experiment =
        Experiments.small(10).lines().map(line -> "  " + line + "\n").collect(Collectors.joining());
    return """
    id: %s
    paper: {number: %d, title: 'On %s', year: 2020, group: tiny-papers}
    minutes: 1.5
    experiment:
    %s
    arms:
      main: {}
      long: {procedure.steps: 20}
    claims:
      longer:
        statement: A run of twenty steps makes more steps than one of ten.
        value: main.steps() / long.steps()
        at-most: %s
    controls:
      - breaks: longer
        because: with ten steps it is the same run
        arms: {long: {procedure.steps: 10}}
    """
        .formatted(id, number, id, experiment, bound);
  }

  private List<Path> studies() throws IOException {
    try (Stream<Path> all = Files.list(work.resolve("runs"))) {
      return all.sorted().toList();
    }
  }

  @Test
  void aGroupIsRunKeptAndWrittenDown() throws IOException {
    Result never = genlab.run("papers", "--group", "tiny-papers");
    assertEquals(0, never.code(), never.describe());
    assertEquals(3, never.out().lines().count(), never.describe());
    assertTrue(never.out().contains("never run"), never.describe());
    assertTrue(never.out().contains("1 min 30 s"), never.describe());

    Result group = genlab.run("reproduce", "--group", "tiny-papers");
    assertEquals(0, group.code(), group.describe());
    assertTrue(group.out().contains("[2/2] tiny-second: On tiny-second"), group.describe());
    assertTrue(group.out().contains("1 of 1 break"), group.describe());
    assertEquals(2, studies().size());
    assertTrue(genlab.run("papers").out().contains("TRUE 1 of 1"));

    Result again = genlab.run("reproduce", "--group", "tiny-papers", "--resume");
    assertEquals(0, again.code(), again.describe());
    assertEquals(2, studies().size());

    // A claim that was changed is judged on new runs; the other study is kept.
    install("1.2.4", 0.4);
    Result changed = genlab.run("reproduce", "--group", "tiny-papers", "--resume");
    assertEquals(1, changed.code(), changed.describe());
    assertTrue(changed.out().contains("FALSE"), changed.describe());
    assertEquals(3, studies().size());

    Result results = genlab.run("results");
    assertEquals(0, results.code(), results.describe());
    String page = Files.readString(work.resolve("results/README.md"));
    assertTrue(
        page.contains("| [tiny-first](#tiny-first) | On tiny-first (2020) | 1 of 1 |"), page);
    assertTrue(
        page.contains("| [tiny-second](#tiny-second) | On tiny-second (2020) | 0 of 1"), page);
    assertTrue(page.contains("- dataset modular-arithmetic "), page);

    // An entry without runs stays.
    Result elsewhere = genlab.run("results", "--runs-dir", "none");
    assertEquals(0, elsewhere.code(), elsewhere.describe());
    assertEquals(page, Files.readString(work.resolve("results/README.md")));
  }

  @Test
  void mistakesGetOneSentence() {
    for (String[] line :
        new String[][] {
          {"reproduce"},
          {"reproduce", "tiny-first", "--all"},
          {"reproduce", "--group", "tiny-paper"},
          {"papers", "--group", "tiny-paper"},
          {"results"}
        }) {
      Result result = genlab.run(line);
      assertEquals(2, result.code(), result.describe());
      assertEquals(1, result.err().lines().count(), result.describe());
    }
    String nearest = genlab.run("reproduce", "--group", "tiny-paper").err();
    assertTrue(nearest.contains("did you mean 'tiny-papers'?"), nearest);
    assertFalse(Files.exists(work.resolve("runs")));
  }
}
