package org.genlab.datasets.images;

import org.genlab.tensor.random.RandomStream;

/**
 * A smooth random displacement of the plane: vectors at the nodes of a grid over [-0.6, 0.6]^2,
 * interpolated between them. Lines that meet still meet afterwards.
 */
final class Bend {
  private static final int NODES = 4;
  private static final double REACH = 0.6;

  private final double[] dx;
  private final double[] dy;

  private Bend(double[] dx, double[] dy) {
    this.dx = dx;
    this.dy = dy;
  }

  /**
   * Draws a displacement.
   *
   * @param deviation the standard deviation of each coordinate at the nodes, in units of the height
   *     of a glyph; 0 leaves everything in place, and takes no random numbers
   */
  static Bend draw(RandomStream random, double deviation) {
    double[] dx = new double[NODES * NODES];
    double[] dy = new double[NODES * NODES];
    for (int i = 0; i < dx.length && deviation > 0; i++) {
      dx[i] = deviation * random.nextGaussian();
      dy[i] = deviation * random.nextGaussian();
    }
    return new Bend(dx, dy);
  }

  /** Displaces a point, [x, y]. */
  void apply(double[] point) {
    double u = position(point[0]);
    double v = position(point[1]);
    int i = Math.min((int) u, NODES - 2);
    int j = Math.min((int) v, NODES - 2);
    double s = smooth(u - i);
    double t = smooth(v - j);
    int at = j * NODES + i;
    point[0] += mix(dx, at, s, t);
    point[1] += mix(dy, at, s, t);
  }

  /** Where a coordinate lies on the grid, in [0, NODES - 1]; points beyond count as on its edge. */
  private static double position(double coordinate) {
    double at = (coordinate + REACH) / (2 * REACH);
    return (NODES - 1) * Math.max(0, Math.min(1, at));
  }

  private static double smooth(double t) {
    return t * t * (3 - 2 * t);
  }

  private static double mix(double[] d, int at, double s, double t) {
    return (1 - t) * ((1 - s) * d[at] + s * d[at + 1])
        + t * ((1 - s) * d[at + NODES] + s * d[at + NODES + 1]);
  }
}
