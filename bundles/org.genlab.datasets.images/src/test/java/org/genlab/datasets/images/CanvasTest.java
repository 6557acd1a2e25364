package org.genlab.datasets.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class CanvasTest {
  private static double[] drawn(int side, Linear pen, double[][]... lines) {
    Canvas canvas = new Canvas(side);
    canvas.draw(List.of(lines), pen);
    return canvas.pixels().clone();
  }

  /** The share of a pixel's points that lie in the pen at some place of the line. */
  private static double area(int column, int row, Linear pen, double[][] line) {
    int n = 12;
    int hits = 0;
    Linear inverse = pen.inverse();
    for (int i = 0; i < n * n; i++) {
      int right = i % n;
      int down = i / n;
      double x = column + (right + 0.5) / n;
      double y = row + (down + 0.5) / n;
      boolean hit = false;
      for (int k = 1; k < line.length && !hit; k++) {
        for (int s = 0; s <= 200 && !hit; s++) {
          double dx = x - line[k - 1][0] - s / 200.0 * (line[k][0] - line[k - 1][0]);
          double dy = y - line[k - 1][1] - s / 200.0 * (line[k][1] - line[k - 1][1]);
          hit = Math.hypot(inverse.x(dx, dy), inverse.y(dx, dy)) <= 1;
        }
      }
      hits += hit ? 1 : 0;
    }
    return hits / (double) (n * n);
  }

  @Test
  void pixelsAreTheAreasThatThePenCovers() {
    RandomStream random = RandomStream.of(1, "canvas");
    int side = 12;
    for (int trial = 0; trial < 12; trial++) {
      double[][] line = new double[3][];
      for (int i = 0; i < line.length; i++) {
        line[i] = new double[] {12 * random.nextDouble(), 12 * random.nextDouble()};
      }
      double radius = 0.5 + 1.2 * random.nextDouble();
      Linear pen =
          Linear.rotation(3 * random.nextDouble())
              .after(Linear.scale(radius, radius * (0.5 + 0.5 * random.nextDouble())));
      double[] pixels = drawn(side, pen, line);
      double worst = 0;
      double sum = 0;
      for (int i = 0; i < pixels.length; i++) {
        double error = Math.abs(pixels[i] - area(i % side, i / side, pen, line));
        worst = Math.max(worst, error);
        sum += error;
      }
      assertTrue(worst < 0.35, "a pixel is wrong by " + worst);
      assertTrue(sum / pixels.length < 0.012, "pixels are wrong by " + sum / pixels.length);
    }
  }

  @Test
  void aLineAlongThePixelsIsExact() {
    double[][] line = {{-5, 4.3}, {20, 4.3}};
    double[] pixels = drawn(10, Linear.scale(0.9, 0.9), line);
    double[] expected = {0, 0, 0, 0.6, 1, 0.2, 0, 0, 0, 0};
    for (int i = 0; i < pixels.length; i++) {
      assertEquals(expected[i / 10], pixels[i], 1e-12);
    }
    // A hairline of width 0.4 within one row of pixels.
    double[] hair = drawn(10, Linear.scale(3, 0.2), new double[][] {{-5, 4.5}, {20, 4.5}});
    assertEquals(0.4, hair[45], 1e-12);
    assertEquals(0, hair[35], 1e-12);
  }

  @Test
  void whatLiesOutsideTheImageIsLeftOut() {
    double[] pixels = drawn(8, Linear.scale(1, 1), new double[][] {{-30, -30}, {-20, 50}});
    assertArrayEquals(new double[64], pixels);
  }

  @Test
  void aDrawingReplacesTheLastOne() {
    Canvas canvas = new Canvas(8);
    canvas.draw(List.of(new double[][][] {{{1, 1}, {6, 6}}}), Linear.scale(1, 1));
    canvas.draw(List.of(new double[][][] {{{4, 4}}}), Linear.scale(1, 0.5));
    assertEquals(0, canvas.pixels()[0]);
    assertTrue(canvas.pixels()[4 * 8 + 4] > 0.3);
  }

  @Test
  void blurIsAConvolutionWithAGaussian() {
    RandomStream random = RandomStream.of(2, "canvas");
    int side = 9;
    double deviation = 0.7;
    Canvas canvas = new Canvas(side);
    double[] before = new double[side * side];
    for (int i = 0; i < before.length; i++) {
      before[i] = random.nextDouble();
      canvas.pixels()[i] = before[i];
    }
    canvas.blur(deviation);
    double total = 0;
    for (int k = -3; k <= 3; k++) {
      total += Math.exp(-k * k / (2 * deviation * deviation));
    }
    for (int i = 0; i < before.length; i++) {
      double expected = 0;
      for (int j = 0; j < before.length; j++) {
        int dx = i % side - j % side;
        int dy = i / side - j / side;
        if (Math.abs(dx) <= 3 && Math.abs(dy) <= 3) {
          expected +=
              before[j]
                  * Math.exp(-(dx * dx + dy * dy) / (2 * deviation * deviation))
                  / (total * total);
        }
      }
      assertEquals(expected, canvas.pixels()[i], 1e-12);
    }
  }

  @Test
  void noBlurChangesNothing() {
    Canvas canvas = new Canvas(8);
    canvas.pixels()[20] = 0.5;
    double[] before = canvas.pixels().clone();
    canvas.blur(0);
    assertArrayEquals(before, canvas.pixels());
  }

  @Test
  void aBendMovesItsNodesAndKeepsWhatMeetsTogether() {
    Bend bend = Bend.draw(RandomStream.of(3, "bend"), 0.1);
    double[] last = null;
    for (int i = 0; i <= 1000; i++) {
      double[] p = {-0.7 + 1.4 * i / 1000, 0.13};
      bend.apply(p);
      assertTrue(last == null || Math.hypot(p[0] - last[0], p[1] - last[1]) < 0.01);
      last = p;
    }
    double[] still = {0.2, 0.3};
    Bend.draw(RandomStream.of(3, "bend"), 0).apply(still);
    assertArrayEquals(new double[] {0.2, 0.3}, still);
    double sum = 0;
    int n = 4000;
    for (int i = 0; i < n; i++) {
      double[] corner = {0.6, -0.6};
      Bend.draw(RandomStream.of(4, "bend", i), 0.1).apply(corner);
      sum += (corner[0] - 0.6) * (corner[0] - 0.6);
    }
    assertEquals(0.1, Math.sqrt(sum / n), 0.005);
  }
}
