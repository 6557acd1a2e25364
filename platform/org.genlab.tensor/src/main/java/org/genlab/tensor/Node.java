package org.genlab.tensor;

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

  /** Whether an operation on those is to be recorded. */
  static boolean records(Tensor... inputs) {
    for (Tensor input : inputs) {
      if (input != null && input.isTracked()) {
        return Compute.current().recording;
      }
    }
    return false;
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
