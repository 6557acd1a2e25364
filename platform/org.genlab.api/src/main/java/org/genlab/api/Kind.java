package org.genlab.api;

import java.util.List;

/** The seven kinds of plugin, spelled as they are in manifests and experiment files. */
public final class Kind {
  public static final String DATASET = "dataset";
  public static final String ARCHITECTURE = "architecture";
  public static final String OPTIMIZER = "optimizer";
  public static final String REGULARIZER = "regularizer";
  public static final String METRIC = "metric";
  public static final String PROCEDURE = "procedure";
  public static final String ANALYSIS = "analysis";

  /** All kinds in the order in which a run is assembled. */
  public static final List<String> ALL =
      List.of(DATASET, ARCHITECTURE, OPTIMIZER, REGULARIZER, METRIC, PROCEDURE, ANALYSIS);

  private Kind() {}
}
