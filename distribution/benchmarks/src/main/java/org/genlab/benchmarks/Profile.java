package org.genlab.benchmarks;

import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.genlab.tensor.Compute;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Convolution;
import org.genlab.tensor.backend.Gemm;
import org.genlab.tensor.backend.Span;

/** Where the time of GenLab's kernels goes. */
final class Profile {
  /** Time and number of the calls of a kernel with arguments of the same sizes. */
  private static final class Entry {
    private double nanos;
    private int calls;
    private double operations;
  }

  /** What was compiled for calls without the clock around them is compiled once more. */
  private static final long WARM_UP_NANOS = 3_000_000_000L;

  private static final int STEPS = 200;
  private static final int LINES = 40;

  private final Map<String, Entry> entries = new TreeMap<>();

  private Profile() {}

  /** Prints the kernels that take most of the time of a step. */
  static void print(Workload workload, Backend backend, PrintStream out) {
    Profile profile = new Profile();
    try (Compute.Binding binding = Compute.use(profile.timing(backend));
        Side side = new GenLabSide(workload.initial(), workload.loss(), workload.rule())) {
      long begin = System.nanoTime();
      while (System.nanoTime() - begin < WARM_UP_NANOS) {
        side.step();
      }
      profile.entries.clear();
      long start = System.nanoTime();
      for (int i = 0; i < STEPS; i++) {
        side.step();
      }
      double total = System.nanoTime() - start;
      double kernels = profile.entries.values().stream().mapToDouble(e -> e.nanos).sum();
      out.printf(
          Locale.ROOT,
          "  %s: %.3f ms a step, of which kernels %.3f ms%n",
          workload.name(),
          total / STEPS / 1e6,
          kernels / STEPS / 1e6);
      profile.entries.entrySet().stream()
          .sorted(Comparator.comparingDouble(e -> -e.getValue().nanos))
          .limit(LINES)
          .forEach(
              e ->
                  out.printf(
                      Locale.ROOT,
                      "  %8.3f ms %6.1f calls %6.1f GFLOP/s  %s%n",
                      e.getValue().nanos / STEPS / 1e6,
                      e.getValue().calls / (double) STEPS,
                      e.getValue().operations / e.getValue().nanos,
                      e.getKey()));
    }
  }

  private Backend timing(Backend backend) {
    return (Backend)
        Proxy.newProxyInstance(
            Backend.class.getClassLoader(),
            new Class<?>[] {Backend.class},
            (proxy, method, arguments) -> {
              long start = System.nanoTime();
              try {
                return method.invoke(backend, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                double time = System.nanoTime() - start;
                Entry entry =
                    entries.computeIfAbsent(name(method.getName(), arguments), k -> new Entry());
                entry.nanos += time;
                entry.calls++;
                if (method.getName().equals("gemm")) {
                  Gemm form = (Gemm) arguments[0];
                  entry.operations += 2.0 * form.batch() * form.m() * form.n() * form.k();
                }
                if (arguments != null && arguments[0] instanceof Convolution form) {
                  entry.operations +=
                      2.0
                          * form.batch()
                          * form.outHeight()
                          * form.outWidth()
                          * form.outChannels()
                          * form.depth();
                }
              }
            });
  }

  /** The kernel with the arguments that tell its size. */
  private static String name(String method, Object[] arguments) {
    StringBuilder text = new StringBuilder(method);
    for (Object argument : arguments == null ? new Object[0] : arguments) {
      if (argument instanceof Gemm form) {
        text.append(
            String.format(
                Locale.ROOT,
                " %s%s %d x %d x %d (%d)",
                form.transposeA() ? "T" : "N",
                form.transposeB() ? "T" : "N",
                form.m(),
                form.k(),
                form.n(),
                form.batch()));
      } else if (argument instanceof Convolution form) {
        text.append(
            String.format(
                Locale.ROOT,
                " %d x %d x %d x %d, %d x %d / %d x %d, %d to %d x %d x %d",
                form.batch(),
                form.height(),
                form.width(),
                form.channels(),
                form.kernelHeight(),
                form.kernelWidth(),
                form.strideHeight(),
                form.strideWidth(),
                form.groups(),
                form.outHeight(),
                form.outWidth(),
                form.outChannels()));
      } else if (argument instanceof Enum
          || argument instanceof Integer
          || (argument instanceof Record && !(argument instanceof Span))) {
        text.append(' ').append(argument);
      }
    }
    return text.toString();
  }
}
