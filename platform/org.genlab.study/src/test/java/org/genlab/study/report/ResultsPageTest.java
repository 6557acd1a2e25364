package org.genlab.study.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.genlab.store.UserError;
import org.genlab.study.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsPageTest {
  private static ResultEntry entry(String id, int number, String group) {
    return new ResultEntry(
        ResultEntry.FORMAT,
        id,
        "On " + id + " | and <more>",
        number,
        2022,
        "2201.0000" + number,
        group,
        "2026-01-02",
        125,
        4200,
        List.of(
            new ResultEntry.Claim(
                "delay",
                "It takes\nlonger.",
                "1e5 steps",
                Verdict.TRUE,
                List.of(
                    new ResultEntry.Check("8.8", "7 to 9", "≥ 3", Verdict.TRUE, 2),
                    new ResultEntry.Check("0.02", "", "< 0.5", Verdict.TRUE, 2)),
                List.of(new ResultEntry.Control("No rule.", true, true))),
            new ResultEntry.Claim(
                "order",
                "It falls.",
                "",
                Verdict.FALSE,
                List.of(new ResultEntry.Check("∞", "", "≤ 1", Verdict.FALSE, 1)),
                List.of(new ResultEntry.Control("Same.", false, false)))),
        Map.of("optimizer adamw", "1.0.0"),
        Map.of("jvm", "17"));
  }

  @Test
  void aPageReadsLikeThis() {
    String page = ResultsPage.of(List.of(entry("late", 9, "dawn"), entry("early", 1, "dawn")));
    assertEquals(
        page, ResultsPage.of(List.of(entry("early", 1, "dawn"), entry("late", 9, "dawn"))));
    String text =
        """
        ## dawn

        | study | paper | claims TRUE | controls that break their claim | time |
        | --- | --- | --- | --- | --- |
        | [early](#early) | On early \\| and &lt;more> (2022) | 1 of 2 | 1 of 1 | 2 min 05 s |
        | [late](#late) | On late \\| and &lt;more> (2022) | 1 of 2 | 1 of 1 | 2 min 05 s |

        All together: 4 min 10 s.

        ### early

        On early \\| and &lt;more>, [arXiv:2201.00001](https://arxiv.org/abs/2201.00001). Run on 2026-01-02 in 2 min 05 s, 4200 steps.

        | claim | verdict | measured | control | the paper |
        | --- | --- | --- | --- | --- |
        | **delay**: It takes longer. | TRUE | ✓ 8.8 (7 to 9), needs ≥ 3, 2 seeds<br>✓ 0.02, needs &lt; 0.5, 2 seeds | ✓ breaks: No rule. | 1e5 steps |
        | **order**: It falls. | FALSE | ✗ ∞, needs ≤ 1, 1 seed | nothing to break: Same. |  |

        <details><summary>versions</summary>

        - optimizer adamw 1.0.0
        - jvm: 17

        </details>
        """;
    assertTrue(page.contains(text), page);
  }

  @Test
  void anEntrySurvivesItsFile(@TempDir Path directory) throws Exception {
    ResultEntry entry = entry("early", 1, "dawn");
    Path file = Files.writeString(directory.resolve("early.json"), entry.toJson());
    assertEquals(entry, ResultEntry.read(file));
    assertEquals(1, entry.holding());
    for (String text : List.of("{", "{\"format\": 2, \"id\": \"x\"}", "[]")) {
      Files.writeString(file, text);
      UserError error = assertThrows(UserError.class, () -> ResultEntry.read(file), text);
      assertTrue(error.getMessage().contains("early.json"), error.getMessage());
    }
  }
}
