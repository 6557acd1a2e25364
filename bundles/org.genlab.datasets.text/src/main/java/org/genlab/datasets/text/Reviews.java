package org.genlab.datasets.text;

import java.util.ArrayList;
import java.util.List;
import org.genlab.tensor.random.RandomStream;

/** Draws the texts of {@link ReviewText} and computes what they say. */
final class Reviews {
  static final int PADDING = 0;
  private static final int SEPARATORS = 3;
  private static final int NEGATORS = 3;
  private static final int INTENSIFIERS = 4;
  private static final int DOWNTONERS = 4;
  private static final double CUES = 0.2;
  private static final int MOST_FILLERS = 2;

  /** Words with consecutive numbers, drawn by Zipf's law. */
  private record Words(int first, double... probabilities) {
    static Words of(int first, int size) {
      return new Words(first, Lexicon.zipf(size, 1));
    }

    int end() {
      return first + probabilities.length;
    }

    boolean contain(int token) {
      return token >= first && token < end();
    }

    int draw(RandomStream random) {
      double u = random.nextDouble();
      int i = 0;
      while (i < probabilities.length - 1 && u >= probabilities[i]) {
        u -= probabilities[i++];
      }
      return first + i;
    }
  }

  private final ReviewText.Settings settings;
  private final Words separators;
  private final Words negators;
  private final Words intensifiers;
  private final Words downtoners;
  private final Words positive;
  private final Words negative;
  private final Words fillers;

  Reviews(ReviewText.Settings settings) {
    this.settings = settings;
    separators = Words.of(PADDING + 1, SEPARATORS);
    negators = Words.of(separators.end(), NEGATORS);
    intensifiers = Words.of(negators.end(), INTENSIFIERS);
    downtoners = Words.of(intensifiers.end(), DOWNTONERS);
    int left = settings.vocabulary() - downtoners.end();
    positive = Words.of(downtoners.end(), (int) (CUES * left));
    negative = Words.of(positive.end(), (int) (CUES * left));
    fillers = Words.of(negative.end(), settings.vocabulary() - negative.end());
  }

  /** A text with its padding, whose polarity is not 0. */
  int[] draw(RandomStream random) {
    int tone = random.nextInt(2) == 0 ? -1 : 1;
    while (true) {
      int[] text = attempt(tone, random);
      if (Math.signum(polarity(text)) == tone) {
        return text;
      }
    }
  }

  private int[] attempt(int tone, RandomStream random) {
    int least = settings.length() / 2;
    int most = least + random.nextInt(settings.length() - least + 1);
    int[] text = new int[settings.length()];
    int end = 0;
    while (true) {
      List<Integer> clause = clause(tone, random);
      if (end + clause.size() > most) {
        return text;
      }
      for (int token : clause) {
        text[end++] = token;
      }
    }
  }

  private List<Integer> clause(int tone, RandomStream random) {
    List<Integer> clause = new ArrayList<>();
    fill(clause, random);
    int wanted = random.nextDouble() < settings.coherence() ? tone : -tone;
    if (random.nextDouble() < settings.negation()) {
      clause.add(negators.draw(random));
      wanted = -wanted;
    }
    if (random.nextDouble() < settings.modifiers()) {
      clause.add((random.nextInt(2) == 0 ? intensifiers : downtoners).draw(random));
    }
    clause.add((wanted > 0 ? positive : negative).draw(random));
    fill(clause, random);
    clause.add(separators.draw(random));
    return clause;
  }

  private void fill(List<Integer> clause, RandomStream random) {
    int n = random.nextInt(MOST_FILLERS + 1);
    for (int i = 0; i < n; i++) {
      clause.add(fillers.draw(random));
    }
  }

  /** The sum of the polarities of a text's cues. */
  double polarity(int... text) {
    double sum = 0;
    int sign = 1;
    double factor = 1;
    for (int token : text) {
      if (separators.contain(token)) {
        sign = 1;
        factor = 1;
      } else if (negators.contain(token)) {
        sign = -sign;
      } else if (intensifiers.contain(token)) {
        factor = 2;
      } else if (downtoners.contain(token)) {
        factor = 0.5;
      } else if (positive.contain(token)) {
        sum += sign * factor * strength(token - positive.first());
        factor = 1;
      } else if (negative.contain(token)) {
        sum -= sign * factor * strength(token - negative.first());
        factor = 1;
      }
    }
    return sum;
  }

  /** Every other cue is a strong one. */
  private static int strength(int rank) {
    return 1 + rank % 2;
  }

  /** Whether the text has a negator. */
  boolean isNegated(int... text) {
    for (int token : text) {
      if (negators.contain(token)) {
        return true;
      }
    }
    return false;
  }
}
