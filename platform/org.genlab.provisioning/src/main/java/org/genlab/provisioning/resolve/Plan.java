package org.genlab.provisioning.resolve;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.genlab.provisioning.bundles.BundleResource;
import org.genlab.provisioning.bundles.PluginFacts;
import org.genlab.provisioning.repository.Repository;

/**
 * What an installation, an update or a removal changes.
 *
 * @param steps in the order in which they are told; none when there is nothing to do
 * @param refreshed the bundles of a running container that would be stopped and wired anew
 * @param notes sentences on what was left as it is
 */
public record Plan(List<Step> steps, List<BundleResource> refreshed, List<String> notes) {
  /** Copies the lists. */
  public Plan {
    steps = List.copyOf(steps);
    refreshed = List.copyOf(refreshed);
    notes = List.copyOf(notes);
  }

  /** What is done with a bundle. */
  public enum Action {
    INSTALL,
    /** Install it and remove the version that was there. */
    UPDATE,
    REMOVE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One change.
   *
   * @param bundle what is installed or removed
   * @param from where it comes from; empty when it is removed
   * @param old what is removed
   * @param requested whether somebody asked for it, rather than another bundle needing it
   * @param reason a few words, when it was not asked for
   */
  public record Step(
      Action action,
      BundleResource bundle,
      Optional<Repository> from,
      Optional<Installed> old,
      boolean requested,
      String reason) {
    /** {@code update org.example.sam 1.0.0 to 1.1.0 (optimizer sam 1.1.0) from lab}. */
    @Override
    public String toString() {
      String name =
          action == Action.UPDATE
              ? old.orElseThrow().bundle() + " to " + bundle.version()
              : bundle.toString();
      String plugins =
          bundle.plugins().stream().map(PluginFacts::toString).collect(Collectors.joining(", "));
      return action
          + " "
          + name
          + (plugins.isEmpty() ? "" : " (" + plugins + ")")
          + from.map(r -> " from " + r.name()).orElse("")
          + (reason.isEmpty() ? "" : ", " + reason);
    }
  }

  public boolean isEmpty() {
    return steps.isEmpty();
  }

  /** What would happen, a line for each change. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    steps.forEach(step -> lines.add(step.toString()));
    refreshed.forEach(bundle -> lines.add("refresh " + bundle));
    return lines;
  }
}
