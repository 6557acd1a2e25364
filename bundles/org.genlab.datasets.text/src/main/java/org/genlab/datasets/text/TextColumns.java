package org.genlab.datasets.text;

/** The names of the columns by which texts of a known law describe their positions. */
final class TextColumns {
  /** H(target | input so far) at each position, in nats. */
  static final String ENTROPY = "entropy";

  /** ln P(target | input so far) at each position. */
  static final String LOG_PROBABILITY = "log-probability";

  /** P(. | input so far) at each position, [batch, length, vocabulary]. */
  static final String PROBABILITIES = "probabilities";

  /** The class of words that the target belongs to. */
  static final String WORD_CLASS = "word-class";

  private TextColumns() {}
}
