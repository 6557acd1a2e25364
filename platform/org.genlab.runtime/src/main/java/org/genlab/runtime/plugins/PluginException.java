package org.genlab.runtime.plugins;

/**
 * Says that a plugin is broken: its class cannot be loaded, it asks for what the host does not
 * give, its constructor fails. The message is one sentence that names the plugin, its version and
 * its bundle. Not a mistake of whoever wrote the experiment.
 */
public final class PluginException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public PluginException(String sentence) {
    super(sentence);
  }

  public PluginException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
