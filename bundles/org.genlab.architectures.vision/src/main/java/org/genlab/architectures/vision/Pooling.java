package org.genlab.architectures.vision;

import org.genlab.tensor.Images;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.Window;

/**
 * How neighbouring positions become one; windows do not overlap, and a rest at the border is left
 * out.
 */
public enum Pooling {
  NONE {
    @Override
    Tensor apply(Tensor x, int size) {
      return x;
    }

    @Override
    Tensor global(Tensor x) {
      return x.reshape(x.dimension(0), x.dimension(1) * x.dimension(2) * x.dimension(3));
    }
  },
  MAX {
    @Override
    Tensor apply(Tensor x, int size) {
      return Images.maxPool2d(x, Window.of(size, size).stride(size));
    }

    @Override
    Tensor global(Tensor x) {
      return Images.globalMaxPool(x);
    }
  },
  AVERAGE {
    @Override
    Tensor apply(Tensor x, int size) {
      return Images.averagePool2d(x, Window.of(size, size).stride(size), false);
    }

    @Override
    Tensor global(Tensor x) {
      return Images.globalAveragePool(x);
    }
  };

  /** Pools windows of size x size: [batch, h, w, c] to [batch, h / size, w / size, c]. */
  abstract Tensor apply(Tensor x, int size);

  /** Pools all positions, or flattens them: [batch, h, w, c] to [batch, c] or [batch, h w c]. */
  abstract Tensor global(Tensor x);
}
