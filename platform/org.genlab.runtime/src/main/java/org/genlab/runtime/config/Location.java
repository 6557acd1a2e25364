package org.genlab.runtime.config;

import org.genlab.store.UserError;

/**
 * Where a piece of configuration was written.
 *
 * @param source a file's name as the user gave it, or a phrase such as {@code command line:
 *     optimizer.rho=0.1}
 * @param line from 1; 0 when lines mean nothing in the source
 * @param column from 1; 0 when columns mean nothing in the source
 */
public record Location(String source, int line, int column) {
  /** The location of something that has no lines. */
  public static Location of(String source) {
    return new Location(source, 0, 0);
  }

  /**
   * The user's mistake at this place.
   *
   * @param sentence what is wrong and what would be right
   */
  public UserError error(String sentence) {
    return new UserError(this + ": " + sentence);
  }

  /** {@code file:line}, or the source alone when it has no lines. */
  @Override
  public String toString() {
    return line == 0 ? source : source + ":" + line;
  }
}
