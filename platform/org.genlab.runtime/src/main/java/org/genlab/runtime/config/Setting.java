package org.genlab.runtime.config;

import java.util.List;
import java.util.Optional;

/**
 * A setting of a plugin, as its documentation lists it.
 *
 * @param name as experiment files write it, e.g. {@code train-fraction}
 * @param type in words, e.g. {@code integer} or {@code one of constant, linear}
 * @param range the values allowed, e.g. {@code from 0 to 1}; empty when all are
 * @param byDefault the value taken when none is given, in YAML; empty when one must be given (or
 *     the setting is optional)
 * @param optional whether it may be left out
 * @param doc what it means
 * @param nested the settings of a setting that is a map of them
 */
public record Setting(
    String name,
    String type,
    String range,
    Optional<String> byDefault,
    boolean optional,
    String doc,
    List<Setting> nested) {
  public Setting {
    nested = List.copyOf(nested);
  }
}
