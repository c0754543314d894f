package dev.amalgam.bench.fuzz;

import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.io.tokenizer.Encoding;
import dev.amalgam.io.tokenizer.Tokenizer;
import dev.amalgam.job.CompareJob;
import dev.amalgam.job.DiffJob;
import dev.amalgam.job.EvalJob;
import dev.amalgam.job.ExtractLoraJob;
import dev.amalgam.job.GenerateJob;
import dev.amalgam.job.ImportanceJob;
import dev.amalgam.job.Inspection;
import dev.amalgam.job.MergeJob;
import dev.amalgam.job.ReportJob;
import dev.amalgam.job.TokenizeJob;
import dev.amalgam.job.api.EvalSettings;
import dev.amalgam.job.api.ExtractionSettings;
import dev.amalgam.job.api.GenerationSettings;
import dev.amalgam.job.api.MergeSettings;
import dev.amalgam.job.api.ReportSettings;
import dev.amalgam.job.api.ScoringSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A job and the files of a {@link Corpus} that it reads.
 *
 * @param name {@code job/variant}
 * @param files those that may be damaged
 * @param job what is run
 */
record Scenario(String name, List<String> files, Job job) {

  /** Runs on files in a folder, and writes to {@code out}, which is new, if it writes anything. */
  @FunctionalInterface
  interface Job {
    void run(Path folder, Path out);
  }

  private static final int THREADS = 2;
  private static final int LONGEST = 16;

  private static final List<String> BASE = model("base", "model.safetensors");
  private static final List<String> EXPERT = expert();
  private static final List<String> ADAPTER =
      List.of("adapter/adapter_config.json", "adapter/adapter_model.safetensors");

  private static final List<String> TEXTS =
      List.of("one two  three", "", "Ünïcödé \u202e 漢字 \uD83D\uDE00 \u0000\n", "a".repeat(2000));

  /** All of them. */
  static final List<Scenario> ALL = all();

  /** Returns the name of the job without its variant. */
  String jobName() {
    return name.substring(0, name.indexOf('/'));
  }

  @Override
  public String toString() {
    return name;
  }

  private static List<Scenario> all() {
    List<Scenario> all = new ArrayList<>();
    for (String recipe : List.of("linear", "ties", "slices", "stages", "union", "fisher")) {
      List<String> read = new ArrayList<>(both());
      // What stands more often is damaged more often.
      read.addAll(List.of(recipe + ".yml", recipe + ".yml", recipe + ".yml"));
      read.addAll(recipe.equals("ties") ? ADAPTER : List.of("examples.jsonl"));
      all.add(new Scenario("merge/" + recipe, read, (from, out) -> merge(from, recipe, out)));
    }
    all.add(
        new Scenario(
            "validate/slices",
            List.of("slices.yml", "base/config.json", "expert/config.json"),
            (from, _) -> MergeJob.check(from.resolve("slices.yml"), THREADS)));
    all.add(eval("base", BASE, "examples.jsonl"));
    all.add(eval("bert", model("bert", "model.safetensors"), "classes.jsonl"));
    all.add(new Scenario("importance/row", plus(both(), "examples.jsonl"), Scenario::importance));
    all.add(
        new Scenario(
            "inspect/base", BASE, (from, _) -> Inspection.of(from.resolve("base")).json()));
    all.add(
        new Scenario(
            "inspect/expert", EXPERT, (from, _) -> Inspection.of(from.resolve("expert")).json()));
    all.add(
        new Scenario(
            "inspect/file",
            List.of("scores.safetensors"),
            (from, _) -> Inspection.of(from.resolve("scores.safetensors")).json()));
    all.add(new Scenario("diff/expert", both(), (from, _) -> diff(from, from.resolve("expert"))));
    all.add(
        new Scenario(
            "diff/adapter",
            plus(ADAPTER, "base/config.json"),
            (from, _) ->
                diff(from, Path.of(from.resolve("base") + "+" + from.resolve("adapter")))));
    all.add(new Scenario("compare/expert", plus(both(), "examples.jsonl"), Scenario::compare));
    for (String style : List.of("bert-uncased", "llama3", "t5-unigram", "mistral-metaspace")) {
      String folder = "tokenizers/" + style;
      List<String> file = List.of(folder + "/tokenizer.json");
      all.add(new Scenario("tokenize/" + style, file, (from, _) -> tokenize(from.resolve(folder))));
    }
    all.add(
        new Scenario(
            "tokenize/words",
            List.of("base/tokenizer.json", "base/tokenizer_config.json", "examples.jsonl"),
            (from, _) -> tokenizeLines(from)));
    all.add(new Scenario("generate/base", BASE, (from, _) -> generate(from)));
    all.add(new Scenario("extract-lora/expert", both(), Scenario::extract));
    all.add(new Scenario("report/scores", List.of("scores.safetensors"), Scenario::report));
    all.add(
        new Scenario("report/models", plus(both(), "scores.safetensors"), Scenario::reportModels));
    return List.copyOf(all);
  }

  private static List<String> model(String folder, String tensors) {
    return Stream.of("config.json", tensors, "tokenizer.json", "tokenizer_config.json")
        .map(file -> folder + "/" + file)
        .toList();
  }

  private static List<String> expert() {
    List<String> files = new ArrayList<>(model("expert", "model.safetensors.index.json"));
    files.add("expert/model-00001-of-00002.safetensors");
    return files;
  }

  private static List<String> both() {
    return Stream.concat(BASE.stream(), EXPERT.stream()).toList();
  }

  private static List<String> plus(List<String> files, String file) {
    return Stream.concat(files.stream(), Stream.of(file)).toList();
  }

  private static void merge(Path from, String recipe, Path out) {
    MergeSettings settings = MergeSettings.defaults().withThreads(THREADS);
    try (MergeJob job = MergeJob.prepare(from.resolve(recipe + ".yml"), out, settings)) {
      job.run(ProgressListener.NONE);
    }
    Inspection.of(out);
  }

  private static Scenario eval(String model, List<String> files, String data) {
    return new Scenario(
        "eval/" + model,
        plus(files, data),
        (from, out) -> {
          EvalSettings settings = EvalSettings.defaults().withThreads(THREADS).withLogits(out);
          try (EvalJob job =
              EvalJob.prepare(
                  from.resolve(model), from.resolve(data), settings, ProgressListener.NONE)) {
            job.run(ProgressListener.NONE);
          }
        });
  }

  private static void importance(Path from, Path out) {
    ScoringSettings settings =
        ScoringSettings.defaults().withThreads(THREADS).withMaxLength(OptionalInt.of(LONGEST));
    try (ImportanceJob job =
        ImportanceJob.prepare(
            from.resolve("expert"),
            from.resolve("base"),
            from.resolve("examples.jsonl"),
            settings)) {
      job.run(out, ProgressListener.NONE);
    }
  }

  private static void diff(Path from, Path other) {
    DiffJob.json(DiffJob.compare(from.resolve("base"), other, THREADS, ProgressListener.NONE));
  }

  private static void compare(Path from, Path out) {
    CompareJob.Settings settings =
        new CompareJob.Settings(
            List.of(from.resolve("expert")),
            from.resolve("base"),
            List.of(),
            List.of(from.resolve("examples.jsonl")),
            Optional.of(out),
            EvalSettings.defaults().withThreads(THREADS).withMaxLength(LONGEST));
    try (CompareJob job = CompareJob.prepare(settings, ProgressListener.NONE)) {
      job.run(ProgressListener.NONE).json();
    }
  }

  private static void tokenize(Path model) {
    Tokenizer tokenizer = TokenizeJob.tokenizer(model);
    for (String text : TEXTS) {
      Encoding encoding = tokenizer.encode(text, true);
      TokenizeJob.json(encoding);
    }
  }

  private static void tokenizeLines(Path from) {
    Tokenizer tokenizer = TokenizeJob.tokenizer(from.resolve("base"));
    TokenizeJob.texts(
        from.resolve("examples.jsonl"), text -> TokenizeJob.json(tokenizer.encode(text, true)));
  }

  private static void generate(Path from) {
    GenerateJob.prepare(from.resolve("base"), "one two", new GenerationSettings(4, 0.7, 1, THREADS))
        .run(_ -> {});
  }

  private static void extract(Path from, Path out) {
    ExtractionSettings settings =
        new ExtractionSettings(3, 0.9, OptionalDouble.empty(), 42, true, true, false);
    ExtractLoraJob.run(
        from.resolve("expert"),
        from.resolve("base"),
        out,
        settings,
        THREADS,
        ProgressListener.NONE);
  }

  private static void report(Path from, Path out) {
    report(from, out, Optional.empty(), List.of());
  }

  private static void reportModels(Path from, Path out) {
    report(
        from,
        out,
        Optional.of(from.resolve("base")),
        List.of(from.resolve("expert"), from.resolve("changed")));
  }

  private static void report(Path from, Path out, Optional<Path> base, List<Path> experts) {
    ReportJob.Settings settings =
        new ReportJob.Settings(
            ReportSettings.DEFAULT,
            base,
            experts,
            Optional.empty(),
            List.of(),
            OptionalInt.empty(),
            EvalSettings.BATCH_TOKENS,
            THREADS);
    try (ReportJob job =
        ReportJob.prepare(
            List.of(from.resolve("scores.safetensors")), out, settings, ProgressListener.NONE)) {
      job.run(ProgressListener.NONE);
    }
  }
}
