package org.genlab.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Binary;
import org.genlab.tensor.backend.Reduction;
import org.genlab.tensor.backend.Span;
import org.genlab.tensor.backend.Unary;

/** Sums of products over named axes, and distances. */
final class ContractionOps {
  /** Differences that are held at once while distances are computed. */
  private static final int BLOCK = 1 << 18;

  private ContractionOps() {}

  static Tensor outer(Tensor a, Tensor b) {
    if (a.rank() < 1 || b.rank() < 1) {
      throw new IllegalArgumentException(
          "outer: shapes " + a.shape() + " and " + b.shape() + "; a scalar has no last axis");
    }
    Shape column = append(a.shape(), 1);
    Shape row = insert(b.shape(), 1);
    if (!Indexing.meet(column, row)) {
      throw new IllegalArgumentException(
          "outer: shapes "
              + a.shape()
              + " and "
              + b.shape()
              + " do not fit together in their leading axes");
    }
    return a.reshape(column).times(b.reshape(row));
  }

  private static Shape append(Shape shape, int dimension) {
    int[] d = Arrays.copyOf(shape.dimensions(), shape.rank() + 1);
    d[shape.rank()] = dimension;
    return Shape.of(d);
  }

  /** With another dimension before the last. */
  private static Shape insert(Shape shape, int dimension) {
    int[] d = Arrays.copyOf(shape.dimensions(), shape.rank() + 1);
    d[shape.rank()] = d[shape.rank() - 1];
    d[shape.rank() - 1] = dimension;
    return Shape.of(d);
  }

  // einsum

  static Tensor einsum(String equation, Tensor... operands) {
    int arrow = equation.indexOf("->");
    String[] terms = arrow < 0 ? new String[0] : equation.substring(0, arrow).split(",", -1);
    if (terms.length != operands.length || terms.length < 1 || terms.length > 2) {
      throw misfit(equation, operands, "it must have the form 'ab,bc->ac' or 'ab->a'");
    }
    String output = equation.substring(arrow + 2).strip();
    Map<Character, Integer> sizes = new LinkedHashMap<>();
    for (int i = 0; i < terms.length; i++) {
      terms[i] = terms[i].strip();
      if (terms[i].length() != operands[i].rank()) {
        throw misfit(equation, operands, "'" + terms[i] + "' has not one label an axis");
      }
      for (int d = 0; d < terms[i].length(); d++) {
        char label = terms[i].charAt(d);
        int size = operands[i].dimension(d);
        Integer known = sizes.putIfAbsent(label, size);
        if (!Character.isLetter(label) || (known != null && known != size)) {
          throw misfit(equation, operands, "axis '" + label + "' has no single size");
        }
      }
    }
    for (int d = 0; d < output.length(); d++) {
      char label = output.charAt(d);
      if (!sizes.containsKey(label) || output.indexOf(label) != d) {
        throw misfit(equation, operands, "'" + label + "' cannot be an axis of the result");
      }
    }
    Labelled[] inputs = new Labelled[terms.length];
    for (int i = 0; i < terms.length; i++) {
      String others = output + (terms.length == 2 ? terms[1 - i] : "");
      inputs[i] = new Labelled(operands[i], terms[i]).diagonals().summedExcept(others);
    }
    Labelled result = inputs.length == 1 ? inputs[0] : product(inputs[0], inputs[1], output, sizes);
    return result.arranged(output).tensor();
  }

  private static IllegalArgumentException misfit(String equation, Tensor[] operands, String why) {
    List<Shape> shapes = Arrays.stream(operands).map(Tensor::shape).toList();
    return new IllegalArgumentException(
        "einsum: '" + equation + "' does not fit shapes " + shapes + ": " + why);
  }

  /** A tensor with a letter for each axis. */
  private record Labelled(Tensor tensor, String labels) {
    /** Keeps, of axes with the same letter, the elements where they agree. */
    Labelled diagonals() {
      for (int i = 0; i < labels.length(); i++) {
        int j = labels.indexOf(labels.charAt(i), i + 1);
        if (j >= 0) {
          char label = labels.charAt(i);
          StringBuilder rest = new StringBuilder(labels).deleteCharAt(j).deleteCharAt(i);
          Tensor last = arranged(rest.toString() + label + label).tensor();
          return new Labelled(SelectionOps.diagonal("einsum", last), rest.toString() + label)
              .diagonals();
        }
      }
      return this;
    }

    /** Sums over the axes whose letters are not there. */
    Labelled summedExcept(String kept) {
      int[] axes = new int[labels.length()];
      int n = 0;
      StringBuilder rest = new StringBuilder();
      for (int d = 0; d < labels.length(); d++) {
        if (kept.indexOf(labels.charAt(d)) < 0) {
          axes[n++] = d;
        } else {
          rest.append(labels.charAt(d));
        }
      }
      return n == 0
          ? this
          : new Labelled(tensor.sum(false, Arrays.copyOf(axes, n)), rest.toString());
    }

    /** The axes in that order. A letter that stands twice stands for its first and second axis. */
    Labelled arranged(String order) {
      if (order.equals(labels)) {
        return this;
      }
      int[] axes = new int[order.length()];
      for (int d = 0; d < axes.length; d++) {
        char label = order.charAt(d);
        boolean second = order.indexOf(label) < d;
        axes[d] = labels.indexOf(label, second ? labels.indexOf(label) + 1 : 0);
      }
      return new Labelled(tensor.permute(axes), order);
    }
  }

  /** A batched matrix product over the letters of both that are not in the result. */
  private static Labelled product(
      Labelled a, Labelled b, String output, Map<Character, Integer> sizes) {
    StringBuilder batch = new StringBuilder();
    StringBuilder rows = new StringBuilder();
    StringBuilder summed = new StringBuilder();
    StringBuilder columns = new StringBuilder();
    for (char label : sizes.keySet()) {
      boolean inA = a.labels.indexOf(label) >= 0;
      boolean inB = b.labels.indexOf(label) >= 0;
      if (inA && inB) {
        (output.indexOf(label) >= 0 ? batch : summed).append(label);
      } else if (inA) {
        rows.append(label);
      } else if (inB) {
        columns.append(label);
      }
    }
    Tensor x = a.arranged("" + batch + rows + summed).tensor();
    Tensor y = b.arranged("" + batch + summed + columns).tensor();
    Tensor product =
        x.reshape(sized(batch, rows, summed, sizes))
            .matmul(y.reshape(sized(batch, summed, columns, sizes)));
    String labels = "" + batch + rows + columns;
    List<Integer> shape = new ArrayList<>();
    labels.chars().forEach(c -> shape.add(sizes.get((char) c)));
    return new Labelled(product.reshape(shape.stream().mapToInt(i -> i).toArray()), labels);
  }

  /** The batch's axes, then two groups of axes as one each. */
  private static int[] sized(
      CharSequence batch, CharSequence first, CharSequence second, Map<Character, Integer> sizes) {
    int[] shape = new int[batch.length() + 2];
    for (int d = 0; d < batch.length(); d++) {
      shape[d] = sizes.get(batch.charAt(d));
    }
    shape[batch.length()] = size(first, sizes);
    shape[batch.length() + 1] = size(second, sizes);
    return shape;
  }

  private static int size(CharSequence labels, Map<Character, Integer> sizes) {
    return labels.chars().map(c -> sizes.get((char) c)).reduce(1, (p, q) -> p * q);
  }

  // distances

  static Tensor squaredDistances(Tensor x, Tensor y) {
    int rank = x.rank();
    if (rank < 2
        || y.rank() != rank
        || !x.shape().with(rank - 2, 0).equals(y.shape().with(rank - 2, 0))) {
      throw new IllegalArgumentException(
          "squaredDistances: shapes " + x.shape() + " and " + y.shape() + " do not fit together");
    }
    int batch = x.shape().product(0, rank - 2);
    int n = x.dimension(-2);
    int m = y.dimension(-2);
    int width = x.dimension(-1);
    Shape shape = x.shape().with(rank - 1, m);
    Compute compute = Compute.current();
    Storage result = compute.allocate(shape);
    Backend backend = compute.pool().backend();
    int block = (int) Math.max(1, Math.min(n, BLOCK / Math.max(1L, (long) m * width)));
    Storage differences = compute.allocateUnscoped(Shape.of(block * m * width));
    Shape right = Shape.of(1, m, width);
    for (int i = 0; i < batch && m > 0; i++) {
      for (int from = 0; from < n; from += block) {
        int rows = Math.min(block, n - from);
        Span d = differences.span();
        PointwiseOps.combine(
            backend,
            Binary.SUBTRACT,
            x.span().plus((i * n + from) * width),
            Shape.of(rows, 1, width),
            y.span().plus(i * m * width),
            right,
            d,
            Shape.of(rows, m, width));
        backend.unary(Unary.SQUARE, 0, 0, d, d, rows * m * width);
        Span to = result.span().plus((i * n + from) * m);
        backend.reduce(Reduction.SUM, d, to, rows * m, width, 1, false);
      }
    }
    differences.release();
    return Tensor.result(shape, result, Node.records(x, y) ? new DistanceNode(shape, x, y) : null);
  }

  private static final class DistanceNode extends Node {
    DistanceNode(Shape shape, Tensor x, Tensor y) {
      super(shape, x, y);
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return shape.rank() > 2 || input == 0 ? PerExample.Share.EXAMPLES : PerExample.Share.SHARED;
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      Tensor x = inputs[0];
      Tensor y = inputs[1];
      Tensor dx = null;
      Tensor dy = null;
      if (wanted[0]) {
        dx = g.sum(true, -1).times(x).minus(g.matmul(y)).times(2);
      }
      if (wanted[1]) {
        Tensor columns = g.transpose();
        dy = columns.sum(true, -1).times(y).minus(columns.matmul(x)).times(2);
      }
      return new Tensor[] {dx, dy};
    }
  }
}
