package org.genlab.datasets.text;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.tensor.IntTensor;

/**
 * Text files of a folder, for language models.
 *
 * <p>The files, in the order of their paths, are read as one text, with token 0 between them.
 * Tokens are bytes (numbered 1 to 256) or words: 1 is any unknown word, and the others are the most
 * frequent of the training part, in lower case; each punctuation mark is a word. The text is cut
 * into pieces of the length that do not overlap; the first are for training, then come those to
 * validate on, then those to test on. Inputs are a piece and targets the same tokens one position
 * later, both [batch, length].
 */
@Plugin(
    kind = Kind.DATASET,
    id = "text-files",
    version = "1.0.0",
    summary = "Text files of a folder as bytes or words, for language models")
public final class TextFiles implements Dataset {
  /** What a token is. */
  public enum Tokens {
    BYTES,
    WORDS
  }

  /**
   * The settings.
   *
   * @param folder the folder, absolute or from where the program is started
   * @param ending how the names of the files end
   * @param tokens what a token is
   * @param vocabulary the largest number of tokens of kind {@code words}
   * @param length tokens of an example
   * @param validationFraction share of the text to validate on
   * @param testFraction share of the text to test on; 0 for no such split
   */
  public record Settings(
      @Doc("folder with the files") String folder,
      @Default(".txt") @Doc("how the names of the files end") String ending,
      @Default("words") @Doc("bytes or words") Tokens tokens,
      @Default("10000") @Range(min = 3, max = 10000000) @Doc("number of words at most")
          int vocabulary,
      @Default("64") @Range(min = 1, max = 65536) @Doc("tokens of an example") int length,
      @Default("0.1")
          @Range(min = 0, max = 1, minExclusive = true, maxExclusive = true)
          @Doc("share of the text to validate on")
          double validationFraction,
      @Default("0")
          @Range(min = 0, max = 1, maxExclusive = true)
          @Doc("share of the text to test on; 0 for no such split")
          double testFraction) {
    public Settings {
      if (validationFraction + testFraction >= 1) {
        throw new SettingException(
            "testFraction",
            "must leave something to train on, and "
                + testFraction
                + " is all that validation-fraction: "
                + validationFraction
                + " leaves");
      }
    }
  }

  private static final int BYTE_VOCABULARY = 257;
  private final DataSpec spec;
  private final List<Split> splits;

  @Inject
  public TextFiles(Settings settings) {
    Path folder = Folder.at("folder", settings.folder());
    List<Path> files = Folder.files(folder, settings.ending());
    double train = 1 - settings.validationFraction() - settings.testFraction();
    int[] tokens;
    int vocabulary;
    if (settings.tokens() == Tokens.BYTES) {
      tokens = bytes(files);
      vocabulary = BYTE_VOCABULARY;
    } else {
      List<String> texts = files.stream().map(Folder::text).toList();
      WordVocabulary words = WordVocabulary.of(beginning(texts, train), settings.vocabulary());
      tokens = joined(texts.stream().map(words::encode).toList());
      vocabulary = words.size();
    }
    int pieces = (tokens.length - 1) / settings.length();
    int first = (int) Math.round(pieces * train);
    int second = (int) Math.round(pieces * (train + settings.validationFraction()));
    List<Split> all = new ArrayList<>();
    all.add(new Pieces(TRAIN, 0, first, settings.length(), tokens));
    all.add(new Pieces(VALIDATION, first, second - first, settings.length(), tokens));
    if (settings.testFraction() > 0) {
      all.add(new Pieces(TEST, second, pieces - second, settings.length(), tokens));
    }
    for (Split split : all) {
      if (split.size() == 0) {
        throw new SettingException(
            "folder",
            "must have more text in files '*"
                + settings.ending()
                + "': the "
                + tokens.length
                + " tokens of "
                + files.size()
                + " files leave no example of "
                + settings.length()
                + " tokens for "
                + split.name());
      }
    }
    splits = List.copyOf(all);
    spec =
        new DataSpec(
            new InputSpec.Tokens(vocabulary, settings.length()),
            new TargetSpec.ClassPerPosition(vocabulary));
  }

  /** The first texts and the beginning of the next one, up to a share of all characters. */
  private static List<String> beginning(List<String> texts, double share) {
    long left = (long) (share * texts.stream().mapToLong(String::length).sum());
    List<String> some = new ArrayList<>();
    for (String text : texts) {
      some.add(text.substring(0, (int) Math.min(left, text.length())));
      left -= some.get(some.size() - 1).length();
    }
    return some;
  }

  private static int[] bytes(List<Path> files) {
    List<int[]> all = new ArrayList<>();
    for (Path file : files) {
      byte[] bytes = Folder.bytes(file);
      int[] tokens = new int[bytes.length];
      Arrays.setAll(tokens, i -> 1 + (bytes[i] & 0xFF));
      all.add(tokens);
    }
    return joined(all);
  }

  private static int[] joined(List<int[]> texts) {
    int[] all = new int[texts.stream().mapToInt(text -> text.length + 1).sum()];
    int end = 0;
    for (int[] text : texts) {
      System.arraycopy(text, 0, all, end, text.length);
      end += text.length;
      all[end++] = WordVocabulary.PADDING;
    }
    return all;
  }

  @Override
  public DataSpec spec() {
    return spec;
  }

  @Override
  public List<Split> splits() {
    return splits;
  }

  /** Pieces of a text that follow each other. */
  private record Pieces(String name, int first, int size, int length, int... tokens)
      implements Split {
    @Override
    public Batch batch(int... indices) {
      int n = indices.length;
      int[] input = new int[n * length];
      int[] target = new int[n * length];
      for (int i = 0; i < n; i++) {
        int start = (first + Objects.checkIndex(indices[i], size)) * length;
        System.arraycopy(tokens, start, input, i * length, length);
        System.arraycopy(tokens, start + 1, target, i * length, length);
      }
      return Batch.of(n)
          .with(Batch.INPUT, IntTensor.of(input, n, length))
          .with(Batch.TARGET, IntTensor.of(target, n, length))
          .with(Annotation.INDEX, IntTensor.of(indices, n));
    }
  }
}
