package org.genlab.datasets.knowledge;

import java.util.List;
import org.genlab.tck.DatasetSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  @Nested
  class KnowledgeGraphFactsKit extends DatasetSuite {
    KnowledgeGraphFactsKit() {
      super(KnowledgeGraphFacts.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{entities: 20, relations: 6, degree: 5, ood-fraction: 0.2, test-fraction: 0.1, ratio:"
              + " 2}",
          "{task: comparison, entities: 12, relations: 3, values: 5, ood-fraction: 0.2,"
              + " test-fraction: 0.1, mixed: true}");
    }
  }
}
