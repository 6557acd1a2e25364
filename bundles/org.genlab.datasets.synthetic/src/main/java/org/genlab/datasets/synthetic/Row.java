package org.genlab.datasets.synthetic;

/**
 * The values of one example, in the order of the columns of its {@link Columns}.
 *
 * @param reals the values of all real columns, one column after the other
 * @param integers one value an integer column
 */
record Row(float[] reals, int... integers) {}
