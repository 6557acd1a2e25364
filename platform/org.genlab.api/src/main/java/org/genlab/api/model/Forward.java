package org.genlab.api.model;

import java.util.Optional;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/** One pass through a network: its mode, randomness, named features and buffers. */
@ProviderType
public interface Forward {
  /** Whether this pass is part of training (dropout drops, batch norm uses the batch). */
  boolean training();

  /**
   * Announces a feature. The network goes on with the value returned, which regularizers may have
   * changed; the one returned is what {@link Output#features()} lists under that name.
   *
   * @param name unique in the network, path-like, e.g. {@code "block.0.attention"}
   * @param site what sort of place this is
   * @param value the activations, first dimension the example
   */
  Tensor feature(String name, Site site, Tensor value);

  /**
   * Random numbers of this pass, the same for every evaluation of the same minibatch within a step.
   *
   * @param name what they are for, unique in the network
   */
  RandomStream random(String name);

  /** A value that the network keeps but does not train, such as a running mean. */
  Optional<Tensor> buffer(String name);

  /** Replaces such a value; takes effect after the step, and only in a training pass. */
  void updateBuffer(String name, Tensor value);

  /** Changes named features on their way through a network. */
  @FunctionalInterface
  @ConsumerType
  interface Hook {
    /**
     * Returns what the network goes on with.
     *
     * @param name of the feature
     * @param site what sort of place this is
     * @param value the activations, first dimension the example
     */
    Tensor apply(String name, Site site, Tensor value);
  }

  /** What sort of place a feature stands at; by this, regularizers choose where to act. */
  enum Site {
    /** Embedded inputs. */
    EMBEDDING,
    /** The output of a residual branch, before it is added to the stream. */
    BRANCH,
    /** A hidden layer after its activation. */
    HIDDEN,
    /** The residual stream after a block. */
    STREAM,
    /** The representation that the last linear map reads. */
    REPRESENTATION,
    /** Anything else that is worth a name. */
    OTHER
  }
}
