package org.genlab.optimizers.sharpness;

import jakarta.inject.Inject;
import java.util.Map;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Architecture;
import org.genlab.api.model.BatchNormalization;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** A perceptron with batch normalisation and dropout, so that a pass leaves and draws something. */
@Plugin(
    kind = Kind.ARCHITECTURE,
    id = "normed",
    version = "1.0.0",
    summary = "A perceptron with batch normalisation and dropout")
public final class Normed implements Architecture {
  private static final int WIDTH = 6;

  @Inject
  public Normed() {}

  @Override
  public Network build(DataSpec spec) {
    if (spec.input() instanceof InputSpec.Values values
        && values.shape().size() == 1
        && spec.target() instanceof TargetSpec.Classes classes) {
      return new Perceptron(
          ParameterLayout.builder()
              .add("hidden", Role.WEIGHT, values.size(), WIDTH)
              .add("scale", Role.NORM, WIDTH)
              .add("shift", Role.NORM, WIDTH)
              .add("output", Role.WEIGHT, WIDTH, classes.count())
              .build());
    }
    throw new IllegalArgumentException("normed classifies vectors only");
  }

  /** What is normalised, whose mean over the batch is what a pass leaves. */
  static Tensor hidden(Parameters parameters, Batch batch) {
    return batch.input().matmul(parameters.get("hidden"));
  }

  private record Perceptron(ParameterLayout layout) implements Network {
    @Override
    public Parameters initialize(RandomStream random) {
      return new Parameters(layout, Tensor.normal(random, 0.5, layout.size()));
    }

    @Override
    public Output forward(Parameters parameters, Batch batch, Forward forward) {
      Tensor hidden =
          BatchNormalization.USUAL
              .apply(
                  forward,
                  "norm",
                  hidden(parameters, batch),
                  parameters.get("scale"),
                  parameters.get("shift"))
              .tanh();
      if (forward.training()) {
        hidden = hidden.dropout(0.5, forward.random("mask"));
      }
      return new Output(hidden.matmul(parameters.get("output")), Map.of());
    }
  }
}
