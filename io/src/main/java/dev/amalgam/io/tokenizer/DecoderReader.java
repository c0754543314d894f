package dev.amalgam.io.tokenizer;

import java.util.function.UnaryOperator;

/** Reads the section {@code decoder}. */
final class DecoderReader {

  private static final int MOST_GROWTH = 1000;
  // Each hands on to the next, on the stack.
  private static final int MOST_DECODERS = 500;

  private DecoderReader() {}

  /**
   * Returns the decoder of the section {@code decoder}.
   *
   * @throws TokenizerException if it is not supported, or could make a token very much longer
   */
  static Decoder read(Part part) {
    if (growth(part) > MOST_GROWTH) {
      throw part.problem(
          "could make more than " + MOST_GROWTH + " characters of one, which no real one does");
    }
    long count = count(part);
    if (count > MOST_DECODERS) {
      throw part.problem(
          "has %d decoders, one behind the other, and no real one has more than %d"
              .formatted(count, MOST_DECODERS));
    }
    return decoder(part);
  }

  private static long count(Part part) {
    return part.type().equals("Sequence")
        ? part.get("decoders").list().stream().mapToLong(DecoderReader::count).sum()
        : 1;
  }

  /** Returns how many characters can become of one. */
  private static double growth(Part part) {
    return switch (part.type()) {
      case "Sequence" ->
          part.get("decoders").list().stream()
              .mapToDouble(DecoderReader::growth)
              .reduce(1, (a, b) -> a * b);
      case "Replace" -> {
        double content = part.get("content").string().length();
        // What an expression matches can be empty, so that the character stays.
        yield Pattern.read(part.get("pattern")) instanceof Pattern.Literal(String text)
            ? Math.max(1, content / text.length())
            : 1 + content;
      }
      default -> 1;
    };
  }

  private static Decoder decoder(Part part) {
    return switch (part.type()) {
      case "Sequence" -> {
        part.only("type", "decoders");
        yield new Decoders.Sequence(
            part.get("decoders").list().stream().map(DecoderReader::decoder).toList());
      }
      case "ByteLevel" -> {
        part.only("type", "add_prefix_space", "trim_offsets", "use_regex");
        yield new ByteDecoders.ByteLevel();
      }
      case "ByteFallback" -> {
        part.only("type");
        yield new ByteDecoders.ByteFallback();
      }
      case "Fuse" -> {
        part.only("type");
        yield new Decoders.Fuse();
      }
      case "WordPiece" -> {
        part.only("type", "prefix", "cleanup");
        yield Decoders.wordPiece(part.get("prefix").string(), part.get("cleanup").bool());
      }
      case "Metaspace" -> Decoders.metaspace(Metaspace.read(part));
      case "BPEDecoder" -> {
        part.only("type", "suffix");
        yield new EndDecoders.Suffix(part.get("suffix").string());
      }
      case "Replace" -> Decoders.each(replace(part));
      case "Strip" -> {
        part.only("type", "content", "start", "stop");
        yield new EndDecoders.Strip(
            part.get("content").character(), part.get("start").count(), part.get("stop").count());
      }
      default ->
          throw part.unknownType(
              "BPEDecoder",
              "ByteFallback",
              "ByteLevel",
              "Fuse",
              "Metaspace",
              "Replace",
              "Sequence",
              "Strip",
              "WordPiece");
    };
  }

  private static UnaryOperator<String> replace(Part part) {
    part.only("type", "pattern", "content");
    Pattern pattern = Pattern.read(part.get("pattern"));
    String content = part.get("content").string();
    return token -> {
      Growth growth = Growth.of(token);
      try {
        return Normalizer.replace(pattern, content, token, growth.most());
      } catch (GrowthException e) {
        throw growth.tooMuch(part);
      }
    };
  }
}
