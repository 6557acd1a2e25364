package org.genlab.datasets.synthetic;

import java.util.ArrayList;
import java.util.List;
import org.genlab.api.Randomness;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Split;
import org.genlab.tensor.random.RandomStream;

/** Gaussian clusters with a class each: how their examples are drawn. */
final class Clusters {
  /** The annotation with the number of the cluster an example is from. */
  static final String CLUSTER = "cluster";

  /** The split with the centres of the clusters as its examples. */
  static final String CENTRES = "centres";

  /** Which cluster an example is from. */
  interface Choice {
    /**
     * @param random the example's stream
     * @param example its position in the split
     */
    int draw(RandomStream random, long example);
  }

  /** Each block of {@code clusters} examples has one of each, in random order. */
  static Choice inTurn(Randomness randomness, int clusters) {
    return (random, example) ->
        randomness.stream("turn", example / clusters)
            .permutation(clusters)[(int) (example % clusters)];
  }

  private final double[][] centres;
  private final int[] classes;
  private final GaussianNoise noise;
  private final double spread;
  private final Randomness randomness;
  private final Columns columns;

  /**
   * @param centres one a cluster
   * @param classes one a cluster
   * @param noise added to the centre, times the spread
   */
  Clusters(
      double[][] centres,
      int[] classes,
      GaussianNoise noise,
      double spread,
      Randomness randomness) {
    this.centres = centres;
    this.classes = classes;
    this.noise = noise;
    this.spread = spread;
    this.randomness = randomness;
    columns =
        new Columns().real(Batch.INPUT, noise.dimensions()).integer(Batch.TARGET).integer(CLUSTER);
  }

  /**
   * A split with that choice of clusters.
   *
   * @param examples 0 for one without end
   */
  Split split(String name, int examples, Choice clusters) {
    return RowSplit.of(
        name,
        columns,
        examples,
        i -> {
          RandomStream random = randomness.stream(name, i);
          int cluster = clusters.draw(random, i);
          double[] x = noise.draw(random);
          for (int k = 0; k < x.length; k++) {
            x[k] = centres[cluster][k] + spread * x[k];
          }
          return row(x, cluster);
        });
  }

  /** The centres as a split. */
  Split centres() {
    return RowSplit.of(CENTRES, columns, centres.length, i -> row(centres[i], i));
  }

  private Row row(double[] x, int cluster) {
    float[] values = new float[x.length];
    for (int k = 0; k < x.length; k++) {
      values[k] = (float) x[k];
    }
    return new Row(values, classes[cluster], cluster);
  }

  /** Training, perhaps validation, test and perhaps the centres. */
  List<Split> splits(
      int train, int validation, int test, Choice trained, Choice evaluated, boolean withCentres) {
    List<Split> splits = new ArrayList<>();
    splits.add(split("train", train, trained));
    if (validation > 0) {
      splits.add(split("validation", validation, evaluated));
    }
    splits.add(split("test", test, evaluated));
    if (withCentres) {
      splits.add(centres());
    }
    return List.copyOf(splits);
  }
}
