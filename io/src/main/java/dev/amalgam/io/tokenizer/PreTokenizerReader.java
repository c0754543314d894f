package dev.amalgam.io.tokenizer;

import dev.amalgam.io.regex.Regex;
import java.util.ArrayList;
import java.util.List;

/** Reads the section {@code pre_tokenizer}. */
final class PreTokenizerReader {

  private static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  private PreTokenizerReader() {}

  static TextPreTokenizer read(Part part) {
    return new TextPreTokenizer(steps(part), part);
  }

  private static List<PreTokenizer> steps(Part part) {
    return switch (part.type()) {
      case "Sequence" -> sequence(part);
      case "ByteLevel" -> byteLevel(part);
      case "BertPreTokenizer" -> {
        part.only("type");
        yield List.of(onWhitespace(), onPunctuation(SplitBehavior.ISOLATED));
      }
      default -> List.of(step(part));
    };
  }

  private static PreTokenizer step(Part part) {
    return switch (part.type()) {
      case "Split" -> split(part);
      case "Metaspace" -> Metaspace.read(part);
      case "Whitespace" -> {
        part.only("type");
        yield new PreTokenizer.Split(
            new Pattern.Runs(c -> Characters.isWord(c) ? 1 : Characters.isWhitespace(c) ? 0 : 2),
            SplitBehavior.REMOVED,
            true);
      }
      case "WhitespaceSplit" -> {
        part.only("type");
        yield onWhitespace();
      }
      case "Punctuation" -> {
        part.only("type", "behavior");
        Part behavior = part.find("behavior");
        yield onPunctuation(
            behavior == null ? SplitBehavior.ISOLATED : SplitBehavior.read(behavior));
      }
      case "Digits" -> {
        part.only("type", "individual_digits");
        boolean individual = part.get("individual_digits").bool();
        yield new PreTokenizer.Split(
            new Pattern.Kind(Characters::isNumeric),
            individual ? SplitBehavior.ISOLATED : SplitBehavior.CONTIGUOUS,
            false);
      }
      case "CharDelimiterSplit" -> {
        part.only("type", "delimiter");
        int delimiter = part.get("delimiter").character();
        yield new PreTokenizer.Split(
            new Pattern.Kind(c -> c == delimiter), SplitBehavior.REMOVED, false);
      }
      default ->
          throw part.unknownType(
              "BertPreTokenizer",
              "ByteLevel",
              "CharDelimiterSplit",
              "Digits",
              "Metaspace",
              "Punctuation",
              "Sequence",
              "Split",
              "Whitespace",
              "WhitespaceSplit");
    };
  }

  private static List<PreTokenizer> sequence(Part part) {
    part.only("type", "pretokenizers");
    return part.get("pretokenizers").list().stream()
        .flatMap(inner -> steps(inner).stream())
        .toList();
  }

  private static PreTokenizer split(Part part) {
    part.only("type", "pattern", "behavior", "invert");
    return new PreTokenizer.Split(
        Pattern.read(part.get("pattern")),
        SplitBehavior.read(part.get("behavior")),
        part.get("invert").bool());
  }

  private static List<PreTokenizer> byteLevel(Part part) {
    part.only("type", "add_prefix_space", "trim_offsets", "use_regex");
    List<PreTokenizer> parts = new ArrayList<>();
    if (part.get("add_prefix_space").bool()) {
      parts.add(new PreTokenizer.Rewrite(text -> text.startsWith(" ") ? text : " " + text));
    }
    if (part.bool("use_regex", true)) {
      parts.add(new PreTokenizer.Split(expression(GPT2, part), SplitBehavior.ISOLATED, false));
    }
    parts.add(new PreTokenizer.Rewrite(ByteAlphabet::encode));
    return parts;
  }

  private static Pattern expression(String regex, Part part) {
    return new Pattern.Expression(Regex.compile(regex), part);
  }

  private static PreTokenizer onWhitespace() {
    return new PreTokenizer.Split(
        new Pattern.Kind(Characters::isWhitespace), SplitBehavior.REMOVED, false);
  }

  private static PreTokenizer onPunctuation(SplitBehavior behavior) {
    return new PreTokenizer.Split(
        new Pattern.Kind(CharacterSets.PUNCTUATION::get), behavior, false);
  }
}
