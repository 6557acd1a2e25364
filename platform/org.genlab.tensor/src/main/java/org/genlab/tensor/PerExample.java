package org.genlab.tensor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Reduction;
import org.genlab.tensor.backend.Span;

/**
 * The gradients of the losses of n examples, each on its own, in one backward pass (Goodfellow
 * 2015, "Efficient per-example gradient computations").
 *
 * <p>Every tensor between the losses and the variable has to be one of two kinds. It may hold the
 * <i>examples</i>: it consists of n equal pieces along its first axis, and loss i depends on piece
 * i only. Or it is <i>shared</i> by all examples, as weights are. Seeded with ones, a backward pass
 * then has in piece i of a tensor of the first kind the gradient of loss i alone; and where such a
 * tensor was computed from a shared one, the gradient of the shared one is taken piece by piece.
 *
 * <p>Which kind a tensor is follows from the losses downwards: they hold the examples, and {@link
 * Node#share} says of what kind the inputs of a node then are. Where nodes disagree, or one says
 * that it mixes examples, nothing is known, and there is no result.
 */
final class PerExample {
  /** What part an input has in a result that holds the examples. */
  enum Share {
    /** It holds the examples, too: piece i of the result depends on piece i of it alone. */
    EXAMPLES,
    /** All of it may have a part in each piece of the result. */
    SHARED,
    /** Pieces of the result depend on other examples' pieces of it, or nothing is known. */
    MIXED
  }

  /**
   * Where the gradients at a shared tensor stand, one an example.
   *
   * @param span the first example's
   * @param stride the distance to the next one's
   * @param first whether to write, else to add
   */
  record Rows(Span span, int stride, boolean first) {
    Span row(int example) {
      return span.plus(example * stride);
    }
  }

  /** Memory for the gradients at a shared tensor, or at all of which it is a view. */
  private static final class Slot {
    final Span span;
    final int stride;
    boolean written;

    Slot(Span span, int stride) {
      this.span = span;
      this.stride = stride;
    }
  }

  private final Compute compute = Compute.current();
  private final Backend backend = compute.pool().backend();
  private final int examples;
  private final Node target;
  private final Map<Node, Share> shares;
  private final Set<Node> overlapping = new HashSet<>();
  private final Map<Node, Slot> slots = new HashMap<>();
  private final List<Storage> storages = new ArrayList<>();
  private Node node;

  /** What the node computed for all of its inputs, or null. */
  private Storage once;

  private PerExample(int examples, Node target, Map<Node, Share> shares) {
    this.examples = examples;
    this.target = target;
    this.shares = shares;
  }

  /**
   * The gradients of shape [n, variable's shape], or null when it cannot be shown that loss i
   * depends on example i only.
   *
   * @param losses [n], n at least 2
   */
  static Tensor run(Tensor losses, Tensor variable) {
    int n = losses.size();
    Node target = variable.node();
    int[] dimensions = new int[variable.rank() + 1];
    dimensions[0] = n;
    System.arraycopy(variable.shape().dimensions(), 0, dimensions, 1, variable.rank());
    List<Node> order = Backprop.order(losses, List.of(target));
    Map<Node, Share> shares = shares(order, losses.node(), target, n);
    if (shares == null) {
      return null;
    }
    PerExample pass = new PerExample(n, target, shares);
    boolean before = pass.compute.recording;
    pass.compute.recording = false;
    try (Scope scope = Scope.open()) {
      Shape shape = Shape.of(dimensions);
      Tensor result = Tensor.result(shape, pass.compute.allocate(shape), null);
      pass.differentiate(losses, order, result);
      return scope.keep(result);
    } finally {
      pass.compute.recording = before;
      pass.storages.forEach(Storage::release);
    }
  }

  /** What each node's result is, or null when one mixes examples. */
  private static Map<Node, Share> shares(List<Node> order, Node losses, Node target, int n) {
    Set<Node> needed = new HashSet<>(order);
    Map<Node, Share> shares = new HashMap<>();
    shares.put(losses, Share.EXAMPLES);
    for (Node node : order) {
      Share own = shares.get(node);
      if (own == Share.EXAMPLES && (node == target || !holds(node.shape, n))) {
        return null;
      }
      for (int i = 0; i < node.parents() && node != target; i++) {
        Node parent = node.parent(i);
        if (needed.contains(parent)) {
          Share share = own == Share.SHARED ? Share.SHARED : node.share(i, n);
          Share other = shares.putIfAbsent(parent, share);
          if (share == Share.MIXED || (other != null && other != share)) {
            return null;
          }
        }
      }
    }
    return shares;
  }

  private static boolean holds(Shape shape, int examples) {
    return shape.rank() > 0 && shape.dimension(0) % examples == 0;
  }

  private void differentiate(Tensor losses, List<Node> order, Tensor result) {
    int size = target.shape.size();
    Slot whole = new Slot(result.span(), size);
    slots.put(target, whole);
    List<Node> holding = new ArrayList<>();
    List<LayoutOps.Part> parts = new ArrayList<>();
    Map<Node, Integer> uses = new HashMap<>();
    for (Node next : order) {
      if (shares.get(next) == Share.EXAMPLES) {
        holding.add(next);
      }
      if (next instanceof LayoutOps.Part part) {
        if (base(part) == target) {
          parts.add(part);
        }
      } else {
        for (int i = 0; i < next.parents() && next != target; i++) {
          uses.merge(next.parent(i), 1, Integer::sum);
        }
      }
    }
    // Parts are written one by one. Where what is split is also used as a whole, all is added up.
    for (Node next : order) {
      if (next instanceof LayoutOps.Split split) {
        Node base = base(split);
        if (base != target || uses.get(target) > 1 || split.parent(0) != target) {
          overlapping.add(base);
        }
      }
    }
    if (overlapping.contains(target)) {
      backend.fill(0, whole.span, examples * size);
      whole.written = true;
    }
    Backprop.run(losses, holding, this::takeShared);
    for (Node next : order) {
      if (shares.get(next) == Share.SHARED) {
        passOn(next);
      }
    }
    if (!overlapping.contains(target) && !parts.isEmpty()) {
      clearUnwritten(parts, whole);
    } else if (!whole.written) {
      backend.fill(0, whole.span, examples * size);
    }
  }

  /** Zeros at the parts that no example uses. */
  private void clearUnwritten(List<LayoutOps.Part> parts, Slot whole) {
    LayoutOps.Split split = parts.get(0).split;
    boolean[] written = new boolean[split.shapes.size()];
    for (LayoutOps.Part part : parts) {
      Slot slot = slots.get(part);
      written[part.index] = slot != null && slot.written;
    }
    int offset = 0;
    for (int p = 0; p < written.length; p++) {
      int size = split.shapes.get(p).size();
      if (!written[p]) {
        clear(whole.span.plus(offset), whole.stride, size);
      }
      offset += size;
    }
  }

  private void clear(Span span, int stride, int size) {
    if (stride == size) {
      backend.fill(0, span, examples * size);
      return;
    }
    for (int i = 0; i < examples; i++) {
      backend.fill(0, span.plus(i * stride), size);
    }
  }

  /** The tensor whose memory a shared tensor's gradient stands in. */
  private Node base(Node at) {
    Node base = at;
    while (base != target && isView(base)) {
      base = base.parent(0);
    }
    return base;
  }

  private static boolean isView(Node at) {
    return at instanceof LayoutOps.Part
        || at instanceof LayoutOps.Split
        || at instanceof LayoutOps.ReshapeNode;
  }

  private Slot slot(Node at) {
    Slot slot = slots.get(at);
    if (slot == null) {
      if (at instanceof LayoutOps.Part part) {
        Slot whole = slot(part.split);
        slot = new Slot(whole.span.plus(part.offset), whole.stride);
        slot.written = overlapping.contains(base(part));
      } else if (isView(at)) {
        slot = slot(at.parent(0));
      } else {
        int size = at.shape.size();
        Storage storage = compute.allocateUnscoped(Shape.of(examples * size));
        storages.add(storage);
        slot = new Slot(storage.span(), size);
        if (overlapping.contains(at)) {
          backend.fill(0, slot.span, examples * size);
          slot.written = true;
        }
      }
      slots.put(at, slot);
    }
    return slot;
  }

  /** The gradients at the shared inputs of a node that holds the examples. */
  private void takeShared(Node next, Span g) {
    node = next;
    for (int i = 0; i < next.parents(); i++) {
      Node parent = next.parent(i);
      if (parent != null && shares.get(parent) == Share.SHARED) {
        try (Scope ignored = Scope.open()) {
          next.perExample(this, i, g);
        }
      }
    }
    if (once != null) {
      once.release();
      once = null;
    }
  }

  /** What a node needs for several of its inputs, computed for the first of them. */
  Span once(int size, Consumer<Span> kernel) {
    if (once == null) {
      once = compute.allocateUnscoped(Shape.of(size));
      kernel.accept(once.span());
    }
    return once.span();
  }

  /** The gradients of a shared tensor at what it was computed from, itself shared. */
  private void passOn(Node next) {
    if (next == target || isView(next)) {
      return;
    }
    Slot own = slots.get(next);
    if (own == null) {
      return;
    }
    node = next;
    boolean[] wanted = new boolean[next.parents()];
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = next.parent(i) != null && shares.containsKey(next.parent(i));
    }
    each(wanted, i -> tensor(next.shape, own.span.plus(i * own.stride)));
  }

  /** The gradient at the output that belongs to one example. */
  @FunctionalInterface
  private interface Part {
    Tensor of(int example);
  }

  private void each(boolean[] wanted, Part part) {
    Rows[] rows = new Rows[wanted.length];
    for (int i = 0; i < wanted.length; i++) {
      rows[i] = wanted[i] ? rows(i) : null;
    }
    for (int example = 0; example < examples; example++) {
      try (Scope ignored = Scope.open()) {
        Tensor[] gradients = node.gradients(part.of(example), wanted);
        for (int i = 0; i < wanted.length; i++) {
          if (wanted[i]) {
            put(gradients[i].span(), rows[i].row(example), gradients[i].size(), rows[i].first);
          }
        }
      }
    }
  }

  private void put(Span from, Span to, int n, boolean first) {
    if (first) {
      backend.copy(from, to, n);
    } else {
      backend.axpy(1, from, to, n);
    }
  }

  /** Differentiates example by example: right for every node, but as slow as a loop. */
  void eachExample(int input, Span g) {
    int size = node.shape.size();
    int piece = size / examples;
    Storage alone = compute.allocate(node.shape);
    Span span = alone.span();
    backend.fill(0, span, size);
    boolean[] wanted = new boolean[node.parents()];
    wanted[input] = true;
    each(
        wanted,
        i -> {
          if (i > 0) {
            backend.fill(0, span.plus((i - 1) * piece), piece);
          }
          backend.copy(g.plus(i * piece), span.plus(i * piece), piece);
          return tensor(node.shape, span);
        });
    alone.release();
  }

  /** The backend of this pass. */
  Backend backend() {
    return backend;
  }

  /** The number of examples. */
  int examples() {
    return examples;
  }

  /** Memory as a tensor, for nodes that compute with tensors; nothing is recorded. */
  Tensor tensor(Shape shape, Span span) {
    return new Tensor(shape, new Storage(compute.pool(), span.buffer()), span, null);
  }

  /** Where the gradients at a shared input go; all of them have to be written or added. */
  Rows rows(int input) {
    Slot slot = slot(node.parent(input));
    boolean first = !slot.written;
    slot.written = true;
    return new Rows(slot.span, slot.stride, first);
  }

  /** The same, with zeros there: only to be added to. */
  Rows zeroedRows(int input) {
    Rows rows = rows(input);
    if (rows.first) {
      clear(rows.span, rows.stride, node.parent(input).shape.size());
    }
    return new Rows(rows.span, rows.stride, false);
  }

  /** Adds gradients at a shared input that stand one after the other, one an example. */
  void add(int input, Span dense) {
    Rows rows = rows(input);
    int size = node.parent(input).shape.size();
    if (size == 0) {
      return;
    }
    Indexing.Pair index =
        Indexing.Pair.of(
            new int[] {examples, size}, new int[] {size, 1}, new int[] {rows.stride, 1});
    backend.move(index.dimensions(), dense, index.a(), rows.span, index.b(), !rows.first);
  }

  /**
   * Adds the gradients at a shared input that was repeated to a larger shape: of each example's
   * piece the sum over the repetitions.
   *
   * @param full the gradient at the larger shape, whose first axis holds the examples
   */
  void sum(int input, Span full, Shape shape) {
    Shape to = node.parent(input).shape;
    boolean[] repeated = Indexing.repeated(to, shape);
    int[] dimensions = new int[shape.rank() + 1];
    boolean[] axes = new boolean[dimensions.length];
    dimensions[0] = examples;
    dimensions[1] = shape.dimension(0) / examples;
    axes[1] = true;
    for (int d = 1; d < shape.rank(); d++) {
      dimensions[d + 1] = shape.dimension(d);
      axes[d + 1] = repeated[d];
    }
    Storage sums = compute.allocate(Shape.of(examples * to.size()));
    ReductionOps.reduce(compute, Reduction.SUM, full, dimensions, axes, sums.span(), false);
    add(input, sums.span());
    sums.release();
  }

  /** What an input is that was broadcast to a result that holds the examples. */
  static Share broadcast(Shape from, Shape to) {
    return from.rank() == to.rank() && from.dimension(0) == to.dimension(0)
        ? Share.EXAMPLES
        : Share.SHARED;
  }

  /** What an input of an operation along other axes than the first is. */
  static Share rows(Shape shape) {
    return shape.rank() > 1 ? Share.EXAMPLES : Share.MIXED;
  }
}
