package org.genlab.datasets.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The skeletons of all glyphs, by character, from glyphs.txt. */
final class GlyphLibrary {
  private static final String RESOURCE = "glyphs.txt";

  private final SortedMap<Character, List<Glyph>> glyphs;

  private GlyphLibrary(SortedMap<Character, List<Glyph>> glyphs) {
    this.glyphs = Collections.unmodifiableSortedMap(glyphs);
  }

  /** Reads the glyphs that come with this bundle. */
  static GlyphLibrary load() {
    try (InputStream in = GlyphLibrary.class.getResourceAsStream(RESOURCE)) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads glyphs from a text as described in glyphs.txt. */
  static GlyphLibrary parse(String text) {
    SortedMap<Character, List<Glyph>> glyphs = new TreeMap<>();
    String[] head = null;
    List<Stroke> strokes = new ArrayList<>();
    List<Stroke> serifs = new ArrayList<>();
    for (String line : (text + "\nglyph").lines().map(String::strip).toList()) {
      if (line.startsWith("glyph")) {
        if (head != null) {
          char character = head[1].charAt(0);
          glyphs
              .computeIfAbsent(character, c -> new ArrayList<>())
              .add(new Glyph(character, head[2], strokes, serifs));
        }
        head = line.split("\\s+", -1);
        strokes = new ArrayList<>();
        serifs = new ArrayList<>();
      } else if (line.startsWith("serif ")) {
        serifs.add(Stroke.parse(line.substring("serif ".length())));
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        strokes.add(Stroke.parse(line));
      }
    }
    return new GlyphLibrary(glyphs);
  }

  /** All characters that there are, in the order of their codes. */
  String characters() {
    StringBuilder all = new StringBuilder();
    glyphs.keySet().forEach(all::append);
    return all.toString();
  }

  /** The variants of a character; none when it is not there. */
  List<Glyph> variants(char character) {
    return Collections.unmodifiableList(glyphs.getOrDefault(character, List.of()));
  }
}
