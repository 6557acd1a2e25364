package org.genlab.api.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.genlab.tensor.IntTensor;
import org.junit.jupiter.api.Test;

class SplitTest {
  private record Squares(String name, int size) implements Split {
    @Override
    public Batch batch(int... indices) {
      int[] squares = new int[indices.length];
      for (int i = 0; i < indices.length; i++) {
        squares[i] = indices[i] * indices[i];
      }
      return Batch.of(indices.length)
          .with(Batch.TARGET, IntTensor.of(squares, squares.length))
          .with(Annotation.INDEX, IntTensor.of(indices, indices.length));
    }
  }

  @Test
  void aSubsetOfASubsetIsASubset() {
    Split subset = new Squares("all", 10).subset("some", 9, 7, 5, 3).subset("few", 3, 0);
    assertEquals(2, subset.size());
    assertEquals("few", subset.name());
    assertArrayEquals(new int[] {9, 81}, subset.range(0, 2).labels().toArray());
    assertArrayEquals(new int[] {3, 9}, subset.range(0, 2).ints(Annotation.INDEX).toArray());
  }

  @Test
  void anUnknownSplitIsAnsweredWithThoseThereAre() {
    Dataset dataset =
        new Dataset() {
          @Override
          public DataSpec spec() {
            return new DataSpec(new InputSpec.Tokens(2, 1), new TargetSpec.Classes(100));
          }

          @Override
          public List<Split> splits() {
            return List.of(new Squares("train", 5), new Squares("ood", 3));
          }
        };
    assertEquals(3, dataset.split("ood").size());
    Exception e = assertThrows(IllegalArgumentException.class, () -> dataset.split("test"));
    assertEquals("no split 'test': the dataset has train, ood", e.getMessage());
  }
}
