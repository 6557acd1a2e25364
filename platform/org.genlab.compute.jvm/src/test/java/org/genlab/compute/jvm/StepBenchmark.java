package org.genlab.compute.jvm;

import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import jdk.incubator.vector.FloatVector;
import org.genlab.tensor.Compute;
import org.genlab.tensor.Elementwise;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Scope;
import org.genlab.tensor.Shape;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.backend.Attention;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Gemm;
import org.genlab.tensor.backend.Recurrence;
import org.genlab.tensor.backend.SparseRows;
import org.genlab.tensor.random.RandomStream;

/**
 * Measures one training step of the transformer of Power et al. (2022): two layers of width 128
 * with 4 heads, batches of 512 sequences of 4 tokens, read at the last position, AdamW.
 *
 * <p>Arguments: the number of threads (2) and of steps (300). Prints milliseconds a step, the peak
 * of fused multiply-adds on one thread in the same process, and where the time of the kernels goes.
 */
final class StepBenchmark {
  private static final int BATCH = 512;
  private static final int LENGTH = 4;
  private static final int WIDTH = 128;
  private static final int HEADS = 4;
  private static final int HIDDEN = 512;
  private static final int VOCABULARY = 99;
  private static final int LAYERS = 2;

  private final List<Shape> shapes = new ArrayList<>();
  private final IntTensor tokens;
  private final IntTensor labels;
  private Tensor weights;
  private Tensor first;
  private Tensor second;
  private int next;
  private List<Tensor> parts;

  private StepBenchmark() {
    shapes.add(Shape.of(VOCABULARY, WIDTH));
    shapes.add(Shape.of(LENGTH, WIDTH));
    for (int i = 0; i < LAYERS; i++) {
      norm();
      for (int j = 0; j < 4; j++) {
        linear(WIDTH, WIDTH);
      }
      norm();
      linear(WIDTH, HIDDEN);
      linear(HIDDEN, WIDTH);
    }
    norm();
    linear(WIDTH, VOCABULARY);
    int n = shapes.stream().mapToInt(Shape::size).sum();
    RandomStream random = RandomStream.of(0, "benchmark");
    weights = Tensor.normal(random, 0.05, n);
    first = Tensor.zeros(n);
    second = Tensor.zeros(n);
    int[] drawn = new int[BATCH * LENGTH];
    Arrays.setAll(drawn, i -> random.nextInt(VOCABULARY));
    tokens = IntTensor.of(drawn, BATCH, LENGTH);
    labels = IntTensor.of(Arrays.copyOf(drawn, BATCH), BATCH);
  }

  private void norm() {
    shapes.add(Shape.of(WIDTH));
    shapes.add(Shape.of(WIDTH));
  }

  private void linear(int in, int out) {
    shapes.add(Shape.of(in, out));
    shapes.add(Shape.of(out));
  }

  private Tensor part() {
    return parts.get(next++);
  }

  private Tensor norm(Tensor x) {
    return x.layerNorm(part(), part(), 1e-5);
  }

  private Tensor linear(Tensor x) {
    return x.linear(part(), part());
  }

  private float step(int t) {
    try (Scope scope = Scope.open()) {
      Tensor w = weights.variable();
      parts = w.split(shapes);
      next = 0;
      Tensor x = part().gather(tokens).plus(part());
      for (int i = 0; i < LAYERS; i++) {
        boolean last = i == LAYERS - 1;
        int asked = last ? 1 : LENGTH;
        Tensor read = norm(x);
        Tensor queries = linear(last ? read.slice(1, LENGTH - 1, LENGTH) : read);
        Tensor keys = linear(read).reshape(BATCH, LENGTH, HEADS, WIDTH / HEADS);
        Tensor values = linear(read).reshape(BATCH, LENGTH, HEADS, WIDTH / HEADS);
        Tensor mixed =
            queries.reshape(BATCH, asked, HEADS, WIDTH / HEADS).attention(keys, values, true);
        Tensor stream = last ? x.slice(1, LENGTH - 1, LENGTH) : x;
        stream = stream.plus(linear(mixed.reshape(BATCH, asked, WIDTH)));
        x = stream.plus(linear(linear(norm(stream)).gelu()));
      }
      Tensor logits = linear(norm(x.reshape(BATCH, WIDTH)));
      Tensor loss = logits.crossEntropy(labels).mean();
      Tensor gradient = Gradients.of(loss, w);
      float c1 = (float) (1 / (1 - StrictMath.pow(0.9, t)));
      float c2 = (float) (1 / (1 - StrictMath.pow(0.98, t)));
      Tensor[] updated =
          Elementwise.compute(
              3,
              (in, out, from, to) -> {
                float[] weight = in[0];
                float[] g = in[1];
                float[] m = in[2];
                float[] v = in[3];
                float[] newWeight = out[0];
                float[] newM = out[1];
                float[] newV = out[2];
                for (int i = from; i < to; i++) {
                  float mean = 0.9f * m[i] + 0.1f * g[i];
                  float square = 0.98f * v[i] + 0.02f * g[i] * g[i];
                  newM[i] = mean;
                  newV[i] = square;
                  float direction = c1 * mean / ((float) Math.sqrt(c2 * square) + 1e-8f);
                  newWeight[i] = weight[i] - 1e-3f * (direction + weight[i]);
                }
              },
              weights,
              gradient,
              first,
              second);
      Tensor oldWeights = weights;
      Tensor oldFirst = first;
      Tensor oldSecond = second;
      weights = scope.keep(updated[0]);
      first = scope.keep(updated[1]);
      second = scope.keep(updated[2]);
      if (t > 1) {
        oldWeights.release();
        oldFirst.release();
        oldSecond.release();
      }
      return loss.item();
    }
  }

  public static void main(String[] args) {
    int threads = args.length > 0 ? Integer.parseInt(args[0]) : 2;
    int steps = args.length > 1 ? Integer.parseInt(args[1]) : 300;
    Map<String, double[]> times = new TreeMap<>();
    try (Backend plain = Compute.create("jvm", threads)) {
      run(plain, steps, true);
      run(profiled(plain, times), steps, false);
    }
    print(times, steps);
  }

  /** Prints where the time of the kernels goes. */
  static void print(Map<String, double[]> times, int steps) {
    double total = times.values().stream().mapToDouble(t -> t[0] * t[1]).sum();
    System.out.printf(Locale.ROOT, "kernels, at best: %.2f ms a step%n", total / steps / 1e6);
    times.entrySet().stream()
        .sorted((a, b) -> Double.compare(time(b), time(a)))
        .limit(40)
        .forEach(
            e -> {
              double[] t = e.getValue();
              System.out.printf(
                  Locale.ROOT,
                  "%8.3f ms %5.1f calls %6.1f GFLOP/s %9.1f kB allocated  %s%n",
                  time(e) / steps / 1e6,
                  t[1] / steps,
                  t[2] / t[0],
                  t[3] / steps / 1e3,
                  e.getKey());
            });
  }

  private static double time(Map.Entry<String, double[]> entry) {
    return entry.getValue()[0] * entry.getValue()[1];
  }

  private static void run(Backend backend, int steps, boolean print) {
    try (Compute.Binding binding = Compute.use(backend)) {
      StepBenchmark benchmark = new StepBenchmark();
      double[] times = new double[steps];
      double[] cpu = new double[steps];
      double peak = 0;
      long bytes = 0;
      float loss = 0;
      for (int t = 1; t <= steps; t++) {
        if (t % 10 == 0 && print) {
          peak = Math.max(peak, peak());
        }
        long allocated = allocated();
        long used = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long start = System.nanoTime();
        loss = benchmark.step(t);
        times[t - 1] = (System.nanoTime() - start) / 1e6;
        cpu[t - 1] = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - used) / 1e6;
        bytes = allocated() - allocated;
      }
      Arrays.sort(times, steps / 2, steps);
      Arrays.sort(cpu, steps / 2, steps);
      if (print) {
        System.out.printf(
            Locale.ROOT,
            "%d threads: best %.2f ms a step, median %.2f; own processor time %.2f, %.2f; peak %.0f"
                + " GFLOP/s; %d kB allocated; loss %.6f%n",
            backend.threads(),
            times[steps / 2],
            times[steps * 3 / 4],
            cpu[steps / 2],
            cpu[steps * 3 / 4],
            peak,
            bytes / 1000,
            loss);
      }
    }
  }

  static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  /** Fused multiply-adds a nanosecond, times 2. */
  static double peak() {
    FloatVector x = FloatVector.broadcast(Lanes.F, 1.0001f);
    FloatVector y = FloatVector.broadcast(Lanes.F, 1e-6f);
    FloatVector a = y;
    FloatVector b = y;
    FloatVector c = y;
    FloatVector d = y;
    FloatVector e = y;
    FloatVector f = y;
    FloatVector g = y;
    FloatVector h = y;
    int n = 200_000;
    long start = System.nanoTime();
    for (int i = 0; i < n; i++) {
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
    }
    long time = System.nanoTime() - start;
    float sum = a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).lane(0);
    return Float.isNaN(sum) ? 0 : 8.0 * Lanes.LEN * 2 * n / time;
  }

  /** The arguments of a call that tell its size. */
  private static String numbers(Object[] arguments) {
    StringBuilder text = new StringBuilder();
    for (Object argument : arguments == null ? new Object[0] : arguments) {
      if (argument instanceof Enum
          || argument instanceof Integer
          || argument instanceof Attention
          || argument instanceof Recurrence
          || argument instanceof SparseRows) {
        text.append(argument).append(' ');
      }
    }
    return text.toString();
  }

  /**
   * A backend that notes the least nanoseconds, the calls, the floating-point operations and the
   * allocated bytes of each kernel and size.
   */
  static Backend profiled(Backend backend, Map<String, double[]> times) {
    return (Backend)
        Proxy.newProxyInstance(
            Backend.class.getClassLoader(),
            new Class<?>[] {Backend.class},
            (proxy, method, arguments) -> {
              String name = method.getName();
              double operations = 0;
              if (name.equals("gemm")) {
                Gemm form = (Gemm) arguments[0];
                name =
                    String.format(
                        Locale.ROOT,
                        "gemm %s%s %d x %d x %d",
                        form.transposeA() ? "T" : "N",
                        form.transposeB() ? "T" : "N",
                        form.m(),
                        form.k(),
                        form.n());
                operations = 2.0 * form.batch() * form.m() * form.n() * form.k();
              } else {
                name += " " + numbers(arguments);
              }
              long allocated = allocated();
              long start = System.nanoTime();
              try {
                return method.invoke(backend, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                double[] t = times.computeIfAbsent(name, key -> new double[4]);
                double time = System.nanoTime() - start;
                t[0] = t[1] == 0 ? time : Math.min(t[0], time);
                t[1]++;
                t[2] = operations;
                t[3] += allocated() - allocated;
              }
            });
  }
}
