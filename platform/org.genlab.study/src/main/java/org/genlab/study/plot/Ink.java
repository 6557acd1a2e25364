package org.genlab.study.plot;

import java.util.Locale;

/**
 * The role of a colour in a figure, with its value on light and on dark paper. The first two series
 * colours are the blue and the orange that all common colour-vision deficiencies keep apart; every
 * colour of text and lines has at least the contrast 4.5 to its paper that WCAG 2.2 asks for.
 */
public enum Ink {
  PAPER("#ffffff", "#15181c"),
  TEXT("#1b1f24", "#e6e8ea"),
  MUTED("#5c6570", "#a0a8b2"),
  AXIS("#8b939c", "#78818b"),
  GRID("#e8eaed", "#2a2f35"),
  BLUE("#0067b1", "#5eb3f2"),
  ORANGE("#b84a00", "#f2a14a"),
  GREEN("#00745a", "#42c79e"),
  PINK("#a33a86", "#e393cb"),
  OLIVE("#766000", "#d9c650"),
  SLATE("#4c5a69", "#aebbc8");

  private static final Ink[] SERIES = {BLUE, ORANGE, GREEN, PINK, OLIVE, SLATE};

  private final String light;
  private final String dark;

  Ink(String light, String dark) {
    this.light = light;
    this.dark = dark;
  }

  /** The colour on light paper, {@code #rrggbb}. */
  public String light() {
    return light;
  }

  /** The colour on dark paper, {@code #rrggbb}. */
  public String dark() {
    return dark;
  }

  /** The CSS variable that holds the colour, e.g. {@code --gl-blue}. */
  public String variable() {
    return "--gl-" + name().toLowerCase(Locale.ROOT);
  }

  /** The colour of the i-th series; they repeat after six. */
  public static Ink series(int i) {
    return SERIES[Math.floorMod(i, SERIES.length)];
  }
}
