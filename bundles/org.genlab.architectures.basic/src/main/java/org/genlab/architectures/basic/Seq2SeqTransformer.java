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
import org.genlab.architectures.basic.TransformerDecoder.Norm;
import org.genlab.architectures.basic.TransformerDecoder.Positions;

/**
 * An encoder-decoder transformer (Vaswani et al., "Attention is all you need", 2017, section 3):
 * the encoder reads the source in both directions; each block of the decoder attends to the
 * target's tokens before, then to the encoder's last stream.
 *
 * <pre>
 *   encoder, pre-norm:  x = x + Attention(Norm(x));  x = x + MLP(Norm(x));  source = Norm(x)
 *   decoder, pre-norm:  y = y + CausalAttention(Norm(y));  y = y + CrossAttention(Norm(y), source);  y = y + MLP(Norm(y))
 *   post-norm and none: as of {@link TransformerDecoder}
 * </pre>
 *
 * <p>Reads one of
 *
 * <ul>
 *   <li>tokens, of which one class is asked: the decoder's only input is a start token;
 *   <li>the format {@value #FORMAT}: the integer columns {@value #SOURCE}, [batch, source length],
 *       and {@value #PREFIX}, [batch, length], the tokens that precede each target (a start token,
 *       then the targets moved by one: teacher forcing), with a class for each position as target.
 *       Negative tokens are padding, at the end. The properties {@code source-vocabulary}, {@code
 *       source-length}, {@code vocabulary} (of the prefix) and {@code length} of the data's spec
 *       say the sizes; batches may be shorter. {@link org.genlab.api.model.GreedyDecoding} writes
 *       an answer token by token.
 * </ul>
 *
 * <p>Features: {@code encoder.embedding}, then for each block {@code encoder.block.i.attention},
 * {@code encoder.block.i.mlp} (branches) and {@code encoder.block.i.stream}; {@code
 * decoder.embedding}, {@code decoder.block.i.attention}, {@code decoder.block.i.cross}, {@code
 * decoder.block.i.mlp}, {@code decoder.block.i.stream}; {@code representation}, which the read-out
 * reads.
 */
@Plugin(
    kind = Kind.ARCHITECTURE,
    id = "seq2seq-transformer",
    version = "1.0.0",
    summary = "An encoder-decoder transformer from sequences of tokens to sequences or classes",
    source = "Vaswani et al. 2017, section 3")
public final class Seq2SeqTransformer implements Architecture {
  /** The format of data with a source and a target sequence. */
  public static final String FORMAT = "sequence-to-sequence";

  /** The column of source tokens. */
  public static final String SOURCE = "source";

  /** The column of tokens that precede the targets. */
  public static final String PREFIX = "prefix";

  /**
   * The settings.
   *
   * @param layers blocks of the encoder
   * @param decoderLayers blocks of the decoder; 0 for as many as the encoder has
   * @param width width of the residual streams
   * @param heads attention heads of a block; divides the width
   * @param hidden hidden units of a block's perceptron; 0 for four times the width
   * @param norm where layer normalisation stands
   * @param positions how a position is told to the network
   * @param activation of the perceptrons
   * @param bias whether linear maps have biases
   * @param init how parameters are drawn
   */
  public record Settings(
      @Default("2") @Range(min = 1, max = 1000) @Doc("blocks of the encoder") int layers,
      @Default("0")
          @Range(min = 0, max = 1000)
          @Doc("blocks of the decoder; 0 for as many as the encoder has")
          int decoderLayers,
      @Default("64") @Range(min = 1, max = 100000) @Doc("width of the residual streams") int width,
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
      @Default("uniform") @Doc("how parameters are drawn: uniform, normal or he")
          Initialization init) {
    public Settings {
      if (width % heads != 0) {
        throw new SettingException(
            "heads",
            "must divide the width " + width + " into equal parts, and " + heads + " does not");
      }
      if (hidden == 0) {
        hidden = 4 * width;
      }
      if (decoderLayers == 0) {
        decoderLayers = layers;
      }
    }
  }

  private final Settings settings;

  @Inject
  public Seq2SeqTransformer(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Network build(DataSpec spec) {
    if (spec.input() instanceof InputSpec.Tokens tokens
        && spec.target() instanceof TargetSpec.Classes classes) {
      return new Seq2SeqNetwork(
          settings, tokens.vocabulary(), tokens.length(), 1, 1, classes.count(), true);
    }
    if (spec.input() instanceof InputSpec.Columns columns
        && columns.format().equals(FORMAT)
        && spec.target() instanceof TargetSpec.ClassPerPosition classes) {
      return new Seq2SeqNetwork(
          settings,
          size(spec, "source-vocabulary"),
          size(spec, "source-length"),
          size(spec, "vocabulary"),
          size(spec, "length"),
          classes.count(),
          false);
    }
    throw new IllegalArgumentException(
        "seq2seq-transformer reads tokens to predict one class, or the format '"
            + FORMAT
            + "' to predict a class for each position, and the dataset has "
            + spec);
  }

  private static int size(DataSpec spec, String property) {
    Double value = spec.properties().get(property);
    if (value == null || value < 1) {
      throw new IllegalArgumentException(
          "the format '"
              + FORMAT
              + "' needs the property '"
              + property
              + "', at least 1, and the dataset has "
              + spec.properties());
    }
    return value.intValue();
  }
}
