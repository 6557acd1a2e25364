package org.genlab.architectures.nonparametric;

import jakarta.inject.Inject;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Architecture;
import org.genlab.api.model.Network;

/**
 * A table of labels: for each token how often the training examples with it have each class. A
 * token that occurs at least {@code minimum-count} times is answered with its own frequencies,
 * every other one with those of all training examples. With 1 it remembers everything; with t + 1
 * it ignores what it has seen t times or less (Feldman, "Does learning require memorization? A
 * short tale about a long tail", arXiv 1906.05271, section 2).
 *
 * <p>Inputs are one token, targets one class an example. There is nothing to train; the buffer
 * {@code logits} [vocabulary, classes] has the logarithms of (c + 1) / (n + classes) for c of n
 * examples.
 */
@Plugin(
    kind = Kind.ARCHITECTURE,
    id = "frequency-table",
    version = "1.0.0",
    summary = "A table of labels that remembers inputs seen often enough",
    source = "arXiv:1906.05271, section 2")
public final class FrequencyTable implements Architecture {
  /**
   * The settings.
   *
   * @param minimumCount how often a token must occur to be remembered
   */
  public record Settings(
      @Default("1")
          @Range(min = 1, max = 1e9)
          @Doc("how often a token must occur in the training split to be remembered")
          int minimumCount) {}

  private final Settings settings;

  @Inject
  public FrequencyTable(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Network build(DataSpec spec) {
    if (!(spec.input() instanceof InputSpec.Tokens tokens)
        || tokens.length() != 1
        || !(spec.target() instanceof TargetSpec.Classes classes)) {
      throw new IllegalArgumentException(
          "frequency-table reads one token and predicts one class an example, and the dataset has "
              + spec.input()
              + " and "
              + spec.target());
    }
    return new FrequencyTableNetwork(settings.minimumCount(), tokens.vocabulary(), classes.count());
  }
}
