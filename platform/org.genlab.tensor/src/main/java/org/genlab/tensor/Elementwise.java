package org.genlab.tensor;

import java.util.Arrays;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Buffer;
import org.genlab.tensor.backend.HostKernel;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Pointwise arithmetic in one pass over memory, written as a plain loop: for optimizers, whose rule
 * would otherwise be a dozen operations. Adam with decoupled weight decay, in place where the
 * caller has given up the old values:
 *
 * <pre>{@code
 * Tensor[] next = Elementwise.replace(3, (in, out, from, to) -> {
 *   float[] w = in[0], m = in[1], v = in[2], g = in[3];
 *   for (int i = from; i < to; i++) {
 *     out[1][i] = b1 * m[i] + (1 - b1) * g[i];
 *     out[2][i] = b2 * v[i] + (1 - b2) * g[i] * g[i];
 *   }
 *   for (int i = from; i < to; i++) {
 *     float direction = c1 * out[1][i] / ((float) Math.sqrt(c2 * out[2][i]) + epsilon);
 *     out[0][i] = w[i] - rate * (direction + decay * w[i]);
 *   }
 * }, weights, m, v, gradient);
 * }</pre>
 *
 * <p>The compiler makes vector instructions of loops that are simple: few arrays, no conditions.
 * One with nine arrays, a root and a quotient took five times as long as the same in three loops.
 * Arithmetic with float constants is fastest; Math.sqrt, Math.abs, Math.min, Math.max and Math.fma
 * are the same on every machine, other functions are not: there use {@link StrictMath}. Results are
 * not tracked, whatever the inputs are: no gradient flows through.
 */
public final class Elementwise {
  private Elementwise() {}

  /**
   * The loop: computes the elements [from, to) of all outputs from those of the inputs. It must
   * read and write nothing else, as several ranges may be computed at once.
   */
  @ConsumerType
  @FunctionalInterface
  public interface Kernel extends HostKernel {}

  /**
   * Runs a kernel over tensors of one shape.
   *
   * @param outputs how many new tensors it computes, not negative
   * @param kernel the loop
   * @param inputs at least one; all of one shape
   * @return new tensors of that shape, not tracked
   * @throws IllegalArgumentException when there is no input, or the shapes differ
   */
  public static Tensor[] compute(int outputs, Kernel kernel, Tensor... inputs) {
    return run("compute", outputs, false, kernel, inputs);
  }

  /**
   * Runs a kernel like {@link #compute(int, Kernel, Tensor...)} whose output i is the next value of
   * input i: where that was {@linkplain Tensor#relinquish given up}, it is written over, which
   * takes less memory and so less time. So out[i] may be the same array as in[i]: the kernel must
   * have read element j of input i for the last time before it writes element j of output i.
   *
   * @param outputs at most as many as there are inputs
   * @return new tensors of the inputs' shape, not tracked
   * @throws IllegalArgumentException when there is no input, there are more outputs, or the shapes
   *     differ
   */
  public static Tensor[] replace(int outputs, Kernel kernel, Tensor... inputs) {
    if (outputs > inputs.length) {
      throw new IllegalArgumentException(
          "Elementwise.replace: " + outputs + " outputs of " + inputs.length + " inputs");
    }
    return run("replace", outputs, true, kernel, inputs);
  }

  private static Tensor[] run(
      String name, int outputs, boolean replaces, Kernel kernel, Tensor... inputs) {
    if (outputs < 0) {
      throw new IllegalArgumentException("Elementwise." + name + ": " + outputs + " outputs");
    }
    if (inputs.length == 0) {
      throw new IllegalArgumentException("Elementwise." + name + ": no inputs");
    }
    Shape shape = inputs[0].shape();
    for (Tensor input : inputs) {
      if (!input.shape().equals(shape)) {
        throw new IllegalArgumentException(
            "Elementwise."
                + name
                + ": shapes "
                + shape
                + " and "
                + input.shape()
                + " are not equal");
      }
    }
    Compute compute = Compute.current();
    Backend backend = compute.pool().backend();
    Buffer[] in = new Buffer[inputs.length];
    Storage[] copies = new Storage[inputs.length];
    for (int i = 0; i < in.length; i++) {
      if (inputs[i].span().offset() != 0) {
        copies[i] = compute.allocateUnscoped(shape);
        backend.copy(inputs[i].span(), copies[i].span(), shape.size());
        in[i] = copies[i].span().buffer();
      } else {
        in[i] = inputs[i].span().buffer();
      }
    }
    Tensor[] results = new Tensor[outputs];
    Buffer[] out = new Buffer[outputs];
    Arrays.setAll(
        results,
        i -> {
          Storage old = replaces ? compute.takeOver(inputs[i]) : null;
          return Tensor.result(shape, old == null ? compute.allocate(shape) : old, null);
        });
    Arrays.setAll(out, i -> results[i].span().buffer());
    backend.elementwise(kernel, in, out, shape.size());
    for (Storage copy : copies) {
      if (copy != null) {
        copy.release();
      }
    }
    return results;
  }

  /** Runs a kernel with one output: {@link #replace(int, Kernel, Tensor...)}. */
  public static Tensor replace(Kernel kernel, Tensor... inputs) {
    return replace(1, kernel, inputs)[0];
  }

  /** Runs a kernel with one output: {@link #compute(int, Kernel, Tensor...)}. */
  public static Tensor compute(Kernel kernel, Tensor... inputs) {
    return compute(1, kernel, inputs)[0];
  }
}
