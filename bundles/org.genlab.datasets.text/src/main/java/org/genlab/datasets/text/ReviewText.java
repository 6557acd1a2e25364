package org.genlab.datasets.text;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Randomness;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
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
 * Review-like texts with a sentiment that has to be computed from words, negation and modifiers.
 *
 * <pre>
 *   text   = clause separator clause separator ...            as many as fit
 *   clause = filler* [negator] [modifier] cue filler*
 *   polarity of a cue = +-1 or +-2, by the word; -1 times that after a negator in the same clause;
 *                       doubled after an intensifier, halved after a downtoner
 *   label  = 1 when the polarities of the text add up to more than 0, 0 when to less
 * </pre>
 *
 * <p>Both labels are equally likely. Each text has a tone, which each of its cues follows (negation
 * included) with probability {@code coherence}; texts whose sum is 0 or contradicts the tone are
 * drawn again. Words of a class follow Zipf's law with exponent 1.
 *
 * <p>Inputs are [batch, length]; texts have between half and all of the length and are filled up
 * with token 0, which the property {@code padding} names. Splits {@code train}, {@code validation}
 * and, if asked for, {@code test}; the text of an index does not depend on the size of its split,
 * so that smaller training sets are contained in larger ones. Columns: {@code clean}, the label
 * before it was replaced, {@code group}, twice that plus 1 when a cue is negated, and {@code
 * difficulty}, 1 over the absolute sum of the polarities. Property {@code chance}: 1/2.
 */
@Plugin(
    kind = Kind.DATASET,
    id = "review-text",
    version = "1.0.0",
    summary = "Review-like texts, to be classified by words, negation and modifiers")
public final class ReviewText implements Dataset {
  /** Where the labels come from. */
  public enum Labels {
    /** The sign of the summed polarity. */
    RULE,
    /** In training, a fair coin for each text: there is nothing to generalise. */
    RANDOM
  }

  /**
   * The settings.
   *
   * @param length tokens of a text at most
   * @param vocabulary number of tokens, with padding and punctuation
   * @param negation probability that a clause has a negator
   * @param modifiers probability that a clause has an intensifier or a downtoner
   * @param coherence probability that a clause agrees with the tone of its text
   * @param labels where the labels of the training texts come from
   * @param trainSize texts to train on
   * @param validationSize texts to validate on
   * @param testSize texts to test on; 0 for no such split
   */
  public record Settings(
      @Default("24") @Range(min = 12, max = 65536) @Doc("tokens of a text at most") int length,
      @Default("300") @Range(min = 32, max = 1000000) @Doc("number of tokens") int vocabulary,
      @Default("0.3") @Range(min = 0, max = 1) @Doc("probability that a clause is negated")
          double negation,
      @Default("0.3") @Range(min = 0, max = 1) @Doc("probability that a clause has a modifier")
          double modifiers,
      @Default("0.8")
          @Range(min = 0.5, max = 1)
          @Doc("probability that a clause agrees with the tone of its text")
          double coherence,
      @Default("rule") @Doc("rule, or random: training labels by a coin") Labels labels,
      @Default("1000") @Range(min = 1) @Doc("texts to train on") int trainSize,
      @Default("2000") @Range(min = 1) @Doc("texts to validate on") int validationSize,
      @Default("0") @Range(min = 0) @Doc("texts to test on; 0 for no such split") int testSize) {
    public Settings {
      if (trainSize == Integer.MAX_VALUE) {
        throw new SettingException("trainSize", "must be a number of texts that ends");
      }
    }
  }

  private final Settings settings;
  private final List<Split> splits;

  @Inject
  public ReviewText(Settings settings, Randomness randomness) {
    this.settings = settings;
    Reviews reviews = new Reviews(settings);
    List<Split> all = new ArrayList<>();
    all.add(new Texts(TRAIN, settings.trainSize(), reviews, settings, randomness));
    all.add(new Texts(VALIDATION, settings.validationSize(), reviews, settings, randomness));
    if (settings.testSize() > 0) {
      all.add(new Texts(TEST, settings.testSize(), reviews, settings, randomness));
    }
    splits = List.copyOf(all);
  }

  @Override
  public DataSpec spec() {
    return new DataSpec(
        new InputSpec.Tokens(settings.vocabulary(), settings.length()),
        new TargetSpec.Classes(2),
        Map.of("chance", 0.5, "padding", (double) Reviews.PADDING));
  }

  @Override
  public List<Split> splits() {
    return splits;
  }

  /** Texts; each is a function of its index. */
  private record Texts(
      String name, int size, Reviews reviews, Settings settings, Randomness randomness)
      implements Split {
    @Override
    public Batch batch(int... indices) {
      int n = indices.length;
      int length = settings.length();
      int[] tokens = new int[n * length];
      int[] target = new int[n];
      int[] clean = new int[n];
      int[] group = new int[n];
      float[] difficulty = new float[n];
      for (int i = 0; i < n; i++) {
        RandomStream random = randomness.stream(name, Objects.checkIndex(indices[i], size));
        int[] text = reviews.draw(random);
        System.arraycopy(text, 0, tokens, i * length, length);
        double polarity = reviews.polarity(text);
        clean[i] = polarity > 0 ? 1 : 0;
        group[i] = 2 * clean[i] + (reviews.isNegated(text) ? 1 : 0);
        difficulty[i] = (float) (1 / Math.abs(polarity));
        boolean coin = settings.labels() == Labels.RANDOM && name.equals(TRAIN);
        target[i] = coin ? randomness.stream("labels", indices[i]).nextInt(2) : clean[i];
      }
      return Batch.of(n)
          .with(Batch.INPUT, IntTensor.of(tokens, n, length))
          .with(Batch.TARGET, IntTensor.of(target, n))
          .with(Annotation.INDEX, IntTensor.of(indices, n))
          .with(Annotation.CLEAN, IntTensor.of(clean, n))
          .with(Annotation.GROUP, IntTensor.of(group, n))
          .with(Annotation.DIFFICULTY, Tensor.of(difficulty, n));
    }
  }
}
