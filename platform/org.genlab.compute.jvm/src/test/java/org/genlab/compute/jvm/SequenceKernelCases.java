package org.genlab.compute.jvm;

import static org.genlab.compute.jvm.KernelCases.join;
import static org.genlab.compute.jvm.KernelCases.numbers;
import static org.genlab.compute.jvm.KernelCases.read;
import static org.genlab.compute.jvm.KernelCases.span;

import java.util.Arrays;
import java.util.function.Function;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Recurrence;
import org.genlab.tensor.backend.Recurrence.Cell;
import org.genlab.tensor.backend.Span;
import org.genlab.tensor.backend.SparseRows;
import org.genlab.tensor.random.RandomStream;

/** The kernels of sequences and graphs on random data of many sizes. */
final class SequenceKernelCases {
  private SequenceKernelCases() {}

  /** Takes a case. */
  interface Sink {
    void add(String name, double tolerance, Function<Backend, float[]> run);
  }

  static void addTo(Sink sink) {
    recurrences(sink);
    scans(sink);
    graphs(sink);
  }

  private static void recurrences(Sink sink) {
    int[][] sizes = {
      {1, 1, 1}, {3, 5, 7}, {64, 4, 64}, {9, 3, 33}, {70, 2, 16}, {0, 3, 4}, {2, 0, 5}, {5, 6, 130}
    };
    for (Cell cell : Cell.values()) {
      for (int[] s : sizes) {
        for (boolean ends : new boolean[] {false, true}) {
          int[] lengths = new int[s[0]];
          Arrays.setAll(lengths, b -> (b * 5 + 2) % (s[1] + 1));
          Recurrence form = new Recurrence(cell, s[0], s[1], s[2], ends ? lengths : null);
          sink.add(form.toString(), 1e-5, b -> recurrence(b, form));
        }
      }
    }
  }

  private static float[] recurrence(Backend b, Recurrence form) {
    int states = form.batch() * form.time() * form.hidden();
    int kept = form.batch() * form.time() * form.saved();
    int n = form.batch() * form.hidden();
    boolean cells = form.cell() == Cell.LSTM;
    Span weight =
        span(b, scaled(numbers("weight", form.hidden() * form.hidden() * form.gates()), form));
    Span saved = span(b, numbers("saved", kept));
    Span h0 = span(b, numbers("h0", n));
    Span c0 = cells ? span(b, numbers("c0", n)) : null;
    Span h = span(b, new float[states]);
    Span c = cells ? span(b, new float[states]) : null;
    Span bias =
        form.cell() == Cell.GRU && form.time() != 3
            ? span(b, numbers("bias", form.hidden()))
            : null;
    b.recurrent(form, saved, weight, bias, h0, c0, h, c);
    Span d = span(b, new float[kept]);
    Span dh0 = span(b, new float[n]);
    Span dc0 = cells ? span(b, new float[n]) : null;
    Span g = span(b, numbers("g", states));
    Span gc = cells ? span(b, numbers("gc", n)) : null;
    // what is saved of a step that is not taken is undefined
    float[] gates = read(b, saved, kept);
    for (int i = 0; i < gates.length; i++) {
      int step = i / form.saved();
      if (!form.takes(step / form.time(), step % form.time())) {
        gates[i] = 0;
      }
    }
    b.recurrentBackward(form, saved, weight, h0, c0, h, c, g, gc, d, dh0, dc0);
    return join(
        gates,
        read(b, h, states),
        cells ? read(b, c, states) : new float[0],
        read(b, d, kept),
        read(b, dh0, n),
        cells ? read(b, dc0, n) : new float[0]);
  }

  /** So small that states neither saturate nor differ by chaos. */
  private static float[] scaled(float[] weight, Recurrence form) {
    for (int i = 0; i < weight.length; i++) {
      weight[i] *= 0.5f / (float) Math.sqrt(form.hidden());
    }
    return weight;
  }

  private static void scans(Sink sink) {
    int[][] shapes = {{1, 5, 1}, {3, 17, 33}, {200, 70, 1}, {1, 3000, 40}, {2, 0, 3}, {0, 2, 2}};
    for (int[] s : shapes) {
      for (boolean reverse : new boolean[] {false, true}) {
        int n = s[0] * s[1] * s[2];
        sink.add(
            "cumulativeSum " + Arrays.toString(s) + " " + reverse,
            0,
            b -> {
              Span y = span(b, new float[n]);
              b.cumulativeSum(span(b, numbers("x", n)), y, s[0], s[1], s[2], reverse);
              return read(b, y, n);
            });
      }
    }
  }

  private static void graphs(Sink sink) {
    int[][] sizes = {{1, 1, 1}, {7, 5, 20}, {300, 200, 1500}, {40, 3, 0}, {0, 4, 0}};
    for (int[] s : sizes) {
      for (int width : new int[] {0, 1, 7, 16, 64, 100, 135}) {
        for (int variant = 0; variant < 4; variant++) {
          boolean accumulate = variant % 2 == 1;
          boolean ones = variant == 2;
          boolean moved = variant == 3;
          sink.add(
              "sparse " + Arrays.toString(s) + " " + width + " " + variant,
              0,
              b -> {
                SparseRows a = random(s[0], s[1], s[2], moved);
                Span values = span(b, numbers("values", s[2]));
                Span x = span(b, numbers("x", s[1] * width));
                Span y = span(b, numbers("y", s[0] * width));
                Span d = span(b, new float[s[2]]);
                b.sparseDots(a, y, x, d, width);
                b.sparseProduct(a, ones ? null : values, x, y, width, accumulate);
                return join(read(b, y, s[0] * width), read(b, d, s[2]));
              });
        }
      }
    }
  }

  private static SparseRows random(int rows, int columns, int n, boolean moved) {
    RandomStream random = RandomStream.of(3, "sparse");
    int[] starts = new int[rows + 1];
    int[] columnOf = new int[n];
    for (int e = 0; e < n; e++) {
      starts[1 + random.nextInt(rows)]++;
      columnOf[e] = random.nextInt(columns);
    }
    for (int i = 0; i < rows; i++) {
      starts[i + 1] += starts[i];
    }
    int[] entries = new int[n];
    Arrays.setAll(entries, e -> n - 1 - e);
    return new SparseRows(starts, columnOf, moved ? entries : null);
  }
}
