package dev.amalgam.bench.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A job and the files that it finds damaged.
 *
 * @param scenario the job
 * @param damaged the bytes by the path in the corpus
 */
record FuzzInput(Scenario scenario, SortedMap<String, byte[]> damaged) {

  private static final String SCENARIO = "scenario.txt";

  /** Returns one of the inputs of a seed: always the same for the same corpus. */
  static FuzzInput of(Corpus corpus, long seed, long index) {
    SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong() + index);
    Scenario scenario = Scenario.ALL.get(random.nextInt(Scenario.ALL.size()));
    SortedMap<String, byte[]> damaged = new TreeMap<>();
    do {
      String file = scenario.files().get(random.nextInt(scenario.files().size()));
      byte[] bytes = damaged.getOrDefault(file, corpus.files().get(file));
      damaged.put(file, damage(corpus, file, bytes, random));
    } while (random.nextInt(3) == 0);
    return new FuzzInput(scenario, damaged);
  }

  private static byte[] damage(Corpus corpus, String file, byte[] bytes, SplittableRandom random) {
    if (random.nextInt(20) > 0) {
      return Mutator.of(file).mutate(bytes, random);
    }
    // Two files of a kind, spliced.
    String kind = file.substring(file.lastIndexOf('.'));
    List<String> same = corpus.files().keySet().stream().filter(f -> f.endsWith(kind)).toList();
    byte[] other = corpus.files().get(same.get(random.nextInt(same.size())));
    int cut = random.nextInt(bytes.length + 1);
    byte[] tail = Arrays.copyOfRange(other, Math.min(other.length, cut), other.length);
    return ByteMutator.replaced(bytes, cut, bytes.length - cut, tail);
  }

  /** Returns the input that was {@linkplain #write written} into a folder. */
  static FuzzInput read(Path folder) throws IOException {
    String name = Files.readString(folder.resolve(SCENARIO)).strip();
    Scenario scenario =
        Scenario.ALL.stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
    SortedMap<String, byte[]> damaged = new TreeMap<>();
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String path = folder.relativize(file).toString();
        if (!path.equals(SCENARIO)) {
          damaged.put(path, Files.readAllBytes(file));
        }
      }
    }
    return new FuzzInput(scenario, damaged);
  }

  /** Writes the input into a folder that a test can hold. */
  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(SCENARIO), scenario.name() + "\n");
    writeDamaged(folder);
  }

  /** Writes the damaged files where the job looks for them. */
  void writeDamaged(Path folder) throws IOException {
    for (var file : damaged.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
  }

  /** Returns the same with one file other, or whole again if {@code bytes} is null. */
  FuzzInput with(String file, byte[] bytes) {
    SortedMap<String, byte[]> other = new TreeMap<>(damaged);
    if (bytes == null) {
      other.remove(file);
    } else {
      other.put(file, bytes);
    }
    return new FuzzInput(scenario, other);
  }
}
