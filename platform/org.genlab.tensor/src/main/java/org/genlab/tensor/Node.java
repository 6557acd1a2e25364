package org.genlab.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.genlab.tensor.backend.Span;

/** An operation that was recorded: how its result depends on its inputs. */
abstract class Node {
  private static final AtomicLong COUNT = new AtomicLong();

  /** Grows in the order of recording: the inputs of a node have smaller ones. */
  final long id = COUNT.incrementAndGet();

  /** The shape of what this node computed. */
  final Shape shape;

  /** What it was computed from; gradients flow to those that are tracked. */
  final Tensor[] inputs;

  /** What it computed; set once. */
  Tensor output;

  Node(Shape shape, Tensor... inputs) {
    this.shape = shape;
    this.inputs = inputs;
  }

  /** A node is equal to itself only; its number is known already, and so faster than Object's. */
  @Override
  public final int hashCode() {
    return Long.hashCode(id);
  }

  /** The number of nodes to which the gradient flows on. */
  int parents() {
    return inputs.length;
  }

  /** The node of an input, or null when no gradient flows there. */
  Node parent(int input) {
    return inputs[input] == null ? null : inputs[input].node();
  }

  /**
   * The gradients at the inputs, given the one at the output, as operations on tensors: these are
   * recorded in turn, so that they can be differentiated again.
   *
   * @param wanted whether the gradient at an input is wanted; the others may be null
   */
  abstract Tensor[] gradients(Tensor g, boolean[] wanted);

  /** Adds the gradients at the inputs, without recording; by default from {@link #gradients}. */
  void backward(Backprop b, Span g) {
    b.fallback();
  }

  /**
   * What part an input has when the result consists of equal pieces along its first axis, one for
   * each of at least two examples; see {@link PerExample}. To answer {@code EXAMPLES} is a promise
   * that piece i of the result depends on piece i of the input alone, whatever the values; the
   * input then has pieces along its first axis, too, else the answer is not used. To answer {@code
   * SHARED} is always right, but the gradients of all examples at this input are then computed.
   */
  PerExample.Share share(int input, int examples) {
    return PerExample.Share.MIXED;
  }

  /**
   * Adds the gradients at an input that is shared, one for each example: that of example i is what
   * {@link #backward} would give for g with zeros outside of piece i. By default just that, one
   * example after the other.
   */
  void perExample(PerExample pass, int input, Span g) {
    pass.eachExample(input, g);
  }

  /** Whether an operation on those is to be recorded. */
  static boolean records(Tensor... inputs) {
    for (Tensor input : inputs) {
      if (input != null && input.isTracked()) {
        return Compute.current().recording;
      }
    }
    return false;
  }

  /**
   * An operation with kernels of its own that can also be written with other recorded operations.
   * Its fast backward pass is {@link #backward}, which has to be overridden; its tracked gradients
   * are those of the composition, so that it can be differentiated any number of times.
   */
  abstract static class Composed extends Node {
    Composed(Shape shape, Tensor... inputs) {
      super(shape, inputs);
    }

    /** The same result from recorded operations; an input that is null stays null. */
    abstract Tensor compose(Tensor[] inputs);

    @Override
    abstract void backward(Backprop b, Span g);

    @Override
    final Tensor[] gradients(Tensor g, boolean[] wanted) {
      // Inputs may depend on each other; behind a node of its own each gradient ends at its input.
      Tensor[] own = new Tensor[inputs.length];
      List<Tensor> targets = new ArrayList<>();
      for (int i = 0; i < own.length; i++) {
        Tensor input = inputs[i];
        own[i] =
            input == null || !input.isTracked()
                ? input
                : input.view(input.shape(), 0, new Same(input));
        if (wanted[i]) {
          targets.add(own[i]);
        }
      }
      Compute compute = Compute.current();
      boolean before = compute.recording;
      Tensor y;
      compute.recording = true;
      try {
        y = compose(own);
      } finally {
        compute.recording = before;
      }
      List<Tensor> found =
          Gradients.differentiableVectorJacobian(y, g, targets.toArray(Tensor[]::new));
      Tensor[] gradients = new Tensor[own.length];
      for (int i = 0, next = 0; i < own.length; i++) {
        gradients[i] = wanted[i] ? found.get(next++) : null;
      }
      return gradients;
    }
  }

  /** A tensor as it is. */
  private static final class Same extends Node {
    Same(Tensor x) {
      super(x.shape(), x);
    }

    @Override
    void backward(Backprop b, Span g) {
      b.pass(0, 1);
    }

    @Override
    PerExample.Share share(int input, int examples) {
      return PerExample.Share.EXAMPLES;
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      return new Tensor[] {g};
    }
  }

  /** The start of a graph. */
  static final class Leaf extends Node {
    Leaf(Shape shape) {
      super(shape);
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      return new Tensor[0];
    }

    @Override
    void backward(Backprop b, Span g) {}
  }
}
