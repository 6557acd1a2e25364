package org.genlab.architectures.basic;

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
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** The network of {@link Linear}. */
final class LinearNetwork implements Network {
  private final Linear.Settings settings;
  private final DataSpec spec;
  private final int inputs;
  private final ParameterLayout layout;

  LinearNetwork(Linear.Settings settings, DataSpec spec) {
    this.settings = settings;
    this.spec = spec;
    inputs = LinearMap.inputs(spec);
    int outputs = LinearMap.outputs(spec);
    ParameterLayout.Builder builder =
        ParameterLayout.builder().add("weight", Role.WEIGHT, inputs, outputs);
    layout = (settings.bias() ? builder.add("bias", Role.BIAS, outputs) : builder).build();
  }

  @Override
  public ParameterLayout layout() {
    return layout;
  }

  @Override
  public Parameters initialize(RandomStream random) {
    float[] values = new float[layout.size()];
    double deviation = settings.initScale() / Math.sqrt(inputs);
    for (int i = 0; deviation > 0 && i < layout.entry("weight").size(); i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return new Parameters(layout, Tensor.of(values, values.length));
  }

  @Override
  public Output forward(Parameters parameters, Batch batch, Forward forward) {
    Tensor x =
        forward.feature(
            "representation", Site.REPRESENTATION, batch.input().reshape(batch.size(), inputs));
    Tensor outputs =
        x.linear(parameters.get("weight"), settings.bias() ? parameters.get("bias") : null);
    return new Output(LinearMap.shaped(spec, outputs), Map.of("representation", x));
  }
}
