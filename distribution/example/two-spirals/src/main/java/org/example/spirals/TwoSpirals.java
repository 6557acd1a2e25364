package org.example.spirals;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Objects;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.Range;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/**
 * Two spirals in the plane that wind around each other, one for each class (Lang and Witbrock 1988). A point
 * at angle a is (a cos a, a sin a) / (2 pi turns), turned by half a circle for the second class.
 */
@Plugin(
    kind = Kind.DATASET,
    id = "two-spirals",
    version = "1.0.0",
    summary = "Two spirals in the plane that wind around each other",
    source = "Lang and Witbrock 1988")
public final class TwoSpirals implements Dataset {
  /**
   * The settings.
   *
   * @param train points to train on
   * @param validation points to validate on
   * @param turns of each spiral
   * @param noise standard deviation
   */
  public record Settings(
      @Default("200") @Range(min = 1) @Doc("points to train on") int train,
      @Default("200") @Range(min = 1) @Doc("points to validate on") int validation,
      @Default("1.5") @Range(min = 0.1, max = 100) @Doc("turns of each spiral") double turns,
      @Default("0.02") @Range(min = 0) @Doc("standard deviation of the noise on points")
          double noise) {}

  private final Settings settings;
  private final Randomness randomness;

  @Inject
  public TwoSpirals(Settings settings, Randomness randomness) {
    this.settings = settings;
    this.randomness = randomness;
  }

  @Override
  public DataSpec spec() {
    return new DataSpec(new InputSpec.Values(List.of(2)), new TargetSpec.Classes(2));
  }

  @Override
  public List<Split> splits() {
    return List.of(
        new Points(TRAIN, settings.train()), new Points(VALIDATION, settings.validation()));
  }

  private final class Points implements Split {
    private final String name;
    private final int size;

    Points(String name, int size) {
      this.name = name;
      this.size = size;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public Batch batch(int... indices) {
      double[] points = new double[2 * indices.length];
      int[] classes = new int[indices.length];
      for (int i = 0; i < indices.length; i++) {
        RandomStream random = randomness.stream(name, Objects.checkIndex(indices[i], size));
        classes[i] = indices[i] % 2;
        double radius = StrictMath.sqrt(random.nextDouble());
        double angle = 2 * Math.PI * settings.turns() * radius + Math.PI * classes[i];
        points[2 * i] =
            radius * StrictMath.cos(angle) + settings.noise() * random.nextGaussian();
        points[2 * i + 1] =
            radius * StrictMath.sin(angle) + settings.noise() * random.nextGaussian();
      }
      return Batch.of(indices.length)
          .with(Batch.INPUT, Tensor.of(points, indices.length, 2))
          .with(Batch.TARGET, IntTensor.of(classes, indices.length))
          .with(Annotation.INDEX, IntTensor.of(indices, indices.length));
    }
  }
}
