package dev.amalgam.job.report;

import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.job.api.ReportSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Writes a report with everything in it about sidecars with hostile names. */
final class Pages {

  static final String HOSTILE =
      "h.0.mlp.</script><script>document.title='broken'</script>{{charts}}\u202e\u2028\u0000\"'&<!--";

  private Pages() {}

  static Path write(Path folder) {
    List<Path> sidecars =
        List.of(
            sidecar("row", "a", 1).write(folder.resolve("<b onclick=x>&a.safetensors")),
            sidecar("tensor", "a", 2).write(folder.resolve("second.safetensors")),
            sidecar("row", "b</script>", 3).write(folder.resolve("third.safetensors")));
    Path page = folder.resolve("report.html");
    var results =
        new TaskResults(
            List.of("base", HOSTILE, "merged"),
            List.of(HOSTILE),
            new double[][] {{2}, {1.5}, {Double.NaN}},
            new double[][] {{0.25}, {0.5}, {0.375}});
    var record =
        new MergeRecord(
            "1</script>",
            HOSTILE,
            "7",
            "merge_method: ties\n" + HOSTILE,
            List.of(new MergeRecord.Input(HOSTILE, "model.safetensors", "a")));
    try (ReportInputs inputs = ReportInputs.open(sidecars)) {
      Report.write(
          inputs,
          ReportSettings.DEFAULT,
          Optional.empty(),
          Optional.of(new MergedModel("out", Optional.of(record), results)),
          "0.1.0",
          page,
          ProgressListener.NONE);
    }
    return page;
  }

  private static HandMade sidecar(String level, String expert, float scale) {
    float[] importance = level.equals("row") ? new float[] {scale, 2, 3} : new float[] {scale};
    long size = level.equals("row") ? 4 : 12;
    return new HandMade(level, expert)
        .with("amalgam", HOSTILE)
        .add(HOSTILE, size, importance)
        .add("h.1.attn.w", size, importance)
        .add("embed", size, importance);
  }
}
