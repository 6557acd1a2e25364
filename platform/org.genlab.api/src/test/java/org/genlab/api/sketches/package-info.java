/**
 * Methods that pull the plugin interfaces in different directions, each written against them: the
 * proof that the interfaces can carry them. Complete algorithms, not plugins: no settings
 * documentation, no manifest entry. {@code SPI.md} discusses them one by one.
 */
package org.genlab.api.sketches;
