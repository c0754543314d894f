package dev.amalgam.io.model;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a model is called on the Hugging Face Hub. A path on this disk tells only where it leads
 * into the Hub's cache, whose folders are called {@code models--org--name}; any other folder may be
 * called whatever its owner likes.
 */
public final class HubId {

  private static final Pattern CACHED =
      Pattern.compile("(?:^|[/\\\\])models--([\\w.-]+?)(?:--([\\w.-]+))?(?=$|[/\\\\])");

  private HubId() {}

  /** Returns the ids that a reference names: of a base, then of its adapters, where it tells. */
  public static List<String> in(String reference) {
    List<String> ids = new ArrayList<>();
    for (String part : reference.split("\\+")) {
      Matcher cached = CACHED.matcher(part);
      if (cached.find()) {
        ids.add(
            cached.group(2) == null ? cached.group(1) : cached.group(1) + "/" + cached.group(2));
      }
    }
    return ids;
  }
}
