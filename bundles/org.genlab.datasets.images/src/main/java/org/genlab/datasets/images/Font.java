package org.genlab.datasets.images;

import java.util.ArrayList;
import java.util.List;
import org.genlab.tensor.random.RandomStream;

/**
 * A font, or a hand: for each character one of its variants, and how it is drawn. It is a function
 * of its number alone, so that fonts can be shared between datasets or kept apart.
 *
 * @param number which font
 * @param width of the glyphs, in units of their height
 * @param slant how far the top is moved to the right of the baseline, in units of the height
 * @param squareness the exponent of arcs, see {@link Stroke#points}
 * @param penWidth the larger diameter of the pen, in units of the height
 * @param contrast the smaller diameter of the pen by the larger one
 * @param penAngle angle between the pen's larger diameter and the horizontal, in radians
 * @param serifs whether serifs are drawn
 * @param bend how this hand bends all that it draws
 */
record Font(
    long number,
    double width,
    double slant,
    double squareness,
    double penWidth,
    double contrast,
    double penAngle,
    boolean serifs,
    Bend bend) {
  /** The seed of all fonts: they are data, and the same in every run. */
  private static final long SEED = 0;

  /** The smallest diameter of a pen. */
  private static final double THINNEST = 0.055;

  /** The font of that number. */
  static Font of(long number) {
    RandomStream random = RandomStream.of(SEED, "font", number);
    double width = between(random, 0.48, 0.82);
    double slant =
        random.nextDouble() < 0.5 ? between(random, -0.06, 0.06) : between(random, 0.05, 0.4);
    double squareness = between(random, 0.7, 1.1);
    double penWidth = 0.07 * StrictMath.pow(0.21 / 0.07, random.nextDouble());
    double contrast = random.nextDouble() < 0.5 ? 1 : between(random, 0.35, 1);
    contrast = Math.min(1, Math.max(contrast, THINNEST / penWidth));
    double penAngle = StrictMath.toRadians(between(random, -50, 30));
    boolean serifs = random.nextDouble() < 0.3;
    double hand = random.nextDouble() < 0.4 ? 0 : between(random, 0, 0.05);
    return new Font(
        number,
        width,
        slant,
        squareness,
        penWidth,
        contrast,
        penAngle,
        serifs,
        Bend.draw(random, hand));
  }

  private static double between(RandomStream random, double from, double to) {
    return from + (to - from) * random.nextDouble();
  }

  /**
   * The lines of a character in this font, each [points][x, y], around the origin, in units of the
   * height of the glyph.
   *
   * @throws IllegalArgumentException when there is no such character
   */
  List<double[][]> lines(GlyphLibrary library, char character) {
    List<Glyph> variants = library.variants(character);
    if (variants.isEmpty()) {
      throw new IllegalArgumentException("there is no glyph for '" + character + "'");
    }
    RandomStream random = RandomStream.of(SEED, "variant", number, character);
    Glyph glyph = variants.get(random.nextInt(variants.size()));
    List<double[][]> lines = new ArrayList<>();
    glyph.strokes().forEach(s -> lines.add(place(s)));
    if (serifs) {
      glyph.serifs().forEach(s -> lines.add(place(s)));
    }
    return lines;
  }

  private double[][] place(Stroke stroke) {
    double[][] points = stroke.points(squareness);
    for (double[] p : points) {
      double x = (p[0] - 0.5) * width;
      double y = p[1] - 0.5;
      p[0] = x - slant * y;
      p[1] = y;
      bend.apply(p);
    }
    return points;
  }
}
