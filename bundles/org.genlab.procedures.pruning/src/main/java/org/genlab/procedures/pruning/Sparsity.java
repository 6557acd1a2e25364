package org.genlab.procedures.pruning;

import jakarta.inject.Inject;
import java.util.List;
import org.genlab.api.Default;
import org.genlab.api.Doc;
import org.genlab.api.Kind;
import org.genlab.api.Plugin;
import org.genlab.api.SettingException;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.evaluation.Recorder;
import org.genlab.api.evaluation.Snapshot;
import org.genlab.api.model.ParameterLayout.Entry;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.model.Parameters;

/**
 * The share of the main model's weights that are exactly 0, in [0, 1]: the series {@code
 * sparsity/zeros}, over all parameters of the chosen roles, 0 when there is none. With {@code
 * per-parameter}, also {@code sparsity/zeros/name} for each of them.
 */
@Plugin(
    kind = Kind.METRIC,
    id = "sparsity",
    version = "1.0.0",
    summary = "Share of the weights that are exactly 0")
public final class Sparsity implements Metric {
  /**
   * The settings.
   *
   * @param roles of the parameters that count
   * @param perParameter whether the share of each named parameter is recorded too
   */
  public record Settings(
      @Default("[weight, embedding]")
          @Doc("roles of the parameters that count: weight, bias, norm, embedding")
          List<Role> roles,
      @Default("false") @Doc("whether the share of each named parameter is recorded too")
          boolean perParameter) {
    public Settings {
      roles = List.copyOf(roles);
      if (roles.isEmpty()) {
        throw new SettingException("roles", "must name at least one role");
      }
    }
  }

  private final Settings settings;

  @Inject
  public Sparsity(Settings settings) {
    this.settings = settings;
  }

  @Override
  public void measure(Snapshot snapshot, Recorder recorder) {
    Parameters parameters = snapshot.model().parameters();
    float[] values = parameters.flat().toArray();
    int counted = 0;
    int zeros = 0;
    for (Entry entry : parameters.layout().entries()) {
      if (settings.roles().contains(entry.role())) {
        int own = 0;
        for (int i = entry.offset(); i < entry.offset() + entry.size(); i++) {
          own += values[i] == 0 ? 1 : 0;
        }
        counted += entry.size();
        zeros += own;
        if (settings.perParameter()) {
          recorder.number(
              "sparsity/zeros/" + entry.name(), (double) own / Math.max(1, entry.size()));
        }
      }
    }
    recorder.number("sparsity/zeros", (double) zeros / Math.max(1, counted));
  }
}
