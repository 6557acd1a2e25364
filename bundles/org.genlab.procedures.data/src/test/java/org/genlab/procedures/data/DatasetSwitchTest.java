package org.genlab.procedures.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.genlab.api.SettingException;
import org.genlab.procedures.data.DatasetSwitch.First;
import org.genlab.procedures.data.DatasetSwitch.Later;
import org.genlab.procedures.data.DatasetSwitch.Settings;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class DatasetSwitchTest {
  private static final int N = 20;

  private static DatasetSwitch procedure(
      Toy toy, First first, From from, int steps, int batchSize, Integer... later) {
    return new DatasetSwitch(
        new Settings(first, new Later(List.of(later), from, steps, Optional.empty()), batchSize),
        toy.dataset(),
        (name, counters) -> RandomStream.of(4, name, counters),
        toy.slots());
  }

  private static First first(int examples, int steps) {
    return new First(examples, steps, Optional.empty());
  }

  private static List<Float> path(int examples, int firstSteps, From from, Integer... later) {
    Toy toy = new Toy(N);
    return toy.run(procedure(toy, first(examples, firstSteps), from, 6, 0, later));
  }

  @Test
  void eachPhaseSeesThatManyExamples() {
    Toy toy = new Toy(N);
    toy.run(procedure(toy, first(0, 3), From.PREVIOUS, 2, 0, 5, 9, 1));
    assertEquals(List.of(20, 20, 20, 5, 5, 9, 9, 1, 1), toy.seen.stream().map(Set::size).toList());
    assertEquals(Map.of(0L, 20.0, 4L, 5.0, 6L, 9.0, 8L, 1.0), toy.series.get("phase/examples"));
  }

  @Test
  void smallerPartsLieWithinLargerOnes() {
    Toy toy = new Toy(N);
    toy.run(procedure(toy, first(12, 1), From.PREVIOUS, 1, 0, 5, 16, 3));
    List<Set<Integer>> seen = toy.seen;
    assertTrue(seen.get(0).containsAll(seen.get(1)));
    assertTrue(seen.get(2).containsAll(seen.get(0)));
    assertTrue(seen.get(1).containsAll(seen.get(3)));
    assertNotEquals(Set.of(0, 1, 2), seen.get(3), "the parts are random ones");
  }

  @Test
  void minibatchesAreDrawnFromThePart() {
    Toy toy = new Toy(N);
    toy.run(procedure(toy, first(6, 4), From.PREVIOUS, 2, 3, 2));
    assertEquals(List.of(3, 3, 3, 3, 2, 2), toy.seen.stream().map(Set::size).toList());
    Set<Integer> part = new TreeSet<>(toy.seen.get(0));
    part.addAll(toy.seen.get(1));
    assertEquals(6, part.size());
    assertTrue(part.containsAll(toy.seen.get(4)));
  }

  @Test
  void goingOnWithTheSameDataIsOneLongTraining() {
    assertEquals(path(8, 12, From.PREVIOUS), path(8, 6, From.PREVIOUS, 8));
  }

  @Test
  void aPhaseGoesOnFromThePreviousOne() {
    List<Float> path = path(20, 6, From.PREVIOUS, 4, 20);
    // x -> x - 0.1 v with v -> 0.5 v + (x - target): the definition, carried on over the phases.
    Toy toy = new Toy(N);
    toy.run(procedure(toy, first(20, 6), From.PREVIOUS, 6, 0, 4, 20));
    double x = 7;
    double v = 0;
    for (int t = 0; t < path.size(); t++) {
      double target = toy.seen.get(t).stream().mapToInt(i -> i).average().orElseThrow();
      v = 0.5 * v + (x - target);
      x -= 0.1 * v;
      assertEquals(x, path.get(t), 1e-4, "step " + t);
    }
  }

  @Test
  void branchesDoNotKnowOfEachOther() {
    List<Float> all = path(0, 5, From.FIRST, 3, 7, 20);
    for (int branch = 0; branch < 3; branch++) {
      List<Float> alone = path(0, 5, From.FIRST, List.of(3, 7, 20).get(branch));
      assertEquals(alone.subList(5, 11), all.subList(5 + 6 * branch, 11 + 6 * branch));
    }
    assertEquals(path(0, 11, From.FIRST).subList(5, 11), all.subList(17, 23));
  }

  @Test
  void aBranchTakesUpTheBuffersToo() {
    Toy toy = new Toy(N);
    toy.run(procedure(toy, first(0, 5), From.FIRST, 4, 0, 3, 3, 3));
    assertEquals(9, toy.buffers().number("count"));
    assertEquals(9, toy.optimizerState().number("steps"));
  }

  @Test
  void trainingFromScratchBeginsWithTheFirstBuffers() {
    Toy toy = new Toy(N);
    toy.run(procedure(toy, first(0, 5), From.INITIALIZATION, 4, 0, 3, 3));
    assertEquals(4, toy.buffers().number("count"));
    assertEquals(4, toy.optimizerState().number("steps"));
  }

  @Test
  void buffersThatTheFirstStepMakesAreForgotten() {
    for (From from : From.values()) {
      Toy toy = new Toy(N);
      toy.makesBuffers = true;
      toy.run(procedure(toy, first(0, 5), from, 4, 0, 3, 3));
      int steps = from == From.INITIALIZATION ? 4 : from == From.FIRST ? 9 : 13;
      assertEquals(steps, toy.buffers().number("count"), from.toString());
      assertEquals(steps, toy.buffers().number("steps"), from.toString());
      assertEquals(steps, toy.buffers().array("mean").item(), from.toString());
    }
  }

  @Test
  void trainingFromScratchForgetsEverything() {
    List<Float> all = path(0, 6, From.INITIALIZATION, 3, 7);
    assertEquals(path(3, 6, From.PREVIOUS), all.subList(6, 12));
    assertEquals(path(7, 6, From.PREVIOUS), all.subList(12, 18));
  }

  @Test
  void aPhaseEndsWhenItsRuleIsMetByItsOwnValues() {
    Toy toy = new Toy(N);
    Until until = new Until("validation/accuracy", 0.9, 2);
    DatasetSwitch procedure =
        new DatasetSwitch(
            new Settings(
                new First(0, 10, Optional.of(until)),
                new Later(List.of(4), From.PREVIOUS, 5, Optional.of(until)),
                0),
            toy.dataset(),
            (name, counters) -> RandomStream.of(4, name, counters),
            toy.slots());
    toy.accuracy = new double[] {1, 0.5, 0.95, 0.8, 0.9, 0.9, 1, 1, 1, 1, 1, 1};
    assertEquals(9, toy.run(procedure).size());
    assertEquals(Map.of(0L, 20.0, 7L, 4.0), toy.series.get("phase/examples"));
  }

  @Test
  void announcesItsSteps() {
    Toy toy = new Toy(N);
    assertEquals(3 + 3 * 2, procedure(toy, first(0, 3), From.FIRST, 2, 0, 5, 9, 1).totalSteps());
  }

  @Test
  void refusesMoreExamplesThanThereAre() {
    Toy toy = new Toy(N);
    SettingException later =
        assertThrows(
            SettingException.class, () -> procedure(toy, first(0, 3), From.FIRST, 2, 0, 5, 21));
    assertEquals("later.examples", later.setting());
    SettingException first =
        assertThrows(
            SettingException.class, () -> procedure(toy, first(21, 3), From.FIRST, 2, 0, 5));
    assertEquals("first.examples", first.setting());
    assertThrows(SettingException.class, () -> new Until("accuracy", 0.9, 1));
  }
}
