package org.genlab.optimizers.filters;

import java.util.List;
import org.genlab.api.data.Batch;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** The loss a x^2 / 2 + b x summed over the values of x, with one a and one b for each value. */
record Wave(double[] a, double[] b) implements LossFunction {
  static Parameters at(double... x) {
    return new Parameters(
        ParameterLayout.builder().add("x", ParameterLayout.Role.WEIGHT, x.length).build(),
        Tensor.of(x, x.length));
  }

  /** A loss with that gradient everywhere. */
  static Wave slope(double... b) {
    return new Wave(new double[b.length], b);
  }

  double[] gradient(double... x) {
    double[] g = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      g[i] = a[i] * x[i] + b[i];
    }
    return g;
  }

  record Steps(long step) implements Optimizer.Context {
    @Override
    public long totalSteps() {
      return 1000;
    }

    @Override
    public RandomStream random(String name) {
      throw new AssertionError("no optimizer here draws random numbers");
    }
  }

  @Override
  public Evaluation evaluate(Parameters at) {
    float[] x = at.flat().toArray();
    double[] g = new double[x.length];
    double loss = 0;
    for (int i = 0; i < x.length; i++) {
      g[i] = a[i] * x[i] + b[i];
      loss += (g[i] + b[i]) * x[i] / 2;
    }
    return new Evaluation((float) loss, Tensor.of(g, g.length));
  }

  @Override
  public Tensor value(Parameters at) {
    Tensor x = at.flat();
    return x.square()
        .times(Tensor.of(a, a.length))
        .times(0.5)
        .plus(x.times(Tensor.of(b, b.length)))
        .sum();
  }

  @Override
  public Tensor perExample(Parameters at) {
    return value(at).reshape(1);
  }

  @Override
  public Tensor perExampleGradients(Parameters at) {
    return evaluate(at).gradient().reshape(1, -1);
  }

  @Override
  public Batch batch() {
    return Batch.of(1);
  }

  @Override
  public LossFunction on(Batch other) {
    return this;
  }

  @Override
  public List<LossFunction> by(String annotation) {
    return List.of(this);
  }
}
