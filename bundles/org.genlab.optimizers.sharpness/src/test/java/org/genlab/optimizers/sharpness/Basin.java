package org.genlab.optimizers.sharpness;

import java.util.ArrayList;
import java.util.List;
import org.genlab.api.data.Batch;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.api.training.Optimizer;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/**
 * The loss a x^2 / 2 + c x^4 / 4 - b x summed over the values of x, with one a, b and c for each
 * value; keeps the points at which it was evaluated.
 */
record Basin(double[] a, double[] b, double[] c, List<float[]> asked) implements LossFunction {
  Basin(double[] a, double[] b, double[] c) {
    this(a, b, c, new ArrayList<>());
  }

  static Basin quadratic(double... a) {
    return new Basin(a, new double[a.length], new double[a.length]);
  }

  /** A loss with that gradient everywhere. */
  static Basin slope(double... gradient) {
    double[] b = gradient.clone();
    for (int i = 0; i < b.length; i++) {
      b[i] = -b[i];
    }
    return new Basin(new double[b.length], b, new double[b.length]);
  }

  /** The minibatch loss of a step: the same for a number, another for each. */
  static Basin minibatch(int step, int n) {
    RandomStream random = RandomStream.of(3, "basin", step);
    double[] a = new double[n];
    double[] b = new double[n];
    double[] c = new double[n];
    for (int i = 0; i < n; i++) {
      a[i] = 0.2 + random.nextDouble();
      b[i] = random.nextGaussian();
      c[i] = random.nextDouble();
    }
    return new Basin(a, b, c);
  }

  static Parameters at(double... x) {
    return new Parameters(
        ParameterLayout.builder().add("x", Role.WEIGHT, x.length).build(), Tensor.of(x, x.length));
  }

  /** One value for each of the roles weight, bias, norm, norm and embedding. */
  static Parameters ofAllRoles(double... x) {
    return new Parameters(
        ParameterLayout.builder()
            .add("weight", Role.WEIGHT, 1)
            .add("bias", Role.BIAS, 1)
            .add("scale", Role.NORM, 1)
            .add("shift", Role.NORM, 1)
            .add("embedding", Role.EMBEDDING, 1)
            .build(),
        Tensor.of(x, x.length));
  }

  double[] gradient(double... x) {
    double[] g = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      g[i] = a[i] * x[i] + c[i] * x[i] * x[i] * x[i] - b[i];
    }
    return g;
  }

  double loss(double... x) {
    double loss = 0;
    for (int i = 0; i < x.length; i++) {
      loss += a[i] * x[i] * x[i] / 2 + c[i] * x[i] * x[i] * x[i] * x[i] / 4 - b[i] * x[i];
    }
    return loss;
  }

  static double[] doubles(float... values) {
    double[] out = new double[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = values[i];
    }
    return out;
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
    asked.add(x.clone());
    return new Evaluation((float) loss(doubles(x)), Tensor.of(gradient(doubles(x)), x.length));
  }

  @Override
  public Tensor value(Parameters at) {
    return Tensor.scalar((float) loss(doubles(at.flat().toArray())));
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
