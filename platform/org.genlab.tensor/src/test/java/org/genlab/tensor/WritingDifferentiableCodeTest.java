package org.genlab.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.genlab.tensor.contract.Accuracy;
import org.genlab.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worked example of the page does what it says. */
class WritingDifferentiableCodeTest {
  @TempDir Path work;

  private static String page() throws IOException {
    return Files.readString(Path.of("WRITING-DIFFERENTIABLE-CODE.md"));
  }

  private static String example(int number) throws IOException {
    List<MatchResult> blocks =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(page()).results().toList();
    return blocks.get(number).group(1);
  }

  @Test
  void theExampleCompilesAndItsGradientsAreRight() throws Exception {
    String imports =
        "import java.util.function.Function;\npublic final class Check {\n"
            + "public static Double of(Function<Tensor, Tensor> loss, Tensor at, Tensor v) {"
            + " return difference(loss, at, v); }\n";
    Path directory = Files.createDirectories(work.resolve("org/example"));
    Path source = directory.resolve("Prototypes.java");
    Path check = directory.resolve("Check.java");
    Files.writeString(source, example(0));
    Files.writeString(
        check,
        "package org.example;\nimport org.genlab.tensor.Tensor;\n" + imports + example(1) + "}\n");
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "--release",
                "17",
                "-proc:none",
                "-cp",
                Path.of(Tensor.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                    + File.pathSeparator
                    + System.getProperty("java.class.path"),
                "-d",
                work.toString(),
                source.toString(),
                check.toString());
    assertEquals(0, code, "the example does not compile");
    URL[] urls = {work.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls, Tensor.class.getClassLoader())) {
      Class<?> example = loader.loadClass("org.example.Prototypes");
      Method logits = example.getMethod("logits", Tensor.class, Tensor.class, Tensor.class);
      Method focal = example.getMethod("focal", Tensor.class, IntTensor.class, double.class);
      Method step =
          example.getMethod("step", Tensor.class, IntTensor.class, Tensor.class, double.class);
      Method difference =
          loader
              .loadClass("org.example.Check")
              .getMethod("of", Function.class, Tensor.class, Tensor.class);
      Tensor features = Tensor.normal(RandomStream.of(1, "features"), 0.7, 12, 3);
      Tensor prototypes = Tensor.normal(RandomStream.of(1, "prototypes"), 0.7, 4, 3);
      int[] classes = {0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3};
      IntTensor labels = IntTensor.of(classes, 12);
      Function<Tensor, Tensor> perExample =
          w -> {
            try {
              Object scores = logits.invoke(null, features, w, Tensor.scalar(-0.3));
              return (Tensor) focal.invoke(null, scores, labels, 2.0);
            } catch (ReflectiveOperationException e) {
              throw new IllegalStateException(e);
            }
          };
      Function<Tensor, Tensor> loss = w -> perExample.apply(w).sum();
      Tensor x = prototypes.variable();
      Tensor gradient = Gradients.of(loss.apply(x), x);
      for (int i = 0; i < 5; i++) {
        Tensor direction = Tensor.normal(RandomStream.of(2, "direction", i), 1, 4, 3);
        double expected = (Double) difference.invoke(null, loss, prototypes, direction);
        assertEquals(expected, gradient.dot(direction).item(), 2e-3 * Math.abs(expected) + 2e-3);
      }
      // As the page says of layers of this kind, each example has its gradient in one pass.
      Tensor each = Gradients.perExample(perExample.apply(x), x).orElseThrow();
      assertEquals(0, each.sum(false, 0).minus(gradient).abs().sum().item(), 1e-4);
      Tensor before = loss.apply(prototypes);
      Tensor moved = (Tensor) step.invoke(null, features, labels, prototypes, 0.5);
      assertTrue(loss.apply(moved).item() < before.item(), "a step descends");
    }
  }

  /** The page states the bounds that the contracts hold backends to. */
  @Test
  void theBoundsAreThoseOfTheTests() throws IOException {
    String text = page();
    for (String row : Accuracy.rows()) {
      assertTrue(text.contains("\n" + row + "\n"), "missing: " + row);
    }
    assertTrue(text.contains("within " + Accuracy.text(Accuracy.OF_TERMS) + " of the sum of"));
  }

  /** Every operation is in the table or the text. */
  @Test
  void theTableIsComplete() throws IOException {
    String text = page();
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
        name -> Pattern.compile("`[^`]*\\b" + name + "\\b[^`]*`").matcher(text).find());
    // no operations: a beginning, factories and accessors
    operations.removeAll(
        Set.of("variable", "of", "values", "rowIndices", "columnIndices", "toString"));
    assertEquals(Set.of(), operations);
  }
}
