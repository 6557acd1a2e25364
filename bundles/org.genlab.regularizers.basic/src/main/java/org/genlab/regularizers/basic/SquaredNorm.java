package org.genlab.regularizers.basic;

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
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Entry;
import org.genlab.api.model.ParameterLayout.Role;
import org.genlab.api.training.Regularizer;
import org.genlab.tensor.Tensor;

/**
 * A penalty on the squared distance of the parameters from zero or from their initial values:
 * lambda / 2 * sum w^2, so that its gradient is lambda w.
 *
 * <p>With plain gradient descent this is weight decay; with Adam it is not (Loshchilov and Hutter,
 * "Decoupled weight decay regularization", arXiv 1711.05101).
 */
@Plugin(
    kind = Kind.REGULARIZER,
    id = "l2",
    version = "1.0.0",
    summary = "Half the squared norm of the parameters of chosen roles, times a coefficient")
public final class SquaredNorm implements Regularizer {
  /** What the parameters are pulled to. */
  public enum Towards {
    ZERO,
    INITIALIZATION
  }

  /**
   * The settings.
   *
   * @param coefficient lambda
   * @param roles the parameters that count
   * @param towards what the parameters are pulled to
   */
  public record Settings(
      @Default("1e-4") @Range(min = 0) @Doc("the coefficient lambda") double coefficient,
      @Default("[weight, embedding]")
          @Doc("roles of the parameters that count: weight, bias, norm, embedding")
          List<Role> roles,
      @Default("zero") @Doc("what the parameters are pulled to: zero or initialization")
          Towards towards) {
    public Settings {
      roles = List.copyOf(roles);
      if (roles.isEmpty()) {
        throw new SettingException("roles", "must name at least one role");
      }
    }
  }

  private final Settings settings;

  @Inject
  public SquaredNorm(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Optional<Tensor> penalty(Pass pass, Context context) {
    ParameterLayout layout = pass.parameters().layout();
    Tensor w = pass.parameters().flat();
    if (settings.towards() == Towards.INITIALIZATION) {
      w = w.minus(pass.initialParameters().flat());
    }
    Tensor counted = coversAll(layout) ? w : w.times(mask(layout));
    return Optional.of(counted.dot(w).times(settings.coefficient() / 2));
  }

  private boolean coversAll(ParameterLayout layout) {
    return layout.entries().stream().allMatch(e -> settings.roles().contains(e.role()));
  }

  private Tensor mask(ParameterLayout layout) {
    float[] mask = new float[layout.size()];
    for (Entry entry : layout.entries()) {
      if (settings.roles().contains(entry.role())) {
        Arrays.fill(mask, entry.offset(), entry.offset() + entry.size(), 1f);
      }
    }
    return Tensor.of(mask, mask.length);
  }
}
