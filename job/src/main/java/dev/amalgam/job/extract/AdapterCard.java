package dev.amalgam.job.extract;

import dev.amalgam.io.json.YamlString;
import dev.amalgam.io.model.HubId;
import dev.amalgam.job.api.AmalgamVersion;
import dev.amalgam.job.api.Extraction;
import java.util.List;
import java.util.Locale;

/** Writes the {@code README.md} of an adapter, as PEFT writes one. */
public final class AdapterCard {

  /** The file's name in the adapter's folder. */
  public static final String FILE = "README.md";

  private AdapterCard() {}

  /**
   * Returns the text.
   *
   * @param base the reference of the base
   */
  public static String of(String base, Extraction extraction) {
    List<String> ids = HubId.in(base);
    StringBuilder card = new StringBuilder("---\n");
    ids.stream()
        .findFirst()
        .ifPresent(id -> card.append("base_model: ").append(YamlString.quoted(id)).append('\n'));
    card.append("library_name: peft\ntags:\n- amalgam\n- lora\n---\n# LoRA adapter\n\n");
    card.append("Extracted from a fine-tuned model by Amalgam ").append(AmalgamVersion.get());
    card.append(
        String.format(
            Locale.ROOT,
            ": %d matrices, of whose changes it keeps %.1f %% (squared Frobenius norm).\n",
            extraction.factored().size(),
            100 * extraction.energy()));
    return card.toString();
  }
}
