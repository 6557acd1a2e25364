package org.genlab.study.internal;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.jexl3.JexlContext;
import org.apache.commons.jexl3.JexlException;
import org.apache.commons.jexl3.JexlScript;

/**
 * An arithmetic expression over the arms of a study. Evaluation is sandboxed: an expression calls
 * the functions of {@link Functions} and of arms, computes, compares and chooses, and can do
 * nothing else: it reaches no Java class, has no loops and assigns nothing.
 */
public final class Expression {
  /** Long enough for any claim; short enough for a parser that recurses. */
  private static final int MAX_LENGTH = 20_000;

  private static final Pattern PATTERN_CALL =
      Pattern.compile("(?<![\\w.])arms\\s*\\((\\s*(['\"])([^'\"]*)\\2\\s*\\))?");
  private static final Pattern ANALYSIS_CALL = Pattern.compile("(?<![\\w.])analysis\\s*\\(");
  private static final Pattern STRING = Pattern.compile("'[^'\\\\]*'|\"[^\"\\\\]*\"");

  private final String source;
  private final JexlScript script;
  private final Set<String> variables;
  private final Set<String> patterns;
  private final boolean analyses;

  private Expression(
      String source,
      JexlScript script,
      Set<String> variables,
      Set<String> patterns,
      boolean analyses) {
    this.source = source;
    this.script = script;
    this.variables = variables;
    this.patterns = patterns;
    this.analyses = analyses;
  }

  /**
   * Parses an expression.
   *
   * @throws ExpressionException when it is not one
   */
  public static Expression parse(String source) {
    String text = source.strip();
    if (text.isEmpty()) {
      throw ExpressionException.misuse("the expression is empty");
    }
    if (text.length() > MAX_LENGTH) {
      throw ExpressionException.misuse(
          "the expression has " + text.length() + " characters; at most " + MAX_LENGTH);
    }
    JexlScript script;
    try {
      // Refuses statements, which a script may have; but only a script tells its variables.
      Sandbox.engine().createExpression(text);
      script = Sandbox.engine().createScript(text);
    } catch (JexlException e) {
      throw ExpressionException.misuse("'" + text + "' is no expression: " + reason(e));
    } catch (StackOverflowError e) {
      throw ExpressionException.misuse("'" + shorten(text) + "' is nested too deeply");
    }
    Set<String> variables = new TreeSet<>();
    for (List<String> path : script.getVariables()) {
      variables.add(path.get(0));
    }
    variables.removeAll(Functions.CONSTANTS.keySet());
    Set<String> patterns = new LinkedHashSet<>();
    String calling = withoutOtherStrings(text);
    Matcher calls = PATTERN_CALL.matcher(calling);
    while (calls.find()) {
      if (calls.group(3) == null) {
        throw ExpressionException.misuse(
            "arms(...) takes one pattern in quotes, such as arms('fraction-*'), in '"
                + shorten(text)
                + "'");
      }
      patterns.add(calls.group(3));
    }
    return new Expression(text, script, variables, patterns, ANALYSIS_CALL.matcher(calling).find());
  }

  /** Quoted text that merely looks like a call must not count as one. */
  private static String withoutOtherStrings(String text) {
    Matcher strings = STRING.matcher(text);
    StringBuilder out = new StringBuilder();
    while (strings.find()) {
      String found = strings.group();
      strings.appendReplacement(out, Matcher.quoteReplacement(found.contains("(") ? "''" : found));
    }
    strings.appendTail(out);
    return out.toString();
  }

  /** The text of the expression. */
  public String source() {
    return source;
  }

  /** The names it uses, other than constants: those of arms, hyphens written as underscores. */
  public Set<String> variables() {
    return variables;
  }

  /** The patterns of {@code arms('...')}. */
  public Set<String> patterns() {
    return patterns;
  }

  /** Whether it asks for the findings of an analysis. */
  public boolean usesAnalyses() {
    return analyses;
  }

  /**
   * Computes the value.
   *
   * @param variables the arms by name
   * @param functions what can be called without an arm
   * @throws ExpressionException when it has no value
   */
  public Object evaluate(Map<String, ?> variables, Functions functions) {
    try {
      return script.execute(new Context(variables, functions));
    } catch (JexlException e) {
      for (Throwable t = e; t != null; t = t.getCause()) {
        if (t instanceof ExpressionException known) {
          throw known;
        }
      }
      throw ExpressionException.misuse("'" + shorten(source) + "' has no value: " + reason(e));
    } catch (StackOverflowError e) {
      throw ExpressionException.misuse("'" + shorten(source) + "' is nested too deeply");
    }
  }

  /**
   * Computes the value as a number; a condition that holds is 1, one that does not is 0.
   *
   * @throws ExpressionException when it has no value or that is no number
   */
  public double number(Map<String, ?> variables, Functions functions) {
    Object value = evaluate(variables, functions);
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    if (value instanceof Boolean condition) {
      return condition ? 1 : 0;
    }
    String what =
        value == null
            ? "nothing"
            : value instanceof List<?> list
                ? "a list of " + list.size() + " numbers; take mean(...), max(...) or the like"
                : Values.kind(value);
    throw ExpressionException.misuse("'" + shorten(source) + "' gives " + what + ", not a number");
  }

  private static String shorten(String text) {
    return text.length() <= 120 ? text : text.substring(0, 117) + "...";
  }

  private static String reason(JexlException e) {
    if (e instanceof JexlException.Variable variable) {
      return "'" + variable.getVariable() + "' is not known";
    }
    if (e instanceof JexlException.Method method) {
      return "there is no function '" + method.getMethod() + "' to call there";
    }
    if (e instanceof JexlException.Property property) {
      return "there is no '" + property.getProperty() + "' to read there";
    }
    String place =
        e instanceof JexlException.Parsing && e.getInfo() != null
            ? " at character " + e.getInfo().getColumn()
            : "";
    if (e instanceof JexlException.Feature) {
      return "statements, assignments, loops, functions and 'new' are not allowed" + place;
    }
    if (e instanceof JexlException.Parsing) {
      return "it does not parse" + place;
    }
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage());
  }

  /** The variables of one evaluation; {@link Sandbox} looks the functions up here. */
  record Context(Map<String, ?> variables, Functions functions)
      implements JexlContext, JexlContext.NamespaceResolver {
    @Override
    public Object get(String name) {
      Object value = variables.get(name);
      return value != null ? value : Functions.CONSTANTS.get(name);
    }

    @Override
    public boolean has(String name) {
      return variables.containsKey(name) || Functions.CONSTANTS.containsKey(name);
    }

    @Override
    public void set(String name, Object value) {
      throw ExpressionException.misuse("an expression cannot set '" + name + "'");
    }

    @Override
    public Object resolveNamespace(String name) {
      return name == null ? functions : null;
    }
  }
}
