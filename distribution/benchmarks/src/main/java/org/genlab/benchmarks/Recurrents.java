package org.genlab.benchmarks;

import java.util.List;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Recurrent;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/** A classifier of sequences that reads the last state of an LSTM. */
final class Recurrents {
  private static final int BATCH = 64;
  private static final int STEPS = 32;
  private static final int IN = 64;
  private static final int HIDDEN = 64;
  private static final int CLASSES = 10;

  private Recurrents() {}

  static Workload lstm() {
    ParameterLayout layout =
        ParameterLayout.builder()
            .add("input.weight", Role.WEIGHT, IN, 4 * HIDDEN)
            .add("state.weight", Role.WEIGHT, HIDDEN, 4 * HIDDEN)
            .add("bias", Role.BIAS, 4 * HIDDEN)
            .add("readout.weight", Role.WEIGHT, HIDDEN, CLASSES)
            .add("readout.bias", Role.BIAS, CLASSES)
            .build();
    RandomStream random = RandomStream.of(0, "lstm");
    Parameters initial = Draw.parameters(random, layout);
    float[] values = Draw.normal(random, BATCH * STEPS * IN);
    int[] labels = Draw.classes(random, BATCH, CLASSES);
    Tensor x = Tensor.of(values, BATCH, STEPS, IN);
    IntTensor targets = IntTensor.of(labels, BATCH);
    return new Workload(
        "lstm",
        "LSTM, 64 inputs, hidden 64, 32 steps, batch 64, Adam",
        0.6,
        "PyTorch's second bias is a constant 0",
        initial,
        p ->
            Recurrent.lstm(
                    x, null, null, p.get("input.weight"), p.get("state.weight"), p.get("bias"))
                .last()
                .linear(p.get("readout.weight"), p.get("readout.bias"))
                .crossEntropy(targets)
                .mean(),
        List.of(
            new Formulation("batch first", torch(initial, values, labels, true)),
            new Formulation("time first", torch(initial, values, labels, false))),
        Rule.adam());
  }

  private static TorchProgram torch(
      Parameters initial, float[] values, int[] labels, boolean batchFirst) {
    TorchProgram torch = new TorchProgram();
    if (batchFirst) {
      torch.data("x", values, BATCH, STEPS, IN);
    } else {
      torch.data("x", timeFirst(values), STEPS, BATCH, IN);
    }
    return torch
        .data("labels", labels, BATCH)
        .data("h0", new float[BATCH * HIDDEN], 1, BATCH, HIDDEN)
        .data("c0", new float[BATCH * HIDDEN], 1, BATCH, HIDDEN)
        .data("nobias", new float[4 * HIDDEN], 4 * HIDDEN)
        .parameter("wi", Layouts.weight(initial, "input.weight"), 4 * HIDDEN, IN)
        .parameter("wh", Layouts.weight(initial, "state.weight"), 4 * HIDDEN, HIDDEN)
        .parameter("b", Layouts.values(initial, "bias"), 4 * HIDDEN)
        .parameter("wr", Layouts.weight(initial, "readout.weight"), CLASSES, HIDDEN)
        .parameter("br", Layouts.values(initial, "readout.bias"), CLASSES)
        .line(
            "y, h, c, = torch.lstm(x, [h0, c0], [wi, wh, b, nobias], True, 1, 0., True, False,"
                + " %s)",
            batchFirst ? "True" : "False")
        .line("x = torch.linear(torch.select(h, 0, 0), wr, br)")
        .line("loss = torch.cross_entropy_loss(x, labels)");
  }

  private static float[] timeFirst(float[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      int batch = i / (STEPS * IN);
      int step = i / IN % STEPS;
      result[(step * BATCH + batch) * IN + i % IN] = values[i];
    }
    return result;
  }
}
