package org.genlab.api.data;

/** The standard names of the columns by which batches describe their examples. */
public final class Annotation {
  /** The position of the example in its split (integer). */
  public static final String INDEX = "index";

  /** The environment or domain the example was drawn from (integer). */
  public static final String DOMAIN = "domain";

  /** The group of the example, e.g. label x spurious attribute (integer). */
  public static final String GROUP = "group";

  /** The task of the example in a stream of tasks (integer). */
  public static final String TASK = "task";

  /** How hard the example is (real). */
  public static final String DIFFICULTY = "difficulty";

  /** The label before it was corrupted (integer). */
  public static final String CLEAN = "clean";

  /** How much the example counts in the loss (real). */
  public static final String WEIGHT = "weight";

  private Annotation() {}
}
