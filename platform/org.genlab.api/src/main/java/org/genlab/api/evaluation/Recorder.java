package org.genlab.api.evaluation;

import org.osgi.annotation.versioning.ProviderType;

/** Takes down what metrics and analyses find. */
@ProviderType
public interface Recorder {
  /** A number at this moment; not finite values are allowed and kept. */
  void number(String series, double value);

  /** An array at this moment, such as a spectrum or one score an example. */
  void array(String name, double... values);
}
