package dev.amalgam.io.tokenizer;

/** Reads the section {@code decoder}. */
final class DecoderReader {

  private DecoderReader() {}

  static Decoder read(Part part) {
    return switch (part.type()) {
      case "Sequence" -> {
        part.only("type", "decoders");
        yield new Decoders.Sequence(
            part.get("decoders").list().stream().map(DecoderReader::read).toList());
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
      case "Replace" -> {
        part.only("type", "pattern", "content");
        Pattern pattern = Pattern.read(part.get("pattern"));
        String content = part.get("content").string();
        yield Decoders.each(token -> Normalizer.replace(pattern, content, token));
      }
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
}
