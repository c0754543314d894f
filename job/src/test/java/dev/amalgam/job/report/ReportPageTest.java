package dev.amalgam.job.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.io.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportPageTest {

  @TempDir Path folder;

  private static List<String> between(String text, String start, String end) {
    return Pattern.compile(Pattern.quote(start) + "(.*?)" + Pattern.quote(end), Pattern.DOTALL)
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  @Test
  void hostileNamesStayText() throws IOException {
    String page = Files.readString(Pages.write(folder));
    assertEquals(4, between(page, "<script", "</script>").size());
    assertFalse(page.contains("<b onclick"));
    assertTrue(page.contains("&lt;/script&gt;&lt;script&gt;document.title=&#39;broken&#39;"));
    assertTrue(page.contains("{{charts}}\\u{202e}\\u{2028}\\u{0}&quot;&#39;&amp;&lt;!--"));
    String body = between(page, "<main>", "</main>").getFirst();
    assertFalse(body.contains("document.title='broken'"));
    assertFalse(body.contains("\u202e"));
    assertFalse(body.contains("\u2028"));
    assertFalse(body.contains("\u0000"));
  }

  @Test
  void chartsAreJsonWithoutMarkup() throws IOException {
    String page = Files.readString(Pages.write(folder));
    String json =
        between(page, "<script type=\"application/json\" id=\"data\">", "</script>").getFirst();
    assertFalse(json.contains("<"));
    assertFalse(json.contains("&"));
    JsonNode charts = Json.parse(json);
    assertEquals(between(page, "<div class=\"chart\"", ">").size(), charts.size());
    // A loss that is no number is a gap.
    assertTrue(charts.toString().contains("\"name\":\"merged\",\"values\":[null]"));
  }

  @Test
  void scriptsCannotEndTheirElementInJson() {
    String safe = ChartJson.safe("\"</script><!--&\u2028\u2029\"");
    assertEquals("\"\\u003c/script\\u003e\\u003c!--\\u0026\\u2028\\u2029\"", safe);
  }

  @Test
  void nothingIsLoadedFromElsewhere() throws IOException {
    String page = Files.readString(Pages.write(folder));
    String markup = page.replaceAll("(?s)<script.*?</script>", "");
    assertFalse(Pattern.compile("\\s(src|action|data)\\s*=").matcher(markup).find());
    Matcher links = Pattern.compile("href=\"([^\"]*)\"").matcher(markup);
    while (links.find()) {
      assertTrue(links.group(1).startsWith("#"), links.group(1));
    }
    assertFalse(markup.contains("url("));
    assertFalse(markup.contains("@import"));
    assertTrue(markup.contains("default-src 'none'"));
  }

  @Test
  void theLibraryAndItsLicenceAreAtHand() throws IOException {
    for (String name : List.of("echarts.min.js", "LICENSE", "NOTICE")) {
      try (var in = Page.class.getResourceAsStream("echarts/" + name)) {
        assertTrue(in.readAllBytes().length > 0);
      }
    }
  }

  @Test
  void tablesHoldTheNumbersOfCharts() throws IOException {
    String page = Files.readString(Pages.write(folder));
    String cells = page.replaceAll("<td [^>]*>", "<td>");
    for (String text :
        List.of(
            "<summary>Rank correlations</summary>",
            "<summary>Share of importance kept</summary>",
            "<summary>Drop rates of parameters: mean and quantiles</summary>",
            "<summary>Collisions, row, gradient at base, magnitude</summary>",
            "<summary>Weights of kept parameters: mean and quantiles</summary>",
            "<td>37.5 %</td>",
            "<td>expert of &lt;b onclick=x&gt;&amp;a</td>",
            "<td>2.2500</td>",
            "<summary>Losses by task</summary>",
            "<summary>Loss by step</summary>",
            "<summary>Loss by step under the mask</summary>",
            "<summary>Loss by λ</summary>",
            "<summary>Coefficients outside of layers</summary>",
            "<summary>In the whole model</summary>",
            // What the repaired model keeps of the gain; a loss that is no number; ⟨δ, Δ⟩/‖Δ‖².
            "<td>75.0 %</td>",
            "<tr><th scope=\"row\">5</th><td>–</td>",
            "<td>25.0 %</td>")) {
      assertTrue(cells.contains(text), text);
    }
  }

  @Test
  void chartsOfOneKindHaveOneScale() throws IOException {
    String page = Files.readString(Pages.write(folder));
    JsonNode charts =
        Json.parse(
            between(page, "<script type=\"application/json\" id=\"data\">", "</script>")
                .getFirst());
    List<String> titles =
        between(page, "<figcaption>", "</figcaption>").stream().map(String::strip).toList();
    double most = 0;
    for (int i = 0; i < charts.size(); i++) {
      JsonNode chart = charts.get(i);
      if (titles.get(i).startsWith("Importance outside")) {
        most = chart.get("most").asDouble();
      }
    }
    double scale = most;
    long alike =
        IntStream.range(0, charts.size())
            .filter(i -> charts.get(i).path("most").asDouble() == scale)
            .filter(i -> List.of("second", "third").contains(titles.get(i)))
            .filter(i -> charts.get(i).get("kind").asText().equals("heat"))
            .count();
    assertEquals(2, alike);
    // What is in no layer stands in a chart of its own.
    for (JsonNode chart : charts) {
      if (chart.path("x").asText().equals("layer")) {
        chart.get("columns").forEach(layer -> assertTrue(layer.asText().matches("\\d+")));
      }
    }
  }

  @Test
  void wideTablesNameTheColumnOfEachCell() throws IOException {
    String page = Files.readString(Pages.write(folder));
    String wide = between(page, "<table class=\"stack\">", "</table>").getFirst();
    assertFalse(wide.contains("<td>"));
    assertTrue(wide.contains("<td data-label=\"task arithmetic\">2.7500</td>"), wide);
    // A file's name is a column's.
    assertTrue(page.contains("<td data-label=\"h.0.mlp.&lt;/script&gt;"));
  }

  @Test
  void anExistingFileStays() throws IOException {
    Path page = Pages.write(folder);
    byte[] before = Files.readAllBytes(page);
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(other.resolve("report.html"), "mine");
    assertThrows(RuntimeException.class, () -> Pages.write(other));
    assertEquals("mine", Files.readString(other.resolve("report.html")));
    assertTrue(before.length > 1_000_000);
  }
}
