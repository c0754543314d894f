package dev.amalgam.job.report;

import dev.amalgam.core.merge.RepairHistory;
import dev.amalgam.core.repair.Start;
import dev.amalgam.core.run.DeltaProducts;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.job.api.ReportSettings;
import dev.amalgam.job.api.TaskResults;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

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
            List.of(new MergeRecord.Input(HOSTILE, "model.safetensors", "a")),
            Optional.of(repair()));
    var deltas =
        new MergedModel.Deltas(
            List.of(HOSTILE, "merged"),
            new DeltaProducts(
                List.of(
                    new DeltaProducts.OfTensor(HOSTILE, new double[][] {{4, 1}, {1, 1}}),
                    new DeltaProducts.OfTensor("embed", new double[][] {{0, 0}, {0, 1}})),
                List.of(HOSTILE)));
    try (ReportInputs inputs = ReportInputs.open(sidecars)) {
      Report.write(
          inputs,
          ReportSettings.DEFAULT,
          Optional.empty(),
          Optional.of(
              new MergedModel(
                  "out",
                  Optional.of(record),
                  Optional.of(results),
                  Optional.of(deltas),
                  Optional.empty())),
          "0.1.0",
          page,
          ProgressListener.NONE);
    }
    return page;
  }

  /** A repair of one task, of which one judgement found no number. */
  static RepairHistory repair() {
    var lines =
        new RepairHistory.Lines(
            new RepairHistory.Spread(4, 0.25, 0.125), new RepairHistory.Spread(2, -0.5, 0.25));
    SequencedMap<String, List<RepairHistory.Lines>> coefficients = new LinkedHashMap<>();
    coefficients.put(HOSTILE, List.of(lines));
    coefficients.put("h.1.attn.w", List.of(lines));
    coefficients.put("embed", List.of(lines));
    return new RepairHistory(
        Start.REGRESSION,
        1.2f,
        1.5f,
        false,
        List.of(new RepairHistory.Task(HOSTILE, 3, 2, 2.75, 2.5, 2.25)),
        List.of(
            new RepairHistory.Learning(
                false,
                10,
                List.of(
                    new RepairHistory.Judgement(0, List.of(2.5)),
                    new RepairHistory.Judgement(5, List.of(Double.NaN)),
                    new RepairHistory.Judgement(10, List.of(2.375)))),
            new RepairHistory.Learning(
                true, 5, List.of(new RepairHistory.Judgement(0, List.of(2.4375))))),
        List.of(
            new RepairHistory.Judgement(1, List.of(2.375)),
            new RepairHistory.Judgement(1.5, List.of(2.25))),
        coefficients);
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
