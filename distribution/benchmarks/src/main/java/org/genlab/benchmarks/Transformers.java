package org.genlab.benchmarks;

import java.util.List;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Network;
import org.genlab.api.model.Parameters;
import org.genlab.architectures.basic.Activation;
import org.genlab.architectures.basic.Initialization;
import org.genlab.architectures.basic.TransformerDecoder;
import org.genlab.architectures.basic.TransformerDecoder.Norm;
import org.genlab.architectures.basic.TransformerDecoder.Positions;
import org.genlab.architectures.basic.TransformerDecoder.Settings;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.random.RandomStream;

/** Causal transformers. */
final class Transformers {
  private static final int WIDTH = 128;
  private static final int HEADS = 4;

  private Transformers() {}

  /**
   * The network of the grokking paper (arXiv 2201.02177, appendix A.1.2), read at the last
   * position. Both sides compute only what the answer depends on.
   */
  static Workload grokking() {
    return grokking("grokking", true, "both sides skip unused positions of the last block");
  }

  /** The same, but PyTorch computes all positions, as the code published for the paper does. */
  static Workload grokkingAsPublished() {
    return grokking(
        "grokking-published",
        false,
        "PyTorch computes all positions, as published code does; GenLab's plugin skips unused"
            + " ones");
  }

  private static Workload grokking(String name, boolean skip, String note) {
    Settings settings =
        new Settings(
            2,
            WIDTH,
            HEADS,
            0,
            Norm.POST,
            Positions.SINUSOIDAL,
            Activation.RELU,
            false,
            false,
            Initialization.UNIFORM,
            0,
            0);
    return new Case(settings, 512, 5, 99, true, skip)
        .workload(
            name,
            "grokking transformer, 2 layers, width 128, 512 x 5 tokens, AdamW",
            0.6,
            note,
            Rule.adamW());
  }

  /** Pre-norm, GELU, learned positions, biases: as GPT-2, with 4 layers and 256 tokens. */
  static Workload language() {
    Settings settings =
        new Settings(
            4,
            WIDTH,
            HEADS,
            0,
            Norm.PRE,
            Positions.LEARNED,
            Activation.GELU,
            true,
            false,
            Initialization.NORMAL,
            0,
            0);
    return new Case(settings, 32, 64, 256, false, false)
        .workload(
            "language",
            "language-model transformer, 4 layers, width 128, 32 x 64 tokens, Adam",
            0.9,
            "",
            Rule.adam());
  }

  /**
   * @param last whether the loss is about the last position only
   * @param skip whether PyTorch computes only that in the last block
   */
  private record Case(
      Settings settings, int size, int length, int vocabulary, boolean last, boolean skip) {

    Workload workload(String name, String description, double target, String note, Rule rule) {
      Network network =
          new TransformerDecoder(settings)
              .build(
                  new DataSpec(
                      new InputSpec.Tokens(vocabulary, length),
                      last
                          ? new TargetSpec.Classes(vocabulary)
                          : new TargetSpec.ClassPerPosition(vocabulary)));
      RandomStream random = RandomStream.of(0, "transformer");
      Parameters initial = network.initialize(random);
      int[] tokens = Draw.classes(random, size * length, vocabulary);
      int[] labels = Draw.classes(random, last ? size : size * length, vocabulary);
      Batch batch = Batch.of(size).with(Batch.INPUT, IntTensor.of(tokens, size, length));
      IntTensor targets = IntTensor.of(labels, labels.length);
      return new Workload(
          name,
          description,
          target,
          note,
          initial,
          p ->
              network
                  .forward(p, batch, new PlainForward())
                  .logits()
                  .reshape(-1, vocabulary)
                  .crossEntropy(targets)
                  .mean(),
          List.of(
              new Formulation("fused attention", torch(initial, tokens, labels, true)),
              new Formulation(
                  "attention in single operators", torch(initial, tokens, labels, false))),
          rule);
    }

    private TorchProgram torch(Parameters initial, int[] tokens, int[] labels, boolean fused) {
      TorchProgram torch =
          new TorchProgram()
              .data("tokens", tokens, size, length)
              .data("labels", labels, labels.length);
      torch.parameter(
          "token", Layouts.values(initial, "embedding.token"), vocabulary, settings.width());
      torch.line("x = torch.embedding(token, tokens)");
      if (settings.positions() == Positions.LEARNED) {
        torch.parameter(
            "position", Layouts.values(initial, "embedding.position"), length, settings.width());
      } else {
        torch.data("position", sinusoids(), length, settings.width());
      }
      torch.data("mask", mask(), length, length);
      torch.line("x = torch.add(x, position)");
      for (int i = 0; i < settings.layers(); i++) {
        block(torch, initial, i, last && skip && i == settings.layers() - 1, fused);
      }
      if (last && !skip) {
        torch.line("x = torch.select(x, 1, -1)");
      }
      if (settings.norm() == Norm.PRE) {
        norm(torch, initial, "x", "x", "norm", "final");
      }
      linear(torch, initial, "x", "x", "readout", "readout");
      return torch.line(
          "loss = torch.cross_entropy_loss(torch.view(x, [%d, %d]), labels)",
          labels.length, vocabulary);
    }

    private float[] sinusoids() {
      float[] values = new float[length * settings.width()];
      for (int i = 0; i < values.length; i++) {
        int position = i / settings.width();
        int channel = i % settings.width();
        double angle =
            position / Math.pow(10000, (channel - channel % 2) / (double) settings.width());
        values[i] = (float) (channel % 2 == 0 ? Math.sin(angle) : Math.cos(angle));
      }
      return values;
    }

    private void block(
        TorchProgram torch, Parameters initial, int i, boolean lastOnly, boolean fused) {
      String block = "block." + i + ".";
      boolean pre = settings.norm() == Norm.PRE;
      int width = settings.width();
      int heads = settings.heads();
      int asked = lastOnly ? 1 : length;
      if (pre) {
        norm(torch, initial, "h", "x", block + "attention.norm", "an" + i);
      } else {
        torch.line("h = x");
      }
      if (lastOnly) {
        torch.line("x = torch.slice(x, 1, %d, %d)", length - 1, length);
        torch.line("r = torch.slice(h, 1, %d, %d)", length - 1, length);
        linear(torch, initial, "q", "r", block + "attention.query", "q" + i);
        packed(torch, initial, "kv", "h", block, i, "key", "value");
        torch.line("k, v, = torch.split(kv, %d, 2)", width);
      } else {
        packed(torch, initial, "qkv", "h", block, i, "query", "key", "value");
        torch.line("q, k, v, = torch.split(qkv, %d, 2)", width);
      }
      for (String part : new String[] {"q", "k", "v"}) {
        torch.line(
            "%s = torch.transpose(torch.view(%s, [%d, %d, %d, %d]), 1, 2)",
            part, part, size, part.equals("q") ? asked : length, heads, width / heads);
      }
      attention(torch, width / heads, lastOnly, fused);
      torch.line("a = torch.reshape(torch.transpose(a, 1, 2), [%d, %d, %d])", size, asked, width);
      linear(torch, initial, "a", "a", block + "attention.output", "o" + i);
      torch.line("x = torch.add(x, a)");
      if (pre) {
        norm(torch, initial, "h", "x", block + "mlp.norm", "mn" + i);
      } else {
        norm(torch, initial, "x", "x", block + "attention.norm", "an" + i);
        torch.line("h = x");
      }
      linear(torch, initial, "h", "h", block + "mlp.in", "mi" + i);
      torch.line(
          settings.activation() == Activation.GELU
              ? "h = torch.gelu(h, approximate=\"tanh\")"
              : "h = torch.relu(h)");
      linear(torch, initial, "h", "h", block + "mlp.out", "mo" + i);
      torch.line("x = torch.add(x, h)");
      if (!pre) {
        norm(torch, initial, "x", "x", block + "mlp.norm", "mn" + i);
      }
    }

    /** PyTorch's fused kernel is meant for long sequences. */
    private void attention(TorchProgram torch, int size, boolean lastOnly, boolean fused) {
      if (fused) {
        torch.line(
            "a = torch.scaled_dot_product_attention(q, k, v, is_causal=%s)",
            lastOnly ? "False" : "True");
        return;
      }
      torch.line(
          "s = torch.mul(torch.matmul(q, torch.transpose(k, -2, -1)), %s)", 1 / Math.sqrt(size));
      if (!lastOnly) {
        torch.line("s = torch.add(s, mask)");
      }
      torch.line("a = torch.matmul(torch.softmax(s, -1), v)");
    }

    /** What is added to scores: negative infinity where a position is after the query. */
    private float[] mask() {
      float[] mask = new float[length * length];
      for (int i = 0; i < mask.length; i++) {
        mask[i] = i % length > i / length ? Float.NEGATIVE_INFINITY : 0;
      }
      return mask;
    }

    private void norm(
        TorchProgram torch, Parameters initial, String to, String from, String name, String id) {
      torch.parameter(id + "s", Layouts.values(initial, name + ".scale"), settings.width());
      torch.parameter(id + "b", Layouts.values(initial, name + ".shift"), settings.width());
      torch.line(
          "%s = torch.layer_norm(%s, [%d], %ss, %sb, 1.0e-5)", to, from, settings.width(), id, id);
    }

    private void linear(
        TorchProgram torch, Parameters initial, String to, String from, String name, String id) {
      var shape = initial.layout().entry(name + ".weight").shape();
      torch.parameter(
          id + "w",
          Layouts.weight(initial, name + ".weight"),
          shape.dimension(1),
          shape.dimension(0));
      if (settings.bias()) {
        torch.parameter(id + "b", Layouts.values(initial, name + ".bias"), shape.dimension(1));
      }
      torch.line(
          "%s = torch.linear(%s, %sw, %s)", to, from, id, settings.bias() ? id + "b" : "None");
    }

    /** Several maps of the same input as one, as usual for queries, keys and values. */
    private void packed(
        TorchProgram torch,
        Parameters initial,
        String to,
        String from,
        String block,
        int i,
        String... maps) {
      float[][] weights = new float[maps.length][];
      float[][] biases = new float[maps.length][];
      for (int j = 0; j < maps.length; j++) {
        String name = block + "attention." + maps[j];
        weights[j] = Layouts.weight(initial, name + ".weight");
        biases[j] = settings.bias() ? Layouts.values(initial, name + ".bias") : new float[0];
      }
      String id = to + i;
      int width = settings.width();
      torch.parameter(id + "w", Layouts.joined(weights), (long) maps.length * width, width);
      if (settings.bias()) {
        torch.parameter(id + "b", Layouts.joined(biases), (long) maps.length * width);
      }
      torch.line(
          "%s = torch.linear(%s, %sw, %s)", to, from, id, settings.bias() ? id + "b" : "None");
    }
  }
}
