package org.genlab.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

/**
 * Bad input to every operation. The message begins with the operation as it was called, and says
 * the shapes that came in, and the axis or index with the range that would be right.
 */
class OperationErrorsTest {
  private static final Tensor X = Tensor.ones(2, 3).copy();
  private static final Tensor ROW = Tensor.ones(4).copy();
  private static final Tensor SCALAR = Tensor.scalar(1).copy();
  private static final Tensor NONE = Tensor.zeros(2, 0).copy();
  private static final RandomStream RANDOM = RandomStream.of(1, "errors");

  /** Operations that have nothing to refuse: any shape fits. */
  private static final Map<Class<?>, Set<String>> TAKE_ANYTHING =
      Map.of(
          Tensor.class,
          words(
              "abs cos copy detach elu erf exp expm1 floor gelu geluErf leakyRelu log log1p negate",
              "pow reciprocal relu round scalar sharesMemoryWith sigmoid sign silu sin softplus",
              "sqrt square tanh variable"),
          Attentions.class,
          words("plain causal mask"),
          SparseMatrix.class,
          words("values transpose"));

  private final Set<Method> tried = new HashSet<>();

  private static Set<String> words(String... lines) {
    return Set.of(Pattern.compile(" ").split(String.join(" ", lines)));
  }

  private static int[] ints(int... values) {
    return values;
  }

  private static IntTensor indices(int value, int... shape) {
    int[] values = new int[Shape.of(shape).size()];
    Arrays.fill(values, value);
    return IntTensor.of(values, shape);
  }

  private static Object[] args(Object... values) {
    return values;
  }

  /** Calls a method as its user does. */
  private RuntimeException refusal(Object target, String name, Object... arguments) {
    Class<?> type = target instanceof Class<?> c ? c : target.getClass();
    List<Method> methods =
        Stream.of(type.getMethods())
            .filter(m -> m.getDeclaringClass() == type && m.getName().equals(name))
            .filter(m -> fits(m.getParameterTypes(), arguments))
            .toList();
    assertEquals(1, methods.size(), "methods for " + name + Arrays.deepToString(arguments));
    tried.add(methods.get(0));
    try {
      methods.get(0).invoke(target instanceof Class<?> ? null : target, arguments);
    } catch (InvocationTargetException e) {
      return assertInstanceOf(RuntimeException.class, e.getCause());
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
    throw new AssertionError(name + Arrays.deepToString(arguments) + " was not refused");
  }

  private static boolean fits(Class<?>[] types, Object... arguments) {
    boolean fits = types.length == arguments.length;
    for (int i = 0; fits && i < types.length; i++) {
      Object a = arguments[i];
      fits =
          switch (types[i].getName()) {
            case "int" -> a instanceof Integer;
            case "double" -> a instanceof Double;
            case "boolean" -> a instanceof Boolean;
            default -> a == null || types[i].isInstance(a);
          };
    }
    return fits;
  }

  private void check(
      Class<? extends RuntimeException> type,
      Object target,
      String name,
      Object[] arguments,
      String... says) {
    RuntimeException e = refusal(target, name, arguments);
    String message = String.valueOf(e.getMessage());
    Class<?> owner = target instanceof Class<?> c ? c : target.getClass();
    String call = name + Arrays.deepToString(arguments) + ": " + e;
    assertInstanceOf(type, e, call);
    assertTrue(
        message.startsWith(name + ": ")
            || message.startsWith(owner.getSimpleName() + "." + name + ": "),
        call);
    for (String part : says) {
      assertTrue(message.contains(part), call + " does not say " + part);
    }
  }

  /** Something whose shape or setting does not fit. */
  private void wrong(Object target, String name, Object[] arguments, String... says) {
    check(IllegalArgumentException.class, target, name, arguments, says);
  }

  /** An axis beyond either end of [2, 3]. */
  private void axis(String name, Function<Integer, Object[]> arguments) {
    for (int axis : new int[] {2, -3}) {
      wrong(X, name, arguments.apply(axis), "axis " + axis, "[2, 3]", "[-2, 2)");
    }
    wrong(SCALAR, name, arguments.apply(0), "axis 0", "[]");
  }

  /** An index beyond either end of so many. */
  private void index(
      Object target, String name, int n, Function<Integer, Object[]> arguments, String... says) {
    for (int index : new int[] {n, -1}) {
      check(IndexOutOfBoundsException.class, target, name, arguments.apply(index), says);
      check(
          IndexOutOfBoundsException.class,
          target,
          name,
          arguments.apply(index),
          " " + index + " ",
          "[0, " + n);
    }
  }

  @Test
  void everyOperationSaysWhatIsWrong() {
    factories();
    elements();
    reductions();
    products();
    losses();
    layouts();
    selections();
    integers();
    images();
    normalizations();
    sequences();
    graphs();
    matrices();
    derivatives();
    wrong(Elementwise.class, "compute", args(kernel(), new Tensor[] {X, ROW}), "[2, 3]", "[4]");
    wrong(Elementwise.class, "replace", args(kernel(), new Tensor[] {X, ROW}), "[2, 3]", "[4]");
    wrong(Elementwise.class, "compute", args(1, kernel(), new Tensor[0]), "no inputs");
    wrong(Elementwise.class, "compute", args(-1, kernel(), new Tensor[] {X}), "-1 outputs");
    wrong(Elementwise.class, "replace", args(2, kernel(), new Tensor[] {X}), "2", "1");
    assertEquals(Set.of(), forgotten());
  }

  private static Elementwise.Kernel kernel() {
    return (in, out, from, to) -> {};
  }

  private Set<String> forgotten() {
    Set<String> forgotten = new TreeSet<>();
    Stream.of(
            Tensor.class,
            IntTensor.class,
            Images.class,
            Normalization.class,
            Recurrent.class,
            Attentions.class,
            SparseMatrix.class,
            Segments.class,
            LinearAlgebra.class,
            Gradients.class,
            Elementwise.class)
        .flatMap(type -> Stream.of(type.getDeclaredMethods()))
        .filter(m -> Modifier.isPublic(m.getModifiers()) && !m.isSynthetic())
        .filter(m -> !tried.contains(m) && !takesAnything(m))
        .forEach(m -> forgotten.add(m.toString()));
    return forgotten;
  }

  private static boolean takesAnything(Method m) {
    Class<?> type = m.getDeclaringClass();
    boolean accessor = m.getParameterCount() == 0 && !isOperation(m.getReturnType());
    // with a number instead of a tensor, or over all elements
    boolean plain =
        type == Tensor.class
            && (Arrays.equals(m.getParameterTypes(), new Class<?>[] {double.class})
                || (m.getParameterCount() == 0 && Set.of("sum", "norm").contains(m.getName())));
    return accessor
        || plain
        || TAKE_ANYTHING.getOrDefault(type, Set.of()).contains(m.getName())
        || Set.of("equals", "hashCode", "toString").contains(m.getName())
        || m.toString().endsWith("IntTensor.equalTo(int)");
  }

  private static boolean isOperation(Class<?> result) {
    return Set.of(Tensor.class, IntTensor.class, Attentions.class, SparseMatrix.class)
        .contains(result);
  }

  private void factories() {
    wrong(Tensor.class, "of", args(new float[2], ints(3)), "2 values", "[3]");
    wrong(Tensor.class, "of", args(new double[2], ints(3)), "2 values", "[3]");
    wrong(Tensor.class, "zeros", args(ints(2, -1)), "[2, -1]");
    wrong(Tensor.class, "ones", args(ints(2, -1)), "[2, -1]");
    wrong(Tensor.class, "ones", args(ints(1 << 16, 1 << 16)), "[65536, 65536]", "2147483647");
    wrong(Tensor.class, "full", args(1.0, ints(2, -1)), "[2, -1]");
    wrong(Tensor.class, "normal", args(RANDOM, 1.0, ints(-1)), "[-1]");
    wrong(Tensor.class, "uniform", args(RANDOM, 0.0, 1.0, ints(-1)), "[-1]");
    wrong(Tensor.class, "lowerTriangle", args(2, -1, 0), "[2, -1]");
    wrong(Shape.class, "of", args(ints(-1)), "[-1]");
    axis("dimension", a -> args(a));
    wrong(X.shape(), "dimension", args(2), "axis 2", "[2, 3]", "[-2, 2)");
    wrong(X.shape(), "axis", args(-3), "axis -3", "[2, 3]", "[-2, 2)");
    wrong(X, "item", args(), "[2, 3]");
    for (int[] index : new int[][] {{2, 0}, {0, -1}, {0}}) {
      check(
          IndexOutOfBoundsException.class, X, "get", args(index), Arrays.toString(index), "[2, 3]");
    }
  }

  private void elements() {
    for (String name :
        words("plus minus times dividedBy maximum minimum greaterThan greaterOrEqual equalTo")) {
      wrong(X, name, args(ROW), "[2, 3]", "[4]");
    }
    wrong(X, "where", args(ROW, SCALAR), "[2, 3]", "[4]", "[]");
    wrong(X, "where", args(SCALAR, ROW), "[2, 3]", "[4]", "[]");
    wrong(X, "straightThrough", args(ROW), "[2, 3]", "[4]");
    wrong(X, "clamp", args(1.0, 0.0), "1.0", "0.0");
    wrong(X, "dropout", args(1.0, RANDOM), "1.0", "[0, 1)");
    wrong(X, "dropout", args(Double.NaN, RANDOM), "NaN", "[0, 1)");
  }

  private void reductions() {
    for (String name : words("sum mean max min norm logSumExp")) {
      axis(name, a -> args(false, ints(a)));
      axis(name, a -> args(true, ints(a)));
      wrong(X, name, args(false, ints(1, -1)), "axis -1", "[2, 3]", "twice");
    }
    for (boolean unbiased : new boolean[] {false, true}) {
      axis("variance", a -> args(unbiased, false, ints(a)));
      wrong(X, "variance", args(unbiased, true, ints(0, 0)), "axis 0", "[2, 3]", "twice");
    }
    for (String name : words("mean max min logSumExp")) {
      wrong(NONE, name, args(false, ints(1)), "axis 1", "[2, 0]", "no elements");
      wrong(NONE, name, args(true, ints(0, -1)), "axis -1", "[2, 0]", "no elements");
    }
    wrong(NONE, "mean", args(), "[2, 0]", "no elements");
    wrong(NONE, "variance", args(false, false, ints(1)), "[1]", "[2, 0]", "0 elements");
    wrong(Tensor.ones(1, 3), "variance", args(true, true, ints(0)), "[0]", "[1, 3]", "1 element");
    wrong(X, "dot", args(ROW), "[2, 3]", "[4]");
    axis("cumulativeSum", a -> args(a));
    axis("cumulativeSum", a -> args(a, true));
    for (String name : words("argmax argmin")) {
      axis(name, a -> args(a));
      wrong(NONE, name, args(1), "axis 1", "[2, 0]", "no elements");
    }
    wrong(SCALAR, "argmax", args(), "axis -1", "[]");
    wrong(NONE, "argmax", args(), "[2, 0]", "no elements");
  }

  private void products() {
    Tensor square = Tensor.ones(4, 4);
    wrong(X, "matmul", args(square), "[2, 3]", "[4, 4]");
    wrong(X, "matmul", args(ROW), "[2, 3]", "[4]");
    wrong(Tensor.ones(2, 3, 3), "matmul", args(Tensor.ones(5, 3, 3)), "[2, 3, 3]", "[5, 3, 3]");
    wrong(X, "matmul", args(X, true, true), "[2, 3] transposed and [2, 3] transposed");
    wrong(X, "linear", args(square, null), "[2, 3]", "[4, 4]");
    wrong(SCALAR, "linear", args(square, null), "[]", "[4, 4]");
    wrong(ROW, "linear", args(square, Tensor.ones(3)), "[3]", "[4, 4]");
    wrong(X, "outer", args(SCALAR), "[2, 3]", "[]");
    wrong(X, "outer", args(Tensor.ones(4, 3)), "[2, 3]", "[4, 3]");
    wrong(X, "squaredDistances", args(ROW), "[2, 3]", "[4]");
    wrong(X, "squaredDistances", args(square), "[2, 3]", "[4, 4]");
    for (String equation : words("ij,jk ij,jk->ik i,jk->ik i1,jk->ik ij,kl->im ij,kl->ii ...")) {
      wrong(
          Tensor.class,
          "einsum",
          args(equation, new Tensor[] {X, X}),
          "'" + equation + "'",
          "[[2, 3], [2, 3]]");
    }
    wrong(
        Tensor.class, "einsum", args("a,b,c->abc", new Tensor[] {ROW, ROW, ROW}), "[4], [4], [4]");
  }

  private void losses() {
    wrong(SCALAR, "softmax", args(), "[]");
    wrong(SCALAR, "logSoftmax", args(), "[]");
    wrong(X, "layerNorm", args(ROW, ROW, 1e-5), "[2, 3]", "[4]");
    wrong(SCALAR, "layerNorm", args(ROW, ROW, 1e-5), "[]", "[4]");
    Tensor three = Tensor.ones(3);
    wrong(X, "layerNorm", args(three, three, -1.0), "epsilon", "-1.0");
    wrong(X, "layerNorm", args(three, three, Double.NaN), "epsilon", "NaN");
    IntTensor labels = indices(0, 2);
    IntTensor tooMany = indices(0, 3);
    IntTensor tooLarge = indices(3, 2);
    wrong(X, "crossEntropy", args(tooMany), "[2, 3]", "[3]");
    wrong(SCALAR, "crossEntropy", args(tooMany), "[]", "[3]");
    wrong(X, "crossEntropy", args(tooMany, three), "[2, 3]", "[3]");
    wrong(X, "crossEntropy", args(labels, ROW), "[2, 3]", "[4]");
    wrong(X, "crossEntropy", args(tooMany, 0.1), "[2, 3]", "[3]");
    wrong(X, "crossEntropy", args(labels, 1.5), "1.5", "[0, 1]");
    wrong(X, "crossEntropy", args(ROW), "[2, 3]", "[4]");
    wrong(SCALAR, "crossEntropy", args(SCALAR), "[]");
    for (Object[] arguments : List.of(args(tooLarge), args(tooLarge, three), args(tooLarge, 0.1))) {
      check(IndexOutOfBoundsException.class, X, "crossEntropy", arguments, "label 3", "[2, 3]");
    }
    wrong(X, "binaryCrossEntropy", args(ROW), "[2, 3]", "[4]");
    wrong(X, "attention", args(X, X, true), "[2, 3]");
    Tensor q = Tensor.ones(2, 3, 1, 4);
    Tensor k = Tensor.ones(2, 5, 2, 4);
    wrong(q, "attention", args(k, k, true), "[2, 3, 1, 4]", "[2, 5, 2, 4]");
    Tensor flat = Tensor.ones(2, 3, 1, 0);
    wrong(flat, "attention", args(flat, flat, false), "[2, 3, 1, 0]");
  }

  private void layouts() {
    wrong(X, "reshape", args(ints(4, -1)), "[2, 3]", "[4, -1]");
    wrong(X, "reshape", args(ints(-1, -1)), "[2, 3]", "[-1, -1]");
    wrong(X, "reshape", args(ints(-2, -3)), "[2, 3]", "[-2, -3]");
    wrong(X, "reshape", args(Shape.of(5)), "[2, 3]", "[5]");
    wrong(X, "permute", args(ints(0, 0)), "[0, 0]", "[2, 3]");
    wrong(X, "permute", args(ints(0)), "[0]", "[2, 3]");
    wrong(X, "permute", args(ints(0, 2)), "axis 2", "[2, 3]", "[-2, 2)");
    wrong(X, "permute", args(ints(-3, 0)), "axis -3", "[2, 3]", "[-2, 2)");
    wrong(ROW, "transpose", args(), "[4]");
    wrong(X, "broadcastTo", args(Shape.of(3)), "[2, 3]", "[3]");
    axis("slice", a -> args(a, 0, 0));
    for (int[] range : new int[][] {{2, 4}, {-1, 2}, {2, 1}}) {
      wrong(
          X,
          "slice",
          args(1, range[0], range[1]),
          "[" + range[0] + ", " + range[1] + ")",
          "axis 1",
          "[2, 3]");
    }
    wrong(X, "split", args(List.of(Shape.of(6))), "[2, 3]", "[6]");
    wrong(ROW, "split", args(List.of(Shape.of(3))), "[4]", "[3]");
    for (String name : List.of("concat", "stack")) {
      wrong(Tensor.class, name, args(0, List.of()), "no parts");
      wrong(Tensor.class, name, args(0, List.of(X, Tensor.ones(2, 4))), "[2, 3]", "[2, 4]");
      wrong(Tensor.class, name, args(0, List.of(X, ROW)), "[2, 3]", "[4]");
    }
    for (int axis : new int[] {2, -3}) {
      wrong(Tensor.class, "concat", args(axis, List.of(X, X)), "axis " + axis, "[2, 3]", "[-2, 2)");
    }
    for (int axis : new int[] {3, -4}) {
      wrong(Tensor.class, "stack", args(axis, List.of(X, X)), "axis " + axis, "[2, 3]", "[-3, 3)");
    }
    axis("pad", a -> args(a, 1, 1, 0.0));
    wrong(X, "pad", args(0, -1, 0, 0.0), "-1", "axis 0", "[2, 3]");
    wrong(X, "pad", args(0, 0, -1, 0.0), "-1", "axis 0", "[2, 3]");
    axis("flip", a -> args(ints(a)));
    axis("roll", a -> args(a, 1));
    wrong(X, "repeat", args(ints(2)), "[2]", "[2, 3]");
    wrong(X, "repeat", args(ints(2, -1)), "[2, -1]", "[2, 3]");
    wrong(ROW, "diagonal", args(), "[4]");
    wrong(ROW, "trace", args(), "[4]");
  }

  private void selections() {
    index(X, "gather", 2, i -> args(indices(i, 1)), "row", "[2, 3]");
    wrong(SCALAR, "gather", args(indices(0, 1)), "[]");
    index(X, "selectRows", 2, i -> args(ints(i)), "row", "[2, 3]");
    wrong(SCALAR, "selectRows", args(ints(0)), "[]");
    axis("select", a -> args(a, ints(0)));
    index(X, "select", 3, i -> args(1, ints(i)), "axis 1", "[2, 3]");
    axis("takeAlong", a -> args(a, indices(0, 2, 1)));
    wrong(X, "takeAlong", args(1, indices(0, 3, 1)), "[2, 3]", "[3, 1]", "axis 1");
    wrong(X, "takeAlong", args(1, indices(0, 2)), "[2, 3]", "[2]", "axis 1");
    index(X, "takeAlong", 3, i -> args(1, indices(i, 2, 1)), "axis 1", "[2, 3]");
    Tensor column = Tensor.ones(2, 1);
    axis("scatterAddAlong", a -> args(a, indices(0, 2, 1), column));
    wrong(X, "scatterAddAlong", args(1, indices(0, 2), column), "[2, 3]", "[2]", "axis 1");
    wrong(X, "scatterAddAlong", args(1, indices(0, 2, 1), ROW), "[2, 1]", "[4]");
    index(X, "scatterAddAlong", 3, i -> args(1, indices(i, 2, 1), column), "axis 1", "[2, 3]");
    axis("sort", a -> args(a, true));
    axis("argsort", a -> args(a, true));
    axis("topK", a -> args(a, 1));
    wrong(X, "topK", args(1, 4), "4", "axis 1", "[2, 3]", "[0, 3]");
    wrong(X, "topK", args(1, -1), "-1", "axis 1", "[2, 3]", "[0, 3]");
  }

  private void integers() {
    IntTensor t = indices(2, 2, 3);
    wrong(IntTensor.class, "of", args(ints(1, 2), ints(3)), "2 values", "[3]");
    wrong(t, "reshape", args(ints(4)), "6 values", "[4]");
    index(t, "at", 6, i -> args(i), "[2, 3]");
    index(t, "selectRows", 2, i -> args(ints(i)), "row", "[2, 3]");
    wrong(indices(0), "selectRows", args(ints(0)), "[]");
    check(IndexOutOfBoundsException.class, t, "oneHot", args(2), "value 2", "[2, 3]", "below");
    wrong(t, "oneHot", args(-1), "[2, 3, -1]");
    wrong(t, "equalTo", args(indices(0, 4)), "[2, 3]", "[4]");
  }

  private void images() {
    Tensor x = Tensor.ones(2, 5, 6, 4);
    Tensor s = Tensor.ones(2, 5, 4);
    Window w = Window.of(3, 3);
    Tensor taps = Tensor.ones(3, 3, 3, 7);
    wrong(Images.class, "conv2d", args(x, taps, null, w), "[2, 5, 6, 4]", "[3, 3, 3, 7]");
    wrong(Images.class, "conv2d", args(ROW, taps, null, w), "[4]", "[3, 3, 3, 7]");
    wrong(Images.class, "conv2d", args(x, taps, null, Window.of(2)), "[3, 3, 3, 7]", "1 x 2");
    wrong(Images.class, "conv2d", args(x, taps, null), "[2, 5, 6, 4]", "[3, 3, 3, 7]");
    Tensor none = Tensor.ones(0, 3, 4, 7);
    wrong(Images.class, "conv2d", args(x, none, null), "[2, 5, 6, 4]", "[0, 3, 4, 7]");
    Tensor odd = Tensor.ones(3, 3, 2, 7);
    wrong(Images.class, "conv2d", args(x, odd, null), "[2, 5, 6, 4]", "[3, 3, 2, 7]", "2 groups");
    Tensor good = Tensor.ones(3, 3, 4, 7);
    wrong(Images.class, "conv2d", args(x, good, X), "[2, 3]", "[3, 3, 4, 7]");
    Window one = Window.of(3);
    Tensor bad1 = Tensor.ones(3, 3, 7);
    wrong(Images.class, "conv1d", args(s, bad1, null, one), "[2, 5, 4]", "[3, 3, 7]");
    wrong(Images.class, "conv1d", args(X, bad1, null, one), "[2, 3]", "[3, 3, 7]");
    Tensor good1 = Tensor.ones(3, 4, 7);
    wrong(Images.class, "conv1d", args(s, good1, null, Window.of(2)), "[3, 4, 7]", "1 x 2");
    wrong(Images.class, "conv1d", args(s, good1, X, one), "[2, 3]", "[3, 4, 7]");
    Tensor long1 = Tensor.ones(6, 4, 7);
    wrong(Images.class, "conv1d", args(s, long1, null, Window.of(6)), "[2, 5, 4]", "smaller");
    for (String name : List.of("maxPool", "averagePool")) {
      Object[][] more = name.equals("maxPool") ? new Object[][] {{}} : new Object[][] {{true}};
      Object[] rest = more[0];
      wrong(Images.class, name + "2d", join(ROW, w, rest), "[4]", "[batch, height, width");
      wrong(Images.class, name + "2d", join(x, Window.of(6, 6), rest), "[2, 5, 6, 4]", "smaller");
      wrong(Images.class, name + "2d", join(x, w.dilation(2), rest), "dilated");
      wrong(Images.class, name + "2d", join(x, w.padding(3), rest), "padding");
      wrong(Images.class, name + "1d", join(ROW, one, rest), "[4]", "[batch, length");
      wrong(Images.class, name + "1d", join(s, Window.of(6), rest), "[2, 5, 4]", "smaller");
    }
    for (String name : List.of("globalAveragePool", "globalMaxPool")) {
      wrong(Images.class, name, args(ROW), "[4]");
      wrong(Images.class, name, args(Tensor.ones(2, 0, 3)), "[2, 0, 3]");
    }
    wrong(Images.class, "upsampleNearest", args(X, 1, 1), "[2, 3]");
    wrong(Images.class, "upsampleNearest", args(x, 0, 1), "0 and 1");
    wrong(Images.class, "upsampleBilinear", args(X, 1, 1), "[2, 3]");
    wrong(Images.class, "upsampleBilinear", args(x, -1, 1), "[2, 5, 6, 4]", "-1 x 1");
    wrong(Images.class, "upsampleBilinear", args(Tensor.ones(1, 0, 2, 1), 2, 2), "[1, 0, 2, 1]");
  }

  private static Object[] join(Object x, Object window, Object... rest) {
    return Stream.concat(Stream.of(x, window), Stream.of(rest)).toArray();
  }

  private void normalizations() {
    Tensor x = Tensor.ones(4, 2, 6);
    Tensor c = Tensor.ones(6);
    Class<?> n = Normalization.class;
    for (String name : List.of("batch", "batchRelu", "instance")) {
      wrong(n, name, args(x, ROW, c, 1e-5), "[4, 2, 6]", "[4]", "[6]");
      wrong(n, name, args(x, c, ROW, 1e-5), "[4, 2, 6]", "[4]", "[6]");
      wrong(n, name, args(c, c, c, 1e-5), "[6]");
      wrong(n, name, args(x, c, c, -1.0), "epsilon", "-1.0");
      wrong(n, name, args(x, c, c, Double.NaN), "epsilon", "NaN");
      wrong(n, name, args(Tensor.ones(4, 0, 6), c, c, 1e-5), "[4, 0, 6]");
    }
    for (String name : List.of("ghostBatch", "group")) {
      wrong(n, name, args(x, 2, ROW, c, 1e-5), "[4, 2, 6]", "[4]", "[6]");
      wrong(n, name, args(x, 5, c, c, 1e-5), "[4, 2, 6]", "5 groups");
      wrong(n, name, args(x, 0, c, c, 1e-5), "[4, 2, 6]", "0 groups");
      wrong(n, name, args(x, 2, c, c, -1.0), "epsilon", "-1.0");
    }
    wrong(n, "inference", args(x, ROW, c, c, c, 1e-5), "[4, 2, 6]", "[4]", "[6]");
    wrong(n, "inference", args(x, c, c, c, ROW, 1e-5), "[4, 2, 6]", "[4]", "[6]");
    wrong(n, "inference", args(x, c, c, c, c, -1.0), "epsilon", "-1.0");
  }

  private void sequences() {
    Tensor x = Tensor.ones(2, 4, 3);
    Class<?> r = Recurrent.class;
    Tensor w4 = Tensor.ones(3, 8);
    Tensor u4 = Tensor.ones(2, 8);
    Tensor w3 = Tensor.ones(3, 6);
    Tensor u3 = Tensor.ones(2, 6);
    Tensor w1 = Tensor.ones(3, 2);
    Tensor u1 = Tensor.ones(2, 2);
    wrong(r, "lstm", args(X, null, null, w4, u4, null), "[2, 3]", "[3, 8]", "[2, 8]");
    wrong(r, "lstm", args(x, ROW, null, w4, u4, null), "[4]", "[2, 4, 3]", "[2, 8]");
    wrong(r, "lstm", args(x, null, ROW, w4, u4, null, null), "[4]", "[2, 4, 3]", "[2, 8]");
    wrong(r, "lstm", args(x, null, null, w4, u4, ROW, null), "[4]", "[3, 8]", "[2, 8]");
    wrong(r, "gru", args(x, null, w4, u4, null, null), "[2, 4, 3]", "[3, 8]", "[2, 8]");
    wrong(r, "gru", args(x, null, w3, u3, null, ROW, null), "[4]", "[3, 6]", "[2, 6]");
    wrong(r, "tanh", args(x, null, w3, u1, null, null), "[2, 4, 3]", "[3, 6]", "[2, 2]");
    wrong(r, "relu", args(x, null, w1, u3, null, null), "[2, 4, 3]", "[3, 2]", "[2, 6]");
    IntTensor three = indices(1, 3);
    wrong(r, "lstm", args(x, null, null, w4, u4, null, three), "[3]", "[2, 4, 3]");
    wrong(r, "gru", args(x, null, w3, u3, null, null, three), "[3]", "[2, 4, 3]");
    wrong(r, "tanh", args(x, null, w1, u1, null, three), "[3]", "[2, 4, 3]");
    wrong(r, "relu", args(x, null, w1, u1, null, three), "[3]", "[2, 4, 3]");
    for (int length : new int[] {5, -1}) {
      IntTensor l = indices(length, 2);
      String said = "length " + length;
      Class<? extends RuntimeException> out = IndexOutOfBoundsException.class;
      check(out, r, "lstm", args(x, null, null, w4, u4, null, l), said, "[2, 4, 3]", "[0, 4]");
      check(out, r, "gru", args(x, null, w3, u3, null, null, l), said, "[2, 4, 3]", "[0, 4]");
      check(out, r, "tanh", args(x, null, w1, u1, null, l), said, "[2, 4, 3]", "[0, 4]");
      check(out, r, "relu", args(x, null, w1, u1, null, l), said, "[2, 4, 3]", "[0, 4]");
      check(out, Attentions.class, "padding", args(l, 4), said, "[2]", "[0, 4]");
    }
    Tensor q = Tensor.ones(2, 3, 1, 4);
    Attentions plain = Attentions.plain();
    wrong(plain, "apply", args(X, q, q), "[2, 3]", "[2, 3, 1, 4]");
    wrong(plain, "withProbabilities", args(q, q, X), "[2, 3]", "[2, 3, 1, 4]");
    wrong(plain.bias(X.transpose()), "apply", args(q, q, q), "[3, 2]", "[2, 1, 3, 3]");
    wrong(plain.bias(X), "bias", args(ROW), "[2, 3]", "[4]");
    wrong(plain, "scale", args(Double.POSITIVE_INFINITY), "Infinity");
    Class<?> a = Attentions.class;
    wrong(a, "padding", args(indices(0, 2, 2), 4), "[2, 2]");
    wrong(a, "padding", args(indices(0, 2), -1), "[2, 1, 1, -1]");
    wrong(a, "alibiSlopes", args(0), "0 heads");
    wrong(a, "alibi", args(0, 2, 2), "0 heads");
    wrong(a, "alibi", args(1, -1, 2), "[1, -1, 2]");
    wrong(a, "relativeBuckets", args(2, 2, 2, 8, true), "2 buckets", "8");
    wrong(a, "relativeBuckets", args(-1, 2, 8, 8, true), "[-1, 2]");
    wrong(a, "relativeBias", args(ROW, indices(0, 2, 2)), "[4]", "[2, 2]");
    index(a, "relativeBias", 2, i -> args(X, indices(i, 2, 2)), "[2, 3]");
    wrong(a, "rotary", args(Tensor.ones(1, 2, 1, 3)), "[1, 2, 1, 3]");
    wrong(a, "rotary", args(X, 0, 10000.0), "[2, 3]");
    wrong(a, "rotary", args(q, 0, 0.0), "0.0");
  }

  private void graphs() {
    Segments segments = Segments.of(indices(1, 2), 3);
    for (String name : words("sum mean max softmax")) {
      wrong(segments, name, args(ROW), "[4]", "2 rows");
      wrong(segments, name, args(SCALAR), "[]", "2 rows");
    }
    wrong(segments, "spread", args(X), "[2, 3]", "3 segments");
    index(segments, "size", 3, i -> args(i), "segment");
    index(Segments.class, "of", 2, i -> args(indices(i, 4), 2), "segment", "[4]");
    wrong(Segments.class, "of", args(indices(0, 2, 3), 2), "[2, 3]");
    wrong(Segments.class, "of", args(indices(0, 0), -1), "-1 segments");
    Class<?> type = SparseMatrix.class;
    SparseMatrix a = SparseMatrix.of(2, 3, ints(0), ints(1), Tensor.ones(1));
    wrong(a, "times", args(X), "[2, 3]", "[2, 3]");
    wrong(a, "times", args(SCALAR), "[2, 3]", "[]");
    wrong(a, "withValues", args(X), "[2, 3]", "1 entries");
    wrong(a, "productsOfRows", args(X, X), "[2, 3]", "[2, 3]");
    wrong(type, "of", args(2, 3, ints(0), ints(1, 2), ROW), "1 rows", "2 columns", "[4]");
    wrong(type, "of", args(-1, 3, ints(), ints(), Tensor.ones(0)), "-1 rows");
    for (int index : new int[] {3, -1}) {
      Object[] entry = args(2, 3, ints(0), ints(index), Tensor.ones(1));
      String said = "(0, " + index + ")";
      check(IndexOutOfBoundsException.class, type, "of", entry, said, "2 rows", "3 columns");
      Object[] edge = args(3, ints(0), ints(index));
      check(IndexOutOfBoundsException.class, type, "normalizedAdjacency", edge, said, "3 nodes");
    }
    wrong(type, "normalizedAdjacency", args(3, ints(0), ints()), "1 sources", "0 targets");
    wrong(type, "normalizedAdjacency", args(-1, ints(), ints()), "-1 nodes");
    SparseMatrix huge = SparseMatrix.of(1 << 16, 1 << 16, ints(), ints(), Tensor.ones(0));
    wrong(huge, "toDense", args(), "[65536, 65536]");
  }

  private void matrices() {
    Class<?> type = LinearAlgebra.class;
    Tensor nan = Tensor.full(Double.NaN, 2, 2);
    for (String name : words("svd singularValues symmetricEigen qr cholesky logDeterminant")) {
      wrong(type, name, args(ROW), "[4]");
      wrong(type, name, args(NONE), "[2, 0]");
      wrong(type, name, args(nan), "[2, 2]", "not finite");
    }
    wrong(type, "symmetricEigen", args(X), "[2, 3]", "square");
    wrong(type, "solve", args(X, X), "[2, 3]", "square");
    wrong(type, "solve", args(Tensor.ones(3, 3), X), "[3, 3]", "[2, 3]");
    wrong(type, "solve", args(Tensor.zeros(2, 2), X), "[2, 2]", "singular");
  }

  private void derivatives() {
    Class<?> type = Gradients.class;
    Tensor v = X.variable();
    Tensor y = v.square();
    Tensor loss = y.sum();
    Tensor constant = Tensor.ones(5);
    for (String name : words("of strict differentiable")) {
      wrong(type, name, args(y, new Tensor[] {v}), "[2, 3]", "one element");
      wrong(type, name, args(loss, new Tensor[] {v, constant}), "[5]", "not tracked");
    }
    wrong(type, "of", args(y, v), "[2, 3]", "one element");
    wrong(type, "differentiable", args(y, v), "[2, 3]", "one element");
    for (String name : words("vectorJacobian differentiableVectorJacobian")) {
      wrong(type, name, args(y, ROW, new Tensor[] {v}), "[2, 3]", "[4]");
      wrong(type, name, args(y, X, new Tensor[] {constant}), "[5]", "not tracked");
    }
    wrong(type, "hessianVector", args(loss, v, ROW), "[2, 3]", "[4]");
    wrong(type, "hessianVector", args(y, v, X), "[2, 3]", "one element");
    wrong(type, "hessianVector", args(loss, constant, constant), "[5]", "not tracked");
    UnaryOperator<Tensor> square = Tensor::square;
    wrong(type, "hessianVector", args(square, X, X), "[2, 3]", "one element");
    wrong(type, "perExample", args(y, v), "[2, 3]");
    wrong(type, "perExample", args(y.sum(false, 1), constant), "[5]", "not tracked");
    wrong(type, "jacobian", args(y, constant), "[5]", "not tracked");
    wrong(type, "jacobianVector", args(y, v, ROW), "[2, 3]", "[4]");
    wrong(type, "jacobianVector", args(y, constant, constant), "[5]", "not tracked");
    wrong(type, "hessian", args(y, v), "[2, 3]", "one element");
    wrong(type, "hessian", args(loss, constant), "[5]", "not tracked");
    Tensor other = ROW.variable();
    wrong(type, "strict", args(loss, new Tensor[] {v, other}), "[]", "tensor 1", "[4]");
    wrong(type, "requireDependence", args(y, new Tensor[] {v, other}), "[2, 3]", "[4]");
    wrong(type, "requireDependence", args(y, new Tensor[] {constant}), "[5]", "not tracked");
    Tensor large = Tensor.zeros(1 << 16).variable();
    wrong(type, "jacobian", args(large, large), "[65536, 65536]");
    wrong(type, "hessian", args(large.square().sum(), large), "[65536, 65536]");
  }
}
