package org.genlab.datasets.wrappers;

import jakarta.inject.Inject;
import java.nio.Buffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.Wrapped;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/**
 * The randomisation tests of Zhang, Bengio, Hardt, Recht and Vinyals, "Understanding deep learning
 * requires rethinking generalization" (arXiv 1611.03530, section 2.1), on any dataset of classes:
 *
 * <ul>
 *   <li><b>labels</b>: each is replaced, with probability q, by a uniform one of all C classes,
 *       independently of everything else; so 1/C of those that are replaced stay what they were;
 *   <li><b>pixels</b>: one random permutation of the pixels for all images, another for each image,
 *       or independent Gaussian pixels with the mean and variance of the training images.
 * </ul>
 *
 * <p>All is drawn once from the seed of the run, and stays the same in each epoch. Labels that are
 * replaced at some q are also replaced, by the same ones, at a larger q. Labels change in the
 * training split, or in all; pixels in all splits. Without either this is the dataset that is
 * wrapped.
 *
 * <p>Two examples of the same input whose labels have become different could not both be fitted:
 * the later one is dropped, or the dataset refused ({@code contradictions}).
 *
 * <p>Annotation {@code clean}: the label before any corruption.
 */
@Plugin(
    kind = Kind.DATASET,
    id = "random-labels",
    version = "1.0.0",
    summary = "Any dataset of classes with random labels, shuffled pixels or Gaussian inputs",
    source = "arXiv:1611.03530, section 2.1")
public final class RandomLabels implements Dataset {
  private static final String ID = "random-labels";

  /** The splits in which labels are replaced. */
  public enum Where {
    /** The first. */
    TRAIN,
    /** All. */
    ALL
  }

  /** What happens with equal inputs of different labels. */
  public enum Contradictions {
    /** The later ones are left out. */
    DROP,
    /** The dataset is refused. */
    REFUSE
  }

  /**
   * The settings.
   *
   * @param corrupted q, the probability with which a label is replaced
   * @param splits the splits in which labels are replaced
   * @param pixels what inputs become
   * @param contradictions what happens with equal inputs whose labels have become different
   */
  public record Settings(
      @Default("1")
          @Range(min = 0, max = 1)
          @Doc("q, the probability with which a label is replaced by a uniform one")
          double corrupted,
      @Default("train") @Doc("where labels are replaced: train or all") Where splits,
      @Default("none")
          @Doc(
              "what inputs become: none (unchanged), fixed-permutation, permutation-per-image or"
                  + " gaussian")
          Pixels pixels,
      @Default("drop")
          @Doc("equal inputs whose labels have become different: drop the later ones, or refuse")
          Contradictions contradictions) {}

  private final DataSpec spec;
  private final List<Split> splits;

  @Inject
  public RandomLabels(Settings settings, @Wrapped("base") Dataset base, Randomness randomness) {
    spec = base.spec();
    int classes = Examples.classes(ID, spec);
    if (spec.input() instanceof InputSpec.Columns) {
      throw new IllegalArgumentException(
          "random-labels wraps datasets whose inputs are real numbers or tokens, and this one has "
              + spec.input());
    }
    List<Split> shown =
        settings.pixels() == Pixels.NONE
            ? base.splits()
            : repaint(settings.pixels(), base, randomness);
    List<Split> all = new ArrayList<>();
    for (int s = 0; s < shown.size(); s++) {
      Split split = shown.get(s);
      boolean random = settings.corrupted() > 0 && (s == 0 || settings.splits() == Where.ALL);
      all.add(
          random
              ? relabel(settings, Examples.finite(ID, split), s, classes, randomness)
              : new Annotated(split));
    }
    splits = List.copyOf(all);
  }

  private static List<Split> repaint(Pixels pixels, Dataset base, Randomness randomness) {
    Examples.dimensions("a change of pixels by random-labels", base.spec());
    InputSpec.Values values = (InputSpec.Values) base.spec().input();
    Split train = Examples.finite(ID, base.splits().get(0));
    Pixels.Change change = pixels.change(values, rows(train), randomness);
    List<Split> all = new ArrayList<>();
    for (int s = 0; s < base.splits().size(); s++) {
      Split split = Examples.finite(ID, base.splits().get(s));
      float[][] inputs = rows(split);
      change.apply(inputs, s);
      all.add(new Repainted(split, stacked(inputs, values)));
    }
    return all;
  }

  /** The input of each example, [examples][values]. */
  private static float[][] rows(Split split) {
    double[][] vectors = Examples.vectors(split);
    float[][] rows = new float[vectors.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new float[vectors[i].length];
      for (int d = 0; d < rows[i].length; d++) {
        rows[i][d] = (float) vectors[i][d];
      }
    }
    return rows;
  }

  private static Tensor stacked(float[][] rows, InputSpec.Values spec) {
    int size = spec.size();
    float[] flat = new float[Math.multiplyExact(rows.length, size)];
    int[] shape = new int[spec.shape().size() + 1];
    shape[0] = rows.length;
    for (int i = 1; i < shape.length; i++) {
      shape[i] = spec.shape().get(i - 1);
    }
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * size, size);
    }
    return Tensor.of(flat, shape);
  }

  private static Split relabel(
      Settings settings, Split split, int number, int classes, Randomness randomness) {
    int[] labels = Examples.labels(split);
    int[] clean = Examples.cleanLabels(split);
    for (int i = 0; i < labels.length; i++) {
      RandomStream random = randomness.stream("labels", number, i);
      if (random.nextDouble() < settings.corrupted()) {
        labels[i] = random.nextInt(classes);
      }
    }
    int[] rows = consistent(settings, split, labels);
    return new Relabelled(
        split,
        split.name(),
        rows,
        Arrays.stream(rows).map(row -> labels[row]).toArray(),
        Arrays.stream(rows).map(row -> clean[row]).toArray());
  }

  /** The examples whose inputs have no other label further up. */
  private static int[] consistent(Settings settings, Split split, int[] labels) {
    Map<Buffer, Integer> first = new HashMap<>();
    List<Integer> rows = new ArrayList<>();
    List<Buffer> inputs = inputs(split);
    for (int i = 0; i < labels.length; i++) {
      Integer earlier = first.putIfAbsent(inputs.get(i), i);
      if (earlier == null || labels[earlier] == labels[i]) {
        rows.add(i);
      } else if (settings.contradictions() == Contradictions.REFUSE) {
        throw new SettingException(
            "contradictions",
            "is refuse, and the examples "
                + earlier
                + " and "
                + i
                + " of the split '"
                + split.name()
                + "' have the same input and different labels; drop leaves the second out");
      }
    }
    return rows.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The input of each example, to be compared by its values. */
  private static List<Buffer> inputs(Split split) {
    List<Buffer> inputs = new ArrayList<>();
    for (int i = 0; i < split.size(); i++) {
      Batch one = split.batch(i);
      inputs.add(
          one.isInts(Batch.INPUT)
              ? IntBuffer.wrap(one.tokens().toArray())
              : FloatBuffer.wrap(one.input().toArray()));
    }
    return inputs;
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
