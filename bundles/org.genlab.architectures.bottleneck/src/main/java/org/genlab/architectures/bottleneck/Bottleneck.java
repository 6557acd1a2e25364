package org.genlab.architectures.bottleneck;

import static org.genlab.api.model.ParameterLayout.Role.BIAS;
import static org.genlab.api.model.ParameterLayout.Role.WEIGHT;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Forward.Site;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Entry;
import org.genlab.api.model.Parameters;
import org.genlab.architectures.bottleneck.VibNetwork.Settings;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** The network of {@link VibNetwork}. */
final class Bottleneck implements Network {
  private static final String MEAN = "bottleneck.mean";
  private static final String LOG_VARIANCE = "bottleneck.log-variance";

  private final Settings settings;
  private final int[] outputShape;
  private final ParameterLayout layout;

  Bottleneck(Settings settings, DataSpec spec) {
    this.settings = settings;
    List<Integer> shape =
        spec.target() instanceof TargetSpec.Classes classes
            ? List.of(classes.count())
            : ((TargetSpec.Values) spec.target()).shape();
    // The first dimension is the example.
    outputShape = Stream.concat(Stream.of(0), shape.stream()).mapToInt(Integer::intValue).toArray();
    ParameterLayout.Builder builder = ParameterLayout.builder();
    int width = ((InputSpec.Values) spec.input()).size();
    for (int i = 0; i < settings.hidden().size(); i++) {
      width = add(builder, "hidden." + i, width, settings.hidden().get(i));
    }
    add(builder, MEAN, width, settings.bottleneck());
    add(builder, LOG_VARIANCE, width, settings.bottleneck());
    add(
        builder,
        "decoder",
        settings.bottleneck(),
        IntStream.of(outputShape).skip(1).reduce(1, Math::multiplyExact));
    layout = builder.build();
  }

  private static int add(ParameterLayout.Builder builder, String name, int in, int out) {
    builder.add(name + ".weight", WEIGHT, in, out);
    builder.add(name + ".bias", BIAS, out);
    return out;
  }

  @Override
  public ParameterLayout layout() {
    return layout;
  }

  @Override
  public Parameters initialize(RandomStream random) {
    float[] values = new float[layout.size()];
    for (Entry entry : layout.entries()) {
      int end = entry.offset() + entry.size();
      if (entry.role() == WEIGHT) {
        double gain = entry.name().startsWith("hidden.") ? 2 : 1;
        double deviation = Math.sqrt(gain / entry.shape().dimension(0));
        for (int i = entry.offset(); i < end; i++) {
          values[i] = (float) (deviation * random.nextGaussian());
        }
      } else if (entry.name().equals(LOG_VARIANCE + ".bias")) {
        Arrays.fill(values, entry.offset(), end, (float) settings.initialLogVariance());
      }
    }
    return new Parameters(layout, Tensor.of(values, values.length));
  }

  @Override
  public Output forward(Parameters parameters, Batch batch, Forward forward) {
    Map<String, Tensor> features = new LinkedHashMap<>();
    Tensor h = batch.input().reshape(batch.size(), layout.entries().get(0).shape().dimension(0));
    for (int i = 0; i < settings.hidden().size(); i++) {
      String name = "hidden." + i;
      Tensor z = linear(parameters, name, h);
      z = feature(forward, features, name + ".pre", Site.OTHER, z);
      h = feature(forward, features, name, Site.HIDDEN, z.relu());
    }
    Tensor mean = linear(parameters, MEAN, h);
    mean = feature(forward, features, MEAN, Site.OTHER, mean);
    Tensor logVariance = linear(parameters, LOG_VARIANCE, h);
    Tensor t = mean;
    if (forward.training()) {
      logVariance = forward.feature(LOG_VARIANCE, Site.OTHER, logVariance);
      Tensor noise =
          Tensor.normal(forward.random("bottleneck"), 1, batch.size(), settings.bottleneck());
      t = mean.plus(logVariance.times(0.5).exp().times(noise));
    }
    features.put(LOG_VARIANCE, logVariance);
    t = feature(forward, features, "bottleneck", Site.REPRESENTATION, t);
    int[] shape = outputShape.clone();
    shape[0] = batch.size();
    return new Output(linear(parameters, "decoder", t).reshape(shape), features);
  }

  private static Tensor linear(Parameters parameters, String name, Tensor x) {
    return x.linear(parameters.get(name + ".weight"), parameters.get(name + ".bias"));
  }

  private static Tensor feature(
      Forward forward, Map<String, Tensor> features, String name, Site site, Tensor value) {
    Tensor changed = forward.feature(name, site, value);
    features.put(name, changed);
    return changed;
  }
}
