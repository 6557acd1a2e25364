package org.genlab.datasets.images;

import java.util.Arrays;
import java.util.List;

/**
 * A grey image on which lines are drawn with a pen, without the aid of a graphics library: the same
 * numbers on every machine.
 *
 * <p>The pen is an ellipse, the image of the unit disc under a linear map P. A pixel is covered as
 * far as the strip of the pen's width along the line covers it: with the distance d of the pixel's
 * centre from the line, both mapped by P^-1, and u the direction of that distance, the strip is r =
 * 1 / |P^-T u| wide on each side of the line, the centre lies x = d r from it, and the share of the
 * interval [x - 1/2, x + 1/2] that lies in [-r, r] is the coverage. This is exact for a straight
 * line along the pixels; it differs little from the area elsewhere.
 */
final class Canvas {
  private final int side;
  private final double[] pixels;
  private final double[] nearest;
  private final double[] awayX;
  private final double[] awayY;

  /** An empty image of side x side pixels; their centres lie at 0.5, 1.5, ... */
  Canvas(int side) {
    this.side = side;
    int n = side * side;
    pixels = new double[n];
    nearest = new double[n];
    awayX = new double[n];
    awayY = new double[n];
  }

  /** The pixels, row by row: 0 where nothing is drawn. Not a copy. */
  double[] pixels() {
    return pixels;
  }

  /**
   * Replaces the image by lines drawn with a pen.
   *
   * @param lines each [points][x, y], in pixels from the upper left corner of the image
   * @param pen the map that makes the unit disc the pen, in pixels
   */
  void draw(List<double[][]> lines, Linear pen) {
    Linear inverse = pen.inverse();
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    // How far from the line, along each axis, a pixel's centre can lie and still be covered.
    double reachX = Math.sqrt(pen.a() * pen.a() + pen.b() * pen.b()) + 1;
    double reachY = Math.sqrt(pen.c() * pen.c() + pen.d() * pen.d()) + 1;
    for (double[][] line : lines) {
      for (int i = 0; i < line.length; i++) {
        segment(line[Math.max(0, i - 1)], line[i], inverse, reachX, reachY);
      }
    }
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = nearest[i] == Double.POSITIVE_INFINITY ? 0 : coverage(i, inverse);
    }
  }

  /** Notes for the pixels near a segment how far from it they are, in units of the pen. */
  private void segment(double[] from, double[] to, Linear inverse, double reachX, double reachY) {
    int left = Math.max(0, (int) Math.floor(Math.min(from[0], to[0]) - reachX));
    int right = Math.min(side - 1, (int) Math.ceil(Math.max(from[0], to[0]) + reachX));
    int top = Math.max(0, (int) Math.floor(Math.min(from[1], to[1]) - reachY));
    int bottom = Math.min(side - 1, (int) Math.ceil(Math.max(from[1], to[1]) + reachY));
    double fromX = inverse.x(from[0], from[1]);
    double fromY = inverse.y(from[0], from[1]);
    double alongX = inverse.x(to[0], to[1]) - fromX;
    double alongY = inverse.y(to[0], to[1]) - fromY;
    double length2 = alongX * alongX + alongY * alongY;
    for (int row = top; row <= bottom; row++) {
      for (int column = left; column <= right; column++) {
        double x = inverse.x(column + 0.5, row + 0.5) - fromX;
        double y = inverse.y(column + 0.5, row + 0.5) - fromY;
        double t = length2 > 0 ? (x * alongX + y * alongY) / length2 : 0;
        t = t < 0 ? 0 : Math.min(t, 1);
        x -= t * alongX;
        y -= t * alongY;
        int pixel = row * side + column;
        double distance2 = x * x + y * y;
        if (distance2 < nearest[pixel]) {
          nearest[pixel] = distance2;
          // On the line itself "away from it" is across it.
          awayX[pixel] = distance2 > 0 ? x : -alongY;
          awayY[pixel] = distance2 > 0 ? y : alongX;
        }
      }
    }
  }

  private double coverage(int pixel, Linear inverse) {
    double ux = awayX[pixel];
    double uy = awayY[pixel];
    if (ux == 0 && uy == 0) { // in the middle of a dot every direction is across
      ux = 1;
    }
    double gx = inverse.a() * ux + inverse.c() * uy;
    double gy = inverse.b() * ux + inverse.d() * uy;
    double radius = Math.sqrt((ux * ux + uy * uy) / (gx * gx + gy * gy));
    double centre = Math.sqrt(nearest[pixel]) * radius;
    double covered = Math.min(radius, centre + 0.5) - Math.max(-radius, centre - 0.5);
    return Math.max(0, Math.min(1, covered));
  }

  /**
   * Blurs the image with a Gaussian; beyond its edge everything is 0.
   *
   * @param deviation its standard deviation in pixels; 0 leaves the image as it is
   */
  void blur(double deviation) {
    int reach = (int) Math.ceil(3 * deviation);
    if (reach == 0) {
      return;
    }
    double[] kernel = new double[reach + 1];
    double sum = 0;
    for (int i = 0; i <= reach; i++) {
      kernel[i] = StrictMath.exp(-i * i / (2 * deviation * deviation));
      sum += i == 0 ? kernel[i] : 2 * kernel[i];
    }
    for (int i = 0; i <= reach; i++) {
      kernel[i] /= sum;
    }
    blur(kernel, 1, side);
    blur(kernel, side, 1);
  }

  private void blur(double[] kernel, int step, int lineStep) {
    double[] line = new double[side];
    for (int l = 0; l < side; l++) {
      for (int i = 0; i < side; i++) {
        line[i] = pixels[l * lineStep + i * step];
      }
      for (int i = 0; i < side; i++) {
        double value = kernel[0] * line[i];
        for (int k = 1; k < kernel.length; k++) {
          double before = i - k >= 0 ? line[i - k] : 0;
          double behind = i + k < side ? line[i + k] : 0;
          value += kernel[k] * (before + behind);
        }
        pixels[l * lineStep + i * step] = value;
      }
    }
  }
}
