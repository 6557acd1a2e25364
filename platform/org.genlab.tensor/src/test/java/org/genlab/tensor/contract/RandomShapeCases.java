package org.genlab.tensor.contract;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/** Operations that broadcast or reduce, on shapes drawn at random: also with 0 and 1 elements. */
final class RandomShapeCases {
  private static final int[] SIZES = {0, 1, 1, 1, 2, 2, 3, 3, 4, 5, 7, 15, 16, 17, 33};
  private static final int LARGEST = 150;

  private RandomShapeCases() {}

  static void addTo(OperationContract contract) {
    Random random = new Random(20);
    for (int i = 0; i < 60; i++) {
      int[] shape = shape(random, 0, 4);
      int[][] pair = {repeated(random, shape), repeated(random, shape)};
      switch (random.nextInt(4)) {
        case 0 -> contract.add("plus", x -> x[0].plus(x[1]), x -> x[0].plus(x[1]), pair);
        case 1 -> contract.add("times", x -> x[0].times(x[1]), x -> x[0].times(x[1]), pair);
        case 2 ->
            contract.add("minimum", x -> x[0].minimum(x[1]), x -> x[0].zip(x[1], Math::min), pair);
        default ->
            contract.add(
                "dividedBy",
                x -> x[0].dividedBy(x[1].square().plus(0.5)),
                x -> x[0].zip(x[1], (a, b) -> a / (b * b + 0.5)),
                pair);
      }
    }
    for (int i = 0; i < 60; i++) {
      int[] shape = shape(random, 1, 4);
      int[] axes = IntStream.range(0, shape.length).filter(a -> random.nextBoolean()).toArray();
      boolean empty = Arrays.stream(axes).anyMatch(a -> shape[a] == 0);
      switch (empty ? 0 : random.nextInt(5)) {
        case 0 ->
            contract.add(
                "sum",
                x -> x[0].sigmoid().sum(true, axes),
                x -> x[0].map(v -> 1 / (1 + Math.exp(-v))).sum(axes),
                shape);
        case 1 -> contract.add("mean", x -> x[0].mean(true, axes), x -> x[0].mean(axes), shape);
        case 2 ->
            contract.add(
                "max",
                x -> x[0].max(true, axes),
                x -> x[0].reduce(Double.NEGATIVE_INFINITY, Math::max, axes),
                shape);
        case 3 ->
            contract.add(
                "variance",
                x -> x[0].variance(false, true, axes),
                x -> x[0].minus(x[0].mean(axes)).map(v -> v * v).mean(axes),
                shape);
        default ->
            contract.add(
                "logSumExp",
                x -> x[0].logSumExp(true, axes),
                x -> x[0].map(Math::exp).sum(axes).map(Math::log),
                shape);
      }
    }
    for (int i = 0; i < 60; i++) {
      int[] batch = shape(random, 0, 2);
      int m = SIZES[random.nextInt(SIZES.length)];
      int k = SIZES[random.nextInt(SIZES.length)];
      int n = SIZES[random.nextInt(SIZES.length)];
      int[] a = OperationContract.join(repeated(random, batch), m, k);
      int[] b = OperationContract.join(repeated(random, batch), k, n);
      if (Reference.product(a) + Reference.product(b) <= 2 * LARGEST
          && Reference.product(batch) * m * n * Math.max(1, k) <= 1000) {
        contract.add("matmul", x -> x[0].matmul(x[1]), x -> x[0].matmul(x[1]), a, b);
      }
    }
  }

  private static int[] shape(Random random, int least, int most) {
    while (true) {
      int[] shape = new int[least + random.nextInt(most - least + 1)];
      Arrays.setAll(shape, d -> SIZES[random.nextInt(SIZES.length)]);
      if (Reference.product(shape) <= LARGEST) {
        return shape;
      }
    }
  }

  /** A shape that can be repeated to that one. */
  private static int[] repeated(Random random, int[] shape) {
    int[] from = Arrays.copyOfRange(shape, random.nextInt(shape.length + 1), shape.length);
    if (random.nextBoolean()) {
      from = shape.clone();
    }
    for (int d = 0; d < from.length; d++) {
      from[d] = random.nextInt(3) == 0 ? 1 : from[d];
    }
    return from;
  }
}
