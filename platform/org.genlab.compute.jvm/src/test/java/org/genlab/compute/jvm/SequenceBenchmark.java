package org.genlab.compute.jvm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.genlab.tensor.Compute;
import org.genlab.tensor.Elementwise;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Recurrent;
import org.genlab.tensor.Scope;
import org.genlab.tensor.Shape;
import org.genlab.tensor.SparseMatrix;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.random.RandomStream;

/**
 * Measures training steps with Adam of a language-model transformer (4 layers, width 128, 4 heads,
 * 64 tokens, batch 32), an LSTM (hidden 64, 32 steps, batch 64), a graph convolutional network (2
 * layers, 3000 nodes, 15000 edges, 64 features, hidden 64) and a small perceptron (2-64-64-2, batch
 * 32).
 *
 * <p>Arguments: which ({@code transformer}, {@code lstm}, {@code gcn}, {@code mlp} or {@code all}),
 * the number of threads (2) and the seconds each takes (5). Prints milliseconds a step and where
 * the time of the kernels goes.
 */
final class SequenceBenchmark {
  /** A network with a flat vector of weights. */
  private abstract static class Network {
    final List<Shape> shapes = new ArrayList<>();
    final RandomStream random = RandomStream.of(0, "benchmark");
    private Tensor weights;
    private Tensor first;
    private Tensor second;
    private int next;
    private List<Tensor> parts;

    abstract Tensor loss();

    void norm(int width) {
      shapes.add(Shape.of(width));
      shapes.add(Shape.of(width));
    }

    void linear(int in, int out) {
      shapes.add(Shape.of(in, out));
      shapes.add(Shape.of(out));
    }

    Tensor part() {
      return parts.get(next++);
    }

    Tensor norm(Tensor x) {
      return x.layerNorm(part(), part(), 1e-5);
    }

    Tensor linear(Tensor x) {
      return x.linear(part(), part());
    }

    IntTensor integers(int below, int... shape) {
      int[] drawn = new int[Shape.of(shape).size()];
      Arrays.setAll(drawn, i -> random.nextInt(below));
      return IntTensor.of(drawn, shape);
    }

    float step(int t) {
      try (Scope scope = Scope.open()) {
        if (weights == null) {
          int n = shapes.stream().mapToInt(Shape::size).sum();
          weights = Tensor.normal(random, 0.05, n).copy();
          first = Tensor.zeros(n).copy();
          second = Tensor.zeros(n).copy();
        }
        Tensor w = weights.variable();
        parts = w.split(shapes);
        next = 0;
        Tensor loss = loss();
        Tensor gradient = Gradients.of(loss, w);
        float c1 = (float) (1 / (1 - StrictMath.pow(0.9, t)));
        float c2 = (float) (1 / (1 - StrictMath.pow(0.999, t)));
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
                    float square = 0.999f * v[i] + 0.001f * g[i] * g[i];
                    newM[i] = mean;
                    newV[i] = square;
                    newWeight[i] =
                        weight[i] - 1e-3f * c1 * mean / ((float) Math.sqrt(c2 * square) + 1e-8f);
                  }
                },
                weights,
                gradient,
                first,
                second);
        weights.release();
        first.release();
        second.release();
        weights = scope.keep(updated[0]);
        first = scope.keep(updated[1]);
        second = scope.keep(updated[2]);
        return loss.item();
      }
    }
  }

  private static final class Transformer extends Network {
    private static final int BATCH = 32;
    private static final int LENGTH = 64;
    private static final int WIDTH = 128;
    private static final int HEADS = 4;
    private static final int LAYERS = 4;
    private static final int VOCABULARY = 99;
    private final IntTensor tokens = integers(VOCABULARY, BATCH, LENGTH);
    private final IntTensor labels = integers(VOCABULARY, BATCH * LENGTH);

    Transformer() {
      shapes.add(Shape.of(VOCABULARY, WIDTH));
      shapes.add(Shape.of(LENGTH, WIDTH));
      for (int i = 0; i < LAYERS; i++) {
        norm(WIDTH);
        for (int j = 0; j < 4; j++) {
          linear(WIDTH, WIDTH);
        }
        norm(WIDTH);
        linear(WIDTH, 4 * WIDTH);
        linear(4 * WIDTH, WIDTH);
      }
      norm(WIDTH);
      linear(WIDTH, VOCABULARY);
    }

    private Tensor heads(Tensor x) {
      return x.reshape(BATCH, LENGTH, HEADS, WIDTH / HEADS);
    }

    @Override
    Tensor loss() {
      Tensor x = part().gather(tokens).plus(part());
      for (int i = 0; i < LAYERS; i++) {
        Tensor read = norm(x);
        Tensor queries = heads(linear(read));
        Tensor keys = heads(linear(read));
        Tensor values = heads(linear(read));
        Tensor mixed = queries.attention(keys, values, true).reshape(BATCH, LENGTH, WIDTH);
        Tensor stream = x.plus(linear(mixed));
        x = stream.plus(linear(linear(norm(stream)).gelu()));
      }
      Tensor logits = linear(norm(x)).reshape(BATCH * LENGTH, VOCABULARY);
      return logits.crossEntropy(labels).mean();
    }
  }

  private static final class Lstm extends Network {
    private static final int BATCH = 64;
    private static final int TIME = 32;
    private static final int IN = 64;
    private static final int HIDDEN = 64;
    private final Tensor x = Tensor.normal(random, 1, BATCH, TIME, IN).copy();
    private final IntTensor labels = integers(10, BATCH);

    Lstm() {
      shapes.add(Shape.of(IN, 4 * HIDDEN));
      shapes.add(Shape.of(HIDDEN, 4 * HIDDEN));
      shapes.add(Shape.of(4 * HIDDEN));
      linear(HIDDEN, 10);
    }

    @Override
    Tensor loss() {
      Tensor last = Recurrent.lstm(x, null, null, part(), part(), part()).last();
      return linear(last).crossEntropy(labels).mean();
    }
  }

  private static final class Gcn extends Network {
    private static final int NODES = 3000;
    private static final int EDGES = 15000;
    private static final int FEATURES = 64;
    private static final int HIDDEN = 64;
    private static final int CLASSES = 7;
    private final Tensor x = Tensor.normal(random, 1, NODES, FEATURES).copy();
    private final IntTensor labels = integers(CLASSES, NODES);
    private final SparseMatrix graph =
        SparseMatrix.normalizedAdjacency(
            NODES, integers(NODES, EDGES).toArray(), integers(NODES, EDGES).toArray());

    Gcn() {
      linear(FEATURES, HIDDEN);
      linear(HIDDEN, CLASSES);
    }

    @Override
    Tensor loss() {
      Tensor hidden = graph.times(x.linear(part(), null)).plus(part()).relu();
      Tensor logits = graph.times(hidden.linear(part(), null)).plus(part());
      return logits.crossEntropy(labels).mean();
    }
  }

  private static final class Mlp extends Network {
    private static final int BATCH = 32;
    private static final int HIDDEN = 64;
    private final Tensor x = Tensor.normal(random, 1, BATCH, 2).copy();
    private final IntTensor labels = integers(2, BATCH);

    Mlp() {
      linear(2, HIDDEN);
      linear(HIDDEN, HIDDEN);
      linear(HIDDEN, 2);
    }

    @Override
    Tensor loss() {
      Tensor hidden = linear(linear(x).relu()).relu();
      return linear(hidden).crossEntropy(labels).mean();
    }
  }

  private SequenceBenchmark() {}

  public static void main(String[] args) {
    String which = args.length > 0 ? args[0] : "all";
    int threads = args.length > 1 ? Integer.parseInt(args[1]) : 2;
    double seconds = args.length > 2 ? Double.parseDouble(args[2]) : 5;
    try (Backend backend = new JvmBackend(threads)) {
      for (String name : new String[] {"transformer", "lstm", "gcn", "mlp"}) {
        if (which.equals("all") || which.equals(name)) {
          measure(name, backend, seconds);
        }
      }
    }
  }

  private static Network network(String name) {
    return switch (name) {
      case "transformer" -> new Transformer();
      case "lstm" -> new Lstm();
      case "mlp" -> new Mlp();
      default -> new Gcn();
    };
  }

  private static void measure(String name, Backend backend, double seconds) {
    Map<String, double[]> times = new TreeMap<>();
    int steps = run(name, backend, seconds, true);
    int profiled = run(name, StepBenchmark.profiled(backend, times), seconds / 2, false);
    StepBenchmark.print(times, profiled);
    System.out.println(steps + " steps");
  }

  private static int run(String name, Backend backend, double seconds, boolean print) {
    try (Compute.Binding binding = Compute.use(backend)) {
      Network network = network(name);
      List<Double> times = new ArrayList<>();
      long begin = System.nanoTime();
      float loss = 0;
      long bytes = 0;
      while (System.nanoTime() - begin < seconds * 1e9) {
        long allocated = StepBenchmark.allocated();
        long start = System.nanoTime();
        loss = network.step(times.size() + 1);
        times.add((System.nanoTime() - start) / 1e6);
        bytes = StepBenchmark.allocated() - allocated;
      }
      if (print) {
        double[] sorted =
            times.subList(times.size() / 2, times.size()).stream()
                .mapToDouble(t -> t)
                .sorted()
                .toArray();
        System.out.printf(
            Locale.ROOT,
            "%s, %d threads: best %.4f ms a step, median %.4f; %d kB allocated; loss %.6f%n",
            name,
            backend.threads(),
            sorted[0],
            sorted[sorted.length / 2],
            bytes / 1000,
            loss);
      }
      return times.size();
    }
  }
}
