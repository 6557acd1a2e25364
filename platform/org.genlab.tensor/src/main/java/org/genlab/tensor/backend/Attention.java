package org.genlab.tensor.backend;

/**
 * The form of an attention: queries [batch, queries, heads, width], keys and values [batch,
 * positions, heads, width], probabilities [batch, heads, queries, positions]; all dense.
 *
 * @param causal whether query i sees only positions up to i + positions - queries
 */
public record Attention(
    int batch, int queries, int positions, int heads, int width, boolean causal) {

  /** The factor of the scores, 1 / sqrt(width) rounded to float. */
  public float scale() {
    return (float) (1 / Math.sqrt(width));
  }

  /** How many positions a query sees, from the first; 0 when it sees none. */
  public int visible(int query) {
    return causal ? Math.max(0, query + 1 + positions - queries) : positions;
  }
}
