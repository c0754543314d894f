package dev.amalgam.io.tokenizer;

import static dev.amalgam.core.AmalgamException.quote;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts special tokens around those of a text. */
interface PostProcessor {

  /**
   * Returns the tokens as they are arranged.
   *
   * @param addSpecial whether to put the special ones among them
   */
  TokenBuffer apply(TokenBuffer tokens, boolean addSpecial);

  /** How often a text, or special tokens, may be repeated for each text; real files need a few. */
  int MOST_PARTS = 100;

  /** Adds no token. */
  PostProcessor NOTHING = (tokens, _) -> tokens;

  /**
   * Special tokens before and after a text.
   *
   * @param parts special tokens; null stands for the text, which can be there any number of times
   */
  record Template(List<TokenBuffer> parts) implements PostProcessor {

    @Override
    public TokenBuffer apply(TokenBuffer tokens, boolean addSpecial) {
      TokenBuffer all = new TokenBuffer();
      for (TokenBuffer part : parts) {
        if (part == null) {
          all.addAll(tokens);
        } else if (addSpecial) {
          all.addAll(part);
        }
      }
      return all;
    }
  }

  /** Returns the processor of the section {@code post_processor}. */
  static PostProcessor read(Part part) {
    return switch (part.type()) {
      case "TemplateProcessing" -> template(part);
      case "BertProcessing" -> {
        part.only("type", "sep", "cls");
        yield around(part);
      }
      case "RobertaProcessing" -> {
        part.only("type", "sep", "cls", "trim_offsets", "add_prefix_space");
        yield around(part);
      }
      case "ByteLevel" -> {
        // It corrects the places of tokens in the text, which are of no concern here.
        part.only("type", "add_prefix_space", "trim_offsets", "use_regex");
        yield NOTHING;
      }
      case "Sequence" -> sequence(part);
      default ->
          throw part.unknownType(
              "BertProcessing", "ByteLevel", "RobertaProcessing", "Sequence", "TemplateProcessing");
    };
  }

  private static PostProcessor sequence(Part part) {
    part.only("type", "processors");
    PostProcessor result = NOTHING;
    for (Part element : part.get("processors").list()) {
      PostProcessor processor = read(element);
      if (processor != NOTHING) {
        if (result != NOTHING) {
          throw element.problem(
              "adds special tokens as one before it does, which is not supported");
        }
        result = processor;
      }
    }
    return result;
  }

  private static PostProcessor around(Part part) {
    List<TokenBuffer> parts = new ArrayList<>();
    parts.add(single(part.get("cls")));
    parts.add(null);
    parts.add(single(part.get("sep")));
    return new Template(parts);
  }

  private static TokenBuffer single(Part part) {
    List<Part> pair = part.list();
    if (pair.size() != 2) {
      throw part.problem("must be a token and its id");
    }
    TokenBuffer buffer = new TokenBuffer();
    buffer.add(pair.get(1).count(), pair.get(0).string());
    return buffer;
  }

  private static PostProcessor template(Part part) {
    part.only("type", "single", "pair", "special_tokens");
    Map<String, TokenBuffer> special = new HashMap<>();
    for (Map.Entry<String, Part> entry : part.get("special_tokens").entries()) {
      special.put(entry.getKey(), special(entry.getValue()));
    }
    List<TokenBuffer> parts = new ArrayList<>();
    for (Part piece : part.get("single").list()) {
      piece.only("Sequence", "SpecialToken");
      if (piece.find("SpecialToken") != null) {
        Part id = piece.get("SpecialToken").get("id");
        TokenBuffer tokens = special.get(id.string());
        if (tokens == null) {
          throw id.problem("is " + quote(id.string()) + ", which is not among 'special_tokens'");
        }
        parts.add(tokens);
      } else {
        Part id = piece.get("Sequence").get("id");
        if (!id.string().equals("A")) {
          throw id.problem("must be A for a single text, not " + quote(id.string()));
        }
        parts.add(null);
      }
    }
    if (parts.size() > MOST_PARTS) {
      throw part.get("single").problem("has more than " + MOST_PARTS + " parts");
    }
    return new Template(parts);
  }

  private static TokenBuffer special(Part part) {
    part.only("id", "ids", "tokens");
    List<Part> ids = part.get("ids").list();
    List<Part> tokens = part.get("tokens").list();
    if (ids.size() != tokens.size()) {
      throw part.problem("has " + ids.size() + " ids, but " + tokens.size() + " tokens");
    }
    TokenBuffer buffer = new TokenBuffer();
    for (int i = 0; i < ids.size(); i++) {
      buffer.add(ids.get(i).count(), tokens.get(i).string());
    }
    return buffer;
  }
}
