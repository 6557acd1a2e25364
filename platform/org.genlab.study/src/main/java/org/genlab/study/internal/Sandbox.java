package org.genlab.study.internal;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.jexl3.JexlArithmetic;
import org.apache.commons.jexl3.JexlBuilder;
import org.apache.commons.jexl3.JexlEngine;
import org.apache.commons.jexl3.JexlException;
import org.apache.commons.jexl3.JexlFeatures;
import org.apache.commons.jexl3.JexlOperator;
import org.apache.commons.jexl3.introspection.JexlMethod;
import org.apache.commons.jexl3.introspection.JexlPermissions;
import org.apache.commons.jexl3.introspection.JexlPropertyGet;
import org.apache.commons.jexl3.introspection.JexlPropertySet;
import org.apache.commons.jexl3.introspection.JexlUberspect;

/**
 * The expression engine, closed: it looks nothing up by reflection. Functions are found by asking a
 * {@link Callee}; there are no constructors, no properties other than the elements of a list, no
 * classes by name.
 */
final class Sandbox implements JexlUberspect {
  private static final JexlPermissions NOTHING = new Nothing();
  private static final JexlEngine ENGINE = create();

  /** Only its operators are used, and those find no method to call. */
  private final JexlUberspect operators;

  private Sandbox(JexlUberspect operators) {
    this.operators = operators;
  }

  static JexlEngine engine() {
    return ENGINE;
  }

  private static JexlBuilder builder() {
    JexlFeatures features =
        new JexlFeatures()
            .script(false)
            .loops(false)
            .lambda(false)
            .localVar(false)
            .newInstance(false)
            .sideEffect(false)
            .sideEffectGlobal(false)
            .register(false)
            .pragma(false)
            .annotation(false)
            .structuredLiteral(true)
            .methodCall(true);
    return new JexlBuilder()
        .features(features)
        .permissions(NOTHING)
        .arithmetic(new NumberArithmetic())
        .loader(Sandbox.class.getClassLoader())
        .antish(false)
        .strict(true)
        .safe(false)
        .silent(false)
        .debug(false)
        .cancellable(false)
        .stackOverflow(64);
  }

  private static JexlEngine create() {
    JexlUberspect plain = builder().create().getUberspect();
    return builder().uberspect(new Sandbox(plain)).create();
  }

  @Override
  public JexlMethod getMethod(Object object, String name, Object... arguments) {
    return object instanceof Callee ? new Call(name) : null;
  }

  @Override
  public JexlMethod getConstructor(Object constructor, Object... arguments) {
    return null;
  }

  @Override
  public JexlPropertyGet getPropertyGet(Object object, Object identifier) {
    return object instanceof List<?> && identifier instanceof Number n
        ? new Element(n.intValue())
        : null;
  }

  @Override
  public JexlPropertyGet getPropertyGet(
      List<PropertyResolver> resolvers, Object object, Object identifier) {
    return getPropertyGet(object, identifier);
  }

  @Override
  public JexlPropertySet getPropertySet(Object object, Object identifier, Object value) {
    return null;
  }

  @Override
  public JexlPropertySet getPropertySet(
      List<PropertyResolver> resolvers, Object object, Object identifier, Object value) {
    return null;
  }

  @Override
  public List<PropertyResolver> getResolvers(JexlOperator operator, Object object) {
    return List.of();
  }

  @Override
  public Iterator<?> getIterator(Object object) {
    return Collections.emptyIterator();
  }

  @Override
  public Class<?> getClassByName(String name) {
    return null;
  }

  // The engine still asks for this one, although it prefers getOperator.
  @Override
  @Deprecated
  public JexlArithmetic.Uberspect getArithmetic(JexlArithmetic arithmetic) {
    return operators.getOperator(arithmetic);
  }

  @Override
  public JexlOperator.Uberspect getOperator(JexlArithmetic arithmetic) {
    return operators.getOperator(arithmetic);
  }

  @Override
  public ClassLoader getClassLoader() {
    return Sandbox.class.getClassLoader();
  }

  @Override
  public void setClassLoader(ClassLoader loader) {
    // Expressions load no classes.
  }

  @Override
  public int getVersion() {
    return 0;
  }

  /** A call of a function by name. */
  private record Call(String name) implements JexlMethod {
    @Override
    public Object invoke(Object object, Object... arguments) {
      Object[] plain = arguments == null ? new Object[0] : arguments.clone();
      for (int i = 0; i < plain.length; i++) {
        plain[i] = Values.listIfArray(plain[i]);
      }
      return ((Callee) object).call(name, plain);
    }

    @Override
    public Class<?> getReturnType() {
      return Object.class;
    }

    @Override
    public boolean isCacheable() {
      return false;
    }

    @Override
    public boolean tryFailed(Object value) {
      return value == JexlEngine.TRY_FAILED;
    }

    @Override
    public Object tryInvoke(String function, Object object, Object... arguments)
        throws JexlException.TryFailed {
      return JexlEngine.TRY_FAILED;
    }
  }

  /** An element of a list. */
  private record Element(int index) implements JexlPropertyGet {
    @Override
    public Object invoke(Object object) {
      List<?> list = (List<?>) object;
      if (index < 0 || index >= list.size()) {
        throw ExpressionException.missing(
            "element " + index + " is not in a list of " + list.size() + "; the first is 0");
      }
      return list.get(index);
    }

    @Override
    public boolean isCacheable() {
      return false;
    }

    @Override
    public boolean tryFailed(Object value) {
      return value == JexlEngine.TRY_FAILED;
    }

    @Override
    public Object tryInvoke(Object object, Object key) throws JexlException.TryFailed {
      return JexlEngine.TRY_FAILED;
    }
  }

  /** Nothing is allowed by reflection. */
  private static final class Nothing implements JexlPermissions {
    @Override
    public boolean allow(Class<?> type) {
      return false;
    }

    @Override
    public boolean allow(Constructor<?> constructor) {
      return false;
    }

    @Override
    public boolean allow(Field field) {
      return false;
    }

    @Override
    public boolean allow(Method method) {
      return false;
    }

    @Override
    public boolean allow(Package pack) {
      return false;
    }

    @Override
    public JexlPermissions compose(String... source) {
      return this;
    }
  }
}
