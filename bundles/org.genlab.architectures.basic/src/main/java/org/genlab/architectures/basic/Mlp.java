package org.genlab.architectures.basic;

import jakarta.inject.Inject;
import java.util.List;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Architecture;
import org.genlab.api.model.Network;

/**
 * A multi-layer perceptron: h_0 = input, h_i = activation(normalisation(h_(i-1) W_i + b_i)), output
 * = h_n W + b. A normalised layer has no bias, its shift serves.
 *
 * <p>Real inputs of any shape are flattened. Tokens are embedded, each with the same table, and the
 * embeddings concatenated or summed. The network of the "grokking tickets" paper (arXiv 2310.19470)
 * is {@code hidden: [48], readout: 500, tokens: sum, embedding: 500, positions: [0, 2], bias:
 * false}.
 *
 * <p>Targets are one class an example, or real numbers. Features: {@code embedding} (of tokens,
 * [batch, positions, embedding]), {@code hidden.i.pre} (what the activation reads) and {@code
 * hidden.i} from 0, and {@code representation}, which the last linear map reads, [batch, width].
 */
@Plugin(
    kind = Kind.ARCHITECTURE,
    id = "mlp",
    version = "1.2.0",
    summary = "A multi-layer perceptron for real inputs or short sequences of tokens")
public final class Mlp implements Architecture {
  /** How the embeddings of several tokens become one vector. */
  public enum Tokens {
    /** One after the other: the network knows which token stood where. */
    CONCATENATE,
    /** Their sum: the network is symmetric in its tokens. */
    SUM
  }

  /**
   * The settings.
   *
   * @param hidden units of the hidden layers, input side first; none for a linear model
   * @param activation of the hidden layers
   * @param bias whether linear maps have biases; normalised layers have none
   * @param readout width of a linear layer between the last hidden layer and the output map; 0 for
   *     none
   * @param tokens how the embeddings of several tokens become one vector
   * @param embedding width of a token's embedding
   * @param positions the positions of the tokens that are read, from 0; none for all
   * @param init how parameters are drawn
   * @param normalization of hidden layers, before their activation
   * @param initScale factor on all initial parameters; above 1, as in "Omnigrok" (arXiv
   *     2210.01117), the network starts far from where weight decay takes it
   */
  public record Settings(
      @Default("[128]") @Range(min = 1, max = 1000000) @Doc("units of the hidden layers")
          List<Integer> hidden,
      @Default("relu") @Doc("relu, gelu or tanh") Activation activation,
      @Default("true") @Doc("whether linear maps that are not normalised have biases") boolean bias,
      @Default("0")
          @Range(min = 0, max = 1000000)
          @Doc("width of a linear layer before the output map; 0 for none")
          int readout,
      @Default("concatenate") @Doc("how embeddings of tokens are joined: concatenate or sum")
          Tokens tokens,
      @Default("128") @Range(min = 1, max = 1000000) @Doc("width of a token's embedding")
          int embedding,
      @Default("[]") @Range(min = 0) @Doc("positions of the tokens that are read; [] for all")
          List<Integer> positions,
      @Default("uniform") @Doc("how parameters are drawn: uniform, normal, he or lecun")
          Initialization init,
      @Default("none") @Doc("of hidden layers, before their activation: none, batch or layer")
          Normalisation normalization,
      @Default("1")
          @Range(min = 0, max = 1e6, minExclusive = true)
          @Doc("factor on all initial parameters")
          double initScale) {
    public Settings {
      hidden = List.copyOf(hidden);
      positions = List.copyOf(positions);
      if (positions.stream().distinct().count() < positions.size()) {
        throw new SettingException("positions", "must name each position once, not " + positions);
      }
    }
  }

  private final Settings settings;

  @Inject
  public Mlp(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Network build(DataSpec spec) {
    if (spec.input() instanceof InputSpec.Tokens tokens) {
      for (int position : settings.positions()) {
        if (position >= tokens.length()) {
          throw new SettingException(
              "positions",
              "must be below the length of the sequences, "
                  + tokens.length()
                  + ", and "
                  + position
                  + " is not");
        }
      }
    } else if (!(spec.input() instanceof InputSpec.Values)) {
      throw new IllegalArgumentException(
          "mlp reads real numbers or tokens, and the dataset gives " + spec.input());
    }
    if (!(spec.target() instanceof TargetSpec.Classes)
        && !(spec.target() instanceof TargetSpec.Values)) {
      throw new IllegalArgumentException(
          "mlp predicts one class or real numbers an example, and the dataset wants "
              + spec.target());
    }
    return new MlpNetwork(settings, spec);
  }
}
