package dev.amalgam.io.tokenizer;

import java.text.Normalizer.Form;

/** Reads the section {@code normalizer}. */
final class NormalizerReader {

  private NormalizerReader() {}

  static Normalizer read(Part part) {
    return switch (part.type()) {
      case "Sequence" -> {
        part.only("type", "normalizers");
        yield new Normalizer.Sequence(
            part.get("normalizers").list().stream().map(NormalizerReader::read).toList());
      }
      case "NFC" -> form(part, Form.NFC);
      case "NFD" -> form(part, Form.NFD);
      case "NFKC" -> form(part, Form.NFKC);
      case "NFKD" -> form(part, Form.NFKD);
      case "Lowercase" -> {
        part.only("type");
        yield CharacterNormalizers::lowercase;
      }
      case "StripAccents" -> {
        part.only("type");
        yield CharacterNormalizers::withoutMarks;
      }
      case "Nmt" -> {
        part.only("type");
        yield CharacterNormalizers::nmt;
      }
      case "ByteLevel" -> {
        part.only("type");
        yield ByteAlphabet::encode;
      }
      case "Strip" -> {
        part.only("type", "strip_left", "strip_right");
        yield new Normalizer.Strip(part.get("strip_left").bool(), part.get("strip_right").bool());
      }
      case "Prepend" -> {
        part.only("type", "prepend");
        yield new Normalizer.Prepend(part.get("prepend").string());
      }
      case "Replace" -> {
        part.only("type", "pattern", "content");
        yield new Normalizer.Replace(
            Pattern.read(part.get("pattern")), part.get("content").string());
      }
      case "BertNormalizer" -> BertNormalizer.read(part);
      case "Precompiled" -> Precompiled.read(part);
      default ->
          throw part.unknownType(
              "BertNormalizer",
              "ByteLevel",
              "Lowercase",
              "NFC",
              "NFD",
              "NFKC",
              "NFKD",
              "Nmt",
              "Precompiled",
              "Prepend",
              "Replace",
              "Sequence",
              "Strip",
              "StripAccents");
    };
  }

  private static Normalizer form(Part part, Form form) {
    part.only("type");
    return new UnicodeForm(form);
  }
}
