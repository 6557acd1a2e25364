package org.genlab.datasets.images;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.genlab.datasets.images.FontDigits.Settings;
import org.genlab.tensor.random.RandomStream;

/** Draws characters in fonts, each time deformed in another way. Not thread-safe. */
final class Renderer {
  /** The height of an undeformed glyph by the side of the image. */
  private static final double HEIGHT = 0.7;

  /** The blur and the noise of settings are for images of this side. */
  private static final double REFERENCE_SIDE = 16;

  /** So many fonts are kept once they are drawn. */
  private static final int KEPT = 1000;

  /** A glyph of a font, as lines. */
  private record Drawn(Font font, List<double[][]> lines) {}

  private final Settings settings;
  private final GlyphLibrary library;
  private final Canvas canvas;
  private final Map<Long, Drawn> kept = new HashMap<>();

  Renderer(Settings settings, GlyphLibrary library) {
    this.settings = settings;
    this.library = library;
    canvas = new Canvas(settings.size());
  }

  /**
   * Draws a character.
   *
   * @param font the number of the font
   * @param random all that differs between two images of the same character in the same font
   * @param pixels gets the image
   * @param at where in it
   */
  void render(char character, long font, RandomStream random, byte[] pixels, int at) {
    Drawn drawn =
        settings.fonts() > KEPT
            ? draw(font, character)
            : kept.computeIfAbsent((font << 16) | character, k -> draw(font, character));
    double difficulty = settings.difficulty();
    int side = settings.size();
    double angle = StrictMath.toRadians(difficulty * settings.rotation() * around(random));
    double shear = difficulty * settings.shear() * around(random);
    double scale = StrictMath.exp(difficulty * settings.scaling() * around(random));
    double shiftX = difficulty * settings.shift() * around(random) * side;
    double shiftY = difficulty * settings.shift() * around(random) * side;
    double thickness = StrictMath.exp(difficulty * settings.stroke() * around(random));
    double ink = Math.max(0, 1 - difficulty * settings.fading() * random.nextDouble());
    double blur = difficulty * settings.blur() * random.nextDouble() * side / REFERENCE_SIDE;
    Bend bend = Bend.draw(random, difficulty * settings.bend());

    double height = HEIGHT * side * scale;
    Linear map =
        Linear.rotation(angle).after(Linear.shear(shear)).after(Linear.scale(height, height));
    List<double[][]> lines = new ArrayList<>();
    for (double[][] line : drawn.lines()) {
      double[][] placed = new double[line.length][];
      for (int i = 0; i < line.length; i++) {
        double[] p = line[i].clone();
        bend.apply(p);
        placed[i] =
            new double[] {
              map.x(p[0], p[1]) + side / 2.0 + shiftX, map.y(p[0], p[1]) + side / 2.0 + shiftY
            };
      }
      lines.add(placed);
    }
    Font f = drawn.font();
    double radius = f.penWidth() * thickness / 2;
    Linear pen =
        map.after(Linear.rotation(f.penAngle())).after(Linear.scale(radius, radius * f.contrast()));
    canvas.draw(lines, pen);
    canvas.blur(blur);
    develop(ink, difficulty * settings.noise(), random, pixels, at);
  }

  private Drawn draw(long number, char character) {
    Font font = Font.of(number);
    return new Drawn(font, font.lines(library, character));
  }

  /** A uniform number in [-1, 1). */
  private static double around(RandomStream random) {
    return 2 * random.nextDouble() - 1;
  }

  /** Makes grey levels of coverages, with noise. */
  private void develop(double ink, double noise, RandomStream random, byte[] pixels, int at) {
    double[] covered = canvas.pixels();
    for (int i = 0; i < covered.length; i++) {
      double value = ink * covered[i];
      if (noise > 0) {
        value += noise * nearlyNormal(random.nextInt());
      }
      pixels[at + i] = (byte) (int) Math.floor(255 * Math.max(0, Math.min(1, value)) + 0.5);
    }
  }

  /**
   * A nearly normal number of mean 0 and variance 1, the sum of the four bytes of a random integer;
   * a sum of four uniform bytes has the variance 4 (256^2 - 1) / 12.
   */
  static double nearlyNormal(int bits) {
    int sum = (bits & 0xFF) + (bits >>> 8 & 0xFF) + (bits >>> 16 & 0xFF) + (bits >>> 24);
    return (sum - 510) / Math.sqrt(21845);
  }
}
