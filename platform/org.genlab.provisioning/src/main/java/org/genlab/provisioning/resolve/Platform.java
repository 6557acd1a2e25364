package org.genlab.provisioning.resolve;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.genlab.provisioning.bundles.BundleResource;
import org.genlab.provisioning.bundles.ManifestReader;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWiring;

/** What the running container offers to every plugin. */
public final class Platform {
  private Platform() {}

  /**
   * The system bundle, and bundles that are in use.
   *
   * @param base which bundles belong to the platform
   */
  public static List<BundleResource> of(BundleContext context, Predicate<Bundle> base) {
    List<BundleResource> platform = new ArrayList<>();
    for (Bundle bundle : context.getBundles()) {
      BundleRevision revision = bundle.adapt(BundleRevision.class);
      if (revision != null
          && bundle.adapt(BundleWiring.class) != null
          && (bundle.getBundleId() == 0 || base.test(bundle))) {
        platform.add(ManifestReader.of(revision));
      }
    }
    return platform;
  }
}
