package dev.amalgam.io.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** The decoders that make characters of bytes. */
final class ByteDecoders {

  private ByteDecoders() {}

  /** The bytes that GPT-2's characters stand for, as UTF-8. */
  record ByteLevel() implements Decoder {
    @Override
    public Stage start(boolean fused, Consumer<String> out) {
      Utf8Stream utf8 = new Utf8Stream();
      return Decoders.whole(
          fused,
          new Stage() {
            @Override
            public void accept(String token) {
              out.accept(utf8.add(bytes(token)));
            }

            @Override
            public void finish() {
              out.accept(utf8.finish());
            }
          });
    }

    @Override
    public boolean fuses() {
      return true;
    }

    private static byte[] bytes(String token) {
      byte[] bytes = new byte[token.length()];
      for (int i = 0; i < bytes.length; i++) {
        int b = ByteAlphabet.toByte(token.charAt(i));
        if (b < 0) {
          // Not written that way: an added token.
          return token.getBytes(StandardCharsets.UTF_8);
        }
        bytes[i] = (byte) b;
      }
      return bytes;
    }
  }

  /**
   * Tokens like {@code <0x61>} as the bytes they name. A run of them that is not UTF-8 becomes as
   * many replacement characters, so that it is held back until it ends.
   */
  record ByteFallback() implements Decoder {
    @Override
    public Stage start(boolean fused, Consumer<String> out) {
      return Decoders.whole(fused, new Run(out));
    }

    private static final class Run implements Stage {
      private final Consumer<String> out;
      private final ByteArrayOutputStream run = new ByteArrayOutputStream();

      Run(Consumer<String> out) {
        this.out = out;
      }

      @Override
      public void accept(String token) {
        int b = toByte(token);
        if (b >= 0) {
          run.write(b);
        } else {
          finish();
          out.accept(token);
        }
      }

      @Override
      public void finish() {
        if (run.size() == 0) {
          return;
        }
        try {
          out.accept(
              StandardCharsets.UTF_8
                  .newDecoder()
                  .decode(ByteBuffer.wrap(run.toByteArray()))
                  .toString());
        } catch (CharacterCodingException e) {
          for (int i = 0; i < run.size(); i++) {
            out.accept("\uFFFD");
          }
        }
        run.reset();
      }
    }

    private static int toByte(String token) {
      if (token.length() != 6 || !token.startsWith("<0x") || token.charAt(5) != '>') {
        return -1;
      }
      int high = hex(token.charAt(3));
      int low = hex(token.charAt(4));
      // Rust's parser, which the library uses, also takes a sign.
      return high == '+' ? low : high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static int hex(char c) {
      return c == '+' ? '+' : c < 0x80 ? Character.digit(c, 16) : -1;
    }
  }
}
