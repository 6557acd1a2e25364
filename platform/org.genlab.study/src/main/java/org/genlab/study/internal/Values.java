package org.genlab.study.internal;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/** The values of expressions: numbers, truth values, text and lists of them. */
final class Values {
  private Values() {}

  /** Array literals become lists; everything else stays. */
  static Object listIfArray(Object value) {
    if (value == null || !value.getClass().isArray()) {
      return value;
    }
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < Array.getLength(value); i++) {
      list.add(listIfArray(Array.get(value, i)));
    }
    return Collections.unmodifiableList(list);
  }

  /** All numbers among values and, in order, in lists of values. */
  static double[] numbers(String function, Object... values) {
    List<Double> out = new ArrayList<>();
    for (Object value : values) {
      collect(function, listIfArray(value), out);
    }
    return out.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static void collect(String function, Object value, List<Double> out) {
    if (value instanceof Number n) {
      out.add(n.doubleValue());
    } else if (value instanceof Boolean b) {
      out.add(b ? 1.0 : 0.0);
    } else if (value instanceof Collection<?> list) {
      for (Object element : list) {
        collect(function, element, out);
      }
    } else {
      throw ExpressionException.misuse(function + " takes numbers, not " + kind(value));
    }
  }

  /** One number. */
  static double number(String function, Object value) {
    if (value instanceof Number n) {
      return n.doubleValue();
    }
    if (value instanceof Boolean b) {
      return b ? 1 : 0;
    }
    throw ExpressionException.misuse(function + " takes a number, not " + kind(value));
  }

  /** A piece of text. */
  static String text(String function, Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw ExpressionException.misuse(function + " takes text in quotes, not " + kind(value));
  }

  static List<Double> list(double... values) {
    List<Double> list = new ArrayList<>(values.length);
    for (double value : values) {
      list.add(value);
    }
    return Collections.unmodifiableList(list);
  }

  /** What a value is, for messages. */
  static String kind(Object value) {
    if (value == null) {
      return "nothing";
    }
    if (value instanceof Number) {
      return "a number";
    }
    if (value instanceof String text) {
      return "the text '" + text + "'";
    }
    if (value instanceof Boolean truth) {
      return truth.toString();
    }
    if (value instanceof Collection<?> || value.getClass().isArray()) {
      return "a list";
    }
    return value instanceof Callee ? "an arm" : "something else";
  }
}
