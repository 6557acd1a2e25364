package org.genlab.tensor.contract;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;

/** An array of doubles with the plainest imaginable operations: what tensors are compared with. */
final class Reference {
  final int[] shape;
  final double[] values;

  Reference(int[] shape, double[] values) {
    this.shape = shape;
    this.values = values;
  }

  static Reference of(IntToDoubleFunction value, int... shape) {
    double[] values = new double[product(shape)];
    Arrays.setAll(values, value);
    return new Reference(shape, values);
  }

  static int product(int... shape) {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  int rank() {
    return shape.length;
  }

  /** The index of an element. */
  private static int[] index(int position, int[] shape) {
    int[] index = new int[shape.length];
    int rest = position;
    for (int d = shape.length - 1; d >= 0; d--) {
      index[d] = rest % shape[d];
      rest /= shape[d];
    }
    return index;
  }

  /** The element at an index, which may have more dimensions and run on where this has 1. */
  private double at(int... index) {
    int position = 0;
    int lead = index.length - shape.length;
    for (int d = 0; d < shape.length; d++) {
      position = position * shape[d] + (shape[d] == 1 ? 0 : index[lead + d]);
    }
    return values[position];
  }

  Reference map(DoubleUnaryOperator f) {
    return of(i -> f.applyAsDouble(values[i]), shape);
  }

  Reference zip(Reference other, DoubleBinaryOperator f) {
    int[] to = new int[Math.max(rank(), other.rank())];
    for (int i = 1; i <= to.length; i++) {
      int a = i <= rank() ? shape[rank() - i] : 1;
      int b = i <= other.rank() ? other.shape[other.rank() - i] : 1;
      to[to.length - i] = a == 1 ? b : a;
    }
    return of(
        i -> {
          int[] index = index(i, to);
          return f.applyAsDouble(at(index), other.at(index));
        },
        to);
  }

  Reference plus(Reference other) {
    return zip(other, Double::sum);
  }

  Reference minus(Reference other) {
    return zip(other, (a, b) -> a - b);
  }

  Reference times(Reference other) {
    return zip(other, (a, b) -> a * b);
  }

  Reference over(Reference other) {
    return zip(other, (a, b) -> a / b);
  }

  /** Reduces axes, which stay as 1. */
  Reference reduce(double start, DoubleBinaryOperator f, int... axes) {
    int[] to = shape.clone();
    for (int axis : axes) {
      to[Math.floorMod(axis, rank())] = 1;
    }
    Reference result = of(i -> start, to);
    for (int i = 0; i < values.length; i++) {
      int[] index = index(i, shape);
      int position = 0;
      for (int d = 0; d < to.length; d++) {
        position = position * to[d] + (to[d] == 1 ? 0 : index[d]);
      }
      result.values[position] = f.applyAsDouble(result.values[position], values[i]);
    }
    return result;
  }

  Reference sum(int... axes) {
    return reduce(0, Double::sum, axes);
  }

  Reference max(int axis) {
    return reduce(Double.NEGATIVE_INFINITY, Math::max, axis);
  }

  Reference mean(int... axes) {
    Reference sum = sum(axes);
    double n = (double) values.length / Math.max(1, sum.values.length);
    return sum.map(x -> x / n);
  }

  double total() {
    return Arrays.stream(values).sum();
  }

  Reference scalar(double value) {
    return of(i -> value);
  }

  Reference reshape(int... to) {
    return new Reference(to, values);
  }

  /** Without the axes of length 1 that a reduction left. */
  Reference squeeze(int... axes) {
    List<Integer> to = new ArrayList<>();
    for (int d = 0; d < rank(); d++) {
      int axis = d;
      if (Arrays.stream(axes).noneMatch(a -> Math.floorMod(a, rank()) == axis)) {
        to.add(shape[d]);
      }
    }
    return reshape(to.stream().mapToInt(i -> i).toArray());
  }

  Reference permute(int... axes) {
    int[] to = Arrays.stream(axes).map(a -> shape[a]).toArray();
    return of(
        i -> {
          int[] index = index(i, to);
          int[] from = new int[index.length];
          for (int d = 0; d < from.length; d++) {
            from[axes[d]] = index[d];
          }
          return at(from);
        },
        to);
  }

  Reference transpose() {
    int[] axes = new int[rank()];
    Arrays.setAll(axes, i -> i);
    axes[rank() - 1] = rank() - 2;
    axes[rank() - 2] = rank() - 1;
    return permute(axes);
  }

  Reference slice(int axis, int from, int to) {
    int[] cut = shape.clone();
    cut[axis] = to - from;
    return of(
        i -> {
          int[] index = index(i, cut);
          index[axis] += from;
          return at(index);
        },
        cut);
  }

  static Reference concat(int axis, Reference... parts) {
    int[] to = parts[0].shape.clone();
    to[axis] = Arrays.stream(parts).mapToInt(p -> p.shape[axis]).sum();
    return of(
        i -> {
          int[] index = index(i, to);
          int part = 0;
          while (index[axis] >= parts[part].shape[axis]) {
            index[axis] -= parts[part].shape[axis];
            part++;
          }
          return parts[part].at(index);
        },
        to);
  }

  /** Sums a_ik b_kj by spreading both over [i, k, j]. */
  Reference matmul(Reference other) {
    int[] a = Arrays.copyOf(shape, rank() + 1);
    a[rank()] = 1;
    int[] b = Arrays.copyOf(other.shape, other.rank() + 1);
    b[other.rank()] = b[other.rank() - 1];
    b[other.rank() - 1] = b[other.rank() - 2];
    b[other.rank() - 2] = 1;
    Reference full = reshape(a).times(other.reshape(b));
    return full.sum(-2).squeeze(-2);
  }

  Reference gather(int[] rows, int... rowShape) {
    int width = product(Arrays.copyOfRange(shape, 1, rank()));
    int[] to = Arrays.copyOf(rowShape, rowShape.length + rank() - 1);
    System.arraycopy(shape, 1, to, rowShape.length, rank() - 1);
    return of(i -> values[rows[i / width] * width + i % width], to);
  }

  Reference softmax() {
    Reference e = minus(max(-1)).map(Math::exp);
    return e.over(e.sum(-1));
  }

  Reference logSumExp(int axis) {
    Reference max = max(axis);
    return minus(max).map(Math::exp).sum(axis).map(Math::log).plus(max);
  }

  Reference layerNorm(Reference scale, Reference shift, double epsilon) {
    Reference centred = minus(mean(-1));
    Reference variance = centred.times(centred).mean(-1);
    return centred.over(variance.map(v -> Math.sqrt(v + epsilon))).times(scale).plus(shift);
  }

  Reference attention(Reference keys, Reference values, boolean causal) {
    Reference q = permute(0, 2, 1, 3);
    Reference k = keys.permute(0, 2, 1, 3);
    Reference v = values.permute(0, 2, 1, 3);
    int queries = shape[1];
    int positions = keys.shape[1];
    double scale = 1 / Math.sqrt(shape[3]);
    Reference seen =
        of(
            i -> !causal || i % positions <= i / positions + positions - queries ? 1 : 0,
            queries,
            positions);
    Reference e = q.matmul(k.transpose()).map(s -> Math.exp(s * scale)).times(seen);
    Reference sum = e.sum(-1).map(s -> s == 0 ? 1 : s);
    return e.over(sum).matmul(v).permute(0, 2, 1, 3);
  }
}
