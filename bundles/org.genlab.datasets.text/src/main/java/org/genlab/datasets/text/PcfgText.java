package org.genlab.datasets.text;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
import org.genlab.tensor.random.RandomStream;

/**
 * Text from a probabilistic context-free grammar, for language models, with the exact distribution
 * of each next word.
 *
 * <p>Sentences have nested relative clauses, prepositional phrases and reported clauses; a verb
 * agrees with the head noun of its subject, however much stands between them:
 *
 * <pre>
 *   text        = clause(D) end text
 *   clause(d)   = det subject(d) | name predicate(0, d)
 *   subject(d)  = adj subject(d) | noun(a) modifier(d) predicate(a, d)
 *   object(d)   = det head(d) | name                  head(d) = adj head(d) | noun(a) modifier(d)
 *   modifier(d) = nothing | prep object(d-1) | rel (predicate(a, d-1) | inner(d-1))
 *   inner(d)    = a clause(d) whose verb is transitive and lacks its object
 *   predicate(a, d) = intransitive(a) | transitive(a) object(d) | reporting(a) rel clause(d-1)
 * </pre>
 *
 * <p>Within a class of words, the word of rank r is used with probability proportional to r^-s. A
 * noun is modified with probability {@code recursion}, as long as the depth d is positive. The
 * entropy of the text falls with s and rises with the vocabulary. With {@code topics}, each text
 * has a topic that changes how often nouns, verbs and adjectives are used; with {@code names}, a
 * text draws a name anew with probability a / (a + n) after n names, and else repeats one, so that
 * rare names come again.
 *
 * <p>The grammar is LL(1), so a prefix has one stack of symbols still to be rewritten, and there
 * are finitely many; the topic and the names enter by Bayes' rule and Polya's urn. The distribution
 * of the next word given all words before it is therefore known exactly.
 *
 * <p>Inputs are the full stop that precedes a text and all of its words but the last, [batch,
 * length]; targets are its words. Word 0 is the full stop. A text begins with a sentence and is cut
 * at the length. Splits {@code train} (a stream without end unless {@code train-size} says), {@code
 * validation} and, if asked for, {@code test}. Columns: {@code entropy}, H(target | words before)
 * in nats, {@code log-probability}, ln P(target | words before), and {@code word-class} of the
 * target, all [batch, length]; {@code domain}, the topic, when there are several.
 *
 * <p>Properties: {@code entropy}, the mean of H(target | words before) over positions, in nats:
 * exact without topics and names, else the mean over 1,000 texts, with the standard error {@code
 * entropy-error}; and {@code unigram-entropy}, what is left when only the frequencies of words are
 * known. With {@code order: shuffled} the words of each text stand in random order, and neither
 * these nor the first two columns are given, except {@code unigram-entropy}.
 */
@Plugin(
    kind = Kind.DATASET,
    id = "pcfg-text",
    version = "1.0.0",
    summary = "Text from a probabilistic grammar, with the exact distribution of each next word")
public final class PcfgText implements Dataset {
  private static final int MOST_STATES = 200000;
  private static final int SAMPLED = 1000;

  /** How the words of a text are arranged. */
  public enum Order {
    /** As the grammar says. */
    GRAMMATICAL,
    /** At random: word frequencies and topics stay, syntax goes. */
    SHUFFLED
  }

  /**
   * The settings.
   *
   * @param length words of a text, L
   * @param vocabulary number of words, V, with the full stop
   * @param depth D, how deep clauses and noun phrases are nested
   * @param recursion probability that a noun is modified where depth is left; half of it is the
   *     probability of a reported clause
   * @param agreement classes of nouns, each with verbs of its own
   * @param zipf the exponent s of word frequencies; 0 for equally frequent words
   * @param topics number of topics
   * @param topicStrength weight of a topic's own word frequencies against the common ones
   * @param names how many words of the vocabulary are names; 0 for none
   * @param nameNovelty a
   * @param order how the words of a text are arranged
   * @param trainSize texts to train on; 0 for a stream without end
   * @param validationSize texts to validate on
   * @param testSize texts to test on; 0 for no such split
   */
  public record Settings(
      @Default("32") @Range(min = 1, max = 65536) @Doc("words of a text") int length,
      @Default("256") @Range(min = 1, max = 1000000) @Doc("number of words, with the full stop")
          int vocabulary,
      @Default("3") @Range(min = 0, max = 6) @Doc("how deep clauses and noun phrases are nested")
          int depth,
      @Default("0.4")
          @Range(min = 0, max = 1)
          @Doc("probability that a noun is modified where depth is left")
          double recursion,
      @Default("2") @Range(min = 1, max = 16) @Doc("classes of nouns, each with its own verbs")
          int agreement,
      @Default("1") @Range(min = 0, max = 10) @Doc("exponent of word frequencies; 0: equal")
          double zipf,
      @Default("1") @Range(min = 1, max = 1000) @Doc("number of topics") int topics,
      @Default("0.5")
          @Range(min = 0, max = 1)
          @Doc("weight of a topic's own word frequencies against the common ones")
          double topicStrength,
      @Default("0") @Range(min = 0, max = 100000) @Doc("how many words are names; 0 for none")
          int names,
      @Default("1")
          @Range(min = 0, minExclusive = true)
          @Doc("a: after n names the next one is new with probability a / (a + n)")
          double nameNovelty,
      @Default("grammatical") @Doc("grammatical, or shuffled: words in random order") Order order,
      @Default("0") @Range(min = 0) @Doc("texts to train on; 0 for a stream without end")
          int trainSize,
      @Default("256") @Range(min = 1) @Doc("texts to validate on") int validationSize,
      @Default("0") @Range(min = 0) @Doc("texts to test on; 0 for no such split") int testSize) {
    public Settings {
      int smallest = Lexicon.smallest(agreement, names);
      if (vocabulary < smallest) {
        throw new SettingException(
            "vocabulary",
            "must have a word for each class, at least "
                + smallest
                + " with agreement: "
                + agreement
                + " and names: "
                + names
                + ", and "
                + vocabulary
                + " is too small");
      }
    }
  }

  private final Settings settings;
  private final DataSpec spec;
  private final List<Split> splits;

  @Inject
  public PcfgText(Settings settings, Randomness randomness) {
    this.settings = settings;
    Language language = language(randomness);
    Map<String, Double> properties = new LinkedHashMap<>();
    properties.put("unigram-entropy", language.unigramEntropy(settings.length()));
    if (settings.order() == Order.GRAMMATICAL) {
      entropy(language, randomness, properties);
    }
    spec =
        new DataSpec(
            new InputSpec.Tokens(settings.vocabulary(), settings.length()),
            new TargetSpec.ClassPerPosition(settings.vocabulary()),
            properties);
    List<Split> all = new ArrayList<>();
    int train = settings.trainSize() == 0 ? Integer.MAX_VALUE : settings.trainSize();
    all.add(split(TRAIN, train, language, randomness));
    all.add(split(VALIDATION, settings.validationSize(), language, randomness));
    if (settings.testSize() > 0) {
      all.add(split(TEST, settings.testSize(), language, randomness));
    }
    splits = List.copyOf(all);
  }

  private Language language(Randomness randomness) {
    Grammar grammar =
        Grammar.sentences(
            settings.agreement(), settings.depth(), settings.recursion(), settings.names() > 0);
    StackAutomaton automaton;
    try {
      automaton = new StackAutomaton(grammar, MOST_STATES);
    } catch (IllegalArgumentException e) {
      throw new SettingException(
          "depth",
          "gives "
              + e.getMessage()
              + " with agreement: "
              + settings.agreement()
              + "; choose a smaller depth or fewer classes");
    }
    Lexicon lexicon =
        new Lexicon(
            settings.vocabulary(),
            settings.agreement(),
            settings.names(),
            settings.zipf(),
            settings.topics(),
            settings.topicStrength(),
            randomness.stream("topics"));
    return new Language(automaton, lexicon, settings.topics(), settings.nameNovelty());
  }

  private void entropy(Language language, Randomness randomness, Map<String, Double> properties) {
    if (language.isPlain()) {
      properties.put("entropy", language.meanEntropy(settings.length()));
      properties.put("entropy-error", 0.0);
      return;
    }
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < SAMPLED; i++) {
      RandomStream random = randomness.stream("entropy", i);
      int topic = random.nextInt(settings.topics());
      Language.Prefix prefix = language.begin();
      double mean = 0;
      for (int t = 0; t < settings.length(); t++) {
        mean += prefix.entropy() / settings.length();
        prefix.advance(prefix.draw(topic, random));
      }
      sum += mean;
      squares += mean * mean;
    }
    double mean = sum / SAMPLED;
    properties.put("entropy", mean);
    properties.put(
        "entropy-error", Math.sqrt(Math.max(0, squares / SAMPLED - mean * mean) / SAMPLED));
  }

  private Split split(String name, int size, Language language, Randomness randomness) {
    return new PcfgSplit(
        name,
        size,
        settings.length(),
        language,
        settings.order() == Order.SHUFFLED,
        index -> randomness.stream(name, index));
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
