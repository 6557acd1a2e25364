package org.genlab.study.report;

import org.genlab.study.plot.Svg;

/** The frame of every report: one file, no script, nothing fetched, light and dark. */
final class Page {
  private static final String STYLE =
      """
      :root{color-scheme:light dark;--good:#1a7a3c;--bad:#c0262d;--warn:#8a5a00;--tint:#f6f7f8;--rule:#dfe3e7;--link:#0067b1}
      @media (prefers-color-scheme:dark){:root{--good:#56c97e;--bad:#ff8580;--warn:#f0b64a;--tint:#1d2126;--rule:#343a41;--link:#5eb3f2}}
      *{box-sizing:border-box}
      body{margin:0;background:var(--gl-paper);color:var(--gl-text);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;font-variant-numeric:tabular-nums}
      main{max-width:1080px;margin:0 auto;padding:40px 24px 80px}
      h1{font-size:30px;line-height:1.2;letter-spacing:-.01em;margin:4px 0 10px}
      h2{font-size:19px;margin:44px 0 10px;padding-top:14px;border-top:1px solid var(--rule)}
      h3{font-size:15px;margin:26px 0 6px}
      p{margin:8px 0;max-width:78ch}
      a{color:var(--link)}
      .quiet{color:var(--gl-muted)}
      .small{font-size:13px}
      .kicker{color:var(--gl-muted);font-size:13px;letter-spacing:.04em;text-transform:uppercase;margin:0}
      .outcome{margin:24px 0 0;padding:16px 20px;background:var(--tint);border-left:4px solid var(--rule);border-radius:4px;font-size:17px}
      .outcome p{margin:0;max-width:none}
      .outcome .quiet{font-size:14px;margin-top:4px}
      .outcome.good{border-color:var(--good)} .outcome.bad{border-color:var(--bad)} .outcome.warn{border-color:var(--warn)}
      .scroll{overflow-x:auto;margin:10px 0}
      table{border-collapse:collapse;width:100%;font-size:14px}
      th{text-align:left;font-weight:600;color:var(--gl-muted);font-size:12.5px;line-height:1.3;padding:6px 14px 6px 0;border-bottom:1px solid var(--gl-axis);vertical-align:bottom}
      td.claim{min-width:270px} td.measure{min-width:210px} td b{font-weight:600}
      td{padding:8px 14px 8px 0;border-bottom:1px solid var(--rule);vertical-align:top}
      th.n,td.n{text-align:right} td.n{white-space:nowrap}
      th:last-child,td:last-child{padding-right:0}
      td .small{display:block}
      .verdict{font-weight:650;white-space:nowrap}
      .verdict.good{color:var(--good)} .verdict.bad{color:var(--bad)} .verdict.warn{color:var(--warn)}
      code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:12.5px}
      td code{color:var(--gl-muted);overflow-wrap:anywhere}
      pre{background:var(--tint);padding:14px 16px;border-radius:4px;overflow-x:auto;line-height:1.5;margin:10px 0}
      figure{margin:18px 0}
      figure svg{display:block;width:100%;height:auto}
      figcaption{font-size:13px;color:var(--gl-muted);margin-top:4px}
      .grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(310px,1fr));gap:10px 22px}
      .grid figure{margin:6px 0}
      .key span{display:inline-block;width:18px;height:3px;border-radius:2px;vertical-align:middle;margin:0 6px 2px 14px}
      details{margin:10px 0} summary{cursor:pointer;font-weight:600}
      @media print{main{padding:0} h2{break-after:avoid} figure,tr{break-inside:avoid}}
      """;

  private Page() {}

  /** The whole document. */
  static String document(String title, String body) {
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
        + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
        + " style-src 'unsafe-inline'; img-src data:\"/>\n<title>"
        + Svg.escape(title)
        + "</title>\n<style>\n"
        + Svg.variables()
        + STYLE
        + "</style>\n</head>\n<body>\n<main>\n"
        + body
        + "</main>\n</body>\n</html>\n";
  }
}
