package org.genlab.datasets.synthetic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.genlab.api.SettingException;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.datasets.synthetic.LinearTeacher.Form;
import org.genlab.datasets.synthetic.LinearTeacher.Settings;
import org.genlab.datasets.synthetic.LinearTeacher.Targets;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class LinearTeacherTest {
  private static final Spectrum IDENTITY =
      new Spectrum(Spectrum.Shape.IDENTITY, 1, List.of(), 0, false);
  private static final Spectrum POWER_LAW =
      new Spectrum(Spectrum.Shape.POWER_LAW, 1.5, List.of(), 1, true);

  private static LinearTeacher linear(
      int d, int outputs, Spectrum covariance, double noise, int train, boolean population) {
    return new LinearTeacher(
        new Settings(
            d,
            outputs,
            covariance,
            0,
            Form.LINEAR,
            0,
            2,
            10,
            1,
            noise,
            Targets.REAL,
            train,
            0,
            10,
            population),
        Samples.seed(0));
  }

  private static LinearTeacher other(Form form, int relevant, double noise, Targets targets) {
    return new LinearTeacher(
        new Settings(
            6, 2, IDENTITY, 0, form, relevant, 3, 400, 2, noise, targets, 4000, 0, 10, false),
        Samples.seed(1));
  }

  @Test
  void spectraHaveTheirEigenvalues() {
    assertArrayEquals(new double[] {1, 1, 1}, IDENTITY.eigenvalues(3));
    double sum = 1 + Math.pow(2, -1.5) + Math.pow(3, -1.5);
    assertArrayEquals(
        new double[] {1 / sum, Math.pow(2, -1.5) / sum, Math.pow(3, -1.5) / sum},
        POWER_LAW.eigenvalues(3),
        1e-12);
    Spectrum levels = new Spectrum(Spectrum.Shape.LEVELS, 1, List.of(2.0, 1.0), 0, false);
    assertArrayEquals(new double[] {2, 2, 2, 1, 1}, levels.eigenvalues(5));
    assertThrows(
        SettingException.class, () -> new Spectrum(Spectrum.Shape.LEVELS, 1, List.of(), 0, false));
    assertThrows(
        SettingException.class,
        () -> new Spectrum(Spectrum.Shape.IDENTITY, 1, List.of(1.0), 0, false));
  }

  @Test
  void inputsHaveTheirCovariance() {
    for (boolean rotated : new boolean[] {false, true}) {
      Spectrum spectrum =
          new Spectrum(Spectrum.Shape.LEVELS, 1, List.of(4.0, 1.0, 0.25), 0, rotated);
      LinearTeacher dataset = linear(3, 1, spectrum, 0, 40000, true);
      Batch train = Samples.all(dataset.split("train"));
      double[][] drawn = Samples.secondMoments(train);
      double[][] exact = Samples.secondMoments(Samples.all(dataset.split("population")));
      for (int i = 0; i < 3; i++) {
        // The standard error of a second moment is at most 4 sqrt(2 / 40000), or 0.03.
        assertArrayEquals(exact[i], drawn[i], 0.12);
        assertEquals(0, Samples.mean(train)[i], 0.05);
      }
      double trace = exact[0][0] + exact[1][1] + exact[2][2];
      assertEquals(5.25, trace, 1e-5);
      if (rotated) {
        assertTrue(Math.abs(exact[0][1]) + Math.abs(exact[0][2]) > 0.05, "has off-diagonals");
      } else {
        assertEquals(4, exact[0][0], 1e-5);
        assertEquals(0.25, exact[2][2], 1e-6);
      }
    }
  }

  /** Of a scaled t variable with 6 degrees of freedom the variance is 1 and the kurtosis 6. */
  @Test
  void heavyTailsKeepTheCovariance() {
    LinearTeacher dataset =
        new LinearTeacher(
            new Settings(
                2, 1, IDENTITY, 6, Form.LINEAR, 0, 1, 1, 1, 0, Targets.REAL, 100000, 0, 5, false),
            Samples.seed(4));
    float[] x = Samples.all(dataset.split("train")).input().toArray();
    double squares = 0;
    double fourth = 0;
    for (float v : x) {
      squares += (double) v * v / x.length;
      fourth += Math.pow(v, 4) / x.length;
    }
    assertEquals(1, squares, 0.03);
    assertTrue(fourth > 4.5 && fourth < 8, "kurtosis " + fourth);
    assertThrows(
        SettingException.class,
        () ->
            new Settings(
                2, 1, IDENTITY, 2, Form.LINEAR, 0, 1, 1, 1, 0, Targets.REAL, 10, 0, 5, false));
  }

  /** E (S'x + b - T'x)^2 = (S - T)'Sigma (S - T) + b^2, from the teacher's weights. */
  @Test
  void theLossOnThePopulationSplitIsThatOnTheDistribution() {
    int d = 7;
    LinearTeacher dataset = linear(d, 1, POWER_LAW, 0.5, 10, true);
    Batch population = Samples.all(dataset.split("population"));
    assertEquals(2 * d, population.size());
    double[][] sigma = Samples.secondMoments(population);
    assertArrayEquals(new double[d], Samples.mean(population), 1e-6);
    RandomStream random = RandomStream.of(3, "student");
    double[] difference = new double[d];
    double[] student = new double[d];
    for (int k = 0; k < d; k++) {
      double[] unit = new double[d];
      unit[k] = 1;
      student[k] = random.nextGaussian();
      difference[k] = student[k] - dataset.teach(unit)[0];
    }
    double bias = 0.3;
    double expected = bias * bias;
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        expected += difference[i] * sigma[i][j] * difference[j];
      }
    }
    double loss = 0;
    float[] x = population.input().toArray();
    float[] y = population.reals(Batch.TARGET).toArray();
    for (int n = 0; n < population.size(); n++) {
      double error = bias - y[n];
      for (int k = 0; k < d; k++) {
        error += student[k] * x[n * d + k];
      }
      loss += error * error / population.size();
    }
    assertEquals(expected, loss, 1e-5 * expected);
  }

  @Test
  void targetsAreTheTeachersPlusNoise() {
    LinearTeacher dataset = linear(5, 3, IDENTITY, 0.5, 4000, false);
    Batch train = Samples.all(dataset.split("train"));
    float[] x = train.input().toArray();
    float[] signal = train.reals(LinearTeacher.SIGNAL).toArray();
    float[] target = train.reals(Batch.TARGET).toArray();
    double noise = 0;
    for (int n = 0; n < train.size(); n++) {
      double[] input = new double[5];
      for (int k = 0; k < 5; k++) {
        input[k] = x[5 * n + k];
      }
      double[] taught = dataset.teach(input);
      for (int o = 0; o < 3; o++) {
        assertEquals(taught[o], signal[3 * n + o], 1e-5);
        noise += Math.pow(target[3 * n + o] - signal[3 * n + o], 2) / (3 * train.size());
      }
    }
    // The standard error is 0.25 sqrt(2 / 12000), or 0.0032.
    assertEquals(0.25, noise, 0.013);
    assertEquals(new InputSpec.Values(List.of(5)), dataset.spec().input());
    assertEquals(new TargetSpec.Values(List.of(3)), dataset.spec().target());
    // Each column of T has length 2, and Sigma is the identity.
    assertEquals(4, dataset.spec().properties().get("signal-variance"), 1e-9);
    assertEquals(0.5, dataset.spec().properties().get("noise"));
  }

  @Test
  void smallerTrainingSetsAreContainedInLargerOnesAndInTheEndlessOne() {
    Batch large = linear(4, 1, POWER_LAW, 1, 20, false).split("train").range(0, 8);
    for (int size : new int[] {8, 0}) {
      LinearTeacher dataset = linear(4, 1, POWER_LAW, 1, size, false);
      Batch other = dataset.split("train").range(0, 8);
      assertArrayEquals(large.input().toArray(), other.input().toArray());
      assertArrayEquals(large.reals(Batch.TARGET).toArray(), other.reals(Batch.TARGET).toArray());
      assertEquals(size == 0 ? Integer.MAX_VALUE : size, dataset.split("train").size());
    }
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> linear(4, 1, POWER_LAW, 1, 8, false).split("train").batch(8));
  }

  @Test
  void nonlinearTeachersLookAtTheRelevantCoordinatesOnly() {
    for (Form form : Form.values()) {
      LinearTeacher dataset = other(form, 2, 0, Targets.REAL);
      double[] at = dataset.teach(0.3, -1, 0, 0, 0, 0);
      assertArrayEquals(at, dataset.teach(0.3, -1, 5, -2, 1, 7));
      assertTrue(Math.abs(at[0] - dataset.teach(0.3, 1, 0, 0, 0, 0)[0]) > 1e-3, form.toString());
      double[] twice = dataset.teach(0.6, -2, 0, 0, 0, 0);
      // Only these two are homogeneous: f(2x) = 2 f(x).
      boolean homogeneous = form == Form.LINEAR || form == Form.RELU;
      assertEquals(homogeneous, Math.abs(twice[0] - 2 * at[0]) < 1e-9, form.toString());
    }
  }

  /** With many units the outputs' variance is norm^2 E phi(u)^2, u ~ N(0, gain^2). */
  @Test
  void outputsHaveTheirScale() {
    Map<Form, Double> expected =
        Map.of(
            Form.LINEAR,
            9.0,
            Form.TANH,
            9 * tanhSquares(2),
            Form.RELU,
            9 * 4 / 2.0,
            Form.SINE,
            9.0);
    for (Form form : Form.values()) {
      LinearTeacher dataset =
          new LinearTeacher(
              new Settings(
                  6, 60, IDENTITY, 0, form, 0, 3, 400, 2, 0, Targets.REAL, 400, 0, 10, false),
              Samples.seed(1));
      float[] signal = Samples.all(dataset.split("train")).reals(LinearTeacher.SIGNAL).toArray();
      double squares = 0;
      for (float s : signal) {
        squares += (double) s * s / signal.length;
      }
      // A mean over 60 outputs, each of which has a scale of its own by chance.
      assertEquals(expected.get(form), squares, 0.15 * expected.get(form), form.toString());
    }
  }

  private static double tanhSquares(double deviation) {
    double sum = 0;
    double step = 1e-3;
    for (double u = -8; u < 8; u += step) {
      double density = Math.exp(-u * u / 2) / Math.sqrt(2 * Math.PI);
      sum += step * density * Math.pow(Math.tanh(deviation * u), 2);
    }
    return sum;
  }

  @Test
  void classesAreWhatTheOutputsSay() {
    LinearTeacher several = other(Form.TANH, 0, 1, Targets.CLASSES);
    assertEquals(new TargetSpec.Classes(2), several.spec().target());
    Batch batch = Samples.all(several.split("train"));
    float[] signal = batch.reals(LinearTeacher.SIGNAL).toArray();
    int changed = 0;
    for (int n = 0; n < batch.size(); n++) {
      int clean = signal[2 * n + 1] > signal[2 * n] ? 1 : 0;
      assertEquals(clean, batch.ints(Annotation.CLEAN).at(n));
      changed += batch.labels().at(n) == clean ? 0 : 1;
    }
    assertTrue(changed > 200 && changed < 2000, changed + " labels changed by noise");

    LinearTeacher one =
        new LinearTeacher(
            new Settings(
                3, 1, IDENTITY, 0, Form.LINEAR, 0, 1, 1, 1, 0, Targets.CLASSES, 100, 5, 5, false),
            Samples.seed(2));
    Batch signs = Samples.all(one.split("train"));
    float[] outputs = signs.reals(LinearTeacher.SIGNAL).toArray();
    for (int n = 0; n < 100; n++) {
      assertEquals(outputs[n] > 0 ? 1 : 0, signs.labels().at(n));
    }
    assertEquals(List.of("train", "validation", "test"), names(one));
  }

  private static List<String> names(LinearTeacher dataset) {
    return dataset.splits().stream().map(s -> s.name()).toList();
  }

  @Test
  void splitsHaveNoExampleInCommon() {
    LinearTeacher dataset = linear(4, 1, IDENTITY, 0, 50, false);
    float[] train = Samples.all(dataset.split("train")).input().toArray();
    float[] test = Samples.all(dataset.split("test")).input().toArray();
    for (float x : test) {
      assertEquals(0, count(train, x));
    }
    assertEquals(1, count(train, train[7]));
  }

  private static int count(float[] values, float value) {
    int count = 0;
    for (float v : values) {
      count += v == value ? 1 : 0;
    }
    return count;
  }

  @Test
  void settingsThatDoNotFitAreRefused() {
    SettingException relevant =
        assertThrows(SettingException.class, () -> other(Form.LINEAR, 7, 0, Targets.REAL));
    assertEquals("relevant", relevant.setting());
    for (Form form : List.of(Form.TANH, Form.LINEAR)) {
      Targets targets = form == Form.LINEAR ? Targets.CLASSES : Targets.REAL;
      SettingException refused =
          assertThrows(
              SettingException.class,
              () -> new Settings(6, 1, IDENTITY, 0, form, 0, 1, 1, 1, 0, targets, 10, 0, 10, true));
      assertEquals("populationSplit", refused.setting());
    }
  }
}
