package org.genlab.architectures.basic;

import jakarta.inject.Inject;
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
 * A decoder-only transformer: causal self-attention and a two-layer perceptron in each block
 * (Vaswani et al., "Attention is all you need", 2017, sections 3.1 to 3.3, without the encoder).
 *
 * <pre>
 *   pre-norm:   x = x + Attention(Norm(x));   x = x + MLP(Norm(x));   read-out of Norm(x)
 *   post-norm:  x = Norm(x + Attention(x));   x = Norm(x + MLP(x));   read-out of x
 *   none:       x = x + Attention(x);         x = x + MLP(x);         read-out of x
 *   MLP(x)    = activation(x W_in + b_in) W_out + b_out
 * </pre>
 *
 * <p>The network of the grokking paper (arXiv 2201.02177, appendix A.1.2, and its public code) is
 * {@code layers: 2, width: 128, heads: 4, norm: post, positions: sinusoidal, bias: false}, with the
 * other settings at their defaults.
 *
 * <p>Reads tokens. Targets are one class for each sequence, read at the last position, or one for
 * each position. In the former case nothing is computed that the answer does not depend on: in the
 * last block, only keys and values are computed at all positions.
 *
 * <p>With {@code readout: d} a linear map from the width down to d stands before the output map:
 * the logits of all contexts then have rank d, however wide the blocks are.
 *
 * <p>With {@code shared-layers: k} the parameters are those of k blocks, which are passed through
 * again and again until there were {@code layers} (Dehghani et al., "Universal transformers", 2018,
 * with k = 1): what an upper block knows, a lower one knows too.
 *
 * <p>Features: {@code embedding}, then for each block i {@code block.i.attention} and {@code
 * block.i.mlp} (the outputs of its two branches) and {@code block.i.stream}, all [batch, positions,
 * width], then {@code representation}, which the read-out reads: [batch, width] or [batch,
 * positions, width]. With one class a sequence, positions is 1 in the last block.
 */
@Plugin(
    kind = Kind.ARCHITECTURE,
    id = "transformer-decoder",
    version = "1.2.0",
    summary = "A causal transformer for sequences of tokens",
    source = "Vaswani et al. 2017, sections 3.1-3.3; arXiv:2201.02177, appendix A.1.2")
public final class TransformerDecoder implements Architecture {
  /** Where layer normalisation stands. */
  public enum Norm {
    /** Before each branch, and once before the read-out. */
    PRE,
    /** After each residual sum. */
    POST,
    /** Nowhere. */
    NONE
  }

  /** How a position is told to the network. */
  public enum Positions {
    /** A trained vector for each position. */
    LEARNED,
    /** sin and cos of position / 10000^(2i/width) (Vaswani et al. 2017, section 3.5). */
    SINUSOIDAL,
    /** Not at all, beyond the causal mask. */
    NONE
  }

  /**
   * The settings.
   *
   * @param layers number of blocks
   * @param width width of the residual stream
   * @param heads attention heads of a block; divides the width
   * @param hidden hidden units of a block's perceptron; 0 for four times the width
   * @param norm where layer normalisation stands
   * @param positions how a position is told to the network
   * @param activation of the perceptrons
   * @param bias whether linear maps have biases
   * @param tied whether the read-out uses the token embeddings of the classes
   * @param init how parameters are drawn
   * @param sharedLayers number of blocks that have parameters of their own; 0 for all of them
   * @param readout width of a linear layer between the last block and the output map, which bounds
   *     the rank of the table of logits; 0 for none
   */
  public record Settings(
      @Default("2") @Range(min = 1, max = 1000) @Doc("number of blocks") int layers,
      @Default("128") @Range(min = 1, max = 100000) @Doc("width of the residual stream") int width,
      @Default("4") @Range(min = 1, max = 10000) @Doc("attention heads; divides the width")
          int heads,
      @Default("0")
          @Range(min = 0, max = 1000000)
          @Doc("hidden units of the perceptrons; 0 for four times the width")
          int hidden,
      @Default("pre") @Doc("where layer normalisation stands: pre, post or none") Norm norm,
      @Default("learned") @Doc("learned, sinusoidal or none") Positions positions,
      @Default("relu") @Doc("relu, gelu or tanh") Activation activation,
      @Default("true") @Doc("whether linear maps have biases") boolean bias,
      @Default("false") @Doc("whether the read-out uses the token embeddings") boolean tied,
      @Default("uniform") @Doc("how parameters are drawn: uniform, normal or he")
          Initialization init,
      @Default("0")
          @Range(min = 0, max = 1000)
          @Doc("k: block i uses the parameters of block i mod k; 0 for all blocks having their own")
          int sharedLayers,
      @Default("0")
          @Range(min = 0, max = 1000000)
          @Doc("width of a linear layer before the output map; 0 for none")
          int readout) {
    public Settings {
      if (width % heads != 0) {
        throw new SettingException(
            "heads",
            "must divide the width " + width + " into equal parts, and " + heads + " does not");
      }
      if (tied && readout > 0) {
        throw new SettingException(
            "readout", "must be 0 with tied: true, where the output map has the width of tokens");
      }
      if (sharedLayers > layers) {
        throw new SettingException(
            "sharedLayers", "must be at most the " + layers + " layers, and is " + sharedLayers);
      }
      if (hidden == 0) {
        hidden = 4 * width;
      }
      if (sharedLayers == 0) {
        sharedLayers = layers;
      }
    }
  }

  private final Settings settings;

  @Inject
  public TransformerDecoder(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Network build(DataSpec spec) {
    if (!(spec.input() instanceof InputSpec.Tokens tokens)) {
      throw new IllegalArgumentException(
          "transformer-decoder reads tokens, and the dataset gives " + spec.input());
    }
    int classes;
    TransformerNetwork.Reading reading;
    if (spec.target() instanceof TargetSpec.Classes target) {
      classes = target.count();
      reading = TransformerNetwork.Reading.LAST;
    } else if (spec.target() instanceof TargetSpec.ClassPerPosition target) {
      classes = target.count();
      reading = TransformerNetwork.Reading.EACH;
    } else {
      throw new IllegalArgumentException(
          "transformer-decoder predicts one class a sequence or one a position, and the dataset"
              + " wants "
              + spec.target());
    }
    if (settings.tied() && classes > tokens.vocabulary()) {
      throw new IllegalArgumentException(
          "transformer-decoder with tied: true needs a token for each of the "
              + classes
              + " classes, and the dataset has "
              + tokens.vocabulary()
              + " tokens");
    }
    return new TransformerNetwork(settings, tokens, classes, reading, true, -1, 1);
  }
}
