package org.genlab.datasets.knowledge;

import java.util.Arrays;
import java.util.List;
import org.genlab.api.data.Annotation;
import org.genlab.api.data.Batch;
import org.genlab.api.data.Split;
import org.genlab.tensor.IntTensor;

/** Facts as sequences of one length: the question, then padding. */
final class FactSplit implements Split {
  /** Number of atomic facts that the answer follows from, [batch]. */
  static final String HOPS = "hops";

  /** Token of the entity that links two facts, or -1, [batch]. */
  static final String BRIDGE = "bridge";

  /** The last token of the question, [batch]. */
  static final String LAST = "last";

  /** The tokens of a question with another first entity, [batch, length]. */
  static final String CONTRAST = "contrast";

  /** The answer to that question, [batch]. */
  static final String CONTRAST_TARGET = "contrast-target";

  private final String name;
  private final List<Fact> facts;
  private final int length;
  private final int padding;

  /**
   * @param length of a sequence
   * @param padding the token that fills it up
   */
  FactSplit(String name, List<Fact> facts, int length, int padding) {
    this.name = name;
    this.facts = List.copyOf(facts);
    this.length = length;
    this.padding = padding;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return facts.size();
  }

  /** The answer is the target at the last token of the question; no other position counts. */
  @Override
  public Batch batch(int... indices) {
    int n = indices.length;
    int[] tokens = new int[n * length];
    int[] targets = new int[n * length];
    int[] contrast = new int[n * length];
    int[] hops = new int[n];
    int[] bridge = new int[n];
    int[] last = new int[n];
    int[] contrastTarget = new int[n];
    Arrays.fill(tokens, padding);
    Arrays.fill(targets, -1);
    Arrays.fill(contrast, padding);
    for (int i = 0; i < n; i++) {
      Fact fact = facts.get(indices[i]);
      int asked = fact.question().length;
      System.arraycopy(fact.question(), 0, tokens, i * length, asked);
      System.arraycopy(fact.contrast(), 0, contrast, i * length, asked);
      targets[i * length + asked - 1] = fact.answer();
      hops[i] = fact.hops();
      bridge[i] = fact.bridge();
      last[i] = fact.question()[asked - 1];
      contrastTarget[i] = fact.contrastAnswer();
    }
    return Batch.of(n)
        .with(Batch.INPUT, IntTensor.of(tokens, n, length))
        .with(Batch.TARGET, IntTensor.of(targets, n, length))
        .with(Annotation.INDEX, IntTensor.of(indices, n))
        .with(HOPS, IntTensor.of(hops, n))
        .with(BRIDGE, IntTensor.of(bridge, n))
        .with(LAST, IntTensor.of(last, n))
        .with(CONTRAST, IntTensor.of(contrast, n, length))
        .with(CONTRAST_TARGET, IntTensor.of(contrastTarget, n));
  }
}
