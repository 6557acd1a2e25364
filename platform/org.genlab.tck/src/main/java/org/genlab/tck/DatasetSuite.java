package org.genlab.tck;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.genlab.api.Kind;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.tck.internal.Bits;
import org.genlab.tck.internal.Setup;
import org.genlab.tensor.IntTensor;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every dataset must do. Splits of any size are allowed; the first few examples are tried. */
public abstract class DatasetSuite extends PluginSuite {
  private static final int TRIED = 16;

  protected DatasetSuite(Class<? extends Dataset> plugin) {
    super(Kind.DATASET, plugin);
  }

  private interface Check {
    void on(Setup setup, Dataset dataset);
  }

  private void each(Check check) {
    for (Setup setup : setups()) {
      bench().ask(setup, Map.of(), training -> check.on(setup, training.dataset()));
    }
  }

  @Test
  @DisplayName("has splits with names of their own and with examples")
  void splits() {
    each(
        (setup, dataset) -> {
          List<Split> splits = dataset.splits();
          check(
              !splits.isEmpty(),
              "with %s, splits() is empty; the first split is the one that is trained on.",
              setup);
          Set<String> names = new HashSet<>();
          for (Split split : splits) {
            check(
                names.add(split.name()),
                "with %s, two splits are called '%s'; give each a name of its own.",
                setup,
                split.name());
            check(
                split.size() > 0,
                "with %s, the split '%s' has no examples; refuse such settings with a"
                    + " SettingException, or leave the split out of splits().",
                setup,
                split.name());
            check(
                Bits.same(split.batch(0), dataset.split(split.name()).batch(0)),
                "with %s, split(\"%s\") is another one than the one in splits().",
                setup,
                split.name());
          }
        });
  }

  @Test
  @DisplayName("gives batches that look as its spec says")
  void spec() {
    each(
        (setup, dataset) -> {
          DataSpec spec = dataset.spec();
          for (Split split : dataset.splits()) {
            Batch batch = split.range(0, Math.min(TRIED, split.size()));
            String where = setup + ", split '" + split.name() + "'";
            input(where, spec.input(), batch);
            target(where, spec.target(), batch);
            for (String column : batch.columns()) {
              check(
                  batch.isInts(column) || batch.reals(column).allFinite(),
                  "with %s, the column '%s' has numbers that are not finite; leave such examples"
                      + " out, or give them a value.",
                  where,
                  column);
            }
          }
        });
  }

  private static void input(String where, InputSpec spec, Batch batch) {
    if (spec instanceof InputSpec.Tokens tokens) {
      check(
          batch.has(Batch.INPUT) && batch.isInts(Batch.INPUT),
          "with %s, spec() promises tokens, and batches have no integer column '%s'.",
          where,
          Batch.INPUT);
      shape(where, Batch.INPUT, batch.tokens().shape().toArray(), batch.size(), tokens.length());
      range(where, Batch.INPUT, batch.tokens(), 0, tokens.vocabulary());
    } else if (spec instanceof InputSpec.Values values) {
      check(
          batch.has(Batch.INPUT) && !batch.isInts(Batch.INPUT),
          "with %s, spec() promises real inputs, and batches have no real column '%s'.",
          where,
          Batch.INPUT);
      shape(
          where, Batch.INPUT, batch.input().shape().toArray(), batch.size(), ints(values.shape()));
    } else if (spec instanceof InputSpec.Columns columns) {
      for (String column : columns.columns()) {
        check(
            batch.has(column),
            "with %s, spec() promises a column '%s', and batches have %s.",
            where,
            column,
            batch.columns());
      }
    }
  }

  private static void target(String where, TargetSpec spec, Batch batch) {
    if (spec instanceof TargetSpec.None) {
      return;
    }
    check(
        batch.has(Batch.TARGET),
        "with %s, spec() promises %s, and batches have no column '%s'.",
        where,
        spec,
        Batch.TARGET);
    if (spec instanceof TargetSpec.Values values) {
      shape(
          where,
          Batch.TARGET,
          batch.reals(Batch.TARGET).shape().toArray(),
          batch.size(),
          ints(values.shape()));
      return;
    }
    int[] shape =
        batch.isInts(Batch.TARGET)
            ? batch.labels().shape().toArray()
            : batch.reals(Batch.TARGET).shape().toArray();
    if (spec instanceof TargetSpec.Classes classes && batch.isInts(Batch.TARGET)) {
      shape(where, Batch.TARGET, shape, batch.size());
      range(where, Batch.TARGET, batch.labels(), 0, classes.count());
    } else if (spec instanceof TargetSpec.ClassPerPosition classes && batch.isInts(Batch.TARGET)) {
      range(where, Batch.TARGET, batch.labels(), Integer.MIN_VALUE, classes.count());
    }
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  private static void shape(String where, String column, int[] shape, int first, int... rest) {
    int[] expected = new int[rest.length + 1];
    expected[0] = first;
    System.arraycopy(rest, 0, expected, 1, rest.length);
    check(
        java.util.Arrays.equals(shape, expected),
        "with %s, the column '%s' has shape %s, and spec() promises %s; make the two agree.",
        where,
        column,
        java.util.Arrays.toString(shape),
        java.util.Arrays.toString(expected));
  }

  private static void range(String where, String column, IntTensor values, int from, int to) {
    for (int value : values.toArray()) {
      check(
          value >= from && value < to,
          "with %s, the column '%s' has the value %d, and spec() promises values from %d to %d;"
              + " make the two agree.",
          where,
          column,
          value,
          from,
          to - 1);
    }
  }

  @Test
  @DisplayName("gives the same example whenever and with whichever others it is asked for")
  void purity() {
    each(
        (setup, dataset) -> {
          for (Split split : dataset.splits()) {
            int n = Math.min(TRIED, split.size());
            int[] backwards = IntStream.range(0, n).map(i -> n - 1 - i).toArray();
            Batch all = split.range(0, n);
            check(
                Bits.same(all.select(backwards), split.batch(backwards))
                    && Bits.same(all, split.range(0, n)),
                "with %s, examples of the split '%s' depend on the order or the number of times"
                    + " they are asked for; make each a function of its index and of"
                    + " Randomness.stream(name, index).",
                setup,
                split.name());
            check(
                all.has(Annotation.INDEX)
                    && java.util.Arrays.equals(
                        all.ints(Annotation.INDEX).toArray(), IntStream.range(0, n).toArray()),
                "with %s, batches of the split '%s' need a column '%s' with the indices that were"
                    + " asked for: batch.with(Annotation.INDEX, IntTensor.of(indices, n)).",
                setup,
                split.name(),
                Annotation.INDEX);
          }
        });
  }

  @Test
  @DisplayName("gives batches of one example and of none, and refuses indices it does not have")
  void smallBatches() {
    each(
        (setup, dataset) -> {
          for (Split split : dataset.splits()) {
            Batch one = split.batch(split.size() - 1);
            check(
                one.size() == 1 && Bits.rowsMatch(one),
                "with %s, a batch of one example of the split '%s' has columns of other lengths.",
                setup,
                split.name());
            try {
              Batch none = split.batch();
              check(
                  none.size() == 0 && Bits.rowsMatch(none),
                  "with %s, an empty batch of the split '%s' has examples.",
                  setup,
                  split.name());
            } catch (IllegalArgumentException e) {
              check(
                  e.getMessage() != null,
                  "with %s, an empty batch of the split '%s' is refused without a reason.",
                  setup,
                  split.name());
            } catch (RuntimeException e) {
              throw failed(
                  e,
                  "with %s, an empty batch of the split '%s' fails with %s; give a batch of size 0"
                      + " or an IllegalArgumentException.",
                  setup,
                  split.name(),
                  e);
            }
            for (int index : new int[] {-1, split.size()}) {
              boolean refused = index == Integer.MAX_VALUE;
              try {
                if (!refused) {
                  split.batch(index);
                }
              } catch (IndexOutOfBoundsException e) {
                refused = true;
              } catch (RuntimeException e) {
                throw failed(
                    e,
                    "with %s, the index %d of the split '%s' fails with %s; it must be an"
                        + " IndexOutOfBoundsException (Objects.checkIndex).",
                    setup,
                    index,
                    split.name(),
                    e);
              }
              check(
                  refused,
                  "with %s, the split '%s' of size %d gives an example of index %d; refuse it with"
                      + " an IndexOutOfBoundsException (Objects.checkIndex).",
                  setup,
                  split.name(),
                  split.size(),
                  index);
            }
          }
        });
  }
}
