package org.genlab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.genlab.study.internal.Documented;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  private static String readme() throws IOException {
    return Files.readString(Path.of("README.md"));
  }

  @Test
  void itsExampleIsAStudy() throws IOException {
    String text = readme();
    int start = text.indexOf("```yaml\n") + 8;
    String example = text.substring(start, text.indexOf("```\n", start));
    Study study = Study.parse(example, "README.md", name -> Optional.empty());
    assertEquals(List.of("main", "no-decay", "no-decay-long"), study.arms());
    assertEquals(List.of("delay"), study.claims());
  }

  @Test
  void itNamesEveryFunction() throws IOException {
    String text = readme();
    List<String> missing = new ArrayList<>();
    for (String function : Documented.functions()) {
      if (!text.contains("`" + function + "`") && !text.contains("`" + function + "(")) {
        missing.add(function);
      }
    }
    assertEquals(List.of(), missing);
    assertTrue(Documented.functions().size() > 30);
  }
}
