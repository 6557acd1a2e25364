package org.genlab.architectures.basic;

import java.util.LinkedHashMap;
import java.util.Map;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Forward.Site;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.architectures.basic.TwoLayer.OuterWeights;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** The network of {@link TwoLayer}. */
final class TwoLayerNetwork implements Network {
  private final TwoLayer.Settings settings;
  private final DataSpec spec;
  private final int inputs;
  private final int outputs;
  private final ParameterLayout layout;

  TwoLayerNetwork(TwoLayer.Settings settings, DataSpec spec) {
    this.settings = settings;
    this.spec = spec;
    inputs = LinearMap.inputs(spec);
    outputs = LinearMap.outputs(spec);
    int m = settings.width();
    ParameterLayout.Builder builder =
        ParameterLayout.builder().add("hidden.0.weight", Role.WEIGHT, inputs, m);
    if (settings.bias()) {
      builder.add("hidden.0.bias", Role.BIAS, m);
    }
    if (settings.outerWeights() == OuterWeights.TRAINED) {
      builder.add("readout.weight", Role.WEIGHT, m, outputs);
    }
    layout = builder.build();
  }

  @Override
  public ParameterLayout layout() {
    return layout;
  }

  @Override
  public Parameters initialize(RandomStream random) {
    double deviation =
        settings.initDeviation() == 0 ? 1 / Math.sqrt(inputs) : settings.initDeviation();
    float[] values = new float[layout.size()];
    for (ParameterLayout.Entry entry : layout.entries()) {
      if (entry.role() == Role.WEIGHT) {
        double scale = entry.name().equals("readout.weight") ? 1 : deviation;
        for (int i = entry.offset(); i < entry.offset() + entry.size(); i++) {
          values[i] = (float) (scale * random.nextGaussian());
        }
      }
    }
    return new Parameters(layout, Tensor.of(values, values.length));
  }

  @Override
  public Output forward(Parameters parameters, Batch batch, Forward forward) {
    Map<String, Tensor> features = new LinkedHashMap<>();
    Tensor z =
        batch
            .input()
            .reshape(batch.size(), inputs)
            .linear(
                parameters.get("hidden.0.weight"),
                settings.bias() ? parameters.get("hidden.0.bias") : null);
    z = forward.feature("preactivation.0", Site.OTHER, z);
    features.put("preactivation.0", z);
    Tensor h = settings.activation().apply(z);
    h = forward.feature("representation", Site.REPRESENTATION, h);
    features.put("representation", h);
    Tensor sum =
        settings.outerWeights() == OuterWeights.SIGNS
            ? h.matmul(signs())
            : h.matmul(parameters.get("readout.weight"));
    Tensor f = sum.times(settings.scale().of(settings.width()));
    return new Output(LinearMap.shaped(spec, f), features);
  }

  /** The map to sum_j a_j h_j, [m, 1]; of two classes that to its half, once negative, [m, 2]. */
  private Tensor signs() {
    int m = settings.width();
    float[] values = new float[Math.multiplyExact(m, outputs)];
    for (int j = 0; j < m; j++) {
      float a = j % 2 == 0 ? 1 : -1;
      if (outputs == 1) {
        values[j] = a;
      } else {
        values[2 * j] = -a / 2;
        values[2 * j + 1] = a / 2;
      }
    }
    return Tensor.of(values, m, outputs);
  }
}
