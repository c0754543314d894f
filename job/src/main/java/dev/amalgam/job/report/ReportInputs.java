package dev.amalgam.job.report;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.calibration.DropRates;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.io.importance.SidecarMetadata;
import dev.amalgam.job.api.ReportException;
import dev.amalgam.job.api.ReportSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The sidecars of a report, open and known to be of one base. */
public final class ReportInputs implements AutoCloseable {

  private static final String EXTENSION = ".safetensors";

  private final List<ScoreFile> files = new ArrayList<>();

  private ReportInputs() {}

  /**
   * Opens sidecars.
   *
   * @throws dev.amalgam.core.AmalgamException if one is malformed, one is given twice, or they are
   *     of different bases
   */
  public static ReportInputs open(List<Path> sidecars) {
    ReportInputs inputs = new ReportInputs();
    try {
      Map<String, Integer> names = new HashMap<>();
      sidecars.forEach(path -> names.merge(stem(path), 1, Integer::sum));
      for (Path path : sidecars) {
        String stem = stem(path);
        inputs.files.add(ScoreFile.open(path, names.get(stem) == 1 ? stem : path.toString()));
      }
      inputs.check();
      return inputs;
    } catch (RuntimeException e) {
      inputs.close();
      throw e;
    }
  }

  private static String stem(Path path) {
    String name = String.valueOf(path.getFileName());
    return name.endsWith(EXTENSION) && name.length() > EXTENSION.length()
        ? name.substring(0, name.length() - EXTENSION.length())
        : name;
  }

  private void check() {
    Map<String, Path> labels = new HashMap<>();
    for (ScoreFile file : files) {
      ScoreFile first = files.getFirst();
      if (!file.metadata().baseHash().equals(first.metadata().baseHash())) {
        throw new ReportException(
            "%s and %s hold scores of experts of different bases; make a report of each base's"
                .formatted(quote(first.path().toString()), quote(file.path().toString())));
      }
      if (labels.put(file.label(), file.path()) != null) {
        throw new ReportException(
            quote(file.path().toString()) + " is named twice; name each sidecar once");
      }
    }
  }

  /** Returns the SHA-256 of the base, if there are sidecars. */
  public Optional<String> baseHash() {
    return files.stream().findFirst().map(file -> file.metadata().baseHash());
  }

  /** Returns how many sidecars there are. */
  public int count() {
    return files.size();
  }

  /** Returns the SHA-256 of each sidecar's expert. */
  public List<String> expertHashes() {
    return files.stream().map(file -> file.metadata().expertHash()).toList();
  }

  List<ScoreFile> files() {
    return files;
  }

  /** Works out everything that the sidecars tell by themselves. */
  Numbers numbers(ReportSettings settings, ProgressListener progress) {
    progress.started("reading scores", 0);
    List<ScoreBins> bins = files.stream().map(ScoreBins::of).toList();
    double[][][] rates = new double[files.size()][][];
    List<SidecarSummary> summaries = new ArrayList<>();
    for (int f = 0; f < rates.length; f++) {
      ScoreBins own = bins.get(f);
      rates[f] =
          settings.densities().stream()
              .map(
                  density ->
                      DropRates.of(own.relative(), own.sizes(), 1 - density, settings.tau1()))
              .toArray(double[][]::new);
      summaries.add(SidecarSummary.of(files.get(f), own, rates[f]));
    }
    List<Agreement> agreements = new ArrayList<>();
    for (int f = 0; f < rates.length; f++) {
      for (int g = f + 1; g < rates.length; g++) {
        if (expertHashes().get(f).equals(expertHashes().get(g))) {
          agreements.add(Agreement.of(files.get(f), files.get(g)));
        }
      }
    }
    return new Numbers(bins, summaries, agreements, comparisons(settings, bins, rates));
  }

  /**
   * What the sidecars tell.
   *
   * @param bins those of each
   * @param summaries of each
   * @param agreements of those of one expert
   * @param comparisons of experts
   */
  record Numbers(
      List<ScoreBins> bins,
      List<SidecarSummary> summaries,
      List<Agreement> agreements,
      List<ExpertComparison> comparisons) {}

  private List<ExpertComparison> comparisons(
      ReportSettings settings, List<ScoreBins> bins, double[][][] rates) {
    Map<String, Map<String, Integer>> kinds = new LinkedHashMap<>();
    for (int f = 0; f < files.size(); f++) {
      SidecarMetadata metadata = files.get(f).metadata();
      kinds
          .computeIfAbsent(kind(metadata), _ -> new LinkedHashMap<>())
          .putIfAbsent(metadata.expertHash(), f);
    }
    List<ExpertComparison> comparisons = new ArrayList<>();
    kinds.forEach(
        (kind, experts) -> {
          if (experts.size() > 1) {
            List<Integer> chosen = List.copyOf(experts.values());
            comparisons.add(
                ExpertComparison.of(
                    kind,
                    chosen.stream().map(files::get).toList(),
                    chosen.stream().map(bins::get).toList(),
                    chosen.stream().map(f -> rates[f]).toArray(double[][][]::new),
                    settings.tau2()));
          }
        });
    return comparisons;
  }

  /** Returns in words how scores came about that can be compared. */
  static String kind(SidecarMetadata metadata) {
    StringBuilder words = new StringBuilder();
    words.append(metadata.level().word()).append(", ").append(word(metadata.estimator()));
    metadata.point().ifPresent(point -> words.append(" at ").append(word(point)));
    words.append(", ").append(word(metadata.aggregate()));
    return metadata.magnitude() ? words + ", effect-magnitude" : words.toString();
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void close() {
    files.forEach(ScoreFile::close);
  }
}
