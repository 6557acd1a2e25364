package org.genlab.datasets.algorithmic;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

/**
 * Products modulo M of integers that are written in digits of a base: (a, b) to a b mod M, with a
 * and b uniform in [0, largest] (Charton and Kempe, "Emergent properties with repeated examples",
 * arXiv 2410.07041, section 2).
 *
 * <p>Inputs are the digits of a, then those of b, most significant first, all operands with as many
 * digits as the largest, each digit a token: [batch, 2 digits]. The target is one of M classes.
 *
 * <p>Splits: {@code train}, a stream without end or a fixed number of examples; {@code validation};
 * and {@code seen}, the first training examples once more, by which training accuracy can be
 * measured cheaply. Training examples are drawn independently, so that of a stream few come twice.
 * One pair in eight, with its mirror image, is held out of training, and validation has only such
 * pairs. Annotation {@code index}; the property {@code chance} is 1/M.
 */
@Plugin(
    kind = Kind.DATASET,
    id = "modular-multiplication",
    version = "1.0.0",
    summary = "Products modulo M of integers in digits of a base, as a stream or a fixed budget",
    source = "arXiv:2410.07041, section 2")
public final class ModularMultiplication implements Dataset {
  /**
   * The settings.
   *
   * @param modulus M; must not divide the base's power that all but the first digit count to, as
   *     the last digits would tell the answer
   * @param largest the largest operand
   * @param base of the digits
   * @param train training examples; 0 for a stream without end
   * @param validation examples of pairs that are held out
   * @param seen of the first training examples that are a split, too; 0 for no such split
   */
  public record Settings(
      @Default("67") @Range(min = 2, max = 1000000) @Doc("the modulus M") int modulus,
      @Default("999999") @Range(min = 30, max = 1e9) @Doc("the largest operand") int largest,
      @Default("1000") @Range(min = 2, max = 100000) @Doc("base of the digits") int base,
      @Default("0") @Range(min = 0) @Doc("training examples; 0 for a stream without end") int train,
      @Default("5000") @Range(min = 1) @Doc("examples of pairs that are held out") int validation,
      @Default("1000")
          @Range(min = 0)
          @Doc("of the first training examples that are the split 'seen'; 0 for no such split")
          int seen) {
    public Settings {
      long power = base;
      while (power <= largest / base) {
        power *= base;
      }
      if (power <= largest && power % modulus == 0) {
        throw new SettingException(
            "modulus",
            "must not divide a power of the base "
                + base
                + ", as the last digits alone would tell the answer, and "
                + modulus
                + " does");
      }
    }
  }

  private final Settings settings;
  private final DigitPairs pairs;

  @Inject
  public ModularMultiplication(Settings settings, Randomness randomness) {
    this.settings = settings;
    pairs = new DigitPairs(settings.base(), 0, settings.largest(), false, randomness);
  }

  @Override
  public DataSpec spec() {
    return new DataSpec(
        new InputSpec.Tokens(settings.base(), pairs.length()),
        new TargetSpec.Classes(settings.modulus()),
        Map.of("chance", 1.0 / settings.modulus()));
  }

  @Override
  public List<Split> splits() {
    int size = settings.train() == 0 ? Integer.MAX_VALUE : settings.train();
    List<Split> splits = new ArrayList<>();
    splits.add(split(TRAIN, size));
    splits.add(
        new DigitSplit(
            VALIDATION,
            settings.validation(),
            pairs,
            i -> pairs.heldOut(VALIDATION, i),
            this::product));
    if (settings.seen() > 0) {
      splits.add(split("seen", Math.min(settings.seen(), size)));
    }
    return splits;
  }

  private Split split(String name, int size) {
    return new DigitSplit(name, size, pairs, pairs::training, this::product);
  }

  private int product(DigitPairs.Pair pair) {
    return (int) ((long) pair.a() * pair.b() % settings.modulus());
  }
}
