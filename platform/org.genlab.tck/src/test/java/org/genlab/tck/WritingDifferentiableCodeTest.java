package org.genlab.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.genlab.api.data.Batch;
import org.genlab.api.data.DataSpec;
import org.genlab.api.data.InputSpec;
import org.genlab.api.data.TargetSpec;
import org.genlab.api.model.Architecture;
import org.genlab.api.model.Forward;
import org.genlab.api.model.Network;
import org.genlab.api.model.Parameters;
import org.genlab.api.training.Regularizer;
import org.genlab.tensor.Attentions;
import org.genlab.tensor.Gradients;
import org.genlab.tensor.Images;
import org.genlab.tensor.IntTensor;
import org.genlab.tensor.LinearAlgebra;
import org.genlab.tensor.Normalization;
import org.genlab.tensor.Recurrent;
import org.genlab.tensor.Segments;
import org.genlab.tensor.Sorted;
import org.genlab.tensor.SparseMatrix;
import org.genlab.tensor.Tensor;
import org.genlab.tensor.random.RandomStream;
import org.genlab.tensor.special.SpecialFunctions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page about differentiable code does what it says: all of its code is compiled and run, its
 * gradients are compared with differences, its plugins pass the suites of their kinds.
 */
class WritingDifferentiableCodeTest {
  private static final String IMPORTS =
      """
      package org.example;
      import java.util.function.Function;
      import org.genlab.api.data.Batch;
      import org.genlab.api.model.Forward;
      import org.genlab.api.model.Network;
      import org.genlab.api.model.Parameters;
      import org.genlab.tensor.Gradients;
      import org.genlab.tensor.IntTensor;
      import org.genlab.tensor.Scope;
      import org.genlab.tensor.Tensor;
      public final class Snippets {
      """;

  /** What stands around code that is not a whole method: its beginning, the method, its end. */
  private static final String[][] STATEMENTS = {
    {"Tensor g = ", "public static Tensor penalised(Tensor loss, Tensor w) {", "return through; }"},
    {
      "Tensor gradient;",
      "public static Tensor kept(Tensor features, IntTensor labels, Tensor weights) {",
      "return gradient; }"
    }
  };

  @TempDir static Path work;

  private static URLClassLoader loader;
  private static Class<?> snippets;

  private static String page() throws IOException {
    return Files.readString(Path.of("../org.genlab.tensor/WRITING-DIFFERENTIABLE-CODE.md"));
  }

  @BeforeAll
  static void compile() throws Exception {
    List<String> blocks =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(page())
            .results()
            .map((MatchResult m) -> m.group(1))
            .toList();
    Path directory = Files.createDirectories(work.resolve("org/example"));
    Pattern type = Pattern.compile("^public (?:final class|record) (\\w+)", Pattern.MULTILINE);
    StringBuilder rest = new StringBuilder(IMPORTS);
    List<String> sources = new ArrayList<>();
    for (String block : blocks) {
      Matcher name = type.matcher(block);
      if (name.find()) {
        Path source = directory.resolve(name.group(1) + ".java");
        Files.writeString(source, block);
        sources.add(source.toString());
      } else if (block.startsWith("static ")) {
        rest.append("public ").append(block);
      } else {
        String[] around =
            Stream.of(STATEMENTS).filter(s -> block.startsWith(s[0])).findFirst().orElseThrow();
        rest.append(around[1]).append(block).append(around[2]);
      }
    }
    Path source = directory.resolve("Snippets.java");
    Files.writeString(source, rest.append("}\n"));
    sources.add(source.toString());
    List<String> options =
        List.of(
            "--release",
            "17",
            "-proc:none",
            "-cp",
            Stream.of(Tensor.class, Architecture.class)
                    .map(c -> c.getProtectionDomain().getCodeSource().getLocation().getPath())
                    .collect(Collectors.joining(File.pathSeparator))
                + File.pathSeparator
                + System.getProperty("java.class.path"),
            "-d",
            work.toString());
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                Stream.concat(options.stream(), sources.stream()).toArray(String[]::new));
    assertEquals(0, code, "the code of the page does not compile");
    URL[] urls = {work.toUri().toURL()};
    loader = new URLClassLoader(urls, WritingDifferentiableCodeTest.class.getClassLoader());
    snippets = loader.loadClass("org.example.Snippets");
  }

  @AfterAll
  static void close() throws IOException {
    loader.close();
  }

  private static Object call(Class<?> type, String name, Object... arguments) {
    Method method =
        Stream.of(type.getMethods())
            .filter(m -> m.getName().equals(name))
            .findFirst()
            .orElseThrow();
    try {
      return method.invoke(null, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new AssertionError(e.getCause());
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private static Tensor normal(String name, int... shape) {
    return Tensor.normal(RandomStream.of(1, name), 0.7, shape);
  }

  /** The gradient of a scalar against the differences of the page, in some directions. */
  private static void assertGradient(Function<Tensor, Tensor> loss, Tensor at, Tensor gradient) {
    for (int i = 0; i < 5; i++) {
      Tensor drawn = Tensor.normal(RandomStream.of(2, "direction", i), 1, at.shape().toArray());
      Tensor direction = drawn.dividedBy(drawn.norm());
      double expected = (Double) call(snippets, "difference", loss, at, direction);
      assertEquals(expected, gradient.dot(direction).item(), 2e-3 * Math.abs(expected) + 2e-3);
    }
  }

  private static void assertGradient(Function<Tensor, Tensor> loss, Tensor at) {
    Tensor x = at.variable();
    assertGradient(loss, at, Gradients.of(loss.apply(x), x));
  }

  private static Class<?> example(String name) throws ClassNotFoundException {
    return loader.loadClass("org.example." + name);
  }

  @Test
  void theNetworkAndItsLossAreDifferentiatedAndTrained() throws Exception {
    Class<?> settings = example("PrototypeNetwork$Settings");
    Object width = settings.getConstructor(int.class).newInstance(5);
    Architecture architecture =
        (Architecture) example("PrototypeNetwork").getConstructor(settings).newInstance(width);
    DataSpec spec = new DataSpec(new InputSpec.Values(List.of(3)), new TargetSpec.Classes(4));
    Network network = architecture.build(spec);
    int[] classes = {0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3};
    Batch batch =
        Batch.of(12)
            .with(Batch.INPUT, normal("inputs", 12, 3))
            .with(Batch.TARGET, IntTensor.of(classes, 12));
    Forward forward = new Plain();
    Class<?> loss = example("FocalLoss");
    Function<Tensor, Tensor> perExample =
        flat -> {
          Parameters at = new Parameters(network.layout(), flat);
          Tensor logits = network.forward(at, batch, forward).logits();
          return (Tensor) call(loss, "focal", logits, batch.labels(), 2.0);
        };
    Tensor start = network.initialize(RandomStream.of(1, "init")).flat();
    assertEquals(3 * 5 + 5 + 4 * 5 + 1, start.size());
    Function<Tensor, Tensor> sum = flat -> perExample.apply(flat).sum();
    assertGradient(sum, start);
    // Where 1 - p is 0, the least exponent still has a second derivative.
    Tensor sure = Tensor.of(new float[] {200, 0}, 1, 2).variable();
    Tensor none = (Tensor) call(loss, "focal", sure, IntTensor.of(new int[1], 1), 2.0);
    assertTrue(Gradients.hessianVector(none.sum(), sure, Tensor.ones(1, 2)).allFinite());
    // As the page says of layers of this kind, each example has its gradient in one pass.
    Tensor x = start.variable();
    Tensor losses = perExample.apply(x);
    assertTrue(Gradients.perExample(losses, x).isPresent());
    Tensor each = (Tensor) call(snippets, "gradients", losses, x);
    assertGradient(sum, start, each.sum(false, 0));
    Parameters at = new Parameters(network.layout(), start);
    Parameters next = (Parameters) call(snippets, "step", network, batch, forward, at, 0.1);
    assertTrue(
        sum.apply(next.flat()).item() < sum.apply(start).item(), "a step of descent descends");
  }

  /** A pass without a host. */
  private static final class Plain implements Forward {
    @Override
    public boolean training() {
      return false;
    }

    @Override
    public Tensor feature(String name, Site site, Tensor value) {
      return value;
    }

    @Override
    public RandomStream random(String name) {
      return RandomStream.of(3, name);
    }

    @Override
    public Optional<Tensor> buffer(String name) {
      return Optional.empty();
    }

    @Override
    public void updateBuffer(String name, Tensor value) {}
  }

  private static Class<?> underTest;

  static class PrototypeNetworkSuite extends ArchitectureSuite {
    PrototypeNetworkSuite() {
      super(underTest.asSubclass(Architecture.class));
    }
  }

  static class FocalLossSuite extends RegularizerSuite {
    FocalLossSuite() {
      super(underTest.asSubclass(Regularizer.class));
    }
  }

  /** All but the manifest, which a build would make. */
  @Test
  void thePluginsPassTheTestKit() throws Exception {
    underTest = example("PrototypeNetwork");
    assertEquals(Set.of("bundleInOrder"), Kit.run(PrototypeNetworkSuite.class).keySet());
    underTest = example("FocalLoss");
    assertEquals(Set.of("bundleInOrder"), Kit.run(FocalLossSuite.class).keySet());
  }

  @Test
  void gradientsOfOnesOwnAreRight() throws Exception {
    Class<?> probit = example("Probit");
    Function<Tensor, Tensor> logCdf = x -> (Tensor) call(probit, "logNormalCdf", x);
    Tensor at = normal("probit", 2, 3);
    assertEquals(
        StrictMath.log(SpecialFunctions.normalCdf(at.get(1, 2))), logCdf.apply(at).get(1, 2), 1e-6);
    assertGradient(x -> logCdf.apply(x).times(x).sum(), at);
    Tensor x = at.variable();
    Tensor loss = logCdf.apply(x).sum();
    String message =
        assertThrows(
                UnsupportedOperationException.class, () -> Gradients.hessianVector(loss, x, at))
            .getMessage();
    assertTrue(message.startsWith("logNormalCdf"), message);
    assertTrue(Gradients.perExample(logCdf.apply(x).sum(false, 1), x).isEmpty());
    Tensor rows = (Tensor) call(snippets, "gradients", logCdf.apply(x).sum(false, 1), x);
    assertGradient(w -> logCdf.apply(w).sum(), at, rows.reshape(2, 2, 3).sum(false, 0));
    // x reversed: f(-x), differentiated as a function of x, twice
    Tensor reversed = x.negate().straightThrough(x);
    assertArrayEquals(at.toArray(), reversed.toArray());
    Tensor first = Gradients.differentiable(reversed.pow(3).sum(), x);
    assertArrayEquals(at.square().times(-3).toArray(), first.toArray(), 1e-5f);
    assertArrayEquals(at.times(6).toArray(), Gradients.of(first.sum(), x).toArray(), 1e-5f);
  }

  @Test
  void penaltiesAreDifferentiatedThrough() {
    Function<Tensor, Tensor> loss = w -> w.pow(3).sum().plus(w.exp().sum());
    Tensor at = normal("penalty", 4);
    Function<Tensor, Tensor> whole =
        w -> {
          Tensor x = w.variable();
          Tensor l = loss.apply(x);
          return l.plus(Gradients.of(l, x).square().sum().times(0.1)).detach();
        };
    Tensor w = at.variable();
    assertGradient(whole, at, (Tensor) call(snippets, "penalised", loss.apply(w), w));
  }

  @Test
  void whatIsKeptOutlivesItsScope() {
    Tensor features = normal("features", 6, 3);
    IntTensor labels = IntTensor.of(new int[] {0, 1, 0, 1, 0, 1}, 6);
    Tensor weights = normal("weights", 3, 2);
    Tensor gradient = (Tensor) call(snippets, "kept", features, labels, weights.variable());
    assertGradient(w -> features.linear(w, null).crossEntropy(labels).mean(), weights, gradient);
  }

  /** The distance of a row to itself has the gradient 0; all others are differentiable. */
  @Test
  void distancesHaveFiniteGradients() {
    Tensor y = normal("rows", 4, 3);
    Function<Tensor, Tensor> distances =
        x -> x.reshape(4, 1, 3).minus(y.reshape(1, 4, 3)).norm(false, -1);
    Tensor offDiagonal = Tensor.ones(4, 4).minus(Tensor.lowerTriangle(4, 4, 0));
    assertGradient(x -> distances.apply(x).times(offDiagonal).sum(), y);
    Tensor x = y.variable();
    Tensor own = Gradients.differentiable(distances.apply(x).diagonal().sum(), x);
    assertArrayEquals(new float[12], own.toArray());
    assertArrayEquals(new float[12], Gradients.of(own.sum(), x).toArray());
  }

  /** The code in the tables of a section. */
  private static Set<String> tableOf(String section) throws IOException {
    String[] parts = page().split("\n## " + section + "\n", -1);
    assertEquals(2, parts.length, section);
    // Cells hold whole spans of code, so that the backticks of a row are in pairs.
    return parts[1]
        .split("\n## ", 2)[0]
        .lines()
        .filter(line -> line.startsWith("|"))
        .flatMap(row -> Pattern.compile("`([^`]*)`").matcher(row).results())
        .map(span -> span.group(1))
        .collect(Collectors.toSet());
  }

  /** Every operation is in a table, apart from those that the text is about. */
  @Test
  void theTableIsComplete() throws IOException {
    Set<String> code = new TreeSet<>(tableOf("Operations"));
    code.addAll(tableOf("Gradients"));
    Set<String> operations =
        Stream.of(Tensor.class.getDeclaredMethods())
            .filter(
                m -> Modifier.isPublic(m.getModifiers()) && !Modifier.isStatic(m.getModifiers()))
            .filter(
                m ->
                    Set.of(Tensor.class, Sorted.class, IntTensor.class).contains(m.getReturnType()))
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    Stream.of(
            Images.class,
            Normalization.class,
            Attentions.class,
            Recurrent.class,
            SparseMatrix.class,
            Segments.class,
            LinearAlgebra.class,
            Gradients.class)
        .flatMap(family -> Stream.of(family.getDeclaredMethods()))
        .filter(m -> Modifier.isPublic(m.getModifiers()) && !m.getReturnType().isPrimitive())
        .map(Method::getName)
        .forEach(operations::add);
    operations.removeIf(
        name -> code.stream().anyMatch(Pattern.compile("\\b" + name + "\\b").asPredicate()));
    Set<String> inTheText = Set.of("copy", "detach", "straightThrough", "normalizedAdjacency");
    String text = page();
    for (String name : inTheText) {
      assertTrue(Pattern.compile("`[\\w.]*\\b" + name + "\\b").matcher(text).find(), name);
    }
    operations.removeAll(inTheText);
    // no operations: a beginning, factories and accessors
    operations.removeAll(
        Set.of("variable", "of", "values", "rowIndices", "columnIndices", "toString"));
    assertEquals(Set.of(), operations);
  }
}
