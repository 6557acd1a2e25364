package org.genlab.tensor.contract;

import static org.genlab.tensor.contract.OperationContract.s;

import java.util.function.DoubleUnaryOperator;
import org.genlab.tensor.Attentions;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Recurrent;
import org.genlab.tensor.Tensor;

/** Attention with all its options, recurrent cells, running sums. */
final class SequenceCases {
  private SequenceCases() {}

  static void addTo(OperationContract contract) {
    attention(contract);
    positions(contract);
    recurrent(contract);
    sums(contract);
  }

  private static void attention(OperationContract contract) {
    int[][] forms = {
      {2, 3, 3, 2, 4},
      {1, 1, 1, 1, 1},
      {2, 2, 5, 1, 3},
      {1, 17, 17, 1, 2},
      {2, 4, 2, 1, 2},
      {0, 2, 2, 2, 2},
      {1, 3, 18, 2, 17}
    };
    for (int[] f : forms) {
      int[] q = s(f[0], f[1], f[3], f[4]);
      int[] k = s(f[0], f[2], f[3], f[4]);
      int[][] biases = {
        s(f[0], f[3], f[1], f[2]),
        s(f[3], f[1], f[2]),
        s(f[3], 1, 1),
        s(f[1], 1),
        s(),
        s(f[0], 1, 1, f[2])
      };
      for (int[] bias : biases) {
        for (boolean causal : new boolean[] {false, true}) {
          Attentions options = causal ? Attentions.plain().causal() : Attentions.plain();
          contract.add(
              "attention with a bias" + (causal ? ", causal" : ""),
              x -> options.scale(0.7).bias(x[3]).apply(x[0], x[1], x[2]),
              x -> values(probabilities(x[0], x[1], causal, 0.7, x[3]), x[2]),
              q,
              k,
              k,
              bias);
        }
      }
      contract.add(
          "probabilities of attention",
          x ->
              Attentions.plain()
                  .causal()
                  .bias(x[3])
                  .withProbabilities(x[0], x[1], x[2])
                  .probabilities(),
          x -> probabilities(x[0], x[1], true, 1 / Math.sqrt(f[4]), x[3]),
          q,
          k,
          k,
          s(f[3], 1, f[2]));
      contract.add(
          "attention and its probabilities",
          x -> {
            Attentions.Result r = Attentions.plain().scale(2).withProbabilities(x[0], x[1], x[2]);
            return r.values().exp().plus(r.probabilities().square().sum());
          },
          x -> {
            Reference p = probabilities(x[0], x[1], false, 2, Reference.of(i -> 0));
            return values(p, x[2]).map(Math::exp).plus(p.scalar(p.times(p).total()));
          },
          q,
          k,
          k);
    }
    float never = Float.NEGATIVE_INFINITY;
    float[] hidden = {never, 0, 0.5f, never, never, never, never, 0, 0, 0.25f, 0, never};
    contract.add(
        "attention that does not see everything",
        x ->
            Attentions.plain()
                .bias(Tensor.of(hidden, 2, 1, 2, 3))
                .bias(x[3])
                .apply(x[0], x[1], x[2]),
        x -> {
          Reference bias = Reference.of(i -> hidden[i], 2, 1, 2, 3).plus(x[3]);
          return values(probabilities(x[0], x[1], false, 0.5, bias), x[2]);
        },
        s(2, 2, 3, 4),
        s(2, 3, 3, 4),
        s(2, 3, 3, 4),
        s(3, 1, 1));
    contract.add(
        "attention with padding",
        x ->
            Attentions.plain()
                .causal()
                .bias(Attentions.padding(IntTensor.of(new int[] {2, 0, 4}, 3), 4))
                .apply(x[0], x[1], x[1]),
        x -> {
          Reference bias =
              Reference.of(i -> i % 4 < new int[] {2, 0, 4}[i / 4] ? 0 : never, 3, 1, 1, 4);
          return values(probabilities(x[0], x[1], true, Math.sqrt(0.5), bias), x[1]);
        },
        s(3, 4, 1, 2),
        s(3, 4, 1, 2));
  }

  /** [batch, heads, queries, positions]. */
  private static Reference probabilities(
      Reference queries, Reference keys, boolean causal, double scale, Reference bias) {
    Reference q = queries.permute(0, 2, 1, 3);
    Reference k = keys.permute(0, 2, 1, 3);
    int n = queries.shape[1];
    int positions = keys.shape[1];
    Reference seen =
        Reference.of(
            i -> !causal || i % positions <= i / positions + positions - n ? 1 : 0, n, positions);
    Reference e = q.matmul(k.transpose()).map(z -> z * scale).plus(bias).map(Math::exp).times(seen);
    return e.over(e.sum(-1).map(z -> z == 0 ? 1 : z));
  }

  private static Reference values(Reference p, Reference values) {
    return p.matmul(values.permute(0, 2, 1, 3)).permute(0, 2, 1, 3);
  }

  private static void positions(OperationContract contract) {
    for (int[] shape : new int[][] {s(2, 3, 2, 4), s(1, 1, 1, 2), s(0, 2, 1, 2), s(1, 5, 1, 18)}) {
      contract.add(
          "rotary",
          x -> Attentions.rotary(x[0], 3, 100).exp(),
          x -> rotary(x[0], 3, 100).map(Math::exp),
          shape);
    }
    contract.add(
        "attention with rotary positions",
        x -> Attentions.rotary(x[0]).attention(Attentions.rotary(x[1]), x[1], true),
        x -> rotary(x[0], 0, 10000).attention(rotary(x[1], 0, 10000), x[1], true),
        s(1, 3, 2, 4),
        s(1, 3, 2, 4));
    contract.add(
        "relative bias",
        x -> {
          IntTensor buckets = Attentions.relativeBuckets(3, 4, 8, 6, true);
          return Attentions.relativeBias(x[0], buckets).exp();
        },
        x -> {
          int[] buckets = Attentions.relativeBuckets(3, 4, 8, 6, true).toArray();
          return x[0].gather(buckets, 3, 4).permute(2, 0, 1).map(Math::exp);
        },
        s(8, 2));
  }

  private static Reference rotary(Reference x, int first, double base) {
    int width = x.shape[3];
    int row = x.shape[2] * width;
    return Reference.of(
        at -> {
          int i = at % width / 2 * 2;
          double angle = (first + at / row % x.shape[1]) * Math.pow(base, -(double) i / width);
          double a = x.values[at / width * width + i];
          double b = x.values[at / width * width + i + 1];
          return at % 2 == 0
              ? a * Math.cos(angle) - b * Math.sin(angle)
              : a * Math.sin(angle) + b * Math.cos(angle);
        },
        x.shape);
  }

  private static void recurrent(OperationContract contract) {
    int[][] forms = {
      {2, 3, 2, 3}, {1, 1, 1, 1}, {3, 2, 1, 5}, {0, 2, 2, 2}, {2, 0, 3, 2}, {1, 2, 3, 17}
    };
    for (int[] f : forms) {
      int[] lengths = new int[f[0]];
      for (int b = 0; b < lengths.length; b++) {
        lengths[b] = (b + 1) % (f[1] + 1);
      }
      for (boolean ends : new boolean[] {false, true}) {
        if (f[3] == 17 && ends) {
          continue;
        }
        recurrent(contract, f, ends ? lengths : null);
      }
    }
    contract.add(
        "lstm from nothing",
        x -> Recurrent.lstm(x[0], null, null, x[1], x[2], null).all(),
        x -> {
          Reference zeros = Reference.of(i -> 0, 2, 3);
          return lstm(x[0], zeros, zeros, x[1], x[2], Reference.of(i -> 0, 12), null)[0];
        },
        s(2, 3, 2),
        s(2, 12),
        s(3, 12));
    contract.add(
        "gru over itself",
        x -> Recurrent.gru(x[0], null, x[1], x[1], null, null).last(),
        x ->
            gru(
                x[0],
                Reference.of(i -> 0, 2, 3),
                x[1],
                x[1],
                Reference.of(i -> 0, 9),
                Reference.of(i -> 0, 3),
                null)[1],
        s(2, 2, 3),
        s(3, 9));
  }

  private static void recurrent(OperationContract contract, int[] f, int[] lengths) {
    IntTensor ends = lengths == null ? null : IntTensor.of(lengths, f[0]);
    int[] x0 = s(f[0], f[1], f[2]);
    int[] state = s(f[0], f[3]);
    int n = f[3];
    String suffix = lengths == null ? "" : " with lengths";
    contract.add(
        "tanh cell" + suffix,
        x -> Recurrent.tanh(x[0], x[1], x[2], x[3], x[4], ends).all(),
        x -> simple(Math::tanh, x[0], x[1], x[2], x[3], x[4], lengths)[0],
        x0,
        state,
        s(f[2], n),
        s(n, n),
        s(n));
    contract.add(
        "last of the relu cell" + suffix,
        x -> Recurrent.relu(x[0], x[1], x[2], x[3], x[4], ends).last(),
        x -> simple(z -> Math.max(z, 0), x[0], x[1], x[2], x[3], x[4], lengths)[1],
        x0,
        state,
        s(f[2], n),
        s(n, n),
        s(n));
    contract.add(
        "gru" + suffix,
        x -> {
          Recurrent.States r = Recurrent.gru(x[0], x[1], x[2], x[3], x[4], x[5], ends);
          return r.all().plus(r.last().square().sum());
        },
        x -> {
          Reference[] r = gru(x[0], x[1], x[2], x[3], x[4], x[5], lengths);
          return r[0].plus(r[1].scalar(r[1].times(r[1]).total()));
        },
        x0,
        state,
        s(f[2], 3 * n),
        s(n, 3 * n),
        s(3 * n),
        s(n));
    contract.add(
        "lstm" + suffix,
        x -> {
          Recurrent.LstmStates r = Recurrent.lstm(x[0], x[1], x[2], x[3], x[4], x[5], ends);
          return r.all().plus(r.last().square().sum()).plus(r.cell().exp().sum());
        },
        x -> {
          Reference[] r = lstm(x[0], x[1], x[2], x[3], x[4], x[5], lengths);
          double squares = r[1].times(r[1]).total();
          return r[0].plus(r[1].scalar(squares + r[2].map(Math::exp).total()));
        },
        x0,
        state,
        state,
        s(f[2], 4 * n),
        s(n, 4 * n),
        s(4 * n));
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  /** z[b][j] = sum over i of x[b][i] w[i][j], of one element. */
  private static double product(Reference x, int row, Reference w, int column) {
    int n = w.shape[0];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += x.values[row * n + i] * w.values[i * w.shape[1] + column];
    }
    return sum;
  }

  static Reference[] simple(
      DoubleUnaryOperator f,
      Reference x,
      Reference h,
      Reference w,
      Reference u,
      Reference bias,
      int[] lengths) {
    int n = u.shape[0];
    int time = x.shape[1];
    Reference now = new Reference(h.shape, h.values.clone());
    Reference all = Reference.of(i -> 0, x.shape[0], time, n);
    for (int t = 0; t < time; t++) {
      Reference next = new Reference(h.shape, now.values.clone());
      for (int b = 0; b < x.shape[0]; b++) {
        for (int j = 0; j < n; j++) {
          if (lengths == null || t < lengths[b]) {
            next.values[b * n + j] =
                f.applyAsDouble(
                    product(x, b * time + t, w, j) + product(now, b, u, j) + bias.values[j]);
          }
          all.values[(b * time + t) * n + j] = next.values[b * n + j];
        }
      }
      now = next;
    }
    return new Reference[] {all, now};
  }

  static Reference[] gru(
      Reference x,
      Reference h,
      Reference w,
      Reference u,
      Reference bias,
      Reference candidateBias,
      int[] lengths) {
    int n = u.shape[0];
    int time = x.shape[1];
    Reference now = new Reference(h.shape, h.values.clone());
    Reference all = Reference.of(i -> 0, x.shape[0], time, n);
    for (int t = 0; t < time; t++) {
      Reference next = new Reference(h.shape, now.values.clone());
      for (int b = 0; b < x.shape[0]; b++) {
        int row = b * time + t;
        for (int j = 0; j < n; j++) {
          if (lengths == null || t < lengths[b]) {
            double r = sigmoid(product(x, row, w, j) + bias.values[j] + product(now, b, u, j));
            double z =
                sigmoid(product(x, row, w, n + j) + bias.values[n + j] + product(now, b, u, n + j));
            double candidate =
                Math.tanh(
                    product(x, row, w, 2 * n + j)
                        + bias.values[2 * n + j]
                        + r * (product(now, b, u, 2 * n + j) + candidateBias.values[j]));
            next.values[b * n + j] = (1 - z) * candidate + z * now.values[b * n + j];
          }
          all.values[row * n + j] = next.values[b * n + j];
        }
      }
      now = next;
    }
    return new Reference[] {all, now};
  }

  static Reference[] lstm(
      Reference x,
      Reference h,
      Reference c,
      Reference w,
      Reference u,
      Reference bias,
      int[] lengths) {
    int n = u.shape[0];
    int time = x.shape[1];
    Reference now = new Reference(h.shape, h.values.clone());
    Reference cell = new Reference(c.shape, c.values.clone());
    Reference all = Reference.of(i -> 0, x.shape[0], time, n);
    for (int t = 0; t < time; t++) {
      Reference next = new Reference(h.shape, now.values.clone());
      for (int b = 0; b < x.shape[0]; b++) {
        int row = b * time + t;
        for (int j = 0; j < n; j++) {
          if (lengths == null || t < lengths[b]) {
            double[] z = new double[4];
            for (int gate = 0; gate < 4; gate++) {
              int column = gate * n + j;
              z[gate] =
                  product(x, row, w, column) + product(now, b, u, column) + bias.values[column];
            }
            int at = b * n + j;
            cell.values[at] = sigmoid(z[1]) * cell.values[at] + sigmoid(z[0]) * Math.tanh(z[2]);
            next.values[at] = sigmoid(z[3]) * Math.tanh(cell.values[at]);
          }
          all.values[row * n + j] = next.values[b * n + j];
        }
      }
      now = next;
    }
    return new Reference[] {all, now, cell};
  }

  private static void sums(OperationContract contract) {
    for (int[] shape : new int[][] {s(2, 3, 4), s(1, 1, 1), s(3, 0, 2), s(2, 5, 18), s(1, 33, 1)}) {
      for (int axis = 0; axis < 3; axis++) {
        for (boolean reverse : new boolean[] {false, true}) {
          int a = axis;
          contract.add(
              "cumulativeSum " + axis + (reverse ? " reverse" : ""),
              x -> x[0].exp().cumulativeSum(a - 3, reverse),
              x -> cumulativeSum(x[0].map(Math::exp), a, reverse),
              shape);
        }
      }
    }
  }

  private static Reference cumulativeSum(Reference x, int axis, boolean reverse) {
    int inner = 1;
    for (int d = axis + 1; d < x.shape.length; d++) {
      inner *= x.shape[d];
    }
    int step = inner;
    return Reference.of(
        i -> {
          double sum = 0;
          int place = i / step % x.shape[axis];
          int end = reverse ? x.shape[axis] - 1 : 0;
          int by = reverse ? 1 : -1;
          for (int p = place; reverse ? p <= end : p >= end; p += by) {
            sum += x.values[i + (p - place) * step];
          }
          return sum;
        },
        x.shape);
  }
}
