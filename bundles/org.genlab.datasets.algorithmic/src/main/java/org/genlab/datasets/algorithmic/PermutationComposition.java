package org.genlab.datasets.algorithmic;

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
import org.genlab.api.data.Split;

/**
 * All equations a o b = c in the symmetric group S_n, for o one of {@code x.y}, {@code x.y.x^-1}
 * and {@code x.y.x} (Power et al., "Grokking", arXiv 2201.02177, appendix A.1.1, with n = 5: 120
 * elements, 14,400 rows).
 *
 * <p>(x.y)(i) = x(y(i)). An element is one opaque token: its rank among the permutations of 0 ...
 * n-1 in lexicographic order. Inputs, targets, splits, annotations and properties are as in {@link
 * ModularArithmetic}, with n! in place of p.
 */
@Plugin(
    kind = Kind.DATASET,
    id = "permutation-composition",
    version = "1.0.0",
    summary = "All equations a o b = c in the symmetric group S_n, a random fraction for training",
    source = "arXiv:2201.02177, appendix A.1.1")
public final class PermutationComposition implements Dataset {
  /**
   * The settings.
   *
   * @param operation {@code x.y}, {@code x.y.x^-1} or {@code x.y.x}
   * @param degree n, the number of things permuted
   * @param trainFraction share of the table that is trained on
   * @param pairs how rows are dealt out to the splits
   * @param answers whether the answers follow the operation
   * @param corrupted share of the training rows that are taught a uniformly random answer
   */
  public record Settings(
      @Default("x.y") @Doc("the operation: x.y, x.y.x^-1 or x.y.x") Form operation,
      @Default("5") @Range(min = 2, max = 6) @Doc("number of things permuted, n of S_n") int degree,
      @Default("0.5")
          @Range(min = 0, max = 1, minExclusive = true, maxExclusive = true)
          @Doc("share of the table that is trained on")
          double trainFraction,
      @Default("ordered")
          @Doc(
              "ordered: (a,b) and (b,a) are split by themselves; symmetric: they stay together;"
                  + " unordered: only rows with a <= b exist")
          Pairs pairs,
      @Default("rule") @Doc("rule, or random: a table of answers drawn once")
          ModularArithmetic.Answers answers,
      @Default("0")
          @Range(min = 0, max = 1)
          @Doc("share of the training rows that are taught a random answer")
          double corrupted) {}

  /** The three operations of the paper. */
  public enum Form {
    PRODUCT("x.y"),
    CONJUGATE("x.y.x^-1"),
    SANDWICH("x.y.x");

    private final String formula;

    Form(String formula) {
      this.formula = formula;
    }

    /** The formula, by which experiments name the operation. */
    @Override
    public String toString() {
      return formula;
    }

    int evaluate(SymmetricGroup group, int x, int y) {
      int product = group.multiply(x, y);
      return switch (this) {
        case PRODUCT -> product;
        case CONJUGATE -> group.multiply(product, group.inverse(x));
        case SANDWICH -> group.multiply(product, x);
      };
    }
  }

  private final DataSpec spec;
  private final List<Split> splits;

  @Inject
  public PermutationComposition(Settings settings, Randomness randomness) {
    SymmetricGroup group = new SymmetricGroup(settings.degree());
    Form form = settings.operation();
    OperationTable rule =
        OperationTable.of(group.order(), settings.pairs(), (x, y) -> form.evaluate(group, x, y));
    OperationTable table =
        settings.answers() == ModularArithmetic.Answers.RANDOM
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
