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
import org.genlab.study.StudyResult;
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
    Map<ArmResult, ArmSummary> arms = Reports.arms(directory, study);
    ArmSummary main = arms.get(study.arms().get(0));
    double exact = Math.pow(10, 2.1 + Math.log(9) / 14) - 1;
    long evaluated = Long.parseLong(main.trainStep());
    assertTrue(evaluated >= exact && evaluated <= exact * 1.1 + 1, main.trainStep());
    assertTrue(main.validationStep().matches("\\d+ \\[\\d+, \\d+]"), main.validationStep());
    assertEquals("never", arms.get(study.arms().get(1)).validationStep());
    assertEquals("s5-seed0 failed: the loss became NaN", arms.get(study.arms().get(4)).trouble());
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
