package org.genlab.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value a setting takes when an experiment does not give it, written as it would be in YAML. A
 * setting without a default must be given.
 */
@Documented
@Target({ElementType.RECORD_COMPONENT, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
public @interface Default {
  /** The default, in YAML: {@code "0.05"}, {@code "[0.9, 0.98]"}, {@code "{warmup: 10}"}. */
  String value();
}
