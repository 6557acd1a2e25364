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
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.Split;
import org.genlab.tensor.IntTensor;

/**
 * Class imbalance in the training split of any dataset of classes: of class c, which is the r-th
 * most frequent of C (r from 0), n_c examples are kept, chosen at random,
 *
 * <ul>
 *   <li>{@code exponential}: n_c = n_max IF^{-r / (C - 1)};
 *   <li>{@code step}: n_c = n_max for the first classes, n_max / IF for the last;
 * </ul>
 *
 * <p>rounded, and at least 1, where IF, the imbalance factor, is the quotient of the largest and
 * the smallest class (Cao, Wei, Gaidon, Arechiga and Ma, "Learning imbalanced datasets with
 * label-distribution-aware margin loss", arXiv 1906.07413, section 4.1). What is kept of a class is
 * also kept when more of it is.
 *
 * <p>Annotation {@code group} on all splits, from the training examples of the example's class: 0
 * (many, the head) for more than {@code many}, 2 (few, the tail) for less than {@code few}, 1
 * (medium) between; it takes the place of the wrapped dataset's groups. The other splits keep all
 * of their examples.
 */
@Plugin(
    kind = Kind.DATASET,
    id = "long-tail",
    version = "1.0.0",
    summary = "Any dataset of classes with an imbalanced training split, by an imbalance factor",
    source = "arXiv:1906.07413, section 4.1")
public final class LongTail implements Dataset {
  private static final String ID = "long-tail";

  /** How class sizes fall. */
  public enum Profile {
    /** By the same factor from each class to the next. */
    EXPONENTIAL,
    /** At once. */
    STEP
  }

  /**
   * The settings.
   *
   * @param profile how class sizes fall
   * @param imbalance IF, the largest class divided by the smallest
   * @param largest n_max; 0 for the most that the wrapped split allows
   * @param tailShare share of the classes that are small, for {@code step}
   * @param order the classes from the most to the least frequent; ascending when empty
   * @param shuffled whether that order is drawn at random instead
   * @param many classes with more training examples than this are the head
   * @param few classes with less training examples than this are the tail
   */
  public record Settings(
      @Default("exponential")
          @Doc("exponential: by the same factor from class to class; step: large and small classes")
          Profile profile,
      @Default("100")
          @Range(min = 1)
          @Doc("imbalance factor: the largest class divided by the smallest")
          double imbalance,
      @Default("0")
          @Range(min = 0)
          @Doc("examples of the largest class; 0: the most that there are")
          int largest,
      @Default("0.5") @Range(min = 0, max = 1) @Doc("share of the classes that are small (step)")
          double tailShare,
      @Default("[]") @Doc("the classes from the most to the least frequent; ascending when empty")
          List<Integer> order,
      @Default("false") @Doc("whether that order is drawn at random") boolean shuffled,
      @Default("100")
          @Range(min = 0)
          @Doc("classes with more training examples than this are group 0, the head")
          int many,
      @Default("20")
          @Range(min = 0)
          @Doc("classes with less training examples than this are group 2, the tail")
          int few) {
    public Settings {
      order = List.copyOf(order);
      if (shuffled && !order.isEmpty()) {
        throw new SettingException("order", "cannot be given when it is drawn ('shuffled')");
      }
      if (few > many + 1) {
        throw new SettingException(
            "few", "must not be above 'many' (" + many + ") + 1: no class is head and tail");
      }
    }
  }

  private final DataSpec spec;
  private final List<Split> splits;

  @Inject
  public LongTail(Settings settings, @Wrapped("base") Dataset base, Randomness randomness) {
    spec = base.spec();
    int classes = Examples.classes(ID, spec);
    Split train = Examples.finite(ID, base.splits().get(0));
    int[][] byClass = Examples.byClass(Examples.labels(train), classes);
    int[] available = Arrays.stream(byClass).mapToInt(c -> c.length).toArray();
    int[] rank = ranks(settings, classes, randomness);
    int[] sizes = sizes(settings, rank, available);

    int[] rows =
        IntStream.range(0, classes)
            .flatMap(c -> chosen(byClass[c], sizes[c], randomness, c))
            .sorted()
            .toArray();
    int[] groups =
        Arrays.stream(sizes)
            .map(n -> n > settings.many() ? 0 : n < settings.few() ? 2 : 1)
            .toArray();
    List<Split> all = new ArrayList<>();
    all.add(new Grouped(new Rows(train, train.name(), rows), groups));
    base.splits().stream().skip(1).forEach(split -> all.add(new Grouped(split, groups)));
    splits = List.copyOf(all);
  }

  private static IntStream chosen(int[] positions, int size, Randomness randomness, int label) {
    int[] order = randomness.stream("kept", label).permutation(positions.length);
    return Arrays.stream(order, 0, size).map(i -> positions[i]);
  }

  /** For each class its place when classes are ordered from the most to the least frequent. */
  private static int[] ranks(Settings settings, int classes, Randomness randomness) {
    int[] order = IntStream.range(0, classes).toArray();
    if (settings.shuffled()) {
      order = randomness.stream("order").permutation(classes);
    } else if (!settings.order().isEmpty()) {
      int[] given = settings.order().stream().mapToInt(Integer::intValue).toArray();
      if (!Arrays.equals(order, Arrays.stream(given).sorted().toArray())) {
        throw new SettingException(
            "order",
            "must name each class from 0 to " + (classes - 1) + " once, not " + settings.order());
      }
      order = given;
    }
    int[] rank = new int[classes];
    for (int r = 0; r < classes; r++) {
      rank[order[r]] = r;
    }
    return rank;
  }

  private static int[] sizes(Settings settings, int[] rank, int[] available) {
    for (int c = 0; c < available.length; c++) {
      if (available[c] == 0) {
        throw new IllegalArgumentException(
            "long-tail needs an example of each class, and the training split has none of class "
                + c);
      }
    }
    if (settings.largest() == 0) {
      int largest = Arrays.stream(available).max().getAsInt();
      while (lacking(sizes(settings, rank, largest), available) >= 0) {
        largest--;
      }
      return sizes(settings, rank, largest);
    }
    int[] sizes = sizes(settings, rank, settings.largest());
    int c = lacking(sizes, available);
    if (c >= 0) {
      throw new SettingException(
          "largest",
          "asks for "
              + sizes[c]
              + " examples of class "
              + c
              + ", and the training split has "
              + available[c]);
    }
    return sizes;
  }

  /** The first class of which there are too few, or -1. */
  private static int lacking(int[] sizes, int[] available) {
    return IntStream.range(0, sizes.length)
        .filter(c -> sizes[c] > available[c])
        .findFirst()
        .orElse(-1);
  }

  private static int[] sizes(Settings settings, int[] rank, int largest) {
    int classes = rank.length;
    int small = (int) Math.floor(settings.tailShare() * classes + 0.5);
    int[] sizes = new int[classes];
    for (int c = 0; c < classes; c++) {
      double fraction =
          switch (settings.profile()) {
            case EXPONENTIAL ->
                StrictMath.pow(settings.imbalance(), -(double) rank[c] / Math.max(1, classes - 1));
            case STEP -> rank[c] < classes - small ? 1 : 1 / settings.imbalance();
          };
      sizes[c] = Math.max(1, (int) Math.floor(largest * fraction + 0.5));
    }
    return sizes;
  }

  /** A split whose examples belong to the group of their class. */
  private record Grouped(Split of, int... groups) implements Split {
    @Override
    public String name() {
      return of.name();
    }

    @Override
    public int size() {
      return of.size();
    }

    @Override
    public Batch batch(int... indices) {
      Batch batch = of.batch(indices);
      int[] labels = batch.labels().toArray();
      int[] own = Arrays.stream(labels).map(label -> groups[label]).toArray();
      return batch.with(Annotation.GROUP, IntTensor.of(own, own.length));
    }
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
