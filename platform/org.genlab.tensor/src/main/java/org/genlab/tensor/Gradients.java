package org.genlab.tensor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Derivatives of tensors with respect to the tracked tensors from which they were computed.
 *
 * <p>A graph may be differentiated any number of times. Where an output does not depend on a
 * tensor, its gradient is zeros, unless {@link #strict} or {@link #requireDependence} refuses it.
 * Messages begin with the method, and give the shapes. A graph of which a tensor was released, or
 * whose scope was closed, gives an {@link IllegalStateException}.
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
    return gradients("of", checkScalar("of", scalar), null, false, withRespectTo);
  }

  /**
   * The gradient of a scalar with respect to one tensor, of its shape, not tracked.
   *
   * @throws IllegalArgumentException as {@link #of(Tensor, Tensor...)}
   */
  public static Tensor of(Tensor scalar, Tensor withRespectTo) {
    return of(scalar, new Tensor[] {withRespectTo}).get(0);
  }

  /**
   * The same, but every tensor must have a part in the scalar: see {@link #requireDependence}.
   *
   * @throws IllegalArgumentException also when the scalar does not depend on one of them
   */
  public static List<Tensor> strict(Tensor scalar, Tensor... withRespectTo) {
    return gradients("strict", checkScalar("strict", scalar), null, true, withRespectTo);
  }

  /**
   * Refuses tensors that have no part in an output. Before any of the other derivatives, this makes
   * it strict: what is forgotten is then an error instead of zeros.
   *
   * <pre>{@code
   * Gradients.requireDependence(loss, w);
   * Tensor product = Gradients.hessianVector(loss, w, v);
   * }</pre>
   *
   * <p>What counts are the operations, not their values: the output depends on a tensor that was
   * multiplied by zeros, but not through {@link Tensor#floor}, a mask or {@link Tensor#detach}.
   *
   * @param output of any shape
   * @param on tracked tensors
   * @throws IllegalArgumentException when one of them has no part in the output, or is not tracked
   */
  public static void requireDependence(Tensor output, Tensor... on) {
    checkTracked("requireDependence", on);
    List<Node> targets = new ArrayList<>();
    for (Tensor x : on) {
      targets.add(x.node());
    }
    Set<Node> parts = new HashSet<>(Backprop.order(output, targets));
    for (int i = 0; i < on.length; i++) {
      if (!parts.contains(on[i].node())) {
        throw independent("requireDependence", output, i, on[i]);
      }
    }
  }

  /**
   * The gradients of a scalar as tracked functions of whatever it was computed from, so that they
   * can be differentiated again: gradient penalties, updates through updates, second derivatives.
   *
   * @return for each of them, a tensor of its shape
   * @throws IllegalArgumentException as {@link #of(Tensor, Tensor...)}
   */
  public static List<Tensor> differentiable(Tensor scalar, Tensor... withRespectTo) {
    return differentiable("differentiable", scalar, withRespectTo);
  }

  private static List<Tensor> differentiable(
      String operation, Tensor scalar, Tensor... withRespectTo) {
    checkScalar(operation, scalar);
    return record(operation, scalar, Tensor.ones(scalar.shape().dimensions()), withRespectTo);
  }

  /**
   * The gradient of a scalar with respect to one tensor, of its shape, tracked.
   *
   * @throws IllegalArgumentException as {@link #of(Tensor, Tensor...)}
   */
  public static Tensor differentiable(Tensor scalar, Tensor withRespectTo) {
    return differentiable(scalar, new Tensor[] {withRespectTo}).get(0);
  }

  /**
   * The products v' J of a vector with the Jacobians of an output, not tracked.
   *
   * @param output of any shape
   * @param seed v, of the output's shape
   * @return for each tensor, one of its shape
   * @throws IllegalArgumentException when the seed has another shape than the output, or a tensor
   *     is not tracked
   */
  public static List<Tensor> vectorJacobian(Tensor output, Tensor seed, Tensor... withRespectTo) {
    checkSeed("vectorJacobian", output, seed);
    return gradients("vectorJacobian", output, seed, false, withRespectTo);
  }

  /**
   * The same as tracked functions of everything, the seed included.
   *
   * @throws IllegalArgumentException as {@link #vectorJacobian}
   */
  public static List<Tensor> differentiableVectorJacobian(
      Tensor output, Tensor seed, Tensor... withRespectTo) {
    checkSeed("differentiableVectorJacobian", output, seed);
    return record("differentiableVectorJacobian", output, seed, withRespectTo);
  }

  /**
   * The product of the Hessian of a scalar with a vector, not tracked: the gradient of (gradient .
   * vector), exactly, at about twice the price of a gradient (Pearlmutter 1994).
   *
   * @param scalar a tensor with one element
   * @param withRespectTo a tracked tensor
   * @param vector of the shape of {@code withRespectTo}
   * @return of the same shape
   * @throws IllegalArgumentException when there is more than one element, the shapes differ, or the
   *     tensor is not tracked
   */
  public static Tensor hessianVector(Tensor scalar, Tensor withRespectTo, Tensor vector) {
    checkSeed("hessianVector", withRespectTo, vector);
    Tensor gradient = differentiable("hessianVector", scalar, withRespectTo).get(0);
    return of(gradient.dot(vector.detach()), withRespectTo);
  }

  /**
   * The product of the Hessian of a function at a point with a vector, not tracked.
   *
   * @param function gives a tensor with one element
   * @throws IllegalArgumentException as {@link #hessianVector(Tensor, Tensor, Tensor)}
   */
  public static Tensor hessianVector(UnaryOperator<Tensor> function, Tensor at, Tensor vector) {
    Tensor x = at.variable();
    return hessianVector(function.apply(x), x, vector);
  }

  /**
   * The gradient of each example's loss, in one backward pass over the whole minibatch, not
   * tracked.
   *
   * <p>This is possible where it can be shown from the operations that loss i depends on example i
   * only: the examples stay apart along the first axis of all that was computed from them. What is
   * computed for all examples at once from the variable alone, such as weights that are normalised,
   * is allowed. Statistics of the batch, products among examples, and operations of which nothing
   * is known are not; then a loop over the losses is right: {@code Gradients.of(losses.slice(0, i,
   * i + 1), variable)}.
   *
   * @param losses [n]
   * @param variable a tracked tensor, usually all parameters in one
   * @return [n, variable's shape], row i the gradient of loss i; or nothing when that cannot be
   *     shown
   * @throws IllegalArgumentException when the losses have not one axis, the variable is not
   *     tracked, or the result has more elements than a tensor can have
   */
  public static Optional<Tensor> perExample(Tensor losses, Tensor variable) {
    checkTracked("perExample", variable);
    if (losses.rank() != 1) {
      throw new IllegalArgumentException(
          "Gradients.perExample: losses of shape "
              + losses.shape()
              + " are not one number an example");
    }
    int n = losses.size();
    if ((long) n * variable.size() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "Gradients.perExample: "
              + n
              + " gradients of shape "
              + variable.shape()
              + " do not fit into one tensor; take fewer examples");
    }
    if (n < 2 || !losses.isTracked()) {
      int[] shape = new int[variable.rank() + 1];
      shape[0] = n;
      System.arraycopy(variable.shape().dimensions(), 0, shape, 1, variable.rank());
      return Optional.of(n == 1 ? of(losses, variable).reshape(shape) : Tensor.zeros(shape));
    }
    return Optional.ofNullable(PerExample.run(losses, variable));
  }

  /**
   * The Jacobian of an output, not tracked: row i is the gradient of its element i. It takes a
   * backward pass a row.
   *
   * @return [output's size, variable's size]
   * @throws IllegalArgumentException when the variable is not tracked, or those are more elements
   *     than a tensor can have
   */
  public static Tensor jacobian(Tensor output, Tensor variable) {
    return jacobian("jacobian", output, variable);
  }

  private static Tensor jacobian(String operation, Tensor output, Tensor variable) {
    checkTracked(operation, variable);
    int m = output.size();
    int n = variable.size();
    Shape.of("Gradients." + operation, m, n);
    if (m == 0) {
      return Tensor.zeros(0, n);
    }
    Tensor flat = output.reshape(m);
    List<Tensor> rows = new ArrayList<>();
    try (Scope scope = Scope.open()) {
      for (int i = 0; i < m; i++) {
        rows.add(of(flat.slice(0, i, i + 1), variable).reshape(1, n));
      }
      return scope.keep(Tensor.concat(0, rows));
    }
  }

  /**
   * The product J v of the Jacobian of an output with a vector, not tracked, without computing J:
   * w' J is linear in w, and its derivative in the direction v is J v (two backward passes).
   *
   * @param vector of the variable's shape
   * @return of the output's shape
   * @throws IllegalArgumentException when the shapes differ, or the variable is not tracked
   */
  public static Tensor jacobianVector(Tensor output, Tensor variable, Tensor vector) {
    checkSeed("jacobianVector", variable, vector);
    checkTracked("jacobianVector", variable);
    Tensor w = Tensor.zeros(output.shape()).variable();
    Tensor product = differentiableVectorJacobian(output, w, variable).get(0);
    return product.isTracked() ? of(product.dot(vector.detach()), w) : Tensor.zeros(output.shape());
  }

  /**
   * The Hessian of a scalar, not tracked. It takes a backward pass a row.
   *
   * @return [variable's size, variable's size]
   * @throws IllegalArgumentException when there is more than one element, or the variable is not
   *     tracked, or those are more elements than a tensor can have
   */
  public static Tensor hessian(Tensor scalar, Tensor variable) {
    try (Scope scope = Scope.open()) {
      Tensor gradient = differentiable("hessian", scalar, variable).get(0);
      return scope.keep(jacobian("hessian", gradient, variable));
    }
  }

  private static Tensor checkScalar(String operation, Tensor scalar) {
    if (scalar.size() != 1) {
      throw new IllegalArgumentException(
          "Gradients."
              + operation
              + ": a tensor of shape "
              + scalar.shape()
              + " is no scalar; it must have one element");
    }
    return scalar;
  }

  private static void checkSeed(String operation, Tensor output, Tensor seed) {
    if (!seed.shape().equals(output.shape())) {
      throw new IllegalArgumentException(
          "Gradients."
              + operation
              + ": a vector of shape "
              + seed.shape()
              + " does not fit a tensor of shape "
              + output.shape());
    }
  }

  private static void checkTracked(String operation, Tensor... withRespectTo) {
    for (Tensor x : withRespectTo) {
      if (!x.isTracked()) {
        throw new IllegalArgumentException(
            "Gradients."
                + operation
                + ": differentiated with respect to a tensor of shape "
                + x.shape()
                + " that is not tracked: compute with its variable()");
      }
    }
  }

  private static List<Tensor> gradients(
      String operation, Tensor output, Tensor seed, boolean strict, Tensor... withRespectTo) {
    checkTracked(operation, withRespectTo);
    Tensor[] gradients = Backprop.run(output, seed, withRespectTo);
    for (int i = 0; i < gradients.length; i++) {
      if (gradients[i] == null) {
        if (strict) {
          throw independent(operation, output, i, withRespectTo[i]);
        }
        gradients[i] = Tensor.zeros(withRespectTo[i].shape());
      }
    }
    return List.of(gradients);
  }

  private static IllegalArgumentException independent(
      String operation, Tensor output, int number, Tensor x) {
    return new IllegalArgumentException(
        "Gradients."
            + operation
            + ": the output of shape "
            + output.shape()
            + " does not depend on tensor "
            + number
            + " of shape "
            + x.shape());
  }

  /** The backward pass as recorded operations. */
  private static List<Tensor> record(
      String operation, Tensor output, Tensor seed, Tensor... withRespectTo) {
    checkTracked(operation, withRespectTo);
    Set<Node> targets = new HashSet<>();
    for (Tensor x : withRespectTo) {
      targets.add(x.node());
    }
    List<Node> order = Backprop.order(output, List.copyOf(targets));
    Set<Node> needed = new HashSet<>(order);
    Map<Node, Tensor> gradients = new HashMap<>();
    Map<Node, Tensor[]> parts = new HashMap<>();
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
