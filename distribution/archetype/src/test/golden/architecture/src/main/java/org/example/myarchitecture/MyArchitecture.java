package org.example.myarchitecture;

import jakarta.inject.Inject;
import java.util.Map;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
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
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/**
 * The network of Gromov (arXiv:2301.02679, section 2), which groks modular addition and whose solution
 * is known in closed form: one hidden layer with the activation z^2. With a one-hot vector for the
 * token at each position,
 *
 * <pre>
 *   f(x) = W2 (W1 x)^2
 * </pre>
 */
@Plugin(
    kind = Kind.ARCHITECTURE,
    id = "my-architecture",
    version = "1.0.0",
    summary = "One hidden layer of squares for short sequences of tokens",
    source = "arXiv:2301.02679, equation 1")
public final class MyArchitecture implements Architecture {
  /**
   * The settings.
   *
   * @param width N
   */
  public record Settings(
      @Default("500") @Range(min = 1, max = 1000000) @Doc("number of hidden units N") int width) {}

  private final Settings settings;

  @Inject
  public MyArchitecture(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Network build(DataSpec spec) {
    if (!(spec.input() instanceof InputSpec.Tokens tokens)
        || !(spec.target() instanceof TargetSpec.Classes classes)) {
      throw new IllegalArgumentException(
          "my-architecture reads tokens and predicts one class an example, and the dataset gives "
              + spec.input()
              + " and wants "
              + spec.target());
    }
    ParameterLayout layout =
        ParameterLayout.builder()
            .add("W1", Role.WEIGHT, tokens.length() * tokens.vocabulary(), settings.width())
            .add("W2", Role.WEIGHT, settings.width(), classes.count())
            .build();
    return new Squares(tokens, layout);
  }

  private record Squares(InputSpec.Tokens tokens, ParameterLayout layout) implements Network {
    /** W1 ~ N(0, 1 / inputs), W2 ~ N(0, 1 / N). */
    @Override
    public Parameters initialize(RandomStream random) {
      ParameterLayout.Entry first = layout.entry("W1");
      ParameterLayout.Entry second = layout.entry("W2");
      Tensor w1 = Tensor.normal(random, StrictMath.sqrt(1.0 / tokens.length()), first.size());
      Tensor w2 =
          Tensor.normal(
              random, StrictMath.sqrt(1.0 / second.shape().dimension(0)), second.size());
      return new Parameters(layout, Tensor.concat(0, java.util.List.of(w1, w2)));
    }

    @Override
    public Output forward(Parameters parameters, Batch batch, Forward forward) {
      Tensor x =
          batch
              .tokens()
              .oneHot(tokens.vocabulary())
              .reshape(batch.size(), tokens.length() * tokens.vocabulary());
      Tensor hidden = x.matmul(parameters.get("W1")).square();
      hidden = forward.feature("hidden", Forward.Site.HIDDEN, hidden);
      return new Output(hidden.matmul(parameters.get("W2")), Map.of());
    }
  }
}
