package org.example.mymetric;

import org.genlab.tck.MetricSuite;

/** Everything that the host demands of a metric. Tests of the numbers themselves belong here too. */
class MyMetricTest extends MetricSuite {
  MyMetricTest() {
    super(MyMetric.class);
  }
}
