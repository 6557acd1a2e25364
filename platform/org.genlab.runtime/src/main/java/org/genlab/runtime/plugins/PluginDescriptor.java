package org.genlab.runtime.plugins;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Version;
import org.osgi.framework.wiring.BundleWiring;

/**
 * A plugin that is available, as its declaration describes it. Its class is loaded only when {@link
 * #type()} is called. Holding a descriptor keeps the revision of its bundle alive, so it must not
 * be kept longer than a run.
 */
public final class PluginDescriptor {
  private static final Pattern CLASS_VERSION = Pattern.compile("class file version (\\d+)");

  private final String kind;
  private final String id;
  private final Version version;
  private final String summary;
  private final String source;
  private final String className;
  private final String bundle;
  private final String bundleVersion;
  private final Callable<Class<?>> loader;
  private final Supplier<String> sha256;
  private final BundleWiring wiring;
  private final Function<String, Optional<String>> signers;

  /**
   * A plugin that does not come from a bundle.
   *
   * @param kind one of the constants of {@link org.genlab.api.Kind}
   * @param source where the method comes from; may be empty
   * @param bundle symbolic name of the bundle
   * @param loader loads the class
   * @param sha256 of the bundle's jar, hexadecimal; empty when it does not come from a jar
   */
  public PluginDescriptor(
      String kind,
      String id,
      Version version,
      String summary,
      String source,
      String className,
      String bundle,
      String bundleVersion,
      Callable<Class<?>> loader,
      Supplier<String> sha256) {
    this(
        kind,
        id,
        version,
        summary,
        source,
        className,
        bundle,
        bundleVersion,
        loader,
        sha256,
        null,
        digest -> Optional.empty());
  }

  /**
   * A plugin of a bundle.
   *
   * @param wiring of the bundle's revision that declares the plugin
   * @param signers who signed the jar of a digest, see {@link Provenance}
   * @see #PluginDescriptor(String, String, Version, String, String, String, String, String,
   *     Callable, Supplier)
   */
  public PluginDescriptor(
      String kind,
      String id,
      Version version,
      String summary,
      String source,
      String className,
      String bundle,
      String bundleVersion,
      Callable<Class<?>> loader,
      Supplier<String> sha256,
      BundleWiring wiring,
      Function<String, Optional<String>> signers) {
    this.kind = Objects.requireNonNull(kind);
    this.id = Objects.requireNonNull(id);
    this.version = Objects.requireNonNull(version);
    this.summary = summary;
    this.source = source;
    this.className = className;
    this.bundle = bundle;
    this.bundleVersion = bundleVersion;
    this.loader = loader;
    this.sha256 = sha256;
    this.wiring = wiring;
    this.signers = signers;
  }

  public String kind() {
    return kind;
  }

  public String id() {
    return id;
  }

  public Version version() {
    return version;
  }

  public String summary() {
    return summary;
  }

  public String source() {
    return source;
  }

  public String className() {
    return className;
  }

  public String bundle() {
    return bundle;
  }

  public String bundleVersion() {
    return bundleVersion;
  }

  /** SHA-256 of the bundle's jar, hexadecimal; empty when it does not come from a jar. */
  public String sha256() {
    return sha256.get();
  }

  /** The wiring that the plugin's class comes from; empty when it is no bundle's. */
  public Optional<BundleWiring> wiring() {
    return Optional.ofNullable(wiring);
  }

  /** Who signed the bundle's jar; empty when unknown. */
  public String signer() {
    String digest = sha256();
    return digest.isEmpty() ? "" : signers.apply(digest).orElse("");
  }

  /**
   * Loads the plugin's class.
   *
   * @throws PluginException when that fails
   */
  public Class<?> type() {
    try {
      return loader.call();
    } catch (UnsupportedClassVersionError e) {
      throw new PluginException(this + " cannot be loaded: " + tooNew(e), e);
    } catch (Exception | LinkageError e) {
      throw new PluginException(this + " cannot be loaded: " + e, e);
    }
  }

  /** Class files of Java n have the version 44 + n. */
  private static String tooNew(UnsupportedClassVersionError error) {
    Matcher version = CLASS_VERSION.matcher(String.valueOf(error.getMessage()));
    return version.find()
        ? "it was compiled for Java "
            + (Integer.parseInt(version.group(1)) - 44)
            + ", and this is Java "
            + Runtime.version().feature()
            + "; use a newer Java, or a version of the plugin for this one"
        : error.toString();
  }

  /** The revision of this plugin at a place in an experiment. */
  public Revision at(String path) {
    return new Revision(
        path, kind, id, version.toString(), bundle, bundleVersion, sha256(), signer());
  }

  /** Whether this is what a recorded revision was, wherever that stood. */
  public boolean is(Revision revision) {
    return kind.equals(revision.kind())
        && id.equals(revision.id())
        && version.toString().equals(revision.version())
        && bundle.equals(revision.bundle())
        && bundleVersion.equals(revision.bundleVersion())
        && sha256().equals(revision.sha256());
  }

  /** {@code optimizer 'sam' 1.2.0 of bundle org.genlab.optimizers.sharpness 1.3.0}. */
  @Override
  public String toString() {
    return kind + " '" + id + "' " + version + " of bundle " + bundle + " " + bundleVersion;
  }
}
