package org.genlab.tensor;

import java.util.ArrayList;
import java.util.List;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Gemm;
import org.genlab.tensor.backend.Recurrence;
import org.genlab.tensor.backend.Recurrence.Cell;
import org.genlab.tensor.backend.Reduction;
import org.genlab.tensor.backend.Span;

/** Recurrent cells over sequences. */
final class RecurrentOps {
  private RecurrentOps() {}

  // the inputs of the node
  private static final int X = 0;
  private static final int INPUT_WEIGHT = 1;
  private static final int STATE_WEIGHT = 2;
  private static final int BIAS = 3;
  private static final int CANDIDATE_BIAS = 4;
  private static final int H = 5;
  private static final int C = 6;

  static Recurrent.LstmStates lstm(
      Tensor x, Tensor h, Tensor c, Tensor w, Tensor u, Tensor bias, IntTensor lengths) {
    Recurrence form = form("Recurrent.lstm", Cell.LSTM, x, h, c, w, u, bias, null, lengths);
    Tensor flat = run(form, x, w, u, bias, null, start(form, h), start(form, c));
    // Only through its parts are the examples' pieces of the flat tensor seen.
    List<Tensor> parts =
        LayoutOps.split(
            flat,
            List.of(
                Shape.of(form.batch(), form.time(), form.hidden()),
                Shape.of(form.batch(), form.hidden())),
            PerExample.Share.EXAMPLES);
    return new Recurrent.LstmStates(parts.get(0), last(form, parts.get(0), h), parts.get(1));
  }

  static Recurrent.States states(
      String name,
      Cell cell,
      Tensor x,
      Tensor h,
      Tensor w,
      Tensor u,
      Tensor bias,
      Tensor candidateBias,
      IntTensor lengths) {
    Recurrence form = form(name, cell, x, h, null, w, u, bias, candidateBias, lengths);
    Tensor all = run(form, x, w, u, bias, candidateBias, start(form, h), null);
    return new Recurrent.States(all, last(form, all, h));
  }

  private static Tensor start(Recurrence form, Tensor state) {
    return state == null ? Tensor.zeros(form.batch(), form.hidden()) : state;
  }

  private static Tensor last(Recurrence form, Tensor all, Tensor before) {
    return form.time() == 0
        ? start(form, before)
        : all.slice(1, form.time() - 1, form.time()).reshape(form.batch(), form.hidden());
  }

  private static Recurrence form(
      String name,
      Cell cell,
      Tensor x,
      Tensor h,
      Tensor c,
      Tensor w,
      Tensor u,
      Tensor bias,
      Tensor candidateBias,
      IntTensor lengths) {
    if (x.rank() != 3 || w.rank() != 2 || u.rank() != 2) {
      throw misfit(name, "an input", x, "weights", w, u);
    }
    int hidden = u.dimension(0);
    int columns = cell.gates() * hidden;
    if (u.dimension(1) != columns || !w.shape().equals(Shape.of(x.dimension(2), columns))) {
      throw misfit(name, "an input", x, "weights", w, u);
    }
    if (bias != null && !bias.shape().equals(Shape.of(columns))) {
      throw misfit(name, "a bias", bias, "weights", w, u);
    }
    if (candidateBias != null && !candidateBias.shape().equals(Shape.of(hidden))) {
      throw misfit(name, "a candidate's bias", candidateBias, "weights", w, u);
    }
    Shape state = Shape.of(x.dimension(0), hidden);
    for (Tensor s : new Tensor[] {h, c}) {
      if (s != null && !s.shape().equals(state)) {
        throw misfit(name, "a state", s, "an input and a weight", x, u);
      }
    }
    if (lengths != null) {
      if (!lengths.shape().equals(Shape.of(x.dimension(0)))) {
        throw new IllegalArgumentException(
            name
                + ": lengths of shape "
                + lengths.shape()
                + " do not fit an input of shape "
                + x.shape());
      }
      for (int length : lengths.values()) {
        if (length < 0 || length > x.dimension(1)) {
          throw new IndexOutOfBoundsException(
              name
                  + ": length "
                  + length
                  + " with an input of shape "
                  + x.shape()
                  + " is not in [0, "
                  + x.dimension(1)
                  + "]");
        }
      }
    }
    return new Recurrence(
        cell, x.dimension(0), x.dimension(1), hidden, lengths == null ? null : lengths.values());
  }

  private static IllegalArgumentException misfit(
      String name, String what, Tensor x, String others, Tensor a, Tensor b) {
    return new IllegalArgumentException(
        name
            + ": "
            + what
            + " of shape "
            + x.shape()
            + " does not fit "
            + others
            + " of shapes "
            + a.shape()
            + " and "
            + b.shape());
  }

  /** The product of dense rows with a dense matrix, in rows that lie further apart. */
  private static Gemm product(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      int lda,
      int ldb,
      int ldc,
      boolean accumulate) {
    return new Gemm(transposeA, transposeB, m, n, k, lda, ldb, ldc, 1, 0, 0, 0, accumulate);
  }

  /** All h, of the LSTM in one flat tensor followed by the last c. */
  private static Tensor run(Recurrence form, Tensor... inputs) {
    Compute compute = Compute.current();
    Backend backend = compute.pool().backend();
    int rows = form.batch() * form.time();
    int n = form.hidden();
    boolean cells = form.cell() == Cell.LSTM;
    Shape states = Shape.of(form.batch(), form.time(), n);
    Shape shape = cells ? Shape.of(states.size() + form.batch() * n) : states;
    Shape savedShape = Shape.of(rows, form.saved());
    Storage y = compute.allocate(shape);
    Tensor saved = Tensor.result(savedShape, compute.allocate(savedShape), null);
    Tensor c = cells ? Tensor.result(states, compute.allocate(states), null) : null;
    Tensor x = inputs[X];
    int in = x.dimension(2);
    int columns = form.gates() * n;
    backend.gemm(
        product(false, false, rows, columns, in, in, columns, form.saved(), false),
        x.span(),
        inputs[INPUT_WEIGHT].span(),
        span(inputs[BIAS]),
        saved.span());
    backend.recurrent(
        form,
        saved.span(),
        inputs[STATE_WEIGHT].span(),
        span(inputs[CANDIDATE_BIAS]),
        inputs[H].span(),
        span(inputs[C]),
        y.span(),
        span(c));
    if (cells) {
      int[] last = {form.batch(), n};
      int[] dense = {n, 1};
      Span to = y.span().plus(states.size());
      if (form.time() == 0) {
        backend.copy(inputs[C].span(), to, form.batch() * n);
      } else {
        backend.move(
            last,
            c.span().plus((form.time() - 1) * n),
            new int[] {form.time() * n, 1},
            to,
            dense,
            false);
      }
    }
    return Tensor.result(
        shape, y, Node.records(inputs) ? new RecurrentNode(shape, form, saved, c, inputs) : null);
  }

  private static Span span(Tensor x) {
    return x == null ? null : x.span();
  }

  private static final class RecurrentNode extends Node.Composed {
    private final Recurrence form;
    private final Tensor saved;
    private final Tensor c;

    RecurrentNode(Shape shape, Recurrence form, Tensor saved, Tensor c, Tensor... inputs) {
      super(shape, inputs);
      this.form = form;
      this.saved = saved;
      this.c = c;
    }

    @Override
    PerExample.Share share(int input, int examples) {
      boolean apart = input == X || input == H || input == C;
      return apart ? PerExample.Share.EXAMPLES : PerExample.Share.SHARED;
    }

    @Override
    void perExample(PerExample pass, int input, Span g) {
      Backend backend = pass.backend();
      int n = form.hidden();
      int columns = form.gates() * n;
      int examples = pass.examples();
      int rows = form.batch() / examples * form.time();
      Span d =
          pass.once(
              form.batch() * form.time() * form.saved(),
              to -> {
                Storage states = Compute.current().allocate(Shape.of(2, form.batch(), n));
                Span dh0 = states.span();
                backward(backend, g, to, dh0, c == null ? null : dh0.plus(form.batch() * n));
                states.release();
              });
      if (input == INPUT_WEIGHT) {
        int in = inputs[X].dimension(2);
        PerExample.Rows to = pass.rows(input);
        backend.gemm(
            new Gemm(
                true,
                false,
                in,
                columns,
                rows,
                in,
                form.saved(),
                columns,
                examples,
                rows * in,
                rows * form.saved(),
                to.stride(),
                !to.first()),
            inputs[X].span(),
            d,
            null,
            to.span());
      } else if (input == STATE_WEIGHT) {
        Storage before = Compute.current().allocate(Shape.of(form.batch(), form.time(), n));
        before(backend, before.span());
        PerExample.Rows to = pass.rows(input);
        stateWeight(backend, d, before.span(), examples, to.span(), to.stride(), !to.first());
        before.release();
      } else {
        // of all places, of which those of one bias are added
        Storage sums = Compute.current().allocate(Shape.of(2, examples, form.saved()));
        Span all = sums.span();
        Span own = all.plus(examples * form.saved());
        int size = inputs[input].size();
        int from = input == BIAS ? 0 : columns;
        backend.reduce(Reduction.SUM, d, all, examples, rows, form.saved(), false);
        backend.move(
            new int[] {examples, size},
            all.plus(from),
            new int[] {form.saved(), 1},
            own,
            new int[] {size, 1},
            false);
        pass.add(input, own);
        sums.release();
      }
    }

    private void backward(Backend backend, Span g, Span d, Span dh0, Span dc0) {
      backend.recurrentBackward(
          form,
          saved.span(),
          inputs[STATE_WEIGHT].span(),
          inputs[H].span(),
          span(inputs[C]),
          output.span(),
          span(c),
          g,
          c == null ? null : g.plus(form.batch() * form.time() * form.hidden()),
          d,
          dh0,
          dc0);
    }

    @Override
    void backward(Backprop b, Span g) {
      Backend backend = b.backend();
      int rows = form.batch() * form.time();
      int n = form.hidden();
      Span d = b.temporary(rows * form.saved());
      Span dh0 = b.temporary(form.batch() * n);
      Span dc0 = c == null ? null : b.temporary(form.batch() * n);
      backward(backend, g, d, dh0, dc0);
      add(b, H, dh0);
      add(b, C, dc0);
      int in = inputs[X].dimension(2);
      int columns = form.gates() * n;
      if (b.wants(X)) {
        boolean first = b.isFirst(X);
        backend.gemm(
            product(false, true, rows, in, columns, form.saved(), columns, in, !first),
            d,
            inputs[INPUT_WEIGHT].span(),
            null,
            b.target(X));
      }
      if (b.wants(INPUT_WEIGHT)) {
        boolean first = b.isFirst(INPUT_WEIGHT);
        backend.gemm(
            product(true, false, in, columns, rows, in, form.saved(), columns, !first),
            inputs[X].span(),
            d,
            null,
            b.target(INPUT_WEIGHT));
      }
      if (b.wants(STATE_WEIGHT)) {
        Span before = b.temporary(rows * n);
        before(backend, before);
        boolean first = b.isFirst(STATE_WEIGHT);
        stateWeight(backend, d, before, 1, b.target(STATE_WEIGHT), 0, !first);
      }
      if (b.wants(BIAS) || b.wants(CANDIDATE_BIAS)) {
        Span sums = b.temporary(form.saved());
        backend.reduce(Reduction.SUM, d, sums, 1, rows, form.saved(), false);
        add(b, BIAS, sums);
        add(b, CANDIDATE_BIAS, sums.plus(columns));
      }
    }

    private void add(Backprop b, int input, Span gradient) {
      if (b.wants(input)) {
        int size = inputs[input].size();
        b.write(input, to -> b.backend().copy(gradient, to, size));
      }
    }

    /**
     * The gradient at the weight of the state, from each of so many parts of the batch.
     *
     * @param stride the distance between the results
     */
    private void stateWeight(
        Backend backend,
        Span d,
        Span before,
        int parts,
        Span target,
        int stride,
        boolean accumulate) {
      int n = form.hidden();
      int columns = form.gates() * n;
      int rows = form.batch() / parts * form.time();
      for (int gate = 0; gate < form.gates(); ) {
        // gates whose places follow each other
        int end = gate + 1;
        while (end < form.gates()
            && form.cell().place(end) - end == form.cell().place(gate) - gate) {
          end++;
        }
        backend.gemm(
            new Gemm(
                true,
                false,
                n,
                (end - gate) * n,
                rows,
                n,
                form.saved(),
                columns,
                parts,
                rows * n,
                rows * form.saved(),
                stride,
                accumulate),
            before,
            d.plus(form.cell().place(gate) * n),
            null,
            target.plus(gate * n));
        gate = end;
      }
    }

    /** Copies the states before each step, [batch, time, hidden]. */
    private void before(Backend backend, Span before) {
      int n = form.hidden();
      int time = form.time();
      if (time > 0) {
        int[] apart = {time * n, 1};
        int[] later = {form.batch(), (time - 1) * n};
        backend.move(later, output.span(), apart, before.plus(n), apart, false);
        int[] first = {form.batch(), n};
        int[] dense = {n, 1};
        backend.move(first, inputs[H].span(), dense, before, apart, false);
      }
    }

    @Override
    Tensor compose(Tensor[] in) {
      int n = form.hidden();
      int time = form.time();
      Tensor projections = in[X].linear(in[INPUT_WEIGHT], in[BIAS]);
      Tensor h = in[H];
      Tensor c = in[C];
      List<Tensor> all = new ArrayList<>();
      for (int t = 0; t < time; t++) {
        Tensor a = projections.slice(1, t, t + 1).reshape(form.batch(), form.gates() * n);
        Tensor z = h.matmul(in[STATE_WEIGHT]);
        Tensor next;
        switch (form.cell()) {
          case TANH -> next = a.plus(z).tanh();
          case RELU -> next = a.plus(z).relu();
          case LSTM -> {
            Tensor sum = a.plus(z);
            Tensor kept = gate(sum, 1).sigmoid().times(c);
            Tensor cell = kept.plus(gate(sum, 0).sigmoid().times(gate(sum, 2).tanh()));
            next = gate(sum, 3).sigmoid().times(cell.tanh());
            c = step(t, cell, c);
          }
          case GRU -> {
            Tensor reset = gate(a, 0).plus(gate(z, 0)).sigmoid();
            Tensor update = gate(a, 1).plus(gate(z, 1)).sigmoid();
            Tensor product = gate(z, 2);
            if (in[CANDIDATE_BIAS] != null) {
              product = product.plus(in[CANDIDATE_BIAS]);
            }
            Tensor candidate = gate(a, 2).plus(reset.times(product)).tanh();
            next = candidate.plus(update.times(h.minus(candidate)));
          }
          default -> throw new AssertionError(form.cell());
        }
        h = step(t, next, h);
        all.add(h.reshape(form.batch(), 1, n));
      }
      Tensor states = time == 0 ? Tensor.zeros(form.batch(), 0, n) : Tensor.concat(1, all);
      if (form.cell() != Cell.LSTM) {
        return states;
      }
      return Tensor.concat(0, List.of(states.reshape(states.size()), c.reshape(form.batch() * n)));
    }

    private Tensor gate(Tensor z, int gate) {
      return z.slice(1, gate * form.hidden(), (gate + 1) * form.hidden());
    }

    /** The next state where a sequence takes this step, else the one before. */
    private Tensor step(int t, Tensor next, Tensor before) {
      if (form.lengths() == null) {
        return next;
      }
      float[] takes = new float[form.batch()];
      for (int b = 0; b < takes.length; b++) {
        takes[b] = form.takes(b, t) ? 1 : 0;
      }
      return next.where(Tensor.of(takes, takes.length, 1), before);
    }
  }
}
