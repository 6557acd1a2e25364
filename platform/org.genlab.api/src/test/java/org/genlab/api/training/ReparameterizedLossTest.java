package org.genlab.api.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.UnaryOperator;
import org.genlab.api.data.Batch;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.Shape;
import org.genlab.tensor.Tensor;
import org.junit.jupiter.api.Test;

class ReparameterizedLossTest {
  private static final ParameterLayout TWO =
      ParameterLayout.builder().add("w", Role.WEIGHT, 2).build();
  private static final ParameterLayout THREE =
      ParameterLayout.builder().add("w", Role.WEIGHT, 3).build();

  /** The mean over examples i of (c_i . w)^2 / 2. */
  private record Squares(Tensor c) implements LossFunction {
    @Override
    public Evaluation evaluate(Parameters at) {
      Tensor w = at.flat().variable();
      Tensor loss = value(at.with(w));
      return new Evaluation(loss.item(), Gradients.of(loss, w));
    }

    @Override
    public Tensor value(Parameters at) {
      return perExample(at).mean();
    }

    @Override
    public Tensor perExample(Parameters at) {
      return c.matmul(at.flat().reshape(-1, 1)).reshape(-1).square().times(0.5);
    }

    @Override
    public Tensor perExampleGradients(Parameters at) {
      return c.times(c.matmul(at.flat().reshape(-1, 1)));
    }

    @Override
    public Batch batch() {
      return Batch.of(c.dimension(0)).with("c", c);
    }

    @Override
    public LossFunction on(Batch other) {
      return new Squares(other.reals("c"));
    }

    @Override
    public List<LossFunction> by(String annotation) {
      return List.of(this);
    }
  }

  private static final Squares LOSS = new Squares(Tensor.of(new float[] {1, 2, 3, -1}, 2, 2));

  private static Parameters two(float... values) {
    return new Parameters(TWO, Tensor.of(values, 2));
  }

  @Test
  void aMaskHidesWhatItHidesFromTheLossAndTheGradient() {
    UnaryOperator<Parameters> mask = p -> p.map(w -> w.times(Tensor.of(new float[] {1, 0}, 2)));
    LossFunction masked = LOSS.reparameterized(mask);
    // With w = (2, 0): examples 2 and 6, gradients (2, 4) and (18, -6), of which the first counts.
    LossFunction.Evaluation evaluation = masked.evaluate(two(2, 5));
    assertEquals(10, evaluation.loss(), 1e-6);
    assertArrayEquals(new float[] {10, 0}, evaluation.gradient().toArray(), 1e-6f);
    assertArrayEquals(
        new float[] {2, 0, 18, 0}, masked.perExampleGradients(two(2, 5)).toArray(), 1e-6f);
    assertArrayEquals(new float[] {2, 18}, masked.perExample(two(2, 5)).toArray(), 1e-6f);
    assertEquals(2, masked.on(LOSS.batch().select(0)).value(two(2, 5)).item(), 1e-6);
    assertEquals(10, masked.by("domain").get(0).value(two(2, 5)).item(), 1e-6);
    assertEquals(2, masked.batch().size());
  }

  @Test
  void theGradientIsThatOfTheWhole() {
    // From three parameters to two, not linearly: the oracle differentiates value().
    UnaryOperator<Parameters> map =
        p -> {
          Tensor t = p.flat();
          return new Parameters(TWO, t.slice(0, 0, 2).times(t.slice(0, 1, 3)).sin());
        };
    LossFunction loss = LOSS.reparameterized(map);
    Parameters at = new Parameters(THREE, Tensor.of(new float[] {0.3f, -0.7f, 1.1f}, 3));
    Tensor variable = at.flat().variable();
    Tensor whole = loss.value(at.with(variable));
    LossFunction.Evaluation evaluation = loss.evaluate(at);
    assertEquals(whole.item(), evaluation.loss(), 1e-6);
    assertArrayEquals(
        Gradients.of(whole, variable).toArray(), evaluation.gradient().toArray(), 1e-6f);
    assertArrayEquals(
        evaluation.gradient().toArray(),
        loss.perExampleGradients(at).mean(false, 0).toArray(),
        1e-6f);
  }

  @Test
  void noExamplesHaveNoGradients() {
    LossFunction none = LOSS.reparameterized(p -> p).on(LOSS.batch().select());
    assertEquals(Shape.of(0, 2), none.perExampleGradients(two(1, 1)).shape());
  }
}
