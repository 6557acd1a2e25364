package org.genlab.api;

import jakarta.inject.Qualifier;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a constructor parameter of a plugin that takes another plugin: SAM takes the optimizer it
 * wraps, a label-noise dataset the dataset it corrupts. The parameter's type says the kind. In an
 * experiment file the wrapped plugin stands among the settings of the wrapping one, under the name
 * given here.
 */
@Documented
@Qualifier
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface Wrapped {
  /** The key in the experiment file. */
  String value();

  /** The plugin taken when the experiment names none, e.g. {@code "sgd"}; empty when required. */
  String byDefault() default "";
}
