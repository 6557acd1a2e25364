package org.genlab.datasets.synthetic;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.Range;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.tensor.LinearAlgebra;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;

/**
 * Two classes in R^d, uniform on two elongated rectangles whose moments of each order say something
 * else about the boundary between them (after the rectangular data set of Refinetti, Ingrosso and
 * Goldt, "Neural networks trained with SGD learn distributions of increasing complexity", arXiv
 * 2211.11567, section 3).
 *
 * <p>In coordinates z of its own, an example of class s = +1 (class 1) or -1 (class 0) has
 *
 * <pre>
 *   z_1 = s m_long  + U[-h_long, h_long]
 *   z_2 = s m_short + U[-h_short, h_short]
 *   z_k = U[-sqrt(3) n, sqrt(3) n]  for k = 3 ... d
 * </pre>
 *
 * and x = V z with V = I, or uniform among the orthogonal matrices. Both classes are equally
 * frequent. Three directions separate the classes as well as can be, knowing
 *
 * <ul>
 *   <li>{@code mean-direction}: the means, (m_long, m_short, 0 ...);
 *   <li>{@code covariance-direction}: means and covariance, (m_long / h_long^2, m_short /
 *       h_short^2, 0 ...), Fisher's discriminant;
 *   <li>{@code oracle-direction}: the rectangles themselves, (0, 1, 0 ...), the normal of the long
 *       sides, which makes no error when m_short is at least h_short.
 * </ul>
 *
 * <p>With {@code directions} each is a split of one example, of length 1. Splits {@code train},
 * {@code validation} (when it has examples) and {@code test}; the i-th example of a split does not
 * depend on the split's size.
 */
@Plugin(
    kind = Kind.DATASET,
    id = "rectangular-mixture",
    version = "1.0.0",
    summary =
        "Two classes on elongated rectangles: means, covariance and shape give other boundaries",
    source = "arXiv:2211.11567, section 3")
public final class RectangularMixture implements Dataset {
  /** The splits of the three directions. */
  private static final List<String> DIRECTIONS =
      List.of("mean-direction", "covariance-direction", "oracle-direction");

  /**
   * The settings.
   *
   * @param dimensions d
   * @param meanLong m_long, how far the centres lie along the long side
   * @param meanShort m_short, how far they lie along the short side
   * @param halfLong h_long, half of the long side
   * @param halfShort h_short, half of the short side
   * @param noise n, the standard deviation in each of the other dimensions
   * @param rotated whether V is drawn at random
   * @param directions whether the three directions are splits
   * @param trainExamples the size of the training split; 0 for one without end
   * @param validationExamples the size of the validation split; 0 for none
   * @param testExamples the size of the test split
   */
  public record Settings(
      @Default("20") @Range(min = 2, max = 100000) @Doc("dimensions d of the inputs")
          int dimensions,
      @Default("2") @Range(min = 0, max = 1e6) @Doc("the centres' distance from 0 on the long side")
          double meanLong,
      @Default("1")
          @Range(min = 0, max = 1e6)
          @Doc("the centres' distance from 0 on the short side")
          double meanShort,
      @Default("3")
          @Range(min = 0, max = 1e6, minExclusive = true)
          @Doc("half of the rectangles' long side")
          double halfLong,
      @Default("0.95")
          @Range(min = 0, max = 1e6, minExclusive = true)
          @Doc("half of the rectangles' short side")
          double halfShort,
      @Default("1")
          @Range(min = 0, max = 1e6)
          @Doc("standard deviation in each of the other dimensions")
          double noise,
      @Default("true") @Doc("whether the rectangles are turned at random in R^d") boolean rotated,
      @Default("true") @Doc("whether the three directions are splits") boolean directions,
      @Default("0") @Range(min = 0, max = 10000000) @Doc("training examples; 0 for endlessly many")
          int trainExamples,
      @Default("0") @Range(min = 0, max = 10000000) @Doc("validation examples; 0 for no such split")
          int validationExamples,
      @Default("1000") @Range(min = 1, max = 10000000) @Doc("test examples") int testExamples) {}

  private final Settings settings;
  private final Randomness randomness;
  private final float[] basis;
  private final Columns columns;
  private final List<Split> splits;

  @Inject
  public RectangularMixture(Settings settings, Randomness randomness) {
    this.settings = settings;
    this.randomness = randomness;
    int d = settings.dimensions();
    // The Q of a Gaussian matrix whose R has a positive diagonal is uniform.
    basis =
        settings.rotated()
            ? LinearAlgebra.qr(Tensor.normal(randomness.stream("basis"), 1, d, d)).q().toArray()
            : new float[0];
    columns = new Columns().real(Batch.INPUT, d).integer(Batch.TARGET);
    List<Split> all = new ArrayList<>();
    all.add(split(TRAIN, settings.trainExamples()));
    if (settings.validationExamples() > 0) {
      all.add(split(VALIDATION, settings.validationExamples()));
    }
    all.add(split(TEST, settings.testExamples()));
    if (settings.directions()) {
      all.addAll(directions());
    }
    splits = List.copyOf(all);
  }

  private List<Split> directions() {
    double[][] planes = {
      {settings.meanLong(), settings.meanShort()},
      {
        settings.meanLong() / (settings.halfLong() * settings.halfLong()),
        settings.meanShort() / (settings.halfShort() * settings.halfShort())
      },
      {0, 1}
    };
    List<Split> found = new ArrayList<>();
    for (int i = 0; i < DIRECTIONS.size(); i++) {
      Row row = new Row(inSpace(unit(planes[i])), 1);
      found.add(RowSplit.of(DIRECTIONS.get(i), columns, 1, any -> row));
    }
    return found;
  }

  @Override
  public DataSpec spec() {
    return new DataSpec(
        new InputSpec.Values(List.of(settings.dimensions())), new TargetSpec.Classes(2));
  }

  @Override
  public List<Split> splits() {
    return splits;
  }

  private Split split(String name, int examples) {
    return RowSplit.of(name, columns, examples, i -> example(randomness.stream(name, i)));
  }

  private Row example(RandomStream random) {
    int label = random.nextInt(2);
    double[] z = new double[settings.dimensions()];
    for (int k = 0; k < z.length; k++) {
      double half =
          k == 0
              ? settings.halfLong()
              : k == 1 ? settings.halfShort() : Math.sqrt(3) * settings.noise();
      z[k] = half * (2 * random.nextDouble() - 1);
    }
    z[0] += label == 1 ? settings.meanLong() : -settings.meanLong();
    z[1] += label == 1 ? settings.meanShort() : -settings.meanShort();
    return new Row(inSpace(z), label);
  }

  /** The first two coordinates scaled to length 1; when both are 0, they stay. */
  private double[] unit(double[] plane) {
    double length = Math.sqrt(plane[0] * plane[0] + plane[1] * plane[1]);
    double[] z = new double[settings.dimensions()];
    z[0] = length == 0 ? 0 : plane[0] / length;
    z[1] = length == 0 ? 0 : plane[1] / length;
    return z;
  }

  /** V z. */
  private float[] inSpace(double[] z) {
    int d = z.length;
    float[] x = new float[d];
    for (int i = 0; i < d; i++) {
      double sum = 0;
      for (int k = 0; k < d; k++) {
        sum += basis.length == 0 ? (i == k ? z[k] : 0) : basis[i * d + k] * z[k];
      }
      x[i] = (float) sum;
    }
    return x;
  }
}
