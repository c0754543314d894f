package dev.amalgam.io.tokenizer;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** The decoders that need little memory of what came before. */
final class Decoders {

  private static final List<String[]> CLEANUPS =
      List.of(
          new String[] {" .", "."},
          new String[] {" ?", "?"},
          new String[] {" !", "!"},
          new String[] {" ,", ","},
          new String[] {" ' ", "'"},
          new String[] {" n't", "n't"},
          new String[] {" 'm", "'m"},
          new String[] {" do not", " don't"},
          new String[] {" 's", "'s"},
          new String[] {" 've", "'ve"},
          new String[] {" 're", "'re"});

  private Decoders() {}

  /** What becomes of a token, given whether it is the first. */
  interface Rule {
    String apply(String token, boolean first);
  }

  /** Decodes each token by itself. */
  record EachToken(Rule rule) implements Decoder {
    @Override
    public Stage start(boolean fused, Consumer<String> out) {
      return whole(
          fused,
          new Stage() {
            private boolean first = true;

            @Override
            public void accept(String token) {
              out.accept(rule.apply(token, first));
              first = false;
            }
          });
    }
  }

  static Decoder each(UnaryOperator<String> rule) {
    return new EachToken((token, _) -> rule.apply(token));
  }

  static Decoder wordPiece(String prefix, boolean cleanup) {
    return new EachToken(
        (token, first) -> {
          String text =
              first
                  ? token
                  : token.startsWith(prefix) ? token.substring(prefix.length()) : " " + token;
          return cleanup ? cleanup(text) : text;
        });
  }

  /** Returns {@code text} without the spaces that splitting has put before punctuation. */
  static String cleanup(String text) {
    String result = text;
    for (String[] cleanup : CLEANUPS) {
      result = result.replace(cleanup[0], cleanup[1]);
    }
    return result;
  }

  static Decoder metaspace(Metaspace metaspace) {
    boolean prepends = metaspace.prepend() != Metaspace.Prepend.NEVER;
    return new EachToken(
        (token, first) -> token.replace(metaspace.replacement(), first && prepends ? "" : " "));
  }

  /** Several, one after the other. */
  record Sequence(List<Decoder> parts) implements Decoder {
    @Override
    public Stage start(boolean fused, Consumer<String> out) {
      if (parts.isEmpty()) {
        return out::accept;
      }
      Decoder first = parts.getFirst();
      Stage rest = new Sequence(parts.subList(1, parts.size())).start(fused || first.fuses(), out);
      Stage stage = first.start(fused, rest::accept);
      return new Stage() {
        @Override
        public void accept(String token) {
          stage.accept(token);
        }

        @Override
        public void finish() {
          stage.finish();
          rest.finish();
        }
      };
    }

    @Override
    public boolean fuses() {
      return parts.stream().anyMatch(Decoder::fuses);
    }
  }

  /** Makes one token of all. */
  record Fuse() implements Decoder {
    @Override
    public Stage start(boolean fused, Consumer<String> out) {
      return out::accept;
    }

    @Override
    public boolean fuses() {
      return true;
    }
  }

  /** Returns {@code stage}, or if what comes in are parts of one token, one that joins them. */
  static Decoder.Stage whole(boolean fused, Decoder.Stage stage) {
    return fused ? new Joined(stage) : stage;
  }

  private static final class Joined implements Decoder.Stage {
    private final Decoder.Stage stage;
    private final StringBuilder token = new StringBuilder();

    Joined(Decoder.Stage stage) {
      this.stage = stage;
    }

    @Override
    public void accept(String part) {
      token.append(part);
    }

    @Override
    public void finish() {
      stage.accept(token.toString());
      stage.finish();
    }
  }
}
