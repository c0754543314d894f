package dev.amalgam.io.tokenizer;

import java.util.function.Consumer;

/** The decoders for which the ends of a token, or of the text, are special. */
final class EndDecoders {

  private EndDecoders() {}

  /**
   * Replaces the mark of a word's end with a space, or with nothing in the last token.
   *
   * @param suffix that mark
   */
  record Suffix(String suffix) implements Decoder {
    @Override
    public Stage start(boolean fused, Consumer<String> out) {
      return Decoders.whole(
          fused,
          new Stage() {
            private String last;

            @Override
            public void accept(String token) {
              if (last != null) {
                out.accept(last.replace(suffix, " "));
              }
              last = token;
            }

            @Override
            public void finish() {
              if (last != null) {
                out.accept(last.replace(suffix, ""));
              }
            }
          });
    }
  }

  /**
   * Removes up to so many of a character from the ends of each token.
   *
   * @param content that character
   */
  record Strip(int content, int start, int stop) implements Decoder {
    @Override
    public Stage start(boolean fused, Consumer<String> out) {
      return fused && stop == 0
          ? new AtStart(out)
          : Decoders.whole(fused, token -> out.accept(strip(token)));
    }

    private String strip(String token) {
      int[] characters = token.codePoints().toArray();
      int from = 0;
      while (from < Math.min(start, characters.length) && characters[from] == content) {
        from++;
      }
      int to = characters.length;
      while (to > Math.max(from, characters.length - stop) && characters[to - 1] == content) {
        to--;
      }
      return new String(characters, from, to - from);
    }

    /** Strips the beginning of a token that comes in parts. */
    private final class AtStart implements Stage {
      private final Consumer<String> out;
      private int left = start;

      AtStart(Consumer<String> out) {
        this.out = out;
      }

      @Override
      public void accept(String part) {
        int at = 0;
        while (left > 0 && at < part.length()) {
          if (part.codePointAt(at) == content) {
            at += Character.charCount(content);
            left--;
          } else {
            left = 0;
          }
        }
        out.accept(part.substring(at));
      }
    }
  }
}
