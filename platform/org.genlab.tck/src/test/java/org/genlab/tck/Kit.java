package org.genlab.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs suites as a build does. */
final class Kit {
  private Kit() {}

  /** The failures of a whole suite, by the name of the test's method. */
  static Map<String, Throwable> run(Class<?> suite) {
    return run(selectClass(suite));
  }

  private static Map<String, Throwable> run(DiscoverySelector selector) {
    Map<String, Throwable> failures = new LinkedHashMap<>();
    int[] tests = new int[1];
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request().selectors(selector).build(),
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                tests[0] += test.isTest() ? 1 : 0;
                result
                    .getThrowable()
                    .ifPresent(
                        e ->
                            failures.put(
                                test.getSource()
                                    .filter(MethodSource.class::isInstance)
                                    .map(s -> ((MethodSource) s).getMethodName())
                                    .orElse(test.getDisplayName()),
                                e));
              }
            });
    assertTrue(tests[0] > 0, "nothing was run");
    return failures;
  }

  /** Asserts that one check of a suite fails, with a sentence that contains a part. */
  static void assertFails(Class<?> suite, String check, String part) {
    Map<String, Throwable> failures = run(selectMethod(suite, check));
    assertFalse(failures.isEmpty(), suite.getSimpleName() + " passes " + check);
    Throwable failure = failures.get(check);
    assertEquals(
        "org.opentest4j.AssertionFailedError", failure.getClass().getName(), failure.toString());
    assertTrue(failure.getMessage().contains(part), failure.getMessage());
  }
}
