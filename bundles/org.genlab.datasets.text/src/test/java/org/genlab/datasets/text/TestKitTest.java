package org.genlab.datasets.text;

import java.nio.file.Path;
import java.util.List;
import org.genlab.tck.DatasetSuite;
import org.junit.jupiter.api.Nested;

/** What the test kit demands of each plugin of this bundle. */
class TestKitTest {
  private static final Path FOLDER = SampleFiles.temporary();
  private static final Path CORPUS = SampleFiles.corpus(FOLDER);
  private static final Path REVIEWS = SampleFiles.reviews(FOLDER);
  private static final Path LINES = SampleFiles.lines(FOLDER);

  @Nested
  class PcfgTextKit extends DatasetSuite {
    PcfgTextKit() {
      super(PcfgText.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{length: 4, vocabulary: 20, depth: 1, train-size: 8, validation-size: 3}",
          "{length: 4, vocabulary: 24, depth: 0, topics: 2, names: 3, train-size: 8, test-size: 3}",
          "{length: 4, vocabulary: 20, order: shuffled, train-size: 8, validation-size: 3}");
    }
  }

  @Nested
  class LowRankBigramKit extends DatasetSuite {
    LowRankBigramKit() {
      super(LowRankBigram.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{vocabulary: 11, rank: 3, train-size: 30}",
          "{vocabulary: 11, rank: 3, length: 4, train-size: 30}");
    }
  }

  @Nested
  class ReviewTextKit extends DatasetSuite {
    ReviewTextKit() {
      super(ReviewText.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{length: 12, vocabulary: 32, train-size: 8, validation-size: 3}",
          "{length: 12, vocabulary: 32, train-size: 8, validation-size: 3, test-size: 5, labels:"
              + " random}");
    }
  }

  @Nested
  class TextFilesKit extends DatasetSuite {
    TextFilesKit() {
      super(TextFiles.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{folder: '" + CORPUS + "', length: 4, validation-fraction: 0.3}",
          "{folder: '" + CORPUS + "', tokens: bytes, length: 8, test-fraction: 0.1}");
    }
  }

  @Nested
  class LabelledTextKit extends DatasetSuite {
    LabelledTextKit() {
      super(LabelledText.class);
    }

    @Override
    protected List<String> settings() {
      return List.of(
          "{path: '" + REVIEWS + "', length: 6}",
          "{path: '" + LINES + "', format: json-lines, length: 4, train-size: 20}");
    }
  }
}
