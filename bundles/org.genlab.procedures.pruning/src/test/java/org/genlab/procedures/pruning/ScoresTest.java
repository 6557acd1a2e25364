package org.genlab.procedures.pruning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.genlab.api.data.Batch;
import org.genlab.api.data.InputSpec;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.LossFunction;
import org.genlab.tensor.Tensor;
import org.junit.jupiter.api.Test;

class ScoresTest {
  private final FakeTraining training = new FakeTraining();
  private final LossFunction loss = LossFunction.of(FakeTraining::value, Batch.of(2));
  private final Parameters at = training.model.initialParameters().map(w -> w.times(0.3));

  private float[] scores(Scorer scorer, FakeTraining of, Parameters parameters) {
    return new Scores(scorer, of).of(of, parameters, loss, 1);
  }

  private Parameters moved(int i, double h) {
    float[] values = at.flat().toArray();
    values[i] += (float) h;
    return at.with(Tensor.of(values, values.length));
  }

  @Test
  void snipIsTheEffectOfAWeightsFactor() {
    float[] scores = scores(Scorer.SNIP, training, at);
    float[] theta = at.flat().toArray();
    for (int i = 0; i < theta.length; i++) {
      double h = 1e-2;
      double slope =
          (FakeTraining.value(moved(i, h)).item() - FakeTraining.value(moved(i, -h)).item())
              / (2 * h);
      assertEquals(Math.abs(slope * theta[i]), scores[i], 5e-3);
    }
  }

  @Test
  void graspIsTheFallOfTheGradientsNormWhenAWeightShrinks() {
    float[] scores = scores(Scorer.GRASP, training, at);
    float[] theta = at.flat().toArray();
    boolean negative = false;
    for (int i = 0; i < theta.length; i++) {
      double h = 1e-2;
      double slope =
          (halfSquaredGradient(moved(i, h)) - halfSquaredGradient(moved(i, -h))) / (2 * h);
      assertEquals(theta[i] * slope, scores[i], 1e-2 * Math.max(1, Math.abs(scores[i])));
      negative |= scores[i] < -0.01;
    }
    assertTrue(negative, "the sign counts");
  }

  private double halfSquaredGradient(Parameters p) {
    float[] g = loss.evaluate(p).gradient().toArray();
    double sum = 0;
    for (float v : g) {
      sum += (double) v * v;
    }
    return sum / 2;
  }

  @Test
  void synflowOfTwoLayersIsTheProductOfPathsThroughAWeight() {
    float[] scores = scores(Scorer.SYNFLOW, training, at);
    float[] theta = at.flat().toArray();
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 4; j++) {
        double out = Math.abs(theta[12 + 2 * j]) + Math.abs(theta[12 + 2 * j + 1]);
        assertEquals(Math.abs(theta[4 * i + j]) * out, scores[4 * i + j], 1e-5);
      }
    }
    // What flows into a layer flows out of it (theorem 1 of the paper).
    assertEquals(sum(scores, 0, 12), sum(scores, 12, 20), 1e-4);
  }

  @Test
  void synflowOfTokensCountsEachRowOnceAPosition() {
    FakeTraining tokens = new FakeTraining(new InputSpec.Tokens(3, 2));
    float[] expected = scores(Scorer.SYNFLOW, training, at);
    float[] scores = scores(Scorer.SYNFLOW, tokens, at);
    for (int i = 0; i < 20; i++) {
      assertEquals(2 * expected[i], scores[i], 1e-5);
    }
    FakeTraining other = new FakeTraining(new InputSpec.Columns("graph", List.of("edges")));
    assertThrows(IllegalArgumentException.class, () -> scores(Scorer.SYNFLOW, other, at));
  }

  private static double sum(float[] values, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += values[i];
    }
    return sum;
  }

  @Test
  void magnitudesAndRandomNumbers() {
    float[] theta = at.flat().toArray();
    float[] magnitudes = scores(Scorer.MAGNITUDE, training, at);
    for (int i = 0; i < theta.length; i++) {
      assertEquals(Math.abs(theta[i]), magnitudes[i]);
    }
    float[] random = scores(Scorer.RANDOM, training, at);
    assertArrayEquals(random, scores(Scorer.RANDOM, training, at));
    assertFalse(
        Arrays.equals(random, new Scores(Scorer.RANDOM, training).of(training, at, loss, 2)));
  }

  @Test
  void refusesScoresThatAreNotNumbers() {
    Parameters huge = at.map(w -> w.times(1e30));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> scores(Scorer.SYNFLOW, training, huge));
    assertTrue(e.getMessage().contains("synflow"));
  }

  @Test
  void refusesScoresThatAreAllZero() {
    Parameters none = at.map(w -> w.times(0));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> scores(Scorer.SYNFLOW, training, none));
    assertTrue(e.getMessage().contains("every weight the score 0"), e.getMessage());
  }
}
