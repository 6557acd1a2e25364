package org.genlab.regularizers.basic;

import jakarta.inject.Inject;
import java.util.List;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.model.Forward.Site;
import org.genlab.api.training.Regularizer;
import org.genlab.tensor.Tensor;

/**
 * Dropout: during training each value at chosen places of the network is 0 with probability p, else
 * divided by 1 - p (Srivastava et al., "Dropout", JMLR 2014, section 4, in the inverted form).
 */
@Plugin(
    kind = Kind.REGULARIZER,
    id = "dropout",
    version = "1.0.0",
    summary = "Sets activations to zero at random during training",
    source = "Srivastava et al., JMLR 2014, section 4")
public final class Dropout implements Regularizer {
  /**
   * The settings.
   *
   * @param probability p, of a value being dropped
   * @param sites the sorts of places where values are dropped
   */
  public record Settings(
      @Default("0.1")
          @Range(min = 0, max = 1, maxExclusive = true)
          @Doc("probability p that a value is dropped")
          double probability,
      @Default("[branch, hidden]")
          @Doc("where: embedding, branch, hidden, stream, representation, other")
          List<Site> sites) {
    public Settings {
      sites = List.copyOf(sites);
    }
  }

  private final Settings settings;

  @Inject
  public Dropout(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Tensor feature(String name, Site site, Tensor value, Context context) {
    return settings.probability() > 0 && settings.sites().contains(site)
        ? value.dropout(settings.probability(), context.random(name))
        : value;
  }
}
