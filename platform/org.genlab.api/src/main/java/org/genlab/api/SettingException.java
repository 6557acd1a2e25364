package org.genlab.api;

/**
 * Says that a setting, valid by itself, does not fit: a modulus that is not prime, a width not
 * divisible by the number of heads. Thrown by the constructor of a settings record or of a plugin;
 * the host adds file and line of the setting.
 */
public final class SettingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String setting;

  /**
   * @param setting the record component that does not fit, e.g. {@code "trainFraction"}
   * @param message what is wrong and what would be right, as the rest of a sentence
   */
  public SettingException(String setting, String message) {
    super(message);
    this.setting = setting;
  }

  /** The record component that does not fit. */
  public String setting() {
    return setting;
  }
}
