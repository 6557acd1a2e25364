package org.genlab.datasets.text;

import java.util.Arrays;
import java.util.List;
import org.genlab.tensor.random.RandomStream;

/**
 * A law of texts: a grammar, its words, a topic drawn for each text, and names of which a text uses
 * few again and again.
 *
 * <pre>
 *   P(word | prefix) = P(class | stack) * P(word | class, prefix)
 *   P(word | class, prefix) = sum_k P(topic k | prefix) p_k(word | class)
 *   P(name | prefix)        = (a base(name) + times it stands in the prefix)
 *                             / (a + names in the prefix)                   Polya's urn
 * </pre>
 *
 * <p>All of these are finite sums, so the distribution of the next word is known exactly.
 */
final class Language {
  private final Lexicon lexicon;
  private final int topics;
  private final double novelty;
  private final Next[][] next;
  private final boolean plain;

  /** The entropy of the next word in each state; right only where nothing else matters. */
  private final double[] entropies;

  /** A step of the automaton with the words that make it. */
  private record Next(Lexicon.WordClass words, double probability, int state, boolean name) {}

  /**
   * @param novelty a
   */
  Language(StackAutomaton automaton, Lexicon lexicon, int topics, double novelty) {
    this.lexicon = lexicon;
    this.topics = topics;
    this.novelty = novelty;
    this.plain = topics == 1 && lexicon.get(Grammar.NAME) == null;
    next = new Next[automaton.size()][];
    for (int state = 0; state < next.length; state++) {
      List<StackAutomaton.Step> steps = automaton.steps(state);
      next[state] = new Next[steps.size()];
      for (int i = 0; i < steps.size(); i++) {
        StackAutomaton.Step step = steps.get(i);
        next[state][i] =
            new Next(
                lexicon.get(step.wordClass()),
                step.probability(),
                step.next(),
                step.wordClass().equals(Grammar.NAME));
      }
    }
    entropies = new double[next.length];
    for (int state = 0; state < next.length; state++) {
      for (Next step : next[state]) {
        double p = step.probability();
        entropies[state] += p * (step.words().entropy() - StrictMath.log(p));
      }
    }
  }

  Lexicon lexicon() {
    return lexicon;
  }

  int topics() {
    return topics;
  }

  /** Whether the next word depends on the prefix through the stack alone. */
  boolean isPlain() {
    return plain;
  }

  /** A text of which nothing was read yet. */
  Prefix begin() {
    return new Prefix();
  }

  /**
   * The mean over positions 1 ... length of a text of H(word | words before), in nats: exact, as
   * the sum over stacks of the probability to be there times the entropy of what comes next.
   *
   * @throws IllegalStateException when the language is not {@link #isPlain}
   */
  double meanEntropy(int length) {
    if (!plain) {
      throw new IllegalStateException("the next word depends on more than the stack");
    }
    double sum = 0;
    double[] occupied = new double[next.length];
    occupied[0] = 1;
    for (int position = 0; position < length; position++) {
      for (int state = 0; state < next.length; state++) {
        sum += occupied[state] * entropies[state];
      }
      occupied = advance(occupied);
    }
    return sum / length;
  }

  /**
   * The entropy in nats of the words at positions 1 ... length of a text when nothing is known but
   * how often each is used, whatever the topic.
   */
  double unigramEntropy(int length) {
    double[] classes = new double[lexicon.classes().size()];
    double[] occupied = new double[next.length];
    occupied[0] = 1;
    for (int position = 0; position < length; position++) {
      for (int state = 0; state < next.length; state++) {
        for (Next step : next[state]) {
          classes[step.words().number()] += occupied[state] * step.probability() / length;
        }
      }
      occupied = advance(occupied);
    }
    double sum = 0;
    for (Lexicon.WordClass words : lexicon.classes().values()) {
      double p = classes[words.number()];
      if (p > 0) {
        double[] mixed = new double[words.size()];
        for (double[] row : words.probabilities()) {
          for (int i = 0; i < mixed.length; i++) {
            mixed[i] += row[i] / words.probabilities().length;
          }
        }
        sum += p * (Lexicon.entropy(mixed) - StrictMath.log(p));
      }
    }
    return sum;
  }

  private double[] advance(double[] occupied) {
    double[] after = new double[next.length];
    for (int state = 0; state < next.length; state++) {
      if (occupied[state] > 0) {
        for (Next step : next[state]) {
          after[step.state()] += occupied[state] * step.probability();
        }
      }
    }
    return after;
  }

  /** A text read from its beginning up to some word, and what follows from it for the next one. */
  final class Prefix {
    private int state;
    private final double[] posterior = new double[topics];
    private final double[] urn;
    private double named;

    private Prefix() {
      Arrays.fill(posterior, 1.0 / topics);
      Lexicon.WordClass names = lexicon.get(Grammar.NAME);
      urn = new double[names == null ? 0 : names.size()];
    }

    /** P(word i of a class | class, prefix). */
    private double word(Next step, int i) {
      double[][] rows = step.words().probabilities();
      if (step.name()) {
        return (novelty * rows[0][i] + urn[i]) / (novelty + named);
      }
      if (rows.length == 1) {
        return rows[0][i];
      }
      double sum = 0;
      for (int k = 0; k < topics; k++) {
        sum += posterior[k] * rows[k][i];
      }
      return sum;
    }

    private Next step(int word) {
      int number = lexicon.classOf(word);
      for (Next step : next[state]) {
        if (step.words().number() == number) {
          return step;
        }
      }
      return null;
    }

    /** P(word | prefix); 0 of what the grammar does not allow. */
    double probability(int word) {
      Next step = step(word);
      return step == null ? 0 : step.probability() * word(step, word - step.words().first());
    }

    /** The entropy of the next word given the prefix, in nats. */
    double entropy() {
      if (plain) {
        return entropies[state];
      }
      double sum = 0;
      for (Next step : next[state]) {
        double p = step.probability();
        sum += p * (wordEntropy(step) - StrictMath.log(p));
      }
      return sum;
    }

    private double wordEntropy(Next step) {
      if (!step.name() && !step.words().hasTopics()) {
        return step.words().entropy();
      }
      double[] p = new double[step.words().size()];
      for (int i = 0; i < p.length; i++) {
        p[i] = word(step, i);
      }
      return Lexicon.entropy(p);
    }

    /** Draws the next word of a text on that topic. */
    int draw(int topic, RandomStream random) {
      double u = random.nextDouble();
      Next[] steps = next[state];
      int s = 0;
      while (s < steps.length - 1 && u >= steps[s].probability()) {
        u -= steps[s++].probability();
      }
      Lexicon.WordClass words = steps[s].words();
      double[] row = words.probabilities()[words.hasTopics() ? topic : 0];
      double v = random.nextDouble();
      int i = 0;
      double p;
      while (i < row.length - 1 && v >= (p = steps[s].name() ? word(steps[s], i) : row[i])) {
        v -= p;
        i++;
      }
      return words.first() + i;
    }

    /** Reads the next word, which the grammar must allow. */
    void advance(int word) {
      Next step = step(word);
      int i = word - step.words().first();
      double[][] rows = step.words().probabilities();
      if (rows.length > 1) {
        double evidence = word(step, i);
        for (int k = 0; k < topics; k++) {
          posterior[k] *= rows[k][i] / evidence;
        }
      }
      if (step.name()) {
        urn[i]++;
        named++;
      }
      state = step.state();
    }
  }
}
