package org.genlab.datasets.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.genlab.api.Randomness;
import org.genlab.api.data.Batch;
import org.genlab.tensor.LinearAlgebra;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class LowRankBigramTest {
  private static final Randomness SEED = (name, counters) -> RandomStream.of(0, name, counters);

  private static LowRankBigram chain(int vocabulary, int rank, int length, int validation) {
    return new LowRankBigram(
        new LowRankBigram.Settings(vocabulary, rank, 2, length, 0, validation), SEED);
  }

  /** The logarithms of the table, [vocabulary, vocabulary]. */
  private static double[][] table(LowRankBigram dataset, int vocabulary) {
    float[] p = dataset.split("validation").range(0, vocabulary).reals("probabilities").toArray();
    double[][] logs = new double[vocabulary][vocabulary];
    for (int i = 0; i < p.length; i++) {
      logs[i / vocabulary][i % vocabulary] = Math.log(p[i]);
    }
    return logs;
  }

  @Test
  void logitsHaveTheRankAndTheStandardDeviation() {
    int v = 60;
    double[][] logs = table(chain(v, 5, 1, 0), v);
    float[] centred = new float[v * v];
    double squares = 0;
    for (int i = 0; i < v; i++) {
      double mean = Arrays.stream(logs[i]).average().orElseThrow();
      for (int j = 0; j < v; j++) {
        centred[i * v + j] = (float) (logs[i][j] - mean);
        squares += centred[i * v + j] * centred[i * v + j];
      }
    }
    double[] s = LinearAlgebra.singularValues(Tensor.of(centred, v, v));
    assertTrue(s[4] > 1, "fifth singular value " + s[4]);
    assertTrue(s[5] < 1e-3, "sixth singular value " + s[5]);
    assertEquals(2, Math.sqrt(squares / (v * v)), 0.4);
  }

  @Test
  void entropyIsTheMeanOfTheRows() {
    int v = 20;
    LowRankBigram dataset = chain(v, 8, 1, 0);
    double mean = 0;
    for (double[] row : table(dataset, v)) {
      for (double l : row) {
        mean -= Math.exp(l) * l / v;
      }
    }
    assertEquals(mean, dataset.spec().properties().get("entropy"), 1e-5);
    float[] annotated = dataset.split("validation").range(0, v).reals("entropy").toArray();
    double sum = 0;
    for (float h : annotated) {
      sum += h / v;
    }
    assertEquals(mean, sum, 1e-5);
  }

  @Test
  void sequencesFollowTheTable() {
    int v = 4;
    double[][] logs = table(chain(v, 3, 1, 0), v);
    int length = 5;
    LowRankBigram chain = chain(v, 3, length, 7);
    assertEquals(7, chain.split("validation").size());
    int n = 20000;
    Batch batch = chain.split("train").range(0, n);
    assertFalse(chain.split("validation").batch(0).has("probabilities"));
    int[][] counts = new int[v][v];
    double surprise = 0;
    float[] annotated = batch.reals("log-probability").toArray();
    int[] contexts = batch.tokens().toArray();
    int[] targets = batch.labels().toArray();
    for (int i = 0; i < targets.length; i++) {
      counts[contexts[i]][targets[i]]++;
      surprise -= logs[contexts[i]][targets[i]] / targets.length;
      assertTrue(i % length == 0 || contexts[i] == targets[i - 1]);
      assertEquals(logs[contexts[i]][targets[i]], annotated[i], 1e-5);
    }
    assertEquals(chain.spec().properties().get("entropy"), surprise, 0.02);
    for (int c = 0; c < v; c++) {
      double row = Arrays.stream(counts[c]).sum();
      for (int t = 0; t < v; t++) {
        assertEquals(Math.exp(logs[c][t]), counts[c][t] / row, 0.02);
      }
    }
  }
}
