package org.genlab.tensor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.BackendProvider;
import org.genlab.tensor.backend.ScalarBackend;

/**
 * The choice of the backend on which the tensors of a thread are computed.
 *
 * <pre>{@code
 * try (Backend backend = Compute.create("jvm", 2);
 *     Compute.Binding binding = Compute.use(backend)) {
 *   ... // tensors of this thread are computed by two threads
 * }
 * }</pre>
 *
 * <p>A thread for which nothing was chosen computes on one thread of the best backend there is.
 */
public final class Compute {
  private static final ThreadLocal<Compute> CURRENT = ThreadLocal.withInitial(Compute::new);

  /** Made when a thread first computes without having chosen; never closed. */
  private static final class Default {
    static final Backend BACKEND =
        available().findFirst().map(provider -> provider.create(1)).orElseGet(ScalarBackend::new);
  }

  private Pool pool;

  /** The innermost open scope, or null. */
  Scope scope;

  /** Whether operations on tracked tensors are recorded. */
  boolean recording = true;

  private Compute() {}

  /** What belongs to the calling thread. */
  static Compute current() {
    return CURRENT.get();
  }

  /**
   * Chooses a backend for the calling thread until the binding is closed. Bindings nest; closing
   * one does not close the backend.
   */
  public static Binding use(Backend backend) {
    return new Binding(current(), backend);
  }

  /** The backend on which the calling thread computes. */
  public static Backend backend() {
    return current().pool().backend();
  }

  /** The providers of the backends that are available on this machine, best first. */
  public static List<BackendProvider> providers() {
    return available().toList();
  }

  /** The providers of all backends that are installed, whether they can be used or not. */
  public static List<BackendProvider> installed() {
    return found().toList();
  }

  /**
   * Makes a backend.
   *
   * @param name of a backend, e.g. {@code jvm} or {@code scalar}
   * @param threads how many threads its kernels may use; never changes results
   * @throws IllegalArgumentException when there is none of that name; the message lists those that
   *     are available
   * @throws IllegalStateException when it cannot be used here; the message says what is missing
   */
  public static Backend create(String name, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("a backend with " + threads + " threads");
    }
    if (name.equals("scalar")) {
      return new ScalarBackend();
    }
    Optional<BackendProvider> provider =
        found().filter(candidate -> candidate.name().equals(name)).findFirst();
    if (provider.isEmpty()) {
      List<String> names = new ArrayList<>(available().map(BackendProvider::name).toList());
      names.add("scalar");
      throw new IllegalArgumentException(
          "no compute backend '" + name + "' is available, only " + names);
    }
    return provider.get().create(threads);
  }

  /** The providers that can be used. */
  private static Stream<BackendProvider> available() {
    return found().filter(BackendProvider::isAvailable);
  }

  /**
   * The providers there are. The class loader is the one of this class: in a container it is the
   * one that sees the compute layer, whatever thread asks.
   */
  private static Stream<BackendProvider> found() {
    return ServiceLoader.load(BackendProvider.class, Compute.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(
            Comparator.comparingInt(BackendProvider::priority)
                .reversed()
                .thenComparing(BackendProvider::name));
  }

  Pool pool() {
    if (pool == null) {
      pool = new Pool(Default.BACKEND);
    }
    return pool;
  }

  /** New memory that the innermost scope recycles. */
  Storage allocate(Shape shape) {
    Storage storage = allocateUnscoped(shape);
    if (scope != null) {
      scope.adopt(storage);
    }
    return storage;
  }

  /**
   * The memory of a tensor that was given up, for the innermost scope; null if it is not to be had.
   */
  Storage takeOver(Tensor old) {
    // The same tensor may stand for two values: the first has its memory then.
    boolean whole = !old.storage().isReleased() && old.span().offset() == 0;
    Storage storage = whole ? old.storage().takenOver(pool(), old.size()) : null;
    if (storage != null && scope != null) {
      scope.adopt(storage);
    }
    return storage;
  }

  /** New memory that no scope recycles. */
  Storage allocateUnscoped(Shape shape) {
    return new Storage(pool(), pool().take(shape.size()));
  }

  /** A choice of a backend, in force until it is closed. */
  public static final class Binding implements AutoCloseable {
    private final Compute owner;
    private final Pool before;
    private final Pool mine;
    private boolean closed;

    private Binding(Compute owner, Backend backend) {
      this.owner = owner;
      this.before = owner.pool;
      this.mine = before != null && before.backend() == backend ? before : new Pool(backend);
      owner.pool = mine;
    }

    /**
     * Returns to the backend that was chosen before. Tensors remain usable.
     *
     * @throws IllegalStateException on another thread, or when a later binding is still open
     */
    @Override
    public void close() {
      if (closed) {
        return;
      }
      if (owner != current() || owner.pool != mine) {
        throw new IllegalStateException(
            "a binding of the backend '"
                + mine.backend().name()
                + "' is closed on another thread or before one that was made later");
      }
      closed = true;
      owner.pool = before;
      if (mine != before) {
        mine.close();
      }
    }
  }
}
