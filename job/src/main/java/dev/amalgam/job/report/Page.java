package dev.amalgam.job.report;

import dev.amalgam.io.file.FileProblems;
import dev.amalgam.io.file.PartialFile;
import dev.amalgam.job.api.ReportException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * One HTML file that needs no other. Its policy lets no script run but its own three, by their
 * digests, and nothing be loaded.
 *
 * @param title its heading
 * @param version the version of Amalgam
 * @param note what stands at its end; empty for nothing
 * @param sections in their order
 */
record Page(String title, String version, String note, List<Section> sections) {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");

  /**
   * Writes a new file, which appears when it is complete.
   *
   * @throws dev.amalgam.core.AmalgamException if it cannot be written
   */
  void write(Path file) {
    try (PartialFile partial = PartialFile.of(file)) {
      try (FileChannel channel =
              FileChannel.open(
                  partial.path(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          Writer out = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8))) {
        write(out);
        out.flush();
        channel.force(true);
      } catch (IOException e) {
        throw FileProblems.unwritable(file, e);
      }
      partial.finish();
    }
  }

  private void write(Writer out) throws IOException {
    List<Chart> charts = new ArrayList<>();
    Html body = new Html();
    Html contents = new Html();
    for (Section section : sections) {
      contents.tag("a href=\"#" + section.id() + "\"").text(section.title()).tag("/a").line();
      write(section, body, charts);
    }
    String guard = resource("guard.js");
    String library = resource("echarts/echarts.min.js");
    String script = resource("report.js");
    Map<String, String> values = new LinkedHashMap<>();
    values.put(
        "policy",
        "default-src 'none'; style-src 'unsafe-inline'; script-src %s %s %s"
            .formatted(digest(guard), digest(library), digest(script)));
    values.put("style", resource("report.css"));
    values.put("title", Html.escape(title));
    values.put("version", Html.escape(Text.visible(version)));
    values.put("note", Html.escape(note));
    values.put("contents", contents.toString());
    values.put("body", body.toString());
    values.put("charts", ChartJson.of(charts));
    values.put("guard", guard);
    values.put("library", library);
    values.put("script", script);
    String template = resource("report.html");
    int end = 0;
    for (MatchResult match : PLACEHOLDER.matcher(template).results().toList()) {
      out.append(template, end, match.start()).append(values.get(match.group(1)));
      end = match.end();
    }
    out.append(template, end, template.length());
  }

  private static void write(Section section, Html body, List<Chart> charts) {
    body.tag("section id=\"" + section.id() + "\"").line().element("h2", section.title()).line();
    section.text().forEach(paragraph -> body.element("p", paragraph).line());
    if (!section.charts().isEmpty()) {
      body.tag("div class=\"charts\"").line();
      for (Chart chart : section.charts()) {
        body.tag(
            chart instanceof Chart.Lines(_, _, _, boolean shares, _) && shares
                ? "figure class=\"wide\""
                : "figure");
        body.element("figcaption", chart.title());
        body.legend(chart.legend());
        body.tag("div class=\"chart\" id=\"chart-" + charts.size() + "\"").tag("/div");
        body.tag("/figure").line();
        charts.add(chart);
      }
      body.tag("/div").line();
    }
    section.tables().forEach(body::table);
    body.tag("/section").line();
  }

  /** Returns a resource with the line ends that a browser would make of its own. */
  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new ReportException(
            "this build of Amalgam lacks " + name + ", so it can write no reports; build it anew");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(String script) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
