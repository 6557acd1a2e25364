package org.genlab.datasets.text;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.genlab.tensor.random.RandomStream;

/**
 * The words of each class and how often each is used: within a class, the word of rank r (from 1)
 * has probability proportional to r^-s (Zipf's law). The words of a class have consecutive numbers.
 *
 * <p>With several topics, topic k ranks the words of each open class (nouns, verbs, adjectives) in
 * an order of its own, and uses a word with probability (1 - t) zipf(rank) + t zipf(rank in topic
 * k).
 */
final class Lexicon {
  /** Shares of the vocabulary; classes of nouns and verbs share theirs among the agreements. */
  private static final Map<String, Double> SHARES = new LinkedHashMap<>();

  static {
    SHARES.put("det", 0.02);
    SHARES.put("prep", 0.04);
    SHARES.put("adj", 0.15);
    SHARES.put("noun", 0.4);
    SHARES.put("intransitive", 0.13);
    SHARES.put("transitive", 0.2);
    SHARES.put("reporting", 0.06);
  }

  private static final List<String> AGREEING =
      List.of("noun", "intransitive", "transitive", "reporting");

  /**
   * A class of words.
   *
   * @param number from 0
   * @param first the number of its first word
   * @param probabilities of its words in each topic; one row when the topic does not matter
   * @param entropy of its words in nats, when there is one row
   */
  record WordClass(int number, int first, double[][] probabilities, double entropy) {
    int size() {
      return probabilities[0].length;
    }

    boolean hasTopics() {
      return probabilities.length > 1;
    }
  }

  private final Map<String, WordClass> classes = new LinkedHashMap<>();
  private final int[] classOf;

  /**
   * @param vocabulary number of words in all, at least {@link #smallest}
   * @param names how many of them are names
   * @param zipf the exponent s
   * @param topics number of topics
   * @param strength t
   * @param random draws the orders of the topics
   */
  Lexicon(
      int vocabulary,
      int agreement,
      int names,
      double zipf,
      int topics,
      double strength,
      RandomStream random) {
    Map<String, Integer> sizes = sizes(vocabulary, agreement, names);
    classOf = new int[vocabulary];
    int first = 0;
    for (Map.Entry<String, Integer> entry : sizes.entrySet()) {
      int size = entry.getValue();
      double[] base = zipf(size, zipf);
      String kind = entry.getKey().replaceAll("\\..*", "");
      boolean open = AGREEING.contains(kind) || kind.equals("adj");
      double[][] rows = new double[open && topics > 1 ? topics : 1][];
      for (int k = 0; k < rows.length; k++) {
        rows[k] = base.clone();
        if (rows.length > 1) {
          int[] order = random.permutation(size);
          for (int i = 0; i < size; i++) {
            rows[k][i] = (1 - strength) * base[i] + strength * base[order[i]];
          }
        }
      }
      int number = classes.size();
      Arrays.fill(classOf, first, first + size, number);
      classes.put(entry.getKey(), new WordClass(number, first, rows, entropy(base)));
      first += size;
    }
  }

  /** The smallest vocabulary: one word a class. */
  static int smallest(int agreement, int names) {
    return 2 + 3 + AGREEING.size() * agreement + names;
  }

  private static Map<String, Integer> sizes(int vocabulary, int agreement, int names) {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    sizes.put(Grammar.END, 1);
    sizes.put("rel", 1);
    int left = vocabulary - smallest(agreement, names);
    int spare = left;
    for (Map.Entry<String, Double> entry : SHARES.entrySet()) {
      if (AGREEING.contains(entry.getKey())) {
        for (int a = 0; a < agreement; a++) {
          int more = (int) (left * entry.getValue() / agreement);
          sizes.put(entry.getKey() + "." + a, 1 + more);
          spare -= more;
        }
      } else {
        int more = (int) (left * entry.getValue());
        sizes.put(entry.getKey(), 1 + more);
        spare -= more;
      }
    }
    sizes.merge("noun.0", spare, Integer::sum);
    if (names > 0) {
      sizes.put(Grammar.NAME, names);
    }
    return sizes;
  }

  /** r^-s for r = 1 ... n, divided by their sum. */
  static double[] zipf(int n, double s) {
    double[] p = new double[n];
    double sum = 0;
    for (int r = 0; r < n; r++) {
      p[r] = StrictMath.pow(r + 1, -s);
      sum += p[r];
    }
    for (int r = 0; r < n; r++) {
      p[r] /= sum;
    }
    return p;
  }

  /** - sum p ln p, in nats. */
  static double entropy(double... p) {
    double sum = 0;
    for (double x : p) {
      sum -= x > 0 ? x * StrictMath.log(x) : 0;
    }
    return sum;
  }

  WordClass get(String name) {
    return classes.get(name);
  }

  /** All classes, in the order of their numbers. */
  Map<String, WordClass> classes() {
    return classes;
  }

  /** The number of the class that a word belongs to. */
  int classOf(int word) {
    return classOf[word];
  }
}
