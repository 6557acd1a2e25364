package org.genlab.datasets.text;

import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
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
 * Texts with labels from files, for classification: folders as of the IMDB reviews, or lines of
 * JSON as of the Yelp reviews.
 *
 * <pre>
 *   format: folders      path/class/*.txt, or path/train/class/*.txt and path/test/class/*.txt
 *   format: json-lines   path is a file with an object a line; {@code label-field} is a number of
 *                        stars: class 0 up to {@code negative-up-to}, class 1 from {@code
 *                        positive-from}, and what lies between is left out
 * </pre>
 *
 * <p>Words are those of the training texts, the most frequent first, in lower case; token 1 is any
 * other word. Texts are cut at the length, or filled up with token 0, which the property {@code
 * padding} names. Inputs are [batch, length], targets classes. Splits {@code train} and {@code
 * validation}: the folder {@code test}, where there is one, else a random share of the texts; with
 * {@code train-size}, that many random training texts, of which smaller numbers are contained in
 * larger ones.
 */
@Plugin(
    kind = Kind.DATASET,
    id = "labelled-text",
    version = "1.0.0",
    summary = "Texts with labels from folders (IMDB) or lines of JSON (Yelp), for classification")
public final class LabelledText implements Dataset {
  /** How the files are arranged. */
  public enum Format {
    FOLDERS,
    JSON_LINES
  }

  /**
   * The settings.
   *
   * @param path the folder, or the file with lines of JSON
   * @param format how the files are arranged
   * @param classes names of the folders that are classes, in the order of their numbers
   * @param textField field of the text
   * @param labelField field of the number of stars
   * @param negativeUpTo most stars of class 0
   * @param positiveFrom fewest stars of class 1
   * @param vocabulary the largest number of tokens
   * @param length tokens of an example
   * @param validationFraction share of the texts to validate on, where there is no folder {@code
   *     test}
   * @param trainSize texts to train on; 0 for all
   */
  public record Settings(
      @Doc("folder, or file with lines of JSON") String path,
      @Default("folders") @Doc("folders or json-lines") Format format,
      @Default("[neg, pos]") @Doc("folders that are classes, in the order of their numbers")
          List<String> classes,
      @Default("text") @Doc("field of the text in lines of JSON") String textField,
      @Default("stars") @Doc("field of the number of stars in lines of JSON") String labelField,
      @Default("2") @Doc("most stars of class 0") double negativeUpTo,
      @Default("4") @Doc("fewest stars of class 1") double positiveFrom,
      @Default("10000") @Range(min = 3, max = 10000000) @Doc("number of tokens at most")
          int vocabulary,
      @Default("256") @Range(min = 1, max = 65536) @Doc("tokens of an example") int length,
      @Default("0.2")
          @Range(min = 0, max = 1, minExclusive = true, maxExclusive = true)
          @Doc("share of the texts to validate on, where there is no folder test")
          double validationFraction,
      @Default("0") @Range(min = 0) @Doc("texts to train on; 0 for all") int trainSize) {
    public Settings {
      classes = List.copyOf(classes);
      if (classes.size() < 2) {
        throw new SettingException("classes", "must name at least two, not " + classes);
      }
      if (positiveFrom <= negativeUpTo) {
        throw new SettingException(
            "positiveFrom",
            "must be more than negative-up-to: " + negativeUpTo + ", and is " + positiveFrom);
      }
    }
  }

  /** A text with its class. */
  private record Labelled(String text, int label) {}

  private final DataSpec spec;
  private final List<Split> splits;

  @Inject
  public LabelledText(Settings settings, Randomness randomness) {
    List<Labelled> train = new ArrayList<>();
    List<Labelled> validation = new ArrayList<>();
    read(settings, randomness, train, validation);
    int[] chosen = randomness.stream("choice").permutation(train.size());
    if (settings.trainSize() > 0) {
      if (settings.trainSize() > train.size()) {
        throw new SettingException(
            "trainSize",
            "must be at most the " + train.size() + " training texts, not " + settings.trainSize());
      }
      int[] first = Arrays.copyOf(chosen, settings.trainSize());
      Arrays.sort(first);
      List<Labelled> some = IntStream.of(first).mapToObj(train::get).toList();
      train = some;
    }
    if (train.isEmpty() || validation.isEmpty()) {
      throw new SettingException(
          "path",
          "must have texts to train and to validate on, and has "
              + train.size()
              + " and "
              + validation.size());
    }
    WordVocabulary words =
        WordVocabulary.of(train.stream().map(Labelled::text).toList(), settings.vocabulary());
    int length = settings.length();
    splits =
        List.of(texts(TRAIN, train, words, length), texts(VALIDATION, validation, words, length));
    int classes = settings.format() == Format.FOLDERS ? settings.classes().size() : 2;
    spec =
        new DataSpec(
            new InputSpec.Tokens(words.size(), length),
            new TargetSpec.Classes(classes),
            Map.of("padding", (double) WordVocabulary.PADDING, "chance", 1.0 / classes));
  }

  private static void read(
      Settings settings, Randomness randomness, List<Labelled> train, List<Labelled> validation) {
    List<Labelled> all;
    if (settings.format() == Format.JSON_LINES) {
      all = lines(settings);
    } else {
      Path folder = Folder.at("path", settings.path());
      if (Files.isDirectory(folder.resolve("test"))) {
        train.addAll(folders(settings, folder.resolve("train")));
        validation.addAll(folders(settings, folder.resolve("test")));
        return;
      }
      all = folders(settings, folder);
    }
    int[] order = randomness.stream("split").permutation(all.size());
    int held = (int) Math.round(settings.validationFraction() * all.size());
    boolean[] isHeld = new boolean[all.size()];
    for (int i = 0; i < held; i++) {
      isHeld[order[i]] = true;
    }
    for (int i = 0; i < isHeld.length; i++) {
      (isHeld[i] ? validation : train).add(all.get(i));
    }
  }

  private static List<Labelled> folders(Settings settings, Path folder) {
    List<Labelled> all = new ArrayList<>();
    for (int label = 0; label < settings.classes().size(); label++) {
      Path own = folder.resolve(settings.classes().get(label));
      for (Path file : Folder.files(Folder.at("path", own.toString()), ".txt")) {
        all.add(new Labelled(Folder.text(file), label));
      }
    }
    return all;
  }

  private static List<Labelled> lines(Settings settings) {
    Path file = Path.of(settings.path());
    if (!Files.isRegularFile(file)) {
      throw new SettingException(
          "path", "must be a file, and there is none at " + file.toAbsolutePath());
    }
    List<Labelled> all = new ArrayList<>();
    List<String> lines = Folder.text(file).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        try {
          add(settings, JsonLine.fields(lines.get(i)), all);
        } catch (IllegalArgumentException e) {
          throw new SettingException("path", "has a bad line " + (i + 1) + ": " + e.getMessage());
        }
      }
    }
    return all;
  }

  private static void add(Settings settings, Map<String, String> fields, List<Labelled> all) {
    for (String field : List.of(settings.textField(), settings.labelField())) {
      if (!fields.containsKey(field)) {
        throw new IllegalArgumentException("there is no field '" + field + "'");
      }
    }
    double stars = Double.parseDouble(fields.get(settings.labelField()));
    if (stars <= settings.negativeUpTo() || stars >= settings.positiveFrom()) {
      int label = stars >= settings.positiveFrom() ? 1 : 0;
      all.add(new Labelled(fields.get(settings.textField()), label));
    }
  }

  private static Split texts(String name, List<Labelled> texts, WordVocabulary words, int length) {
    int[] tokens = new int[texts.size() * length];
    int[] labels = new int[texts.size()];
    for (int i = 0; i < labels.length; i++) {
      int[] own = words.encode(texts.get(i).text());
      System.arraycopy(own, 0, tokens, i * length, Math.min(own.length, length));
      labels[i] = texts.get(i).label();
    }
    return new Texts(name, length, tokens, labels);
  }

  @Override
  public DataSpec spec() {
    return spec;
  }

  @Override
  public List<Split> splits() {
    return splits;
  }

  /** Encoded texts. */
  private record Texts(String name, int length, int[] tokens, int... labels) implements Split {
    @Override
    public int size() {
      return labels.length;
    }

    @Override
    public Batch batch(int... indices) {
      int n = indices.length;
      int[] input = new int[n * length];
      int[] target = new int[n];
      for (int i = 0; i < n; i++) {
        int index = Objects.checkIndex(indices[i], labels.length);
        System.arraycopy(tokens, index * length, input, i * length, length);
        target[i] = labels[index];
      }
      return Batch.of(n)
          .with(Batch.INPUT, IntTensor.of(input, n, length))
          .with(Batch.TARGET, IntTensor.of(target, n))
          .with(Annotation.INDEX, IntTensor.of(indices, n));
    }
  }
}
