package org.genlab.study.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoublePredicate;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Pattern;
import org.genlab.study.AnalysisResult;

/** What expressions can call without an arm. */
public final class Functions implements Callee {
  /** Names that are numbers. */
  static final Map<String, Double> CONSTANTS =
      Map.of(
          "Infinity",
          Double.POSITIVE_INFINITY,
          "infinity",
          Double.POSITIVE_INFINITY,
          "NaN",
          Double.NaN,
          "pi",
          Math.PI);

  static final List<String> FUNCTIONS =
      List.of(
          "min",
          "max",
          "abs",
          "log",
          "log2",
          "log10",
          "exp",
          "sqrt",
          "pow",
          "floor",
          "ceil",
          "round",
          "mean",
          "median",
          "std",
          "sum",
          "count",
          "percentile",
          "ranks",
          "argmax",
          "argmin",
          "spearman",
          "pearson",
          "kendall",
          "slope",
          "all",
          "any",
          "finite",
          "sorted",
          "list",
          "arms",
          "analysis");

  private final Map<String, ArmList> arms;
  private final Map<String, AnalysisResult> analyses;

  /**
   * @param arms all arms by name, for {@code arms('pattern')}
   * @param analyses by name
   */
  Functions(Map<String, ArmList> arms, Map<String, AnalysisResult> analyses) {
    this.arms = new LinkedHashMap<>(arms);
    this.analyses = Map.copyOf(analyses);
  }

  @Override
  public Object call(String function, Object[] arguments) {
    return switch (function) {
      case "min" -> min(some(function, arguments));
      case "max" -> max(some(function, arguments));
      case "abs" -> map(function, arguments, Math::abs);
      case "log" -> map(function, arguments, StrictMath::log);
      case "log2" -> map(function, arguments, x -> StrictMath.log(x) / StrictMath.log(2));
      case "log10" -> map(function, arguments, StrictMath::log10);
      case "exp" -> map(function, arguments, StrictMath::exp);
      case "sqrt" -> map(function, arguments, Math::sqrt);
      case "floor" -> map(function, arguments, Math::floor);
      case "ceil" -> map(function, arguments, Math::ceil);
      case "round" -> map(function, arguments, Math::rint);
      case "pow" -> {
        arity(function, arguments, 2);
        yield StrictMath.pow(
            Values.number(function, arguments[0]), Values.number(function, arguments[1]));
      }
      case "mean" -> Statistics.mean(some(function, arguments));
      case "median" -> Statistics.median(some(function, arguments));
      case "std" -> Statistics.standardDeviation(some(function, arguments));
      case "sum" -> Statistics.sum(Values.numbers(function, arguments));
      case "count" -> count(arguments);
      case "percentile" -> {
        arity(function, arguments, 2);
        yield Statistics.percentile(
            some(function, arguments[0]), Values.number(function, arguments[1]));
      }
      case "ranks" -> Values.list(Statistics.ranks(some(function, arguments)));
      case "argmax" -> (double) argmax(some(function, arguments), 1);
      case "argmin" -> (double) argmax(some(function, arguments), -1);
      case "spearman", "pearson", "kendall", "slope" -> pair(function, arguments);
      case "all" ->
          Arrays.stream(some(function, arguments)).allMatch(x -> x != 0 && !Double.isNaN(x));
      case "any" ->
          Arrays.stream(some(function, arguments)).anyMatch(x -> x != 0 && !Double.isNaN(x));
      case "finite" -> Arrays.stream(some(function, arguments)).allMatch(Double::isFinite);
      case "sorted" -> {
        double[] sorted = Values.numbers(function, arguments);
        Arrays.sort(sorted);
        yield Values.list(sorted);
      }
      case "list" -> Values.list(Values.numbers(function, arguments));
      case "arms" -> {
        arity(function, arguments, 1);
        yield arms(Values.text(function, arguments[0]));
      }
      case "analysis" -> {
        arity(function, arguments, 2);
        yield analysis(Values.text(function, arguments[0]), Values.text(function, arguments[1]));
      }
      default ->
          throw ExpressionException.misuse(
              "there is no function '" + function + "'" + Names.hint(function, FUNCTIONS));
    };
  }

  private static void arity(String function, Object[] arguments, int n) {
    if (arguments.length != n) {
      throw ExpressionException.misuse(
          function
              + "(...) takes "
              + n
              + (n == 1 ? " argument" : " arguments")
              + ", not "
              + arguments.length);
    }
  }

  private static double[] some(String function, Object... arguments) {
    double[] numbers = Values.numbers(function, arguments);
    if (numbers.length == 0) {
      throw ExpressionException.missing(function + "(...) of no numbers");
    }
    return numbers;
  }

  private static Object map(String function, Object[] arguments, DoubleUnaryOperator f) {
    arity(function, arguments, 1);
    if (arguments[0] instanceof List<?> list) {
      List<Double> out = new ArrayList<>();
      for (Object element : list) {
        out.add(f.applyAsDouble(Values.number(function, element)));
      }
      return Collections.unmodifiableList(out);
    }
    return f.applyAsDouble(Values.number(function, arguments[0]));
  }

  static double max(double... x) {
    if (x.length == 0) {
      return Double.NaN;
    }
    double max = x[0];
    for (double value : x) {
      max = Math.max(max, value);
    }
    return max;
  }

  static double min(double... x) {
    if (x.length == 0) {
      return Double.NaN;
    }
    double min = x[0];
    for (double value : x) {
      min = Math.min(min, value);
    }
    return min;
  }

  private static int argmax(double[] x, int sign) {
    int best = 0;
    for (int i = 1; i < x.length; i++) {
      if (sign * x[i] > sign * x[best]) {
        best = i;
      }
    }
    return best;
  }

  /** How many conditions hold, or how many numbers of a list meet a condition. */
  private static double count(Object[] arguments) {
    if (arguments.length == 3 && arguments[1] instanceof String comparison) {
      DoublePredicate condition = condition(comparison, Values.number("count", arguments[2]));
      return Arrays.stream(Values.numbers("count", arguments[0])).filter(condition).count();
    }
    return Arrays.stream(Values.numbers("count", arguments))
        .filter(x -> x != 0 && !Double.isNaN(x))
        .count();
  }

  /** A comparison as a condition; NaN meets none. */
  static DoublePredicate condition(String comparison, double bound) {
    return switch (comparison) {
      case ">=" -> x -> x >= bound;
      case ">" -> x -> x > bound;
      case "<=" -> x -> x <= bound;
      case "<" -> x -> x < bound;
      case "==" -> x -> x == bound;
      default ->
          throw ExpressionException.misuse(
              "'" + comparison + "' is no comparison; there are >=, >, <=, <, ==");
    };
  }

  private static double pair(String function, Object[] arguments) {
    arity(function, arguments, 2);
    double[] x = Values.numbers(function, arguments[0]);
    double[] y = Values.numbers(function, arguments[1]);
    if (x.length != y.length || x.length < 2) {
      throw ExpressionException.missing(
          function
              + "(...) takes two lists of the same length of at least 2, not of "
              + x.length
              + " and "
              + y.length);
    }
    return switch (function) {
      case "spearman" -> Statistics.spearman(x, y);
      case "pearson" -> Statistics.pearson(x, y);
      case "kendall" -> Statistics.kendall(x, y);
      default -> Statistics.slope(x, y);
    };
  }

  private ArmList arms(String pattern) {
    List<ArmView> runs = new ArrayList<>();
    for (String name : matching(pattern, arms.keySet())) {
      runs.addAll(arms.get(name).runs());
    }
    return new ArmList(runs);
  }

  /**
   * The names a pattern stands for, in order; {@code *} is any text.
   *
   * @throws ExpressionException when there is none
   */
  static List<String> matching(String pattern, Iterable<String> names) {
    StringBuilder regex = new StringBuilder();
    for (String part : pattern.split("(?<=\\*)|(?=\\*)", -1)) {
      regex.append(part.equals("*") ? ".*" : Pattern.quote(part));
    }
    Pattern compiled = Pattern.compile(regex.toString());
    List<String> found = new ArrayList<>();
    List<String> all = new ArrayList<>();
    for (String name : names) {
      all.add(name);
      if (compiled.matcher(name).matches()) {
        found.add(name);
      }
    }
    if (found.isEmpty()) {
      throw ExpressionException.misuse(
          "no arm is named like '" + pattern + "'" + Names.hint(pattern, all));
    }
    return found;
  }

  private Object analysis(String name, String series) {
    AnalysisResult result = analyses.get(name);
    if (result == null) {
      throw ExpressionException.misuse(
          "there is no analysis '" + name + "'" + Names.hint(name, analyses.keySet()));
    }
    if (!result.reason().isEmpty()) {
      throw ExpressionException.missing("analysis '" + name + "' failed: " + result.reason());
    }
    Double number = result.numbers().get(series);
    if (number != null) {
      return number;
    }
    List<Double> array = result.arrays().get(series);
    if (array != null) {
      return array;
    }
    List<String> known = new ArrayList<>(result.numbers().keySet());
    known.addAll(result.arrays().keySet());
    throw ExpressionException.missing(
        "analysis '" + name + "' recorded no '" + series + "'" + Names.hint(series, known));
  }
}
