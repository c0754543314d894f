package dev.amalgam.job;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a page calls models: by the names of their folders where these differ, else by their paths.
 */
final class ModelLabels {

  private ModelLabels() {}

  static List<String> of(List<Path> models) {
    Set<String> names = new HashSet<>();
    boolean distinct = models.stream().allMatch(path -> names.add(name(path)));
    return models.stream().map(path -> distinct ? name(path) : path.toString()).toList();
  }

  private static String name(Path folder) {
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return name == null ? folder.toString() : name.toString();
  }
}
