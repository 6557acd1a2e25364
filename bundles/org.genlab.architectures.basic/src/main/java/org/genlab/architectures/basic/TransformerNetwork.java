package org.genlab.architectures.basic;

import static org.genlab.api.model.ParameterLayout.Role.BIAS;
import static org.genlab.api.model.ParameterLayout.Role.EMBEDDING;
import static org.genlab.api.model.ParameterLayout.Role.NORM;
import static org.genlab.api.model.ParameterLayout.Role.WEIGHT;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
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
import org.genlab.tensor.Attentions;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Shape;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** The network of {@link TransformerDecoder} and of {@link TransformerEncoder}. */
final class TransformerNetwork implements Network {
  private static final double EPSILON = 1e-5;

  private final Settings settings;
  private final int length;
  private final int classes;
  private final Reading reading;
  private final boolean causal;
  private final int padding;
  private final double initScale;
  private final ParameterLayout layout;
  private final float[] sinusoids;

  /** What the read-out reads. */
  enum Reading {
    /** The last position. */
    LAST,
    /** Each position. */
    EACH,
    /** The mean over the positions that are not padding. */
    MEAN,
    /** The position of a vector of its own that stands before the tokens. */
    FIRST
  }

  /**
   * @param settings the shape, for either architecture
   * @param causal whether positions see only those before them
   * @param padding the token that no position sees, or negative when there is none
   * @param initScale factor on all initial parameters
   */
  TransformerNetwork(
      Settings settings,
      InputSpec.Tokens tokens,
      int classes,
      Reading reading,
      boolean causal,
      int padding,
      double initScale) {
    this.settings = settings;
    this.length = tokens.length();
    this.classes = classes;
    this.reading = reading;
    this.causal = causal;
    this.padding = padding;
    this.initScale = initScale;
    this.layout = layout(settings, tokens, classes, reading);
    this.sinusoids =
        settings.positions() == Positions.SINUSOIDAL
            ? sinusoids(length, settings.width())
            : new float[0];
  }

  private static ParameterLayout layout(
      Settings s, InputSpec.Tokens tokens, int classes, Reading reading) {
    int width = s.width();
    ParameterLayout.Builder builder = ParameterLayout.builder();
    builder.add("embedding.token", EMBEDDING, tokens.vocabulary(), width);
    if (s.positions() == Positions.LEARNED) {
      builder.add("embedding.position", EMBEDDING, tokens.length(), width);
    }
    if (reading == Reading.FIRST) {
      builder.add("embedding.first", EMBEDDING, 1, width);
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
    if (s.readout() > 0) {
      linear(builder, s, "projection", width, s.readout());
    }
    if (!s.tied()) {
      linear(builder, s, "readout", s.readout() > 0 ? s.readout() : width, classes);
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
    Parameters drawn = settings.init().draw(layout, random);
    return initScale == 1 ? drawn : drawn.map(flat -> flat.times(initScale));
  }

  @Override
  public Output forward(Parameters parameters, Batch batch, Forward forward) {
    Tensor visible = padding < 0 ? null : visible(batch.tokens());
    Pass pass = new Pass(parameters, forward, visible == null ? null : hidden(visible));
    Tensor x = pass.feature("embedding", Site.EMBEDDING, embed(parameters, batch));
    if (reading == Reading.FIRST) {
      Tensor first = parameters.get("embedding.first").reshape(1, 1, settings.width());
      x =
          Tensor.concat(
              1, List.of(first.broadcastTo(Shape.of(batch.size(), 1, settings.width())), x));
    }
    int asked = reading == Reading.LAST ? length - 1 : reading == Reading.FIRST ? 0 : -1;
    for (int i = 0; i < settings.layers(); i++) {
      x = pass.block(i, x, i == settings.layers() - 1 ? asked : -1);
    }
    if (asked >= 0) {
      x = x.reshape(batch.size(), settings.width());
    }
    if (settings.norm() == Norm.PRE) {
      x = pass.norm("norm", x);
    }
    if (reading == Reading.MEAN) {
      x =
          visible == null
              ? x.mean(false, 1)
              : x.times(visible).sum(false, 1).dividedBy(visible.sum(false, 1));
    }
    if (settings.readout() > 0) {
      x = pass.linear("projection", x);
    }
    x = pass.feature("representation", Site.REPRESENTATION, x);
    Tensor logits = settings.tied() ? readTied(parameters, x) : pass.linear("readout", x);
    return new Output(logits, pass.features);
  }

  /**
   * Which positions are not padding, [batch, length, 1]. Of a sequence that is nothing else, the
   * first position is seen.
   */
  private Tensor visible(IntTensor tokens) {
    float[] seen = new float[tokens.size()];
    for (int start = 0; start < seen.length; start += length) {
      boolean any = false;
      for (int t = start; t < start + length; t++) {
        seen[t] = tokens.at(t) == padding ? 0 : 1;
        any |= tokens.at(t) != padding;
      }
      if (!any) {
        seen[start] = 1;
      }
    }
    return Tensor.of(seen, tokens.size() / length, length, 1);
  }

  /** What hides padding from attention, [batch, 1, 1, positions]. */
  private Tensor hidden(Tensor visible) {
    int n = visible.dimension(0);
    Tensor positions = visible.reshape(n, 1, 1, length);
    return Attentions.mask(
        reading == Reading.FIRST
            ? Tensor.concat(3, List.of(Tensor.ones(n, 1, 1, 1), positions))
            : positions);
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
    private final Attentions attentions;
    private final Map<String, Tensor> features = new LinkedHashMap<>();

    Pass(Parameters parameters, Forward forward, Tensor hidden) {
      this.parameters = parameters;
      this.forward = forward;
      Attentions plain = causal ? Attentions.plain().causal() : Attentions.plain();
      this.attentions = hidden == null ? plain : plain.bias(hidden);
    }

    Tensor feature(String name, Site site, Tensor value) {
      Tensor changed = forward.feature(name, site, value);
      features.put(name, changed);
      return changed;
    }

    /**
     * @param x [batch, positions, width]
     * @param asked the only position that is wanted, or negative for all
     */
    Tensor block(int i, Tensor x, int asked) {
      String block = "block." + i + ".";
      String own = "block." + i % settings.sharedLayers() + ".";
      boolean pre = settings.norm() == Norm.PRE;
      boolean post = settings.norm() == Norm.POST;
      Tensor read = pre ? norm(own + "attention.norm", x) : x;
      Tensor stream = asked < 0 ? x : x.slice(1, asked, asked + 1);
      Tensor attended =
          feature(block + "attention", Site.BRANCH, attention(own + "attention.", read, asked));
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

    private Tensor attention(String name, Tensor x, int asked) {
      int batch = x.dimension(0);
      int positions = x.dimension(1);
      int queried = asked < 0 ? positions : 1;
      int heads = settings.heads();
      int size = settings.width() / heads;
      Tensor queries = linear(name + "query", asked < 0 ? x : x.slice(1, asked, asked + 1));
      Tensor keys = linear(name + "key", x);
      Tensor values = linear(name + "value", x);
      Tensor mixed =
          attentions.apply(
              queries.reshape(batch, queried, heads, size),
              keys.reshape(batch, positions, heads, size),
              values.reshape(batch, positions, heads, size));
      return linear(name + "output", mixed.reshape(batch, queried, settings.width()));
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
