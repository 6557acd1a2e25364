package org.genlab.architectures.basic;

import static org.genlab.api.model.ParameterLayout.Role.BIAS;
import static org.genlab.api.model.ParameterLayout.Role.EMBEDDING;
import static org.genlab.api.model.ParameterLayout.Role.NORM;
import static org.genlab.api.model.ParameterLayout.Role.WEIGHT;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.genlab.api.data.Batch;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Forward.Site;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.architectures.basic.Seq2SeqTransformer.Settings;
import org.genlab.architectures.basic.TransformerDecoder.Norm;
import org.genlab.architectures.basic.TransformerDecoder.Positions;
import org.genlab.tensor.Attentions;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** The network of {@link Seq2SeqTransformer}. */
final class Seq2SeqNetwork implements Network {
  private static final double EPSILON = 1e-5;

  private final Settings settings;
  private final boolean oneClass;
  private final ParameterLayout layout;

  /**
   * @param oneClass whether the answer is one class, told by the source alone
   */
  Seq2SeqNetwork(
      Settings settings,
      int sourceVocabulary,
      int sourceLength,
      int vocabulary,
      int length,
      int classes,
      boolean oneClass) {
    this.settings = settings;
    this.oneClass = oneClass;
    ParameterLayout.Builder builder = ParameterLayout.builder();
    embedding(builder, "encoder.embedding.", sourceVocabulary, sourceLength);
    for (int i = 0; i < settings.layers(); i++) {
      block(builder, "encoder.block." + i + ".", List.of("attention"));
    }
    norm(builder, "encoder.norm", settings.norm() == Norm.PRE);
    embedding(builder, "decoder.embedding.", vocabulary, length);
    for (int i = 0; i < settings.decoderLayers(); i++) {
      block(builder, "decoder.block." + i + ".", List.of("attention", "cross"));
    }
    norm(builder, "decoder.norm", settings.norm() == Norm.PRE);
    linear(builder, "readout", settings.width(), classes);
    layout = builder.build();
  }

  private void embedding(ParameterLayout.Builder builder, String name, int vocabulary, int length) {
    builder.add(name + "token", EMBEDDING, vocabulary, settings.width());
    if (settings.positions() == Positions.LEARNED) {
      builder.add(name + "position", EMBEDDING, length, settings.width());
    }
  }

  private void block(ParameterLayout.Builder builder, String block, List<String> attentions) {
    int width = settings.width();
    for (String attention : attentions) {
      norm(builder, block + attention + ".norm", settings.norm() != Norm.NONE);
      for (String map : List.of("query", "key", "value", "output")) {
        linear(builder, block + attention + "." + map, width, width);
      }
    }
    norm(builder, block + "mlp.norm", settings.norm() != Norm.NONE);
    linear(builder, block + "mlp.in", width, settings.hidden());
    linear(builder, block + "mlp.out", settings.hidden(), width);
  }

  private void norm(ParameterLayout.Builder builder, String name, boolean there) {
    if (there) {
      builder.add(name + ".scale", NORM, settings.width());
      builder.add(name + ".shift", NORM, settings.width());
    }
  }

  private void linear(ParameterLayout.Builder builder, String name, int in, int out) {
    builder.add(name + ".weight", WEIGHT, in, out);
    if (settings.bias()) {
      builder.add(name + ".bias", BIAS, out);
    }
  }

  @Override
  public ParameterLayout layout() {
    return layout;
  }

  @Override
  public Parameters initialize(RandomStream random) {
    return settings.init().draw(layout, random);
  }

  @Override
  public Output forward(Parameters parameters, Batch batch, Forward forward) {
    Pass pass = new Pass(parameters, forward);
    IntTensor source = oneClass ? batch.tokens() : batch.ints(Seq2SeqTransformer.SOURCE);
    IntTensor prefix =
        oneClass
            ? IntTensor.of(new int[batch.size()], batch.size(), 1)
            : batch.ints(Seq2SeqTransformer.PREFIX);
    Attentions ofSource = hidingPadding(source);
    Tensor x = pass.embed("encoder.embedding", source);
    for (int i = 0; i < settings.layers(); i++) {
      String block = "encoder.block." + i + ".";
      x =
          pass.branch(
              block + "attention", x, y -> pass.attention(block + "attention.", y, y, ofSource));
      x = pass.perceptron(block, x);
    }
    Tensor read = settings.norm() == Norm.PRE ? pass.norm("encoder.norm", x) : x;
    Tensor y = pass.embed("decoder.embedding", prefix);
    for (int i = 0; i < settings.decoderLayers(); i++) {
      String block = "decoder.block." + i + ".";
      Attentions before = Attentions.plain().causal();
      y =
          pass.branch(
              block + "attention", y, z -> pass.attention(block + "attention.", z, z, before));
      y = pass.branch(block + "cross", y, z -> pass.attention(block + "cross.", z, read, ofSource));
      y = pass.perceptron(block, y);
    }
    if (settings.norm() == Norm.PRE) {
      y = pass.norm("decoder.norm", y);
    }
    if (oneClass) {
      y = y.reshape(batch.size(), settings.width());
    }
    y = pass.feature("representation", Site.REPRESENTATION, y);
    return new Output(pass.linear("readout", y), pass.features);
  }

  /** Attention to the tokens that are not padding. */
  private static Attentions hidingPadding(IntTensor tokens) {
    float[] visible = new float[tokens.size()];
    boolean padded = false;
    for (int i = 0; i < visible.length; i++) {
      visible[i] = tokens.at(i) < 0 ? 0 : 1;
      padded |= tokens.at(i) < 0;
    }
    if (!padded) {
      return Attentions.plain();
    }
    int n = tokens.shape().dimension(0);
    int length = tokens.shape().dimension(1);
    return Attentions.plain().bias(Attentions.mask(Tensor.of(visible, n, 1, 1, length)));
  }

  /**
   * sin and cos of position / 10000^(2i/width) (Vaswani et al. 2017, section 3.5), [length, width].
   */
  private Tensor sinusoids(int length) {
    int width = settings.width();
    float[] values = new float[length * width];
    for (int i = 0; i < values.length; i++) {
      int position = i / width;
      int channel = i % width;
      double angle = position / StrictMath.pow(10000, (channel - channel % 2) / (double) width);
      values[i] = (float) (channel % 2 == 0 ? StrictMath.sin(angle) : StrictMath.cos(angle));
    }
    return Tensor.of(values, length, width);
  }

  /** A branch of a block, from what its normalisation gives to what is added to the stream. */
  private interface Branch {
    Tensor of(Tensor x);
  }

  /** One pass: looks up parameters by name and collects features. */
  private final class Pass {
    private final Parameters parameters;
    private final Forward forward;
    private final Map<String, Tensor> features = new LinkedHashMap<>();

    Pass(Parameters parameters, Forward forward) {
      this.parameters = parameters;
      this.forward = forward;
    }

    Tensor feature(String name, Site site, Tensor value) {
      Tensor changed = forward.feature(name, site, value);
      features.put(name, changed);
      return changed;
    }

    /** Embedded tokens, [batch, length, width]; padding like token 0, as nothing attends to it. */
    Tensor embed(String name, IntTensor tokens) {
      int[] known = tokens.toArray();
      for (int i = 0; i < known.length; i++) {
        known[i] = Math.max(0, known[i]);
      }
      int length = tokens.shape().dimension(1);
      Tensor x =
          parameters.get(name + ".token").gather(IntTensor.of(known, tokens.shape().toArray()));
      Tensor embedded =
          switch (settings.positions()) {
            case LEARNED -> x.plus(parameters.get(name + ".position").slice(0, 0, length));
            case SINUSOIDAL -> x.plus(sinusoids(length));
            case NONE -> x;
          };
      return feature(name, Site.EMBEDDING, embedded);
    }

    /** x + branch(norm(x)), norm(x + branch(x)) or x + branch(x). */
    Tensor branch(String name, Tensor x, Branch branch) {
      Tensor read = settings.norm() == Norm.PRE ? norm(name + ".norm", x) : x;
      Tensor sum = x.plus(feature(name, Site.BRANCH, branch.of(read)));
      return settings.norm() == Norm.POST ? norm(name + ".norm", sum) : sum;
    }

    /** The perceptron of a block, and the stream after it. */
    Tensor perceptron(String block, Tensor x) {
      Branch mlp =
          z -> linear(block + "mlp.out", settings.activation().apply(linear(block + "mlp.in", z)));
      return feature(block + "stream", Site.STREAM, branch(block + "mlp", x, mlp));
    }

    /**
     * Attention of several heads.
     *
     * @param x where queries come from, [batch, queries, width]
     * @param read where keys and values come from, [batch, positions, width]
     */
    Tensor attention(String name, Tensor x, Tensor read, Attentions attentions) {
      Tensor mixed =
          attentions.apply(
              heads(linear(name + "query", x)),
              heads(linear(name + "key", read)),
              heads(linear(name + "value", read)));
      return linear(name + "output", mixed.reshape(x.shape()));
    }

    private Tensor heads(Tensor x) {
      int size = settings.width() / settings.heads();
      return x.reshape(x.dimension(0), x.dimension(1), settings.heads(), size);
    }

    Tensor linear(String name, Tensor x) {
      return x.linear(
          parameters.get(name + ".weight"),
          settings.bias() ? parameters.get(name + ".bias") : null);
    }

    Tensor norm(String name, Tensor x) {
      return x.layerNorm(parameters.get(name + ".scale"), parameters.get(name + ".shift"), EPSILON);
    }
  }
}
