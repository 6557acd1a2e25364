package org.genlab.analyses.information;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.evaluation.Analysis;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.RunRecord;
import org.genlab.api.model.ParameterLayout;
import org.genlab.tensor.LinearAlgebra;
import org.genlab.tensor.Tensor;

/**
 * Compares linear maps that were trained on the Gaussian information bottleneck, I(X;T) - beta
 * I(T;Y) with T = A x + noise, with the best ones in closed form ({@link GaussianOptimum}; Chechik
 * et al., JMLR 2005; in Patel and Shwartz-Ziv, arXiv 2410.07687, the rank of A is the local rank of
 * T).
 *
 * <p>Runs that count have the arrays of the metric {@code covariance}, the parameter {@code map},
 * and the setting {@code betas}; others are left out. With K values of beta the map [d, K k] is cut
 * into K parts, A' of each, as the regularizer {@code gaussian-bottleneck} does. Findings:
 *
 * <ul>
 *   <li>{@code agreement}: the share of the betas for which the rank of A is that of the best A, in
 *       the run in which it is smallest;
 *   <li>{@code decreases}: how often the rank falls from one beta of a run to the next larger one;
 *   <li>{@code excess}: the largest of (L(A) - L(best A)) / (1 + |L(best A)|);
 *   <li>the arrays {@code betas}, {@code ranks} and {@code best-ranks}, in the order of seed and
 *       beta, and {@code critical-betas} of the first seed.
 * </ul>
 *
 * <p>The rank of A counts singular values above the tolerance.
 */
@Plugin(
    kind = Kind.ANALYSIS,
    id = "gaussian-information-bottleneck",
    version = "1.0.0",
    summary = "Trained linear bottlenecks beside the best ones in closed form",
    source = "Chechik et al., JMLR 2005, theorem 3.1")
public final class GaussianInformationBottleneck implements Analysis {
  /**
   * The settings.
   *
   * @param map the parameter that is A transposed, of all betas side by side
   * @param betas the path of the setting that is the list of betas
   * @param tolerance singular values above it count
   */
  public record Settings(
      @Default("hidden.0.weight") @Doc("parameter that is A transposed, of all betas side by side")
          String map,
      @Default("regularizers.gaussian-bottleneck.betas")
          @Doc("path of the setting that is the list of betas")
          String betas,
      @Default("1e-2") @Range(min = 0) @Doc("singular values above it count for the rank")
          double tolerance) {}

  private final Settings settings;

  @Inject
  public GaussianInformationBottleneck(Settings settings) {
    this.settings = settings;
  }

  /** A run that counts, with a map for each beta, ascending. */
  private record Trained(long seed, List<Bottleneck> bottlenecks, GaussianOptimum optimum) {}

  private record Bottleneck(double beta, Tensor map) {}

  @Override
  public void analyse(List<RunRecord> runs, Recorder recorder) {
    List<Trained> trained = new ArrayList<>();
    for (RunRecord run : runs) {
      read(run).ifPresent(trained::add);
    }
    if (trained.isEmpty()) {
      throw new IllegalArgumentException(
          "no run has the arrays of the metric 'covariance', the parameter '"
              + settings.map()
              + "' and the setting '"
              + settings.betas()
              + "'");
    }
    trained.sort(Comparator.comparingLong(Trained::seed));
    List<Double> betas = new ArrayList<>();
    List<Double> ranks = new ArrayList<>();
    List<Double> best = new ArrayList<>();
    double agreement = 1;
    int decreases = 0;
    double excess = Double.NEGATIVE_INFINITY;
    for (Trained run : trained) {
      int agree = 0;
      int before = 0;
      for (Bottleneck bottleneck : run.bottlenecks()) {
        double beta = bottleneck.beta();
        int rank = rank(bottleneck.map());
        int bestRank = run.optimum().rank(beta);
        betas.add(beta);
        ranks.add((double) rank);
        best.add((double) bestRank);
        agree += rank == bestRank ? 1 : 0;
        decreases += rank < before ? 1 : 0;
        before = rank;
        double least = run.optimum().lagrangian(run.optimum().projection(beta), beta);
        double own = run.optimum().lagrangian(bottleneck.map().transpose(), beta);
        excess = Math.max(excess, (own - least) / (1 + Math.abs(least)));
      }
      agreement = Math.min(agreement, (double) agree / run.bottlenecks().size());
    }
    recorder.number("agreement", agreement);
    recorder.number("decreases", decreases);
    recorder.number("excess", excess);
    recorder.array("betas", numbers(betas));
    recorder.array("ranks", numbers(ranks));
    recorder.array("best-ranks", numbers(best));
    recorder.array("critical-betas", trained.get(0).optimum().criticalBetas());
  }

  private static double[] numbers(List<Double> list) {
    return list.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private int rank(Tensor map) {
    return (int)
        Arrays.stream(LinearAlgebra.singularValues(map))
            .filter(sigma -> sigma > settings.tolerance())
            .count();
  }

  private Optional<Trained> read(RunRecord run) {
    Optional<double[]> input = run.array("covariance/input");
    Optional<double[]> target = run.array("covariance/target");
    Optional<double[]> cross = run.array("covariance/cross");
    List<Double> betas = betas(run.settings().get(settings.betas()));
    boolean has =
        run.parameters().layout().entries().stream()
            .map(ParameterLayout.Entry::name)
            .anyMatch(settings.map()::equals);
    if (input.isEmpty() || target.isEmpty() || cross.isEmpty() || betas.isEmpty() || !has) {
      return Optional.empty();
    }
    Tensor map = run.parameters().get(settings.map());
    int d = (int) Math.round(Math.sqrt(input.get().length));
    int m = (int) Math.round(Math.sqrt(target.get().length));
    int parts = betas.size();
    if (map.rank() != 2 || map.dimension(0) != d || map.dimension(1) % parts != 0) {
      throw new IllegalArgumentException(
          "the parameter '"
              + settings.map()
              + "' of arm '"
              + run.arm()
              + "' has shape "
              + map.shape()
              + ", and "
              + d
              + " inputs and "
              + parts
              + " values of beta need a matrix with "
              + d
              + " rows and a multiple of "
              + parts
              + " columns");
    }
    int width = map.dimension(1) / parts;
    List<Bottleneck> bottlenecks = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      bottlenecks.add(new Bottleneck(betas.get(i), map.slice(1, i * width, (i + 1) * width)));
    }
    bottlenecks.sort(Comparator.comparingDouble(Bottleneck::beta));
    GaussianOptimum optimum =
        GaussianOptimum.of(
            Tensor.of(input.get(), d, d),
            Tensor.of(target.get(), m, m),
            Tensor.of(cross.get(), d, m));
    return Optional.of(new Trained(run.seed(), bottlenecks, optimum));
  }

  /** The numbers of a setting, which is a list or a single one. */
  private static List<Double> betas(Object setting) {
    if (setting == null) {
      return List.of();
    }
    List<?> list = setting instanceof List<?> several ? several : List.of(setting);
    return list.stream().map(Object::toString).map(Double::valueOf).toList();
  }
}
