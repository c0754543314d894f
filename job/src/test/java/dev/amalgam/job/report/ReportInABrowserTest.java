package dev.amalgam.job.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

class ReportInABrowserTest {

  private static final List<String> BROWSERS =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final int SECONDS = 120;

  // A browser's helpers may outlive it for a moment and still write.
  @TempDir(cleanup = CleanupMode.NEVER)
  Path profile;

  @TempDir Path folder;

  private static Optional<Path> browser() {
    return BROWSERS.stream()
        .flatMap(
            name ->
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                    .map(place -> Path.of(place, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  @Test
  void allChartsAreDrawnAndNoScriptFails() throws IOException, InterruptedException {
    Optional<Path> browser = browser();
    assumeTrue(
        browser.isPresent(),
        "skipped: no Chromium on the PATH (looked for " + String.join(", ", BROWSERS) + ")");
    Path page = Pages.write(folder);
    Path dom = folder.resolve("dom.html");
    Path log = folder.resolve("log.txt");
    Process process =
        new ProcessBuilder(
                browser.get().toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--enable-logging=stderr",
                "--host-resolver-rules=MAP * ~NOTFOUND",
                "--user-data-dir=" + profile,
                "--virtual-time-budget=10000",
                "--dump-dom",
                page.toUri().toString())
            .redirectOutput(dom.toFile())
            .redirectError(log.toFile())
            .start();
    try {
      assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS), "the browser did not come to an end");
    } finally {
      process.destroyForcibly();
    }
    String html = Files.readString(dom);
    String messages = Files.readString(log);
    assertTrue(html.startsWith("<!DOCTYPE html>"), messages);
    assertTrue(html.contains("data-errors=\"0\""), messages);
    assertTrue(messages.lines().noneMatch(line -> line.contains("CONSOLE")), messages);
    assertTrue(html.contains("<title>Merged model</title>"), "a name became a script");
    long boxes = count(html, "<div class=\"chart\"");
    assertTrue(boxes >= 10, "few charts: " + boxes);
    assertTrue(html.contains("data-charts=\"" + boxes + "\""));
    assertEquals(boxes, count(html, "<svg "));
    // Each has its axes and marks, not an empty drawing.
    String[] drawings = html.split("<svg ");
    for (int i = 1; i < drawings.length; i++) {
      String drawing = drawings[i].substring(0, drawings[i].indexOf("</svg>"));
      assertTrue(count(drawing, "<path ") >= 3, drawing);
      assertTrue(count(drawing, "<text ") >= 2, drawing);
    }
  }

  private static long count(String text, String part) {
    return Pattern.compile(Pattern.quote(part)).matcher(text).results().count();
  }
}
