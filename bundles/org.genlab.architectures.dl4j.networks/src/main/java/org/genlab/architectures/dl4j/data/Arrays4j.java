package org.genlab.architectures.dl4j.data;

import java.util.Arrays;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Conversion between ND4J's arrays and GenLab's tensors, with copies of the values. Shapes stay;
 * values are read in row-major order, whatever the order and the strides of an array.
 */
public final class Arrays4j {
  private Arrays4j() {}

  /** An array of 32-bit floats with the values of a tensor. */
  public static INDArray toNd4j(Tensor tensor) {
    return Nd4j.create(tensor.toArray(), longs(tensor.shape().toArray()), 'c');
  }

  /** An array of 32-bit integers with the values of a tensor. */
  public static INDArray toNd4j(IntTensor tensor) {
    INDArray flat = Nd4j.createFromArray(tensor.toArray());
    return flat.reshape('c', longs(tensor.shape().toArray()));
  }

  /** A constant with the values of an array of any type, as 32-bit floats. */
  public static Tensor toTensor(INDArray array) {
    return Tensor.of(values(array), ints(array.shape()));
  }

  /**
   * The integers in an array of any type.
   *
   * @throws IllegalArgumentException when a value is no integer
   */
  public static IntTensor toIntTensor(INDArray array) {
    double[] values = array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
    int[] integers = new int[values.length];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = (int) values[i];
      if (integers[i] != values[i]) {
        throw new IllegalArgumentException(
            "an array of shape "
                + Arrays.toString(array.shape())
                + " holds "
                + values[i]
                + ", which is no integer");
      }
    }
    return IntTensor.of(integers, ints(array.shape()));
  }

  /**
   * Images as DL4J reads them by default, [batch, channels, height, width].
   *
   * @param images [batch, height, width, channels]
   */
  public static INDArray toChannelsFirst(Tensor images) {
    return toNd4j(images.detach().permute(0, 3, 1, 2));
  }

  /**
   * Images as GenLab reads them, [batch, height, width, channels].
   *
   * @param images [batch, channels, height, width]
   */
  public static Tensor toChannelsLast(INDArray images) {
    return toTensor(images.permute(0, 2, 3, 1));
  }

  /** The values of an array in row-major order. */
  public static float[] values(INDArray array) {
    return array.castTo(DataType.FLOAT).dup('c').data().asFloat();
  }

  private static long[] longs(int... shape) {
    return Arrays.stream(shape).asLongStream().toArray();
  }

  private static int[] ints(long... shape) {
    return Arrays.stream(shape).mapToInt(Math::toIntExact).toArray();
  }
}
