package dev.amalgam.io.tokenizer;

import java.text.Normalizer.Form;

/**
 * The cleaning of BERT's own tokenizer.
 *
 * @param clean whether control characters go and all white space becomes spaces
 * @param spaced whether Chinese characters get spaces around them
 * @param stripAccents whether nonspacing marks go, after decomposition
 * @param lowercase whether letters become small
 */
record BertNormalizer(boolean clean, boolean spaced, boolean stripAccents, boolean lowercase)
    implements Normalizer {

  private static final UnicodeForm DECOMPOSED = new UnicodeForm(Form.NFD);

  static BertNormalizer read(Part part) {
    part.only("type", "clean_text", "handle_chinese_chars", "strip_accents", "lowercase");
    boolean lowercase = part.get("lowercase").bool();
    return new BertNormalizer(
        part.get("clean_text").bool(),
        part.get("handle_chinese_chars").bool(),
        part.bool("strip_accents", lowercase),
        lowercase);
  }

  @Override
  public String apply(String text) {
    String result = text;
    if (clean) {
      result =
          CharacterNormalizers.map(
              result, c -> !CharacterSets.OTHER.get(c), c -> Characters.isWhitespace(c) ? ' ' : c);
    }
    if (spaced) {
      result = spaced(result);
    }
    if (stripAccents) {
      result =
          CharacterNormalizers.map(
              DECOMPOSED.apply(result), c -> !CharacterSets.NONSPACING.get(c), c -> c);
    }
    return lowercase ? CharacterNormalizers.lowercase(result) : result;
  }

  private static String spaced(String text) {
    StringBuilder result = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (isChinese(c)) {
                result.append(' ').appendCodePoint(c).append(' ');
              } else {
                result.appendCodePoint(c);
              }
            });
    return result.toString();
  }

  private static boolean isChinese(int c) {
    return c >= 0x4E00 && c <= 0x9FFF
        || c >= 0x3400 && c <= 0x4DBF
        || c >= 0x20000 && c <= 0x2A6DF
        || c >= 0x2A700 && c <= 0x2B73F
        || c >= 0x2B740 && c <= 0x2B81F
        || c >= 0x2B920 && c <= 0x2CEAF
        || c >= 0xF900 && c <= 0xFAFF
        || c >= 0x2F800 && c <= 0x2FA1F;
  }
}
