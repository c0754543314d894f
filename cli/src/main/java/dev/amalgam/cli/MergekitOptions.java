package dev.amalgam.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What those who are used to mergekit's options should do instead. */
final class MergekitOptions {

  private static final String CPU = "not needed, as everything runs on the CPU";
  private static final String MEMORY = "not needed, as files are read in small pieces";
  private static final String ALWAYS = "not needed, as that is always done";

  private static final Map<String, String> CURES =
      Map.ofEntries(
          Map.entry(
              "allow-crimes",
              "not needed, as no architecture has to be known and 'missing' in the recipe allows"
                  + " for tensors that an input lacks"),
          Map.entry("async-write", ALWAYS),
          Map.entry("clone-tensors", "not needed, as layers may be repeated"),
          Map.entry(
              "copy-tokenizer", ALWAYS + "; tokenizer_source in the recipe says which tokenizer"),
          Map.entry("cuda", CPU),
          Map.entry("device", CPU),
          Map.entry("gpu-rich", CPU),
          Map.entry("lazy-unpickle", MEMORY),
          Map.entry("lora-merge-cache", "not needed, as adapters are applied while they are read"),
          Map.entry("lora-merge-dtype", "not needed, as adapters are applied in float32"),
          Map.entry("low-cpu-memory", MEMORY),
          Map.entry("multi-gpu", CPU),
          Map.entry("num-threads", "write --threads"),
          Map.entry("out-shard-size", "write --shard-size, as in 5GB"),
          Map.entry("random-seed", "write --seed"),
          Map.entry("read-to-gpu", CPU),
          Map.entry("safe-serialization", ALWAYS),
          Map.entry("transformers-cache", "not needed, as nothing is downloaded"),
          Map.entry("trust-remote-code", "not needed, as no code of a model is run"),
          Map.entry("verbose", "write --stacktrace to see where an error arose"),
          Map.entry("write-model-card", ALWAYS),
          Map.entry("write-threads", "write --threads"));

  private MergekitOptions() {}

  /**
   * Returns what to do with the options among unknown arguments that are mergekit's, or nothing if
   * none is.
   */
  static Optional<String> cure(List<String> unknown) {
    String cures =
        unknown.stream()
            .filter(argument -> argument.startsWith("--"))
            .map(argument -> argument.split("=", 2)[0])
            .distinct()
            .filter(option -> CURES.containsKey(name(option)))
            .map(option -> option + " is mergekit's: " + cure(option))
            .collect(Collectors.joining("; "));
    return cures.isEmpty() ? Optional.empty() : Optional.of(cures);
  }

  private static String cure(String option) {
    String cure = CURES.get(name(option));
    if (option.startsWith("--no-") && cure.startsWith(ALWAYS)) {
      return cure.replaceFirst("not needed, as", "not possible, as") + ": drop it";
    }
    return cure.startsWith("not needed") ? cure + ": drop it" : cure;
  }

  private static String name(String option) {
    return option.replaceFirst("^--(no-)?", "");
  }
}
