package org.genlab.compute.nd4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.genlab.tensor.Elementwise;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Scope;
import org.genlab.tensor.Shape;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/**
 * The transformer of Power et al. (2022), read at the last of four tokens and trained with AdamW to
 * add modulo a prime; the same weights and batches on every backend.
 */
final class GrokkingTransformer {
  private static final int LENGTH = 4;
  private static final float RATE = 5e-3f;
  private static final float DECAY = 0.1f;

  /**
   * The sizes.
   *
   * @param prime the modulus; the operator and the equals sign are two tokens more
   */
  record Size(int prime, int layers, int width, int heads, int batch) {}

  private final Size size;
  private final List<Shape> shapes = new ArrayList<>();
  private final RandomStream batches = RandomStream.of(0, "batches");
  private Tensor weights;
  private Tensor first;
  private Tensor second;
  private List<Tensor> parts;
  private int next;

  /** Draws the weights, in the memory of the backend of this thread. */
  GrokkingTransformer(Size size) {
    this.size = size;
    shapes.add(Shape.of(size.prime() + 2, size.width()));
    shapes.add(Shape.of(LENGTH, size.width()));
    for (int i = 0; i < size.layers(); i++) {
      norm();
      for (int j = 0; j < 4; j++) {
        linear(size.width(), size.width());
      }
      norm();
      linear(size.width(), 4 * size.width());
      linear(4 * size.width(), size.width());
    }
    norm();
    linear(size.width(), size.prime());
    int n = shapes.stream().mapToInt(Shape::size).sum();
    weights = Tensor.normal(RandomStream.of(0, "weights"), 0.05, n);
    first = Tensor.zeros(n);
    second = Tensor.zeros(n);
  }

  private void norm() {
    shapes.add(Shape.of(size.width()));
    shapes.add(Shape.of(size.width()));
  }

  private void linear(int in, int out) {
    shapes.add(Shape.of(in, out));
    shapes.add(Shape.of(out));
  }

  private Tensor part() {
    return parts.get(next++);
  }

  private Tensor norm(Tensor x) {
    return x.layerNorm(part().plus(1), part(), 1e-5);
  }

  private Tensor linear(Tensor x) {
    return x.linear(part(), part());
  }

  private Tensor heads(Tensor x) {
    Shape shape = x.shape();
    return x.reshape(
        shape.dimension(0), shape.dimension(1), size.heads(), size.width() / size.heads());
  }

  private Tensor logits(IntTensor tokens) {
    Tensor x = part().gather(tokens).plus(part());
    for (int i = 0; i < size.layers(); i++) {
      Tensor read = norm(x);
      Tensor mixed = heads(linear(read)).attention(heads(linear(read)), heads(linear(read)), true);
      x = x.plus(linear(mixed.reshape(size.batch(), LENGTH, size.width())));
      x = x.plus(linear(linear(norm(x)).gelu()));
    }
    return linear(norm(x.slice(1, LENGTH - 1, LENGTH).reshape(size.batch(), size.width())));
  }

  /**
   * Takes a step on a new batch.
   *
   * @param t the number of the step, from 1
   * @return the loss before the step
   */
  float step(int t) {
    int[] tokens = new int[size.batch() * LENGTH];
    int[] labels = new int[size.batch()];
    for (int i = 0; i < size.batch(); i++) {
      int a = batches.nextInt(size.prime());
      int b = batches.nextInt(size.prime());
      labels[i] = (a + b) % size.prime();
      int[] sentence = {a, size.prime(), b, size.prime() + 1};
      System.arraycopy(sentence, 0, tokens, i * LENGTH, LENGTH);
    }
    try (Scope scope = Scope.open()) {
      Tensor w = weights.variable();
      parts = w.split(shapes);
      next = 0;
      Tensor logits = logits(IntTensor.of(tokens, size.batch(), LENGTH));
      Tensor loss = logits.crossEntropy(IntTensor.of(labels, size.batch())).mean();
      Tensor[] updated = adamW(Gradients.of(loss, w), t);
      Tensor[] old = {weights, first, second};
      weights = scope.keep(updated[0]);
      first = scope.keep(updated[1]);
      second = scope.keep(updated[2]);
      Arrays.stream(old).forEach(Tensor::release);
      return loss.item();
    }
  }

  private Tensor[] adamW(Tensor gradient, int t) {
    float c1 = (float) (1 / (1 - StrictMath.pow(0.9, t)));
    float c2 = (float) (1 / (1 - StrictMath.pow(0.98, t)));
    return Elementwise.compute(
        3,
        (in, out, from, to) -> {
          for (int i = from; i < to; i++) {
            float mean = 0.9f * in[2][i] + 0.1f * in[1][i];
            float square = 0.98f * in[3][i] + 0.02f * in[1][i] * in[1][i];
            out[1][i] = mean;
            out[2][i] = square;
            float direction = c1 * mean / ((float) Math.sqrt(c2 * square) + 1e-8f);
            out[0][i] = in[0][i] - RATE * (direction + DECAY * in[0][i]);
          }
        },
        weights,
        gradient,
        first,
        second);
  }
}
