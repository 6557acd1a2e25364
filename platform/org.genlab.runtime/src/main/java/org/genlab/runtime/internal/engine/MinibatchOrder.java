package org.genlab.runtime.internal.engine;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.genlab.tensor.random.RandomStream;

/**
 * Which examples make up the minibatch of a step: a split is passed through in a new random order
 * each epoch, and the last, smaller minibatch of an epoch is dropped. A pure function of (seed,
 * split, size, step); the orders of current epochs are remembered to save work.
 */
final class MinibatchOrder {
  private static final int REMEMBERED = 64;

  private record Key(String split, int examples) {}

  private record Epoch(long number, int... order) {}

  private final long seed;
  private final Map<Key, Epoch> current = new LinkedHashMap<>();

  MinibatchOrder(long seed) {
    this.seed = seed;
  }

  /**
   * The indices of a step's minibatch.
   *
   * @param examples the size of the split; {@link Integer#MAX_VALUE} for a stream without end,
   *     which is passed through in its own order
   * @param size examples a minibatch; all, in their own order, when there are no more than that
   */
  int[] indices(String split, int examples, int size, long step) {
    if (size < 1) {
      throw new IllegalArgumentException("a minibatch of " + size + " examples");
    }
    if (examples <= size) {
      return IntStream.range(0, examples).toArray();
    }
    if (examples == Integer.MAX_VALUE) {
      return IntStream.range(0, size)
          .map(i -> (int) Math.floorMod(step * size + i, (long) examples))
          .toArray();
    }
    int perEpoch = examples / size;
    int from = (int) (step % perEpoch) * size;
    return Arrays.copyOfRange(order(split, examples, step / perEpoch), from, from + size);
  }

  private int[] order(String split, int examples, long epoch) {
    Key key = new Key(split, examples);
    Epoch known = current.get(key);
    if (known == null || known.number() != epoch) {
      if (known == null && current.size() == REMEMBERED) {
        current.remove(current.keySet().iterator().next());
      }
      known =
          new Epoch(epoch, RandomStream.of(seed, "order/" + split, epoch).permutation(examples));
      current.put(key, known);
    }
    return known.order();
  }
}
