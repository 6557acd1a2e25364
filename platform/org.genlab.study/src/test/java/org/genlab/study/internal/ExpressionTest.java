package org.genlab.study.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.genlab.study.AnalysisResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTest {
  private final ArmView main =
      new ArmView(
          Runs.of("main", 3)
              .series("train/accuracy", 0.1, 0.99, 0.5, 0.99, 1, 1, 1)
              .series("validation/accuracy", 0.1, 0.2, 0.3, 0.4, 0.9)
              .series("loss", 3, Double.NaN, 1)
              .setting("optimizer.weight-decay", 0.5)
              .setting("optimizer.plugin", "adamw")
              .data());
  private final ArmView other =
      new ArmView(Runs.of("a-b.c", 4).series("validation/accuracy", 0.6).data());

  private double number(String source) {
    return Expression.parse(source)
        .number(
            Map.of("main", main, "a_b_c", other),
            new Functions(
                Map.of("main", new ArmList(List.of(main)), "a-b.c", new ArmList(List.of(other))),
                Map.of(
                    "law",
                    new AnalysisResult(
                        "law", Map.of("slope", 2.5), Map.of("xs", List.of(1.0, 2.0)), ""))));
  }

  private ExpressionException refused(String source) {
    return assertThrows(ExpressionException.class, () -> number(source), source);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 / 2 | 0.5",
        "7 % 4 | 3",
        "2 + 3 * 4 - -1 | 15",
        "-(3) | -3",
        "1e-3 * 1000 | 1",
        "3000000000 * 3000000000 | 9e18",
        "max(1, [2, 5], 3) | 5",
        "min(4, 2.5) | 2.5",
        "abs(-2) | 2",
        "log(exp(2)) | 2",
        "log10(1000) | 3",
        "pow(2, 10) | 1024",
        "mean(1, 2, 6) | 3",
        "median([5, 1, 3, 2]) | 2.5",
        "std(1, 3) | 1.4142135623730951",
        "sum([1, 2], 3) | 6",
        "count([0.1, 0.7, 0.9], '>=', 0.6) | 2",
        "count([1 > 0, 2 > 3, true]) | 2",
        "argmax([1, 9, 3]) | 1",
        "argmin([4, 9, 3]) | 2",
        "percentile([0, 10], 25) | 2.5",
        "ranks([10, 30, 10])[1] | 3",
        "ranks([10, 30, 10])[0] | 1.5",
        "mean([4, 6] - [1, 1]) | 4",
        "sum(2 * [1, 2, 3]) | 12",
        "spearman([1, 2, 3], [10, 20, 15]) | 0.5",
        "pearson([1, 2, 3], [2, 4, 6]) | 1",
        "kendall([1, 2, 3], [3, 2, 1]) | -1",
        "slope([0, 1, 2], [1, 3, 5]) | 2",
        "all(1 < 2, 3 < 4) ? 7 : 8 | 7",
        "any(1 > 2, 3 > 4) ? 7 : 8 | 8",
        "2 > 1 && !(1 > 2) ? 1 : 0 | 1",
        "analysis('law', 'slope') | 2.5",
        "sum(analysis('law', 'xs')) | 3",
        "size([4, 5, 6]) | 3",
        "empty([]) ? 1 : 0 | 1",
      })
  void computesAsOnPaper(String source, double expected) {
    assertEquals(expected, number(source), 1e-12);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "main.final('train/accuracy') | 1",
        "main.initial('train/accuracy') | 0.1",
        "main.best('validation/accuracy') | 0.9",
        "main.min('validation/accuracy') | 0.1",
        "main.first('train/accuracy', '>=', 0.99) | 30",
        "main.first('train/accuracy', '>=', 0.99, 1) | 10",
        "main.first('validation/accuracy', '>=', 0.99) | Infinity",
        "main.first('train/accuracy', '>=', 0.99, 1, 10) | 10",
        "main.first('train/accuracy', '>=', 0.99, 1, 11) | 30",
        "main.first('train/accuracy', '>=', 0.99, 1, Infinity) | Infinity",
        "main.first('train/accuracy', '>=', 0.99, 1, NaN) | Infinity",
        "main.first('validation/accuracy', '>', 0.8) | 40",
        "main.at('validation/accuracy', main.first('train/accuracy', '>=', 0.99)) | 0.4",
        "main.at('validation/accuracy', 25) | 0.3",
        "main.at('validation/accuracy', 1000) | 0.9",
        "main.at('validation/accuracy', Infinity) | 0.9",
        "main.at('validation/accuracy', -1) | NaN",
        "main.mean('validation/accuracy', 20, 30) | 0.35",
        "main.max('validation/accuracy', 0, 20) | 0.3",
        "main.steps() | 60",
        "max(main.steps('loss')) | 20",
        "mean(main.series('validation/accuracy')) | 0.38",
        "main.setting('optimizer.weight-decay') * 2 | 1",
        "main.setting('optimizer.plugin') == 'adamw' | 1",
        "main.has('loss') ? 1 : 2 | 1",
        "main.has('no') ? 1 : 2 | 2",
        "main.seed() | 3",
        "a_b_c.final('validation/accuracy') | 0.6",
        "max(arms('a-*').final('validation/accuracy')) | 0.6",
        "arms('*').count() | 2",
        "main.max('loss') | NaN",
      })
  void knowsWhatARunRecorded(String source, double expected) {
    assertEquals(expected, number(source), 1e-12);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Infinity / 10 | Infinity",
        "Infinity / Infinity | NaN",
        "Infinity - Infinity | NaN",
        "10 / Infinity | 0",
        "1 / 0 | Infinity",
        "-1 / 0 | -Infinity",
        "0 / 0 | NaN",
        "0 * Infinity | NaN",
        "Infinity >= 2 ? 1 : 0 | 1",
        "NaN >= 2 ? 1 : 0 | 0",
        "NaN < 2 ? 1 : 0 | 0",
        "NaN == NaN ? 1 : 0 | 0",
        "Infinity == Infinity ? 1 : 0 | 1",
        "max(1, NaN) | NaN",
        "mean(1, Infinity) | Infinity",
        "median([1, 2, Infinity]) | 2",
        "median([2, Infinity]) | Infinity",
        "spearman([1, 2, 3], [5, 7, Infinity]) | 1",
        "spearman([1, 2, 3], [5, NaN, 3]) | NaN",
        "pearson([1, 1], [1, 2]) | NaN",
        "kendall([1, 2], [Infinity, Infinity]) | NaN",
        "finite(1, Infinity) ? 1 : 0 | 0",
      })
  void calculatesWithInfinityAsIeee754Does(String source, double expected) {
    assertEquals(expected, number(source));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "''.getClass().forName('java.lang.Runtime')",
        "''.getClass()",
        "main.getClass()",
        "main.class",
        "''.class.forName('java.lang.Runtime')",
        "new('java.io.File','/')",
        "new java.io.File('/')",
        "java.lang.Runtime.getRuntime()",
        "java.lang.System.exit(1)",
        "''.bytes",
        "[1,2].getClass()",
        "'abc'.length()",
        "main.run",
        "main['run']",
        "main.data.settings",
        "x = 3",
        "main = 3",
        "var x = 3; x",
        "for (var i : [1]) { i }",
        "while (true) { 1 }",
        "do { 1 } while (true)",
        "(x) -> { x }",
        "function(x) { x }",
        "#pragma jexl.namespace.x java.lang.Runtime\n1",
        "@silent 3",
        "ns:exit(1)",
        "1; 2",
        "'aaaaaaaaaaaaaaaaaaaaaaaaaaaa!' =~ '(a+)+b'",
        "'ab' =^ 'a'",
        "1 .. 1000000000",
        "sum(1 .. 1000000000)",
        "context.functions()",
        "this",
        "`${''.class}`",
        "call('x')",
        "main.toString()",
        "main.call('final')",
        "main.final('train/accuracy').getClass()",
        "{'a': 1}.getClass()",
        "size(main)",
        "empty(main)",
      })
  void reachesNothingButItsFunctions(String source) {
    refused(source);
  }

  @Test
  void namesTheNearestSeriesAndFunction() {
    assertTrue(
        refused("main.final('train/acuracy')")
            .getMessage()
            .contains("arm 'main' has no series 'train/acuracy'; did you mean 'train/accuracy'?"));
    assertTrue(refused("main.finall('train/accuracy')").getMessage().contains("'final'"));
    assertTrue(refused("spearmann([1],[2])").getMessage().contains("'spearman'"));
    assertTrue(refused("analysis('lav', 'slope')").getMessage().contains("'law'"));
    assertTrue(refused("main.setting('optimizer.weight_decay')").getMessage().contains("decay'?"));
  }

  @Test
  void tellsMisuseFromMissingData() {
    assertTrue(refused("main.first('train/accuracy')").isMisuse());
    assertTrue(refused("main.first('train/accuracy', '=>', 1)").isMisuse());
    assertTrue(refused("max(main)").isMisuse());
    assertTrue(refused("main.series('loss')").isMisuse());
    assertTrue(refused("'text'").isMisuse());
    assertTrue(refused("'a' + 1").isMisuse());
    assertEquals(false, refused("main.final('no/series')").isMisuse());
    assertEquals(false, refused("spearman([1, 2], [1, 2, 3])").isMisuse());
    assertEquals(false, refused("main.series('loss')[7]").isMisuse());
  }

  @Test
  void knowsWhichArmsItSpeaksOf() {
    Expression e =
        Expression.parse("main.final('x(y)') / a_b_c.best('arms(1)') + max(arms('f-*').best('z'))");
    assertEquals(Set.of("main", "a_b_c"), e.variables());
    assertEquals(Set.of("f-*"), e.patterns());
    assertEquals(Set.of(), Expression.parse("Infinity + NaN + pi").variables());
    assertThrows(ExpressionException.class, () -> Expression.parse("arms(main).best('z')"));
  }

  @Test
  void refusesEndlessText() {
    assertThrows(
        ExpressionException.class,
        () -> Expression.parse("(".repeat(5000) + "1" + ")".repeat(5000)));
    assertThrows(ExpressionException.class, () -> Expression.parse("1+".repeat(20_000) + "1"));
    assertThrows(ExpressionException.class, () -> Expression.parse("  "));
  }
}
