package org.genlab.procedures.pruning;

import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.Range;
import org.genlab.api.SettingException;
import org.genlab.api.Slots;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;
import org.genlab.tensor.Tensor;

/**
 * How much the mask of the largest weights changes from one evaluation to the next (Minegishi et
 * al., "Grokking tickets", arXiv 2310.19470): with A and B the sets of the largest weights, the
 * share {@code keep} of all, at two evaluations in a row, the series
 *
 * <ul>
 *   <li>{@code mask-distance/hamming}: the share of the weights that are in one of A and B only,
 *   <li>{@code mask-distance/jaccard}: 1 - |A and B| / |A or B|,
 * </ul>
 *
 * both in [0, 1] and from the second evaluation on. Where evaluations lie further and further
 * apart, divide by the number of steps between them.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "mask-distance",
    version = "1.0.0",
    summary = "Distance between the sets of the largest weights at successive evaluations",
    source = "arXiv:2310.19470")
public final class MaskDistance implements Metric {
  private static final String PREVIOUS = "previous";

  /**
   * The settings.
   *
   * @param keep the share of the weights that the mask keeps
   * @param scope the largest of all, or of each layer
   * @param roles of the parameters that count
   */
  public record Settings(
      @Default("0.4")
          @Range(min = 0, max = 1, minExclusive = true)
          @Doc("share of the weights that the mask keeps")
          double keep,
      @Default("global")
          @Doc("the largest weights of all (global), or of each layer by itself (layer)")
          PruningScope scope,
      @Default("[weight, embedding]")
          @Doc("roles of the parameters that count: weight, bias, norm, embedding")
          List<Role> roles) {
    public Settings {
      roles = List.copyOf(roles);
      if (roles.isEmpty()) {
        throw new SettingException("roles", "must name at least one role");
      }
    }
  }

  private final Settings settings;
  private final Slots slots;

  @Inject
  public MaskDistance(Settings settings, Slots slots) {
    this.settings = settings;
    this.slots = slots;
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    Parameters parameters = snapshot.model().parameters();
    Masks masks = new Masks(parameters.layout(), settings.roles(), settings.scope());
    float[] all = new float[parameters.flat().size()];
    Arrays.fill(all, 1);
    float[] mask = masks.largest(parameters.flat().abs().toArray(), all, settings.keep());
    Optional<Tensor> previous = slots.array(PREVIOUS);
    slots.put(PREVIOUS, Tensor.of(mask, mask.length));
    previous
        .filter(before -> before.size() == mask.length)
        .ifPresent(before -> record(before.toArray(), mask, masks.isPrunable(), recorder));
  }

  private static void record(float[] a, float[] b, boolean[] counts, Recorder recorder) {
    int all = 0;
    int either = 0;
    int both = 0;
    for (int i = 0; i < a.length; i++) {
      if (counts[i]) {
        all++;
        either += a[i] != 0 || b[i] != 0 ? 1 : 0;
        both += a[i] != 0 && b[i] != 0 ? 1 : 0;
      }
    }
    recorder.number("mask-distance/hamming", (double) (either - both) / Math.max(1, all));
    recorder.number("mask-distance/jaccard", 1 - (double) both / Math.max(1, either));
  }
}
