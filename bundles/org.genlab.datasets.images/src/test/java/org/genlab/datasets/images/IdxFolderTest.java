package org.genlab.datasets.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFolderTest {
  private static final int HEIGHT = 3;
  private static final int WIDTH = 2;

  @TempDir Path folder;

  private static byte[] idx(int magic, int[] sizes, byte[] data) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(magic);
    for (int size : sizes) {
      out.writeInt(size);
    }
    out.write(data);
    return bytes.toByteArray();
  }

  /** Image i has the label (i + offset) % 10 and the pixels offset + i, i + 1, ... */
  private static byte[] images(int count, int offset) throws IOException {
    byte[] pixels = new byte[count * HEIGHT * WIDTH];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (offset + i / (HEIGHT * WIDTH) + i % (HEIGHT * WIDTH));
    }
    return idx(2051, new int[] {count, HEIGHT, WIDTH}, pixels);
  }

  private static byte[] labels(int count, int offset) throws IOException {
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      labels[i] = (byte) ((i + offset) % 10);
    }
    return idx(2049, new int[] {count}, labels);
  }

  private void write(String name, byte[] data) throws IOException {
    if (name.endsWith(".gz")) {
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name)))) {
        out.write(data);
      }
    } else {
      Files.write(folder.resolve(name), data);
    }
  }

  @BeforeEach
  void fourFiles() throws IOException {
    write("train-images-idx3-ubyte", images(60, 0));
    write("train-labels-idx1-ubyte.gz", labels(60, 0));
    write("t10k-images-idx3-ubyte.gz", images(20, 100));
    write("t10k-labels-idx1-ubyte", labels(20, 100));
  }

  private FontDigits read(Object... changed) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("folder", folder.toString());
    all.put("train", 0);
    all.put("validation", 15);
    all.put("test", 0);
    for (int i = 0; i < changed.length; i += 2) {
      all.put((String) changed[i], changed[i + 1]);
    }
    return new FontDigits(FontDigitsTest.settings(all), FontDigitsTest.seed(0));
  }

  /** The images' first pixels, each checked against the rest of the image and the label. */
  private static Set<Integer> checked(Split split, String characters) {
    Batch batch = split.range(0, split.size());
    float[] input = batch.input().toArray();
    Set<Integer> first = new HashSet<>();
    for (int i = 0; i < split.size(); i++) {
      int level = Math.round(255 * input[i * HEIGHT * WIDTH]);
      for (int p = 0; p < HEIGHT * WIDTH; p++) {
        assertEquals((level + p) / 255f, input[i * HEIGHT * WIDTH + p], 1e-6f);
      }
      assertEquals(characters.indexOf('0' + level % 10), batch.labels().at(i));
      assertTrue(first.add(level));
    }
    return first;
  }

  @Test
  void imagesAndLabelsBelongTogetherAndSplitsAreApart() {
    FontDigits dataset = read();
    assertEquals(new InputSpec.Values(List.of(HEIGHT, WIDTH, 1)), dataset.spec().input());
    Set<Integer> train = checked(dataset.split("train"), "0123456789");
    Set<Integer> validation = checked(dataset.split("validation"), "0123456789");
    Set<Integer> test = checked(dataset.split("test"), "0123456789");
    assertEquals(45, train.size());
    assertEquals(15, validation.size());
    assertEquals(20, test.size());
    Set<Integer> all = new HashSet<>(train);
    all.addAll(validation);
    assertEquals(60, all.size());
    assertTrue(all.stream().allMatch(level -> level < 60));
    assertTrue(test.stream().allMatch(level -> level >= 100));
  }

  @Test
  void aSmallerSplitIsTheBeginningOfALargerOne() {
    float[] large = read().split("train").range(0, 12).input().toArray();
    Split small = read("train", 12).split("train");
    assertEquals(12, small.size());
    assertArrayEquals(large, small.range(0, 12).input().toArray());
    assertEquals(7, read("test", 7).split("test").size());
  }

  @Test
  void theOrderIsRandom() {
    float[] input = read().split("train").range(0, 45).input().toArray();
    float[] sorted = input.clone();
    Arrays.sort(sorted);
    assertTrue(!Arrays.equals(input, sorted));
  }

  @Test
  void classesThatAreNotNamedAreLeftOut() {
    FontDigits dataset = read("characters", "83", "validation", 2);
    assertEquals(10, checked(dataset.split("train"), "83").size());
    assertEquals(4, checked(dataset.split("test"), "83").size());
  }

  @Test
  void imagesThatAreThereTwiceAreLeftOut() throws IOException {
    write("t10k-images-idx3-ubyte.gz", images(20, 50)); // ten of them are training images
    write("t10k-labels-idx1-ubyte", labels(20, 50));
    assertEquals(10, checked(read().split("test"), "0123456789").size());
  }

  @Test
  void saysWhatIsWrongWithAFile() throws IOException {
    refused(
        "folder",
        "'" + folder.resolve("none") + "' is no folder",
        "folder",
        folder.resolve("none").toString());
    refused("train", "must be at most 45", "train", 46);
    refused("train", "beside the 15 for validation", "train", 46);
    refused("validation", "must be at most 60", "validation", 61);
    refused("test", "must be at most 20", "test", 21);
    refused("train", "must be at most 0", "validation", 60);
    write("t10k-labels-idx1-ubyte", labels(19, 100));
    refused("folder", "has 19 labels for the 20 images of t10k-images-idx3-ubyte.gz");
    write("t10k-labels-idx1-ubyte", images(20, 0));
    refused("folder", "begins with 2051, not with 2049 as a file of labels does");
    write("t10k-labels-idx1-ubyte", idx(2049, new int[] {20}, new byte[15]));
    refused("folder", "ends after 15 of the 20 bytes it announces");
    write("t10k-labels-idx1-ubyte", idx(2049, new int[] {20}, new byte[21]));
    refused("folder", "goes on after the 20 bytes it announces");
    write("t10k-labels-idx1-ubyte", idx(2049, new int[] {-1}, new byte[21]));
    refused("folder", "announces -1 as its size");
    byte[] eleven = new byte[20];
    eleven[4] = 11;
    write("t10k-labels-idx1-ubyte", idx(2049, new int[] {20}, eleven));
    refused("folder", "has the label 11 at position 4, not 0 to 9");
    write("t10k-labels-idx1-ubyte", new byte[3]);
    refused("folder", "ends before it is complete");
    write("t10k-labels-idx1-ubyte", labels(20, 100));
    write("t10k-images-idx3-ubyte.gz", idx(2051, new int[] {20, 2, 2}, new byte[80]));
    refused("folder", "must have images of one size; those for training are 3 x 2");
    Files.write(folder.resolve("t10k-images-idx3-ubyte.gz"), new byte[] {1, 2, 3, 4});
    refused("folder", "cannot be read");
    Files.delete(folder.resolve("t10k-images-idx3-ubyte.gz"));
    refused("folder", "must hold t10k-images-idx3-ubyte or t10k-images-idx3-ubyte.gz");
  }

  private void refused(String setting, String part, Object... changed) {
    SettingException refused = assertThrows(SettingException.class, () -> read(changed));
    assertEquals(setting, refused.setting());
    assertTrue(refused.getMessage().contains(part), refused.getMessage());
    assertTrue(!refused.getMessage().contains("\n"), "one sentence");
  }
}
