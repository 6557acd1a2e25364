package org.genlab.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Network;
import org.genlab.api.model.ParameterLayout.Entry;
import org.genlab.api.model.Parameters;
import org.genlab.architectures.basic.Activation;
import org.genlab.architectures.basic.Initialization;
import org.genlab.architectures.basic.Mlp;
import org.genlab.architectures.basic.Normalisation;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** Multi-layer perceptrons: linear maps with ReLU between them, cross-entropy. */
final class Perceptrons {
  private Perceptrons() {}

  /** 784-512-512-10, batches of 128, Adam. */
  static Workload mnist() {
    return of("mlp", 0.8, 128, 784, List.of(512, 512), 10);
  }

  /** 2-64-64-2, batches of 32, Adam. */
  static Workload tiny() {
    return of("mlp-tiny", 0.1, 32, 2, List.of(64, 64), 2);
  }

  private static Workload of(
      String name, double target, int size, int inputs, List<Integer> hidden, int classes) {
    Network network =
        new Mlp(
                new Mlp.Settings(
                    hidden,
                    Activation.RELU,
                    true,
                    0,
                    Mlp.Tokens.CONCATENATE,
                    128,
                    List.of(),
                    Initialization.UNIFORM,
                    Normalisation.NONE,
                    1))
            .build(
                new DataSpec(
                    new InputSpec.Values(List.of(inputs)), new TargetSpec.Classes(classes)));
    RandomStream random = RandomStream.of(0, name);
    Parameters initial = network.initialize(random);
    float[] x = Draw.normal(random, size * inputs);
    int[] labels = Draw.classes(random, size, classes);
    Batch batch =
        Batch.of(size)
            .with(Batch.INPUT, Tensor.of(x, size, inputs))
            .with(Batch.TARGET, IntTensor.of(labels, size));
    List<String> layers = new ArrayList<>();
    layers.add(Integer.toString(inputs));
    hidden.forEach(h -> layers.add(h.toString()));
    layers.add(Integer.toString(classes));
    return new Workload(
        name,
        "MLP " + String.join("-", layers) + ", batch " + size + ", Adam",
        target,
        "",
        initial,
        p ->
            network
                .forward(p, batch, new PlainForward())
                .logits()
                .crossEntropy(batch.labels())
                .mean(),
        List.of(new Formulation("as usual", torch(initial, x, labels, size, inputs))),
        Rule.adam());
  }

  private static TorchProgram torch(
      Parameters initial, float[] x, int[] labels, int size, int inputs) {
    TorchProgram torch = new TorchProgram().data("x", x, size, inputs).data("labels", labels, size);
    List<Entry> entries = initial.layout().entries();
    for (int i = 0; i < entries.size(); i += 2) {
      Entry weight = entries.get(i);
      Entry bias = entries.get(i + 1);
      int layer = i / 2;
      torch.parameter(
          "w" + layer,
          Layouts.weight(initial, weight.name()),
          weight.shape().dimension(1),
          weight.shape().dimension(0));
      torch.parameter("b" + layer, Layouts.values(initial, bias.name()), bias.size());
      torch.line("x = torch.linear(x, w%d, b%d)", layer, layer);
      if (i + 2 < entries.size()) {
        torch.line("x = torch.relu(x)");
      }
    }
    return torch.line("loss = torch.cross_entropy_loss(x, labels)");
  }
}
