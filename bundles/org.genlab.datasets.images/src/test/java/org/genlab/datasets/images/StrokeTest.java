package org.genlab.datasets.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StrokeTest {
  @Test
  void straightLinesAreTheirPoints() {
    double[][] points = Stroke.parse("M 0 .5 L 1 .25").points(1);
    assertArrayEquals(new double[][] {{0, 0.5}, {1, 0.25}}, points);
  }

  @Test
  void whatIsDoneToPointsDoesNotChangeTheStroke() {
    Stroke stroke = Stroke.parse("M 0 .5 L 1 .25 Q 0 0 .5 .5 A 0 0 1 1 0 90");
    double[][] before = stroke.points(1);
    for (double[] p : stroke.points(1)) {
      p[0] += 7;
    }
    assertArrayEquals(before, stroke.points(1));
  }

  @Test
  void curvesAreQuadratic() {
    double[][] points = Stroke.parse("M 0 0 Q 1 0 1 1").points(1);
    assertEquals(9, points.length);
    for (int i = 0; i <= 8; i++) {
      double t = i / 8.0;
      assertEquals(2 * t - t * t, points[i][0], 1e-15);
      assertEquals(t * t, points[i][1], 1e-15);
    }
  }

  @Test
  void arcsLieOnSuperellipses() {
    for (double squareness : new double[] {1, 0.7}) {
      double[][] points = Stroke.parse("A .5 .4 .3 .2 -90 250").points(squareness);
      double n = 2 / squareness;
      for (double[] p : points) {
        assertEquals(
            1,
            Math.pow(Math.abs(p[0] - 0.5) / 0.3, n) + Math.pow(Math.abs(p[1] - 0.4) / 0.2, n),
            1e-9);
      }
      assertEquals(0.5, points[0][0], 1e-6);
      assertEquals(0.2, points[0][1], 1e-9);
    }
  }

  @Test
  void arcsTurnFromRightToDown() {
    double[][] points = Stroke.parse("A 0 0 1 1 0 90").points(1);
    assertArrayEquals(new double[] {1, 0}, points[0], 1e-12);
    assertArrayEquals(new double[] {0, 1}, points[points.length - 1], 1e-12);
  }

  @Test
  void refusesWhatIsNoStroke() {
    for (String wrong : List.of("L 1 1", "M 1", "M 0 0 X 1 1", "Q 1 1 1 1", "", "MLQA 1")) {
      assertThrows(IllegalArgumentException.class, () -> Stroke.parse(wrong), wrong);
    }
  }

  @Test
  void theLibraryHasSeveralVariantsOfEachDigit() {
    GlyphLibrary library = GlyphLibrary.load();
    assertEquals("0123456789", library.characters());
    for (char c : library.characters().toCharArray()) {
      List<Glyph> variants = library.variants(c);
      assertTrue(variants.size() >= 4, "variants of " + c);
      Set<String> names = new HashSet<>();
      for (Glyph glyph : variants) {
        assertTrue(names.add(glyph.variant()), glyph.variant());
        double top = 1;
        double bottom = 0;
        for (Stroke stroke : glyph.strokes()) {
          for (double[] p : stroke.points(1)) {
            assertTrue(p[0] > -0.06 && p[0] < 1.06 && p[1] > -0.06 && p[1] < 1.06, glyph.variant());
            top = Math.min(top, p[1]);
            bottom = Math.max(bottom, p[1]);
          }
        }
        assertTrue(top < 0.1 && bottom > 0.9, c + " " + glyph.variant() + " fills its height");
      }
    }
    assertTrue(library.variants('x').isEmpty());
  }

  @Test
  void serifsAreDrawnByFontsWithSerifsOnly() {
    GlyphLibrary library = GlyphLibrary.parse("glyph 1 bar\nM .5 0 L .5 1\nserif M .3 1 L .7 1\n");
    int with = 0;
    for (int number = 0; number < 400; number++) {
      Font font = Font.of(number);
      assertEquals(font.serifs() ? 2 : 1, font.lines(library, '1').size());
      with += font.serifs() ? 1 : 0;
    }
    assertEquals(0.3, with / 400.0, 0.1);
  }

  @Test
  void aFontIsAFunctionOfItsNumber() {
    GlyphLibrary library = GlyphLibrary.load();
    double[][] once = Font.of(17).lines(library, '4').get(0);
    assertArrayEquals(once, Font.of(17).lines(library, '4').get(0));
    Set<Double> widths = new HashSet<>();
    for (int number = 0; number < 100; number++) {
      widths.add(Font.of(number).width());
    }
    assertEquals(100, widths.size());
  }
}
