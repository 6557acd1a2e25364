package org.genlab.study.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.genlab.study.plot.Svg;

/** Parts that the pages of studies and of runs have in common. */
final class Sections {
  private Sections() {}

  /** A large figure with its caption and the files it is also in. */
  static void figure(Html html, Plot plot) {
    html.open("figure").raw(Svg.inline(plot.figure(), plot.width(), plot.height()));
    html.open("figcaption").text(plot.caption().isEmpty() ? "" : plot.caption() + " ");
    html.link("plots/" + plot.id() + ".svg", "SVG").text(" · ");
    html.link("plots/" + plot.id() + ".png", "PNG").close("figcaption").close("figure");
  }

  /** Small figures side by side, without keys. */
  static void grid(Html html, List<Plot> plots) {
    html.open("div", "grid");
    for (Plot plot : plots) {
      html.open("figure").raw(Svg.inline(plot.withoutKey(), plot.width(), plot.height()));
      html.close("figure");
    }
    html.close("div");
  }

  /** The key of the split's colours, once for many figures. */
  static void key(Html html) {
    html.raw(
        "<p class=\"key quiet small\">Key:<span style=\"background:var(--gl-blue)\"></span>training"
            + "<span style=\"background:var(--gl-orange)\"></span>validation</p>\n");
  }

  /** The resolved experiment, folded. */
  static void experiment(Html html, String yaml, String note) {
    html.element("h2", "The experiment");
    html.element("p", "quiet", note);
    html.open("details").element("summary", "experiment.yaml");
    html.open("pre").text(yaml).close("pre").close("details");
  }

  /** What exactly was run, as far as it is not the experiment itself. */
  static void lock(Html html, Map<String, Object> lock) {
    html.element("h2", "What exactly ran");
    if (lock.isEmpty()) {
      html.element("p", "quiet", "The run left no lock file.");
      return;
    }
    List<Map.Entry<String, String>> facts = new ArrayList<>();
    for (Map.Entry<String, Object> entry : lock.entrySet()) {
      if (entry.getValue() instanceof List<?> rows && !rows.isEmpty() && isTable(rows)) {
        html.element("h3", title(entry.getKey()));
        table(html, rows);
      } else if (!entry.getKey().equals("settings")) {
        facts(facts, entry.getKey(), entry.getValue());
      }
    }
    html.element("h3", "Circumstances").head(List.of("What", "Value"));
    for (Map.Entry<String, String> fact : facts) {
      html.open("tr").cell(fact.getKey()).cell(fact.getValue()).close("tr");
    }
    html.endTable();
  }

  private static boolean isTable(List<?> rows) {
    return rows.stream().allMatch(row -> row instanceof Map);
  }

  private static void table(Html html, List<?> rows) {
    Set<String> columns = new LinkedHashSet<>();
    for (Object row : rows) {
      ((Map<?, ?>) row).keySet().forEach(key -> columns.add(String.valueOf(key)));
    }
    html.head(columns.stream().map(Sections::title).toList());
    for (Object row : rows) {
      html.open("tr");
      for (String column : columns) {
        Object value = ((Map<?, ?>) row).get(column);
        String text = value == null ? "" : String.valueOf(value);
        if (column.toLowerCase(Locale.ROOT).contains("sha")) {
          html.open("td").element("code", text).close("td");
        } else {
          html.cell(text);
        }
      }
      html.close("tr");
    }
    html.endTable();
  }

  private static void facts(List<Map.Entry<String, String>> facts, String path, Object value) {
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, inner) -> facts(facts, path + "." + key, inner));
    } else {
      facts.add(Map.entry(path, String.valueOf(value)));
    }
  }

  private static String title(String key) {
    return key.isEmpty()
        ? key
        : Character.toUpperCase(key.charAt(0)) + key.substring(1).replace('-', ' ');
  }
}
