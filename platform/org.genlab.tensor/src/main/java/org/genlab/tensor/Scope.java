package org.genlab.tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * A part of a computation after which its memory is used again.
 *
 * <pre>{@code
 * Tensor gradient;
 * try (Scope scope = Scope.open()) {
 *   Tensor loss = x.linear(weights, null).crossEntropy(labels).mean();
 *   gradient = scope.keep(Gradients.of(loss, weights));
 * }
 * }</pre>
 *
 * <p>All tensors that the thread makes while a scope is its innermost one end with it, except those
 * that are kept. Views share the memory of what they are views of, and end or are kept with it.
 * Scopes nest, belong to one thread, and are closed innermost first. Using a tensor whose scope was
 * closed throws an {@link IllegalStateException}. What is to outlive all scopes, such as a constant
 * that is made once and held in a field, is taken with {@link Tensor#copy()}.
 */
public final class Scope implements AutoCloseable {
  private final Compute owner;
  private final Scope parent;
  private final List<Storage> storages = new ArrayList<>();
  private int limit = 1024;
  private boolean closed;

  private Scope(Compute owner) {
    this.owner = owner;
    this.parent = owner.scope;
  }

  /** Opens a scope, the innermost of the calling thread from now on. */
  public static Scope open() {
    Compute owner = Compute.current();
    Scope scope = new Scope(owner);
    owner.scope = scope;
    return scope;
  }

  /** The scope around this one, or null. */
  Scope parent() {
    return parent;
  }

  void adopt(Storage storage) {
    storage.scope = this;
    if (storages.size() == limit) {
      // A scope may stay open for a whole run: forget what was released or kept meanwhile.
      storages.removeIf(s -> s.isReleased() || s.scope != this);
      limit = Math.max(limit, 2 * storages.size());
    }
    storages.add(storage);
  }

  /**
   * Hands a tensor to the enclosing scope, or to the garbage collector where there is none. Tensors
   * that would outlive this scope anyway are left as they are. Keeping a tracked tensor does not
   * keep what it was computed from; it can be read, not differentiated.
   *
   * @return the tensor itself
   */
  public Tensor keep(Tensor tensor) {
    Storage storage = tensor.storage();
    if (isInside(storage.scope)) {
      if (parent == null) {
        storage.scope = null;
      } else {
        parent.adopt(storage);
      }
    }
    return tensor;
  }

  /** Whether a scope is this one or one within it. */
  private boolean isInside(Scope scope) {
    for (Scope s = scope; s != null; s = s.parent) {
      if (s == this) {
        return true;
      }
    }
    return false;
  }

  /**
   * Ends all tensors of this scope that were not kept.
   *
   * @throws IllegalStateException on another thread, or when a scope within this one is still open
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    if (owner != Compute.current() || owner.scope != this) {
      throw new IllegalStateException(
          "a scope is closed on another thread or before a scope within it");
    }
    closed = true;
    owner.scope = parent;
    for (Storage storage : storages) {
      if (storage.scope == this) {
        storage.release();
      }
    }
    storages.clear();
    if (parent == null) {
      owner.pool().endRound();
    }
  }
}
