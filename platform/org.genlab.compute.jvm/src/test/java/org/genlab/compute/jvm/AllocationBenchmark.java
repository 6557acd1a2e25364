package org.genlab.compute.jvm;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.genlab.tensor.backend.Attention;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Recurrence;
import org.genlab.tensor.backend.Reduction;
import org.genlab.tensor.backend.Span;
import org.genlab.tensor.backend.Unary;

/**
 * Lists the bytes that kernels allocate in a call once they are compiled. More than {@link
 * #DESCRIPTION} means that vectors of theirs have become objects, which the compiler decides anew
 * in each JVM; so this is a measurement, not a test.
 */
final class AllocationBenchmark {
  private static final int ROWS = 256;

  /** Bytes a call, for the objects that describe the work: less than 8 for each row. */
  private static final long DESCRIPTION = 2000;

  private final Map<String, Runnable> kernels = new LinkedHashMap<>();

  private static Span span(Backend backend, String name, int n) {
    return KernelCases.span(backend, KernelCases.numbers(name, n));
  }

  private void rows(Backend b, int n) {
    Span x = span(b, "x", ROWS * n);
    Span y = span(b, "y", ROWS * n);
    Span g = span(b, "g", ROWS * n);
    Span d = span(b, "d", ROWS * n);
    Span scale = span(b, "scale", n);
    Span shift = span(b, "shift", n);
    Span first = span(b, "first", ROWS);
    Span second = span(b, "second", ROWS);
    int[] labels = new int[ROWS];
    Arrays.setAll(labels, i -> i % n);
    add("softmax", n, () -> b.softmax(x, y, ROWS, n));
    add("softmaxBackward", n, () -> b.softmaxBackward(y, g, d, ROWS, n));
    add("logSoftmax", n, () -> b.logSoftmax(x, y, ROWS, n));
    add("logSoftmaxBackward", n, () -> b.logSoftmaxBackward(y, g, d, ROWS, n));
    add("crossEntropy", n, () -> b.crossEntropy(x, labels, first, second, ROWS, n));
    add(
        "crossEntropyBackward",
        n,
        () -> b.crossEntropyBackward(x, labels, second, first, d, ROWS, n));
    add("layerNorm", n, () -> b.layerNorm(x, scale, shift, 1e-5, y, first, second, ROWS, n));
    add(
        "layerNormBackward",
        n,
        () -> b.layerNormBackward(x, scale, first, second, g, d, scale, shift, false, ROWS, n));
    add("sum", n, () -> b.reduce(Reduction.SUM, x, first, ROWS, n, 1, false));
    add("max", n, () -> b.reduce(Reduction.MAX, x, first, ROWS, n, 1, false));
    add("sum of columns", n, () -> b.reduce(Reduction.SUM, x, scale, 1, ROWS, n, false));
    add("columnStatistics", n, () -> b.columnStatistics(x, scale, shift, 1, ROWS, n));
    add(
        "columnNorm",
        n,
        () -> b.columnNorm(x, scale, shift, 1e-5, scale, shift, false, y, 1, ROWS, n));
    add(
        "columnNormBackward",
        n,
        () ->
            b.columnNormBackward(
                x, scale, shift, 1e-5, scale, shift, true, g, d, first, second, false, 1, ROWS, n));
    add("tanh", n, () -> b.unary(Unary.TANH, 0, 0, x, y, n));
    add("gelu", n, () -> b.unary(Unary.GELU, 0, 0, x, y, n));
    add("softplus", n, () -> b.unary(Unary.SOFTPLUS, 0, 0, x, y, n));
  }

  private void attention(Backend b, int positions, int width) {
    Attention form = new Attention(16, positions, positions, 4, width, true);
    int n = 16 * positions * 4 * width;
    int scores = 16 * 4 * positions * positions;
    Span q = span(b, "q", n);
    Span k = span(b, "k", n);
    Span v = span(b, "v", n);
    Span y = span(b, "y", n);
    Span p = span(b, "p", scores);
    Span g = span(b, "g", n);
    Span dq = span(b, "dq", n);
    Span dk = span(b, "dk", n);
    Span dv = span(b, "dv", n);
    String name = positions + " positions of";
    add("attention " + name, width, () -> b.attention(form, q, k, v, null, y, p));
    add(
        "attentionBackward " + name,
        width,
        () -> b.attentionBackward(form, q, k, v, p, g, dq, dk, dv, null));
  }

  private void recurrent(Backend b, Recurrence.Cell cell, int hidden) {
    int batch = 8;
    int time = 5;
    Recurrence form = new Recurrence(cell, batch, time, hidden, null);
    boolean cells = cell == Recurrence.Cell.LSTM;
    Span saved = span(b, "saved", batch * time * form.saved());
    Span d = span(b, "d", batch * time * form.saved());
    Span weight = span(b, "weight", hidden * form.gates() * hidden);
    Span h0 = span(b, "h0", batch * hidden);
    Span c0 = cells ? span(b, "c0", batch * hidden) : null;
    Span h = span(b, "h", batch * time * hidden);
    Span c = cells ? span(b, "c", batch * time * hidden) : null;
    Span g = span(b, "g", batch * time * hidden);
    Span gc = cells ? span(b, "gc", batch * hidden) : null;
    Span dh0 = span(b, "dh0", batch * hidden);
    Span dc0 = cells ? span(b, "dc0", batch * hidden) : null;
    add("recurrent " + cell, hidden, () -> b.recurrent(form, saved, weight, null, h0, c0, h, c));
    add(
        "recurrentBackward " + cell,
        hidden,
        () -> b.recurrentBackward(form, saved, weight, h0, c0, h, c, g, gc, d, dh0, dc0));
  }

  private void add(String name, int n, Runnable kernel) {
    kernels.put(name + " " + n, kernel);
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  public static void main(String[] args) {
    new AllocationBenchmark().run();
  }

  private void run() {
    try (Backend backend = new JvmBackend(1)) {
      for (int n : new int[] {1, 2, 7, 16, 20}) {
        rows(backend, n);
      }
      for (int positions : new int[] {3, 20}) {
        attention(backend, positions, 8);
        attention(backend, positions, 32);
      }
      for (Recurrence.Cell cell : Recurrence.Cell.values()) {
        recurrent(backend, cell, 5);
        recurrent(backend, cell, 64);
      }
      kernels.forEach(
          (name, kernel) -> {
            long bytes = Long.MAX_VALUE;
            // until all that is called is compiled, which happens beside this thread
            for (int attempt = 0; attempt < 200 && bytes > DESCRIPTION; attempt++) {
              long before = allocated();
              for (int i = 0; i < 100; i++) {
                kernel.run();
              }
              bytes = (allocated() - before) / 100;
            }
            System.out.printf(
                "%8d bytes a call  %s%s%n", bytes, name, bytes > DESCRIPTION ? "  (!)" : "");
          });
    }
  }
}
