package dev.amalgam.core.name;

import static dev.amalgam.core.AmalgamException.quote;

/**
 * How the tensors of a model are called where its own names are not used.
 *
 * @param model what messages call the model
 * @param from the first of its tensors that is called otherwise, by its own name
 * @param to what it is called
 * @param tensors how many are called otherwise
 */
public record Renaming(String model, String from, String to, int tensors) {

  /** Returns this as words: {@code a: 'module.x' as 'x', and 3 more}. */
  public String words() {
    return "%s: %s as %s%s"
        .formatted(
            model, quote(from), quote(to), tensors == 1 ? "" : ", and " + (tensors - 1) + " more");
  }
}
