package org.genlab.provisioning.resolve;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.genlab.provisioning.bundles.BundleResource;
import org.genlab.provisioning.bundles.Content;
import org.genlab.provisioning.repository.Repository;

/**
 * What there is: the platform, what is installed, and what repositories have.
 *
 * @param platform the container itself and its base bundles, which are never changed here
 * @param installed in all plugin directories
 * @param repositories in the order in which they are asked
 */
public record Situation(
    List<BundleResource> platform, List<Installed> installed, List<Repository> repositories) {
  /** Copies the lists. */
  public Situation {
    platform = List.copyOf(platform);
    installed = List.copyOf(installed);
    repositories = List.copyOf(repositories);
  }

  /**
   * What can be installed, each version of a bundle from the first repository that has it. Versions
   * that are installed are left out: what is there is not fetched again.
   */
  Map<BundleResource, Repository> available() {
    Map<String, BundleResource> first = new LinkedHashMap<>();
    installed.forEach(i -> first.put(i.bundle().toString(), i.bundle()));
    Map<BundleResource, Repository> available = new LinkedHashMap<>();
    for (Repository repository : repositories) {
      for (BundleResource bundle : repository.bundles()) {
        if (first.putIfAbsent(bundle.toString(), bundle) == null) {
          available.put(bundle, repository);
        }
      }
    }
    return available;
  }

  /** The repositories that have the same version of a bundle with other content. */
  List<Repository> contradicting(BundleResource bundle, Repository from) {
    Optional<String> digest = bundle.content().map(Content::sha256);
    List<Repository> others = new ArrayList<>();
    for (Repository repository : repositories) {
      if (!repository.equals(from)
          && repository.bundles().stream()
              .anyMatch(
                  b ->
                      b.sameIdentity(bundle) && !b.content().map(Content::sha256).equals(digest))) {
        others.add(repository);
      }
    }
    return others;
  }

  /** What is known of an installed bundle; empty when this one is not. */
  Optional<Installed> installed(BundleResource bundle) {
    return installed.stream().filter(i -> i.bundle() == bundle).findFirst();
  }
}
