package org.genlab.tensor;

import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Gemm;
import org.genlab.tensor.backend.Reduction;
import org.genlab.tensor.backend.Span;

/** Matrix products. */
final class MatrixOps {
  /** How often the rows of a table have to occur to be worth treating once. */
  private static final int REPEATED = 2;

  private MatrixOps() {}

  static Tensor matmul(Tensor a, Tensor b, boolean transposeA, boolean transposeB) {
    if (a.rank() < 2 || b.rank() < 2) {
      throw mismatch(a, b, transposeA, transposeB);
    }
    int m = a.dimension(transposeA ? -1 : -2);
    int k = a.dimension(transposeA ? -2 : -1);
    int n = b.dimension(transposeB ? -2 : -1);
    if (k != b.dimension(transposeB ? -1 : -2)) {
      throw mismatch(a, b, transposeA, transposeB);
    }
    Shape aBatch = leading(a);
    Shape bBatch = leading(b);
    if (!Indexing.fits(aBatch, bBatch) && !Indexing.fits(bBatch, aBatch)) {
      // Either operand is repeated: not a batch of evenly spaced matrices any more.
      if (!Indexing.meet(aBatch, bBatch)) {
        throw mismatch(a, b, transposeA, transposeB);
      }
      Shape batch = Indexing.broadcast("matmul", aBatch, bBatch);
      return matmul(
          a.broadcastTo(join(batch, a.dimension(-2), a.dimension(-1))),
          b.broadcastTo(join(batch, b.dimension(-2), b.dimension(-1))),
          transposeA,
          transposeB);
    }
    Shape batch = Indexing.broadcast("matmul", aBatch, bBatch);
    Tensor x = aBatch.size() == 1 || aBatch.size() == batch.size() ? a : repeat(a, batch);
    Tensor y = bBatch.size() == 1 || bBatch.size() == batch.size() ? b : repeat(b, batch);
    return product(x, y, new Product(transposeA, transposeB, m, n, k, batch));
  }

  private static Tensor repeat(Tensor a, Shape batch) {
    return a.broadcastTo(join(batch, a.dimension(-2), a.dimension(-1)));
  }

  private static IllegalArgumentException mismatch(
      Tensor a, Tensor b, boolean transposeA, boolean transposeB) {
    return new IllegalArgumentException(
        "matmul: shapes "
            + a.shape()
            + (transposeA ? " transposed" : "")
            + " and "
            + b.shape()
            + (transposeB ? " transposed" : "")
            + " do not fit together");
  }

  private static Shape leading(Tensor x) {
    int[] dimensions = new int[x.rank() - 2];
    System.arraycopy(x.shape().dimensions(), 0, dimensions, 0, dimensions.length);
    return Shape.of(dimensions);
  }

  private static Shape join(Shape batch, int rows, int columns) {
    int[] dimensions = new int[batch.rank() + 2];
    System.arraycopy(batch.dimensions(), 0, dimensions, 0, batch.rank());
    dimensions[batch.rank()] = rows;
    dimensions[batch.rank() + 1] = columns;
    return Shape.of(dimensions);
  }

  /** The form of a batch of products where an operand is one matrix or has the whole batch. */
  private record Product(
      boolean transposeA, boolean transposeB, int m, int n, int k, Shape batch) {}

  private static Tensor product(Tensor a, Tensor b, Product form) {
    Shape shape = join(form.batch, form.m, form.n);
    Compute compute = Compute.current();
    Storage c = compute.allocate(shape);
    multiply(
        compute.pool().backend(),
        form.transposeA,
        form.transposeB,
        form.m,
        form.n,
        form.k,
        form.batch.size(),
        a.span(),
        a.size() != form.m * form.k || form.batch.size() == 1,
        b.span(),
        b.size() != form.k * form.n || form.batch.size() == 1,
        c.span(),
        false);
    return Tensor.result(shape, c, Node.records(a, b) ? new ProductNode(shape, form, a, b) : null);
  }

  /** C = or += A B for a batch; an operand that is one matrix is shared. */
  private static void multiply(
      Backend backend,
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      int batch,
      Span a,
      boolean manyA,
      Span b,
      boolean manyB,
      Span c,
      boolean accumulate) {
    if (m == 0 || n == 0 || batch == 0) {
      return;
    }
    if (!manyB && manyA && !transposeA) {
      // One tall product instead of many small ones.
      backend.gemm(Gemm.of(false, transposeB, batch * m, n, k, accumulate), a, b, null, c);
      return;
    }
    backend.gemm(
        Gemm.batched(
            transposeA,
            transposeB,
            m,
            n,
            k,
            batch,
            manyA ? m * k : 0,
            manyB ? k * n : 0,
            accumulate),
        a,
        b,
        null,
        c);
  }

  /**
   * Adds, for each example, A' B of the rows of A [n length, width] and B [n length, columns] that
   * are the example's.
   */
  private static void products(
      PerExample pass, int input, Span a, int width, Span b, int columns, int length) {
    PerExample.Rows rows = pass.rows(input);
    if (width == 0 || columns == 0) {
      return;
    }
    pass.backend()
        .gemm(
            new Gemm(
                true,
                false,
                width,
                columns,
                length,
                width,
                columns,
                columns,
                pass.examples(),
                length * width,
                length * columns,
                rows.stride(),
                !rows.first()),
            a,
            b,
            null,
            rows.span());
  }

  private static final class ProductNode extends Node {
    private final Product form;

    ProductNode(Shape shape, Product form, Tensor a, Tensor b) {
      super(shape, a, b);
      this.form = form;
    }

    @Override
    void backward(Backprop b, Span g) {
      if (b.wants(0)) {
        if (form.transposeA) {
          // A [k, m]: dA = op(B) g'
          gradient(b, 0, form.transposeB, true, form.k, form.m, form.n, inputs[1].span(), g, true);
        } else {
          // A [m, k]: dA = g op(B)'
          gradient(
              b, 0, false, !form.transposeB, form.m, form.k, form.n, g, inputs[1].span(), false);
        }
      }
      if (b.wants(1)) {
        if (form.transposeB) {
          // B [n, k]: dB = g' op(A)
          gradient(b, 1, true, form.transposeA, form.n, form.k, form.m, g, inputs[0].span(), false);
        } else {
          // B [k, n]: dB = op(A)' g
          gradient(
              b, 1, !form.transposeA, false, form.k, form.n, form.m, inputs[0].span(), g, true);
        }
      }
    }

    /**
     * Adds the gradient at an input, a product of g and the other input.
     *
     * @param second whether g is the second factor
     */
    private void gradient(
        Backprop b,
        int input,
        boolean transposeFirst,
        boolean transposeSecond,
        int rows,
        int columns,
        int length,
        Span first,
        Span last,
        boolean second) {
      int batch = form.batch.size();
      Tensor other = inputs[1 - input];
      boolean manyOther = batch == 1 || other.size() == batch * length * (second ? rows : columns);
      boolean manyFirst = second ? manyOther : true;
      boolean manyLast = second ? true : manyOther;
      boolean fresh = b.isFirst(input);
      if (inputs[input].size() == batch * rows * columns) {
        multiply(
            b.backend(),
            transposeFirst,
            transposeSecond,
            rows,
            columns,
            length,
            batch,
            first,
            manyFirst,
            last,
            manyLast,
            b.target(input),
            !fresh);
        return;
      }
      // The input is shared by the batch: its gradient is the sum over it.
      int strideFirst = manyFirst ? rows * length : 0;
      int strideLast = manyLast ? length * columns : 0;
      Span target = b.zeroedTarget(input);
      if (input == 1 && !form.transposeA && manyFirst && manyLast) {
        // Then the rows of all products follow each other: one long product.
        b.backend()
            .gemm(
                Gemm.of(transposeFirst, transposeSecond, rows, columns, length * batch, true),
                first,
                last,
                null,
                target);
        return;
      }
      for (int i = 0; i < batch; i++) {
        b.backend()
            .gemm(
                Gemm.of(transposeFirst, transposeSecond, rows, columns, length, true),
                first.plus(i * strideFirst),
                last.plus(i * strideLast),
                null,
                target);
      }
    }

    @Override
    PerExample.Share share(int input, int examples) {
      if (shape.rank() > 2) {
        return PerExample.broadcast(inputs[input].shape(), shape);
      }
      // The rows of the result are the examples.
      if (input == 1) {
        return PerExample.Share.SHARED;
      }
      return form.transposeA ? PerExample.Share.MIXED : PerExample.Share.EXAMPLES;
    }

    @Override
    void perExample(PerExample pass, int input, Span g) {
      int batch = form.batch.size();
      Tensor a = inputs[0];
      if (input == 1
          && !form.transposeA
          && a.size() == batch * form.m * form.k
          && inputs[1].size() == form.k * form.n) {
        int length = batch * form.m / pass.examples();
        if (form.transposeB) {
          products(pass, input, g, form.n, a.span(), form.k, length);
        } else {
          products(pass, input, a.span(), form.k, g, form.n, length);
        }
        return;
      }
      if (shape.rank() == 2) {
        pass.eachExample(input, g);
        return;
      }
      boolean[] wanted = {input == 0, input == 1};
      Tensor full = full(pass.tensor(shape, g), wanted)[input];
      pass.sum(input, full.span(), full.shape());
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      Tensor[] full = full(g, wanted);
      for (int i = 0; i < 2; i++) {
        full[i] = wanted[i] ? ReductionOps.sumTo(full[i], inputs[i].shape()) : null;
      }
      return full;
    }

    /** The gradients before they are summed over repetitions. */
    private Tensor[] full(Tensor g, boolean[] wanted) {
      Tensor a = inputs[0];
      Tensor b = inputs[1];
      Tensor da = null;
      Tensor db = null;
      if (wanted[0]) {
        da =
            form.transposeA
                ? b.matmul(g, form.transposeB, true)
                : g.matmul(b, false, !form.transposeB);
      }
      if (wanted[1]) {
        db =
            form.transposeB
                ? g.matmul(a, true, form.transposeA)
                : a.matmul(g, !form.transposeA, false);
      }
      return new Tensor[] {da, db};
    }
  }

  static Tensor linear(Tensor x, Tensor weight, Tensor bias) {
    if (x.rank() < 1 || weight.rank() != 2 || x.dimension(-1) != weight.dimension(0)) {
      throw new IllegalArgumentException(
          "linear: an input of shape "
              + x.shape()
              + " does not fit a weight of shape "
              + weight.shape());
    }
    int in = weight.dimension(0);
    int out = weight.dimension(1);
    if (bias != null && (bias.rank() != 1 || bias.size() != out)) {
      throw new IllegalArgumentException(
          "linear: a bias of shape "
              + bias.shape()
              + " does not fit a weight of shape "
              + weight.shape());
    }
    Shape shape = x.shape().with(x.rank() - 1, out);
    int rows = x.shape().product(0, x.rank() - 1);
    if (x.node() instanceof LayoutOps.GatherNode gathered
        && gathered.table().rank() == 2
        && gathered.table().dimension(1) == in
        && REPEATED * gathered.table().dimension(0) <= rows
        && Node.records(x, weight, bias)) {
      Tensor once = linear(gathered.table().detach(), weight.detach(), detached(bias));
      Storage y = Compute.current().allocate(shape);
      Backend backend = Compute.current().pool().backend();
      backend.gatherRows(once.span(), gathered.rows(), y.span(), rows, out);
      return Tensor.result(shape, y, new RepeatedLinearNode(shape, rows, x, weight, bias));
    }
    Compute compute = Compute.current();
    Storage y = compute.allocate(shape);
    compute
        .pool()
        .backend()
        .gemm(
            Gemm.of(false, false, rows, out, in, false),
            x.span(),
            weight.span(),
            bias == null ? null : bias.span(),
            y.span());
    return Tensor.result(
        shape,
        y,
        Node.records(x, weight, bias) ? new LinearNode(shape, rows, x, weight, bias) : null);
  }

  private static Tensor detached(Tensor x) {
    return x == null ? null : x.detach();
  }

  private static class LinearNode extends Node {
    private final int rows;

    LinearNode(Shape shape, int rows, Tensor x, Tensor weight, Tensor bias) {
      super(shape, x, weight, bias);
      this.rows = rows;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return input == 0 ? PerExample.rows(shape) : PerExample.Share.SHARED;
    }

    @Override
    void perExample(PerExample pass, int input, Span g) {
      int in = inputs[1].dimension(0);
      int out = inputs[1].dimension(1);
      int n = pass.examples();
      if (input == 1) {
        products(pass, input, inputs[0].span(), in, g, out, rows / n);
      } else {
        pass.sum(input, g, Shape.of(rows, out));
      }
    }

    @Override
    void backward(Backprop b, Span g) {
      int in = inputs[1].dimension(0);
      int out = inputs[1].dimension(1);
      if (b.wants(0)) {
        boolean first = b.isFirst(0);
        b.backend()
            .gemm(
                Gemm.of(false, true, rows, in, out, !first),
                g,
                inputs[1].span(),
                null,
                b.target(0));
      }
      if (b.wants(1)) {
        boolean first = b.isFirst(1);
        b.backend()
            .gemm(
                Gemm.of(true, false, in, out, rows, !first),
                inputs[0].span(),
                g,
                null,
                b.target(1));
      }
      if (b.wants(2)) {
        boolean first = b.isFirst(2);
        b.backend().reduce(Reduction.SUM, g, b.target(2), 1, rows, out, !first);
      }
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      Tensor x = inputs[0];
      Tensor weight = inputs[1];
      Tensor flat = g.reshape(rows, weight.dimension(1));
      return new Tensor[] {
        wanted[0] ? flat.matmul(weight, false, true).reshape(x.shape()) : null,
        wanted[1] ? x.reshape(rows, weight.dimension(0)).matmul(flat, true, false) : null,
        wanted[2] ? flat.sum(false, 0) : null
      };
    }
  }

  /**
   * A linear map of rows of a table that occur several times: computed once for each row of the
   * table, in both directions, as gradients of equal rows can be added first.
   */
  private static final class RepeatedLinearNode extends LinearNode {
    RepeatedLinearNode(Shape shape, int rows, Tensor x, Tensor weight, Tensor bias) {
      super(shape, rows, x, weight, bias);
    }

    @Override
    void backward(Backprop b, Span g) {
      if (b.wants(0) && !b.isPassedOn(0)) {
        // Somebody asks for the gradient at the rows themselves.
        super.backward(b, g);
        return;
      }
      LayoutOps.GatherNode gathered = (LayoutOps.GatherNode) inputs[0].node();
      Tensor table = gathered.table();
      Tensor weight = inputs[1];
      int n = table.dimension(0);
      int in = weight.dimension(0);
      int out = weight.dimension(1);
      Backend backend = b.backend();
      Span sums = b.temporary(n * out);
      backend.fill(0, sums, n * out);
      backend.scatterAddRows(g, gathered.rows(), sums, gathered.rows().length, out);
      if (b.wants(0)) {
        b.beyond(
            0,
            (target, accumulate) ->
                backend.gemm(
                    Gemm.of(false, true, n, in, out, accumulate),
                    sums,
                    weight.span(),
                    null,
                    target));
      }
      if (b.wants(1)) {
        boolean first = b.isFirst(1);
        backend.gemm(
            Gemm.of(true, false, in, out, n, !first), table.span(), sums, null, b.target(1));
      }
      if (b.wants(2)) {
        boolean first = b.isFirst(2);
        backend.reduce(Reduction.SUM, sums, b.target(2), 1, n, out, !first);
      }
    }
  }
}
