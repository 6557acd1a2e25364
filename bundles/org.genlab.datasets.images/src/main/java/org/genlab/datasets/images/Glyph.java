package org.genlab.datasets.images;

import java.util.List;

/**
 * A variant of a character: the lines along which a pen is moved, in the unit square, x to the
 * right and y downwards.
 *
 * @param character the character it shows
 * @param variant the name of the variant
 * @param strokes what is always drawn
 * @param serifs what fonts with serifs draw besides
 */
record Glyph(char character, String variant, List<Stroke> strokes, List<Stroke> serifs) {
  Glyph {
    strokes = List.copyOf(strokes);
    serifs = List.copyOf(serifs);
  }
}
