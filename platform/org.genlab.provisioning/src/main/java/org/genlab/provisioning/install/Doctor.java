package org.genlab.provisioning.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.genlab.provisioning.bundles.BundleResource;
import org.genlab.provisioning.bundles.JarReader;
import org.genlab.provisioning.bundles.PluginFacts;
import org.genlab.provisioning.install.InstalledDirectory.Origin;
import org.genlab.provisioning.resolve.Installed;
import org.genlab.provisioning.resolve.Situation;
import org.genlab.provisioning.resolve.Why;
import org.genlab.provisioning.trust.TrustStore;
import org.genlab.provisioning.trust.TrustStore.Policy;
import org.genlab.provisioning.trust.TrustStore.Source;
import org.genlab.store.UserError;

/** Finds what is wrong with an installation, and why plugins in it cannot be used. */
public final class Doctor {
  private final Provisioning provisioning;
  private final int java;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * @param java the feature release that plugins are loaded by
   */
  public Doctor(Provisioning provisioning, int java) {
    this.provisioning = provisioning;
    this.java = java;
  }

  /**
   * Something about an installation.
   *
   * @param isProblem whether it is to be put right; otherwise it is only worth knowing
   * @param sentence what, where, and what would put it right
   * @param details further lines, the deeper causes indented
   */
  public record Finding(boolean isProblem, String sentence, List<String> details) {
    /** Copies the list. */
    public Finding {
      details = List.copyOf(details);
    }

    /** A problem that one sentence tells. */
    public static Finding problem(String sentence) {
      return new Finding(true, sentence, List.of());
    }

    static Finding remark(String sentence) {
      return new Finding(false, sentence, List.of());
    }
  }

  /** Examines all directories and files. */
  public List<Finding> examine() {
    findings.clear();
    List<Installed> installed = new ArrayList<>();
    guarded(
        () ->
            installed.addAll(
                provisioning.installed(sentence -> findings.add(Finding.problem(sentence)))));
    guarded(this::configuration);
    guarded(this::writable);
    guarded(this::leftovers);
    guarded(this::missing);
    guarded(() -> origins(installed));
    duplicates(installed);
    classes(installed);
    unusable(installed);
    return List.copyOf(findings);
  }

  private void guarded(Runnable examination) {
    try {
      examination.run();
    } catch (UserError e) {
      findings.add(Finding.problem(e.getMessage()));
    }
  }

  private <T> Optional<T> read(Supplier<T> reading) {
    try {
      return Optional.of(reading.get());
    } catch (UserError e) {
      findings.add(Finding.problem(e.getMessage()));
      return Optional.empty();
    }
  }

  private void configuration() {
    read(() -> provisioning.repositories().all());
    read(() -> provisioning.trust().policies());
    read(() -> provisioning.trust().keys());
  }

  private void writable() {
    Provisioning.Surroundings where = provisioning.surroundings();
    if (!isWritable(where.cache())) {
      findings.add(
          Finding.problem(
              "the cache "
                  + where.cache()
                  + " cannot be written, so every start copies all bundles; make it writable, or"
                  + " set GENLAB_CACHE to another directory."));
    }
    if (!isWritable(where.installed())) {
      findings.add(
          Finding.remark(
              "the directory "
                  + where.installed()
                  + " cannot be written, so nothing can be installed; make it writable, or set"
                  + " GENLAB_INSTALLED to another directory."));
    }
  }

  /** Whether a directory can be written, or made. */
  private static boolean isWritable(Path directory) {
    Path existing = directory.toAbsolutePath();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null || !Files.isDirectory(existing)) {
      return false;
    }
    try {
      // Permissions alone do not tell: the file system may be read-only, or the user may be root.
      Files.delete(Files.createTempFile(existing, ".genlab-", ".tmp"));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void leftovers() {
    for (Path file : provisioning.directory().leftovers()) {
      findings.add(
          Finding.problem(
              file
                  + " was left behind by a copy or an installation that was interrupted; remove it"
                  + (Files.isDirectory(file)
                      ? ", or install anything, which does it."
                      : " and install the plugin again if it is not there.")));
    }
  }

  private void missing() {
    Path directory = provisioning.directory().path();
    Set<String> listed = new LinkedHashSet<>(provisioning.directory().sums().keySet());
    listed.addAll(provisioning.directory().origins().keySet());
    for (String file : listed) {
      if (!Files.exists(directory.resolve(file))) {
        findings.add(
            Finding.problem(
                directory.resolve(file)
                    + " was installed but is not there any more; install it again, or take its"
                    + " line out of "
                    + InstalledDirectory.SUMS
                    + "."));
      }
    }
  }

  /** Who stands behind each jar, and whether that is still enough. */
  private void origins(List<Installed> installed) {
    Map<String, Origin> origins = provisioning.directory().origins();
    Map<Source, Policy> policies = provisioning.trust().policies();
    TrustStore trust = provisioning.trust();
    Set<String> trusted = new LinkedHashSet<>();
    for (PublicKey key : trust.keys().values()) {
      trusted.add(TrustStore.hexadecimal(key));
    }
    for (Installed one : installed) {
      if (!one.owned()) {
        continue;
      }
      Origin origin = origins.get(one.file().getFileName().toString());
      if (origin == null) {
        // In an installation the shipped plugins lie in the same directory, and nobody signed them.
        if (!provisioning.isShipped(one)) {
          findings.add(
              Finding.remark(
                  one.bundle()
                      + " was put into "
                      + provisioning.directory().path()
                      + " by hand, so nothing says where it came from and who signed it."));
        }
        continue;
      }
      Source source = origin.remote() ? Source.REMOTE : Source.LOCAL;
      boolean required = policies.get(source) == Policy.REQUIRE;
      if (origin.key().isPresent() && !trusted.contains(origin.key().get())) {
        findings.add(
            new Finding(
                required || origin.signer().isPresent(),
                one.bundle()
                    + " was signed by "
                    + origin.signer().orElse("a key")
                    + (origin.signer().isPresent()
                        ? ", whose key is trusted no longer"
                        : " that you do not trust")
                    + "; remove it, or trust the key with 'genlab plugin trust add'.",
                List.of()));
      } else if (origin.key().isEmpty() && policies.get(source) != Policy.ALLOW) {
        findings.add(
            new Finding(
                required,
                one.bundle()
                    + " is not signed ("
                    + (required ? "what is " + source + " must be; " : "")
                    + "it came from "
                    + origin.source()
                    + ").",
                List.of()));
      }
    }
  }

  private void duplicates(List<Installed> installed) {
    Map<String, Installed> bundles = new HashMap<>();
    Map<String, Installed> plugins = new HashMap<>();
    for (Installed one : installed) {
      Installed same = bundles.putIfAbsent(one.bundle().toString(), one);
      if (same != null) {
        boolean equal = same.sha256().equals(one.sha256());
        findings.add(
            Finding.problem(
                one.bundle()
                    + " is there twice"
                    + (equal ? "" : ", with different content")
                    + ": "
                    + same.file()
                    + " and "
                    + one.file()
                    + "; remove one of them."));
        continue;
      }
      for (PluginFacts plugin : one.bundle().plugins()) {
        Installed other =
            plugins.putIfAbsent(plugin.kind() + " " + plugin.id() + " " + plugin.version(), one);
        if (other != null && !other.bundle().symbolicName().equals(one.bundle().symbolicName())) {
          findings.add(
              Finding.problem(
                  plugin
                      + " is in two bundles, "
                      + other.bundle()
                      + " and "
                      + one.bundle()
                      + ", and an experiment could not tell which it means; remove one of them."));
        }
      }
    }
  }

  private void classes(List<Installed> installed) {
    for (Installed one : installed) {
      guarded(
          () ->
              JarReader.newerThan(one.file(), java)
                  .ifPresent(
                      c ->
                          findings.add(
                              Finding.problem(
                                  one.bundle()
                                      + " cannot be used: its class "
                                      + c.entry().replaceFirst("\\.class$", "").replace('/', '.')
                                      + " is compiled for Java "
                                      + c.java()
                                      + ", and this is Java "
                                      + java
                                      + "; start GenLab with a newer Java, or ask for a build for"
                                      + " this one."))));
    }
  }

  private void unusable(List<Installed> installed) {
    Situation situation =
        new Situation(provisioning.surroundings().platform().get(), installed, List.of());
    Why why = provisioning.why(situation);
    for (Installed one : installed) {
      List<String> reasons = why.unusable(one.bundle());
      if (!reasons.isEmpty()) {
        findings.add(new Finding(true, describe(one.bundle()) + " cannot be used:", reasons));
      }
    }
  }

  private static String describe(BundleResource bundle) {
    return bundle.plugins().isEmpty()
        ? bundle.toString()
        : bundle
            + " ("
            + String.join(", ", bundle.plugins().stream().map(PluginFacts::toString).toList())
            + ")";
  }
}
