package org.genlab.architectures.vision;

import static org.genlab.api.model.ParameterLayout.Role.BIAS;
import static org.genlab.api.model.ParameterLayout.Role.NORM;
import static org.genlab.api.model.ParameterLayout.Role.WEIGHT;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Forward.Site;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Entry;
import org.genlab.api.model.Parameters;
import org.genlab.architectures.vision.Cnn.Settings;
import org.genlab.tensor.Images;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.Window;
import org.genlab.tensor.random.RandomStream;

/** The network of {@link Cnn}. */
final class CnnNetwork implements Network {
  private final Settings settings;
  private final int[] image;
  private final TargetSpec target;
  private final List<Window> windows = new ArrayList<>();
  private final ParameterLayout layout;

  /**
   * @param shape of an image, [height, width] or [height, width, channels]
   */
  CnnNetwork(Settings settings, List<Integer> shape, TargetSpec target) {
    this.settings = settings;
    this.target = target;
    image = new int[] {shape.get(0), shape.get(1), shape.size() == 3 ? shape.get(2) : 1};
    ParameterLayout.Builder builder = ParameterLayout.builder();
    int height = image[0];
    int width = image[1];
    int channels = image[2];
    for (int i = 0; i < settings.channels().size(); i++) {
      int kernel = settings.kernel().get(i);
      Window window = Window.of(kernel, kernel).stride(settings.stride().get(i));
      windows.add(settings.padding() == Cnn.Padding.SAME ? window.same() : window);
      height = remaining(i, height, windows.get(i).top() + windows.get(i).bottom());
      width = remaining(i, width, windows.get(i).left() + windows.get(i).right());
      builder.add(
          "conv." + i + ".weight", WEIGHT, kernel, kernel, channels, settings.channels().get(i));
      channels = settings.channels().get(i);
      addRest(builder, "conv." + i, channels);
    }
    int features = settings.globalPool() == Pooling.NONE ? height * width * channels : channels;
    for (int i = 0; i < settings.dense().size(); i++) {
      builder.add("dense." + i + ".weight", WEIGHT, features, settings.dense().get(i));
      features = settings.dense().get(i);
      addRest(builder, "dense." + i, features);
    }
    builder.add("readout.weight", WEIGHT, features, outputs(target));
    if (settings.bias()) {
      builder.add("readout.bias", BIAS, outputs(target));
    }
    layout = builder.build();
  }

  /** The rows (or columns) that stage i leaves of so many. */
  private int remaining(int i, int size, int padding) {
    int kernel = settings.kernel().get(i);
    int convolved = Math.floorDiv(size + padding - kernel, settings.stride().get(i)) + 1;
    int pooled = pools(i) ? convolved / settings.poolSize().get(i) : convolved;
    if (convolved < 1 || pooled < 1) {
      throw new SettingException(
          "channels",
          String.format(
              Locale.ROOT,
              "must have fewer stages, or smaller kernels, strides and pool sizes: stage %d leaves"
                  + " nothing of images of %d x %d",
              i,
              image[0],
              image[1]));
    }
    return pooled;
  }

  private boolean pools(int stage) {
    return settings.pool() != Pooling.NONE && settings.poolSize().get(stage) > 1;
  }

  private boolean normalises() {
    return settings.normalization() != Normalisation.NONE;
  }

  /** Scale and shift of a normalised layer, or the bias of another. */
  private void addRest(ParameterLayout.Builder builder, String layer, int width) {
    if (normalises()) {
      builder.add(layer + ".norm.scale", NORM, width);
      builder.add(layer + ".norm.shift", NORM, width);
    } else if (settings.bias()) {
      builder.add(layer + ".bias", BIAS, width);
    }
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
    float[] values = new float[layout.size()];
    int fanIn = 1;
    for (Entry entry : layout.entries()) {
      if (entry.role() == WEIGHT) {
        fanIn = entry.size() / entry.shape().dimension(-1);
      }
      for (int i = entry.offset(); i < entry.offset() + entry.size(); i++) {
        values[i] = (float) draw(entry, fanIn, random);
      }
    }
    return new Parameters(layout, Tensor.of(values, values.length));
  }

  private double draw(Entry entry, int fanIn, RandomStream random) {
    return switch (entry.role()) {
      case WEIGHT -> settings.initScale() * settings.init().weight(fanIn, random);
      case BIAS -> settings.initScale() * settings.init().bias(fanIn, random);
      default -> entry.name().endsWith(".scale") ? 1 : 0;
    };
  }

  @Override
  public Output forward(Parameters parameters, Batch batch, Forward forward) {
    Map<String, Tensor> features = new LinkedHashMap<>();
    Tensor x = batch.input().reshape(batch.size(), image[0], image[1], image[2]);
    for (int i = 0; i < windows.size(); i++) {
      String layer = "conv." + i;
      Tensor z =
          Images.conv2d(
              x, parameters.get(layer + ".weight"), bias(parameters, layer), windows.get(i));
      x = activate(parameters, forward, features, layer, z);
      if (pools(i)) {
        Tensor pooled = settings.pool().apply(x, settings.poolSize().get(i));
        x = feature(forward, features, "pool." + i, Site.OTHER, pooled);
      }
    }
    x = settings.globalPool().global(x);
    for (int i = 0; i < settings.dense().size(); i++) {
      String layer = "dense." + i;
      Tensor z = x.linear(parameters.get(layer + ".weight"), bias(parameters, layer));
      x = activate(parameters, forward, features, layer, z);
    }
    x = feature(forward, features, "representation", Site.REPRESENTATION, x);
    Tensor bias = settings.bias() ? parameters.get("readout.bias") : null;
    return new Output(shaped(x.linear(parameters.get("readout.weight"), bias)), features);
  }

  private Tensor bias(Parameters parameters, String layer) {
    return settings.bias() && !normalises() ? parameters.get(layer + ".bias") : null;
  }

  /** activation(normalisation(z)), with its two features. */
  private Tensor activate(
      Parameters parameters,
      Forward forward,
      Map<String, Tensor> features,
      String layer,
      Tensor z) {
    String norm = layer + ".norm";
    Tensor scale = normalises() ? parameters.get(norm + ".scale") : null;
    Tensor shift = normalises() ? parameters.get(norm + ".shift") : null;
    Tensor pre = settings.normalization().apply(forward, norm, z, scale, shift, settings.groups());
    pre = feature(forward, features, layer + ".pre", Site.OTHER, pre);
    return feature(forward, features, layer, Site.HIDDEN, settings.activation().apply(pre));
  }

  private static Tensor feature(
      Forward forward, Map<String, Tensor> features, String name, Site site, Tensor value) {
    Tensor changed = forward.feature(name, site, value);
    features.put(name, changed);
    return changed;
  }

  private Tensor shaped(Tensor logits) {
    if (target instanceof TargetSpec.Values values) {
      int[] shape = new int[values.shape().size() + 1];
      shape[0] = logits.dimension(0);
      for (int i = 1; i < shape.length; i++) {
        shape[i] = values.shape().get(i - 1);
      }
      return logits.reshape(shape);
    }
    return logits;
  }
}
