package org.genlab.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> NAMES =
      List.of("learning-rate", "weight-decay", "betas", "adam", "adamw", "sam", "cpu", "cuda");

  private static void assertMeans(String expected, String word) {
    assertEquals(Optional.ofNullable(expected), Nearest.of(word, NAMES), word);
  }

  @Test
  void theClosestNameIsMeant() {
    assertMeans("learning-rate", "lerning-rate");
    assertMeans("learning-rate", "learnign-rate");
    assertMeans("weight-decay", "weightdecay");
    assertMeans("adamw", "adamww");
    assertMeans("adam", "adma");
    assertMeans("sam", "sm");
  }

  @Test
  void otherConventionsAndShorthandsAreUnderstood() {
    assertMeans("learning-rate", "learning_rate");
    assertMeans("learning-rate", "learningRate");
    assertMeans("learning-rate", "lr");
    assertMeans("weight-decay", "wd");
    assertMeans("weight-decay", "weight");
  }

  @Test
  void aWordLikeNoneOfThemMeansNone() {
    assertMeans(null, "momentum");
    assertMeans(null, "gpu");
    assertMeans(null, "x");
    assertMeans(null, "");
    assertMeans(null, "--");
  }
}
