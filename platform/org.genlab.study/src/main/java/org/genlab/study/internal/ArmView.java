package org.genlab.study.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.DoublePredicate;
import org.genlab.api.evaluation.Series;

/** An arm in an expression: one run of it. */
final class ArmView implements Callee {
  /** How many evaluations in a row make a crossing a lasting one, unless the expression says. */
  static final int HOLD = 3;

  /** The functions of an arm. */
  static final List<String> FUNCTIONS =
      List.of(
          "first", "final", "initial", "best", "max", "min", "mean", "at", "series", "steps",
          "setting", "has", "seed");

  private final RunData run;

  ArmView(RunData run) {
    this.run = run;
  }

  @Override
  public Object call(String function, Object[] arguments) {
    int n = arguments.length;
    return switch (function) {
      case "first" -> {
        require(
            n >= 3 && n <= 5,
            function,
            "a series, a comparison, a number, how many evaluations it must hold (3 unless given)"
                + " and the step from which on they count (0 unless given)");
        yield first(arguments);
      }
      case "final" -> values(function, arguments)[length(arguments) - 1];
      case "initial" -> values(function, arguments)[0];
      case "best", "max" -> Functions.max(range(function, arguments));
      case "min" -> Functions.min(range(function, arguments));
      case "mean" -> Statistics.mean(range(function, arguments));
      case "at" -> {
        require(n == 2, function, "a series and a step");
        yield at(arguments);
      }
      case "series" -> Values.list(range(function, arguments));
      case "steps" -> steps(arguments);
      case "setting" -> {
        require(n == 1, function, "the path of a setting");
        yield setting(Values.text(function, arguments[0]));
      }
      case "has" -> {
        require(n == 1, function, "a series");
        yield run.series().containsKey(Values.text(function, arguments[0]));
      }
      case "seed" -> {
        require(n == 0, function, "nothing");
        yield (double) run.seed();
      }
      default -> throw unknown(function);
    };
  }

  static ExpressionException unknown(String function) {
    return ExpressionException.misuse(
        "an arm has no function '" + function + "'" + Names.hint(function, FUNCTIONS));
  }

  private static void require(boolean ok, String function, String what) {
    if (!ok) {
      throw ExpressionException.misuse("an arm's " + function + "(...) takes " + what);
    }
  }

  private Series series(String function, Object[] arguments) {
    require(arguments.length >= 1, function, "a series");
    return run.get(Values.text(function, arguments[0]));
  }

  private int length(Object[] arguments) {
    return series("final", arguments).length();
  }

  private double[] values(String function, Object[] arguments) {
    require(arguments.length == 1, function, "a series");
    return series(function, arguments).values();
  }

  /** The values of a series, all or those with from <= step <= to. */
  private double[] range(String function, Object[] arguments) {
    int n = arguments.length;
    require(n == 1 || n == 3, function, "a series, and perhaps a first and a last step");
    Series series = series(function, arguments);
    double[] values = series.values();
    if (n == 1) {
      return values;
    }
    double from = Values.number(function, arguments[1]);
    double to = Values.number(function, arguments[2]);
    long[] steps = series.steps();
    List<Double> out = new ArrayList<>();
    for (int i = 0; i < steps.length; i++) {
      if (steps[i] >= from && steps[i] <= to) {
        out.add(values[i]);
      }
    }
    return out.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private double first(Object[] arguments) {
    Series series = series("first", arguments);
    String comparison = Values.text("first", arguments[1]);
    DoublePredicate condition =
        Functions.condition(comparison, Values.number("first", arguments[2]));
    double hold = arguments.length >= 4 ? Values.number("first", arguments[3]) : HOLD;
    require(
        hold >= 1 && hold == Math.rint(hold), "first", "a positive whole number of evaluations");
    if (arguments.length == 5) {
      series = from(series, Values.number("first", arguments[4]));
    }
    var step = series.firstLasting(condition, (int) Math.min(hold, 1e9));
    return step.isPresent() ? step.getAsLong() : Double.POSITIVE_INFINITY;
  }

  /** The part of a series that begins at a step. */
  private static Series from(Series series, double step) {
    long[] steps = series.steps();
    int begin = 0;
    while (begin < steps.length && (Double.isNaN(step) || steps[begin] < step)) {
      begin++;
    }
    return new Series(
        series.name(),
        Arrays.copyOfRange(steps, begin, steps.length),
        Arrays.copyOfRange(series.values(), begin, steps.length));
  }

  /** The last value is held for ever; before the first one there is none. */
  private double at(Object[] arguments) {
    Series series = series("at", arguments);
    double step = Values.number("at", arguments[1]);
    if (Double.isNaN(step)) {
      return Double.NaN;
    }
    return series.at((long) Math.floor(step)).orElse(Double.NaN);
  }

  private Object steps(Object[] arguments) {
    if (arguments.length == 0) {
      return (double) run.steps();
    }
    require(arguments.length == 1, "steps", "nothing or a series");
    List<Double> out = new ArrayList<>();
    for (long step : series("steps", arguments).steps()) {
      out.add((double) step);
    }
    return Collections.unmodifiableList(out);
  }

  private Object setting(String path) {
    Object value = run.settings().get(path);
    if (value == null) {
      throw ExpressionException.missing(
          "arm '"
              + run.arm()
              + "' has no setting '"
              + path
              + "'"
              + Names.hint(path, run.settings().keySet()));
    }
    if (value instanceof Number || value instanceof Boolean || value instanceof List<?>) {
      return value;
    }
    String text = value.toString();
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return text;
    }
  }
}
