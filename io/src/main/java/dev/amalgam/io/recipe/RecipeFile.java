package dev.amalgam.io.recipe;

import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A recipe and its text, which the merged model's {@code amalgam.json} and model card repeat.
 *
 * @param path the file that it was read from, if any; models are looked up beside it too
 * @param text the YAML
 * @param stages merges whose results later ones start from, each behind those that it needs
 * @param recipe the last merge, whose result is the output; the only one of most recipes
 */
public record RecipeFile(Optional<Path> path, String text, List<Stage> stages, Recipe recipe) {

  /** Copies the list. */
  public RecipeFile {
    stages = List.copyOf(stages);
  }

  /**
   * A merge whose result is a model of other merges.
   *
   * @param name what they call the result
   * @param recipe the merge
   */
  public record Stage(String name, Recipe recipe) {}

  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final int MOST_BYTES = 1_000_000;

  /**
   * Returns the recipe of a YAML file.
   *
   * @throws RecipeException if the file cannot be read, or is no recipe; the message names file,
   *     line and column
   */
  public static RecipeFile read(Path path) {
    String text = readText(path);
    return StageReader.read(Optional.of(path), text, Yaml.parse(path.toString(), text));
  }

  /**
   * Returns the recipe of a YAML text.
   *
   * @throws RecipeException if it is no recipe; the message names line and column
   */
  public static RecipeFile parse(String text) {
    return StageReader.read(Optional.empty(), text, Yaml.parse("recipe", text));
  }

  /**
   * Returns a recipe that was made in code, with the text of a file that says the same.
   *
   * @throws RecipeException if no file could say it: an unknown method, no models, a gradient
   *     without numbers, NaN
   */
  public static RecipeFile of(Recipe recipe) {
    RecipeFile written = parse(RecipeWriter.write(recipe));
    if (!written.recipe().equals(recipe)) {
      throw new RecipeException(
          "no recipe's file says the same as this recipe, but at best "
              + RecipeException.quote(written.text())
              + "; look for NaN and for a filter '*'");
    }
    return written;
  }

  private static String readText(Path path) {
    if (Files.isDirectory(path)) {
      throw new RecipeException(path + ": is a folder; name the recipe's YAML file");
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new RecipeException(
            path + ": is larger than 1 MB, which no recipe is; name the recipe's YAML file");
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new RecipeException(path + ": is not UTF-8 text; save it as UTF-8", e);
    } catch (IOException e) {
      throw new RecipeException(path + ": cannot be read: " + reason(e), e);
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file";
      case AccessDeniedException _ -> "access denied";
      default -> String.valueOf(e.getMessage());
    };
  }
}
