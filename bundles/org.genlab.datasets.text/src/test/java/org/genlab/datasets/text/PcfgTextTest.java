package org.genlab.datasets.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.genlab.api.Randomness;
import org.genlab.api.SettingException;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.datasets.text.PcfgText.Order;
import org.genlab.datasets.text.PcfgText.Settings;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class PcfgTextTest {
  private static Randomness seed(long seed) {
    return (name, counters) -> RandomStream.of(seed, name, counters);
  }

  private static Settings settings(int length, int vocabulary, int depth, int topics, int names) {
    return new Settings(
        length, vocabulary, depth, 0.4, 2, 1, topics, 0.5, names, 0.7, Order.GRAMMATICAL, 0, 10, 0);
  }

  private static Language language(Settings s) {
    return new Language(
        new StackAutomaton(
            Grammar.sentences(s.agreement(), s.depth(), s.recursion(), s.names() > 0), 100000),
        new Lexicon(
            s.vocabulary(),
            s.agreement(),
            s.names(),
            s.zipf(),
            s.topics(),
            s.topicStrength(),
            RandomStream.of(0, "topics")),
        s.topics(),
        s.nameNovelty());
  }

  /**
   * P(a text begins with these classes), summed over all leftmost derivations of the grammar; an
   * oracle that knows nothing of stacks that are shared or of LL(1).
   */
  private static double prefix(Grammar grammar, List<String> form, List<String> classes) {
    if (classes.isEmpty()) {
      return 1;
    }
    String top = form.get(0);
    List<String> rest = form.subList(1, form.size());
    if (grammar.isTerminal(top)) {
      return top.equals(classes.get(0))
          ? prefix(grammar, rest, classes.subList(1, classes.size()))
          : 0;
    }
    double sum = 0;
    for (Grammar.Rule rule : grammar.rules().get(top)) {
      List<String> next = new ArrayList<>(rule.right());
      next.addAll(rest);
      sum += rule.probability() * prefix(grammar, next, classes);
    }
    return sum;
  }

  /** All sequences of classes of that length with their probabilities, by the oracle. */
  private static Map<List<String>, Double> sequences(
      Grammar grammar, Iterable<String> classes, int length) {
    Map<List<String>, Double> known = new LinkedHashMap<>();
    known.put(List.of(), 1.0);
    for (int t = 0; t < length; t++) {
      Map<List<String>, Double> longer = new LinkedHashMap<>();
      for (List<String> start : known.keySet()) {
        for (String next : classes) {
          List<String> sequence = new ArrayList<>(start);
          sequence.add(next);
          double p = prefix(grammar, List.of(grammar.start()), sequence);
          if (p > 0) {
            longer.put(sequence, p);
          }
        }
      }
      known = longer;
    }
    return known;
  }

  @Test
  void rulesOfEachNonterminalAddUpToOne() {
    for (boolean names : new boolean[] {false, true}) {
      Grammar.sentences(3, 2, 0.3, names)
          .rules()
          .forEach(
              (left, rules) ->
                  assertEquals(
                      1, rules.stream().mapToDouble(Grammar.Rule::probability).sum(), 1e-12, left));
    }
  }

  @Test
  void probabilitiesAreThoseOfAllDerivations() {
    Settings s = settings(5, 24, 1, 1, 2);
    Grammar grammar = Grammar.sentences(2, 1, 0.4, true);
    Language language = language(s);
    Map<List<String>, Double> all = sequences(grammar, language.lexicon().classes().keySet(), 5);
    assertEquals(1, all.values().stream().mapToDouble(Double::doubleValue).sum(), 1e-12);
    // Summed over the words, which here are the first of each class divided by its share.
    all.forEach(
        (classes, expected) -> {
          Language.Prefix prefix = language.begin();
          double p = 1;
          int names = 0;
          for (String name : classes) {
            Lexicon.WordClass words = language.lexicon().get(name);
            double share = words.probabilities()[0][0];
            if (name.equals(Grammar.NAME)) {
              share = (0.7 * share + names) / (0.7 + names);
              names++;
            }
            p *= prefix.probability(words.first()) / share;
            prefix.advance(words.first());
          }
          assertEquals(expected, p, 1e-12, classes.toString());
        });
  }

  @Test
  void theMeanEntropyIsTheEntropyOfWholeTextsDividedByTheirLength() {
    Settings s = settings(6, 24, 2, 1, 0);
    Grammar grammar = Grammar.sentences(2, 2, 0.4, false);
    Language language = language(s);
    double block = 0;
    for (Map.Entry<List<String>, Double> entry :
        sequences(grammar, language.lexicon().classes().keySet(), 6).entrySet()) {
      double p = entry.getValue();
      double words = 0;
      for (String name : entry.getKey()) {
        words += Lexicon.entropy(language.lexicon().get(name).probabilities()[0]);
      }
      block += p * (words - StrictMath.log(p));
    }
    PcfgText dataset = new PcfgText(s, seed(0));
    assertEquals(block / 6, dataset.spec().properties().get("entropy"), 1e-12);
    assertEquals(0, dataset.spec().properties().get("entropy-error"));
  }

  @Test
  void nextWordsHaveADistributionWithTheEntropyThatIsAnnotated() {
    for (Settings s :
        List.of(settings(20, 60, 2, 1, 0), settings(20, 60, 2, 3, 0), settings(20, 60, 1, 2, 12))) {
      Language language = language(s);
      RandomStream random = RandomStream.of(5, "text");
      Language.Prefix prefix = language.begin();
      for (int t = 0; t < 20; t++) {
        double[] p = new double[60];
        Arrays.setAll(p, prefix::probability);
        assertEquals(1, Arrays.stream(p).sum(), 1e-12);
        assertEquals(Lexicon.entropy(p), prefix.entropy(), 1e-12);
        int word = prefix.draw(0, random);
        assertTrue(p[word] > 0);
        prefix.advance(word);
      }
    }
  }

  @Test
  void topicsAreMixedByBayesRule() {
    // Oracle: the law of a text is the mean of its laws in each topic.
    Settings s = settings(12, 40, 1, 3, 0);
    PcfgText dataset = new PcfgText(s, seed(1));
    Lexicon lexicon = new Lexicon(40, 2, 0, 1, 3, 0.5, RandomStream.of(1, "topics", new long[0]));
    Language one =
        new Language(
            new StackAutomaton(Grammar.sentences(2, 1, 0.4, false), 1000),
            new Lexicon(40, 2, 0, 1, 1, 0, RandomStream.of(0, "none")),
            1,
            1);
    Batch batch = dataset.split("train").range(0, 20);
    for (int i = 0; i < 20; i++) {
      double logarithm = 0;
      double[] topics = {1, 1, 1};
      Language.Prefix prefix = one.begin();
      double syntax = 1;
      for (int t = 0; t < 12; t++) {
        int word = batch.labels().at(i * 12 + t);
        logarithm += batch.reals("log-probability").toArray()[i * 12 + t];
        String name = List.copyOf(lexicon.classes().keySet()).get(lexicon.classOf(word));
        Lexicon.WordClass words = lexicon.get(name);
        for (int k = 0; k < 3; k++) {
          topics[k] *= words.probabilities()[words.hasTopics() ? k : 0][word - words.first()];
        }
        Lexicon.WordClass plain = one.lexicon().get(name);
        syntax *= prefix.probability(word) / plain.probabilities()[0][word - plain.first()];
        prefix.advance(word);
      }
      double p = syntax * (topics[0] + topics[1] + topics[2]) / 3;
      assertEquals(StrictMath.log(p), logarithm, 1e-4);
    }
  }

  @Test
  void meanSurpriseOfManyTextsIsTheEntropy() {
    for (Settings s : List.of(settings(16, 60, 2, 1, 0), settings(16, 60, 1, 4, 10))) {
      PcfgText dataset = new PcfgText(s, seed(3));
      double entropy = dataset.spec().properties().get("entropy");
      int n = 3000;
      float[] logs = dataset.split("train").range(0, n).reals("log-probability").toArray();
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double mean = 0;
        for (int t = 0; t < 16; t++) {
          mean -= logs[i * 16 + t] / 16;
        }
        sum += mean / n;
        squares += mean * mean / n;
      }
      double error = Math.sqrt((squares - sum * sum) / n);
      assertEquals(entropy, sum, 4 * error + 4 * dataset.spec().properties().get("entropy-error"));
      assertTrue(error < 0.02, "too few texts to tell: " + error);
      assertTrue(entropy < dataset.spec().properties().get("unigram-entropy") - 0.3);
    }
  }

  @Test
  void wordsStandInTheirZipfFrequencies() {
    PcfgText dataset = new PcfgText(settings(32, 60, 2, 1, 0), seed(2));
    Language language = language(settings(32, 60, 2, 1, 0));
    Lexicon.WordClass nouns = language.lexicon().get("noun.1");
    int[] counts = new int[nouns.size()];
    int all = 0;
    for (int word : dataset.split("train").range(0, 3000).labels().toArray()) {
      if (language.lexicon().classOf(word) == nouns.number()) {
        counts[word - nouns.first()]++;
        all++;
      }
    }
    for (int i = 0; i < counts.length; i++) {
      double p = nouns.probabilities()[0][i];
      assertEquals(p, counts[i] / (double) all, 4.5 * Math.sqrt(p * (1 - p) / all));
    }
  }

  @Test
  void theTextOfAnIndexIsTheSameInEachSplitSizeAndAnotherInEachSplit() {
    Settings s = settings(16, 60, 2, 1, 0);
    PcfgText dataset = new PcfgText(s, seed(0));
    assertEquals(Integer.MAX_VALUE, dataset.split("train").size());
    assertEquals(10, dataset.split("validation").size());
    Batch train = dataset.split("train").range(0, 10);
    Batch validation = dataset.split("validation").range(0, 10);
    assertNotEquals(train.labels(), validation.labels());
    assertEquals(0, train.tokens().at(0));
    assertEquals(train.labels().at(3), train.tokens().at(4));
    assertArrayEquals(
        dataset.split("train").batch(7).labels().toArray(), train.select(7).labels().toArray());
  }

  @Test
  void shuffledTextsHaveTheSameWordsWithoutLaw() {
    Settings s = new Settings(16, 60, 2, 0.4, 2, 1, 2, 0.5, 0, 1, Order.SHUFFLED, 0, 10, 0);
    PcfgText shuffled = new PcfgText(s, seed(0));
    Batch a = shuffled.split("train").range(0, 20);
    Batch b = new PcfgText(settings(16, 60, 2, 2, 0), seed(0)).split("train").range(0, 20);
    assertFalse(a.has("entropy"));
    assertFalse(shuffled.spec().properties().containsKey("entropy"));
    assertEquals(a.ints(Annotation.DOMAIN), b.ints(Annotation.DOMAIN));
    int moved = 0;
    for (int i = 0; i < 20; i++) {
      int[] x = Arrays.copyOfRange(a.labels().toArray(), 16 * i, 16 * i + 16);
      int[] y = Arrays.copyOfRange(b.labels().toArray(), 16 * i, 16 * i + 16);
      moved += Arrays.equals(x, y) ? 0 : 1;
      Arrays.sort(x);
      Arrays.sort(y);
      assertArrayEquals(x, y);
    }
    assertTrue(moved > 18);
  }

  @Test
  void entropyFallsWithTheExponentAndRisesWithTheVocabulary() {
    double[] values = new double[4];
    double[][] tried = {{0, 100}, {1, 100}, {2, 100}, {1, 300}};
    for (int i = 0; i < 4; i++) {
      Settings s =
          new Settings(
              32,
              (int) tried[i][1],
              3,
              0.4,
              2,
              tried[i][0],
              1,
              0,
              0,
              1,
              Order.GRAMMATICAL,
              0,
              10,
              0);
      values[i] = new PcfgText(s, seed(0)).spec().properties().get("entropy");
    }
    assertTrue(values[0] > values[1] && values[1] > values[2]);
    assertTrue(values[3] > values[1]);
  }

  @Test
  void refusesVocabulariesThatAreTooSmallAndTooManyStacks() {
    SettingException few = assertThrows(SettingException.class, () -> settings(8, 12, 1, 1, 0));
    assertTrue(few.getMessage().contains("at least 13"), few.getMessage());
    Settings many = new Settings(8, 500, 6, 0.4, 16, 1, 1, 0, 0, 1, Order.GRAMMATICAL, 0, 10, 0);
    SettingException stacks =
        assertThrows(SettingException.class, () -> new PcfgText(many, seed(0)));
    assertTrue(stacks.getMessage().contains("smaller depth"), stacks.getMessage());
  }

  @Test
  void grammarsThatNeedMoreThanOneStackAreRefused() {
    Grammar ambiguous =
        new Grammar(
            "s",
            Map.of(
                "s", List.of(Grammar.Rule.of(0.5, "a", "s"), Grammar.Rule.of(0.5, "a", "b", "s"))));
    assertThrows(IllegalArgumentException.class, () -> new StackAutomaton(ambiguous, 100));
  }
}
