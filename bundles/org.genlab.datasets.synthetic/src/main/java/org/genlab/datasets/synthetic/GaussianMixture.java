package org.genlab.datasets.synthetic;

import jakarta.inject.Inject;
import java.util.List;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;
import org.genlab.tensor.random.RandomStream;

/**
 * Classes that are mixtures of Gaussian clusters in R^d: x = centre + spread xi, xi ~ N(0, Sigma).
 *
 * <p>Cluster c belongs to class c mod K; the clusters of a class are equally frequent. The centres,
 * with r {@code separation}:
 *
 * <ul>
 *   <li>{@code sphere}: uniformly random directions, length r;
 *   <li>{@code axes}: cluster c at r times the c-th unit vector;
 *   <li>{@code antipodal}: clusters 2i and 2i + 1 at + and - r times a uniformly random direction;
 *       two classes are N(+mu, ...) and N(-mu, ...);
 *   <li>{@code box}: uniform in [-r, r]^d.
 * </ul>
 *
 * <p>With {@code imbalance} R the frequency of class k of K is proportional to R^(-k/(K-1)): the
 * first is R times as frequent as the last (the exponential profile of Cui et al., "Class-balanced
 * loss based on effective number of samples", CVPR 2019). Validation and test split stay balanced
 * unless {@code balanced-test} is false.
 *
 * <p>Splits {@code train}, {@code validation} (when it has examples), {@code test}, and with {@code
 * centres-split} {@code centres}, one example a cluster. The i-th example of a split does not
 * depend on the split's size. Annotations: {@code index}, {@code cluster}.
 */
@Plugin(
    kind = Kind.DATASET,
    id = "gaussian-mixture",
    version = "1.0.0",
    summary = "Classes that are mixtures of Gaussian clusters")
public final class GaussianMixture implements Dataset {
  /** Where the centres are. */
  public enum Centres {
    SPHERE,
    AXES,
    ANTIPODAL,
    BOX
  }

  /**
   * The settings.
   *
   * @param classes K
   * @param clustersPerClass clusters of each class
   * @param dimensions d
   * @param centres where the centres are
   * @param separation r
   * @param spread what the noise is multiplied by
   * @param covariance the eigenvalues of Sigma, the same for all clusters
   * @param imbalance R, how much more frequent the first class is than the last
   * @param balancedTest whether classes are equally frequent in the validation and test split
   * @param trainExamples the size of the training split; 0 for one without end
   * @param validationExamples the size of the validation split; 0 for none
   * @param testExamples the size of the test split
   * @param centresSplit whether there is a split {@code centres}
   */
  public record Settings(
      @Default("2") @Range(min = 2, max = 100000) @Doc("classes K") int classes,
      @Default("1") @Range(min = 1, max = 100000) @Doc("clusters of a class") int clustersPerClass,
      @Default("2") @Range(min = 1, max = 1000000) @Doc("dimensions d of the inputs")
          int dimensions,
      @Default("sphere") @Doc("where the centres are: sphere, axes, antipodal or box")
          Centres centres,
      @Default("3") @Range(min = 0, max = 1e9) @Doc("length r of the centres; half a box's side")
          double separation,
      @Default("1") @Range(min = 0, max = 1e9) @Doc("what the noise is multiplied by")
          double spread,
      @Default("{}") @Doc("the covariance of the noise") Spectrum covariance,
      @Default("1")
          @Range(min = 1, max = 1e9)
          @Doc("how much more frequent the first class is than the last")
          double imbalance,
      @Default("true") @Doc("whether classes are equally frequent outside of training")
          boolean balancedTest,
      @Default("1000")
          @Range(min = 0, max = 10000000)
          @Doc("training examples; 0 for endlessly many")
          int trainExamples,
      @Default("0") @Range(min = 0, max = 10000000) @Doc("validation examples; 0 for no such split")
          int validationExamples,
      @Default("1000") @Range(min = 1, max = 10000000) @Doc("test examples") int testExamples,
      @Default("false") @Doc("whether there is a split of the centres") boolean centresSplit) {
    public Settings {
      if (centres == Centres.AXES && (long) classes * clustersPerClass > dimensions) {
        throw new SettingException(
            "centres",
            "'axes' need a dimension for each of the "
                + (long) classes * clustersPerClass
                + " clusters, and there are "
                + dimensions);
      }
    }
  }

  private final DataSpec spec;
  private final List<Split> splits;

  @Inject
  public GaussianMixture(Settings settings, Randomness randomness) {
    int k = settings.classes();
    int clusters = Math.multiplyExact(k, settings.clustersPerClass());
    int[] classes = new int[clusters];
    double[] weights = new double[clusters];
    for (int c = 0; c < clusters; c++) {
      classes[c] = c % k;
      weights[c] = StrictMath.pow(settings.imbalance(), -(double) (c % k) / (k - 1));
    }
    GaussianNoise noise =
        new GaussianNoise(settings.covariance(), settings.dimensions(), randomness.stream("basis"));
    Distribution trained = new Distribution(weights);
    spec =
        new DataSpec(
            new InputSpec.Values(List.of(settings.dimensions())), new TargetSpec.Classes(k));
    splits =
        new Clusters(
                centres(settings, clusters, randomness.stream("centres")),
                classes,
                noise,
                settings.spread(),
                randomness)
            .splits(
                settings.trainExamples(),
                settings.validationExamples(),
                settings.testExamples(),
                trained,
                settings.balancedTest() ? Distribution.uniform(clusters) : trained,
                settings.centresSplit());
  }

  private static double[][] centres(Settings of, int clusters, RandomStream random) {
    double r = of.separation();
    double[][] centres = new double[clusters][of.dimensions()];
    for (int c = 0; c < clusters; c++) {
      switch (of.centres()) {
        case SPHERE -> centres[c] = Directions.onSphere(of.dimensions(), r, random);
        case AXES -> centres[c][c] = r;
        case ANTIPODAL -> {
          if (c % 2 == 0) {
            centres[c] = Directions.onSphere(of.dimensions(), r, random);
          } else {
            for (int i = 0; i < of.dimensions(); i++) {
              centres[c][i] = -centres[c - 1][i];
            }
          }
        }
        case BOX -> {
          for (int i = 0; i < of.dimensions(); i++) {
            centres[c][i] = r * (2 * random.nextDouble() - 1);
          }
        }
      }
    }
    return centres;
  }

  @Override
  public DataSpec spec() {
    return spec;
  }

  @Override
  public List<Split> splits() {
    return splits;
  }
}
