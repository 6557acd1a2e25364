package org.genlab.tensor;

import java.util.Arrays;
import java.util.List;

/**
 * A function whose value and derivative are computed outside of this library: by another framework,
 * a simulator, a closed form.
 *
 * <pre>{@code
 * Tensor y = ForeignFunction.apply(
 *     "lookup",
 *     Tensor.of(values, n),                                    // f(x), computed elsewhere
 *     (g, wanted) -> List.of(Tensor.of(product(g.toArray()), m)),  // g' J
 *     x);
 * }</pre>
 *
 * <p>It has first derivatives: {@link Gradients#of(Tensor, Tensor...)} flows through it as through
 * any operation. The gradient itself cannot be differentiated, since nobody knows how it was
 * computed: second derivatives through it throw an {@link UnsupportedOperationException} that names
 * the function.
 */
public final class ForeignFunction {
  private ForeignFunction() {}

  /** The product of a vector with the Jacobians of a function at one point. */
  @FunctionalInterface
  public interface VectorJacobian {
    /**
     * The gradients at the inputs, given the one at the output.
     *
     * @param g the gradient at the output, of the output's shape, not tracked
     * @param wanted whether the gradient at an input is wanted
     * @return for each input a tensor of its shape, or null where it is not wanted
     */
    List<Tensor> apply(Tensor g, boolean... wanted);
  }

  /**
   * The value of a function as a tensor through which gradients flow.
   *
   * <p>When gradients are taken, a derivative that gives another number of tensors than there are
   * inputs, none where one is wanted, or one of another shape than its input, is refused with an
   * {@link IllegalArgumentException} that begins with the name.
   *
   * @param name of the function, for messages
   * @param value of the function at the inputs, of any shape; what it was computed from is of no
   *     account
   * @param derivative called once for each gradient that flows through, with what the inputs were
   *     when the value was computed
   * @param inputs of the function; constants where they are not tracked
   * @return the value, tracked when an input is
   */
  public static Tensor apply(
      String name, Tensor value, VectorJacobian derivative, Tensor... inputs) {
    if (!Node.records(inputs)) {
      return value.detach();
    }
    return value.view(
        value.shape(), 0, new Applied(name, value.shape(), derivative, inputs.clone()));
  }

  private static final class Applied extends Node {
    private final String name;
    private final VectorJacobian derivative;

    Applied(String name, Shape shape, VectorJacobian derivative, Tensor... inputs) {
      super(shape, inputs);
      this.name = name;
      this.derivative = derivative;
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      List<Tensor> found = derivative.apply(g.detach(), wanted.clone());
      if (found.size() != inputs.length) {
        throw new IllegalArgumentException(
            name + ": " + found.size() + " gradients for " + inputs.length + " inputs");
      }
      Tensor[] gradients = new Tensor[inputs.length];
      for (int i = 0; i < gradients.length; i++) {
        if (wanted[i]) {
          gradients[i] = checked(i, found.get(i));
        }
      }
      if (!Compute.current().recording) {
        return gradients;
      }
      // A tracked gradient: whoever differentiates it is told that this is not possible.
      Tensor[] of = Arrays.copyOf(inputs, inputs.length + 1);
      of[inputs.length] = g;
      for (int i = 0; i < gradients.length; i++) {
        if (gradients[i] != null) {
          gradients[i] =
              gradients[i].view(gradients[i].shape(), 0, new Once(name, gradients[i].shape(), of));
        }
      }
      return gradients;
    }

    private Tensor checked(int input, Tensor gradient) {
      if (gradient == null || !gradient.shape().equals(inputs[input].shape())) {
        throw new IllegalArgumentException(
            name
                + ": the gradient at input "
                + input
                + " of shape "
                + inputs[input].shape()
                + " has "
                + (gradient == null ? "no value" : "shape " + gradient.shape()));
      }
      return gradient.detach();
    }
  }

  /** The gradient of a foreign function, which ends the differentiation. */
  private static final class Once extends Node {
    private final String name;

    Once(String name, Shape shape, Tensor... inputs) {
      super(shape, inputs);
      this.name = name;
    }

    @Override
    Tensor[] gradients(Tensor g, boolean[] wanted) {
      throw new UnsupportedOperationException(
          name
              + " is computed outside of this library and has first derivatives only; what is asked"
              + " for needs its second derivatives");
    }
  }
}
