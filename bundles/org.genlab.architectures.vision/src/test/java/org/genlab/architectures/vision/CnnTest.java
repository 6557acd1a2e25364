package org.genlab.architectures.vision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.genlab.api.SettingException;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Network;
import org.genlab.api.model.Output;
import org.genlab.api.model.ParameterLayout.Entry;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.architectures.vision.Cnn.Padding;
import org.genlab.architectures.vision.Cnn.Settings;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.Shape;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class CnnTest {
  /** A pass that changes nothing; buffers take effect at once. */
  private static final class Pass implements Forward {
    final Map<String, Site> sites = new LinkedHashMap<>();
    final Map<String, Tensor> buffers = new LinkedHashMap<>();
    private final boolean training;

    Pass(boolean training) {
      this.training = training;
    }

    @Override
    public boolean training() {
      return training;
    }

    @Override
    public Tensor feature(String name, Site site, Tensor value) {
      sites.put(name, site);
      return value;
    }

    @Override
    public RandomStream random(String name) {
      throw new AssertionError("nothing here is random");
    }

    @Override
    public Optional<Tensor> buffer(String name) {
      return Optional.ofNullable(buffers.get(name));
    }

    @Override
    public void updateBuffer(String name, Tensor value) {
      buffers.put(name, value);
    }
  }

  private static Settings settings(
      List<Integer> channels,
      int kernel,
      int stride,
      Padding padding,
      Pooling pool,
      Normalisation normalisation,
      Pooling globalPool,
      List<Integer> dense,
      Initialization init) {
    return new Settings(
        channels,
        List.of(kernel),
        List.of(stride),
        padding,
        Activation.RELU,
        pool,
        List.of(2),
        normalisation,
        2,
        globalPool,
        dense,
        true,
        init,
        1);
  }

  private static Network network(Settings settings, int... shape) {
    List<Integer> dimensions = java.util.Arrays.stream(shape).boxed().toList();
    return new Cnn(settings)
        .build(new DataSpec(new InputSpec.Values(dimensions), new TargetSpec.Classes(10)));
  }

  private static Batch images(long seed, int... shape) {
    return Batch.of(shape[0])
        .with(Batch.INPUT, Tensor.normal(RandomStream.of(seed, "images"), 1, shape));
  }

  /** LeNet-like on 28 x 28: 5 x 5 x 1 x 6 + 6, 5 x 5 x 6 x 16 + 16, 4 x 4 x 16 x 120 + 120, ... */
  @Test
  void hasTheParametersOfTheClosedForm() {
    Settings lenet =
        settings(
            List.of(6, 16),
            5,
            1,
            Padding.VALID,
            Pooling.MAX,
            Normalisation.NONE,
            Pooling.NONE,
            List.of(120, 84),
            Initialization.HE);
    int expected =
        (25 * 6 + 6)
            + (25 * 6 * 16 + 16)
            + (4 * 4 * 16 * 120 + 120)
            + (120 * 84 + 84)
            + (84 * 10 + 10);
    assertEquals(expected, network(lenet, 28, 28).layout().size());
    Settings normalised =
        settings(
            List.of(8, 16),
            3,
            2,
            Padding.SAME,
            Pooling.NONE,
            Normalisation.BATCH,
            Pooling.AVERAGE,
            List.of(),
            Initialization.HE);
    assertEquals(
        9 * 3 * 8 + 2 * 8 + 9 * 8 * 16 + 2 * 16 + 16 * 10 + 10,
        network(normalised, 9, 7, 3).layout().size());
  }

  /** Against sums over taps and channels in double precision. */
  @Test
  void convolvesAsTheDefinitionSays() {
    for (Padding padding : Padding.values()) {
      for (int stride = 1; stride <= 2; stride++) {
        Settings settings =
            settings(
                List.of(3),
                3,
                stride,
                padding,
                Pooling.NONE,
                Normalisation.NONE,
                Pooling.NONE,
                List.of(),
                Initialization.UNIFORM);
        Network network = network(settings, 5, 4, 2);
        Parameters parameters = network.initialize(RandomStream.of(3, "init"));
        Batch batch = images(4, 2, 5, 4, 2);
        Tensor pre = network.forward(parameters, batch, new Pass(false)).feature("conv.0.pre");
        Tensor expected =
            convolution(
                batch.input(),
                parameters.get("conv.0.weight"),
                parameters.get("conv.0.bias"),
                stride,
                padding == Padding.SAME ? 1 : 0);
        assertEquals(expected.shape(), pre.shape());
        assertArrayEquals(expected.toArray(), pre.toArray(), 1e-5f);
      }
    }
  }

  private static Tensor convolution(Tensor x, Tensor weight, Tensor bias, int stride, int padding) {
    int rows = (x.dimension(1) + 2 * padding - weight.dimension(0)) / stride + 1;
    int columns = (x.dimension(2) + 2 * padding - weight.dimension(1)) / stride + 1;
    int out = weight.dimension(3);
    double[] y = new double[x.dimension(0) * rows * columns * out];
    int at = 0;
    for (int n = 0; n < x.dimension(0); n++) {
      for (int p = 0; p < rows; p++) {
        for (int q = 0; q < columns; q++) {
          for (int o = 0; o < out; o++) {
            y[at++] =
                bias.get(o) + window(x, weight, n, p * stride - padding, q * stride - padding, o);
          }
        }
      }
    }
    return Tensor.of(y, x.dimension(0), rows, columns, out);
  }

  private static double window(Tensor x, Tensor weight, int n, int top, int left, int o) {
    double sum = 0;
    for (int i = 0; i < weight.dimension(0); i++) {
      for (int j = 0; j < weight.dimension(1); j++) {
        int row = top + i;
        int column = left + j;
        if (row >= 0 && row < x.dimension(1) && column >= 0 && column < x.dimension(2)) {
          for (int c = 0; c < x.dimension(3); c++) {
            sum += (double) x.get(n, row, column, c) * weight.get(i, j, c, o);
          }
        }
      }
    }
    return sum;
  }

  /**
   * An image in the middle of zeros, moved by two pixels: features move by two, and by one after
   * pooling.
   */
  @Test
  void featuresMoveWithTheImage() {
    Settings settings =
        settings(
            List.of(4, 5),
            3,
            1,
            Padding.SAME,
            Pooling.AVERAGE,
            Normalisation.LAYER,
            Pooling.MAX,
            List.of(),
            Initialization.HE);
    Network network = network(settings, 24, 24, 1);
    Parameters parameters = network.initialize(RandomStream.of(5, "init"));
    Tensor patch = Tensor.normal(RandomStream.of(6, "patch"), 1, 1, 4, 4, 1);
    Tensor here = patch.pad(1, 8, 12, 0).pad(2, 8, 12, 0);
    Tensor there = patch.pad(1, 12, 8, 0).pad(2, 8, 12, 0);
    Output a = network.forward(parameters, Batch.of(1).with(Batch.INPUT, here), new Pass(false));
    Output b = network.forward(parameters, Batch.of(1).with(Batch.INPUT, there), new Pass(false));
    moved(a.feature("conv.0"), b.feature("conv.0"), 4);
    moved(a.feature("pool.0"), b.feature("pool.0"), 2);
    moved(a.feature("pool.1"), b.feature("pool.1"), 1);
    assertArrayEquals(a.logits().toArray(), b.logits().toArray(), 1e-4f);
    assertTrue(
        a.feature("conv.0").minus(b.feature("conv.0")).abs().sum().item() > 1, "nothing moved");
  }

  private static void moved(Tensor a, Tensor b, int by) {
    assertArrayEquals(a.roll(1, by).toArray(), b.toArray(), 1e-4f);
  }

  /** What is drawn when no width is 0: every parameter's derivative along a random direction. */
  @Test
  void gradientsAreDerivatives() {
    for (Normalisation normalisation : Normalisation.values()) {
      Settings smooth =
          new Settings(
              List.of(4, 4),
              List.of(3),
              List.of(1),
              Padding.SAME,
              Activation.TANH,
              Pooling.AVERAGE,
              List.of(2, 1),
              normalisation,
              2,
              Pooling.NONE,
              List.of(6),
              true,
              Initialization.UNIFORM,
              1);
      Network network = network(smooth, 6, 6);
      Parameters parameters = network.initialize(RandomStream.of(7, "init"));
      Batch batch = images(8, 4, 6, 6);
      Tensor w = parameters.flat().variable();
      Tensor gradient = Gradients.of(loss(network, parameters.with(w), batch), w);
      for (Entry entry : network.layout().entries()) {
        double[] direction = new double[parameters.flat().size()];
        RandomStream random = RandomStream.of(9, entry.name());
        for (int i = entry.offset(); i < entry.offset() + entry.size(); i++) {
          direction[i] = random.nextGaussian() / Math.sqrt(entry.size());
        }
        Tensor d = Tensor.of(direction, direction.length);
        double h = 1e-2;
        double up = loss(network, parameters.map(p -> p.plus(d.times(h))), batch).item();
        double down = loss(network, parameters.map(p -> p.minus(d.times(h))), batch).item();
        double slope = gradient.dot(d).item();
        assertEquals(
            (up - down) / (2 * h),
            slope,
            2e-3 * (1 + Math.abs(slope)),
            normalisation + entry.name());
      }
    }
  }

  private static Tensor loss(Network network, Parameters parameters, Batch batch) {
    return network.forward(parameters, batch, new Pass(true)).logits().square().sum();
  }

  @Test
  void batchNormalisationKeepsRunningStatisticsForEvaluation() {
    Settings settings =
        settings(
            List.of(3),
            3,
            1,
            Padding.VALID,
            Pooling.NONE,
            Normalisation.BATCH,
            Pooling.AVERAGE,
            List.of(),
            Initialization.HE);
    Network network = network(settings, 5, 5);
    Parameters parameters = network.initialize(RandomStream.of(1, "init"));
    Batch batch = images(2, 8, 5, 5);
    Pass pass = new Pass(true);
    Tensor pre = network.forward(parameters, batch, pass).feature("conv.0.pre");
    assertArrayEquals(new float[3], pre.mean(false, 0, 1, 2).toArray(), 1e-5f);
    Tensor z =
        convolution(
            batch.input().reshape(8, 5, 5, 1),
            parameters.get("conv.0.weight"),
            Tensor.zeros(3),
            1,
            0);
    assertArrayEquals(
        z.mean(false, 0, 1, 2).times(0.1).toArray(),
        pass.buffers.get("conv.0.norm.mean").toArray(),
        1e-5f);
    assertArrayEquals(
        z.variance(true, false, 0, 1, 2).times(0.1).plus(0.9).toArray(),
        pass.buffers.get("conv.0.norm.variance").toArray(),
        1e-5f);
    Pass evaluation = new Pass(false);
    evaluation.buffers.putAll(pass.buffers);
    Tensor mean = pass.buffers.get("conv.0.norm.mean");
    Tensor variance = pass.buffers.get("conv.0.norm.variance");
    assertArrayEquals(
        z.minus(mean).dividedBy(variance.plus(1e-5).sqrt()).toArray(),
        network.forward(parameters, batch, evaluation).feature("conv.0.pre").toArray(),
        1e-4f);
    assertEquals(pass.buffers, evaluation.buffers);
  }

  @Test
  void featuresStandAtTheirSites() {
    Settings settings =
        new Settings(
            List.of(2, 2),
            List.of(3),
            List.of(1),
            Padding.SAME,
            Activation.RELU,
            Pooling.MAX,
            List.of(1, 2),
            Normalisation.NONE,
            1,
            Pooling.NONE,
            List.of(5),
            true,
            Initialization.HE,
            1);
    Pass pass = new Pass(false);
    Network network = network(settings, 6, 6);
    Output output =
        network.forward(network.initialize(RandomStream.of(0, "i")), images(0, 2, 6, 6), pass);
    assertEquals(
        "{conv.0.pre=OTHER, conv.0=HIDDEN, conv.1.pre=OTHER, conv.1=HIDDEN, pool.1=OTHER,"
            + " dense.0.pre=OTHER, dense.0=HIDDEN, representation=REPRESENTATION}",
        pass.sites.toString());
    assertEquals(Shape.of(2, 3, 3, 2), output.feature("pool.1").shape());
    assertArrayEquals(
        output.feature("conv.0.pre").relu().toArray(), output.feature("conv.0").toArray());
  }

  @Test
  void parametersAreDrawnByTheirFanIn() {
    for (Initialization init : Initialization.values()) {
      Settings settings =
          new Settings(
              List.of(50),
              List.of(5),
              List.of(1),
              Padding.SAME,
              Activation.RELU,
              Pooling.NONE,
              List.of(1),
              Normalisation.NONE,
              1,
              Pooling.MAX,
              List.of(),
              true,
              init,
              3);
      Parameters drawn = network(settings, 8, 8, 4).initialize(RandomStream.of(2, "init"));
      // 5,000 weights of fan-in 100: the standard deviation is known to about 1 %.
      double deviation = Math.sqrt(drawn.get("conv.0.weight").square().mean().item());
      double expected = init == Initialization.HE ? Math.sqrt(0.02) : 0.1 / Math.sqrt(3);
      assertEquals(3 * expected, deviation, 0.05 * 3 * expected);
      double bias = drawn.get("conv.0.bias").abs().max(false, 0).item();
      assertTrue(init == Initialization.HE ? bias == 0 : bias > 0.2 && bias <= 0.3);
    }
  }

  @Test
  void normalisedLayersHaveNoBias() {
    Settings settings =
        settings(
            List.of(4),
            3,
            1,
            Padding.SAME,
            Pooling.MAX,
            Normalisation.GROUP,
            Pooling.NONE,
            List.of(4),
            Initialization.HE);
    assertEquals(
        List.of("readout.bias"),
        network(settings, 6, 6).layout().entries().stream()
            .filter(e -> e.role() == Role.BIAS)
            .map(Entry::name)
            .toList());
  }

  @Test
  void valuesComeOutInTheirShape() {
    Settings settings =
        settings(
            List.of(4),
            3,
            1,
            Padding.SAME,
            Pooling.MAX,
            Normalisation.NONE,
            Pooling.NONE,
            List.of(),
            Initialization.HE);
    Network network =
        new Cnn(settings)
            .build(
                new DataSpec(
                    new InputSpec.Values(List.of(4, 4)), new TargetSpec.Values(List.of(2, 3))));
    Parameters parameters = network.initialize(RandomStream.of(0, "init"));
    assertEquals(
        Shape.of(5, 2, 3),
        network.forward(parameters, images(1, 5, 4, 4), new Pass(false)).logits().shape());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Settings deep =
        settings(
            List.of(2, 2, 2),
            3,
            1,
            Padding.SAME,
            Pooling.MAX,
            Normalisation.NONE,
            Pooling.NONE,
            List.of(),
            Initialization.HE);
    SettingException small = assertThrows(SettingException.class, () -> network(deep, 4, 4));
    assertTrue(
        small.getMessage().contains("stage 2 leaves nothing of images of 4 x 4"),
        small.getMessage());
    Cnn cnn = new Cnn(deep);
    TargetSpec classes = new TargetSpec.Classes(2);
    for (InputSpec input : List.of(new InputSpec.Tokens(4, 4), new InputSpec.Values(List.of(16)))) {
      assertThrows(IllegalArgumentException.class, () -> cnn.build(new DataSpec(input, classes)));
    }
    assertThrows(
        IllegalArgumentException.class,
        () ->
            cnn.build(
                new DataSpec(
                    new InputSpec.Values(List.of(8, 8)), new TargetSpec.ClassPerPosition(2))));
    SettingException groups =
        assertThrows(
            SettingException.class,
            () ->
                settings(
                    List.of(3),
                    3,
                    1,
                    Padding.SAME,
                    Pooling.MAX,
                    Normalisation.GROUP,
                    Pooling.NONE,
                    List.of(),
                    Initialization.HE));
    assertEquals("groups", groups.setting());
    SettingException kernels =
        assertThrows(
            SettingException.class,
            () ->
                new Settings(
                    List.of(2),
                    List.of(3, 3),
                    List.of(1),
                    Padding.SAME,
                    Activation.RELU,
                    Pooling.MAX,
                    List.of(2),
                    Normalisation.NONE,
                    1,
                    Pooling.NONE,
                    List.of(),
                    true,
                    Initialization.HE,
                    1));
    assertEquals("kernel", kernels.setting());
  }
}
