package dev.amalgam.job.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What a report tells about a merged model: how it was repaired, what it holds, how well it does.
 */
final class MergeSections {

  /** What shares of deltas are. */
  static final String WHAT_SHARES_ARE =
      "The share of an expert's delta Δ in the merged delta δ, both taken from the base, is ⟨δ, Δ⟩"
          + " / ‖Δ‖²: 100 % where δ holds all of Δ, 0 % where it holds nothing of it. Deltas that"
          + " point the same way count for each other.";

  private final ReportData data;
  private final MergedModel merge;

  private MergeSections(ReportData data, MergedModel merge) {
    this.data = data;
    this.merge = merge;
  }

  static List<Section> of(ReportData data, MergedModel merge) {
    MergeSections sections = new MergeSections(data, merge);
    List<Section> all = new ArrayList<>();
    all.add(sections.merge());
    merge
        .record()
        .flatMap(MergeRecord::repair)
        .ifPresent(history -> all.addAll(RepairSections.of(history)));
    merge.deltas().ifPresent(deltas -> all.add(shares(deltas)));
    return all;
  }

  private Section merge() {
    List<String> text = new ArrayList<>();
    List<Chart> charts = new ArrayList<>();
    List<Section.Table> tables = new ArrayList<>();
    String path = Text.visible(merge.path());
    merge
        .results()
        .ifPresentOrElse(
            results -> {
              text.add(
                  "How well the base, each expert and the merged model '%s' do on each file of examples. Where"
                          .formatted(path)
                      + " a file is for a classifier, models without a head of their own have that"
                      + " of the file's expert.");
              TaskCharts.add(results, charts, tables);
            },
            () ->
                text.add(
                    "The merged model is '%s'. How well it does is told with --base, --expert and --data."
                        .formatted(path)));
    merge
        .record()
        .ifPresentOrElse(
            record -> {
              text.add(
                  "Its amalgam.json says: merged by Amalgam %s with method %s and seed %s."
                      .formatted(
                          Text.visible(record.version()),
                          Text.visible(record.method()),
                          Text.visible(record.seed())));
              if (record.repair().isEmpty()) {
                text.add("It tells of no repair, so there is none to show.");
              }
              tables.add(inputs(record));
              tables.add(recipe(record));
            },
            () ->
                text.add(
                    "It has no amalgam.json, so neither what was merged nor how it was repaired is"
                        + " recorded."));
    if (merge.deltas().isEmpty()) {
      text.add(
          merge
              .incomparable()
              .map(why -> "Which expert has its way where cannot be told: " + why + ".")
              .orElse("Which expert has its way where is told with --base and --expert."));
    }
    return new Section("merge", "The merge", text, charts, tables);
  }

  private static Section.Table recipe(MergeRecord record) {
    List<String> lines = record.recipe().lines().toList();
    return new Section.Table(
        "Recipe",
        false,
        List.of("line", "text"),
        IntStream.range(0, lines.size())
            .mapToObj(i -> List.of(Integer.toString(i + 1), Text.visible(lines.get(i))))
            .toList());
  }

  private Section.Table inputs(MergeRecord record) {
    Map<String, String> known = new TreeMap<>();
    for (SidecarSummary s : data.sidecars()) {
      known.putIfAbsent(s.metadata().expertHash(), "expert of " + Text.visible(s.label()));
      known.put(s.metadata().baseHash(), "base");
    }
    return new Section.Table(
        "What was merged",
        false,
        List.of("model", "file", "SHA-256", "is"),
        record.inputs().stream()
            .map(
                input ->
                    List.of(
                        Text.visible(input.model()),
                        Text.visible(input.file()),
                        Text.visible(input.hash()),
                        known.getOrDefault(input.hash(), Text.NOTHING)))
            .toList());
  }

  private static Section shares(MergedModel.Deltas deltas) {
    DeltaGeometry geometry = DeltaGeometry.of(deltas.labels(), deltas.products());
    List<Chart> charts = new ArrayList<>();
    List<Section.Table> tables = new ArrayList<>();
    int merged = deltas.labels().size() - 1;
    DeltaGeometry.Gram total = geometry.total();
    List<List<String>> rows = new ArrayList<>();
    for (int e = 0; e < merged; e++) {
      rows.add(
          List.of(
              Text.visible(deltas.labels().get(e)),
              Text.percent(total.share(merged, e)),
              Text.number(total.cosine(merged, e)),
              Text.number(total.norm(e))));
    }
    tables.add(
        new Section.Table(
            "In the whole model",
            true,
            List.of("expert", "share", "cosine", "norm of its delta"),
            rows));
    PlaceCharts.add("Shares", geometry.sharesInLast(), true, charts, tables);
    return new Section(
        "shares",
        "Who has its way where",
        List.of(
            WHAT_SHARES_ARE
                + " The merged delta's norm is "
                + Text.number(total.norm(merged))
                + "."
                + Text.left(deltas.products().left().size())),
        charts,
        tables);
  }
}
