package org.genlab.compute.jvm;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BiFunction;
import org.genlab.tensor.Compute;
import org.genlab.tensor.Elementwise;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.Images;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Normalization;
import org.genlab.tensor.Recurrent;
import org.genlab.tensor.Scope;
import org.genlab.tensor.Shape;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.Window;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.random.RandomStream;

/** Prints digests of the weights of some networks after some steps of training. */
final class TrainingDigest {
  private static final int STEPS = 200;
  private static final int BATCH = 64;

  private TrainingDigest() {}

  /** The loss of a network with some parts of its weights at a step. */
  private record Network(
      String name, List<Shape> shapes, BiFunction<List<Tensor>, RandomStream, Tensor> loss) {}

  private static List<Network> networks() {
    return List.of(mlp(), transformer(), recurrent(), lstm(), convolutional());
  }

  private static IntTensor integers(RandomStream random, int below, int... shape) {
    int[] values = new int[Shape.of(shape).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(below);
    }
    return IntTensor.of(values, shape);
  }

  private static Network mlp() {
    return new Network(
        "mlp",
        List.of(Shape.of(50, 100), Shape.of(100), Shape.of(100, 10), Shape.of(10)),
        (p, random) -> {
          Tensor x = Tensor.normal(random, 1, BATCH, 50);
          IntTensor labels = x.slice(1, 0, 10).argmax();
          return x.linear(p.get(0), p.get(1))
              .relu()
              .dropout(0.1, random)
              .linear(p.get(2), p.get(3))
              .crossEntropy(labels)
              .mean();
        });
  }

  private static Network transformer() {
    int width = 48;
    int vocabulary = 30;
    List<Shape> shapes = new ArrayList<>();
    shapes.add(Shape.of(vocabulary, width));
    shapes.add(Shape.of(5, width));
    for (int i = 0; i < 4; i++) {
      shapes.add(Shape.of(width, width));
    }
    shapes.add(Shape.of(width, 2 * width));
    shapes.add(Shape.of(2 * width, width));
    shapes.add(Shape.of(width));
    shapes.add(Shape.of(width));
    shapes.add(Shape.of(width, vocabulary));
    return new Network(
        "transformer",
        shapes,
        (p, random) -> {
          IntTensor tokens = integers(random, vocabulary, BATCH, 5);
          int[] sums = new int[BATCH];
          for (int i = 0; i < BATCH; i++) {
            sums[i] = (tokens.at(5 * i) + tokens.at(5 * i + 1)) % vocabulary;
          }
          Tensor h = p.get(0).gather(tokens).plus(p.get(1));
          Tensor scale = p.get(8).plus(1);
          Tensor n = h.layerNorm(scale, p.get(9), 1e-5);
          Tensor q = n.linear(p.get(2), null).reshape(BATCH, 5, 3, 16);
          Tensor k = n.linear(p.get(3), null).reshape(BATCH, 5, 3, 16);
          Tensor v = n.linear(p.get(4), null).reshape(BATCH, 5, 3, 16);
          Tensor mixed = q.attention(k, v, true).reshape(BATCH, 5, width);
          h = h.plus(mixed.linear(p.get(5), null));
          Tensor inner = h.layerNorm(scale, p.get(9), 1e-5).linear(p.get(6), null).geluErf();
          h = h.plus(inner.linear(p.get(7), null));
          return h.slice(1, 4, 5)
              .reshape(BATCH, width)
              .linear(p.get(10), null)
              .crossEntropy(IntTensor.of(sums, BATCH))
              .mean();
        });
  }

  private static Network recurrent() {
    int width = 64;
    return new Network(
        "recurrent",
        List.of(
            Shape.of(3, width),
            Shape.of(width, 2 * width),
            Shape.of(2 * width),
            Shape.of(width, 1)),
        (p, random) -> {
          Tensor x = Tensor.normal(random, 1, 8, BATCH, 3);
          Tensor h = Tensor.zeros(BATCH, width);
          for (int t = 0; t < 8; t++) {
            Tensor input = x.slice(0, t, t + 1).reshape(BATCH, 3).linear(p.get(0), null);
            Tensor gates = h.plus(input).linear(p.get(1), p.get(2));
            Tensor keep = gates.slice(1, 0, width).sigmoid();
            Tensor next = gates.slice(1, width, 2 * width).tanh();
            h = h.times(keep).plus(next.times(keep.negate().plus(1)));
          }
          Tensor error = h.matmul(p.get(3)).reshape(BATCH).minus(x.sum(false, 0, 2).sin());
          return error.square().mean();
        });
  }

  private static Network lstm() {
    int width = 24;
    return new Network(
        "lstm",
        List.of(
            Shape.of(3, 4 * width),
            Shape.of(width, 4 * width),
            Shape.of(4 * width),
            Shape.of(width, 1)),
        (p, random) -> {
          Tensor x = Tensor.normal(random, 1, BATCH, 6, 3);
          Tensor h = Recurrent.lstm(x, null, null, p.get(0), p.get(1), p.get(2)).last();
          Tensor error = h.matmul(p.get(3)).reshape(BATCH).minus(x.sum(false, 1, 2).sin());
          return error.square().mean();
        });
  }

  private static Network convolutional() {
    Window window = Window.of(3, 3).padding(1);
    return new Network(
        "convolutional",
        List.of(
            Shape.of(3, 3, 3, 8),
            Shape.of(8),
            Shape.of(8),
            Shape.of(3, 3, 8, 20),
            Shape.of(20),
            Shape.of(20),
            Shape.of(20, 4),
            Shape.of(4)),
        (p, random) -> {
          Tensor x = Tensor.normal(random, 1, 20, 9, 10, 3);
          IntTensor labels = Images.globalAveragePool(x.slice(3, 0, 2)).argmax();
          Tensor h = Images.conv2d(x, p.get(0), null, window);
          h = Normalization.batchRelu(h, p.get(1).plus(1), p.get(2), 1e-5).output();
          h = Images.maxPool2d(h, Window.of(2, 2).stride(2));
          h = Images.conv2d(h, p.get(3), null, window.stride(2));
          h = Normalization.batch(h, p.get(4).plus(1), p.get(5), 1e-5).output().relu();
          return Images.globalAveragePool(h).linear(p.get(6), p.get(7)).crossEntropy(labels).mean();
        });
  }

  /** Trains with Adam. */
  private static Tensor train(Network network) {
    int size = network.shapes.stream().mapToInt(Shape::size).sum();
    Tensor[] state = {
      Tensor.normal(RandomStream.of(1, network.name), 0.15, size),
      Tensor.zeros(size),
      Tensor.zeros(size)
    };
    for (int step = 0; step < STEPS; step++) {
      try (Scope scope = Scope.open()) {
        Tensor flat = state[0].variable();
        Tensor loss =
            network.loss.apply(flat.split(network.shapes), RandomStream.of(2, network.name, step));
        Tensor gradient = Gradients.of(loss, flat);
        Tensor[] next =
            Elementwise.compute(
                3,
                (in, out, from, to) -> {
                  for (int i = from; i < to; i++) {
                    out[1][i] = 0.9f * in[1][i] + 0.1f * in[3][i];
                    out[2][i] = 0.98f * in[2][i] + 0.02f * in[3][i] * in[3][i];
                    float root = (float) Math.sqrt(out[2][i]) + 1e-8f;
                    out[0][i] = in[0][i] - 0.003f * out[1][i] / root;
                  }
                },
                state[0],
                state[1],
                state[2],
                gradient);
        for (int i = 0; i < 3; i++) {
          state[i] = scope.keep(next[i]);
        }
      }
    }
    return state[0];
  }

  /** One line a network. */
  static String digests(int threads) {
    StringBuilder lines = new StringBuilder();
    try (Backend backend = new JvmBackend(threads);
        Compute.Binding binding = Compute.use(backend)) {
      for (Network network : networks()) {
        Tensor trained = train(network);
        if (!trained.allFinite()) {
          throw new IllegalStateException(network.name + " diverges: its digest says nothing");
        }
        float[] weights = trained.toArray();
        ByteBuffer bytes = ByteBuffer.allocate(4 * weights.length);
        for (float weight : weights) {
          bytes.putFloat(weight);
        }
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
        lines
            .append(network.name)
            .append(' ')
            .append(HexFormat.of().formatHex(digest))
            .append('\n');
      }
      return lines.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @param arguments the number of threads
   */
  public static void main(String[] arguments) {
    System.out.print(digests(Integer.parseInt(arguments[0])));
  }
}
