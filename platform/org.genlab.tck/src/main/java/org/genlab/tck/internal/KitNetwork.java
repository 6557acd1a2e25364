package org.genlab.tck.internal;

import jakarta.inject.Inject;
import java.util.Map;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Architecture;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.Shape;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** A small, smooth network with parameters of every role, for any usual form of data. */
@Plugin(
    kind = Kind.ARCHITECTURE,
    id = KitNetwork.ID,
    version = "1.0.0",
    summary = "A small smooth network for any data, for tests of other plugins")
public final class KitNetwork implements Architecture {
  static final String ID = "tck-network";
  private static final int WIDTH = 6;

  @Inject
  public KitNetwork() {}

  @Override
  public Network build(DataSpec spec) {
    boolean tokens = spec.input() instanceof InputSpec.Tokens;
    if (!tokens && !(spec.input() instanceof InputSpec.Values)) {
      throw new IllegalArgumentException(
          "the network of the test kit reads tokens or real numbers, and the dataset gives "
              + spec.input()
              + "; override experiment() to name an architecture that reads them");
    }
    return new Small(spec, tokens);
  }

  private static int outputs(TargetSpec target) {
    if (target instanceof TargetSpec.Classes one) {
      return one.count();
    }
    if (target instanceof TargetSpec.ClassPerPosition each) {
      return each.count();
    }
    if (target instanceof TargetSpec.Values values) {
      return values.shape().stream().reduce(1, (a, b) -> a * b);
    }
    return 2;
  }

  private static final class Small implements Network {
    private final DataSpec spec;
    private final boolean tokens;
    private final boolean perPosition;
    private final int length;
    private final int inputs;
    private final ParameterLayout layout;

    Small(DataSpec spec, boolean tokens) {
      this.spec = spec;
      this.tokens = tokens;
      perPosition = spec.target() instanceof TargetSpec.ClassPerPosition;
      ParameterLayout.Builder builder = ParameterLayout.builder();
      if (spec.input() instanceof InputSpec.Tokens text) {
        length = text.length();
        inputs = perPosition ? WIDTH : WIDTH * length;
        builder.add("embedding", Role.EMBEDDING, text.vocabulary(), WIDTH);
      } else {
        InputSpec.Values values = (InputSpec.Values) spec.input();
        length = perPosition ? values.shape().get(0) : 1;
        inputs = perPosition ? values.size() / length : values.size();
      }
      layout =
          builder
              .add("hidden.weight", Role.WEIGHT, inputs, WIDTH)
              .add("hidden.bias", Role.BIAS, WIDTH)
              .add("scale", Role.NORM, WIDTH)
              .add("output.weight", Role.WEIGHT, WIDTH, outputs(spec.target()))
              .build();
    }

    @Override
    public ParameterLayout layout() {
      return layout;
    }

    @Override
    public Parameters initialize(RandomStream random) {
      return new Parameters(layout, Tensor.normal(random, 0.5, layout.size()));
    }

    @Override
    public Output forward(Parameters parameters, Batch batch, Forward forward) {
      int examples = batch.size();
      int rows = perPosition ? examples * length : examples;
      Tensor x =
          tokens
              ? forward.feature(
                  "embedding",
                  Forward.Site.EMBEDDING,
                  parameters.get("embedding").gather(batch.tokens()))
              : batch.input();
      Tensor hidden =
          x.reshape(rows, inputs)
              .linear(parameters.get("hidden.weight"), parameters.get("hidden.bias"))
              .tanh();
      hidden = back(hidden, examples, WIDTH);
      hidden = forward.feature("hidden", Forward.Site.HIDDEN, hidden);
      hidden =
          forward.feature("branch", Forward.Site.BRANCH, hidden.times(parameters.get("scale")));
      hidden = forward.feature("representation", Forward.Site.REPRESENTATION, hidden);
      Tensor weight = parameters.get("output.weight");
      Tensor logits = hidden.reshape(rows, WIDTH).matmul(weight);
      if (spec.target() instanceof TargetSpec.Values values) {
        int[] shape = new int[values.shape().size() + 1];
        shape[0] = examples;
        for (int i = 1; i < shape.length; i++) {
          shape[i] = values.shape().get(i - 1);
        }
        return new Output(logits.reshape(Shape.of(shape)), Map.of());
      }
      return new Output(back(logits, examples, weight.dimension(1)), Map.of());
    }

    private Tensor back(Tensor rows, int examples, int width) {
      return perPosition ? rows.reshape(examples, length, width) : rows;
    }
  }
}
