package org.genlab.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The gradients of single examples on every backend: those of a loop over the losses. */
public abstract class PerExampleContract {
  private static final int N = 6;

  private final Backend backend = create();
  private final Compute.Binding binding = Compute.use(backend);

  /** The backend under test; closed after each test. */
  protected abstract Backend create();

  @AfterEach
  void unbind() {
    binding.close();
    backend.close();
  }

  private static Tensor normal(String name, int... shape) {
    return Tensor.normal(RandomStream.of(3, name), 0.5, shape);
  }

  /** The gradient of each loss by itself. */
  private static float[][] loop(Tensor losses, Tensor variable) {
    float[][] rows = new float[losses.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Gradients.of(losses.slice(0, i, i + 1), variable).toArray();
    }
    return rows;
  }

  private void agrees(String name, Tensor losses, Tensor variable) {
    Optional<Tensor> found = Gradients.perExample(losses, variable);
    assertTrue(found.isPresent(), name);
    float[][] expected = loop(losses, variable);
    Tensor actual = found.get();
    assertEquals(losses.size(), actual.dimension(0), name);
    assertEquals(variable.rank() + 1, actual.rank());
    float[] all = actual.toArray();
    for (int i = 0; i < expected.length; i++) {
      float[] row = Arrays.copyOfRange(all, i * variable.size(), (i + 1) * variable.size());
      assertArrayEquals(expected[i], row, 2e-5f, name + ", example " + i);
    }
    assertFalse(actual.isTracked());
  }

  /** Losses of parts of a variable of 100 numbers. */
  private static Tensor losses(Tensor flat, Function<List<Tensor>, Tensor> of) {
    return of.apply(
        flat.split(
            List.of(
                Shape.of(4, 5),
                Shape.of(5),
                Shape.of(5, 3),
                Shape.of(3),
                Shape.of(7, 4),
                Shape.of(29))));
  }

  private void agrees(String name, Function<List<Tensor>, Tensor> of) {
    Tensor flat = normal("weights", 100).variable();
    agrees(name, losses(flat, of), flat);
  }

  private final Tensor features = normal("x", N, 4);
  private final Tensor sequences = normal("sequences", N, 3, 4);
  private static final IntTensor LABELS = IntTensor.of(new int[] {0, 1, 2, -1, 2, 0}, N);
  private static final IntTensor TOKENS =
      IntTensor.of(new int[] {0, 1, 2, 3, 4, 5, 6, 0, 0, 1, 1, 1, 6, 5, 4, 2, 2, 3}, N, 3);

  private Tensor mlp(List<Tensor> p, Tensor x) {
    return x.linear(p.get(0), p.get(1)).gelu().linear(p.get(2), p.get(3)).crossEntropy(LABELS);
  }

  @Test
  void layersKeepExamplesApart() {
    agrees("mlp", p -> mlp(p, features));
    agrees("without bias", p -> features.linear(p.get(0), null).square().sum(false, 1));
    agrees("matmul", p -> features.matmul(p.get(0)).plus(p.get(1)).tanh().sum(false, -1));
    agrees("transposed", p -> features.matmul(p.get(4), false, true).exp().mean(false, 1));
    agrees(
        "weights first",
        p -> {
          Tensor column = features.reshape(N, 4, 1);
          return p.get(0).matmul(column, true, false).square().sum(false, 1, 2);
        });
    agrees("sequences", p -> sequences.linear(p.get(0), p.get(1)).relu().sum(false, 1, 2));
    agrees("sequences, matmul", p -> sequences.matmul(p.get(0)).silu().sum(false, 1, 2));
    agrees(
        "rows of all sequences",
        p ->
            sequences
                .reshape(N * 3, 4)
                .linear(p.get(0), p.get(1))
                .reshape(N, 15)
                .square()
                .mean(false, 1));
    agrees(
        "layer norm",
        p ->
            sequences
                .linear(p.get(0), null)
                .layerNorm(p.get(1), p.get(1).plus(1), 1e-5)
                .sigmoid()
                .sum(false, 1, 2));
    agrees(
        "embedding",
        p ->
            p.get(4)
                .gather(TOKENS)
                .plus(p.get(0).slice(1, 0, 3).transpose())
                .linear(p.get(0), p.get(1))
                .max(false, 1)
                .softmax()
                .times(p.get(1))
                .sum(false, 1));
    agrees(
        "attention",
        p -> {
          Tensor h = sequences.linear(p.get(0).slice(1, 0, 4), null).reshape(N, 3, 2, 2);
          return h.attention(h.times(2), h.plus(1), true).square().sum(false, 1, 2, 3);
        });
    agrees(
        "distances",
        p ->
            features
                .linear(p.get(0).slice(1, 0, 4), null)
                .squaredDistances(p.get(4))
                .min(false, 1));
    agrees(
        "distances within an example",
        p -> {
          Tensor h = sequences.linear(p.get(0), null);
          return h.squaredDistances(h).sum(false, 1, 2);
        });
    agrees(
        "layout",
        p -> {
          Tensor h = sequences.linear(p.get(0), p.get(1)).permute(0, 2, 1);
          Tensor joined = Tensor.concat(1, List.of(h, h.slice(1, 0, 2), h.flip(2)));
          return joined.pad(2, 1, 1, 0.5).roll(1, 1).exp().logSumExp(false, 1, 2);
        });
    agrees("scalars", p -> features.sum(false, 1).times(p.get(5).slice(0, 2, 3)).exp());
    agrees("division", p -> features.dividedBy(p.get(4).slice(0, 0, 1).exp()).sum(false, 1));
    agrees("maximum", p -> features.maximum(p.get(4).slice(0, 0, 1)).sum(false, 1));
    agrees(
        "where",
        p ->
            features
                .where(features.greaterThan(Tensor.scalar(0)), p.get(4).slice(0, 0, 1))
                .sum(false, 1));
    agrees("einsum", p -> Tensor.einsum("nti,io->n", sequences, p.get(0)));
    agrees(
        "straight-through",
        p -> {
          Tensor h = features.linear(p.get(0), null);
          return h.straightThrough(h.sign()).times(h).sum(false, 1);
        });
  }

  private void agrees(String name, List<Shape> shapes, Function<List<Tensor>, Tensor> of) {
    Tensor flat = normal("weights", shapes.stream().mapToInt(Shape::size).sum()).variable();
    agrees(name, of.apply(flat.split(shapes)), flat);
  }

  private final Tensor pictures = normal("images", N, 6, 5, 2);
  private final Tensor pairs = normal("pairs", 2 * N, 6, 5, 2);

  @Test
  void imagesStayApart() {
    Window window = Window.of(3, 3).padding(1);
    List<Shape> shapes =
        List.of(Shape.of(3, 3, 2, 4), Shape.of(4), Shape.of(4), Shape.of(4, 3), Shape.of(3));
    agrees(
        "network",
        shapes,
        p -> {
          Tensor h = Images.conv2d(pictures, p.get(0), p.get(1), window).relu();
          h = Images.maxPool2d(h, Window.of(2, 2).stride(2));
          h = Images.conv2d(h, p.get(0).repeat(1, 1, 2, 1), p.get(2), window.stride(2)).tanh();
          h = Images.upsampleBilinear(Images.upsampleNearest(h, 2, 1), 3, 4);
          h = Images.averagePool2d(h, Window.of(2, 2).padding(1), false);
          return Images.globalAveragePool(h).linear(p.get(3), p.get(4)).crossEntropy(LABELS);
        });
    agrees(
        "one dimension, in groups",
        List.of(Shape.of(2, 1, 4), Shape.of(4)),
        p -> {
          Tensor h = Images.conv1d(sequences, p.get(0), p.get(1), Window.of(1, 2));
          return Images.globalMaxPool(h.exp()).square().sum(false, 1);
        });
    agrees(
        "two images an example",
        shapes,
        p -> {
          Tensor h = Images.conv2d(pairs, p.get(0), p.get(1)).tanh();
          return h.reshape(N, 2 * 4 * 3 * 4).square().sum(false, 1);
        });
    agrees(
        "normalised",
        shapes,
        p -> {
          Tensor h = Images.conv2d(pictures, p.get(0), p.get(1), window);
          Tensor scale = p.get(2).exp();
          h = Normalization.instance(h, scale, p.get(4).repeat(2).slice(0, 0, 4), 0.1);
          h = Normalization.group(h.times(h), 2, scale, p.get(1), 0.1);
          h = Normalization.inference(h, p.get(1), p.get(2).exp(), scale, p.get(1), 0.1);
          return h.tanh().mean(false, 1, 2, 3);
        });
    agrees(
        "ghosts of one example",
        shapes,
        p -> {
          Tensor h = Images.conv2d(pictures, p.get(0), null, window);
          return Normalization.ghostBatch(h, N, p.get(1), p.get(2), 0.1)
              .output()
              .exp()
              .sum(false, 1, 2, 3);
        });
    Tensor weight = normal("weight", 3, 3, 2, 4).variable();
    Tensor h = Images.conv2d(pictures, weight, null, window);
    Tensor images = pictures.variable();
    Tensor y = Images.conv2d(images, weight, null, window).tanh().sum();
    agrees("penalty", Gradients.differentiable(y, images).square().sum(false, 1, 2, 3), weight);
    for (int groups : new int[] {1, 2, 3}) {
      Tensor mixed =
          Normalization.ghostBatch(h, groups, Tensor.ones(4), Tensor.zeros(4), 0.1).output();
      assertTrue(Gradients.perExample(mixed.exp().sum(false, 1, 2, 3), weight).isEmpty());
    }
  }

  @Test
  void recurrencesStayApart() {
    IntTensor lengths = IntTensor.of(new int[] {3, 0, 1, 2, 3, 3}, N);
    List<Shape> shapes =
        List.of(
            Shape.of(4, 20),
            Shape.of(5, 20),
            Shape.of(20),
            Shape.of(4, 5),
            Shape.of(5, 3),
            Shape.of(3));
    for (IntTensor ends : new IntTensor[] {null, lengths}) {
      agrees(
          "lstm",
          shapes,
          p -> {
            Recurrent.LstmStates states =
                Recurrent.lstm(
                    sequences, null, features.matmul(p.get(3)), p.get(0), p.get(1), p.get(2), ends);
            return states
                .last()
                .plus(states.cell().exp())
                .plus(states.all().square().sum(false, 1))
                .linear(p.get(4), p.get(5))
                .crossEntropy(LABELS);
          });
      agrees(
          "two layers",
          shapes,
          p -> {
            Tensor below = Recurrent.tanh(sequences, null, p.get(3), eye, null, ends).all();
            Tensor w = p.get(1).slice(1, 0, 15);
            Tensor u = p.get(1).slice(1, 5, 20);
            Tensor bias = p.get(2).slice(0, 0, 15);
            Tensor own = p.get(2).slice(0, 15, 20);
            Tensor h0 = features.matmul(p.get(3));
            return Recurrent.gru(below, h0, w, u, bias, own, ends).all().exp().sum(false, 1, 2);
          });
      agrees(
          "relu cell",
          shapes,
          p ->
              Recurrent.relu(sequences, null, p.get(3), p.get(1).slice(1, 0, 5), null, ends)
                  .last()
                  .cumulativeSum(1, false)
                  .square()
                  .sum(false, 1));
    }
    Tensor flat = normal("flat", 4).variable();
    Tensor sums = features.times(flat).cumulativeSum(0, false).square().sum(false, 1);
    assertTrue(Gradients.perExample(sums, flat).isEmpty());
  }

  private final Tensor eye = IntTensor.of(new int[] {0, 1, 2, 3, 4}, 5).oneHot(5);

  @Test
  void weightsMayBeComputed() {
    agrees(
        "normalised",
        p -> features.matmul(p.get(0).dividedBy(p.get(0).norm(true, 0))).square().sum(false, 1));
    agrees(
        "tied",
        p -> {
          Tensor h = features.matmul(p.get(4), false, true).tanh().matmul(p.get(4));
          return h.square().sum(false, 1);
        });
    agrees("squared", p -> features.matmul(p.get(0).times(p.get(0))).sum(false, 1));
    agrees(
        "split of something computed",
        p -> {
          List<Tensor> q = p.get(5).exp().split(List.of(Shape.of(4, 6), Shape.of(5)));
          return features.matmul(q.get(0)).tanh().sum(false, 1).times(q.get(1).sum());
        });
    agrees(
        "of other examples",
        p ->
            features
                .linear(p.get(0), null)
                .flip(0)
                .sum(false, 1)
                .plus(features.linear(p.get(0), null).sum(false, 1)));
    agrees("penalty", p -> mlp(p, features).plus(p.get(4).square().sum().times(0.1)));
  }

  @Test
  void wholeAndPartsMeet() {
    Tensor flat = normal("weights", 100).variable();
    agrees("whole", losses(flat, p -> mlp(p, features)).plus(flat.square().sum()), flat);
    agrees(
        "two splits",
        losses(flat, p -> mlp(p, features)).plus(losses(flat, p -> mlp(p, features.exp()))),
        flat);
    Tensor shaped = normal("shaped", 4, 5).variable();
    agrees("without a split", features.matmul(shaped).exp().sum(false, 1), shaped);
    agrees("twice", features.matmul(shaped).matmul(shaped, false, true).sum(false, 1), shaped);
    Tensor grid = normal("grid", 10, 10).variable();
    agrees("reshaped", losses(grid.reshape(100), p -> mlp(p, features)), grid);
  }

  @Test
  void mixedExamplesAreRefused() {
    Tensor flat = normal("weights", 100).variable();
    List<Function<List<Tensor>, Tensor>> mixing =
        List.of(
            // batch normalisation
            p -> {
              Tensor h = features.linear(p.get(0), p.get(1));
              return h.minus(h.mean(true, 0)).square().sum(false, 1);
            },
            // similarities among examples
            p -> {
              Tensor h = features.linear(p.get(0), p.get(1));
              return h.matmul(h, false, true).logSumExp(false, 1);
            },
            p -> {
              Tensor h = features.linear(p.get(0), p.get(1));
              return h.squaredDistances(h).sum(false, 1);
            },
            p -> features.linear(p.get(0), null).sum(false, 1).softmax(),
            p -> features.linear(p.get(0), null).transpose().sum(false, 0).roll(0, 1),
            p -> {
              Tensor h = features.linear(p.get(0), null).sum(true, 1);
              return h.flip(0).plus(h).reshape(N);
            },
            p ->
                features
                    .linear(p.get(0), null)
                    .reshape(2, 3, 5)
                    .permute(1, 0, 2)
                    .reshape(N, 5)
                    .sum(false, 1));
    for (int i = 0; i < mixing.size(); i++) {
      Tensor losses = losses(flat, mixing.get(i));
      Optional<Tensor> found = Gradients.perExample(losses, flat);
      assertTrue(found.isEmpty(), "network " + i);
    }
  }

  @Test
  void fewExamplesAndIndependentLosses() {
    Tensor flat = normal("weights", 4, 5).variable();
    assertArrayEquals(
        new int[] {0, 4, 5},
        Gradients.perExample(Tensor.zeros(0, 4).matmul(flat).sum(false, 1), flat)
            .orElseThrow()
            .shape()
            .toArray());
    agrees("one", features.slice(0, 0, 1).matmul(flat).sum(false, 1), flat);
    assertArrayEquals(
        new float[40], Gradients.perExample(Tensor.ones(2), flat).orElseThrow().toArray());
    assertArrayEquals(
        new float[40],
        Gradients.perExample(Tensor.ones(2).variable(), flat).orElseThrow().toArray());
    assertThrows(IllegalArgumentException.class, () -> Gradients.perExample(features, flat));
    assertThrows(
        IllegalArgumentException.class, () -> Gradients.perExample(Tensor.ones(2), Tensor.ones(2)));
  }

  /** Whatever the operations are: where there is a result, it is that of the loop. */
  @Test
  void whatIsGivenIsRight() {
    int given = 0;
    for (int seed = 0; seed < 150; seed++) {
      RandomStream random = RandomStream.of(seed, "operations");
      Tensor flat = normal("weights", 40).variable();
      List<Tensor> p = flat.split(List.of(Shape.of(4, 4), Shape.of(4), Shape.of(4), Shape.of(16)));
      List<Tensor> made = new ArrayList<>(List.of(normal("rows", 4, 4)));
      made.add(made.get(0).linear(p.get(0), p.get(1)));
      for (int step = 0; step < 6; step++) {
        Tensor a = made.get(made.size() - 1 - random.nextInt(Math.min(2, made.size())));
        Tensor b = made.get(random.nextInt(made.size()));
        made.add(
            switch (random.nextInt(16)) {
              case 0 -> a.linear(p.get(0), p.get(1));
              case 1 -> a.plus(p.get(2));
              case 2 -> a.times(b).tanh();
              case 3 -> a.softmax();
              case 4 -> a.plus(p.get(3).reshape(4, 4));
              case 5 -> a.matmul(b).times(0.3);
              case 6 -> a.transpose();
              case 7 -> a.layerNorm(p.get(1), p.get(2), 0.1);
              case 8 -> a.minus(a.mean(true, random.nextInt(2)));
              case 9 -> Tensor.concat(1, List.of(a.slice(1, 2, 4), b.slice(1, 0, 2)));
              case 10 -> a.flip(random.nextInt(2));
              case 11 -> a.gather(IntTensor.of(new int[] {0, 1, 2, 3}, 4)).sin();
              case 12 -> a.max(true, 1).plus(b);
              case 13 -> a.reshape(2, 8).softmax().reshape(4, 4);
              case 14 -> a.matmul(p.get(0), false, true).tanh();
              default -> p.get(0).gather(IntTensor.of(new int[] {3, 0, 0, 1}, 4)).times(a);
            });
      }
      Tensor losses = made.get(made.size() - 1).square().sum(false, 1);
      if (Gradients.perExample(losses, flat).isPresent()) {
        agrees("seed " + seed, losses, flat);
        given++;
      }
    }
    assertTrue(given > 20 && given < 150, given + " of 150");
  }
}
