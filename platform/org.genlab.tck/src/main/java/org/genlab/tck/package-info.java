/**
 * The test kit for plugins: a suite of JUnit tests for each of the seven kinds, which a plugin's
 * author extends with one class.
 *
 * <pre>{@code
 * class LionTest extends OptimizerSuite {
 *   LionTest() {
 *     super(Lion.class);
 *   }
 * }
 * }</pre>
 *
 * <p>The plugin is wired and run as the host does it, beside small plugins of the kit; {@link
 * org.genlab.tck.PluginSuite} says what its author can choose.
 */
package org.genlab.tck;
