package org.genlab.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;

/**
 * Declares a class to be a plugin. Nothing else registers it: when the bundle is built the
 * annotation becomes a {@code genlab.plugin} capability in the manifest, where the container, a
 * resolver or a repository index finds it without loading the class.
 *
 * <p>The class implements exactly one of the seven plugin interfaces and has one constructor marked
 * {@code jakarta.inject.Inject}. The constructor may ask for
 *
 * <ul>
 *   <li>its settings: a record, by convention nested and named {@code Settings}, whose components
 *       carry {@link Default}, {@link Range} and {@link Doc};
 *   <li>plugins it wraps: parameters marked {@link Wrapped};
 *   <li>host services: {@link Randomness}, {@link Slots}, {@link RunInfo}, and for every plugin but
 *       the dataset the {@code Dataset} of the run.
 * </ul>
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Capability(namespace = Plugin.NAMESPACE, attribute = "class=${@class}")
public @interface Plugin {
  /** The capability namespace of plugins. */
  String NAMESPACE = "genlab.plugin";

  /** One of the constants of {@link Kind}. */
  @Attribute("kind")
  String kind();

  /** The id by which experiment files name the plugin: lower case, digits and hyphens. */
  @Attribute("id")
  String id();

  /**
   * The version of this plugin, {@code major.minor.micro}: semantic, independent of its bundle's.
   */
  @Attribute("version:Version")
  String version();

  /** One sentence for people who choose between plugins. */
  @Attribute("summary")
  String summary();

  /** Where the method comes from: paper and equation; empty when it is common knowledge. */
  @Attribute("source")
  String source() default "";
}
