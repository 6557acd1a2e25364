package org.genlab.datasets.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.genlab.api.Randomness;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.datasets.text.LabelledText.Format;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadersTest {
  private static final Randomness SEED = (name, counters) -> RandomStream.of(0, name, counters);

  @TempDir Path root;

  private static TextFiles text(Path folder, TextFiles.Tokens tokens, int length, double held) {
    return new TextFiles(
        new TextFiles.Settings(folder.toString(), ".txt", tokens, 6, length, held, 0));
  }

  private static LabelledText labelled(Path path, Format format, int train) {
    return new LabelledText(
        new LabelledText.Settings(
            path.toString(),
            format,
            List.of("neg", "pos"),
            "text",
            "stars",
            2,
            4,
            1000,
            5,
            0.25,
            train),
        SEED);
  }

  @Test
  void bytesAreCutIntoPiecesWithoutOverlap() {
    SampleFiles.write(root.resolve("b.txt"), "efgh");
    SampleFiles.write(root.resolve("a.txt"), "abcd");
    SampleFiles.write(root.resolve("c.md"), "no");
    TextFiles dataset = text(root, TextFiles.Tokens.BYTES, 2, 0.25);
    assertEquals(new InputSpec.Tokens(257, 2), dataset.spec().input());
    Batch train = dataset.split("train").range(0, 3);
    int a = 'a' + 1;
    assertArrayEquals(new int[] {a, a + 1, a + 2, a + 3, 0, a + 4}, train.tokens().toArray());
    assertArrayEquals(new int[] {a + 1, a + 2, a + 3, 0, a + 4, a + 5}, train.labels().toArray());
    Batch validation = dataset.split("validation").range(0, 1);
    assertArrayEquals(new int[] {a + 5, a + 6}, validation.tokens().toArray());
    assertEquals(3, dataset.split("train").size());
    assertEquals(1, dataset.split("validation").size());
  }

  @Test
  void wordsAreNumberedByTheirFrequencyInTheTrainingPart() {
    // Half of the text is for training: 'b' is most frequent there, and 'z' unknown.
    SampleFiles.write(root.resolve("a.txt"), "b a B c , a b . x y w v" + " z".repeat(11));
    TextFiles dataset = text(root, TextFiles.Tokens.WORDS, 1, 0.5);
    assertEquals(new InputSpec.Tokens(6, 1), dataset.spec().input());
    Split train = dataset.split("train");
    int[] tokens = train.range(0, train.size()).tokens().toArray();
    assertArrayEquals(new int[] {2, 3, 2, 4, 5, 3, 2}, Arrays.copyOf(tokens, 7));
    int[] held = dataset.split("validation").range(0, 5).tokens().toArray();
    assertArrayEquals(new int[] {1, 1, 1, 1, 1}, held);
  }

  @Test
  void tooLittleTextIsRefused() {
    SampleFiles.write(root.resolve("a.txt"), "one two");
    SettingException e =
        assertThrows(SettingException.class, () -> text(root, TextFiles.Tokens.WORDS, 8, 0.5));
    assertTrue(e.getMessage().contains("leave no example of 8 tokens"), e.getMessage());
    assertThrows(
        SettingException.class,
        () -> text(root.resolve("nowhere"), TextFiles.Tokens.WORDS, 1, 0.5));
  }

  /** The texts of a split as lists of tokens, with their labels. */
  private static Map<List<Integer>, Integer> read(Split split, int length) {
    Batch all = split.range(0, split.size());
    Map<List<Integer>, Integer> texts = new HashMap<>();
    for (int i = 0; i < split.size(); i++) {
      int[] tokens = Arrays.copyOfRange(all.tokens().toArray(), i * length, (i + 1) * length);
      texts.put(Arrays.stream(tokens).boxed().toList(), all.labels().at(i));
    }
    return texts;
  }

  @Test
  void foldersAreClasses() {
    Dataset dataset = labelled(SampleFiles.reviews(root), Format.FOLDERS, 0);
    assertEquals(30, dataset.split("train").size());
    assertEquals(10, dataset.split("validation").size());
    assertEquals(0.0, dataset.spec().properties().get("padding"));
    // a, film, comma, number and the mark are most frequent; then good and bad.
    Batch train = dataset.split("train").range(0, 30);
    Set<Integer> second = new HashSet<>();
    for (int i = 0; i < 30; i++) {
      second.add(2 * train.tokens().at(5 * i + 1) + train.labels().at(i));
      assertEquals(train.tokens().at(0), train.tokens().at(5 * i));
    }
    assertEquals(2, second.size(), "the second word tells the class");
  }

  @Test
  void aTestFolderIsValidatedOn() {
    for (String part : List.of("train", "test")) {
      for (String label : List.of("pos", "neg")) {
        for (int i = 0; i < (part.equals("train") ? 3 : 2); i++) {
          SampleFiles.write(
              root.resolve(part + "/" + label + "/" + i + ".txt"), label + " " + part + " " + i);
        }
      }
    }
    SampleFiles.write(root.resolve("train/unsup/0.txt"), "not read");
    Dataset dataset = labelled(root, Format.FOLDERS, 0);
    assertEquals(6, dataset.split("train").size());
    assertEquals(4, dataset.split("validation").size());
    assertArrayEquals(
        new int[] {0, 0, 1, 1}, dataset.split("validation").range(0, 4).labels().toArray());
    assertEquals(6, read(dataset.split("train"), 5).size());
  }

  @Test
  void linesOfJsonAreClassifiedByTheirStars() {
    Path lines = SampleFiles.lines(root);
    Dataset dataset = labelled(lines, Format.JSON_LINES, 0);
    assertEquals(24, dataset.split("train").size());
    assertEquals(8, dataset.split("validation").size());
    // Four different texts are left: 1, 2, 4 and 5 stars.
    Map<List<Integer>, Integer> texts = read(dataset.split("train"), 5);
    assertEquals(4, texts.size());
    assertEquals(2, texts.values().stream().mapToInt(Integer::intValue).sum());
    assertEquals(7, labelled(lines, Format.JSON_LINES, 7).split("train").size());
    assertThrows(SettingException.class, () -> labelled(lines, Format.JSON_LINES, 25));
    SampleFiles.write(root.resolve("bad.json"), "{\"text\": \"a\", \"stars\": 1}\n{\"text\"}\n");
    SettingException e =
        assertThrows(
            SettingException.class, () -> labelled(root.resolve("bad.json"), Format.JSON_LINES, 0));
    assertTrue(e.getMessage().contains("bad line 2"), e.getMessage());
  }

  @Test
  void jsonIsReadWithEscapesAndNesting() {
    assertEquals(
        Map.of("a", "x\"\n\u00e9\\", "b", "-1.5e3", "c", "[1, {\"d\": \"}\"}, []]", "e", "{}"),
        JsonLine.fields(
            " {\"a\": \"x\\\"\\n\\u00e9\\\\\", \"b\":-1.5e3 , \"c\": [1, {\"d\": \"}\"}, []],"
                + "\"e\": {}} "));
    assertEquals(Map.of(), JsonLine.fields("{}"));
    for (String bad : List.of("", "[]", "{\"a\": 1", "{\"a\" 1}", "{\"a\": 1} x", "{\"a\": \"x}")) {
      assertThrows(IllegalArgumentException.class, () -> JsonLine.fields(bad), bad);
    }
  }
}
