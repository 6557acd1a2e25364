package org.genlab.datasets.synthetic;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
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
import org.genlab.tensor.random.RandomStream;

/**
 * Many subpopulations with random labels, whose frequencies come from a prior (Feldman, "Does
 * learning require memorization? A short tale about a long tail", arXiv 1906.05271, section 2).
 *
 * <p>The prior is a list p_1 ... p_N: {@code zipf}, p_k = k^-exponent; {@code uniform}, 1; {@code
 * geometric}, ratio^k. Each subpopulation draws p(x) uniformly from the list, with replacement, and
 * has the frequency D(x) = p(x) / sum p; with {@code frequencies: listed}, the k-th simply has the
 * k-th. Its label is uniformly random. Examples are drawn independently from D; with {@code
 * test-frequencies: permuted} those of the other splits from a random permutation of D, as when the
 * world changes: how often a subpopulation was seen then says nothing of how often it will be.
 *
 * <p>A subpopulation is one point ({@code points: discrete}), a sequence of one token, or a
 * Gaussian cluster in R^d ({@code points: clusters}): its centre has a uniformly random direction
 * and length 1, and {@code spread} is the standard deviation of a coordinate.
 *
 * <p>Splits {@code train}, {@code test}, and with {@code population-split} {@code population}: each
 * subpopulation once, as its point or centre. Annotations: {@code index}; {@code cluster}, the
 * number of the subpopulation; {@code count}, how many training examples are from it; {@code
 * frequency}, D(x) of the split that the example is in. The error on the whole distribution of
 * points is the error on {@code population} weighted by {@code frequency}.
 */
@Plugin(
    kind = Kind.DATASET,
    id = "subpopulation-mixture",
    version = "1.1.0",
    summary = "Many subpopulations with random labels and frequencies from a long-tailed prior",
    source = "arXiv:1906.05271, section 2")
public final class SubpopulationMixture implements Dataset {
  /** The annotation with the number of training examples of an example's subpopulation. */
  public static final String COUNT = "count";

  /** The annotation with the frequency of an example's subpopulation. */
  public static final String FREQUENCY = "frequency";

  /** The split with each subpopulation once. */
  public static final String POPULATION = "population";

  /** The list that frequencies come from. */
  public enum Prior {
    ZIPF,
    UNIFORM,
    GEOMETRIC
  }

  /** How a subpopulation gets its frequency. */
  public enum Frequencies {
    /** From a random place of the list, whatever the others have. */
    DRAWN,
    /** From its own place in the list. */
    LISTED
  }

  /** The frequencies of what is not trained on. */
  public enum TestFrequencies {
    /** Those of training. */
    SAME,
    /** Those of training, of another subpopulation each. */
    PERMUTED
  }

  /** What the examples of a subpopulation are. */
  public enum Points {
    DISCRETE,
    CLUSTERS
  }

  /**
   * The settings.
   *
   * @param subpopulations N
   * @param classes labels
   * @param prior the list of frequencies
   * @param exponent of {@code zipf}
   * @param ratio of {@code geometric}
   * @param frequencies how a subpopulation gets its frequency
   * @param points what the examples of a subpopulation are
   * @param dimensions d, of clusters
   * @param spread standard deviation of a coordinate, of clusters
   * @param trainExamples n, the size of the training split
   * @param testExamples the size of the test split
   * @param populationSplit whether there is a split {@code population}
   * @param testFrequencies the frequencies of the other splits than the training split
   */
  public record Settings(
      @Default("1000") @Range(min = 1, max = 1000000) @Doc("number N of subpopulations")
          int subpopulations,
      @Default("2") @Range(min = 2, max = 100000) @Doc("number of labels") int classes,
      @Default("zipf") @Doc("list of frequencies: zipf, uniform or geometric") Prior prior,
      @Default("1") @Range(min = 0, max = 100) @Doc("exponent of zipf: p_k = k^-exponent")
          double exponent,
      @Default("0.9")
          @Range(min = 0, max = 1, minExclusive = true)
          @Doc("ratio of geometric: p_k = ratio^k")
          double ratio,
      @Default("drawn") @Doc("drawn from the list by each, or listed: one after the other")
          Frequencies frequencies,
      @Default("discrete") @Doc("a subpopulation's examples: discrete (one point) or clusters")
          Points points,
      @Default("32") @Range(min = 1, max = 100000) @Doc("dimensions of the clusters")
          int dimensions,
      @Default("0.35") @Range(min = 0, max = 1e9) @Doc("standard deviation of a cluster")
          double spread,
      @Default("1000") @Range(min = 1, max = 10000000) @Doc("training examples n")
          int trainExamples,
      @Default("1000") @Range(min = 1, max = 10000000) @Doc("test examples") int testExamples,
      @Default("false") @Doc("whether there is a split with each subpopulation once")
          boolean populationSplit,
      @Default("same")
          @Doc("frequencies outside of training: the same, or permuted among subpopulations")
          TestFrequencies testFrequencies) {}

  private final Settings settings;
  private final Randomness randomness;
  private final Distribution frequencies;
  private final Distribution testFrequencies;
  private final int[] labels;
  private final double[][] centres;
  private final int[] counts;
  private final DataSpec spec;
  private final List<Split> splits = new ArrayList<>();

  @Inject
  public SubpopulationMixture(Settings settings, Randomness randomness) {
    this.settings = settings;
    this.randomness = randomness;
    int n = settings.subpopulations();
    boolean discrete = settings.points() == Points.DISCRETE;
    double[] weights = weights(settings, randomness.stream("frequencies"));
    frequencies = new Distribution(weights);
    testFrequencies =
        settings.testFrequencies() == TestFrequencies.SAME
            ? frequencies
            : new Distribution(
                IntStream.of(randomness.stream("test-frequencies").permutation(n))
                    .mapToDouble(c -> weights[c])
                    .toArray());
    labels = new int[n];
    RandomStream label = randomness.stream("labels");
    for (int c = 0; c < n; c++) {
      labels[c] = label.nextInt(settings.classes());
    }
    centres = new double[discrete ? 0 : n][];
    RandomStream centre = randomness.stream("centres");
    for (int c = 0; c < centres.length; c++) {
      centres[c] = Directions.onSphere(settings.dimensions(), 1, centre);
    }
    counts = new int[n];
    for (int i = 0; i < settings.trainExamples(); i++) {
      counts[frequencies.draw(randomness.stream(Dataset.TRAIN, i))]++;
    }
    Columns columns =
        discrete
            ? new Columns().real(FREQUENCY).token(Batch.INPUT)
            : new Columns().real(Batch.INPUT, settings.dimensions()).real(FREQUENCY);
    columns.integer(Batch.TARGET).integer(Clusters.CLUSTER).integer(COUNT);
    spec =
        new DataSpec(
            discrete
                ? new InputSpec.Tokens(n, 1)
                : new InputSpec.Values(List.of(settings.dimensions())),
            new TargetSpec.Classes(settings.classes()),
            properties());
    splits.add(
        RowSplit.of(
            Dataset.TRAIN, columns, settings.trainExamples(), drawn(Dataset.TRAIN, frequencies)));
    splits.add(
        RowSplit.of(
            Dataset.TEST, columns, settings.testExamples(), drawn(Dataset.TEST, testFrequencies)));
    if (settings.populationSplit()) {
      splits.add(
          RowSplit.of(
              POPULATION,
              columns,
              n,
              c -> row(c, testFrequencies, discrete ? new double[0] : centres[c])));
    }
  }

  private static double[] weights(Settings of, RandomStream random) {
    double[] weights = new double[of.subpopulations()];
    for (int c = 0; c < weights.length; c++) {
      int k = of.frequencies() == Frequencies.DRAWN ? random.nextInt(weights.length) : c;
      weights[c] =
          switch (of.prior()) {
            case ZIPF -> StrictMath.pow(k + 1, -of.exponent());
            case UNIFORM -> 1;
            case GEOMETRIC -> StrictMath.pow(of.ratio(), k);
          };
    }
    return weights;
  }

  private Map<String, Double> properties() {
    Map<String, Double> properties = new LinkedHashMap<>();
    properties.put("chance", 1.0 / settings.classes());
    properties.put("subpopulations", (double) settings.subpopulations());
    return properties;
  }

  /** The i-th example of a split; its first random number decides on the subpopulation. */
  private IntFunction<Row> drawn(String split, Distribution from) {
    return i -> {
      RandomStream random = randomness.stream(split, i);
      int c = from.draw(random);
      if (settings.points() == Points.DISCRETE) {
        return row(c, from);
      }
      double[] x = centres[c].clone();
      for (int k = 0; k < x.length; k++) {
        x[k] += settings.spread() * random.nextGaussian();
      }
      return row(c, from, x);
    };
  }

  /**
   * @param from what the frequency is of
   * @param x of a cluster; nothing for a point
   */
  private Row row(int cluster, Distribution from, double... x) {
    float[] reals = new float[x.length + 1];
    for (int k = 0; k < x.length; k++) {
      reals[k] = (float) x[k];
    }
    reals[x.length] = (float) from.probability(cluster);
    int[] described = {labels[cluster], cluster, counts[cluster]};
    return x.length > 0
        ? new Row(reals, described)
        : new Row(reals, cluster, described[0], described[1], described[2]);
  }

  @Override
  public DataSpec spec() {
    return spec;
  }

  @Override
  public List<Split> splits() {
    return List.copyOf(splits);
  }
}
