package org.genlab.compute.jvm;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.genlab.tensor.Compute;
import org.genlab.tensor.Elementwise;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.Images;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Normalization;
import org.genlab.tensor.Scope;
import org.genlab.tensor.Shape;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.Window;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Convolution;
import org.genlab.tensor.backend.Gemm;
import org.genlab.tensor.random.RandomStream;

/**
 * Measures training steps on images with batches of 64: a convolutional network (16 and 32
 * channels, 3 x 3, each with max pooling; dense layers of 64 and 10) on images of 28 x 28 with
 * Adam, and ResNet-8 (width 16, batch normalisation) on images of 32 x 32 x 3 with momentum.
 *
 * <p>Arguments: the number of threads (2) and of steps (100). Prints milliseconds a step and where
 * the time of the kernels goes.
 */
final class ImageBenchmark {
  private static final int BATCH = 64;

  private final boolean residual;
  private final List<Shape> shapes = new ArrayList<>();
  private final Tensor images;
  private final IntTensor labels;
  private Tensor weights;
  private Tensor first;
  private Tensor second;
  private int next;
  private List<Tensor> parts;

  private ImageBenchmark(boolean residual) {
    this.residual = residual;
    if (residual) {
      shape(3, 3, 3, 16);
      norm(16);
      int in = 16;
      for (int width = 16; width <= 64; width *= 2) {
        shape(3, 3, in, width);
        norm(width);
        shape(3, 3, width, width);
        norm(width);
        if (in != width) {
          shape(1, 1, in, width);
          norm(width);
        }
        in = width;
      }
      shape(64, 10);
      shape(10);
    } else {
      shape(3, 3, 1, 16);
      shape(16);
      shape(3, 3, 16, 32);
      shape(32);
      shape(7 * 7 * 32, 64);
      shape(64);
      shape(64, 10);
      shape(10);
    }
    int n = shapes.stream().mapToInt(Shape::size).sum();
    RandomStream random = RandomStream.of(0, "benchmark");
    weights = Tensor.normal(random, 0.05, n);
    first = Tensor.zeros(n);
    second = Tensor.zeros(n);
    images =
        residual
            ? Tensor.normal(random, 1, BATCH, 32, 32, 3)
            : Tensor.normal(random, 1, BATCH, 28, 28, 1);
    int[] drawn = new int[BATCH];
    Arrays.setAll(drawn, i -> random.nextInt(10));
    labels = IntTensor.of(drawn, BATCH);
  }

  private void shape(int... dimensions) {
    shapes.add(Shape.of(dimensions));
  }

  private void norm(int width) {
    shape(width);
    shape(width);
  }

  private Tensor part() {
    return parts.get(next++);
  }

  private Tensor convolution(Tensor x, int size, int stride) {
    return Images.conv2d(x, part(), null, Window.of(size, size).stride(stride).padding(size / 2));
  }

  private Tensor norm(Tensor x) {
    return Normalization.batch(x, part(), part(), 1e-5).output();
  }

  private Tensor normRelu(Tensor x) {
    return Normalization.batchRelu(x, part(), part(), 1e-5).output();
  }

  private Tensor resNet() {
    Tensor x = normRelu(convolution(images, 3, 1));
    for (int stage = 0; stage < 3; stage++) {
      int stride = stage == 0 ? 1 : 2;
      Tensor y = normRelu(convolution(x, 3, stride));
      y = norm(convolution(y, 3, 1));
      x = y.plus(stage == 0 ? x : norm(convolution(x, 1, stride))).relu();
    }
    return Images.globalAveragePool(x).linear(part(), part());
  }

  private Tensor plain() {
    Window three = Window.of(3, 3).padding(1);
    Window two = Window.of(2, 2).stride(2);
    Tensor x = Images.maxPool2d(Images.conv2d(images, part(), part(), three).relu(), two);
    x = Images.maxPool2d(Images.conv2d(x, part(), part(), three).relu(), two);
    x = x.reshape(BATCH, -1).linear(part(), part()).relu();
    return x.linear(part(), part());
  }

  private float step(int t) {
    try (Scope scope = Scope.open()) {
      Tensor w = weights.variable();
      parts = w.split(shapes);
      next = 0;
      Tensor loss = (residual ? resNet() : plain()).crossEntropy(labels).mean();
      Tensor gradient = Gradients.of(loss, w);
      Tensor[] updated = residual ? momentum(gradient) : adam(gradient, t);
      Tensor[] old = {weights, first, second};
      weights = scope.keep(updated[0]);
      first = scope.keep(updated[1]);
      if (!residual) {
        second = scope.keep(updated[2]);
      }
      if (t > 1) {
        old[0].release();
        old[1].release();
        if (!residual) {
          old[2].release();
        }
      }
      return loss.item();
    }
  }

  private Tensor[] momentum(Tensor gradient) {
    return Elementwise.compute(
        2,
        (in, out, from, to) -> {
          float[] weight = in[0];
          float[] g = in[1];
          float[] v = in[2];
          float[] newWeight = out[0];
          float[] newV = out[1];
          for (int i = from; i < to; i++) {
            float velocity = 0.9f * v[i] + g[i];
            newV[i] = velocity;
            newWeight[i] = weight[i] - 1e-3f * velocity;
          }
        },
        weights,
        gradient,
        first);
  }

  private Tensor[] adam(Tensor gradient, int t) {
    float c1 = (float) (1 / (1 - StrictMath.pow(0.9, t)));
    float c2 = (float) (1 / (1 - StrictMath.pow(0.999, t)));
    return Elementwise.compute(
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
            float square = 0.999f * v[i] + 0.001f * g[i] * g[i];
            newM[i] = mean;
            newV[i] = square;
            newWeight[i] = weight[i] - 1e-3f * c1 * mean / ((float) Math.sqrt(c2 * square) + 1e-8f);
          }
        },
        weights,
        gradient,
        first,
        second);
  }

  public static void main(String[] args) {
    int threads = args.length > 0 ? Integer.parseInt(args[0]) : 2;
    int steps = args.length > 1 ? Integer.parseInt(args[1]) : 100;
    for (boolean residual : new boolean[] {false, true}) {
      Map<String, double[]> times = new TreeMap<>();
      try (Backend plain = Compute.create("jvm", threads)) {
        run(plain, residual, steps, true);
        run(profiled(plain, times), residual, steps, false);
      }
      report(times, steps);
    }
  }

  private static void report(Map<String, double[]> times, int steps) {
    double total = times.values().stream().mapToDouble(t -> t[0] * t[1]).sum();
    System.out.printf(Locale.ROOT, "kernels, at best: %.2f ms a step%n", total / steps / 1e6);
    times.entrySet().stream()
        .sorted((a, b) -> Double.compare(time(b), time(a)))
        .limit(36)
        .forEach(
            e -> {
              double[] t = e.getValue();
              System.out.printf(
                  Locale.ROOT,
                  "%8.3f ms %5.1f calls %6.1f GFLOP/s  %s%n",
                  time(e) / steps / 1e6,
                  t[1] / steps,
                  t[2] / t[0],
                  e.getKey());
            });
  }

  private static double time(Map.Entry<String, double[]> entry) {
    return entry.getValue()[0] * entry.getValue()[1];
  }

  private static void run(Backend backend, boolean residual, int steps, boolean print) {
    try (Compute.Binding binding = Compute.use(backend)) {
      ImageBenchmark benchmark = new ImageBenchmark(residual);
      double[] times = new double[steps];
      float loss = 0;
      for (int t = 1; t <= steps; t++) {
        long start = System.nanoTime();
        loss = benchmark.step(t);
        times[t - 1] = (System.nanoTime() - start) / 1e6;
      }
      Arrays.sort(times, steps / 2, steps);
      if (print) {
        System.out.printf(
            Locale.ROOT,
            "%s, %d threads: best %.2f ms a step, median %.2f; loss %.6f%n",
            residual ? "ResNet-8" : "CNN",
            backend.threads(),
            times[steps / 2],
            times[steps * 3 / 4],
            loss);
      }
    }
  }

  /** The arguments of a call that tell its size. */
  private static String numbers(Object[] arguments) {
    StringBuilder text = new StringBuilder();
    for (Object argument : arguments == null ? new Object[0] : arguments) {
      if (argument instanceof Enum
          || argument instanceof Integer
          || argument instanceof int[]
          || argument instanceof Record && !argument.getClass().getSimpleName().equals("Span")) {
        String value =
            argument instanceof int[] d && d.length < 9
                ? Arrays.toString(d)
                : argument instanceof int[] ? "" : argument.toString();
        text.append(value.replaceAll("[A-Za-z]+=", "")).append(' ');
      }
    }
    return text.toString();
  }

  /** A backend that notes the least nanoseconds, the calls and the operations of each kernel. */
  private static Backend profiled(Backend backend, Map<String, double[]> times) {
    return (Backend)
        Proxy.newProxyInstance(
            Backend.class.getClassLoader(),
            new Class<?>[] {Backend.class},
            (proxy, method, arguments) -> {
              double operations = 0;
              if (arguments != null && arguments[0] instanceof Gemm form) {
                operations = 2.0 * form.batch() * form.m() * form.n() * form.k();
              }
              if (arguments != null && arguments[0] instanceof Convolution f) {
                operations =
                    2.0 * f.batch() * f.outHeight() * f.outWidth() * f.outChannels() * f.depth();
              }
              String name = method.getName() + " " + numbers(arguments);
              long start = System.nanoTime();
              try {
                return method.invoke(backend, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                double[] t = times.computeIfAbsent(name, key -> new double[3]);
                double time = System.nanoTime() - start;
                t[0] = t[1] == 0 ? time : Math.min(t[0], time);
                t[1]++;
                t[2] = operations;
              }
            });
  }
}
