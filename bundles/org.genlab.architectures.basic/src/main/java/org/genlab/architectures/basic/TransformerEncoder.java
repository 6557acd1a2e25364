package org.genlab.architectures.basic;

import jakarta.inject.Inject;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Architecture;
import org.genlab.api.model.Network;
import org.genlab.architectures.basic.TransformerDecoder.Norm;
import org.genlab.architectures.basic.TransformerDecoder.Positions;
import org.genlab.architectures.basic.TransformerNetwork.Reading;

/**
 * A transformer encoder: the blocks of {@link TransformerDecoder}, in which each position attends
 * to all of them (Vaswani et al., "Attention is all you need", 2017, section 3.1; Devlin et al.,
 * "BERT", 2019, section 3).
 *
 * <p>Reads tokens. Where the dataset's property {@code padding} names a token, no position attends
 * to it, and it does not count in the mean; a sequence that is nothing else keeps its first
 * position.
 *
 * <p>Targets are one class for each sequence or one for each position. For one class a sequence,
 * the read-out reads the mean over positions, or with {@code pooling: first} the position of a
 * trained vector that stands before the tokens, like BERT's [CLS]; it has no position embedding,
 * and in the last block only its row is computed.
 *
 * <p>Features: {@code embedding}, then for each block i {@code block.i.attention} and {@code
 * block.i.mlp} (the outputs of its two branches) and {@code block.i.stream}, all [batch, positions,
 * width], then {@code representation}, which the last linear map reads: [batch, width] or [batch,
 * positions, width]. With {@code pooling: first}, position 0 is that vector's, and positions is 1
 * in the last block.
 */
@Plugin(
    kind = Kind.ARCHITECTURE,
    id = "transformer-encoder",
    version = "1.0.0",
    summary = "A bidirectional transformer that classifies sequences of tokens or each token",
    source = "Vaswani et al. 2017, section 3.1; Devlin et al. 2019, section 3")
public final class TransformerEncoder implements Architecture {
  /** What one class a sequence is read from. */
  public enum Pooling {
    /** The mean over the positions that are not padding. */
    MEAN,
    /** A trained vector before the tokens. */
    FIRST
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
   * @param pooling what one class a sequence is read from
   * @param activation of the perceptrons
   * @param bias whether linear maps have biases
   * @param tied whether the read-out uses the token embeddings of the classes
   * @param init how parameters are drawn
   * @param readout width of a linear layer before the output map; 0 for none
   * @param initScale factor on all initial parameters, those of normalisations included (Liu et
   *     al., "Omnigrok", 2023, section 2)
   */
  public record Settings(
      @Default("2") @Range(min = 1, max = 1000) @Doc("number of blocks") int layers,
      @Default("128") @Range(min = 1, max = 100000) @Doc("width of the residual stream") int width,
      @Default("4") @Range(min = 1, max = 1000) @Doc("attention heads; divides the width")
          int heads,
      @Default("0")
          @Range(min = 0, max = 1000000)
          @Doc("hidden units of the perceptrons; 0 for four times the width")
          int hidden,
      @Default("pre") @Doc("where layer normalisation stands: pre, post or none") Norm norm,
      @Default("learned") @Doc("learned, sinusoidal or none") Positions positions,
      @Default("mean") @Doc("what a class is read from: mean, or first: a vector before the tokens")
          Pooling pooling,
      @Default("gelu") @Doc("relu, gelu or tanh") Activation activation,
      @Default("true") @Doc("whether linear maps have biases") boolean bias,
      @Default("false") @Doc("whether the read-out uses the token embeddings") boolean tied,
      @Default("uniform") @Doc("how parameters are drawn: uniform, normal or he")
          Initialization init,
      @Default("0")
          @Range(min = 0, max = 1000000)
          @Doc("width of a linear layer before the output map; 0 for none")
          int readout,
      @Default("1") @Range(min = 0, minExclusive = true) @Doc("factor on all initial parameters")
          double initScale) {
    public Settings {
      // Refuses what does not fit, in the same words as the decoder.
      hidden =
          new TransformerDecoder.Settings(
                  layers,
                  width,
                  heads,
                  hidden,
                  norm,
                  positions,
                  activation,
                  bias,
                  tied,
                  init,
                  0,
                  readout)
              .hidden();
    }

    /** The shape of the blocks. */
    TransformerDecoder.Settings blocks() {
      return new TransformerDecoder.Settings(
          layers, width, heads, hidden, norm, positions, activation, bias, tied, init, 0, readout);
    }
  }

  private final Settings settings;

  @Inject
  public TransformerEncoder(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Network build(DataSpec spec) {
    if (!(spec.input() instanceof InputSpec.Tokens tokens)) {
      throw new IllegalArgumentException(
          "transformer-encoder reads tokens, and the dataset gives " + spec.input());
    }
    int classes;
    Reading reading;
    if (spec.target() instanceof TargetSpec.Classes target) {
      classes = target.count();
      reading = settings.pooling() == Pooling.FIRST ? Reading.FIRST : Reading.MEAN;
    } else if (spec.target() instanceof TargetSpec.ClassPerPosition target) {
      classes = target.count();
      reading = Reading.EACH;
    } else {
      throw new IllegalArgumentException(
          "transformer-encoder predicts one class a sequence or one a position, and the dataset"
              + " wants "
              + spec.target());
    }
    if (settings.tied() && classes > tokens.vocabulary()) {
      throw new IllegalArgumentException(
          "transformer-encoder with tied: true needs a token for each of the "
              + classes
              + " classes, and the dataset has "
              + tokens.vocabulary()
              + " tokens");
    }
    int padding = (int) (double) spec.properties().getOrDefault("padding", -1.0);
    return new TransformerNetwork(
        settings.blocks(), tokens, classes, reading, false, padding, settings.initScale());
  }
}
