package org.genlab.tensor.backend;

/**
 * The form of an attention: queries [batch, queries, heads, width], keys and values [batch,
 * positions, heads, width], probabilities [batch, heads, queries, positions]; all dense.
 *
 * @param causal whether query i sees only positions up to i + positions - queries
 * @param scale the factor of the scores
 * @param bias how an array is read that is added to the scores; null when there is none
 */
public record Attention(
    int batch,
    int queries,
    int positions,
    int heads,
    int width,
    boolean causal,
    float scale,
    Bias bias) {

  /**
   * The distances between neighbours along each axis of the probabilities in an array that is
   * repeated to their shape; 0 where it is repeated.
   */
  public record Bias(int batch, int head, int query, int position) {}

  /** The usual form: the scale is 1 / sqrt(width) rounded to float, nothing is added. */
  public Attention(int batch, int queries, int positions, int heads, int width, boolean causal) {
    this(batch, queries, positions, heads, width, causal, (float) (1 / Math.sqrt(width)), null);
  }

  /** How many positions a query sees, from the first; 0 when it sees none. */
  public int visible(int query) {
    return causal ? Math.max(0, query + 1 + positions - queries) : positions;
  }

  /** Where the bias of a query begins, counted from its first element; 0 when there is none. */
  public int biasPlace(int sequence, int head, int query) {
    return bias == null ? 0 : sequence * bias.batch + head * bias.head + query * bias.query;
  }
}
