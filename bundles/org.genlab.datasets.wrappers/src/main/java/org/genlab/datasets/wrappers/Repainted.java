package org.genlab.datasets.wrappers;

import org.genlab.api.data.Batch;
import org.genlab.api.data.Split;
import org.genlab.tensor.Tensor;

/** The examples of another split with other inputs. */
final class Repainted implements Split {
  private final Split of;
  private final Tensor inputs;

  /**
   * @param inputs the input of each example, [size, ...]
   */
  Repainted(Split of, Tensor inputs) {
    this.of = of;
    this.inputs = inputs;
  }

  @Override
  public String name() {
    return of.name();
  }

  @Override
  public int size() {
    return of.size();
  }

  @Override
  public Batch batch(int... indices) {
    return of.batch(indices).with(Batch.INPUT, inputs.selectRows(indices));
  }
}
