package org.genlab.datasets.wrappers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.genlab.api.SettingException;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.datasets.wrappers.LongTail.Profile;
import org.genlab.datasets.wrappers.LongTail.Settings;
import org.junit.jupiter.api.Test;

class LongTailTest {
  private static final int CLASSES = 5;

  private static Settings exponential(double imbalance, int largest) {
    return new Settings(Profile.EXPONENTIAL, imbalance, largest, 0.5, List.of(), false, 30, 10);
  }

  private static LongTail tail(int train, Settings settings) {
    return new LongTail(settings, Toy.of(CLASSES, train), Toy.seed(1));
  }

  private static Batch all(Dataset dataset, String split) {
    Split chosen = dataset.split(split);
    return chosen.range(0, chosen.size());
  }

  private static int[] sizes(Dataset dataset) {
    int[] sizes = new int[CLASSES];
    for (int label : all(dataset, "train").labels().toArray()) {
      sizes[label]++;
    }
    return sizes;
  }

  private static Set<Float> firstPixels(Dataset dataset, String split) {
    float[] inputs = all(dataset, split).input().toArray();
    Set<Float> first = new HashSet<>();
    for (int i = 0; i < inputs.length; i += 4) {
      first.add(inputs[i]);
    }
    return first;
  }

  @Test
  void shrinksEachClassByTheSameFactor() {
    assertArrayEquals(new int[] {80, 40, 20, 10, 5}, sizes(tail(500, exponential(16, 80))));
    assertArrayEquals(new int[] {30, 30, 30, 30, 30}, sizes(tail(500, exponential(1, 30))));
    assertArrayEquals(
        new int[] {50, 5, 1, 1, 1}, sizes(tail(500, exponential(10_000, 50))), "at least one");
  }

  @Test
  void takesTheMostThatThereIsWhenNoSizeIsGiven() {
    assertArrayEquals(new int[] {40, 20, 10, 5, 3}, sizes(tail(200, exponential(16, 0))));
    assertArrayEquals(new int[] {40, 40, 40, 40, 40}, sizes(tail(200, exponential(1, 0))));
  }

  @Test
  void makesAStep() {
    Settings step = new Settings(Profile.STEP, 10, 50, 0.4, List.of(4, 0, 1, 2, 3), false, 30, 10);
    assertArrayEquals(new int[] {50, 50, 5, 5, 50}, sizes(tail(300, step)));
    Settings one = new Settings(Profile.STEP, 5, 50, 0.2, List.of(0, 1, 3, 4, 2), false, 30, 10);
    assertArrayEquals(new int[] {50, 50, 10, 50, 50}, sizes(tail(300, one)));
  }

  @Test
  void ordersTheClassesAsGivenOrAtRandom() {
    Settings given =
        new Settings(Profile.EXPONENTIAL, 16, 80, 0.5, List.of(4, 3, 2, 1, 0), false, 30, 10);
    assertArrayEquals(new int[] {5, 10, 20, 40, 80}, sizes(tail(500, given)));
    Settings shuffled = new Settings(Profile.EXPONENTIAL, 16, 80, 0.5, List.of(), true, 30, 10);
    Set<Integer> heads = new HashSet<>();
    for (int seed = 0; seed < 20; seed++) {
      int[] sizes = sizes(new LongTail(shuffled, Toy.of(CLASSES, 500), Toy.seed(seed)));
      for (int c = 0; c < CLASSES; c++) {
        if (sizes[c] == 80) {
          heads.add(c);
        }
      }
      java.util.Arrays.sort(sizes);
      assertArrayEquals(new int[] {5, 10, 20, 40, 80}, sizes);
    }
    assertTrue(heads.size() >= 3, heads.toString());
  }

  @Test
  void saysTheGroupOfEachExampleOnAllSplits() {
    LongTail tail = tail(500, exponential(16, 80));
    int[] groups = {0, 0, 1, 1, 2};
    for (String split : List.of("train", "test")) {
      Batch batch = all(tail, split);
      for (int i = 0; i < batch.size(); i++) {
        assertEquals(groups[batch.labels().at(i)], batch.ints(Annotation.GROUP).at(i));
        assertEquals(i, batch.ints(Annotation.INDEX).at(i));
      }
    }
    assertArrayEquals(
        all(Toy.of(CLASSES, 500), "test").input().toArray(), all(tail, "test").input().toArray());
  }

  @Test
  void keepsDifferentExamplesAndOfASmallerClassAPart() {
    LongTail large = tail(500, exponential(4, 80));
    LongTail small = tail(500, exponential(16, 80));
    assertEquals(small.split("train").size(), firstPixels(small, "train").size());
    assertTrue(firstPixels(large, "train").containsAll(firstPixels(small, "train")));
    assertTrue(firstPixels(Toy.of(CLASSES, 500), "train").containsAll(firstPixels(large, "train")));
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertEquals(
        "asks for 80 examples of class 0, and the training split has 40",
        assertThrows(SettingException.class, () -> tail(200, exponential(16, 80))).getMessage());
    Settings twice =
        new Settings(Profile.EXPONENTIAL, 16, 10, 0.5, List.of(4, 3, 2, 1, 1), false, 30, 10);
    assertEquals(
        "must name each class from 0 to 4 once, not [4, 3, 2, 1, 1]",
        assertThrows(SettingException.class, () -> tail(200, twice)).getMessage());
    assertEquals(
        "few",
        assertThrows(
                SettingException.class,
                () -> new Settings(Profile.STEP, 2, 0, 0.5, List.of(), false, 10, 12))
            .setting());
    assertEquals(
        "order",
        assertThrows(
                SettingException.class,
                () -> new Settings(Profile.STEP, 2, 0, 0.5, List.of(0), true, 10, 2))
            .setting());
    assertEquals(
        "long-tail needs an example of each class, and the training split has none of class 2",
        assertThrows(IllegalArgumentException.class, () -> tail(3, exponential(2, 1)))
            .getMessage());
  }
}
