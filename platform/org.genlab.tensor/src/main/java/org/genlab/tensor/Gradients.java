package org.genlab.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Derivatives of tensors with respect to the tracked tensors from which they were computed.
 *
 * <p>A graph may be differentiated any number of times. Where an output does not depend on a
 * tensor, its gradient is zeros.
 */
public final class Gradients {
  private Gradients() {}

  /**
   * The gradients of a scalar, not tracked themselves: the fast way.
   *
   * @param scalar a tensor with one element
   * @param withRespectTo tracked tensors: variables, or anything in between such as features
   * @return for each of them, a tensor of its shape
   * @throws IllegalArgumentException when there is more than one element, or one of them is not
   *     tracked
   */
  public static List<Tensor> of(Tensor scalar, Tensor... withRespectTo) {
    return gradients(checkScalar(scalar), null, false, withRespectTo);
  }

  /** The gradient of a scalar with respect to one tensor, not tracked. */
  public static Tensor of(Tensor scalar, Tensor withRespectTo) {
    return of(scalar, new Tensor[] {withRespectTo}).get(0);
  }

  /**
   * The same, but every tensor must have a part in the scalar.
   *
   * @throws IllegalArgumentException also when the scalar does not depend on one of them
   */
  public static List<Tensor> strict(Tensor scalar, Tensor... withRespectTo) {
    return gradients(checkScalar(scalar), null, true, withRespectTo);
  }

  /**
   * The gradients of a scalar as tracked functions of whatever it was computed from, so that they
   * can be differentiated again: gradient penalties, updates through updates, second derivatives.
   *
   * @see #of(Tensor, Tensor...)
   */
  public static List<Tensor> differentiable(Tensor scalar, Tensor... withRespectTo) {
    return record(checkScalar(scalar), Tensor.ones(scalar.shape().dimensions()), withRespectTo);
  }

  /** The gradient of a scalar with respect to one tensor, tracked. */
  public static Tensor differentiable(Tensor scalar, Tensor withRespectTo) {
    return differentiable(scalar, new Tensor[] {withRespectTo}).get(0);
  }

  /**
   * The products v' J of a vector with the Jacobians of an output, not tracked.
   *
   * @param seed v, of the output's shape
   */
  public static List<Tensor> vectorJacobian(Tensor output, Tensor seed, Tensor... withRespectTo) {
    return gradients(output, checkSeed(output, seed), false, withRespectTo);
  }

  /** The same as tracked functions of everything, the seed included. */
  public static List<Tensor> differentiableVectorJacobian(
      Tensor output, Tensor seed, Tensor... withRespectTo) {
    return record(output, checkSeed(output, seed), withRespectTo);
  }

  /**
   * The product of the Hessian of a scalar with a vector, not tracked: the gradient of (gradient .
   * vector), exactly, at about twice the price of a gradient.
   *
   * @param vector of the shape of {@code withRespectTo}
   */
  public static Tensor hessianVector(Tensor scalar, Tensor withRespectTo, Tensor vector) {
    checkSeed(withRespectTo, vector);
    Tensor gradient = differentiable(scalar, withRespectTo);
    return of(gradient.dot(vector.detach()), withRespectTo);
  }

  /** The product of the Hessian of a function at a point with a vector, not tracked. */
  public static Tensor hessianVector(UnaryOperator<Tensor> function, Tensor at, Tensor vector) {
    Tensor x = at.variable();
    return hessianVector(function.apply(x), x, vector);
  }

  private static Tensor checkScalar(Tensor scalar) {
    if (scalar.size() != 1) {
      throw new IllegalArgumentException(
          "the gradient of a tensor of shape " + scalar.shape() + ": it must have one element");
    }
    return scalar;
  }

  private static Tensor checkSeed(Tensor output, Tensor seed) {
    if (!seed.shape().equals(output.shape())) {
      throw new IllegalArgumentException(
          "a vector of shape " + seed.shape() + " for a tensor of shape " + output.shape());
    }
    return seed;
  }

  private static void checkTracked(Tensor... withRespectTo) {
    for (Tensor x : withRespectTo) {
      if (!x.isTracked()) {
        throw new IllegalArgumentException(
            "a gradient with respect to a tensor of shape "
                + x.shape()
                + " that is not tracked: compute with its variable()");
      }
    }
  }

  private static List<Tensor> gradients(
      Tensor output, Tensor seed, boolean strict, Tensor... withRespectTo) {
    checkTracked(withRespectTo);
    Tensor[] gradients = Backprop.run(output, seed, withRespectTo);
    for (int i = 0; i < gradients.length; i++) {
      if (gradients[i] == null) {
        if (strict) {
          throw new IllegalArgumentException(
              "the output of shape "
                  + output.shape()
                  + " does not depend on tensor "
                  + i
                  + " of shape "
                  + withRespectTo[i].shape());
        }
        gradients[i] = Tensor.zeros(withRespectTo[i].shape());
      }
    }
    return List.of(gradients);
  }

  /** The backward pass as recorded operations. */
  private static List<Tensor> record(Tensor output, Tensor seed, Tensor... withRespectTo) {
    checkTracked(withRespectTo);
    Set<Node> targets = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Tensor x : withRespectTo) {
      targets.add(x.node());
    }
    List<Node> order = Backprop.order(output, targets);
    Set<Node> needed = Collections.newSetFromMap(new IdentityHashMap<>());
    needed.addAll(order);
    IdentityHashMap<Node, Tensor> gradients = new IdentityHashMap<>();
    IdentityHashMap<Node, Tensor[]> parts = new IdentityHashMap<>();
    if (!order.isEmpty()) {
      gradients.put(output.node(), seed);
    }
    for (Node node : order) {
      Tensor[] of = parts.remove(node);
      if (of != null && node instanceof LayoutOps.Split split) {
        gradients.put(node, split.join(of));
      }
      Tensor g = targets.contains(node) ? gradients.get(node) : gradients.remove(node);
      if (g == null) {
        continue;
      }
      if (node instanceof LayoutOps.Part part) {
        if (needed.contains(part.split)) {
          parts.computeIfAbsent(part.split, s -> new Tensor[part.split.shapes.size()])[part.index] =
              g;
        }
        continue;
      }
      boolean[] wanted = new boolean[node.parents()];
      boolean any = false;
      for (int i = 0; i < wanted.length; i++) {
        wanted[i] = needed.contains(node.parent(i));
        any |= wanted[i];
      }
      if (!any) {
        continue;
      }
      Tensor[] next = node.gradients(g, wanted);
      for (int i = 0; i < wanted.length; i++) {
        if (wanted[i]) {
          gradients.merge(node.parent(i), next[i], Tensor::plus);
        }
      }
    }
    List<Tensor> results = new ArrayList<>();
    for (Tensor x : withRespectTo) {
      Tensor g = gradients.get(x.node());
      results.add(g == null ? Tensor.zeros(x.shape()) : g);
    }
    return List.copyOf(results);
  }
}
