package org.genlab.datasets.algorithmic;

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
import org.genlab.api.data.Split;

/**
 * All equations a o b = c over the residues modulo p, for a chosen operation o, of which a random
 * fraction is trained on and the rest is held out (Power, Burda, Edwards, Babuschkin and Misra,
 * "Grokking: generalization beyond overfitting on small algorithmic datasets", arXiv 2201.02177,
 * section 2 and appendix A.1).
 *
 * <p>Each residue, the operator and the equals sign are opaque tokens. Inputs are the four tokens
 * {@code a o b =}, [batch, 4]; the target is the class c in [0, p). The paper writes the equation
 * as five tokens with the loss on the answer only; as the answer is read at the position of the
 * equals sign and, under a causal mask, no scored position sees the answer token, both are the same
 * problem.
 *
 * <p>The operations are the nine on residues of the paper's appendix A.1.1: {@code x+y}, {@code
 * x-y}, {@code x/y} (rows with y = 0 do not exist), {@code x/y if y odd else x-y}, {@code x^2+y^2},
 * {@code x^2+xy+y^2}, {@code x^2+xy+y^2+x}, {@code x^3+xy}, {@code x^3+xy^2+y}; and three more of
 * its public code: {@code x*y}, {@code x+y if x even else x*y}, {@code x+y if x even else x-y}. The
 * paper's other three operations are on permutations: {@link PermutationComposition}.
 *
 * <p>Splits {@code train} and {@code validation}; annotations {@code index} and {@code clean}, the
 * table's answer before a training row was corrupted; the property {@code chance} is 1/p.
 */
@Plugin(
    kind = Kind.DATASET,
    id = "modular-arithmetic",
    version = "1.0.0",
    summary = "All equations a o b = c modulo p, a random fraction of them for training",
    source = "arXiv:2201.02177, appendix A.1.1")
public final class ModularArithmetic implements Dataset {
  /** Where the answers come from. */
  public enum Answers {
    /** The operation. */
    RULE,
    /** A table drawn once, each answer by itself: there is nothing to generalise. */
    RANDOM
  }

  /**
   * The settings.
   *
   * @param operation the rule o, one of those listed at {@link ModularArithmetic}
   * @param modulus p; prime when the operation divides
   * @param trainFraction share of the table that is trained on
   * @param pairs how rows are dealt out to the splits
   * @param answers whether the answers follow the operation
   * @param corrupted share of the training rows that are taught a uniformly random answer
   */
  public record Settings(
      @Default("x+y") @Doc("the operation, e.g. x+y, x/y or x^2+xy+y^2") Operation operation,
      @Default("97")
          @Range(min = 2, max = 1000)
          @Doc("the modulus p; prime when the operation divides")
          int modulus,
      @Default("0.5")
          @Range(min = 0, max = 1, minExclusive = true, maxExclusive = true)
          @Doc("share of the table that is trained on")
          double trainFraction,
      @Default("ordered")
          @Doc(
              "ordered: (a,b) and (b,a) are split by themselves; symmetric: they stay together;"
                  + " unordered: only rows with a <= b exist")
          Pairs pairs,
      @Default("rule") @Doc("rule, or random: a table of answers drawn once") Answers answers,
      @Default("0")
          @Range(min = 0, max = 1)
          @Doc("share of the training rows that are taught a random answer")
          double corrupted) {
    public Settings {
      if (operation.divides() && !isPrime(modulus)) {
        throw new SettingException(
            "modulus",
            "must be prime, as '"
                + operation
                + "' divides, and "
                + modulus
                + " is not; the next prime is "
                + nextPrime(modulus));
      }
    }

    private static boolean isPrime(int n) {
      for (int d = 2; d * d <= n; d++) {
        if (n % d == 0) {
          return false;
        }
      }
      return n >= 2;
    }

    private static int nextPrime(int n) {
      int next = n;
      while (!isPrime(next)) {
        next++;
      }
      return next;
    }
  }

  private final DataSpec spec;
  private final List<Split> splits;

  @Inject
  public ModularArithmetic(Settings settings, Randomness randomness) {
    int p = settings.modulus();
    Operation operation = settings.operation();
    OperationTable rule =
        OperationTable.of(p, settings.pairs(), (x, y) -> operation.evaluate(x, y, p));
    OperationTable table =
        settings.answers() == Answers.RANDOM
            ? rule.withRandomAnswers(randomness.stream("answers"))
            : rule;
    spec = table.spec();
    splits =
        table.split(
            settings.pairs(),
            settings.trainFraction(),
            randomness.stream("split"),
            settings.corrupted(),
            randomness.stream("corruption"));
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
