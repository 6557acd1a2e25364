package org.genlab.procedures.pruning;

import java.util.Arrays;
import java.util.List;
import org.genlab.api.model.ParameterLayout;
import org.genlab.api.model.ParameterLayout.Entry;
import org.genlab.api.model.ParameterLayout.Role;

/**
 * Masks over the values of a layout: 1 where a value stays, 0 where it is pruned. Values of roles
 * that are not prunable always stay.
 *
 * @param layout of the values
 * @param roles of the parameters that can be pruned
 * @param scope among which weights the best are chosen
 */
record Masks(ParameterLayout layout, List<Role> roles, PruningScope scope) {
  /**
   * The mask with the largest scores. It keeps exactly the given share, rounded, of the prunable
   * values (of each layer at least one), none that was pruned before, and of equal scores those
   * that lie first.
   *
   * @param scores one a value
   * @param before the mask so far
   * @param keep the share of all prunable values that is kept, in (0, 1]
   */
  float[] largest(float[] scores, float[] before, double keep) {
    float[] mask = new float[layout.size()];
    Arrays.fill(mask, 1);
    List<Entry> prunable = entries();
    if (scope == PruningScope.LAYER) {
      prunable.forEach(entry -> select(List.of(entry), scores, before, keep, mask));
    } else if (!prunable.isEmpty()) {
      select(prunable, scores, before, keep, mask);
    }
    return mask;
  }

  /** The parameters that can be pruned. */
  private List<Entry> entries() {
    return layout.entries().stream().filter(e -> roles.contains(e.role())).toList();
  }

  /** The number of values that can be pruned. */
  int prunable() {
    return entries().stream().mapToInt(Entry::size).sum();
  }

  /** Whether each value can be pruned. */
  boolean[] isPrunable() {
    boolean[] prunable = new boolean[layout.size()];
    for (Entry entry : entries()) {
      Arrays.fill(prunable, entry.offset(), entry.offset() + entry.size(), true);
    }
    return prunable;
  }

  private static void select(
      List<Entry> group, float[] scores, float[] before, double keep, float[] mask) {
    int all = group.stream().mapToInt(Entry::size).sum();
    float[] alive = new float[all];
    int n = 0;
    for (Entry entry : group) {
      for (int i = entry.offset(); i < entry.offset() + entry.size(); i++) {
        if (before[i] != 0) {
          alive[n++] = scores[i];
        }
      }
    }
    int kept = (int) Math.min(n, Math.max(1, Math.round(keep * all)));
    Arrays.sort(alive, 0, n);
    float threshold = n == 0 ? 0 : alive[n - kept];
    int ties = kept;
    for (int i = n - kept; i < n; i++) {
      ties -= alive[i] > threshold ? 1 : 0;
    }
    for (Entry entry : group) {
      for (int i = entry.offset(); i < entry.offset() + entry.size(); i++) {
        boolean stays = before[i] != 0 && scores[i] >= threshold;
        if (stays && !(scores[i] > threshold)) {
          stays = ties-- > 0;
        }
        mask[i] = stays ? 1 : 0;
      }
    }
  }

  /** The share of the prunable values that a mask prunes; 0 when none is prunable. */
  double sparsity(float[] mask) {
    boolean[] prunable = isPrunable();
    int pruned = 0;
    for (int i = 0; i < mask.length; i++) {
      pruned += prunable[i] && mask[i] == 0 ? 1 : 0;
    }
    return (double) pruned / Math.max(1, prunable());
  }
}
