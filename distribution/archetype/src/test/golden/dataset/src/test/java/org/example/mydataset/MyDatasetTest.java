package org.example.mydataset;

import org.genlab.tck.DatasetSuite;

/** Everything that the host demands of a dataset. Tests of the numbers themselves belong here too. */
class MyDatasetTest extends DatasetSuite {
  MyDatasetTest() {
    super(MyDataset.class);
  }
}
