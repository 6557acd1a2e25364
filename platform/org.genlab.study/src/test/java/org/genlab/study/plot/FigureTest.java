package org.genlab.study.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class FigureTest {
  private static final double[] XS = IntStream.rangeClosed(0, 1000).asDoubleStream().toArray();

  private static Figure figure(String label, double[] ys) {
    return new Figure(
        "title",
        new Figure.Axis("step", LogScale.steps(true, 1000)),
        new Figure.Axis("accuracy", LinearScale.percentage()),
        List.of(
            new Figure.Curve(label, Ink.BLUE, XS, ys, null),
            new Figure.Curve("validation", Ink.ORANGE, XS, new double[XS.length], null)),
        List.of(),
        List.of(new Figure.Mark(Label.indexed("t_val = 100"), Ink.ORANGE, 100)));
  }

  private static double[] ones() {
    double[] ys = new double[XS.length];
    Arrays.fill(ys, 1);
    return ys;
  }

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  @Test
  void drawingIsWellFormedWhateverItsLabels() throws Exception {
    String hostile = "</text><script>&\"'\u0000\ud800";
    Document svg = parse(Svg.file(figure(hostile, ones()), 760, 340));
    assertEquals(0, svg.getElementsByTagName("script").getLength());
    assertTrue(svg.getDocumentElement().getTextContent().contains("</text><script>&\"'"));
  }

  @Test
  void markStandsAtItsStep() throws Exception {
    NodeList paths =
        parse(Svg.file(figure("train", ones()), 760, 340)).getElementsByTagName("path");
    double mark = Double.NaN;
    double left = Double.NaN;
    double right = Double.NaN;
    for (int i = 0; i < paths.getLength(); i++) {
      Element path = (Element) paths.item(i);
      String[] points = path.getAttribute("d").substring(1).split("L", -1);
      double first = Double.parseDouble(points[0].split(" ", -1)[0]);
      if (!path.getAttribute("stroke-dasharray").isEmpty()) {
        mark = first;
      } else if (path.getAttribute("stroke").contains("grid")) {
        left = first;
        right = Double.parseDouble(points[1].split(" ", -1)[0]);
      }
    }
    double expected = left + (0.06 + 0.94 * 2 / 3) * (right - left);
    assertEquals(expected, mark, 0.02);
  }

  @Test
  void curveIsInterruptedWhereItHasNoValue() throws Exception {
    double[] ys = ones();
    ys[500] = Double.NaN;
    assertEquals(curvesOf(ones()) + 1, curvesOf(ys));
  }

  private static long curvesOf(double[] ys) throws Exception {
    NodeList paths = parse(Svg.inline(figure("train", ys), 760, 340)).getElementsByTagName("path");
    return IntStream.range(0, paths.getLength())
        .filter(i -> ((Element) paths.item(i)).getAttribute("stroke").contains("blue"))
        .count();
  }

  @Test
  void imageHasTwoPixelsToThePixelAndShowsTheCurve() throws Exception {
    BufferedImage image =
        ImageIO.read(new ByteArrayInputStream(Png.render(figure("train", ones()), 400, 200)));
    assertEquals(800, image.getWidth());
    assertEquals(400, image.getHeight());
    int blue = Integer.parseInt(Ink.BLUE.light().substring(1), 16);
    long count = 0;
    for (int x = 0; x < 800; x++) {
      for (int y = 0; y < 400; y++) {
        count += (image.getRGB(x, y) & 0xffffff) == blue ? 1 : 0;
      }
    }
    assertTrue(count > 1000, count + " pixels of the curve");
  }

  @Test
  void twoClearCurvesAreLabelledDirectly() {
    String svg = Svg.inline(figure("training", ones()), 760, 340);
    assertTrue(svg.contains("font-weight=\"600\" text-anchor=\"middle\""), svg);
  }

  @Test
  void thinningKeepsExtremes() {
    double[] xs = new double[100_000];
    double[] ys = new double[100_000];
    for (int i = 0; i < xs.length; i++) {
      xs[i] = i * 0.005;
      ys[i] = i == 4321 ? 9 : StrictMath.sin(i);
    }
    double[][] thin = Thinning.columns(xs, ys);
    assertTrue(thin[0].length <= 4 * 1001, thin[0].length + " points");
    assertEquals(9, Arrays.stream(thin[1]).max().orElseThrow());
    assertEquals(xs[xs.length - 1], thin[0][thin[0].length - 1]);
  }

  @ParameterizedTest
  @EnumSource(Ink.class)
  void coloursOfTextAndLinesStandOutFromTheirPaper(Ink ink) {
    if (ink == Ink.PAPER || ink == Ink.GRID) {
      return;
    }
    // The axis is a graphical object, for which WCAG 2.2 asks 3 (1.4.11); text needs 4.5 (1.4.3).
    double needed = ink == Ink.AXIS ? 3 : 4.5;
    double light = contrast(ink.light(), Ink.PAPER.light());
    double dark = contrast(ink.dark(), Ink.PAPER.dark());
    assertTrue(light >= needed, ink + " on light paper: " + light);
    assertTrue(dark >= needed, ink + " on dark paper: " + dark);
  }

  private static double contrast(String a, String b) {
    double la = luminance(a);
    double lb = luminance(b);
    return (Math.max(la, lb) + 0.05) / (Math.min(la, lb) + 0.05);
  }

  private static double luminance(String colour) {
    double[] weights = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      double c = Integer.parseInt(colour.substring(1 + 2 * i, 3 + 2 * i), 16) / 255.0;
      sum += weights[i] * (c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
  }

  @Test
  void numbersDoNotDependOnTheLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertEquals("-12.05", Numbers.coordinate(-12.05));
      assertFalse(Svg.inline(figure("train", ones()), 760, 340).contains("0,6"));
    } finally {
      Locale.setDefault(before);
    }
  }
}
