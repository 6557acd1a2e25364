package org.genlab.tensor.contract;

import static org.genlab.tensor.contract.OperationContract.join;
import static org.genlab.tensor.contract.OperationContract.s;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.genlab.tensor.Attentions;
import org.genlab.tensor.Images;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Normalization;
import org.genlab.tensor.Recurrent;
import org.genlab.tensor.SparseMatrix;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.Window;

/**
 * Nothing, one of something, and numbers that no vector divides, where the other cases have none.
 */
final class EdgeCases {
  private EdgeCases() {}

  static void addTo(OperationContract contract) {
    rows(contract);
    tables(contract);
    joined(contract);
    sequences(contract);
    attention(contract);
    recurrent(contract);
    normalization(contract);
    products(contract);
    pools(contract);
  }

  private static void rows(OperationContract contract) {
    for (int[] shape : new int[][] {s(2, 0), s(0), s(0, 0), s(2, 1, 16), s(3, 31)}) {
      int[] row = s(shape[shape.length - 1]);
      contract.add("softmax", x -> x[0].softmax(), x -> x[0].softmax(), shape);
      contract.add(
          "logSoftmax", x -> x[0].logSoftmax(), x -> x[0].minus(x[0].logSumExp(-1)), shape);
      contract.add(
          "layerNorm",
          x -> x[0].layerNorm(x[1], x[2], 0.1),
          x -> x[0].layerNorm(x[1], x[2], 0.1),
          shape,
          row,
          row);
    }
  }

  private static void tables(OperationContract contract) {
    Object[][] cases = {
      // the table, the rows that are taken, their shape
      {s(3, 5), new int[] {}, s(0)},
      {s(0, 5), new int[] {}, s(0, 2)},
      {s(3, 0), new int[] {2, 0}, s(2)},
      {s(1, 1), new int[] {0, 0, 0}, s(3)},
      {s(1, 33), new int[] {0, 0}, s(2, 1)},
      {s(2, 16), new int[] {1}, s()},
      {s(4), new int[] {3, 3, 1}, s(3)},
      {s(3, 31), new int[] {2, 2, 2, 0, 2}, s(1, 5)},
      {s(2, 3, 17), new int[] {1, 0, 1}, s(3)},
    };
    for (Object[] c : cases) {
      int[] taken = (int[]) c[1];
      int[] shape = (int[]) c[2];
      contract.add(
          "gather",
          x -> x[0].exp().gather(IntTensor.of(taken, shape)).square(),
          x -> x[0].map(Math::exp).gather(taken, shape).map(v -> v * v),
          (int[]) c[0]);
    }
  }

  private static void joined(OperationContract contract) {
    for (int axis = 0; axis < 3; axis++) {
      int a = axis;
      for (int[] shape : new int[][] {s(2, 3, 17), s(1, 1, 1), s(0, 2, 3)}) {
        int[] empty = shape.clone();
        empty[a] = 0;
        contract.add(
            "concat with an empty part",
            x -> Tensor.concat(a, List.of(x[1], x[0], x[1])).exp(),
            x -> x[0].map(Math::exp),
            shape,
            empty);
        contract.add(
            "concat of empty parts",
            x -> Tensor.concat(a, List.of(x[0], x[1])).exp(),
            x -> x[0],
            empty,
            empty);
      }
      for (int[] shape : new int[][] {s(0, 3), s(3, 0), s(1, 1), s(17, 1)}) {
        int[] to = join(join(Arrays.copyOf(shape, a), 1), Arrays.copyOfRange(shape, a, 2));
        contract.add(
            "stack",
            x -> Tensor.stack(a, List.of(x[0], x[1])).exp(),
            x -> Reference.concat(a, x[0].reshape(to), x[1].reshape(to)).map(Math::exp),
            shape,
            shape);
        contract.add(
            "stack of one",
            x -> Tensor.stack(a - 3, List.of(x[0])).exp(),
            x -> x[0].reshape(to).map(Math::exp),
            shape);
      }
    }
    contract.add(
        "stack of scalars",
        x -> Tensor.stack(0, List.of(x[0], x[1])),
        x -> Reference.concat(0, x[0].reshape(1), x[1].reshape(1)),
        s(),
        s());
  }

  /** Convolutions and pooling along one axis. */
  private static void sequences(OperationContract contract) {
    Object[][] cases = {
      // sequences, channels seen, output channels, window
      {s(2, 1, 1), 1, 1, Window.of(1)},
      {s(0, 4, 2), 2, 3, Window.of(3)},
      {s(1, 0, 2), 2, 1, Window.of(2).padding(1)},
      {s(1, 1, 3), 3, 2, Window.of(3).padding(1)},
      {s(2, 5, 4), 2, 6, Window.of(3)},
      {s(1, 5, 3), 1, 3, Window.of(2).stride(2)},
      {s(1, 7, 2), 2, 2, Window.of(3).dilation(2)},
      {s(2, 6, 4), 1, 8, Window.of(2).dilation(3).padding(2)},
      {s(1, 19, 1), 1, 17, Window.of(4)},
      {s(1, 3, 17), 17, 1, Window.of(3).padding(1)},
      {s(1, 4, 0), 0, 2, Window.of(2)},
    };
    for (Object[] c : cases) {
      int[] shape = (int[]) c[0];
      Window w = (Window) c[3];
      int[] image = s(shape[0], 1, shape[1], shape[2]);
      int[] weight = s(w.width(), (Integer) c[1], (Integer) c[2]);
      int[] kernel = join(s(1), weight);
      Window row =
          new Window(
              1, w.width(), 1, w.strideWidth(), 0, 0, w.left(), w.right(), 1, w.dilationWidth());
      contract.add(
          "conv1d " + w,
          x -> Images.conv1d(x[0], x[1], x[2], w),
          x -> {
            Reference y = ImageCases.convolve(x[0].reshape(image), x[1].reshape(kernel), row);
            return y.reshape(y.shape[0], y.shape[2], y.shape[3]).plus(x[2]);
          },
          shape,
          weight,
          s(weight[2]));
    }
  }

  private static void attention(OperationContract contract) {
    int[][] forms = {
      // batch, queries, positions, heads, width
      {2, 1, 1, 3, 4},
      {1, 1, 7, 2, 16},
      {1, 1, 33, 1, 3},
      {3, 5, 1, 2, 17},
      {1, 0, 3, 2, 2},
      {2, 3, 0, 1, 2},
      {1, 2, 2, 0, 2},
      {1, 16, 15, 1, 1},
    };
    for (int[] f : forms) {
      int[] q = s(f[0], f[1], f[3], f[4]);
      int[] k = s(f[0], f[2], f[3], f[4]);
      for (boolean causal : new boolean[] {false, true}) {
        contract.add(
            "attention" + (causal ? ", causal" : ""),
            x -> x[0].attention(x[1], x[2], causal),
            x -> x[0].attention(x[1], x[2], causal),
            q,
            k,
            k);
      }
      contract.add(
          "attention with probabilities",
          x -> Attentions.plain().withProbabilities(x[0], x[1], x[2]).values(),
          x -> x[0].attention(x[1], x[2], false),
          q,
          k,
          k);
    }
  }

  private static void recurrent(OperationContract contract) {
    int[][] forms = {{2, 3, 0, 2}, {1, 2, 2, 0}, {1, 1, 17, 1}, {1, 1, 1, 16}};
    for (int[] f : forms) {
      int n = f[3];
      // smaller inputs: where tanh is saturated, its derivatives are what is left of 1 - 1
      contract.add(
          "tanh cell",
          x -> Recurrent.tanh(x[0].times(0.25), x[1], x[2], x[3], x[4], null).all(),
          x -> {
            Reference smaller = x[0].map(v -> 0.25 * v);
            return SequenceCases.simple(Math::tanh, smaller, x[1], x[2], x[3], x[4], null)[0];
          },
          s(f[0], f[1], f[2]),
          s(f[0], n),
          s(f[2], n),
          s(n, n),
          s(n));
      contract.add(
          "lstm",
          x -> Recurrent.lstm(x[0], x[1], x[2], x[3], x[4], x[5]).all(),
          x -> SequenceCases.lstm(x[0], x[1], x[2], x[3], x[4], x[5], null)[0],
          s(f[0], f[1], f[2]),
          s(f[0], n),
          s(f[0], n),
          s(f[2], 4 * n),
          s(n, 4 * n),
          s(4 * n));
      contract.add(
          "gru",
          x -> Recurrent.gru(x[0], x[1], x[2], x[3], x[4], x[5]).all(),
          x -> SequenceCases.gru(x[0], x[1], x[2], x[3], x[4], x[5], null)[0],
          s(f[0], f[1], f[2]),
          s(f[0], n),
          s(f[2], 3 * n),
          s(n, 3 * n),
          s(3 * n),
          s(n));
    }
  }

  private static void normalization(OperationContract contract) {
    Object[][] groups = {
      {s(2, 3, 4), 4},
      {s(1, 1, 4), 4},
      {s(0, 3, 4), 2},
      {s(2, 0, 4), 2},
      {s(1, 1, 1), 1},
      {s(2, 4), 2},
      {s(1, 17, 6), 3},
      {s(1, 2, 34), 2},
    };
    for (Object[] c : groups) {
      int[] shape = (int[]) c[0];
      int g = (Integer) c[1];
      int[] row = s(shape[shape.length - 1]);
      contract.add(
          "groupNorm",
          x -> Normalization.group(x[0], g, x[1], x[2], 0.1),
          x -> ImageCases.group(x[0], g).times(x[1]).plus(x[2]),
          shape,
          row,
          row);
    }
    Object[][] ghosts = {{s(1, 1), 1}, {s(3, 2), 3}, {s(4, 17), 2}, {s(6, 3, 1), 3}, {s(2, 0), 1}};
    for (Object[] c : ghosts) {
      int[] shape = (int[]) c[0];
      int parts = (Integer) c[1];
      int n = shape[shape.length - 1];
      int[] row = s(n);
      contract.add(
          "ghostBatchNorm",
          x -> Normalization.ghostBatch(x[0], parts, x[1], x[2], 0.1).output(),
          x -> {
            int rows = Arrays.stream(shape).limit(shape.length - 1).reduce(1, (a, b) -> a * b);
            return ImageCases.normalize(x[0].reshape(parts, rows / parts, n), 0.1)
                .times(x[1])
                .plus(x[2])
                .reshape(shape);
          },
          shape,
          row,
          row);
    }
    for (int[] shape : new int[][] {s(1, 1), s(1, 17), s(2, 1, 3), s(0, 3, 2)}) {
      int n = shape[shape.length - 1];
      int batch = shape[0];
      contract.add(
          "instanceNorm",
          x -> Normalization.instance(x[0], x[1], x[2], 0.1),
          x ->
              batch == 0
                  ? x[0]
                  : ImageCases.normalize(
                          x[0].reshape(batch, x[0].values.length / batch / n, n), 0.1)
                      .times(x[1])
                      .plus(x[2])
                      .reshape(shape),
          shape,
          s(n),
          s(n));
    }
  }

  private static void products(OperationContract contract) {
    for (int[] f : new int[][] {{3, 0, 4}, {3, 2, 0}, {0, 2, 3}, {1, 1, 1}, {17, 1, 15}}) {
      contract.add(
          "linear",
          x -> x[0].linear(x[1], x[2]),
          x -> x[0].matmul(x[1]).plus(x[2]),
          s(f[0], f[1]),
          s(f[1], f[2]),
          s(f[2]));
      contract.add(
          "outer",
          x -> x[0].outer(x[1]),
          x -> x[0].reshape(f[0], 1).times(x[1].reshape(1, f[2])),
          s(f[0]),
          s(f[2]));
    }
    int[][] sparse = {{0, 3, 2}, {3, 0, 2}, {1, 1, 1}, {2, 3, 16}};
    for (int[] f : sparse) {
      contract.add(
          "sparse product without entries",
          x -> SparseMatrix.of(f[0], f[1], new int[0], new int[0], x[0]).times(x[1]),
          x -> Reference.of(i -> 0, f[0], f[2]),
          s(0),
          s(f[1], f[2]));
    }
  }

  private static void pools(OperationContract contract) {
    for (int[] shape : new int[][] {s(0, 3, 2), s(2, 1, 1), s(1, 17, 33), s(2, 5), s(1, 2, 0)}) {
      int[] flat = s(shape[0], shape.length == 2 ? 1 : shape[1], shape[shape.length - 1]);
      pool(contract, "globalAveragePool", Images::globalAveragePool, x -> x.mean(1), shape, flat);
      pool(contract, "globalMaxPool", Images::globalMaxPool, x -> x.max(1), shape, flat);
    }
    contract.add(
        "maxPool1d",
        x -> Images.maxPool1d(x[0], Window.of(1)).exp(),
        x -> x[0].map(Math::exp),
        s(2, 1, 1));
    contract.add(
        "averagePool1d",
        x -> Images.averagePool1d(x[0], Window.of(3), false),
        x -> x[0].mean(1),
        s(2, 3, 33));
  }

  private static void pool(
      OperationContract contract,
      String name,
      Function<Tensor, Tensor> operation,
      Function<Reference, Reference> reference,
      int[] shape,
      int[] flat) {
    contract.add(
        name,
        x -> operation.apply(x[0]).exp(),
        x -> reference.apply(x[0].reshape(flat)).squeeze(1).map(Math::exp),
        shape);
  }
}
