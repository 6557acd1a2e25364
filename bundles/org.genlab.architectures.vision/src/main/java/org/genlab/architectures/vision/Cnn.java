package org.genlab.architectures.vision;

import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.Stream;
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
 * A plain convolutional network: stages, then dense layers, then a linear map.
 *
 * <p>Stage i computes {@code pool(activation(normalisation(conv(x))))}; a dense layer {@code
 * activation(normalisation(linear(x)))}. Between them the positions are flattened (row by row,
 * channels last) or pooled into one. A normalised layer has no bias, its shift serves.
 *
 * <p>Reads images [height, width, channels], or [height, width] of one channel. Targets are one
 * class an example, or real numbers. Features, in order: {@code conv.i.pre} (what the activation
 * reads, [batch, rows, columns, channels]), {@code conv.i} (hidden) and, where the stage pools,
 * {@code pool.i} for each stage i from 0; {@code dense.i.pre} and {@code dense.i} (hidden), [batch,
 * width], for each dense layer; {@code representation}, which the last linear map reads, [batch,
 * width].
 *
 * <p>Parameters: {@code conv.i.weight} [kernel, kernel, in, out], {@code dense.i.weight} [in, out],
 * {@code readout.weight}; {@code bias} with each; {@code conv.i.norm.scale} and {@code
 * conv.i.norm.shift} where normalised.
 */
@Plugin(
    kind = Kind.ARCHITECTURE,
    id = "cnn",
    version = "1.0.0",
    summary =
        "A convolutional network for images: stages with pooling, dense layers, optional"
            + " normalisation",
    source =
        "LeCun, Bottou, Bengio, Haffner: Gradient-based learning applied to document recognition,"
            + " 1998")
public final class Cnn implements Architecture {
  /** The border of the image in a convolution. */
  public enum Padding {
    /** Zeros, so that a stride of 1 keeps the size of the image. */
    SAME,
    /** None: windows lie within the image. */
    VALID
  }

  /**
   * The settings. Kernel, stride and pool size have a value for each stage, or one for all.
   *
   * @param channels of the stages' convolutions, input side first; none for dense layers only
   * @param kernel rows and columns of the convolutions' windows
   * @param stride steps of the convolutions
   * @param padding the border of the image in a convolution
   * @param activation of all hidden layers
   * @param pool what ends a stage
   * @param poolSize rows and columns that become one; 1 for a stage that does not pool
   * @param normalization between each convolution or dense layer and its activation
   * @param groups of channels for group normalisation; divides the width of each normalised layer
   * @param globalPool what the positions become after the last stage; none flattens them
   * @param dense units of the dense layers before the output map
   * @param bias whether layers have biases; normalised ones have none
   * @param init how parameters are drawn
   * @param initScale factor on the drawn weights and biases
   */
  public record Settings(
      @Default("[16, 32]") @Range(min = 1, max = 65536) @Doc("channels of the stages")
          List<Integer> channels,
      @Default("[3]")
          @Range(min = 1, max = 1024)
          @Doc("size of the convolutions' windows, one for all stages or one each")
          List<Integer> kernel,
      @Default("[1]")
          @Range(min = 1, max = 1024)
          @Doc("steps of the convolutions, one for all stages or one each")
          List<Integer> stride,
      @Default("same") @Doc("border of the image in a convolution: same (zeros) or valid (none)")
          Padding padding,
      @Default("relu") @Doc("relu, leaky-relu, gelu, silu, tanh or identity") Activation activation,
      @Default("max") @Doc("what ends a stage: max, average or none") Pooling pool,
      @Default("[2]")
          @Range(min = 1, max = 1024)
          @Doc("rows and columns that are pooled into one, one for all stages or one each")
          List<Integer> poolSize,
      @Default("none") @Doc("before each activation: none, batch, layer or group")
          Normalisation normalization,
      @Default("4") @Range(min = 1, max = 65536) @Doc("groups of channels in group normalisation")
          int groups,
      @Default("none") @Doc("how positions become one after the last stage: none, average or max")
          Pooling globalPool,
      @Default("[]") @Range(min = 1, max = 1000000) @Doc("units of the dense layers")
          List<Integer> dense,
      @Default("true") @Doc("whether layers that are not normalised have biases") boolean bias,
      @Default("he") @Doc("how parameters are drawn: he or uniform") Initialization init,
      @Default("1") @Range(min = 0, minExclusive = true) @Doc("factor on the drawn parameters")
          double initScale) {
    public Settings {
      channels = List.copyOf(channels);
      kernel = each("kernel", kernel, channels.size());
      stride = each("stride", stride, channels.size());
      poolSize = each("poolSize", poolSize, channels.size());
      dense = List.copyOf(dense);
      if (normalization == Normalisation.GROUP) {
        for (int width : Stream.concat(channels.stream(), dense.stream()).toList()) {
          if (width % groups != 0) {
            throw new SettingException(
                "groups",
                "must divide the width of each layer, and " + groups + " does not divide " + width);
          }
        }
      }
    }

    private static List<Integer> each(String setting, List<Integer> values, int stages) {
      if (values.size() == 1) {
        return java.util.Collections.nCopies(stages, values.get(0));
      }
      if (values.size() != stages) {
        throw new SettingException(
            setting,
            "must have one value, or one for each of the "
                + stages
                + " stages, not "
                + values.size());
      }
      return List.copyOf(values);
    }
  }

  private final Settings settings;

  @Inject
  public Cnn(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Network build(DataSpec spec) {
    if (!(spec.input() instanceof InputSpec.Values values)
        || values.shape().size() < 2
        || values.shape().size() > 3) {
      throw new IllegalArgumentException(
          "cnn reads images [height, width] or [height, width, channels], and the dataset gives "
              + spec.input());
    }
    if (!(spec.target() instanceof TargetSpec.Classes)
        && !(spec.target() instanceof TargetSpec.Values)) {
      throw new IllegalArgumentException(
          "cnn predicts one class or real numbers an example, and the dataset wants "
              + spec.target());
    }
    return new CnnNetwork(settings, values.shape(), spec.target());
  }
}
