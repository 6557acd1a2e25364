package org.genlab.architectures.basic;

import static org.genlab.api.model.ParameterLayout.Role.BIAS;
import static org.genlab.api.model.ParameterLayout.Role.EMBEDDING;
import static org.genlab.api.model.ParameterLayout.Role.NORM;
import static org.genlab.api.model.ParameterLayout.Role.WEIGHT;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.genlab.api.data.Batch;
import org.genlab.api.data.InputSpec;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Forward.Site;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.architectures.basic.TransformerDecoder.Norm;
import org.genlab.architectures.basic.TransformerDecoder.Positions;
import org.genlab.architectures.basic.TransformerDecoder.Settings;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** The network of {@link TransformerDecoder}. */
final class TransformerNetwork implements Network {
  private static final double EPSILON = 1e-5;

  private final Settings settings;
  private final int length;
  private final int classes;
  private final boolean lastOnly;
  private final ParameterLayout layout;
  private final float[] sinusoids;

  TransformerNetwork(Settings settings, InputSpec.Tokens tokens, int classes, boolean lastOnly) {
    this.settings = settings;
    this.length = tokens.length();
    this.classes = classes;
    this.lastOnly = lastOnly;
    this.layout = layout(settings, tokens, classes);
    this.sinusoids =
        settings.positions() == Positions.SINUSOIDAL
            ? sinusoids(length, settings.width())
            : new float[0];
  }

  private static ParameterLayout layout(Settings s, InputSpec.Tokens tokens, int classes) {
    int width = s.width();
    ParameterLayout.Builder builder = ParameterLayout.builder();
    builder.add("embedding.token", EMBEDDING, tokens.vocabulary(), width);
    if (s.positions() == Positions.LEARNED) {
      builder.add("embedding.position", EMBEDDING, tokens.length(), width);
    }
    for (int i = 0; i < s.sharedLayers(); i++) {
      String block = "block." + i + ".";
      norm(builder, s, block + "attention.norm");
      for (String map : new String[] {"query", "key", "value", "output"}) {
        linear(builder, s, block + "attention." + map, width, width);
      }
      norm(builder, s, block + "mlp.norm");
      linear(builder, s, block + "mlp.in", width, s.hidden());
      linear(builder, s, block + "mlp.out", s.hidden(), width);
    }
    if (s.norm() == Norm.PRE) {
      norm(builder, s, "norm");
    }
    if (!s.tied()) {
      linear(builder, s, "readout", width, classes);
    }
    return builder.build();
  }

  private static void norm(ParameterLayout.Builder builder, Settings s, String name) {
    if (s.norm() != Norm.NONE) {
      builder.add(name + ".scale", NORM, s.width());
      builder.add(name + ".shift", NORM, s.width());
    }
  }

  private static void linear(
      ParameterLayout.Builder builder, Settings s, String name, int in, int out) {
    builder.add(name + ".weight", WEIGHT, in, out);
    if (s.bias()) {
      builder.add(name + ".bias", BIAS, out);
    }
  }

  private static float[] sinusoids(int length, int width) {
    float[] values = new float[length * width];
    for (int position = 0; position < length; position++) {
      for (int i = 0; i < width; i++) {
        double angle = position / StrictMath.pow(10000, (i - i % 2) / (double) width);
        values[position * width + i] =
            (float) (i % 2 == 0 ? StrictMath.sin(angle) : StrictMath.cos(angle));
      }
    }
    return values;
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
    Tensor x = pass.feature("embedding", Site.EMBEDDING, embed(parameters, batch));
    for (int i = 0; i < settings.layers(); i++) {
      x = pass.block(i, x, lastOnly && i == settings.layers() - 1);
    }
    if (lastOnly) {
      x = x.reshape(batch.size(), settings.width());
    }
    if (settings.norm() == Norm.PRE) {
      x = pass.norm("norm", x);
    }
    x = pass.feature("representation", Site.REPRESENTATION, x);
    Tensor logits = settings.tied() ? readTied(parameters, x) : pass.linear("readout", x);
    return new Output(logits, pass.features);
  }

  /**
   * The embedded tokens. The first block treats each position on its own until the positions attend
   * to each other; a token that stands at the same position of many examples is embedded once, as a
   * row of a table, and so can be mapped once.
   */
  private Tensor embed(Parameters parameters, Batch batch) {
    Tensor table = parameters.get("embedding.token");
    IntTensor tokens = batch.tokens();
    if (settings.positions() == Positions.NONE) {
      return table.gather(tokens);
    }
    Distinct distinct = Distinct.of(tokens, table.dimension(0));
    if (distinct == null) {
      return table
          .gather(tokens)
          .plus(
              settings.positions() == Positions.LEARNED
                  ? parameters.get("embedding.position")
                  : Tensor.of(sinusoids, length, settings.width()));
    }
    Tensor positions =
        settings.positions() == Positions.LEARNED
            ? parameters.get("embedding.position").gather(distinct.positions)
            : Tensor.of(sinusoids, length, settings.width()).gather(distinct.positions);
    return table.gather(distinct.tokens).plus(positions).gather(distinct.rows);
  }

  /**
   * The pairs of a token and a position that occur in a batch.
   *
   * @param tokens of each pair
   * @param positions of each pair
   * @param rows which pair stands where, [batch, length]
   */
  private record Distinct(IntTensor tokens, IntTensor positions, IntTensor rows) {
    /** The pairs, or null when on average they do not occur at least twice. */
    static Distinct of(IntTensor tokens, int vocabulary) {
      int n = tokens.size();
      int length = tokens.shape().dimension(-1);
      if ((long) vocabulary * length > 4L * n) {
        return null;
      }
      int[] known = new int[vocabulary * length];
      int[] rows = new int[n];
      int[] token = new int[n / 2];
      int[] position = new int[n / 2];
      int count = 0;
      for (int i = 0; i < n; i++) {
        int t = tokens.at(i);
        int p = i % length;
        if (t < 0 || t >= vocabulary) {
          return null;
        }
        int pair = t * length + p;
        if (known[pair] == 0) {
          if (count == token.length) {
            return null;
          }
          token[count] = t;
          position[count] = p;
          known[pair] = ++count;
        }
        rows[i] = known[pair] - 1;
      }
      return new Distinct(
          IntTensor.of(Arrays.copyOf(token, count), count),
          IntTensor.of(Arrays.copyOf(position, count), count),
          IntTensor.of(rows, tokens.shape().toArray()));
    }
  }

  private Tensor readTied(Parameters parameters, Tensor x) {
    return x.matmul(parameters.get("embedding.token").slice(0, 0, classes), false, true);
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

    /**
     * @param x [batch, length, width]
     * @param last whether only the last position is wanted
     */
    Tensor block(int i, Tensor x, boolean last) {
      String block = "block." + i + ".";
      String own = "block." + i % settings.sharedLayers() + ".";
      boolean pre = settings.norm() == Norm.PRE;
      boolean post = settings.norm() == Norm.POST;
      Tensor read = pre ? norm(own + "attention.norm", x) : x;
      Tensor stream = last ? x.slice(1, length - 1, length) : x;
      Tensor attended =
          feature(block + "attention", Site.BRANCH, attention(own + "attention.", read, last));
      stream = stream.plus(attended);
      if (post) {
        stream = norm(own + "attention.norm", stream);
      }
      Tensor moved =
          feature(
              block + "mlp",
              Site.BRANCH,
              mlp(own + "mlp.", pre ? norm(own + "mlp.norm", stream) : stream));
      stream = stream.plus(moved);
      if (post) {
        stream = norm(own + "mlp.norm", stream);
      }
      return feature(block + "stream", Site.STREAM, stream);
    }

    private Tensor attention(String name, Tensor x, boolean last) {
      int batch = x.dimension(0);
      int asked = last ? 1 : length;
      int heads = settings.heads();
      int size = settings.width() / heads;
      Tensor queries = linear(name + "query", last ? x.slice(1, length - 1, length) : x);
      Tensor keys = linear(name + "key", x);
      Tensor values = linear(name + "value", x);
      Tensor mixed =
          queries
              .reshape(batch, asked, heads, size)
              .attention(
                  keys.reshape(batch, length, heads, size),
                  values.reshape(batch, length, heads, size),
                  true);
      return linear(name + "output", mixed.reshape(batch, asked, settings.width()));
    }

    private Tensor mlp(String name, Tensor x) {
      return linear(name + "out", settings.activation().apply(linear(name + "in", x)));
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
