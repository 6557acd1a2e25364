package org.genlab.datasets.synthetic;

import jakarta.inject.Inject;
import java.util.List;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.Range;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.Dataset;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.Split;
import org.genlab.api.data.TargetSpec;

/**
 * Four Gaussian clusters in XOR position: x = c + s xi with xi ~ N(0, I_p) and c uniform on {+mu1,
 * -mu1, +mu2, -mu2}, mu1 and mu2 orthogonal and of the same length (Xu, Wang, Frei, Vardi and Hu,
 * "Benign overfitting and grokking in ReLU networks for XOR cluster data", arXiv 2310.02541,
 * section 2). Class 1 (the paper's y = +1) for c = +-mu1, class 0 (y = -1) for c = +-mu2; no linear
 * rule does better than chance.
 *
 * <p>mu1 and mu2 lie on the first two coordinates, which loses nothing where the rest, noise and
 * initial weights, is the same in all directions. Labels are clean; wrap the dataset to flip some.
 *
 * <p>As they are drawn, the four clusters of n training examples differ in size by about sqrt(n /
 * 2). With {@code balanced} each four consecutive training examples are one of each cluster, in
 * random order.
 *
 * <p>Splits {@code train}, {@code validation} (when it has examples), {@code test}, and with {@code
 * centres-split} {@code centres}, the four points +mu1, -mu1, +mu2, -mu2. The i-th example of a
 * split does not depend on the split's size. Annotations: {@code index}, {@code cluster} (0 to 3,
 * in that order).
 */
@Plugin(
    kind = Kind.DATASET,
    id = "xor-clusters",
    version = "1.1.0",
    summary = "Four Gaussian clusters in XOR position, two classes",
    source = "arXiv:2310.02541, section 2")
public final class XorClusters implements Dataset {
  /**
   * The settings.
   *
   * @param dimensions p
   * @param meanNorm the length of mu1 and of mu2
   * @param spread s, the standard deviation of the noise in each coordinate
   * @param trainExamples the size of the training split; 0 for one without end
   * @param validationExamples the size of the validation split; 0 for none
   * @param testExamples the size of the test split
   * @param centresSplit whether there is a split {@code centres}
   * @param balanced whether the clusters have equally many training examples
   */
  public record Settings(
      @Default("2") @Range(min = 2, max = 1000000) @Doc("dimensions p of the inputs")
          int dimensions,
      @Default("3") @Range(min = 0, max = 1e9) @Doc("length of the clusters' means mu1 and mu2")
          double meanNorm,
      @Default("1") @Range(min = 0, max = 1e9) @Doc("standard deviation of a coordinate's noise")
          double spread,
      @Default("300")
          @Range(min = 0, max = 10000000)
          @Doc("training examples; 0 for endlessly many")
          int trainExamples,
      @Default("0") @Range(min = 0, max = 10000000) @Doc("validation examples; 0 for no such split")
          int validationExamples,
      @Default("1000") @Range(min = 1, max = 10000000) @Doc("test examples") int testExamples,
      @Default("false") @Doc("whether there is a split of the four centres") boolean centresSplit,
      @Default("false") @Doc("whether training has equally many examples of each cluster")
          boolean balanced) {}

  private final DataSpec spec;
  private final List<Split> splits;

  @Inject
  public XorClusters(Settings settings, Randomness randomness) {
    int p = settings.dimensions();
    double[][] centres = new double[4][p];
    for (int c = 0; c < 4; c++) {
      centres[c][c / 2] = c % 2 == 0 ? settings.meanNorm() : -settings.meanNorm();
    }
    GaussianNoise noise =
        new GaussianNoise(
            new Spectrum(Spectrum.Shape.IDENTITY, 1, List.of(), 0, false),
            p,
            randomness.stream("basis"));
    Distribution uniform = Distribution.uniform(4);
    spec = new DataSpec(new InputSpec.Values(List.of(p)), new TargetSpec.Classes(2));
    splits =
        new Clusters(centres, new int[] {1, 1, 0, 0}, noise, settings.spread(), randomness)
            .splits(
                settings.trainExamples(),
                settings.validationExamples(),
                settings.testExamples(),
                settings.balanced() ? Clusters.inTurn(randomness, 4) : uniform,
                uniform,
                settings.centresSplit());
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
