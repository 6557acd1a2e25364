package org.genlab.architectures.dl4j.data;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.tensor.IntTensor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * The examples of DL4J's iterators as a dataset. They are read once and held in memory, in the
 * order of the iterators.
 *
 * <p>Features [batch, n] become vectors; [batch, features, time] sequences [time, features];
 * [batch, channels, height, width] images [height, width, channels]; tokens, [batch, length], need
 * a {@link DataSpec} that calls them so, because arrays look the same. Labels [batch, n] that are
 * one 1 and zeros elsewhere in every row of every split become classes; labels [batch, n, time]
 * that are so at every position a class for each position, negative where their mask [batch, time]
 * is 0; all others become real targets. What {@link SplitIterator} gives is so read back as it was,
 * with the spec it was written with, but for a negative class of an example: DL4J has no mark of
 * it, so that it becomes a row of zeros, which is no class. Without a spec, tokens become real
 * numbers, and real targets that all are one 1 and zeros become classes. Other masks are refused,
 * and numbers in them other than 0 and 1: examples of a dataset have one length and count whole.
 */
public final class IteratorDataset implements Dataset {
  private final DataSpec spec;
  private final List<Split> splits;

  /** Columns of arrays, not of tensors, which belong to the thread that makes them. */
  private record Held(String name, int size, Column input, Optional<Column> target)
      implements Split {
    @Override
    public Batch batch(int... indices) {
      for (int index : indices) {
        if (index < 0 || index >= size) {
          throw new IndexOutOfBoundsException(
              "no example " + index + " in the split '" + name + "' of " + size);
        }
      }
      Batch batch = input.into(Batch.of(indices.length), Batch.INPUT, indices);
      if (target.isPresent()) {
        batch = target.get().into(batch, Batch.TARGET, indices);
      }
      return batch.with(Annotation.INDEX, IntTensor.of(indices, indices.length));
    }
  }

  /**
   * Reads iterators to their ends; what inputs and targets are is seen from the arrays.
   *
   * @param iterators by the name of the split, the one to train on first, so of a map that keeps
   *     its order; each is reset before, where it supports that, and else read from where it stands
   * @throws IllegalArgumentException when there are none, when one has no examples, no features or
   *     masks that count, when arrays are no vectors, sequences or images, or when shapes differ
   */
  public IteratorDataset(Map<String, DataSetIterator> iterators) {
    this(Examples.read(iterators), Optional.empty());
  }

  /**
   * Reads iterators to their ends.
   *
   * @param iterators by the name of the split, the one to train on first, so of a map that keeps
   *     its order; each is reset before, where it supports that, and else read from where it stands
   * @param spec what inputs and targets are
   * @throws IllegalArgumentException also when the arrays are not what the spec says
   */
  public IteratorDataset(Map<String, DataSetIterator> iterators, DataSpec spec) {
    this(Examples.read(iterators), Optional.of(spec));
  }

  private IteratorDataset(Map<String, Examples> all, Optional<DataSpec> given) {
    this.spec = given.orElseGet(() -> seen(all));
    this.splits =
        all.entrySet().stream()
            .<Split>map(
                entry -> {
                  String name = entry.getKey();
                  Examples examples = entry.getValue();
                  return new Held(
                      name, examples.count(), input(name, examples), target(name, examples));
                })
            .toList();
  }

  /** What arrays alone tell. */
  private static DataSpec seen(Map<String, Examples> all) {
    Examples first = all.values().iterator().next();
    int[] shape = first.labelShape();
    TargetSpec target = new TargetSpec.None();
    if (shape != null) {
      boolean classes =
          shape.length <= 2
              && shape[shape.length - 1] > 1
              && all.values().stream().allMatch(examples -> examples.classes().isPresent());
      int count = shape[shape.length - 1];
      if (!classes) {
        target = new TargetSpec.Values(list(shape));
      } else {
        target =
            shape.length == 1
                ? new TargetSpec.Classes(count)
                : new TargetSpec.ClassPerPosition(count);
      }
    }
    return new DataSpec(new InputSpec.Values(list(first.inputShape())), target);
  }

  private Column input(String split, Examples examples) {
    int[] shape = examples.inputShape();
    if (spec.input() instanceof InputSpec.Tokens tokens) {
      check(Arrays.equals(shape, new int[] {tokens.length()}), split, "features", shape);
      return new Column.Integers(tokens(split, tokens, examples.inputs()), shape);
    }
    boolean fits =
        spec.input() instanceof InputSpec.Values values && values.shape().equals(list(shape));
    check(fits, split, "features", shape);
    return new Column.Reals(examples.inputs(), shape);
  }

  private static int[] tokens(String split, InputSpec.Tokens spec, float... values) {
    int[] tokens = new int[values.length];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = (int) values[i];
      if (tokens[i] != values[i] || tokens[i] < 0 || tokens[i] >= spec.vocabulary()) {
        throw new IllegalArgumentException(
            "the iterator of '"
                + split
                + "' gives the feature "
                + values[i]
                + ", which is no token of a vocabulary of "
                + spec.vocabulary());
      }
    }
    return tokens;
  }

  private Optional<Column> target(String split, Examples examples) {
    int[] shape = examples.labelShape();
    if (spec.target() instanceof TargetSpec.None) {
      return Optional.empty();
    }
    if (shape == null) {
      throw new IllegalArgumentException(
          "the iterator of '" + split + "' gives no labels, and the targets are " + spec.target());
    }
    int count = shape[shape.length - 1];
    if (spec.target() instanceof TargetSpec.Classes classes) {
      check(shape.length == 1 && count == classes.count(), split, "labels", shape);
      checkMask(examples.masksOtherThanPositions(), split);
      return Optional.of(new Column.Integers(classes(split, examples)));
    }
    if (spec.target() instanceof TargetSpec.ClassPerPosition classes) {
      check(shape.length == 2 && count == classes.count(), split, "labels", shape);
      checkMask(examples.masksOtherThanPositions(), split);
      return Optional.of(new Column.Integers(classes(split, examples), shape[0]));
    }
    check(
        spec.target() instanceof TargetSpec.Values values && values.shape().equals(list(shape)),
        split,
        "labels",
        shape);
    checkMask(examples.mask() != null, split);
    return Optional.of(new Column.Reals(examples.labels(), shape));
  }

  private static void checkMask(boolean refused, String split) {
    if (refused) {
      throw new IllegalArgumentException(
          "the iterator of '"
              + split
              + "' gives masks of labels that are not a class for each position, which datasets"
              + " have no place for");
    }
  }

  private static int[] classes(String split, Examples examples) {
    return examples
        .classes()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the iterator of '"
                        + split
                        + "' gives labels that are not one 1 and zeros elsewhere"));
  }

  private void check(boolean fits, String split, String what, int... shape) {
    if (!fits) {
      throw new IllegalArgumentException(
          "the iterator of '"
              + split
              + "' gives "
              + what
              + " of shape "
              + Arrays.toString(shape)
              + " an example, which are not those of "
              + (what.equals("labels") ? spec.target() : spec.input()));
    }
  }

  private static List<Integer> list(int... values) {
    return Arrays.stream(values).boxed().toList();
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
