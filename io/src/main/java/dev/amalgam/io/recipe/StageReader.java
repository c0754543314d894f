package dev.amalgam.io.recipe;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.recipe.ModelEntry;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Puts the documents of a recipe in the order in which they run. The document without a name is the
 * last to run, or, where all have names, the last in the file.
 */
final class StageReader {

  private static final int MOST_DOCUMENTS = 100;

  private record Document(Optional<String> name, Yaml yaml, Recipe recipe) {}

  private final Map<String, Document> named = new LinkedHashMap<>();
  private final Set<String> order = new LinkedHashSet<>();

  private StageReader() {}

  static RecipeFile read(Optional<Path> path, String text, List<Yaml> documents) {
    if (documents.size() > MOST_DOCUMENTS) {
      throw documents
          .get(MOST_DOCUMENTS)
          .error("is one of more than " + MOST_DOCUMENTS + " documents; use several recipes");
    }
    StageReader reader = new StageReader();
    Document last = reader.readAll(documents);
    reader.add(last, new LinkedHashSet<>());
    List<RecipeFile.Stage> stages =
        reader.order.stream()
            .filter(name -> reader.named.get(name) != last)
            .map(name -> new RecipeFile.Stage(name, reader.named.get(name).recipe()))
            .toList();
    reader.checkUsed(last);
    return new RecipeFile(path, text, stages, last.recipe());
  }

  private Document readAll(List<Yaml> documents) {
    List<Document> read = new ArrayList<>();
    Optional<Document> unnamed = Optional.empty();
    for (Yaml yaml : documents) {
      Document document = new Document(RecipeReader.name(yaml), yaml, RecipeReader.read(yaml));
      read.add(document);
      if (document.name().isPresent()) {
        if (named.put(document.name().get(), document) != null) {
          throw yaml.error(
              "is the second document with the name "
                  + quote(document.name().get())
                  + "; give each a name of its own");
        }
      } else if (unnamed.isPresent()) {
        throw yaml.error(
            "has no 'name', nor has a document before it; only the one that makes the output may"
                + " do without");
      } else {
        unnamed = Optional.of(document);
      }
    }
    return unnamed.orElseGet(read::getLast);
  }

  // Depth is bounded by the number of documents.
  private void add(Document document, Set<String> waiting) {
    String name = document.name().orElse("");
    if (!waiting.add(name)) {
      List<String> round = new ArrayList<>(waiting);
      round = new ArrayList<>(round.subList(round.indexOf(name), round.size()));
      round.add(name);
      throw document
          .yaml()
          .error(
              "needs its own result: "
                  + String.join(" needs ", round.stream().map(RecipeException::quote).toList())
                  + "; break the circle");
    }
    for (String reference : references(document.recipe())) {
      Document needed = named.get(reference);
      if (needed != null && !order.contains(reference)) {
        add(needed, waiting);
      }
    }
    waiting.remove(name);
    document.name().ifPresent(order::add);
  }

  private static Set<String> references(Recipe recipe) {
    Set<String> references = new TreeSet<>();
    recipe.baseModel().ifPresent(references::add);
    recipe.tokenizer().ifPresent(tokenizer -> references.addAll(tokenizer.references()));
    recipe.headsModel().ifPresent(references::add);
    recipe.listed().stream().map(ModelEntry::model).forEach(references::add);
    return references;
  }

  private void checkUsed(Document last) {
    named.forEach(
        (name, document) -> {
          if (document != last && !order.contains(name)) {
            // A circle that nothing leads into is unused too, but that it is one matters more.
            add(document, new LinkedHashSet<>());
            throw document
                .yaml()
                .error(
                    "makes "
                        + quote(name)
                        + ", which no other document uses; remove it, or list it as a model");
          }
        });
  }
}
