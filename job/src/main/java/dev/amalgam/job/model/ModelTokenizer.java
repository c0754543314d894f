package dev.amalgam.job.model;

import dev.amalgam.io.file.RegularFile;
import dev.amalgam.io.model.CompanionFiles;
import dev.amalgam.io.tokenizer.TokenTable;
import dev.amalgam.io.tokenizer.TokenizerText;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The tokenizer of a model: the files in a folder, and tokens that were added to them. */
public final class ModelTokenizer {

  private final String owner;
  private final Path folder;
  private final TokenTables tables;
  private final Optional<TokenTable> extended;

  private ModelTokenizer(
      String owner, Path folder, TokenTables tables, Optional<TokenTable> extended) {
    this.owner = owner;
    this.folder = folder;
    this.tables = tables;
    this.extended = extended;
  }

  /**
   * Creates the tokenizer in a folder, which may have none.
   *
   * @param owner what the recipe calls the model that it belongs to
   */
  ModelTokenizer(String owner, Path folder, TokenTables tables) {
    this(owner, folder, tables, Optional.empty());
  }

  /** Returns the same tokenizer with a table that may have more tokens than its file. */
  public ModelTokenizer with(TokenTable table) {
    return new ModelTokenizer(
        owner, folder, tables, Optional.of(table).filter(TokenTable::isExtended));
  }

  /** Returns what the recipe calls the model that the tokenizer belongs to. */
  public String owner() {
    return owner;
  }

  /** Returns the folder of its files. */
  public Path folder() {
    return folder;
  }

  /** Returns its {@code tokenizer.json}, which may not be there. */
  public Path file() {
    return folder.resolve(CompanionFiles.TOKENIZER);
  }

  /** Returns whether its tokens are known. */
  public boolean hasTable() {
    return RegularFile.isThere(file());
  }

  /** Returns its tokens. */
  public TokenTable table() {
    return extended.orElseGet(() -> tables.of(file()));
  }

  /** Returns its files that are, changed or not, part of an output. */
  public List<InputFile> files() {
    List<Path> files =
        extended.isPresent()
            ? CompanionFiles.ofExtendedTokenizer(folder)
            : CompanionFiles.ofTokenizer(folder);
    return files.stream().map(file -> new InputFile(owner, folder, file)).toList();
  }

  /** Checks that {@link #write} can write what is not copied. */
  public void check() {
    files().forEach(this::changed);
  }

  public void write(SmallFileSink out) {
    for (InputFile file : files()) {
      Optional<String> text = changed(file);
      if (text.isPresent()) {
        out.write(file.name(), text.get());
      } else {
        out.copy(file);
      }
    }
  }

  /** Returns the text of a file in which tokens are added. */
  private Optional<String> changed(InputFile file) {
    if (extended.isEmpty()) {
      return Optional.empty();
    }
    TokenTable table = extended.get();
    return switch (file.name()) {
      case CompanionFiles.TOKENIZER -> Optional.of(TokenizerText.of(table));
      case CompanionFiles.TOKENIZER_CONFIG -> Optional.of(TokenizerText.config(table, file.path()));
      case CompanionFiles.ADDED_TOKENS -> Optional.of(TokenizerText.added(table, file.path()));
      default -> Optional.empty();
    };
  }
}
