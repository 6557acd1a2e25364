package org.genlab.compute.nd4j;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.factory.Nd4j;

/** Calls of ND4J's operations that write into an array that is there already. */
final class Ops {
  private Ops() {}

  /** z = f(inputs), broadcasting, for the operation of that name. */
  static void call(String name, INDArray z, INDArray... inputs) {
    Nd4j.exec(new DynamicCustomOp(name, inputs, new INDArray[] {z}));
  }

  /** The same with numbers. */
  static void call(String name, double[] numbers, INDArray z, INDArray... inputs) {
    DynamicCustomOp op = new DynamicCustomOp(name, inputs, new INDArray[] {z});
    op.addTArgument(numbers);
    Nd4j.exec(op);
  }

  /** z = a + b. */
  static void add(INDArray a, INDArray b, INDArray z) {
    call("add", z, a, b);
  }

  /** z = a - b. */
  static void subtract(INDArray a, INDArray b, INDArray z) {
    call("subtract", z, a, b);
  }

  /** z = a b. */
  static void multiply(INDArray a, INDArray b, INDArray z) {
    call("multiply", z, a, b);
  }

  /** z = a / b. */
  static void divide(INDArray a, INDArray b, INDArray z) {
    call("divide", z, a, b);
  }

  /** z = op(a) op(b), or z += that; transposed matrices are given as transposed views. */
  static void product(INDArray a, INDArray b, INDArray z, boolean accumulate) {
    DynamicCustomOp op = new DynamicCustomOp("matmul", new INDArray[] {a, b}, new INDArray[] {z});
    op.addIArgument(0, 0, 0);
    op.addTArgument(1, accumulate ? 1 : 0);
    Nd4j.exec(op);
  }

  /** Runs an operation that was made with its output. */
  static void run(Op op) {
    Nd4j.getExecutioner().exec(op);
  }

  /** A new array of truth values to be closed. */
  static INDArray condition(long... shape) {
    return Nd4j.createUninitializedDetached(DataType.BOOL, shape);
  }
}
