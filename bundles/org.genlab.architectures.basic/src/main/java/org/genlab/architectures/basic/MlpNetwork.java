package org.genlab.architectures.basic;

import static org.genlab.api.model.ParameterLayout.Role.BIAS;
import static org.genlab.api.model.ParameterLayout.Role.EMBEDDING;
import static org.genlab.api.model.ParameterLayout.Role.NORM;
import static org.genlab.api.model.ParameterLayout.Role.WEIGHT;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Forward.Site;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.Parameters;
import org.genlab.architectures.basic.Mlp.Settings;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** The network of {@link Mlp}. */
final class MlpNetwork implements Network {
  private final Settings settings;
  private final DataSpec spec;
  private final int[] positions;
  private final ParameterLayout layout;

  MlpNetwork(Settings settings, DataSpec spec) {
    this.settings = settings;
    this.spec = spec;
    ParameterLayout.Builder builder = ParameterLayout.builder();
    int width;
    if (spec.input() instanceof InputSpec.Tokens tokens) {
      List<Integer> chosen = settings.positions();
      positions =
          chosen.isEmpty()
              ? IntStream.range(0, tokens.length()).toArray()
              : chosen.stream().mapToInt(Integer::intValue).toArray();
      builder.add("embedding.token", EMBEDDING, tokens.vocabulary(), settings.embedding());
      width =
          settings.tokens() == Mlp.Tokens.SUM
              ? settings.embedding()
              : settings.embedding() * positions.length;
    } else {
      positions = new int[0];
      width = ((InputSpec.Values) spec.input()).size();
    }
    for (int i = 0; i < settings.hidden().size(); i++) {
      width = addHidden(builder, "hidden." + i, width, settings.hidden().get(i));
    }
    if (settings.readout() > 0) {
      width = add(builder, "projection", width, settings.readout());
    }
    add(builder, "readout", width, outputs(spec.target()));
    layout = builder.build();
  }

  private int addHidden(ParameterLayout.Builder builder, String name, int in, int out) {
    if (settings.normalization() == Normalisation.NONE) {
      return add(builder, name, in, out);
    }
    builder.add(name + ".weight", WEIGHT, in, out);
    builder.add(name + ".norm.scale", NORM, out);
    builder.add(name + ".norm.shift", NORM, out);
    return out;
  }

  private int add(ParameterLayout.Builder builder, String name, int in, int out) {
    builder.add(name + ".weight", WEIGHT, in, out);
    if (settings.bias()) {
      builder.add(name + ".bias", BIAS, out);
    }
    return out;
  }

  private static int outputs(TargetSpec target) {
    return target instanceof TargetSpec.Classes classes
        ? classes.count()
        : ((TargetSpec.Values) target).shape().stream().reduce(1, Math::multiplyExact);
  }

  @Override
  public ParameterLayout layout() {
    return layout;
  }

  @Override
  public Parameters initialize(RandomStream random) {
    Parameters drawn = settings.init().draw(layout, random);
    return settings.initScale() == 1
        ? drawn
        : drawn.map(values -> values.times(settings.initScale()));
  }

  @Override
  public Output forward(Parameters parameters, Batch batch, Forward forward) {
    Map<String, Tensor> features = new LinkedHashMap<>();
    Tensor x =
        spec.input() instanceof InputSpec.Tokens
            ? embed(parameters, batch, forward, features)
            : batch.input().reshape(batch.size(), -1);
    for (int i = 0; i < settings.hidden().size(); i++) {
      String name = "hidden." + i;
      Tensor z = normalised(parameters, forward, name, x);
      z = feature(forward, features, name + ".pre", Site.OTHER, z);
      x = feature(forward, features, name, Site.HIDDEN, settings.activation().apply(z));
    }
    if (settings.readout() > 0) {
      x = linear(parameters, "projection", x);
    }
    x = feature(forward, features, "representation", Site.REPRESENTATION, x);
    Tensor logits = linear(parameters, "readout", x);
    return new Output(shaped(logits, batch.size()), features);
  }

  private Tensor embed(
      Parameters parameters, Batch batch, Forward forward, Map<String, Tensor> features) {
    Tensor table = parameters.get("embedding.token");
    Tensor x =
        feature(forward, features, "embedding", Site.EMBEDDING, table.gather(read(batch.tokens())));
    return settings.tokens() == Mlp.Tokens.SUM
        ? x.sum(false, 1)
        : x.reshape(batch.size(), positions.length * settings.embedding());
  }

  /** The tokens at the positions that are read. */
  private IntTensor read(IntTensor tokens) {
    int batch = tokens.shape().dimension(0);
    int length = tokens.shape().dimension(1);
    int[] chosen = new int[batch * positions.length];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = tokens.at(i / positions.length * length + positions[i % positions.length]);
    }
    return IntTensor.of(chosen, batch, positions.length);
  }

  private Tensor normalised(Parameters parameters, Forward forward, String name, Tensor x) {
    if (settings.normalization() == Normalisation.NONE) {
      return linear(parameters, name, x);
    }
    String norm = name + ".norm";
    Tensor z = x.linear(parameters.get(name + ".weight"), null);
    Tensor scale = parameters.get(norm + ".scale");
    Tensor shift = parameters.get(norm + ".shift");
    return settings.normalization().apply(forward, norm, z, scale, shift);
  }

  private Tensor linear(Parameters parameters, String name, Tensor x) {
    return x.linear(
        parameters.get(name + ".weight"), settings.bias() ? parameters.get(name + ".bias") : null);
  }

  private static Tensor feature(
      Forward forward, Map<String, Tensor> features, String name, Site site, Tensor value) {
    Tensor changed = forward.feature(name, site, value);
    features.put(name, changed);
    return changed;
  }

  private Tensor shaped(Tensor logits, int batch) {
    if (spec.target() instanceof TargetSpec.Values values) {
      int[] shape = new int[values.shape().size() + 1];
      shape[0] = batch;
      for (int i = 1; i < shape.length; i++) {
        shape[i] = values.shape().get(i - 1);
      }
      return logits.reshape(shape);
    }
    return logits;
  }
}
