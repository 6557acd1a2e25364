package org.genlab.cli.internal;

import java.util.List;
import java.util.Optional;
import org.genlab.provisioning.install.Provisioning;
import org.genlab.provisioning.trust.TrustStore.Policy;
import picocli.CommandLine.Option;

/** The options of every command that looks into repositories. */
final class SourceOptions {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(
      names = "--repository",
      paramLabel = "NAME|ADDRESS",
      description =
          "Look only there: a known repository, an address, or a folder with jars. May be given"
              + " several times.")
  List<String> repositories = List.of();

  @Option(
      names = "--offline",
      description = "Use what was fetched before of repositories behind a network.")
  boolean offline;

  /** The options without those on trust. */
  Provisioning.Options options() {
    return options(Optional.empty());
  }

  Provisioning.Options options(Optional<Policy> policy) {
    return new Provisioning.Options(repositories, offline, policy);
  }
}
