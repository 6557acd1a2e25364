package org.genlab.cli.internal;

import java.util.Optional;
import org.genlab.provisioning.trust.TrustStore.Policy;
import picocli.CommandLine.Option;

/** The options of every command that installs something. */
final class ChangeOptions {
  @Option(names = "--dry-run", description = "Only tell what would be done.")
  boolean dryRun;

  @Option(
      names = "--policy",
      paramLabel = "require|warn|allow",
      description =
          "What to do with bundles that no trusted key signed, this time. What is signed wrongly is"
              + " refused in any case.")
  Policy policy;

  Optional<Policy> policy() {
    return Optional.ofNullable(policy);
  }
}
