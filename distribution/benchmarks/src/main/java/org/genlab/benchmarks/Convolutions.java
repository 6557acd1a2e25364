package org.genlab.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.Images;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Normalization;
import org.genlab.tensor.Shape;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.Window;
import org.genlab.tensor.random.RandomStream;

/** Networks for images. */
final class Convolutions {
  private static final double EPSILON = 1e-5;
  private static final int BATCH = 64;
  private static final int CLASSES = 10;

  private Convolutions() {}

  /** Two convolutions with pooling, one hidden layer. */
  static Workload cnn() {
    int hidden = 64;
    ParameterLayout layout =
        ParameterLayout.builder()
            .add("conv1.weight", Role.WEIGHT, 3, 3, 1, 16)
            .add("conv1.bias", Role.BIAS, 16)
            .add("conv2.weight", Role.WEIGHT, 3, 3, 16, 32)
            .add("conv2.bias", Role.BIAS, 32)
            .add("dense.weight", Role.WEIGHT, 7 * 7 * 32, hidden)
            .add("dense.bias", Role.BIAS, hidden)
            .add("readout.weight", Role.WEIGHT, hidden, CLASSES)
            .add("readout.bias", Role.BIAS, CLASSES)
            .build();
    RandomStream random = RandomStream.of(0, "cnn");
    Parameters initial = Draw.parameters(random, layout);
    float[] pixels = Draw.normal(random, BATCH * 28 * 28);
    int[] labels = Draw.classes(random, BATCH, CLASSES);
    Tensor images = Tensor.of(pixels, BATCH, 28, 28, 1);
    IntTensor targets = IntTensor.of(labels, BATCH);
    Window same = Window.of(3, 3).padding(1);
    Window halve = Window.of(2, 2).stride(2);
    Function<Parameters, Tensor> loss =
        p -> {
          Tensor x = images;
          for (String name : List.of("conv1", "conv2")) {
            x = Images.conv2d(x, p.get(name + ".weight"), p.get(name + ".bias"), same).relu();
            x = Images.maxPool2d(x, halve);
          }
          x = x.reshape(BATCH, -1).linear(p.get("dense.weight"), p.get("dense.bias")).relu();
          return x.linear(p.get("readout.weight"), p.get("readout.bias"))
              .crossEntropy(targets)
              .mean();
        };
    return new Workload(
        "cnn",
        "CNN 1x28x28, conv 16 and 32 (3x3), max pools, dense 64, batch 64, Adam",
        0.9,
        "",
        initial,
        loss,
        List.of(
            new Formulation("channels first", torch(initial, pixels, labels)),
            new Formulation("channels last", torch(initial, pixels, labels).channelsLast())),
        Rule.adam());
  }

  private static TorchProgram torch(Parameters initial, float[] pixels, int[] labels) {
    int hidden = 64;
    return new TorchProgram()
        .data("x", pixels, BATCH, 1, 28, 28)
        .data("labels", labels, BATCH)
        .parameter("w1", kernel(initial, "conv1.weight"), 16, 1, 3, 3)
        .parameter("b1", Layouts.values(initial, "conv1.bias"), 16)
        .parameter("w2", kernel(initial, "conv2.weight"), 32, 16, 3, 3)
        .parameter("b2", Layouts.values(initial, "conv2.bias"), 32)
        .parameter("w3", flattened(initial, 49, 32, hidden), hidden, 7 * 7 * 32)
        .parameter("b3", Layouts.values(initial, "dense.bias"), hidden)
        .parameter("w4", Layouts.weight(initial, "readout.weight"), CLASSES, hidden)
        .parameter("b4", Layouts.values(initial, "readout.bias"), CLASSES)
        .line("x = torch.relu(torch.conv2d(x, w1, b1, [1, 1], [1, 1]))")
        .line("x = torch.max_pool2d(x, [2, 2], [2, 2])")
        .line("x = torch.relu(torch.conv2d(x, w2, b2, [1, 1], [1, 1]))")
        .line("x = torch.flatten(torch.max_pool2d(x, [2, 2], [2, 2]), 1)")
        .line("x = torch.relu(torch.linear(x, w3, b3))")
        .line("loss = torch.cross_entropy_loss(torch.linear(x, w4, b4), labels)");
  }

  /** The weight of a map from [positions, channels] as one from [channels, positions]. */
  private static float[] flattened(Parameters p, int positions, int channels, int out) {
    float[] weight = Layouts.values(p, "dense.weight");
    float[] result = new float[weight.length];
    for (int o = 0; o < out; o++) {
      for (int c = 0; c < channels; c++) {
        for (int i = 0; i < positions; i++) {
          result[(o * channels + c) * positions + i] = weight[(i * channels + c) * out + o];
        }
      }
    }
    return result;
  }

  /** A kernel [height, width, in, out] as [out, in, height, width]. */
  private static float[] kernel(Parameters p, String name) {
    Shape shape = p.layout().entry(name).shape();
    int size = shape.dimension(0) * shape.dimension(1);
    int in = shape.dimension(2);
    int out = shape.dimension(3);
    float[] weight = Layouts.values(p, name);
    float[] result = new float[weight.length];
    for (int o = 0; o < out; o++) {
      for (int c = 0; c < in; c++) {
        for (int i = 0; i < size; i++) {
          result[(o * in + c) * size + i] = weight[(i * in + c) * out + o];
        }
      }
    }
    return result;
  }

  /**
   * The residual network of He et al. (2016, section 4.2) for 32x32 images with one block a stage,
   * 16, 32 and 64 channels, and projections in the shortcuts.
   */
  static Workload resnet() {
    return new Resnet().workload();
  }

  /** Collects the same network in both frameworks. */
  private static final class Resnet {
    private static final int SIDE = 32;

    private final ParameterLayout.Builder builder = ParameterLayout.builder();
    private final List<Tensor> running = new ArrayList<>();
    private final List<Consumer<TorchProgram>> declarations = new ArrayList<>();
    private Parameters initial;
    private int norms;

    Workload workload() {
      convolution("stem", 3, 3, 16);
      block("stage1", 16, 16);
      block("stage2", 16, 32);
      block("stage3", 32, 64);
      builder
          .add("readout.weight", Role.WEIGHT, 64, CLASSES)
          .add("readout.bias", Role.BIAS, CLASSES);
      RandomStream random = RandomStream.of(0, "resnet");
      initial = Draw.parameters(random, builder.build());
      float[] pixels = Draw.normal(random, BATCH * SIDE * SIDE * 3);
      int[] labels = Draw.classes(random, BATCH, CLASSES);
      for (int i = 0; i < norms; i++) {
        running.add(null);
        running.add(null);
      }
      Tensor images = Tensor.of(pixels, BATCH, SIDE, SIDE, 3);
      IntTensor targets = IntTensor.of(labels, BATCH);
      return new Workload(
          "resnet8",
          "ResNet-8 with batch norm, width 16, 3x32x32, batch 64, SGD with momentum",
          1.0,
          "both sides keep running averages of the statistics",
          initial,
          p -> new Pass(p).loss(images, targets),
          List.of(
              new Formulation("channels first", torch(pixels, labels)),
              new Formulation("channels last", torch(pixels, labels).channelsLast())),
          Rule.momentum());
    }

    private TorchProgram torch(float[] pixels, int[] labels) {
      TorchProgram torch = new TorchProgram();
      torch.data("x", channelsFirst(pixels), BATCH, 3, SIDE, SIDE).data("labels", labels, BATCH);
      declarations.forEach(declaration -> declaration.accept(torch));
      torch
          .parameter("wr", Layouts.weight(initial, "readout.weight"), CLASSES, 64)
          .parameter("br", Layouts.values(initial, "readout.bias"), CLASSES)
          .line("x = torch.relu_(%s)", torchNorm("stem", "x", 1));
      torchBlock(torch, "stage1", 1);
      torchBlock(torch, "stage2", 2);
      torchBlock(torch, "stage3", 2);
      return torch
          .line("x = torch.mean(x, [2, 3])")
          .line("loss = torch.cross_entropy_loss(torch.linear(x, wr, br), labels)");
    }

    private static float[] channelsFirst(float[] pixels) {
      float[] result = new float[pixels.length];
      int positions = SIDE * SIDE;
      for (int i = 0; i < pixels.length; i++) {
        int image = i / (3 * positions);
        result[(image * 3 + i % 3) * positions + i / 3 % positions] = pixels[i];
      }
      return result;
    }

    private void convolution(String name, int size, int in, int out) {
      builder
          .add(name + ".weight", Role.WEIGHT, size, size, in, out)
          .add(name + ".scale", Role.NORM, out)
          .add(name + ".shift", Role.NORM, out);
      norms++;
      float[] ones = new float[out];
      Arrays.fill(ones, 1);
      declarations.add(
          torch ->
              torch
                  .parameter(name + "w", kernel(initial, name + ".weight"), out, in, size, size)
                  .parameter(name + "s", Layouts.values(initial, name + ".scale"), out)
                  .parameter(name + "b", Layouts.values(initial, name + ".shift"), out)
                  .data(name + "m", new float[out], out)
                  .data(name + "v", ones, out));
    }

    private void block(String name, int in, int out) {
      convolution(name + "a", 3, in, out);
      convolution(name + "b", 3, out, out);
      if (in != out) {
        convolution(name + "p", 1, in, out);
      }
    }

    private static String torchNorm(String name, String x, int stride) {
      int padding = name.endsWith("p") ? 0 : 1;
      return String.format(
          Locale.ROOT,
          "torch.batch_norm(torch.conv2d(%s, %sw, None, [%d, %d], [%d, %d]), %ss, %sb, %sm, %sv,"
              + " True, 0.1, 1.0e-5, True)",
          x,
          name,
          stride,
          stride,
          padding,
          padding,
          name,
          name,
          name,
          name);
    }

    private static void torchBlock(TorchProgram torch, String name, int stride) {
      torch.line("h = torch.relu_(%s)", torchNorm(name + "a", "x", stride));
      torch.line("h = %s", torchNorm(name + "b", "h", 1));
      if (stride > 1) {
        torch.line("x = %s", torchNorm(name + "p", "x", stride));
      }
      torch.line("x = torch.relu_(torch.add_(h, x))");
    }

    /** One evaluation in GenLab. */
    private final class Pass {
      private final Parameters p;
      private int norm;

      Pass(Parameters p) {
        this.p = p;
      }

      Tensor loss(Tensor images, IntTensor targets) {
        Tensor x = norm("stem", images, 1, true);
        x = block("stage1", x, 1);
        x = block("stage2", x, 2);
        x = block("stage3", x, 2);
        return Images.globalAveragePool(x)
            .linear(p.get("readout.weight"), p.get("readout.bias"))
            .crossEntropy(targets)
            .mean();
      }

      private Tensor block(String name, Tensor x, int stride) {
        Tensor h = norm(name + "a", x, stride, true);
        h = norm(name + "b", h, 1, false);
        Tensor shortcut = stride > 1 ? norm(name + "p", x, stride, false) : x;
        return h.plus(shortcut).relu();
      }

      private Tensor norm(String name, Tensor x, int stride, boolean relu) {
        Tensor weight = p.get(name + ".weight");
        int size = weight.dimension(0);
        Tensor h =
            Images.conv2d(x, weight, null, Window.of(size, size).padding(size / 2).stride(stride));
        Tensor scale = p.get(name + ".scale");
        Tensor shift = p.get(name + ".shift");
        Normalization.Result result =
            relu
                ? Normalization.batchRelu(h, scale, shift, EPSILON)
                : Normalization.batch(h, scale, shift, EPSILON);
        double n = h.size() / (double) h.dimension(-1);
        average(result.mean(), 1, 0);
        average(result.variance(), n / (n - 1), 1);
        return result.output();
      }

      /** Keeps a running average, which begins with the same value everywhere. */
      private void average(Tensor value, double factor, double start) {
        Tensor before = running.get(norm);
        Tensor now = value.times(0.1 * factor);
        now = before == null ? now.plus(0.9 * start) : now.plus(before.times(0.9));
        running.set(norm++, now.copy());
        if (before != null) {
          before.release();
        }
      }
    }
  }
}
