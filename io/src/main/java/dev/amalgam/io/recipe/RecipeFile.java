package dev.amalgam.io.recipe;

import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A recipe and the text that it was read from.
 *
 * @param path the file
 * @param text its contents
 * @param recipe what they say
 */
public record RecipeFile(Path path, String text, Recipe recipe) {

  private static final long MOST_BYTES = 1_000_000;

  /**
   * Returns the recipe of a YAML file.
   *
   * @throws RecipeException if the file cannot be read, or is no recipe; the message names file,
   *     line and column
   */
  public static RecipeFile read(Path path) {
    String text = readText(path);
    return new RecipeFile(path, text, RecipeReader.read(Yaml.parse(path.toString(), text)));
  }

  private static String readText(Path path) {
    try {
      if (Files.isDirectory(path)) {
        throw new RecipeException(path + ": is a folder; name the recipe's YAML file");
      }
      if (Files.size(path) > MOST_BYTES) {
        throw new RecipeException(path + ": is larger than 1 MB, which no recipe is");
      }
      byte[] bytes = Files.readAllBytes(path);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new RecipeException(path + ": is not UTF-8 text", e);
    } catch (IOException e) {
      throw new RecipeException(path + ": cannot be read: " + reason(e), e);
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case java.nio.file.NoSuchFileException missing -> "no such file";
      case java.nio.file.AccessDeniedException denied -> "access denied";
      default -> String.valueOf(e.getMessage());
    };
  }
}
