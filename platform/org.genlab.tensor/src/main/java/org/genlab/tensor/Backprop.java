package org.genlab.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Binary;
import org.genlab.tensor.backend.Reduction;
import org.genlab.tensor.backend.Span;
import org.genlab.tensor.backend.Unary;

/**
 * One backward pass that is not itself recorded. Gradients are accumulated in place; the memory of
 * a gradient is used again as soon as the node it stands at has passed it on.
 */
final class Backprop {
  /** Memory that gradients share, with the number of those that use it. */
  private static final class Memory {
    final Storage storage;
    int users;

    Memory(Storage storage, int users) {
      this.storage = storage;
      this.users = users;
    }
  }

  /** The gradient at a node so far. */
  private static final class Slot {
    Memory memory;
    Span span;

    /** Whether this is a part of the gradient at a split, which outlives the part. */
    final boolean part;

    /** At a split, which parts of the gradient hold numbers; else null. */
    boolean[] written;

    Slot(Memory memory, Span span, boolean part) {
      this.memory = memory;
      this.span = span;
      this.part = part;
    }
  }

  /** More users than there will ever be: memory that is somebody else's. */
  private static final int FOREIGN = 1 << 30;

  /** How many nodes a small graph has. */
  private static final int EXPECTED = 64;

  private static final Comparator<Node> LATEST_LAST = Comparator.comparingLong(n -> n.id);

  private final Compute compute = Compute.current();
  private final Backend backend = compute.pool().backend();
  private final NodeMap<Slot> slots;
  private final NodeMap<Node> needed;
  private final NodeMap<Node> targets;
  private final List<Storage> temporaries = new ArrayList<>();
  private BiConsumer<Node, Span> visitor;
  private Node node;
  private Slot own;

  private Backprop(List<Node> order, List<Node> targets) {
    this.needed = set(order);
    this.targets = set(targets);
    this.slots = new NodeMap<>(order.size());
  }

  private static NodeMap<Node> set(List<Node> nodes) {
    NodeMap<Node> set = new NodeMap<>(nodes.size());
    for (Node node : nodes) {
      set.put(node, node);
    }
    return set;
  }

  /**
   * The gradients at targets, null at those that the output does not depend on.
   *
   * @param seed the gradient at the output; null for ones
   */
  static Tensor[] run(Tensor output, Tensor seed, Tensor... targets) {
    List<Node> targetNodes = new ArrayList<>(targets.length);
    for (Tensor target : targets) {
      targetNodes.add(target.node());
    }
    List<Node> order = order(output, targetNodes);
    Backprop pass = new Backprop(order, targetNodes);
    if (!order.isEmpty()) {
      pass.seed(output, seed);
      for (Node next : order) {
        pass.visit(next);
      }
    }
    Tensor[] gradients = new Tensor[targets.length];
    for (int i = 0; i < targets.length; i++) {
      Slot slot = pass.slots.get(targets[i].node());
      if (slot != null) {
        gradients[i] = new Tensor(targets[i].shape(), slot.memory.storage, slot.span, null);
      }
    }
    return gradients;
  }

  /**
   * A backward pass, seeded with ones, among some nodes only.
   *
   * @param order the nodes, latest first
   * @param visitor is given the gradient at each node before it is passed on
   */
  static void run(Tensor output, List<Node> order, BiConsumer<Node, Span> visitor) {
    Backprop pass = new Backprop(order, List.of());
    pass.visitor = visitor;
    pass.seed(output, null);
    for (Node next : order) {
      pass.visit(next);
    }
  }

  /** The nodes between the targets and the output, both included, latest first. */
  static List<Node> order(Tensor output, List<Node> targets) {
    if (!output.isTracked()) {
      return List.of();
    }
    NodeMap<Node> needed = set(targets);
    long first = Long.MAX_VALUE;
    for (Node target : targets) {
      first = Math.min(first, target.id);
    }
    NodeMap<Node> seen = new NodeMap<>(EXPECTED);
    List<Node> found = new ArrayList<>(EXPECTED);
    seen.put(output.node(), output.node());
    found.add(output.node());
    for (int next = 0; next < found.size(); next++) {
      Node node = found.get(next);
      for (int i = 0; i < node.parents(); i++) {
        Node parent = node.parent(i);
        if (parent != null && parent.id >= first && seen.put(parent, parent) == null) {
          found.add(parent);
        }
      }
    }
    found.sort(LATEST_LAST);
    List<Node> order = new ArrayList<>(found.size());
    for (Node candidate : found) {
      boolean leads = needed.has(candidate);
      for (int i = 0; i < candidate.parents() && !leads; i++) {
        leads = needed.has(candidate.parent(i));
      }
      if (leads) {
        needed.put(candidate, candidate);
        order.add(candidate);
      }
    }
    Collections.reverse(order);
    return order;
  }

  private void seed(Tensor output, Tensor seed) {
    Slot slot;
    if (seed == null) {
      Storage storage = compute.allocate(output.shape());
      Span span = storage.span();
      backend.fill(1, span, output.size());
      slot = new Slot(new Memory(storage, 1), span, false);
    } else {
      slot = new Slot(new Memory(seed.storage(), FOREIGN), seed.span(), false);
    }
    Node top = output.node();
    if (top instanceof LayoutOps.Part part && isInPlace(part)) {
      backend.copy(slot.span, slot(top, false).span, output.size());
      release(slot);
    } else {
      slots.put(top, slot);
    }
  }

  private void visit(Node next) {
    node = next;
    own = slots.get(next);
    if (own == null) {
      return;
    }
    if (next instanceof LayoutOps.Split split) {
      complete(split);
    }
    if (visitor != null) {
      visitor.accept(next, own.span);
    }
    boolean leads = false;
    for (int i = 0; i < next.parents(); i++) {
      leads |= wants(i);
    }
    if (leads) {
      next.backward(this, own.span);
    }
    for (Storage temporary : temporaries) {
      temporary.release();
    }
    temporaries.clear();
    if (!targets.has(next)) {
      slots.put(next, null);
      release(own);
    }
  }

  /** Writes zeros where no gradient reached a part of a tensor that was split. */
  private void complete(LayoutOps.Split split) {
    int offset = 0;
    for (int i = 0; i < own.written.length; i++) {
      int size = split.shapes.get(i).size();
      if (!own.written[i]) {
        backend.fill(0, own.span.plus(offset), size);
      }
      offset += size;
    }
  }

  private static void release(Slot slot) {
    if (!slot.part && --slot.memory.users == 0) {
      slot.memory.storage.release();
    }
  }

  /** The backend of this pass. */
  Backend backend() {
    return backend;
  }

  /**
   * Whether the gradient at an input is wanted only to be passed on to the first input of its node,
   * so that it may be given to that one directly: {@link #beyond}.
   */
  boolean isPassedOn(int input) {
    Node parent = node.parent(input);
    return wants(input) && visitor == null && !targets.has(parent) && needed.has(parent.parent(0));
  }

  /** Adds the gradient at the first input of the node of an input. */
  void beyond(int input, Contribution contribution) {
    Node at = node.parent(input).parent(0);
    boolean first = isFirst(at);
    contribution.add(slot(at, false).span, !first);
  }

  /** Writes or adds a gradient. */
  @FunctionalInterface
  interface Contribution {
    void add(Span target, boolean accumulate);
  }

  /** Whether the gradient at an input is wanted. */
  boolean wants(int input) {
    return needed.has(node.parent(input));
  }

  /** Whether no gradient has reached that input yet. */
  boolean isFirst(int input) {
    return isFirst(node.parent(input));
  }

  private boolean isFirst(Node parent) {
    return !slots.has(parent);
  }

  /** Whether a part's gradient stands within the gradient of what was split. */
  private boolean isInPlace(LayoutOps.Part part) {
    return needed.has(part.parent(0)) && !targets.has(part);
  }

  /**
   * Where to write the gradient at an input when {@link #isFirst}, else where to add it. After this
   * call the input is no longer the first's.
   */
  Span target(int input) {
    return slot(node.parent(input), false).span;
  }

  /** Where to add the gradient at an input, zeros at first. */
  Span zeroedTarget(int input) {
    return slot(node.parent(input), true).span;
  }

  private Slot slot(Node at, boolean zeroed) {
    Slot slot = slots.get(at);
    if (slot == null) {
      if (at instanceof LayoutOps.Part part && isInPlace(part)) {
        slot = new Slot(null, place(part), true);
        if (zeroed) {
          backend.fill(0, slot.span, at.shape.size());
        }
      } else {
        Storage storage = compute.allocate(at.shape);
        slot = new Slot(new Memory(storage, 1), storage.span(), false);
        if (zeroed) {
          backend.fill(0, slot.span, at.shape.size());
        }
      }
      slots.put(at, slot);
    } else if (!slot.part && slot.memory.users > 1) {
      Storage storage = compute.allocate(at.shape);
      Span span = storage.span();
      backend.copy(slot.span, span, at.shape.size());
      slot.memory.users--;
      slot.memory = new Memory(storage, 1);
      slot.span = span;
    }
    return slot;
  }

  /** Where the gradient of a part stands in that of the whole; what is there is undefined. */
  private Span place(LayoutOps.Part part) {
    Slot whole = slots.get(part.split);
    if (whole == null) {
      Storage storage = compute.allocate(part.split.shape);
      whole = new Slot(new Memory(storage, 1), storage.span(), false);
      whole.written = new boolean[part.split.shapes.size()];
      slots.put(part.split, whole);
    }
    whole.written[part.index] = true;
    return whole.span.plus(part.offset);
  }

  /** Copies the gradient of a part to that of the whole, unless it stands there already. */
  void passPart(LayoutOps.Part part, Span g) {
    if (!own.part) {
      backend.copy(g, place(part), part.shape.size());
    }
  }

  /** Memory until this node is done. */
  Span temporary(int size) {
    Storage storage = compute.allocate(Shape.of(size));
    temporaries.add(storage);
    return storage.span();
  }

  /** The gradient at an input is a multiple of the one at the output, element by element. */
  void pass(int input, float factor) {
    Node parent = node.parent(input);
    int size = parent.shape.size();
    if (isFirst(input) && factor == 1 && !own.part) {
      own.memory.users++;
      slots.put(parent, new Slot(own.memory, own.span, false));
    } else if (isFirst(input)) {
      Span g = own.span;
      writeOver(input, y -> backend.unary(Unary.MULTIPLY, factor, 0, g, y, size));
    } else {
      backend.axpy(factor, own.span, target(input), size);
    }
  }

  /** Adds what a kernel writes that cannot add. */
  void write(int input, Consumer<Span> kernel) {
    if (isFirst(input)) {
      kernel.accept(target(input));
    } else {
      int size = node.parent(input).shape.size();
      Span temporary = temporary(size);
      kernel.accept(temporary);
      backend.axpy(1, temporary, target(input), size);
    }
  }

  /**
   * The same for a pointwise kernel on the gradient at the output, which may be overwritten: so
   * only for the last input that needs it.
   */
  void writeOver(int input, Consumer<Span> kernel) {
    if (isFirst(input) && !own.part && own.memory.users == 1 && !targets.has(node)) {
      kernel.accept(own.span);
      own.memory.users++;
      slots.put(node.parent(input), new Slot(own.memory, own.span, false));
    } else {
      write(input, kernel);
    }
  }

  /**
   * Adds a gradient of the output's shape, summed over the axes along which the input was repeated.
   */
  void reduce(int input, Span full, float factor) {
    Shape to = node.parent(input).shape;
    boolean[] axes = Indexing.repeated(to, node.shape);
    if (factor == 1) {
      boolean first = isFirst(input);
      ReductionOps.reduce(
          compute, Reduction.SUM, full, node.shape.dimensions(), axes, target(input), !first);
    } else {
      Span sum = temporary(to.size());
      ReductionOps.reduce(compute, Reduction.SUM, full, node.shape.dimensions(), axes, sum, false);
      write(input, y -> backend.unary(Unary.MULTIPLY, factor, 0, sum, y, to.size()));
    }
  }

  /** y = f(a, b), both broadcast to the output's shape. */
  void combine(Binary function, Span a, Shape aShape, Span b, Shape bShape, Span y) {
    PointwiseOps.combine(backend, function, a, aShape, b, bShape, y, node.shape);
  }

  /** Adds what {@link Node#gradients} gives, without recording it. */
  void fallback() {
    boolean[] wanted = new boolean[node.parents()];
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = wants(i);
    }
    boolean before = compute.recording;
    compute.recording = false;
    try (Scope scope = Scope.open()) {
      Tensor g = new Tensor(node.shape, own.memory.storage, own.span, null);
      Tensor[] gradients = node.gradients(g, wanted);
      for (int i = 0; i < wanted.length; i++) {
        if (wanted[i]) {
          add(i, gradients[i], scope);
        }
      }
    } finally {
      compute.recording = before;
    }
  }

  private void add(int input, Tensor gradient, Scope scope) {
    Node parent = node.parent(input);
    Storage storage = gradient.storage();
    if (isFirst(input) && storage.scope == scope) {
      scope.keep(gradient);
      slots.put(parent, new Slot(new Memory(storage, 1), gradient.span(), false));
      return;
    }
    // Memory of the slot must not end with the scope of this fallback.
    compute.scope = scope.parent();
    try {
      Span g = gradient.span();
      if (isFirst(input)) {
        backend.copy(g, target(input), gradient.size());
      } else {
        backend.axpy(1, g, target(input), gradient.size());
      }
    } finally {
      compute.scope = scope;
    }
  }
}
