package org.genlab.study.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import org.apache.commons.jexl3.JexlArithmetic;

/**
 * Arithmetic as on paper: every number is a double of IEEE 754, so {@code 1 / 2} is a half,
 * division by zero is infinite, and what involves NaN is NaN or does not hold. Lists are computed
 * with element by element. Text can be compared for equality only.
 */
final class NumberArithmetic extends JexlArithmetic {
  NumberArithmetic() {
    super(true);
  }

  private static Object apply(String sign, Object left, Object right, DoubleBinaryOperator f) {
    Object a = Values.listIfArray(left);
    Object b = Values.listIfArray(right);
    if (a instanceof List<?> x) {
      List<Object> out = new ArrayList<>();
      if (b instanceof List<?> y) {
        if (x.size() != y.size()) {
          throw ExpressionException.missing(
              "lists of "
                  + x.size()
                  + " and "
                  + y.size()
                  + " numbers cannot be computed with element by element");
        }
        for (int i = 0; i < x.size(); i++) {
          out.add(apply(sign, x.get(i), y.get(i), f));
        }
      } else {
        for (Object element : x) {
          out.add(apply(sign, element, b, f));
        }
      }
      return out;
    }
    if (b instanceof List<?> y) {
      List<Object> out = new ArrayList<>();
      for (Object element : y) {
        out.add(apply(sign, a, element, f));
      }
      return out;
    }
    return f.applyAsDouble(Values.number("'" + sign + "'", a), Values.number("'" + sign + "'", b));
  }

  @Override
  public Object add(Object left, Object right) {
    return apply("+", left, right, (a, b) -> a + b);
  }

  @Override
  public Object subtract(Object left, Object right) {
    return apply("-", left, right, (a, b) -> a - b);
  }

  @Override
  public Object multiply(Object left, Object right) {
    return apply("*", left, right, (a, b) -> a * b);
  }

  @Override
  public Object divide(Object left, Object right) {
    return apply("/", left, right, (a, b) -> a / b);
  }

  @Override
  public Object mod(Object left, Object right) {
    return apply("%", left, right, (a, b) -> a % b);
  }

  @Override
  public Object negate(Object value) {
    return apply("-", -1.0, value, (a, b) -> a * b);
  }

  @Override
  public Object positivize(Object value) {
    return apply("+", 1.0, value, (a, b) -> a * b);
  }

  @Override
  public boolean lessThan(Object left, Object right) {
    return Values.number("'<'", left) < Values.number("'<'", right);
  }

  @Override
  public boolean lessThanOrEqual(Object left, Object right) {
    return Values.number("'<='", left) <= Values.number("'<='", right);
  }

  @Override
  public boolean greaterThan(Object left, Object right) {
    return Values.number("'>'", left) > Values.number("'>'", right);
  }

  @Override
  public boolean greaterThanOrEqual(Object left, Object right) {
    return Values.number("'>='", left) >= Values.number("'>='", right);
  }

  @Override
  public boolean equals(Object left, Object right) {
    if (left instanceof Number a && right instanceof Number b) {
      return a.doubleValue() == b.doubleValue();
    }
    return Objects.equals(Values.listIfArray(left), Values.listIfArray(right));
  }

  @Override
  public boolean strictEquals(Object left, Object right) {
    return equals(left, right);
  }

  // The right side could be a regular expression that takes for ever.
  @Override
  public Boolean contains(Object container, Object value) {
    throw ExpressionException.misuse("'=~' is not allowed");
  }

  @Override
  public Boolean startsWith(Object left, Object right) {
    throw ExpressionException.misuse("'=^' is not allowed");
  }

  @Override
  public Boolean endsWith(Object left, Object right) {
    throw ExpressionException.misuse("'=$' is not allowed");
  }

  @Override
  public Iterable<?> createRange(Object from, Object to) {
    throw ExpressionException.misuse("a range is not allowed");
  }

  @Override
  public Integer size(Object value, Integer byDefault) {
    if (Values.listIfArray(value) instanceof List<?> list) {
      return list.size();
    }
    throw ExpressionException.misuse("size takes a list, not " + Values.kind(value));
  }

  @Override
  public Boolean isEmpty(Object value, Boolean byDefault) {
    return size(value, 0) == 0;
  }
}
