package org.genlab.datasets.algorithmic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.genlab.api.Randomness;
import org.genlab.api.SettingException;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.datasets.algorithmic.ModularArithmetic.Answers;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class DatasetsTest {
  /** A row of a table with what is taught for it. */
  private record Row(int a, int b) {}

  private static Randomness seed(long seed) {
    return (name, counters) -> RandomStream.of(seed, name, counters);
  }

  private static ModularArithmetic modular(
      Operation operation, int p, double fraction, Pairs pairs, Answers answers, double corrupted) {
    return new ModularArithmetic(
        new ModularArithmetic.Settings(operation, p, fraction, pairs, answers, corrupted), seed(0));
  }

  private static ModularArithmetic division(double fraction) {
    return modular(Operation.DIVIDE, 97, fraction, Pairs.ORDERED, Answers.RULE, 0);
  }

  /** Rows and taught answers of a split; checks what holds for every row. */
  private static Map<Row, Integer> read(Split split, int elements) {
    Batch all = split.range(0, split.size());
    IntTensor tokens = all.tokens();
    Map<Row, Integer> rows = new HashMap<>();
    for (int i = 0; i < split.size(); i++) {
      assertEquals(elements, tokens.at(4 * i + 1), "operator");
      assertEquals(elements + 1, tokens.at(4 * i + 3), "equals sign");
      assertEquals(i, all.ints(Annotation.INDEX).at(i));
      Row row = new Row(tokens.at(4 * i), tokens.at(4 * i + 2));
      Integer before = rows.put(row, all.labels().at(i));
      assertEquals(null, before, "a row is there twice");
    }
    return rows;
  }

  private static Map<Row, Integer> table(Dataset dataset, int elements) {
    Map<Row, Integer> all = new HashMap<>();
    for (Split split : dataset.splits()) {
      read(split, elements)
          .forEach((row, answer) -> assertEquals(null, all.put(row, answer), "a row leaks"));
    }
    return all;
  }

  @Test
  void divisionHasEachDefinedRowOnceWithItsAnswer() {
    ModularArithmetic dataset = division(0.5);
    Map<Row, Integer> table = table(dataset, 97);
    assertEquals(97 * 96, table.size());
    table.forEach(
        (row, c) -> {
          assertNotEquals(0, row.b());
          assertEquals(row.a(), c * row.b() % 97);
        });
    assertEquals(97 * 96 / 2, dataset.split("train").size());
    assertEquals(97 * 96 / 2, dataset.split("validation").size());
  }

  @Test
  void specSaysWhatArchitecturesNeed() {
    ModularArithmetic dataset = division(0.5);
    assertEquals(new InputSpec.Tokens(99, 4), dataset.spec().input());
    assertEquals(new TargetSpec.Classes(97), dataset.spec().target());
    assertEquals(1.0 / 97, dataset.spec().properties().get("chance"));
  }

  @Test
  void smallerTrainingSetsAreContainedInLargerOnes() {
    Set<Row> small = read(division(0.3).split("train"), 97).keySet();
    Set<Row> large = read(division(0.65).split("train"), 97).keySet();
    assertTrue(large.containsAll(small));
    assertTrue(large.size() > small.size());
  }

  @Test
  void orderedSplitsMirroredRowsAndSymmetricKeepsThemTogether() {
    for (Pairs pairs : List.of(Pairs.ORDERED, Pairs.SYMMETRIC)) {
      ModularArithmetic dataset = modular(Operation.ADD, 31, 0.5, pairs, Answers.RULE, 0);
      assertEquals(31 * 31, table(dataset, 31).size());
      Set<Row> train = read(dataset.split("train"), 31).keySet();
      long separated = train.stream().filter(r -> !train.contains(new Row(r.b(), r.a()))).count();
      if (pairs == Pairs.SYMMETRIC) {
        assertEquals(0, separated);
      } else {
        // Of about 480 training rows, each mirror is elsewhere with probability about 1/2.
        assertTrue(separated > 150 && separated < 330, separated + " rows");
      }
    }
  }

  @Test
  void unorderedLeavesOutMirroredRows() {
    ModularArithmetic dataset = modular(Operation.ADD, 67, 0.4, Pairs.UNORDERED, Answers.RULE, 0);
    Map<Row, Integer> table = table(dataset, 67);
    assertEquals(67 * 68 / 2, table.size());
    table.keySet().forEach(row -> assertTrue(row.a() <= row.b()));
    assertEquals(911, dataset.split("train").size());
  }

  @Test
  void randomAnswersFollowNoRuleAndAreDrawnOnce() {
    ModularArithmetic dataset = modular(Operation.ADD, 53, 0.5, Pairs.ORDERED, Answers.RANDOM, 0);
    Map<Row, Integer> table = table(dataset, 53);
    assertEquals(
        table, table(modular(Operation.ADD, 53, 0.3, Pairs.ORDERED, Answers.RANDOM, 0), 53));
    long agree =
        table.entrySet().stream()
            .filter(e -> (e.getKey().a() + e.getKey().b()) % 53 == e.getValue())
            .count();
    assertTrue(agree > 20 && agree < 95, agree + " of 2809 by chance, 53 expected");
    assertEquals(53, new HashSet<>(table.values()).size());
  }

  @Test
  void corruptionChangesTheShareOfTrainingAnswersOnly() {
    ModularArithmetic dataset = modular(Operation.ADD, 53, 0.5, Pairs.ORDERED, Answers.RULE, 0.4);
    Batch train = dataset.split("train").range(0, dataset.split("train").size());
    Batch validation = dataset.split("validation").range(0, 1000);
    assertEquals(validation.labels(), validation.ints(Annotation.CLEAN));
    int changed = 0;
    for (int i = 0; i < train.size(); i++) {
      int clean = (train.tokens().at(4 * i) + train.tokens().at(4 * i + 2)) % 53;
      assertEquals(clean, train.ints(Annotation.CLEAN).at(i));
      changed += train.labels().at(i) == clean ? 0 : 1;
    }
    // 562 of 1405 rows are redrawn, of which about 1/53 keep their answer by chance.
    assertTrue(changed > 530 && changed <= 562, changed + " answers changed");
  }

  @Test
  void anotherSeedMakesAnotherSplit() {
    ModularArithmetic.Settings settings =
        new ModularArithmetic.Settings(Operation.ADD, 23, 0.5, Pairs.ORDERED, Answers.RULE, 0);
    Set<Row> zero = read(new ModularArithmetic(settings, seed(0)).split("train"), 23).keySet();
    assertEquals(zero, read(new ModularArithmetic(settings, seed(0)).split("train"), 23).keySet());
    assertNotEquals(
        zero, read(new ModularArithmetic(settings, seed(1)).split("train"), 23).keySet());
  }

  @Test
  void settingsThatDoNotFitAreRefused() {
    SettingException modulus =
        assertThrows(
            SettingException.class,
            () ->
                new ModularArithmetic.Settings(
                    Operation.DIVIDE, 100, 0.5, Pairs.ORDERED, Answers.RULE, 0));
    assertEquals("modulus", modulus.setting());
    assertTrue(modulus.getMessage().contains("101"), modulus.getMessage());
    // Nothing is divided here, so any modulus will do.
    assertEquals(
        100, table(modular(Operation.ADD, 10, 0.5, Pairs.ORDERED, Answers.RULE, 0), 10).size());
    for (double fraction : new double[] {1e-6, 1 - 1e-6}) {
      SettingException empty = assertThrows(SettingException.class, () -> division(fraction));
      assertEquals("trainFraction", empty.setting());
    }
  }

  @Test
  void permutationTablesHaveTheirForms() {
    SymmetricGroup group = new SymmetricGroup(4);
    for (PermutationComposition.Form form : PermutationComposition.Form.values()) {
      PermutationComposition dataset =
          new PermutationComposition(
              new PermutationComposition.Settings(form, 4, 0.5, Pairs.ORDERED, Answers.RULE, 0),
              seed(0));
      Map<Row, Integer> table = table(dataset, 24);
      assertEquals(24 * 24, table.size());
      table.forEach(
          (row, c) -> {
            int[] x = group.images(row.a());
            int[] y = group.images(row.b());
            int[] z = group.images(c);
            for (int i = 0; i < 4; i++) {
              // For the conjugate, z(x(i)) = x(y(i)) says the same as z = x.y.x^-1.
              switch (form.toString()) {
                case "x.y" -> assertEquals(x[y[i]], z[i]);
                case "x.y.x^-1" -> assertEquals(x[y[i]], z[x[i]]);
                case "x.y.x" -> assertEquals(x[y[x[i]]], z[i]);
                default -> throw new AssertionError("no oracle for " + form);
              }
            }
          });
    }
  }

  @Test
  void theGroupOfThePaperHas14400Rows() {
    PermutationComposition dataset =
        new PermutationComposition(
            new PermutationComposition.Settings(
                PermutationComposition.Form.PRODUCT, 5, 0.4, Pairs.ORDERED, Answers.RULE, 0),
            seed(0));
    assertEquals(14400, dataset.splits().stream().mapToInt(Split::size).sum());
    assertEquals(5760, dataset.split("train").size());
    assertEquals(new InputSpec.Tokens(122, 4), dataset.spec().input());
  }
}
