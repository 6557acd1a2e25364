package org.genlab.datasets.wrappers;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.Wrapped;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;

/**
 * Wrong labels in the training split of any dataset of classes. Two forms, which can be combined:
 *
 * <ul>
 *   <li><b>Corruption</b>: of the n training examples, round({@code rate} n), chosen at random, get
 *       a label drawn from the noise; with {@code stratify} that share of the examples of each
 *       value of a column.
 *   <li><b>Dilution</b> (Rolnick, Veit, Belongie and Shavit, "Deep learning is robust to massive
 *       label noise", arXiv 1705.10694, section 3): beside the n examples stand alpha n more whose
 *       labels are drawn from the noise. They are copies of the n, so that each appears 1 + alpha
 *       times, or examples of their own: then n is what remains of the wrapped split. The n come
 *       first, the others after them.
 * </ul>
 *
 * <p>Given the true class k of C, the noise is
 *
 * <ul>
 *   <li>{@code symmetric}: uniform over the other C - 1 classes;
 *   <li>{@code uniform}: uniform over all C classes, so that 1/C of the noisy labels are right;
 *   <li>{@code pair}: the class that k is confused with for a share {@code pair-share}, uniform
 *       over all classes for the rest; with share 1 the asymmetric noise of the literature;
 *   <li>{@code matrix}: row k of {@code matrix}.
 * </ul>
 *
 * <p>The noise is drawn once, from the seed of the run and {@code draw}, and is the same in each
 * epoch. What is corrupted at a rate is also corrupted, with the same label, at a higher one; and
 * what is added at an alpha with duplicate inputs is also added at a higher one.
 *
 * <p>Annotation {@code clean} on all splits: the label before any corruption. Other splits are
 * those of the wrapped dataset. A split that is a stream without end cannot be corrupted.
 */
@Plugin(
    kind = Kind.DATASET,
    id = "label-noise",
    version = "1.1.0",
    summary = "Any dataset of classes with wrong training labels; the true one is an annotation",
    source = "arXiv:1705.10694, section 3")
public final class LabelNoise implements Dataset {
  private static final String ID = "label-noise";

  /** The law of a noisy label given the true one. */
  public enum Noise {
    /** Uniform over the other classes. */
    SYMMETRIC,
    /** Uniform over all classes. */
    UNIFORM,
    /** The class it is confused with. */
    PAIR,
    /** A row of a given matrix. */
    MATRIX
  }

  /** Which class a class is confused with. */
  public enum Pairing {
    /** The next one, k + 1 modulo C. */
    NEXT,
    /** The one whose mean input is nearest in Euclidean distance. */
    NEAREST
  }

  /** Which inputs stand beside the noisy labels of a dilution. */
  public enum NoisyInputs {
    /** Those of the clean examples. */
    DUPLICATE,
    /** Others of the wrapped split. */
    DISTINCT
  }

  /**
   * The settings.
   *
   * @param rate eta, the share of the examples whose label is drawn from the noise
   * @param noisyPerClean alpha, how many noisy examples are added for each
   * @param noise the law of a noisy label
   * @param pairing which class a class is confused with, for {@code pair}
   * @param pairShare share of the noisy labels that go there, for {@code pair}
   * @param matrix the law of the noisy label for each true class, for {@code matrix}
   * @param noisyInputs whose inputs the added examples have
   * @param splits which splits are corrupted; the first when empty
   * @param cleanSplit whether the n examples with their true labels are a further split
   * @param draw another number is another draw of the noise for the same data
   * @param stratify a column of integers, an annotation or {@code target}: of the examples with
   *     each of its values the same share is corrupted; empty for a share of all
   */
  public record Settings(
      @Default("0")
          @Range(min = 0, max = 1)
          @Doc("share of the training examples whose label is drawn from the noise")
          double rate,
      @Default("0")
          @Range(min = 0, max = 10000)
          @Doc("alpha: how many examples with a label from the noise are added for each clean one")
          double noisyPerClean,
      @Default("symmetric")
          @Doc(
              "symmetric: uniform over the other classes; uniform: over all classes; pair: the"
                  + " class it is confused with; matrix: as given")
          Noise noise,
      @Default("next")
          @Doc(
              "which class a class is confused with (pair): the next, or the one of the nearest"
                  + " mean input")
          Pairing pairing,
      @Default("1")
          @Range(min = 0, max = 1)
          @Doc("share of the noisy labels that go there (pair); the rest is uniform")
          double pairShare,
      @Default("[]") @Doc("for each true class the probabilities of the noisy label (matrix)")
          List<List<Double>> matrix,
      @Default("duplicate")
          @Doc("whether added examples repeat the inputs of the clean ones or have distinct ones")
          NoisyInputs noisyInputs,
      @Default("[]") @Doc("the splits that are corrupted; the first when empty")
          List<String> splits,
      @Default("false")
          @Doc(
              "whether the examples that are not added, with true labels, are a further split,"
                  + " 'train-clean'")
          boolean cleanSplit,
      @Default("0") @Range(min = 0) @Doc("number of the draw of the noise for the same data")
          int draw,
      @Default("")
          @Doc(
              "integer annotation, or target, in each value of which the rate holds; none when"
                  + " empty")
          String stratify) {
    public Settings {
      matrix = matrix.stream().map(List::copyOf).toList();
      splits = List.copyOf(splits);
      if ((noise == Noise.MATRIX) == matrix.isEmpty()) {
        throw new SettingException(
            "matrix",
            noise == Noise.MATRIX
                ? "must be given when 'noise' is matrix: a row of probabilities for each class"
                : "is read only when 'noise' is matrix");
      }
    }
  }

  private final Settings settings;
  private final Randomness randomness;
  private final int classes;
  private final DataSpec spec;
  private final List<Split> splits;

  @Inject
  public LabelNoise(Settings settings, @Wrapped("base") Dataset base, Randomness randomness) {
    this.settings = settings;
    this.randomness = randomness;
    this.classes = Examples.classes(ID, base.spec());
    this.spec = base.spec();
    if (classes < 2) {
      throw new IllegalArgumentException("label-noise needs at least 2 classes to confuse");
    }
    List<String> names = base.splits().stream().map(Split::name).toList();
    List<String> corrupted = settings.splits().isEmpty() ? names.subList(0, 1) : settings.splits();
    for (String name : corrupted) {
      if (!names.contains(name)) {
        throw new SettingException(
            "splits", "names '" + name + "', and the dataset has " + String.join(", ", names));
      }
    }
    List<Split> all = new ArrayList<>();
    List<Split> clean = new ArrayList<>();
    for (Split split : base.splits()) {
      if (corrupted.contains(split.name())) {
        Corrupted both = corrupt(Examples.finite(ID, split));
        all.add(both.taught());
        clean.add(both.clean());
      } else {
        all.add(new Annotated(split));
      }
    }
    if (settings.cleanSplit()) {
      all.addAll(clean);
    }
    splits = List.copyOf(all);
  }

  private record Corrupted(Split taught, Split clean) {}

  private Corrupted corrupt(Split split) {
    int[] labels = Examples.labels(split);
    int[] truth = Examples.cleanLabels(split);
    Transition noise = noise(split, labels);

    int[] order =
        randomness.stream("order/" + split.name(), settings.draw()).permutation(split.size());
    boolean distinct = settings.noisyInputs() == NoisyInputs.DISTINCT;
    int clean = distinct ? cleanAmong(split) : split.size();
    int noisy = rounded(settings.noisyPerClean() * clean);
    int[] originals = distinct ? Arrays.copyOf(order, clean) : IntStream.range(0, clean).toArray();
    Arrays.sort(originals);

    int[] rows = Arrays.copyOf(originals, clean + noisy);
    for (int i = 0; i < noisy; i++) {
      rows[clean + i] = distinct ? order[clean + i] : order[i % clean];
    }
    int[] taught = Arrays.stream(rows).map(row -> labels[row]).toArray();
    for (int i = clean; i < rows.length; i++) {
      taught[i] =
          noise.draw(
              taught[i], randomness.stream("added/" + split.name(), settings.draw(), i - clean));
    }
    for (int victim : victims(split, originals)) {
      taught[victim] =
          noise.draw(
              taught[victim], randomness.stream("flips/" + split.name(), settings.draw(), victim));
    }
    int[] trueLabels = Arrays.stream(rows).map(row -> truth[row]).toArray();
    int[] cleanLabels = Arrays.copyOf(trueLabels, clean);
    return new Corrupted(
        new Relabelled(split, split.name(), rows, taught, trueLabels),
        new Relabelled(split, split.name() + "-clean", originals, cleanLabels, cleanLabels));
  }

  /** Which of the clean examples are corrupted, as positions among them. */
  private int[] victims(Split split, int[] originals) {
    int clean = originals.length;
    int[] order = randomness.stream("victims/" + split.name(), settings.draw()).permutation(clean);
    if (settings.stratify().isEmpty()) {
      return Arrays.copyOf(order, rounded(settings.rate() * clean));
    }
    int[] column = Examples.column(split, settings.stratify());
    int[] strata = Arrays.stream(originals).map(row -> column[row]).toArray();
    return Arrays.stream(strata)
        .distinct()
        .flatMap(
            stratum -> {
              int[] members = Arrays.stream(order).filter(i -> strata[i] == stratum).toArray();
              return Arrays.stream(members).limit(rounded(settings.rate() * members.length));
            })
        .toArray();
  }

  /** The largest n such that n clean examples and alpha n others are no more than there are. */
  private int cleanAmong(Split split) {
    int clean = (int) Math.floor(split.size() / (1 + settings.noisyPerClean()));
    while (clean > 0 && clean + rounded(settings.noisyPerClean() * clean) > split.size()) {
      clean--;
    }
    if (clean == 0) {
      throw new SettingException(
          "noisyPerClean",
          "leaves no clean example: the split '"
              + split.name()
              + "' has "
              + split.size()
              + ", and with distinct inputs at least 1 + alpha are needed");
    }
    return clean;
  }

  private static int rounded(double count) {
    if (count + 0.5 >= Integer.MAX_VALUE) {
      throw new SettingException("noisyPerClean", "gives more examples than can be numbered");
    }
    return (int) Math.floor(count + 0.5);
  }

  private Transition noise(Split split, int[] labels) {
    return switch (settings.noise()) {
      case SYMMETRIC -> Transition.symmetric(classes);
      case UNIFORM -> Transition.uniform(classes);
      case PAIR -> Transition.pairs(confused(split, labels), settings.pairShare());
      case MATRIX -> Transition.listed("matrix", settings.matrix(), classes);
    };
  }

  private int[] confused(Split split, int[] labels) {
    if (settings.pairing() == Pairing.NEXT) {
      return IntStream.range(0, classes).map(k -> (k + 1) % classes).toArray();
    }
    int width = Examples.dimensions("the nearest class of label-noise", spec);
    return nearestMeans(Examples.vectors(split), labels, classes, width);
  }

  /**
   * For each class the other one whose mean is nearest, the first of equals; a class without
   * examples is nearest to none, and confused with the next.
   */
  static int[] nearestMeans(double[][] inputs, int[] labels, int classes, int width) {
    double[][] means = new double[classes][width];
    int[] counts = new int[classes];
    for (int i = 0; i < labels.length; i++) {
      counts[labels[i]]++;
      for (int d = 0; d < width; d++) {
        means[labels[i]][d] += inputs[i][d];
      }
    }
    int[] nearest = new int[classes];
    for (int k = 0; k < classes; k++) {
      nearest[k] = (k + 1) % classes;
      double least = Double.POSITIVE_INFINITY;
      for (int j = 0; j < classes; j++) {
        double distance = 0;
        for (int d = 0; d < width; d++) {
          double difference = means[k][d] / counts[k] - means[j][d] / counts[j];
          distance += difference * difference;
        }
        if (j != k && counts[k] > 0 && counts[j] > 0 && distance < least) {
          least = distance;
          nearest[k] = j;
        }
      }
    }
    return nearest;
  }

  @Override
  public DataSpec spec() {
    return spec;
  }

  @Override
  public List<Split> splits() {
    return splits;
  }
}
