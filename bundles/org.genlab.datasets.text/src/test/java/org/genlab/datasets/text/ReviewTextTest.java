package org.genlab.datasets.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.genlab.api.Randomness;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.datasets.text.ReviewText.Labels;
import org.genlab.datasets.text.ReviewText.Settings;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class ReviewTextTest {
  private static final Randomness SEED = (name, counters) -> RandomStream.of(0, name, counters);

  private static Settings settings(int train, Labels labels) {
    return new Settings(24, 300, 0.3, 0.3, 0.8, labels, train, 500, 0);
  }

  /**
   * The polarity of a text of the default vocabulary, clause by clause: tokens 1-3 end a clause,
   * 4-6 negate, 7-10 intensify, 11-14 tone down, 15-71 are positive and 72-128 negative.
   */
  private static double oracle(int... text) {
    double sum = 0;
    int start = 0;
    for (int end = 0; end < text.length; end++) {
      if (text[end] >= 1 && text[end] <= 3) {
        int[] clause = Arrays.copyOfRange(text, start, end);
        start = end + 1;
        double sign = Arrays.stream(clause).anyMatch(t -> t >= 4 && t <= 6) ? -1 : 1;
        double factor =
            Arrays.stream(clause).anyMatch(t -> t >= 7 && t <= 10)
                ? 2
                : Arrays.stream(clause).anyMatch(t -> t >= 11 && t <= 14) ? 0.5 : 1;
        for (int t : clause) {
          if (t >= 15 && t <= 71) {
            sum += sign * factor * (1 + (t - 15) % 2);
          } else if (t >= 72 && t <= 128) {
            sum -= sign * factor * (1 + (t - 72) % 2);
          }
        }
      }
    }
    return sum;
  }

  @Test
  void labelsAreTheSignOfThePolarityOfTheClauses() {
    ReviewText dataset = new ReviewText(settings(1000, Labels.RULE), SEED);
    Batch batch = dataset.split("train").range(0, 1000);
    Set<String> texts = new HashSet<>();
    int positive = 0;
    int negated = 0;
    for (int i = 0; i < 1000; i++) {
      int[] text = Arrays.copyOfRange(batch.tokens().toArray(), 24 * i, 24 * i + 24);
      double polarity = oracle(text);
      assertNotEquals(0, polarity);
      assertEquals(polarity > 0 ? 1 : 0, batch.labels().at(i));
      assertEquals(1 / Math.abs(polarity), batch.reals("difficulty").toArray()[i], 1e-6);
      assertEquals(batch.labels().at(i), batch.ints(Annotation.GROUP).at(i) / 2);
      positive += batch.labels().at(i);
      negated += batch.ints(Annotation.GROUP).at(i) % 2;
      texts.add(Arrays.toString(text));
    }
    assertEquals(1000, texts.size());
    assertEquals(500, positive, 70);
    assertTrue(negated > 500 && negated < 900, negated + " texts with a negator");
  }

  @Test
  void paddingStandsAtTheEndOnly() {
    ReviewText dataset = new ReviewText(settings(300, Labels.RULE), SEED);
    assertEquals(0.0, dataset.spec().properties().get("padding"));
    int[] tokens = dataset.split("train").range(0, 300).tokens().toArray();
    int padded = 0;
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] == 0) {
        padded++;
        assertTrue(i % 24 == 23 || tokens[i + 1] == 0);
      } else {
        assertTrue(tokens[i] < 300);
      }
    }
    assertTrue(padded > 300 && padded < 300 * 14);
  }

  @Test
  void smallerTrainingSetsAreContainedInLargerOnes() {
    Batch small = new ReviewText(settings(50, Labels.RULE), SEED).split("train").range(0, 50);
    Batch large = new ReviewText(settings(900, Labels.RULE), SEED).split("train").range(0, 50);
    assertEquals(small.tokens(), large.tokens());
  }

  @Test
  void randomLabelsReplaceThoseOfTrainingOnly() {
    ReviewText random = new ReviewText(settings(1000, Labels.RANDOM), SEED);
    Batch train = random.split("train").range(0, 1000);
    int same = 0;
    for (int i = 0; i < 1000; i++) {
      same += train.labels().at(i) == train.ints(Annotation.CLEAN).at(i) ? 1 : 0;
    }
    assertEquals(500, same, 70);
    Batch validation = random.split("validation").range(0, 500);
    assertEquals(validation.labels(), validation.ints(Annotation.CLEAN));
    assertArrayEquals(
        train.tokens().toArray(),
        new ReviewText(settings(1000, Labels.RULE), SEED)
            .split("train")
            .range(0, 1000)
            .tokens()
            .toArray());
  }
}
