package org.genlab.tensor.contract;

import static org.genlab.tensor.contract.OperationContract.s;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;

/** Operations that pick elements or put them in order. */
final class SelectionCases {
  private SelectionCases() {}

  static void addTo(OperationContract contract) {
    for (int axis = 0; axis < 3; axis++) {
      int a = axis;
      for (int[] shape : new int[][] {s(4, 3, 5), s(3, 3, 3), s(1, 4, 17), s(3, 0, 3)}) {
        int n = shape[a];
        contract.add(
            "flip",
            x -> x[0].flip(a).exp(),
            x -> picked(x[0], a, n, (i, at) -> n - 1 - i).map(Math::exp),
            shape);
        contract.add(
            "roll",
            x -> x[0].roll(a, -2).exp(),
            x -> picked(x[0], a, n, (i, at) -> Math.floorMod(i + 2, n)).map(Math::exp),
            shape);
        contract.add(
            "pad",
            x -> x[0].pad(a, 2, 1, 0.5).exp(),
            x -> {
              int[] before = shape.clone();
              before[a] = 2;
              int[] after = shape.clone();
              after[a] = 1;
              return Reference.concat(
                      a, Reference.of(i -> 0.5, before), x[0], Reference.of(i -> 0.5, after))
                  .map(Math::exp);
            },
            shape);
        if (n > 0) {
          contract.add(
              "select",
              x -> x[0].select(a, n - 1, 0, n - 1).exp(),
              x -> picked(x[0], a, 3, (i, at) -> i == 1 ? 0 : n - 1).map(Math::exp),
              shape);
        }
        for (boolean descending : new boolean[] {false, true}) {
          contract.add(
              "sort",
              x -> x[0].sort(a, descending).values().exp(),
              x -> picked(x[0], a, n, ranks(x[0], a, descending, n)).map(Math::exp),
              shape);
        }
        int k = Math.min(2, n);
        contract.add(
            "topK",
            x -> x[0].topK(a - 3, k).values().square(),
            x -> picked(x[0], a, k, ranks(x[0], a, true, k)).map(v -> v * v),
            shape);
        int[] taken = shape.clone();
        taken[a] = n == 0 ? 0 : 4;
        int[] indices = new int[Reference.product(taken)];
        Arrays.setAll(indices, i -> (i * 7 + i / 5) % Math.max(1, n));
        IntTensor places = IntTensor.of(indices, taken);
        contract.add(
            "takeAlong",
            x -> x[0].takeAlong(a, places).exp(),
            x -> picked(x[0], a, taken[a], (i, at) -> indices[at]).map(Math::exp),
            shape);
        contract.add(
            "scatterAddAlong",
            x -> x[0].scatterAddAlong(a, places, x[1]).exp(),
            x -> scattered(x[0], a, indices, x[1]).map(Math::exp),
            shape,
            taken);
      }
    }
    contract.add(
        "repeat",
        x -> x[0].repeat(2, 1, 3).exp(),
        x -> {
          Reference twice = Reference.concat(0, x[0], x[0]);
          return Reference.concat(2, twice, twice, twice).map(Math::exp);
        },
        s(2, 3, 2));
    for (int[] shape : new int[][] {s(3, 3), s(2, 3, 5), s(2, 17, 4), s(0, 2, 2), s(1, 1)}) {
      int rows = shape[shape.length - 2];
      int columns = shape[shape.length - 1];
      int[] lead = Arrays.copyOf(shape, shape.length - 1);
      lead[lead.length - 1] = Math.min(rows, columns);
      contract.add(
          "diagonal",
          x -> x[0].diagonal().exp(),
          x ->
              Reference.of(
                  i -> {
                    int n = Math.min(rows, columns);
                    return Math.exp(x[0].values[i / n * rows * columns + i % n * (columns + 1)]);
                  },
                  lead),
          shape);
    }
    contract.add(
        "trace",
        x -> x[0].square().trace(),
        x -> x[0].scalar(IntStream.range(0, 3).mapToDouble(i -> sq(x[0].values[4 * i])).sum()),
        s(3, 3));
    contract.add(
        "lower triangle",
        x -> x[0].exp().times(Tensor.lowerTriangle(3, 4, 1)),
        x -> x[0].map(Math::exp).times(Reference.of(i -> i % 4 <= i / 4 + 1 ? 1 : 0, 3, 4)),
        s(3, 4));
    contract.add(
        "one-hot and equal",
        x ->
            x[0].times(IntTensor.of(new int[] {2, -1, 0}, 3).oneHot(4))
                .plus(IntTensor.of(new int[] {1, 5, 1}, 3, 1).equalTo(1)),
        x ->
            x[0].times(Reference.of(i -> i == 2 || i == 8 ? 1 : 0, 3, 4))
                .plus(Reference.of(i -> i == 1 ? 0 : 1, 3, 1)),
        s(3, 4));
    for (int[] shape : new int[][] {s(3, 4), s(), s(0), s(17)}) {
      // a value that is not x, and depends on it: a gradient through it would count twice
      contract.add(
          "straightThrough",
          x -> x[0].straightThrough(x[0].plus(0.75)).exp(),
          x -> x[0].map(v -> Math.exp(v + 0.75)),
          shape);
      contract.add(
          "straightThrough without a part of the value",
          x -> x[0].straightThrough(x[0].plus(x[1]).minus(x[1].detach())).times(x[1]),
          x -> x[0].times(x[1]),
          shape,
          shape);
    }
  }

  private static double sq(double x) {
    return x * x;
  }

  /** Where the i-th result comes from along an axis; at is its row-major position. */
  private interface Choice {
    int of(int i, int at);
  }

  private static Reference picked(Reference x, int axis, int count, Choice choice) {
    int inner = Reference.product(Arrays.copyOfRange(x.shape, axis + 1, x.rank()));
    int length = x.shape[axis];
    int[] to = x.shape.clone();
    to[axis] = count;
    return Reference.of(
        at -> {
          int o = at / (count * inner);
          int i = at / inner % count;
          return x.values[(o * length + choice.of(i, at)) * inner + at % inner];
        },
        to);
  }

  private static Choice ranks(Reference x, int axis, boolean descending, int count) {
    int inner = Reference.product(Arrays.copyOfRange(x.shape, axis + 1, x.rank()));
    int length = x.shape[axis];
    return (i, at) -> {
      int start = at / (count * inner) * length * inner + at % inner;
      Comparator<Integer> order = Comparator.comparingDouble(j -> x.values[start + j * inner]);
      return IntStream.range(0, length)
          .boxed()
          .sorted(descending ? order.reversed() : order)
          .toList()
          .get(i);
    };
  }

  private static Reference scattered(Reference x, int axis, int[] indices, Reference values) {
    int inner = Reference.product(Arrays.copyOfRange(x.shape, axis + 1, x.rank()));
    double[] sums = x.values.clone();
    for (int at = 0; at < indices.length; at++) {
      int o = at / (values.shape[axis] * inner);
      sums[(o * x.shape[axis] + indices[at]) * inner + at % inner] += values.values[at];
    }
    return new Reference(x.shape, sums);
  }
}
