package org.genlab.provisioning.resolve;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.genlab.provisioning.bundles.BundleResource;
import org.genlab.provisioning.repository.Repository;
import org.genlab.runtime.config.Nearest;
import org.genlab.store.UserError;
import org.osgi.framework.VersionRange;
import org.osgi.service.resolver.Resolver;

/** Explains why plugins can be used or cannot, and who needs them. */
public final class Why {
  private final Situation situation;
  private final Planner planner;
  private final Reasons reasons;

  public Why(Resolver resolver, Situation situation) {
    this.situation = situation;
    planner = new Planner(resolver, situation);
    reasons = planner.reasons();
  }

  /**
   * Why an installed bundle cannot be used, a line for each missing requirement, those of others it
   * needs indented; empty when it can be used.
   */
  public List<String> unusable(BundleResource bundle) {
    if (planner.current().bundles().contains(bundle)) {
      return List.of();
    }
    Optional<Reasons.Failure> failure = reasons.failure(bundle);
    return failure.isPresent()
        ? reasons.tree(failure.get(), "  ")
        : List.of("  all that it needs is there, but not in versions that go together");
  }

  /**
   * All there is to say of what the user names.
   *
   * @throws UserError when nothing of that name is installed or can be
   */
  public List<String> explain(Wanted wanted) {
    List<String> lines = new ArrayList<>();
    for (Installed installed : situation.installed()) {
      if (wanted.isMetBy(installed.bundle())) {
        explain(installed, lines);
      }
    }
    Map<BundleResource, Repository> available = situation.available();
    Reasons all = new Reasons(new Universe(present(), available.keySet()), situation.platform());
    available.entrySet().stream()
        .filter(e -> wanted.isMetBy(e.getKey()))
        .sorted(Map.Entry.comparingByKey(BundleResource.ORDER))
        .forEach(
            e -> {
              Optional<Reasons.Failure> failure = all.failure(e.getKey());
              lines.add(
                  describe(e.getKey())
                      + " is in the repository "
                      + e.getValue().name()
                      + (failure.isPresent() ? ", but cannot be installed:" : "; not installed."));
              failure.ifPresent(f -> lines.addAll(all.tree(f, "  ")));
            });
    if (lines.isEmpty()) {
      throw unknown(wanted, available);
    }
    return lines;
  }

  private List<BundleResource> present() {
    List<BundleResource> present = new ArrayList<>(situation.platform());
    situation.installed().forEach(i -> present.add(i.bundle()));
    return present;
  }

  private static String describe(BundleResource bundle) {
    return bundle.plugins().isEmpty()
        ? bundle.toString()
        : bundle
            + " ("
            + String.join(", ", bundle.plugins().stream().map(Object::toString).toList())
            + ")";
  }

  private void explain(Installed installed, List<String> lines) {
    BundleResource bundle = installed.bundle();
    List<String> unusable = unusable(bundle);
    lines.add(
        describe(bundle)
            + " is installed ("
            + installed.file()
            + ")"
            + (unusable.isEmpty() ? "." : ", but cannot be used:"));
    lines.addAll(unusable);
    lines.add(
        !installed.owned()
            ? "  it is not in the directory of installed plugins"
            : installed.requested()
                ? "  it was asked for"
                : "  it came because another one needed it");
    users(bundle, "  ", new LinkedHashSet<>(Set.of(bundle)), lines);
    if (planner.current().usersOf(bundle).isEmpty() && unusable.isEmpty()) {
      lines.add("  no other bundle needs it");
    }
  }

  private void users(
      BundleResource bundle, String indent, Set<BundleResource> seen, List<String> lines) {
    for (BundleResource user : planner.current().usersOf(bundle)) {
      if (seen.add(user)) {
        lines.add(indent + "needed by " + describe(user));
        users(user, indent + "  ", seen, lines);
      }
    }
  }

  private UserError unknown(Wanted wanted, Map<BundleResource, Repository> available) {
    Set<String> names = new LinkedHashSet<>();
    List<BundleResource> all = new ArrayList<>(available.keySet());
    situation.installed().forEach(i -> all.add(i.bundle()));
    for (BundleResource bundle : all) {
      bundle.plugins().forEach(p -> names.add(p.id()));
      names.add(bundle.symbolicName());
    }
    VersionRange range = wanted.versions();
    return new UserError(
        wanted.words()
            + (wanted.anyVersion() ? "" : " " + range)
            + " is neither installed nor in a repository"
            + Nearest.of(wanted.name(), names).map(n -> "; did you mean '" + n + "'?").orElse("."));
  }
}
