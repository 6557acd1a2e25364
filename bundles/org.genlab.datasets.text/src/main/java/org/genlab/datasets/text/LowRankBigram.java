package org.genlab.datasets.text;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
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
 * Sequences of a Markov chain whose table of next-token logits has a chosen rank R: a source that a
 * language model with an output layer of rank below R cannot match (arXiv 2404.07647).
 *
 * <pre>
 *   P(next | context) = softmax(Z[context]),  Z = scale * U V' / sqrt(R),
 *   U, V in R^(vocabulary x R) with independent standard normal entries
 * </pre>
 *
 * <p>An entry of Z has standard deviation {@code scale}, whatever R is. The table is drawn from the
 * run's seed. A sequence starts at a uniformly random token; inputs are its tokens but the last,
 * targets its tokens but the first, both [batch, length].
 *
 * <p>Splits {@code train}, a stream without end unless {@code train-size} says, and {@code
 * validation}, whose sequences start at each token equally often. Columns: {@code entropy}, H(next
 * | context) in nats, and {@code log-probability}, ln P(target | context), [batch, length]; in
 * validation with length 1 also {@code probabilities}, P(. | context), [batch, 1, vocabulary].
 * Properties: {@code entropy}, the mean of H(next | context) over positions, exact; {@code rank},
 * R.
 */
@Plugin(
    kind = Kind.DATASET,
    id = "low-rank-bigram",
    version = "1.0.0",
    summary = "A Markov chain whose next-token logits have a chosen rank",
    source = "arXiv:2404.07647")
public final class LowRankBigram implements Dataset {
  /**
   * The settings.
   *
   * @param vocabulary number of tokens, V
   * @param rank R
   * @param scale standard deviation of the logits
   * @param length transitions of a sequence
   * @param trainSize sequences to train on; 0 for a stream without end
   * @param validationSize sequences to validate on; 0 for one from each token
   */
  public record Settings(
      @Default("256") @Range(min = 2, max = 20000) @Doc("number of tokens") int vocabulary,
      @Default("128") @Range(min = 1, max = 20000) @Doc("rank R of the table of logits") int rank,
      @Default("2") @Range(min = 0, max = 100) @Doc("standard deviation of the logits")
          double scale,
      @Default("1") @Range(min = 1, max = 65536) @Doc("transitions of a sequence") int length,
      @Default("0") @Range(min = 0) @Doc("sequences to train on; 0 for a stream without end")
          int trainSize,
      @Default("0") @Range(min = 0) @Doc("sequences to validate on; 0 for one from each token")
          int validationSize) {}

  private final DataSpec spec;
  private final List<Split> splits;

  @Inject
  public LowRankBigram(Settings settings, Randomness randomness) {
    int vocabulary = settings.vocabulary();
    int length = settings.length();
    BigramTable table =
        BigramTable.lowRank(
            vocabulary, settings.rank(), settings.scale(), randomness.stream("table"));
    spec =
        new DataSpec(
            new InputSpec.Tokens(vocabulary, length),
            new TargetSpec.ClassPerPosition(vocabulary),
            Map.of("entropy", table.meanEntropy(length), "rank", (double) settings.rank()));
    int validation = settings.validationSize() == 0 ? vocabulary : settings.validationSize();
    splits =
        List.of(
            new BigramSplit(
                TRAIN,
                settings.trainSize() == 0 ? Integer.MAX_VALUE : settings.trainSize(),
                length,
                table,
                false,
                index -> randomness.stream(TRAIN, index)),
            new BigramSplit(
                VALIDATION,
                validation,
                length,
                table,
                true,
                index -> randomness.stream(VALIDATION, index)));
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
