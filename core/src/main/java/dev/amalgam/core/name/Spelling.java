package dev.amalgam.core.name;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A way in which tools and versions spell tensors' names otherwise, and how it is taken back. */
public enum Spelling {
  /** What training wraps modules in: compiled, distributed and PEFT models. */
  WRAPPED {
    @Override
    String plain(String name) {
      String[] parts = name.split("\\.", -1);
      List<String> kept = new ArrayList<>();
      for (int i = 0; i < parts.length; i++) {
        boolean adapted =
            kept.isEmpty()
                && parts[i].equals("base_model")
                && i + 1 < parts.length
                && parts[i + 1].equals("model");
        if (adapted) {
          i++;
        } else if (!WRAPPERS.contains(parts[i]) && !(kept.isEmpty() && parts[i].equals("module"))) {
          kept.add(parts[i]);
        }
      }
      return String.join(".", kept);
    }
  },

  /** Names of TensorFlow's layer normalisation, and those of PyTorch's old weight normalisation. */
  OLD {
    @Override
    String plain(String name) {
      int end = name.lastIndexOf('.');
      String module = name.substring(0, Math.max(0, end));
      String layer = module.substring(module.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
      return switch (name.substring(end + 1)) {
        case "gamma" -> layer.contains("norm") ? module + ".weight" : name;
        case "beta" -> layer.contains("norm") ? module + ".bias" : name;
        case "original0" -> replacedEnd(name, ".parametrizations.weight.original0", ".weight_g");
        case "original1" -> replacedEnd(name, ".parametrizations.weight.original1", ".weight_v");
        default -> name;
      };
    }
  },

  /** The language model inside a model of several modalities, and the modules beside it. */
  NESTED {
    @Override
    String plain(String name) {
      List<String> parts = new ArrayList<>(Arrays.asList(name.split("\\.", -1)));
      if (parts.size() > 2 && parts.get(0).equals("model") && BESIDE.contains(parts.get(1))) {
        parts.removeFirst();
      }
      parts.remove("language_model");
      return String.join(".", parts);
    }
  };

  private static final Set<String> WRAPPERS =
      Set.of("_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module");

  private static final Set<String> BESIDE =
      Set.of("visual", "vision_tower", "vision_model", "multi_modal_projector", "audio_tower");

  /** Returns whether a tensor is of what pictures or sounds go through beside a language model. */
  public static boolean isBesideText(String name) {
    return Arrays.stream(name.split("\\.")).anyMatch(BESIDE::contains);
  }

  /** Returns how a name is spelled plainly; itself, if it is. */
  abstract String plain(String name);

  private static String replacedEnd(String name, String end, String by) {
    return name.endsWith(end) ? name.substring(0, name.length() - end.length()) + by : name;
  }

  /** Returns how a name is spelled plainly in all ways. */
  public static String allPlain(String name) {
    String plain = name;
    for (Spelling spelling : values()) {
      plain = spelling.plain(plain);
    }
    return plain;
  }
}
