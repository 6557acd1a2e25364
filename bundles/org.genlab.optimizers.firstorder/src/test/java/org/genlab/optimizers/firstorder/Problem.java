package org.genlab.optimizers.firstorder;

import java.util.Arrays;
import java.util.List;
import org.genlab.api.data.Batch;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.State;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** The quadratic f(x) = x'Ax/2 - b'x, with its gradient written out. */
record Problem(double[][] a, double[] b) implements LossFunction {
  /** One weight for each of x, so that one role covers all. */
  static ParameterLayout layout(int n) {
    return ParameterLayout.builder().add("x", ParameterLayout.Role.WEIGHT, n).build();
  }

  static Parameters at(double... x) {
    return new Parameters(layout(x.length), Tensor.of(x, x.length));
  }

  double[] gradient(double... x) {
    double[] g = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      g[i] = -b[i];
      for (int j = 0; j < x.length; j++) {
        g[i] += a[i][j] * x[j];
      }
    }
    return g;
  }

  static double[] doubles(Tensor values) {
    float[] f = values.toArray();
    double[] d = new double[f.length];
    Arrays.setAll(d, i -> f[i]);
    return d;
  }

  /** Makes steps from a point and returns where each one leads. */
  double[][] run(Optimizer optimizer, Parameters from, int steps) {
    double[][] path = new double[steps][];
    Parameters x = from;
    State state = optimizer.initial(x);
    for (int t = 0; t < steps; t++) {
      Optimizer.Step step = optimizer.step(x, this, state, new Steps(t, steps));
      x = step.parameters();
      state = step.state();
      path[t] = doubles(x.flat());
    }
    return path;
  }

  record Steps(long step, long totalSteps) implements Optimizer.Context {
    @Override
    public RandomStream random(String name) {
      throw new AssertionError("no optimizer here draws random numbers");
    }
  }

  @Override
  public Evaluation evaluate(Parameters at) {
    double[] x = doubles(at.flat());
    double[] g = gradient(x);
    double loss = 0;
    for (int i = 0; i < x.length; i++) {
      loss += x[i] * (g[i] - b[i]) / 2;
    }
    return new Evaluation((float) loss, Tensor.of(g, g.length));
  }

  @Override
  public Tensor value(Parameters at) {
    return Tensor.scalar(evaluate(at).loss());
  }

  @Override
  public Tensor perExample(Parameters at) {
    throw new AssertionError("first-order optimizers need the gradient only");
  }

  @Override
  public Tensor perExampleGradients(Parameters at) {
    throw new AssertionError("first-order optimizers need the gradient only");
  }

  @Override
  public Batch batch() {
    return Batch.of(0);
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
