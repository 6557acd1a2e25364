package org.genlab.datasets.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.genlab.api.Randomness;
import org.genlab.api.SettingException;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.datasets.images.FontDigits.Settings;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class FontDigitsTest {
  static Randomness seed(long seed) {
    return (name, counters) -> RandomStream.of(seed, name, counters);
  }

  /** The settings by default, but those. */
  static Settings settings(Map<String, Object> changed) {
    try {
      var components = Settings.class.getRecordComponents();
      var constructor =
          Settings.class.getDeclaredConstructor(
              Arrays.stream(components).map(c -> c.getType()).toArray(Class<?>[]::new));
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < components.length; i++) {
        String name = components[i].getName();
        String text =
            constructor.getParameters()[i].getAnnotation(org.genlab.api.Default.class).value();
        Object byDefault = read(text, components[i].getType());
        values.add(changed.getOrDefault(name, byDefault));
      }
      return constructor.newInstance(values.toArray());
    } catch (java.lang.reflect.InvocationTargetException e) {
      throw (RuntimeException) e.getCause();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static Object read(String text, Class<?> type) {
    if (type == int.class) {
      return Integer.valueOf(text);
    }
    if (type == double.class) {
      return Double.valueOf(text);
    }
    if (type == boolean.class) {
      return Boolean.valueOf(text);
    }
    return type == String.class ? text : FontDigits.Values.UNIT;
  }

  private static FontDigits digits(long seed, Map<String, Object> changed) {
    return new FontDigits(settings(changed), seed(seed));
  }

  private static Batch all(Dataset dataset, String split) {
    Split s = dataset.split(split);
    return s.range(0, s.size());
  }

  /** Each image of a batch. */
  private static List<ByteBuffer> images(Batch batch) {
    float[] input = batch.input().toArray();
    int size = input.length / batch.size();
    List<ByteBuffer> images = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      ByteBuffer image = ByteBuffer.allocate(4 * size);
      for (int p = 0; p < size; p++) {
        image.putFloat(input[i * size + p]);
      }
      images.add(image.flip());
    }
    return images;
  }

  @Test
  void splitsHaveTheSizesAskedForAndBalancedClasses() {
    FontDigits dataset = digits(0, Map.of("train", 205, "validation", 40, "test", 63));
    assertEquals(List.of("train", "validation", "test"), names(dataset));
    assertEquals(List.of(205, 40, 63), dataset.splits().stream().map(Split::size).toList());
    for (Split split : dataset.splits()) {
      int[] counts = new int[10];
      for (int label : all(dataset, split.name()).labels().toArray()) {
        counts[label]++;
      }
      for (int count : counts) {
        assertTrue(
            count == split.size() / 10 || count == split.size() / 10 + 1, Arrays.toString(counts));
      }
    }
    assertEquals(new InputSpec.Values(List.of(16, 16, 1)), dataset.spec().input());
    assertEquals(new TargetSpec.Classes(10), dataset.spec().target());
    assertEquals(0.1, dataset.spec().properties().get("chance"));
  }

  private static List<String> names(Dataset dataset) {
    return dataset.splits().stream().map(Split::name).toList();
  }

  @Test
  void emptySplitsAreLeftOut() {
    assertEquals(
        List.of("train"), names(digits(0, Map.of("train", 5, "validation", 0, "test", 0))));
  }

  @Test
  void noImageIsThereTwice() {
    // Few fonts, one kind of deformation, tiny shifts: many images would be the same.
    Map<String, Object> few =
        Map.of(
            "fonts",
            1,
            "difficulty",
            1.0,
            "noise",
            0.0,
            "train",
            400,
            "validation",
            100,
            "test",
            100);
    FontDigits dataset = digits(0, few);
    Set<ByteBuffer> met = new HashSet<>();
    for (Split split : dataset.splits()) {
      images(all(dataset, split.name())).forEach(image -> assertTrue(met.add(image)));
    }
    assertEquals(600, met.size());
  }

  @Test
  void anImageThatWasThereIsDrawnAgainOrRefused() {
    // Undeformed glyphs: an image for each font and class, so 20 for two classes and 10 fonts.
    Map<String, Object> possible =
        Map.of(
            "fonts",
            10,
            "difficulty",
            0.0,
            "characters",
            "38",
            "train",
            8,
            "validation",
            2,
            "test",
            2);
    FontDigits dataset = digits(0, possible);
    Set<ByteBuffer> met = new HashSet<>();
    dataset.splits().forEach(split -> met.addAll(images(all(dataset, split.name()))));
    assertEquals(12, met.size());
    SettingException refused =
        assertThrows(
            SettingException.class,
            () -> digits(0, Map.of("fonts", 10, "difficulty", 0.0, "train", 101)));
    assertEquals("fonts", refused.setting());
    assertTrue(refused.getMessage().contains("not enough different images"));
  }

  @Test
  void examplesAreFunctionsOfSeedSplitAndIndex() {
    Map<String, Object> small = Map.of("train", 30, "validation", 10, "test", 10);
    Map<String, Object> large = Map.of("train", 60, "validation", 20, "test", 10);
    FontDigits a = digits(0, small);
    FontDigits b = digits(0, large);
    for (String split : names(a)) {
      Batch first = all(a, split);
      Batch second = b.split(split).range(0, first.size());
      assertArrayEquals(first.input().toArray(), second.input().toArray());
      assertArrayEquals(first.labels().toArray(), second.labels().toArray());
    }
    assertFalse(
        Arrays.equals(
            all(a, "train").input().toArray(), all(digits(1, small), "train").input().toArray()));
  }

  @Test
  void fontsAreSharedOrNew() {
    for (boolean newFonts : new boolean[] {false, true}) {
      FontDigits dataset =
          digits(0, Map.of("fonts", 7, "newFonts", newFonts, "train", 200, "validation", 200));
      Set<Integer> train = fonts(dataset, "train");
      assertEquals(7, train.size());
      Set<Integer> test = fonts(dataset, "test");
      test.retainAll(train);
      assertEquals(newFonts ? 0 : 7, test.size());
      Set<Integer> both = fonts(dataset, "validation");
      both.retainAll(fonts(dataset, "test"));
      assertEquals(newFonts ? 0 : 7, both.size());
    }
  }

  private static Set<Integer> fonts(Dataset dataset, String split) {
    return IntStream.of(all(dataset, split).ints(ImageSplit.FONT).toArray())
        .boxed()
        .collect(java.util.stream.Collectors.toCollection(HashSet::new));
  }

  @Test
  void standardValuesHaveMeanZeroAndDeviationOneInTraining() {
    Map<String, Object> unit = Map.of("train", 300);
    Map<String, Object> standard = Map.of("train", 300, "values", FontDigits.Values.STANDARD);
    float[] a = all(digits(0, unit), "train").input().toArray();
    float[] b = all(digits(0, standard), "train").input().toArray();
    double mean = mean(a);
    double deviation =
        Math.sqrt(
            IntStream.range(0, a.length).mapToDouble(i -> (a[i] - mean) * (a[i] - mean)).sum()
                / a.length);
    assertEquals(0, mean(b), 1e-6);
    for (int i = 0; i < a.length; i++) {
      assertTrue(a[i] >= 0 && a[i] <= 1);
      assertEquals((a[i] - mean) / deviation, b[i], 1e-4);
    }
  }

  private static double mean(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElseThrow();
  }

  @Test
  void noiseHasItsDeviation() {
    RandomStream random = RandomStream.of(0, "bits");
    int n = 100000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double z = Renderer.nearlyNormal(random.nextInt());
      sum += z;
      squares += z * z;
    }
    assertEquals(0, sum / n, 0.015);
    assertEquals(1, squares / n, 0.015);
  }

  @Test
  void difficultyZeroLeavesGlyphsUndeformed() {
    FontDigits dataset =
        digits(0, Map.of("difficulty", 0.0, "fonts", 30, "train", 40, "validation", 0, "test", 0));
    // Upright, in the middle, without noise: the corners are empty, and the darkest ink is full.
    float[] input = all(dataset, "train").input().toArray();
    for (int i = 0; i < 40; i++) {
      float[] image = Arrays.copyOfRange(input, i * 256, (i + 1) * 256);
      assertEquals(0, image[0]);
      assertEquals(0, image[255]);
      double most = IntStream.range(0, 256).mapToDouble(p -> image[p]).max().orElseThrow();
      assertTrue(most > 0.5, "image " + i + " has ink " + most);
    }
  }

  @Test
  void eachImageShowsItsCharacterRightly() {
    // A neighbour among undeformed glyphs of other fonts tells most digits apart.
    FontDigits dataset =
        digits(
            0,
            Map.of(
                "difficulty", 0.3, "train", 1000, "validation", 0, "test", 300, "newFonts", true));
    float[] train = all(dataset, "train").input().toArray();
    float[] test = all(dataset, "test").input().toArray();
    int[] labels = all(dataset, "train").labels().toArray();
    int[] truth = all(dataset, "test").labels().toArray();
    int right = 0;
    for (int t = 0; t < truth.length; t++) {
      double nearest = Double.POSITIVE_INFINITY;
      int label = -1;
      for (int i = 0; i < labels.length; i++) {
        double distance = 0;
        for (int p = 0; p < 256; p++) {
          double d = train[i * 256 + p] - test[t * 256 + p];
          distance += d * d;
        }
        if (distance < nearest) {
          nearest = distance;
          label = labels[i];
        }
      }
      right += label == truth[t] ? 1 : 0;
    }
    assertTrue(right > 0.85 * truth.length, right + " of " + truth.length);
  }

  @Test
  void pixelsAreTheSameOnEveryMachine() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (int size : new int[] {16, 28}) {
      FontDigits dataset =
          digits(3, Map.of("size", size, "train", 100, "validation", 50, "test", 50));
      for (Split split : dataset.splits()) {
        images(all(dataset, split.name())).forEach(digest::update);
      }
    }
    assertEquals(
        "06bafdc2b8e7e19cf35f8debda26eee15c290d6ce37219c86a49c856d43e81da",
        HexFormat.of().formatHex(digest.digest()));
  }

  @Test
  void otherCharactersAreOtherClasses() {
    FontDigits dataset = digits(0, Map.of("characters", "71", "train", 20));
    assertEquals(new TargetSpec.Classes(2), dataset.spec().target());
    assertEquals(0.5, dataset.spec().properties().get("chance"));
    assertNotEquals(all(dataset, "train").labels().at(0), all(dataset, "train").labels().at(1));
    assertEquals(0, all(dataset, "train").ints(Annotation.INDEX).at(0));
  }

  @Test
  void refusesSettingsThatDoNotFit() {
    refused("characters", "at least two classes, each once", Map.of("characters", "7"));
    refused("characters", "at least two classes, each once", Map.of("characters", "733"));
    refused(
        "characters", "must be some of 0123456789, and 'ß' is none", Map.of("characters", "1ß"));
    refused("train", "at least 1 for images that are drawn", Map.of("train", 0));
    refused("size", "less than 2^31 pixels", Map.of("size", 128, "train", 1000000));
  }

  private static void refused(String setting, String part, Map<String, Object> changed) {
    SettingException refused = assertThrows(SettingException.class, () -> digits(0, changed));
    assertEquals(setting, refused.setting());
    assertTrue(refused.getMessage().contains(part), refused.getMessage());
  }
}
