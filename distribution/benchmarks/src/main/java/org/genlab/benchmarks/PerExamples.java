package org.genlab.benchmarks;

import java.util.List;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** The gradient of the loss of each example of a batch. */
final class PerExamples {
  private static final int BATCH = 128;
  private static final int IN = 784;
  private static final int HIDDEN = 128;
  private static final int CLASSES = 10;

  private PerExamples() {}

  static Workload mlp() {
    ParameterLayout layout =
        ParameterLayout.builder()
            .add("hidden.weight", Role.WEIGHT, IN, HIDDEN)
            .add("hidden.bias", Role.BIAS, HIDDEN)
            .add("readout.weight", Role.WEIGHT, HIDDEN, CLASSES)
            .add("readout.bias", Role.BIAS, CLASSES)
            .build();
    RandomStream random = RandomStream.of(0, "per-example");
    Parameters initial = Draw.parameters(random, layout);
    float[] values = Draw.normal(random, BATCH * IN);
    int[] labels = Draw.classes(random, BATCH, CLASSES);
    Tensor x = Tensor.of(values, BATCH, IN);
    IntTensor targets = IntTensor.of(labels, BATCH);
    return new Workload(
        "per-example",
        "gradients of each example, MLP 784-128-10, batch 128",
        0.7,
        "compared is the norm of an example's gradient",
        initial,
        p -> {
          Tensor losses =
              x.linear(p.get("hidden.weight"), p.get("hidden.bias"))
                  .relu()
                  .linear(p.get("readout.weight"), p.get("readout.bias"))
                  .crossEntropy(targets);
          Tensor gradients = Gradients.perExample(losses, p.flat()).orElseThrow();
          return gradients.slice(0, 0, 1).slice(1, 0, IN * HIDDEN).norm();
        },
        List.of(
            new Formulation("products", torch(initial, values, labels, "mul")),
            new Formulation("matrix products", torch(initial, values, labels, "bmm"))),
        Rule.none());
  }

  /** As vmap(grad) and Opacus do: the gradients at the linear maps' outputs, times their inputs. */
  private static TorchProgram torch(
      Parameters initial, float[] values, int[] labels, String product) {
    return new TorchProgram()
        .data("x", values, BATCH, IN)
        .data("labels", labels, BATCH)
        .parameter("w1", Layouts.weight(initial, "hidden.weight"), HIDDEN, IN)
        .parameter("b1", Layouts.values(initial, "hidden.bias"), HIDDEN)
        .parameter("w2", Layouts.weight(initial, "readout.weight"), CLASSES, HIDDEN)
        .parameter("b2", Layouts.values(initial, "readout.bias"), CLASSES)
        .line("z1 = torch.linear(x, w1, b1)")
        .line("h = torch.relu(z1)")
        .line("z2 = torch.linear(h, w2, b2)")
        .line("sum = torch.cross_entropy_loss(z2, labels, None, 2)")
        .line("maybe = torch.grad([sum], [z1, z2])")
        .line("g1 = unchecked_cast(Tensor, maybe[0])")
        .line("g2 = unchecked_cast(Tensor, maybe[1])")
        .line("torch.set_grad_enabled(False)")
        .line("gw1 = torch.%s(torch.unsqueeze(g1, 2), torch.unsqueeze(x, 1))", product)
        .line("gw2 = torch.%s(torch.unsqueeze(g2, 2), torch.unsqueeze(h, 1))", product)
        .line("self.grads = [gw1, g1, gw2, g2]")
        .line("loss = torch.norm(torch.select(gw1, 0, 0))")
        .ownGradients();
  }
}
