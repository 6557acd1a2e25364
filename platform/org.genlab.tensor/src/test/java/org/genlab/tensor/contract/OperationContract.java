package org.genlab.tensor.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.genlab.tensor.Compute;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Scope;
import org.genlab.tensor.Shape;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.random.Philox;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What every operation on tensors must give on every backend: values as a double-precision
 * reference has them, gradients and second derivatives as central differences of that reference.
 */
public abstract class OperationContract {
  private Backend backend;
  private Compute.Binding binding;

  /** The backend under test; closed after each test. */
  protected abstract Backend create();

  /**
   * How far values may lie from the reference, relative to the largest, or from the same computed
   * in another way, where 0 means the same bits. A backend that promises no bits allows more.
   *
   * @param contract what is allowed to backends that promise them
   */
  protected double tolerance(double contract) {
    return contract;
  }

  @BeforeEach
  void bind() {
    backend = create();
    binding = Compute.use(backend);
  }

  @AfterEach
  void unbind() {
    binding.close();
    backend.close();
  }

  /** An operation, and the same on references. */
  record Case(
      String name,
      int[][] shapes,
      UnaryOperator<Double> domain,
      Function<Tensor[], Tensor> operation,
      Function<Reference[], Reference> reference) {}

  /** Further cases stand in classes of their own, one a family of operations. */
  final List<Case> cases = new ArrayList<>();

  static int[] s(int... shape) {
    return shape;
  }

  /** Away from 0, where several functions have a kink. */
  static double kinkless(double x) {
    return Math.copySign(0.05 + Math.abs(x), x);
  }

  static double positive(double x) {
    return 0.2 + Math.abs(x);
  }

  void add(
      String name,
      Function<Tensor[], Tensor> operation,
      Function<Reference[], Reference> reference,
      int[]... shapes) {
    cases.add(new Case(name, shapes, OperationContract::kinkless, operation, reference));
  }

  static final int[][] ONE = {
    s(), s(1), s(0), s(5), s(16), s(17), s(2, 3), s(0, 4), s(3, 16), s(2, 33)
  };

  void unary(String name, UnaryOperator<Tensor> operation, DoubleUnaryOperator reference) {
    for (int[] shape : ONE) {
      add(name, x -> operation.apply(x[0]), x -> x[0].map(reference), shape);
    }
  }

  void unaryPositive(String name, UnaryOperator<Tensor> operation, DoubleUnaryOperator reference) {
    for (int[] shape : ONE) {
      cases.add(
          new Case(
              name,
              new int[][] {shape},
              OperationContract::positive,
              x -> operation.apply(x[0]),
              x -> x[0].map(reference)));
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private void unaryCases() {
    unary("negate", Tensor::negate, x -> -x);
    unary("abs", Tensor::abs, Math::abs);
    unary("exp", Tensor::exp, Math::exp);
    unaryPositive("log", Tensor::log, Math::log);
    unaryPositive("sqrt", Tensor::sqrt, Math::sqrt);
    unary("square", Tensor::square, x -> x * x);
    unaryPositive("reciprocal", Tensor::reciprocal, x -> 1 / x);
    unary("tanh", Tensor::tanh, Math::tanh);
    unary("sigmoid", Tensor::sigmoid, OperationContract::sigmoid);
    unary("relu", Tensor::relu, x -> Math.max(x, 0));
    unary(
        "gelu",
        Tensor::gelu,
        x -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))));
    unary("silu", Tensor::silu, x -> x * sigmoid(x));
    unary("softplus", Tensor::softplus, x -> Math.log1p(Math.exp(x)));
    unary("pow 3", x -> x.pow(3), x -> x * x * x);
    unary("pow 1", x -> x.pow(1), x -> x);
    unary("pow 0", x -> x.pow(0), x -> 1);
    unaryPositive("pow -1.5", x -> x.pow(-1.5), x -> Math.pow(x, -1.5));
    unary("clamp", x -> x.clamp(-0.5, 0.75), x -> Math.min(Math.max(x, -0.5), 0.75));
    unary("plus number", x -> x.plus(2.5), x -> x + 2.5);
    unary("minus number", x -> x.minus(2.5), x -> x - 2.5);
    unary("times number", x -> x.times(-1.5), x -> x * -1.5);
    unary("dividedBy number", x -> x.dividedBy(3), x -> x / 3);
    unary("twice itself", x -> x.plus(x), x -> 2 * x);
    unary("minus itself", x -> x.minus(x), x -> 0);
    unary("times itself", x -> x.times(x), x -> x * x);
    unary("many uses", x -> x.times(x.exp()).plus(x.tanh()), x -> x * Math.exp(x) + Math.tanh(x));
  }

  private void binaryCases() {
    int[][][] pairs = {
      {s(), s()},
      {s(5), s(5)},
      {s(3, 17), s(3, 17)},
      {s(4, 5), s(5)},
      {s(5), s(4, 5)},
      {s(3, 33), s(33)},
      {s(4, 5), s(4, 1)},
      {s(4, 1), s(4, 18)},
      {s(4, 5), s()},
      {s(1), s(3)},
      {s(1, 1), s(1)},
      {s(3, 1), s(1, 4)},
      {s(2, 3, 4), s(3, 1)},
      {s(2, 1, 4), s(3, 1)},
      {s(2, 1, 3, 1), s(4, 1, 5)},
      {s(0, 3), s(3)},
      {s(0), s(1)},
      {s(2, 0), s(2, 1)},
    };
    for (int[][] p : pairs) {
      add("plus", x -> x[0].plus(x[1]), x -> x[0].plus(x[1]), p);
      add("minus", x -> x[0].minus(x[1]), x -> x[0].minus(x[1]), p);
      add("times", x -> x[0].times(x[1]), x -> x[0].times(x[1]), p);
      cases.add(
          new Case(
              "dividedBy",
              p,
              OperationContract::positive,
              x -> x[0].dividedBy(x[1]),
              x -> x[0].over(x[1])));
      add("maximum", x -> x[0].maximum(x[1]), x -> x[0].zip(x[1], Math::max), p);
      add(
          "where",
          x -> x[0].where(Tensor.scalar(1), x[1]).plus(x[1].exp()),
          x -> x[0].plus(x[1].map(b -> 0 * b)).plus(x[1].map(Math::exp)),
          p);
    }
    add(
        "where with a mask",
        x -> x[0].where(Tensor.of(new float[] {1, 0, 2}, 3), x[1].times(x[1])),
        x -> {
          Reference mask = Reference.of(i -> i == 1 ? 0 : 1, 3);
          return x[0].times(mask).plus(x[1].times(x[1]).times(mask.map(m -> 1 - m)));
        },
        s(2, 3),
        s(2, 1));
  }

  private void reductionCases() {
    for (int[] shape : ONE) {
      int n = Reference.product(shape);
      add("sum", x -> x[0].square().sum(), x -> x[0].scalar(x[0].times(x[0]).total()), shape);
      add("norm", x -> x[0].norm(), x -> x[0].scalar(Math.sqrt(x[0].times(x[0]).total())), shape);
      add("dot", x -> x[0].dot(x[1]), x -> x[0].scalar(x[0].times(x[1]).total()), shape, shape);
      add("dot itself", x -> x[0].dot(x[0]), x -> x[0].scalar(x[0].times(x[0]).total()), shape);
      if (n > 0) {
        add(
            "mean",
            x -> x[0].exp().mean(),
            x -> x[0].map(Math::exp).mean(axes(x[0])).reshape(),
            shape);
      }
    }
    int[][] axes = {{0}, {1}, {2}, {-1}, {0, 1}, {0, 2}, {1, 2}, {0, 1, 2}, {}};
    for (int[] a : axes) {
      for (int[] shape : new int[][] {s(2, 3, 4), s(3, 1, 17), s(1, 70, 2), s(2, 0, 3)}) {
        add(
            "sum " + Arrays.toString(a),
            x -> x[0].square().sum(true, a),
            x -> x[0].times(x[0]).sum(a),
            shape);
        add(
            "sum away " + Arrays.toString(a),
            x -> x[0].square().sum(false, a),
            x -> x[0].times(x[0]).sum(a).squeeze(a),
            shape);
      }
      add(
          "mean " + Arrays.toString(a),
          x -> x[0].square().mean(false, a),
          x -> x[0].times(x[0]).mean(a).squeeze(a),
          s(2, 3, 5));
    }
    for (int axis = 0; axis < 3; axis++) {
      int a = axis;
      for (int[] shape : new int[][] {s(2, 3, 4), s(3, 2, 33), s(1, 1, 1), s(18, 2, 2)}) {
        add("max", x -> x[0].max(true, a).exp(), x -> x[0].max(a).map(Math::exp), shape);
        add("logSumExp", x -> x[0].logSumExp(false, a), x -> x[0].logSumExp(a).squeeze(a), shape);
      }
    }
    add(
        "broadcastTo",
        x -> x[0].broadcastTo(Shape.of(4, 3, 2, 5)).exp(),
        x -> x[0].map(Math::exp).plus(Reference.of(i -> 0, 4, 3, 2, 5)),
        s(3, 1, 5));
    add(
        "broadcastTo empty",
        x -> x[0].broadcastTo(Shape.of(0, 3)),
        x -> x[0].plus(Reference.of(i -> 0, 0, 3)),
        s(3));
  }

  private static int[] axes(Reference x) {
    int[] axes = new int[x.rank()];
    Arrays.setAll(axes, i -> i);
    return axes;
  }

  private void matrixCases() {
    int[][][] batches = {
      {{}, {}},
      {{3}, {3}},
      {{3}, {}},
      {{}, {3}},
      {{2, 3}, {3}},
      {{2, 1}, {1, 3}},
      {{1}, {4}},
      {{2, 2}, {2, 2}},
      {{0}, {0}},
      {{0}, {}},
    };
    int[][] sizes = {{2, 3, 4}, {1, 1, 1}, {5, 7, 3}, {1, 17, 2}, {3, 0, 2}, {0, 2, 2}};
    for (int[][] batch : batches) {
      for (int[] size : sizes) {
        if (size[0] != 2 && batch[0].length + batch[1].length > 2) {
          continue;
        }
        for (int t = 0; t < 4; t++) {
          boolean ta = (t & 1) != 0;
          boolean tb = (t & 2) != 0;
          int m = size[0];
          int k = size[1];
          int n = size[2];
          add(
              "matmul" + (ta ? " transposed" : "") + (tb ? " with transposed" : ""),
              x -> x[0].matmul(x[1], ta, tb),
              x -> (ta ? x[0].transpose() : x[0]).matmul(tb ? x[1].transpose() : x[1]),
              ta ? join(batch[0], k, m) : join(batch[0], m, k),
              tb ? join(batch[1], n, k) : join(batch[1], k, n));
        }
      }
    }
    add(
        "matmul with itself",
        x -> x[0].matmul(x[0], true, false),
        x -> x[0].transpose().matmul(x[0]),
        s(3, 4));
    for (int[] lead : new int[][] {{}, {1}, {4}, {2, 3}, {0}, {70}}) {
      int in = lead.length > 0 && lead[0] == 70 ? 2 : 5;
      add(
          "linear",
          x -> x[0].linear(x[1], x[2]),
          x -> row(x[0]).matmul(x[1]).plus(x[2]).reshape(join(lead, 3)),
          join(lead, in),
          s(in, 3),
          s(3));
      add(
          "linear without bias",
          x -> x[0].linear(x[1], null),
          x -> row(x[0]).matmul(x[1]).reshape(join(lead, 3)),
          join(lead, in),
          s(in, 3));
    }
    int[] repeated = {2, 0, 0, 1, 2, 2, 0, 2};
    add(
        "linear of repeated rows",
        x -> x[0].gather(IntTensor.of(repeated, 4, 2)).linear(x[1], x[2]).exp(),
        x -> x[0].gather(repeated, 8).matmul(x[1]).plus(x[2]).map(Math::exp).reshape(4, 2, 4),
        s(3, 5),
        s(5, 4),
        s(4));
    add(
        "linear of repeated rows that are used twice",
        x -> {
          Tensor rows = x[0].exp().gather(IntTensor.of(repeated, 8));
          return rows.linear(x[1], null).times(rows).plus(rows.linear(x[1], null));
        },
        x -> {
          Reference rows = x[0].map(Math::exp).gather(repeated, 8);
          return rows.matmul(x[1]).times(rows).plus(rows.matmul(x[1]));
        },
        s(3, 5),
        s(5, 5));
    add(
        "linear of a sum of uses",
        x -> x[0].linear(x[1], x[2]).tanh().linear(x[1], x[2]),
        x -> x[0].matmul(x[1]).plus(x[2]).map(Math::tanh).matmul(x[1]).plus(x[2]),
        s(4, 3),
        s(3, 3),
        s(3));
  }

  private static Reference row(Reference x) {
    return x.rank() == 1 ? x.reshape(1, x.shape[0]) : x;
  }

  static int[] join(int[] lead, int... rest) {
    int[] joined = Arrays.copyOf(lead, lead.length + rest.length);
    System.arraycopy(rest, 0, joined, lead.length, rest.length);
    return joined;
  }

  private void rowCases() {
    for (int[] shape : new int[][] {s(1), s(5), s(2, 17), s(2, 3, 4), s(3, 1), s(0, 3), s(2, 33)}) {
      int n = shape[shape.length - 1];
      int[] lead = Arrays.copyOf(shape, shape.length - 1);
      add("softmax", x -> x[0].softmax(), x -> x[0].softmax(), shape);
      add("logSoftmax", x -> x[0].logSoftmax(), x -> x[0].minus(x[0].logSumExp(-1)), shape);
      int[] labels = new int[Reference.product(lead)];
      Arrays.setAll(labels, i -> i % 4 == 3 ? -1 : i % n);
      add(
          "crossEntropy",
          x -> x[0].crossEntropy(IntTensor.of(labels, lead)),
          x -> {
            Reference loss = x[0].logSumExp(-1).minus(x[0]);
            return Reference.of(i -> labels[i] < 0 ? 0 : loss.values[i * n + labels[i]], lead);
          },
          shape);
      add(
          "crossEntropy with probabilities",
          x -> x[0].crossEntropy(x[1].softmax()),
          x -> x[1].softmax().times(x[0].logSumExp(-1).minus(x[0])).sum(-1).squeeze(-1),
          shape,
          shape);
      add(
          "layerNorm",
          x -> x[0].layerNorm(x[1], x[2], 0.1),
          x -> x[0].layerNorm(x[1], x[2], 0.1),
          shape,
          s(n),
          s(n));
      add(
          "layerNorm twice",
          x -> x[0].layerNorm(x[1], x[2], 0.1).layerNorm(x[1], x[2], 0.1),
          x -> x[0].layerNorm(x[1], x[2], 0.1).layerNorm(x[1], x[2], 0.1),
          shape,
          s(n),
          s(n));
    }
    int[][] forms = {
      {1, 1, 1, 1, 1},
      {2, 3, 3, 2, 4},
      {1, 1, 5, 2, 3},
      {2, 2, 4, 1, 5},
      {1, 4, 2, 1, 3},
      {1, 2, 17, 1, 2},
      {0, 2, 2, 2, 2},
    };
    for (int[] f : forms) {
      for (boolean causal : new boolean[] {false, true}) {
        int[] queries = s(f[0], f[1], f[3], f[4]);
        int[] keys = s(f[0], f[2], f[3], f[4]);
        add(
            "attention" + (causal ? ", causal" : ""),
            x -> x[0].attention(x[1], x[2], causal),
            x -> x[0].attention(x[1], x[2], causal),
            queries,
            keys,
            keys);
      }
    }
    add(
        "attention to itself",
        x -> x[0].attention(x[0], x[0], true),
        x -> x[0].attention(x[0], x[0], true),
        s(1, 3, 2, 2));
  }

  private void layoutCases() {
    add("reshape", x -> x[0].reshape(3, -1).exp(), x -> x[0].reshape(3, 4).map(Math::exp), s(2, 6));
    add("reshape to the same", x -> x[0].reshape(2, 6), x -> x[0], s(2, 6));
    int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (int[] order : orders) {
      for (int[] shape : new int[][] {s(2, 3, 4), s(1, 5, 3), s(0, 2, 3), s(4, 17, 2)}) {
        add(
            "permute",
            x -> x[0].permute(order).exp(),
            x -> x[0].permute(order).map(Math::exp),
            shape);
      }
    }
    add("transpose", x -> x[0].transpose(), x -> x[0].transpose(), s(2, 3, 5));
    for (int axis = 0; axis < 3; axis++) {
      int a = axis;
      add(
          "slice",
          x -> x[0].slice(a, 1, 3).exp(),
          x -> x[0].slice(a, 1, 3).map(Math::exp),
          s(4, 3, 5));
      add(
          "slices of one",
          x -> x[0].slice(a, 0, 2).times(x[0].slice(a - 3, 1, 3)),
          x -> x[0].slice(a, 0, 2).times(x[0].slice(a, 1, 3)),
          s(4, 3, 5));
      add("empty slice", x -> x[0].slice(a, 2, 2), x -> x[0].slice(a, 2, 2), s(4, 3, 5));
      int[] other = s(2, 3, 2);
      other[a] = 4;
      add(
          "concat",
          x -> Tensor.concat(a, List.of(x[0], x[1], x[0])).exp(),
          x -> Reference.concat(a, x[0], x[1], x[0]).map(Math::exp),
          s(2, 3, 2),
          other);
      int[] stacked = s(2, 3);
      add(
          "stack",
          x -> Tensor.stack(a, List.of(x[0], x[1])).exp(),
          x -> {
            int[] one = join(Arrays.copyOf(stacked, a), 1);
            int[] shape = join(one, Arrays.copyOfRange(stacked, a, 2));
            return Reference.concat(a, x[0].reshape(shape), x[1].reshape(shape)).map(Math::exp);
          },
          stacked,
          stacked);
    }
    add(
        "gather",
        x -> x[0].exp().gather(IntTensor.of(new int[] {2, 0, 2, 1}, 2, 2)),
        x -> x[0].map(Math::exp).gather(new int[] {2, 0, 2, 1}, 2, 2),
        s(3, 17));
    add(
        "gather numbers",
        x -> x[0].exp().gather(IntTensor.of(new int[] {2})),
        x -> x[0].map(Math::exp).gather(new int[] {2}),
        s(3));
    add(
        "selectRows",
        x -> x[0].selectRows(1, 1, 0).exp(),
        x -> x[0].gather(new int[] {1, 1, 0}, 3).map(Math::exp),
        s(2, 3, 2));
    add("selectRows none", x -> x[0].selectRows(), x -> x[0].slice(0, 0, 0), s(2, 3));
    add(
        "split",
        x -> {
          List<Tensor> p =
              x[0].split(List.of(Shape.of(2, 3), Shape.of(), Shape.of(3), Shape.of(0)));
          return x[1].linear(p.get(0), p.get(2)).exp().times(p.get(1)).plus(x[0].square().sum());
        },
        x -> {
          Reference w = x[0].slice(0, 0, 6).reshape(2, 3);
          Reference b = x[0].slice(0, 7, 10);
          Reference c = x[0].slice(0, 6, 7);
          return x[1].matmul(w).plus(b).map(Math::exp).times(c).plus(x[0].times(x[0]).sum(0));
        },
        s(10),
        s(4, 2));
    add(
        "split of something computed",
        x -> {
          List<Tensor> p = x[0].exp().split(List.of(Shape.of(2), Shape.of(2)));
          return p.get(0).plus(p.get(0)).times(p.get(1));
        },
        x -> {
          Reference e = x[0].map(Math::exp);
          return e.slice(0, 0, 2).times(e.slice(0, 2, 4)).map(v -> 2 * v);
        },
        s(4));
    for (int[] shape : new int[][] {s(5, 7), s(), s(1), s(0, 3), s(33)}) {
      add(
          "dropout",
          x -> x[0].exp().dropout(0.4, RandomStream.of(1, "dropout")),
          x -> x[0].map(Math::exp).times(dropped(0.4, RandomStream.of(1, "dropout"), shape)),
          shape);
    }
  }

  /** By definition: of each block of four words, the upper 24 bits are uniform numbers. */
  private static Reference dropped(double probability, RandomStream random, int[] shape) {
    long key = random.nextLong();
    long high = random.nextLong();
    return Reference.of(
        i -> {
          int[] words = new int[4];
          Philox.block(key, i / 4, high, words);
          return (words[i % 4] >>> 8) * 0x1p-24 < probability ? 0 : 1 / (1 - probability);
        },
        shape);
  }

  /** All operations on all shapes. */
  @TestFactory
  Stream<DynamicTest> operations() {
    unaryCases();
    binaryCases();
    reductionCases();
    matrixCases();
    rowCases();
    layoutCases();
    FunctionCases.addTo(this);
    SelectionCases.addTo(this);
    ContractionCases.addTo(this);
    LossCases.addTo(this);
    RandomShapeCases.addTo(this);
    ImageCases.addTo(this);
    SequenceCases.addTo(this);
    GraphCases.addTo(this);
    EdgeCases.addTo(this);
    return cases.stream()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.name + " " + Arrays.deepToString(c.shapes), () -> check(c)));
  }

  private void check(Case c) {
    Accuracy bounds = Accuracy.of(c.name);
    Random random = new Random(Arrays.deepHashCode(c.shapes));
    Reference[] at = new Reference[c.shapes.length];
    Reference[] direction = new Reference[at.length];
    Tensor[] x = new Tensor[at.length];
    Tensor[] v = new Tensor[at.length];
    for (int i = 0; i < at.length; i++) {
      at[i] =
          Reference.of(j -> (float) (double) c.domain.apply(random.nextGaussian()), c.shapes[i]);
      direction[i] = Reference.of(j -> (float) random.nextGaussian(), c.shapes[i]);
      x[i] = Tensor.of(at[i].values, c.shapes[i]).variable();
      v[i] = Tensor.of(direction[i].values, c.shapes[i]);
    }
    try (Scope ignored = Scope.open()) {
      Reference expected = c.reference.apply(at);
      Tensor y = c.operation.apply(x);
      assertArrayEquals(expected.shape, y.shape().toArray(), "shape");
      closeToLargest(expected.values, y, tolerance(bounds.forward()));
      Tensor[] constants = Arrays.stream(x).map(Tensor::detach).toArray(Tensor[]::new);
      same(y, c.operation.apply(constants), "value of constants");

      Reference weights = Reference.of(j -> (float) random.nextGaussian(), expected.shape);
      Differences differences =
          new Differences(r -> c.reference.apply(r).times(weights).total(), at);
      Tensor w = Tensor.of(weights.values, expected.shape);
      List<Tensor> gradients = Gradients.vectorJacobian(y, w, x);
      List<Tensor> tracked = Gradients.differentiableVectorJacobian(y, w, x);
      for (int i = 0; i < x.length; i++) {
        assertEquals(x[i].shape(), gradients.get(i).shape());
        double[][] probes = Differences.probes(random, at[i].values.length);
        double[] slopes = differences.first(i, probes);
        double bound = tolerance(bounds.gradient());
        close("gradient " + i, slopes, probes, gradients.get(i), bound);
        close("tracked gradient " + i, slopes, probes, tracked.get(i), bound);
        assertTrue(!gradients.get(i).isTracked());
      }
      for (int i = 0; i < x.length; i++) {
        // Only one input wanted: the others must not be needed.
        Tensor alone = Gradients.vectorJacobian(y, w, x[i]).get(0);
        same(gradients.get(i), alone, "gradient alone " + i);
      }
      Tensor along = along(tracked, v);
      List<Tensor> second = Gradients.of(along, x);
      for (int i = 0; i < x.length; i++) {
        double[][] probes = Differences.probes(random, at[i].values.length);
        double[] bends = differences.second(direction, i, probes);
        close("second " + i, bends, probes, second.get(i), tolerance(bounds.second()));
      }
      if (Arrays.stream(at).mapToInt(r -> r.values.length).sum() <= FEW) {
        third(c.name, tolerance(bounds.third()), differences, along, direction, x, random);
      }
    }
  }

  /** Third derivatives are compared where there are so few numbers that none of them drowns. */
  private static final int FEW = 40;

  /** Cases that may have an element so near a kink that differences of third order step over it. */
  private static final Set<String> KINKS = Set.of("clamp");

  /**
   * The derivative of second derivatives along two directions, along that in which nothing of it
   * cancels: the signs of what was found.
   */
  private static void third(
      String name,
      double bound,
      Differences differences,
      Tensor along,
      Reference[] direction,
      Tensor[] x,
      Random random) {
    Reference[] second =
        Arrays.stream(x)
            .map(t -> Reference.of(i -> random.nextBoolean() ? 1 : -1, t.shape().toArray()))
            .toArray(Reference[]::new);
    Tensor twice = along(Gradients.differentiable(along, x), tensors(second));
    Tensor[] gradients = Gradients.of(twice, x).toArray(new Tensor[0]);
    Reference[] third = new Reference[x.length];
    for (int i = 0; i < third.length; i++) {
      float[] values = gradients[i].toArray();
      third[i] = Reference.of(j -> values[j] < 0 ? -1 : 1, x[i].shape().toArray());
    }
    double expected = differences.third(direction, second, third);
    double found = along(List.of(gradients), tensors(third)).item();
    if (Double.isNaN(expected)) {
      assertTrue(KINKS.contains(name), "no third difference");
    } else {
      close("third", new double[] {expected}, new double[] {found}, bound);
    }
  }

  private static Tensor[] tensors(Reference[] references) {
    return Arrays.stream(references).map(r -> Tensor.of(r.values, r.shape)).toArray(Tensor[]::new);
  }

  private static Tensor along(List<Tensor> gradients, Tensor[] direction) {
    Tensor along = Tensor.scalar(0);
    for (int i = 0; i < direction.length; i++) {
      along = along.plus(gradients.get(i).dot(direction[i]));
    }
    return along;
  }

  private void same(Tensor expected, Tensor actual, String what) {
    if (tolerance(0) == 0) {
      assertArrayEquals(expected.toArray(), actual.toArray(), what);
    } else {
      double[] values = new double[expected.size()];
      float[] floats = expected.toArray();
      Arrays.setAll(values, i -> floats[i]);
      float[] found = actual.toArray();
      double[] widened = new double[found.length];
      Arrays.setAll(widened, i -> found[i]);
      close(what, values, widened, tolerance(0));
    }
  }

  private static void closeToLargest(double[] expected, Tensor actual, double bound) {
    double largest = 0;
    for (double e : expected) {
      largest = Math.max(largest, Math.abs(e));
    }
    float[] values = actual.toArray();
    for (int i = 0; i < expected.length; i++) {
      // The last term is for results that should be 0.
      assertEquals(expected[i], values[i], bound * largest + 1e-9, "value at " + i);
    }
  }

  private static void close(
      String what, double[] expected, double[][] probes, Tensor actual, double tolerance) {
    float[] values = actual.toArray();
    double[] found = new double[probes.length];
    for (int k = 0; k < found.length; k++) {
      assertEquals(probes[k].length, values.length, what);
      for (int i = 0; i < values.length; i++) {
        // an element that is not finite must not hide behind a zero
        found[k] += probes[k][i] == 0 && Float.isFinite(values[i]) ? 0 : probes[k][i] * values[i];
      }
    }
    close(what, expected, found, tolerance);
  }

  private static void close(String what, double[] expected, double[] found, double tolerance) {
    double scale = 1;
    for (double e : expected) {
      scale = Math.max(scale, Math.abs(e));
    }
    assertArrayEquals(expected, found, tolerance * scale, what);
  }
}
