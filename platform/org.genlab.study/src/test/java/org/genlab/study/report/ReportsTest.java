package org.genlab.study.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.genlab.store.UserError;
import org.genlab.study.ArmResult;
import org.genlab.study.CheckResult;
import org.genlab.study.ClaimResult;
import org.genlab.study.Over;
import org.genlab.study.RunEntry;
import org.genlab.study.StudyResult;
import org.genlab.study.Threshold;
import org.genlab.study.Verdict;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportsTest {
  @TempDir static Path directory;
  private static StudyResult study;
  private static Reports.Written written;
  private static String html;

  @BeforeAll
  static void write() throws IOException {
    study = SyntheticStudy.write(directory);
    written = Reports.write(directory);
    html = Files.readString(written.page());
  }

  /** The page is also well-formed XML, so a parser can judge it. */
  private static Document parse(String page) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(page.replace("<!DOCTYPE html>", ""))));
  }

  @Test
  void pageIsWellFormedAndTextStaysText() throws Exception {
    Document page = parse(html);
    assertEquals(0, page.getElementsByTagName("script").getLength());
    assertTrue(page.getElementsByTagName("main").item(0).getTextContent().contains("<script>"));
    assertTrue(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;"));
  }

  @Test
  void pageFetchesNothing() {
    Matcher reference =
        Pattern.compile("(?:src|href|url)\\s*[=(]\\s*[\"']?([^\"')]+)").matcher(html);
    List<String> foreign = new ArrayList<>();
    while (reference.find()) {
      String target = reference.group(1);
      if (!target.startsWith("plots/") && !target.equals("https://arxiv.org/abs/2201.02177")) {
        foreign.add(target);
      }
    }
    assertEquals(List.of(), foreign);
    assertFalse(html.contains("@import") || html.contains("<link") || html.contains("<img"));
  }

  @Test
  void pageShowsEveryPart() throws Exception {
    NodeList headings = parse(html).getElementsByTagName("h2");
    List<String> titles = new ArrayList<>();
    for (int i = 0; i < headings.getLength(); i++) {
      titles.add(headings.item(i).getTextContent());
    }
    assertEquals(
        List.of(
            "Claims",
            "Curves",
            "Controls",
            "Arms",
            "Analyses",
            "Findings",
            "Deviations from the paper",
            "The experiment",
            "What exactly ran",
            "How to repeat it"),
        titles);
    assertTrue(html.contains("1 of 2 claims TRUE; 1 of 1 control breaking, as each must."));
    assertTrue(html.contains("14.23"));
    assertTrue(html.contains("the loss became NaN"));
    assertTrue(html.contains("0f".repeat(32)));
    assertTrue(html.contains("genlab reproduce grokking"));
  }

  @Test
  void everyPlotIsAnImageAndADrawing() throws Exception {
    List<String> names = written.plots().stream().map(p -> p.getFileName().toString()).toList();
    for (String plot :
        List.of("accuracy", "loss", "fractions", "accuracy-no-decay", "accuracy-addition")) {
      assertTrue(names.contains(plot + ".svg"), plot);
      assertTrue(names.contains(plot + ".png"), plot);
    }
    assertEquals(List.of(), written.notices());
    for (Path plot : written.plots()) {
      if (plot.toString().endsWith(".svg")) {
        assertEquals("svg", parse(Files.readString(plot)).getDocumentElement().getTagName());
      }
    }
  }

  @Test
  void armsShowMilestonesOfTheirThreshold() {
    // The curves reach 0.9 where (log10(step + 1) - power) * 14 = ln 9: at 10^(power + 0.157).
    ArmTable table = Reports.arms(directory, study);
    int train = table.columns().indexOf("t_train");
    int validation = table.columns().indexOf("t_val");
    ArmTable.Row main = table.rows().get(0);
    double exact = Math.pow(10, 2.1 + Math.log(9) / 14) - 1;
    long evaluated = Long.parseLong(main.cells().get(train));
    assertTrue(evaluated >= exact && evaluated <= exact * 1.1 + 1, main.toString());
    assertTrue(main.cells().get(validation).matches("\\d+ \\[\\d+, \\d+]"), main.toString());
    assertEquals("never", table.rows().get(1).cells().get(validation));
    assertEquals("s5-seed0 failed: the loss became NaN", table.rows().get(4).trouble());
  }

  @Test
  void armsShowWhatWasMeasuredAndWhatClaimsSpeakOf() {
    RunEntry run =
        new RunEntry(
            "a-seed0",
            0,
            "",
            RunEntry.Status.FINISHED,
            "",
            9,
            Map.of("train/loss", 0.5, "ood/accuracy", 0.25, "norm", 3.0));
    ArmResult arm = new ArmResult("a", Map.of(), List.of(0L), List.of("a-seed0"));
    CheckResult check =
        new CheckResult(
            "a.final('ood/accuracy') + a.final(\"norm\") + a.final('nowhere')",
            Over.MEAN,
            new Threshold(Threshold.Relation.AT_LEAST, 1, 1),
            Verdict.TRUE,
            3.25,
            null,
            2.25,
            List.of(),
            1,
            "");
    StudyResult regression =
        new StudyResult(
            StudyResult.FORMAT,
            "r",
            "R",
            null,
            "full",
            StudyResult.Outcome.FINISHED,
            List.of(arm),
            List.of(run),
            List.of(new ClaimResult("c", "C.", "", Verdict.TRUE, List.of(check), List.of("a"))),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            "",
            new StudyResult.Timing("", 1, Map.of()));
    ArmTable table = ArmTable.of(regression, Map.of(), Milestones.USUAL);
    assertEquals(List.of("steps", "ood/accuracy", "norm"), table.columns());
    assertEquals(List.of("9", "25.0 %", "3"), table.rows().get(0).cells());
  }

  @Test
  void runHasAReportOfItsOwn() throws Exception {
    Path run = directory.resolve("runs/addition-seed0");
    Reports.Written ofRun = Reports.write(run);
    String page = Files.readString(ofRun.page());
    assertEquals("html", parse(page).getDocumentElement().getTagName());
    assertTrue(page.contains("Finished after 10000 steps."));
    assertTrue(page.contains("genlab run experiment.yaml"));
    assertTrue(Files.exists(run.resolve("plots/accuracy.png")));
    assertTrue(Files.exists(run.resolve("plots/weight-norm.svg")));
  }

  @Test
  void directoryOfNeitherIsTheUsersMistake(@TempDir Path empty) {
    UserError error = assertThrows(UserError.class, () -> Reports.write(empty));
    assertTrue(error.getMessage().contains("is not the directory of a run"), error.getMessage());
  }
}
