package org.genlab.study;

import java.util.Locale;

/** How a check deals with seeds. */
public enum Over {
  /** Every seed must meet the threshold; the number shown is that of the worst seed. */
  EACH_SEED,
  /** The mean over seeds must meet it; the interval is a percentile bootstrap over seeds. */
  MEAN,
  /**
   * The value is computed once from all seeds: each function of an arm gives a list with one number
   * a seed. The interval is a percentile bootstrap over seeds.
   */
  POOLED,
  /**
   * As {@link #POOLED}, without an interval: for a value that is itself a test over seeds, such as
   * a mean difference in standard errors. Resampling would count the spread of the seeds twice.
   */
  ONCE;

  /** Whether each function of an arm gives a list with one number a seed. */
  public boolean isOfAllSeeds() {
    return this == POOLED || this == ONCE;
  }

  /** The spelling in study files, e.g. {@code each-seed}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
