package org.genlab.datasets.knowledge;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
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
 * Atomic facts of a random graph, and facts that follow from two of them by a rule (Wang, Yue, Su
 * and Sun, "Grokked transformers are implicit reasoners", arXiv 2405.15071, sections 2 to 4).
 *
 * <p>With {@code task: composition}, each of the entities has {@code degree} distinct relations to
 * uniformly drawn entities, the atomic facts (h, r, t); from (h, r1, b) and (b, r2, t) follows (h,
 * r1, r2, t). With {@code task: comparison}, each entity has a uniformly drawn value of each
 * attribute; from two entities' values of an attribute follows which is greater.
 *
 * <p>The atomic facts are divided into ID and OOD ones: with composition at random, with comparison
 * for each attribute by itself. An inferred fact is ID when both facts that it follows from are,
 * OOD when neither is, and else mixed. Splits:
 *
 * <ul>
 *   <li>{@code train}: all atomic facts, then {@code ratio} times as many inferred ID facts as
 *       there are atomic ID facts;
 *   <li>{@code train-inferred}: some of these inferred facts, to be measured by themselves;
 *   <li>{@code test-id}: inferred ID facts that were held out; with comparison, in both orders;
 *   <li>{@code test-ood}: inferred OOD facts: both atomic facts were trained on, neither was ever
 *       part of an inference;
 *   <li>{@code atomic-id}, {@code atomic-ood}: atomic facts, for recall.
 * </ul>
 *
 * <p>Mixed facts are in none. An example is a question of two tokens ({@code h r}, {@code e
 * attribute}) or of three or five ({@code h r1 r2}, {@code attribute query e1 mask e2}), filled up
 * to one length at its end; the target is the answer, at the last token of the question, over all
 * tokens; other positions do not count. Tokens are, in this order, with composition: entities,
 * relations, padding; with comparison: values, labels (less, equal, greater for each attribute),
 * entities, attributes, query sign, mask, padding.
 *
 * <p>Columns: {@code index}; {@code hops}, 1 or 2; {@code bridge}, b of an inferred fact of
 * composition, else -1; {@code last}, the last token of the question; {@code contrast}, the
 * question with another first entity (h, e, e1) that exists and has another answer, and {@code
 * contrast-target}, that answer; the question itself where there is no other. Property {@code
 * chance}: one over the answers an inferred question can have.
 */
@Plugin(
    kind = Kind.DATASET,
    id = "knowledge-graph-facts",
    version = "1.1.0",
    summary = "Atomic facts of a random graph, and facts that follow from two of them by a rule",
    source = "arXiv:2405.15071, sections 2-4")
public final class KnowledgeGraphFacts implements Dataset {
  /** How a fact follows from two others. */
  public enum Task {
    /** Two hops in the graph. */
    COMPOSITION,
    /** Which of two entities has the greater value of an attribute. */
    COMPARISON
  }

  /** Where the answers to inferred questions come from. */
  public enum Answers {
    /** The rule. */
    RULE,
    /** Drawn once, each by itself: there is nothing to infer. */
    RANDOM
  }

  /**
   * The settings. Defaults are the paper's for composition; for comparison it has 1,000 entities
   * with 20 attributes.
   *
   * @param task how a fact follows from two others
   * @param entities number of entities
   * @param relations number of relations, or of attributes
   * @param degree with composition, distinct relations of an entity
   * @param values with comparison, values of an attribute
   * @param oodFraction share of the atomic facts that are OOD
   * @param testFraction share of the inferred ID facts that are held out
   * @param ratio inferred facts for each atomic ID fact in training, the paper's phi; 0 for all
   * @param answers whether the answers to inferred questions follow the rule
   * @param oodAtomic whether atomic OOD facts are trained on
   * @param mixed whether facts with one OOD part may be among the inferred ones trained on
   * @param evaluated most facts of each split that is only evaluated
   */
  public record Settings(
      @Default("composition") @Doc("how a fact follows from two others: composition, comparison")
          Task task,
      @Default("2000") @Range(min = 2, max = 100000) @Doc("number of entities") int entities,
      @Default("200")
          @Range(min = 1, max = 10000)
          @Doc("number of relations; with comparison, of attributes")
          int relations,
      @Default("20")
          @Range(min = 1, max = 10000)
          @Doc("distinct relations of an entity; with comparison each has all attributes")
          int degree,
      @Default("20") @Range(min = 2, max = 10000) @Doc("with comparison, values of an attribute")
          int values,
      @Default("0.05")
          @Range(min = 0, max = 1, minExclusive = true, maxExclusive = true)
          @Doc("share of the atomic facts that are OOD")
          double oodFraction,
      @Default("0.005")
          @Range(min = 0, max = 1, minExclusive = true, maxExclusive = true)
          @Doc("share of the inferred ID facts that are held out")
          double testFraction,
      @Default("0")
          @Range(min = 0, max = 1e6)
          @Doc("inferred facts for each atomic ID fact in training; 0 for all not held out")
          double ratio,
      @Default("rule") @Doc("answers to inferred questions: rule, or random, drawn once")
          Answers answers,
      @Default("true") @Doc("whether atomic OOD facts are trained on") boolean oodAtomic,
      @Default("false")
          @Doc("whether facts with one OOD part may be among the inferred ones trained on")
          boolean mixed,
      @Default("1000")
          @Range(min = 1, max = 1e9)
          @Doc("most facts of each split that is only evaluated")
          int evaluated) {
    public Settings {
      if (task == Task.COMPOSITION && degree > relations) {
        throw new SettingException(
            "degree",
            "must be at most the number of relations, " + relations + ", and is " + degree);
      }
      long questions =
          (long) entities * relations * (task == Task.COMPOSITION ? relations : entities);
      if (questions > Integer.MAX_VALUE) {
        throw new SettingException(
            "entities",
            "gives "
                + questions
                + " inferred questions with these relations, more than 2^31 - 1; use fewer");
      }
    }
  }

  private final DataSpec spec;
  private final List<Split> splits;

  @Inject
  public KnowledgeGraphFacts(Settings settings, Randomness randomness) {
    Rule rule = rule(settings, randomness);
    spec =
        new DataSpec(
            new InputSpec.Tokens(rule.vocabulary(), rule.length()),
            new TargetSpec.ClassPerPosition(rule.vocabulary()),
            Map.of("chance", 1.0 / rule.choices()));
    splits = deal(settings, rule, randomness);
  }

  private static Rule rule(Settings s, Randomness randomness) {
    boolean composition = s.task() == Task.COMPOSITION;
    int choices = composition ? s.entities() : 3;
    IntUnaryOperator answers =
        s.answers() == Answers.RULE
            ? null
            : inferred -> randomness.stream("answers", inferred).nextInt(choices);
    KnowledgeGraph graph =
        KnowledgeGraph.random(
            s.entities(),
            s.relations(),
            composition ? s.degree() : s.relations(),
            composition ? s.entities() : s.values(),
            randomness.stream("graph"));
    return composition
        ? new Composition(graph, answers, randomness.stream("contrast"))
        : new Comparison(graph, s.values(), answers, randomness.stream("contrast"));
  }

  /**
   * Deals the facts out. What is held out does not depend on what is trained on, and of two ratios
   * the smaller one's facts are among those of the greater.
   */
  private static List<Split> deal(Settings s, Rule rule, Randomness randomness) {
    boolean[] ood = rule.ood(s.oodFraction(), randomness.stream("ood"));
    int[] edges = rule.graph().edges();
    int[] atomicId = IntStream.of(edges).filter(e -> !ood[e]).toArray();
    int[] atomicOod = IntStream.of(edges).filter(e -> ood[e]).toArray();
    int[] inferred = rule.inferred();
    int[] id = IntStream.of(inferred).filter(i -> rule.oodParts(i, ood) == 0).toArray();
    int[] testOod = IntStream.of(inferred).filter(i -> rule.oodParts(i, ood) == 2).toArray();
    require("oodFraction", atomicOod.length > 0 && testOod.length > 0, "no fact has two OOD parts");
    require("oodFraction", id.length > 0, "no fact has two ID parts");
    BitSet held = heldOut(s, rule, id, randomness);
    int[] testId = IntStream.of(id).filter(i -> held.get(rule.representative(i))).toArray();
    int[] candidates =
        IntStream.of(inferred)
            .filter(i -> rule.oodParts(i, ood) <= (s.mixed() ? 1 : 0))
            .filter(i -> !held.get(rule.representative(i)))
            .toArray();
    long wanted = s.ratio() == 0 ? candidates.length : Math.round(s.ratio() * atomicId.length);
    require("ratio", wanted > 0, "no inferred fact is trained on");
    if (wanted > candidates.length) {
      throw new SettingException(
          "ratio",
          String.format(
              Locale.ROOT,
              "must be at most %.2f with these numbers of entities and relations: there are %d"
                  + " inferred facts to train on and %d atomic ID facts",
              (double) candidates.length / atomicId.length,
              candidates.length,
              atomicId.length));
    }
    int[] trained = sample(candidates, (int) wanted, randomness, "sample");
    int[] atomicTrained = s.oodAtomic() ? edges : atomicId;
    Dealer dealer = new Dealer(rule, s.evaluated(), randomness);
    return List.of(
        dealer.split(Dataset.TRAIN, atomicTrained, trained),
        dealer.evaluated("train-inferred", new int[0], trained),
        dealer.evaluated("test-id", new int[0], testId),
        dealer.evaluated("test-ood", new int[0], testOod),
        dealer.evaluated("atomic-id", atomicId, new int[0]),
        dealer.evaluated("atomic-ood", atomicOod, new int[0]));
  }

  private static void require(String setting, boolean condition, String otherwise) {
    if (!condition) {
      throw new SettingException(
          setting, "leaves a split empty: " + otherwise + " with these numbers of facts");
    }
  }

  /** The representatives of the ID facts that are held out. */
  private static BitSet heldOut(Settings s, Rule rule, int[] id, Randomness randomness) {
    int[] units = IntStream.of(id).filter(i -> rule.representative(i) == i).toArray();
    int count = (int) Math.round(s.testFraction() * units.length);
    require("testFraction", count > 0, "no inferred ID fact is held out");
    require("testFraction", count < units.length, "all inferred ID facts are held out");
    BitSet held = new BitSet();
    for (int unit : sample(units, count, randomness, "held-out")) {
      held.set(unit);
    }
    return held;
  }

  /** So many of the numbers, ascending. */
  private static int[] sample(int[] from, int count, Randomness randomness, String stream) {
    int[] order = randomness.stream(stream).permutation(from.length);
    return Arrays.stream(order, 0, count).map(i -> from[i]).sorted().toArray();
  }

  /** Makes splits of facts by their numbers. */
  private record Dealer(Rule rule, int most, Randomness randomness) {
    FactSplit split(String name, int[] atomic, int[] inferred) {
      List<Fact> facts = new ArrayList<>();
      for (int edge : atomic) {
        facts.add(rule.atomic(edge));
      }
      for (int number : inferred) {
        facts.add(rule.inferred(number));
      }
      return new FactSplit(name, facts, rule.length(), rule.vocabulary() - 1);
    }

    FactSplit evaluated(String name, int[] atomic, int[] inferred) {
      return split(name, some(name, atomic), some(name, inferred));
    }

    private int[] some(String name, int... numbers) {
      return sample(numbers, Math.min(most, numbers.length), randomness, "evaluated/" + name);
    }
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
