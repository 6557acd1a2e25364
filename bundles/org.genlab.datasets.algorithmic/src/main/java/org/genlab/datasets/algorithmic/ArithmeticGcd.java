package org.genlab.datasets.algorithmic;

import jakarta.inject.Inject;
import java.util.ArrayList;
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
 * Greatest common divisors of integers that are written in digits of a base: (a, b) to gcd(a, b),
 * with a and b in [1, largest] (Charton, "Learning the greatest common divisor", arXiv 2308.15594;
 * Charton and Kempe, "Emergent properties with repeated examples", arXiv 2410.07041, section 2).
 *
 * <p>Inputs are the digits of a, then those of b, most significant first, all operands with as many
 * digits as the largest, each digit a token: [batch, 2 digits]. The target is the class gcd, or 0
 * for those above {@code largest-gcd}.
 *
 * <p>Splits: {@code train}, a stream without end or a fixed number of examples; {@code validation},
 * with the same distribution; {@code balanced}, in which each gcd from 1 to {@code balanced-gcds}
 * is equally often the answer, and pairs are otherwise uniform; and {@code seen}, the first
 * training examples once more. Training examples are drawn independently, so that of a stream few
 * come twice. One pair in eight, with its mirror image, is held out of training, and validation and
 * balanced have only such pairs. Annotation {@code index}.
 */
@Plugin(
    kind = Kind.DATASET,
    id = "arithmetic-gcd",
    version = "1.0.0",
    summary = "Greatest common divisors of integers in digits of a base, as a stream or a budget",
    source = "arXiv:2410.07041, section 2; arXiv:2308.15594")
public final class ArithmeticGcd implements Dataset {
  /** The split in which each gcd is equally often the answer. */
  static final String BALANCED = "balanced";

  /** How operands are distributed. */
  public enum Operands {
    UNIFORM,
    /** Their logarithms are uniform: small numbers are as frequent as large ones. */
    LOG_UNIFORM
  }

  /**
   * The settings.
   *
   * @param largest the largest operand, at least 30 times {@code balanced-gcds}
   * @param base of the digits
   * @param operands how they are distributed in train and validation
   * @param largestGcd the largest gcd that is a class of its own
   * @param balancedGcds gcds from 1 that the balanced split has; at most largest-gcd
   * @param train training examples; 0 for a stream without end
   * @param validation examples of pairs that are held out
   * @param balanced examples of pairs that are held out, with each gcd equally often
   * @param seen of the first training examples that are a split, too; 0 for no such split
   */
  public record Settings(
      @Default("1000000") @Range(min = 30, max = 1e9) @Doc("the largest operand") int largest,
      @Default("1000") @Range(min = 2, max = 100000) @Doc("base of the digits") int base,
      @Default("uniform") @Doc("distribution of operands: uniform or log-uniform")
          Operands operands,
      @Default("100") @Range(min = 1, max = 1000000) @Doc("largest gcd with a class of its own")
          int largestGcd,
      @Default("100") @Range(min = 1, max = 1000000) @Doc("gcds from 1 that 'balanced' has")
          int balancedGcds,
      @Default("0") @Range(min = 0) @Doc("training examples; 0 for a stream without end") int train,
      @Default("5000") @Range(min = 1) @Doc("examples of pairs that are held out") int validation,
      @Default("5000") @Range(min = 1) @Doc("examples with each gcd equally often") int balanced,
      @Default("1000")
          @Range(min = 0)
          @Doc("of the first training examples that are the split 'seen'; 0 for no such split")
          int seen) {
    public Settings {
      if (balancedGcds > largestGcd) {
        throw new SettingException(
            "balancedGcds", "must be at most largest-gcd " + largestGcd + ", not " + balancedGcds);
      }
      if (balancedGcds > largest / 30) {
        throw new SettingException(
            "balancedGcds",
            "must be at most a thirtieth of the largest operand "
                + largest
                + ", so that there are pairs of each");
      }
    }
  }

  private final Settings settings;
  private final Randomness randomness;
  private final DigitPairs pairs;

  @Inject
  public ArithmeticGcd(Settings settings, Randomness randomness) {
    this.settings = settings;
    this.randomness = randomness;
    pairs =
        new DigitPairs(
            settings.base(),
            1,
            settings.largest(),
            settings.operands() == Operands.LOG_UNIFORM,
            randomness);
  }

  @Override
  public DataSpec spec() {
    return new DataSpec(
        new InputSpec.Tokens(settings.base(), pairs.length()),
        new TargetSpec.Classes(settings.largestGcd() + 1));
  }

  @Override
  public List<Split> splits() {
    int size = settings.train() == 0 ? Integer.MAX_VALUE : settings.train();
    List<Split> splits = new ArrayList<>();
    splits.add(new DigitSplit(TRAIN, size, pairs, pairs::training, this::answer));
    splits.add(
        new DigitSplit(
            VALIDATION,
            settings.validation(),
            pairs,
            i -> pairs.heldOut(VALIDATION, i),
            this::answer));
    splits.add(new DigitSplit(BALANCED, settings.balanced(), pairs, this::balanced, this::answer));
    if (settings.seen() > 0) {
      int seen = Math.min(settings.seen(), size);
      splits.add(new DigitSplit("seen", seen, pairs, pairs::training, this::answer));
    }
    return splits;
  }

  /** A pair (g x, g y) of coprime x and y, held out, where g goes round with the index. */
  private DigitPairs.Pair balanced(int index) {
    int g = 1 + index % settings.balancedGcds();
    RandomStream random = randomness.stream(BALANCED, index);
    int most = settings.largest() / g;
    while (true) {
      int x = 1 + random.nextInt(most);
      int y = 1 + random.nextInt(most);
      DigitPairs.Pair pair = new DigitPairs.Pair(g * x, g * y);
      if (gcd(x, y) == 1 && pairs.isHeldOut(pair)) {
        return pair;
      }
    }
  }

  private int answer(DigitPairs.Pair pair) {
    int g = gcd(pair.a(), pair.b());
    return g <= settings.largestGcd() ? g : 0;
  }

  /** Euclid's algorithm. */
  static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
