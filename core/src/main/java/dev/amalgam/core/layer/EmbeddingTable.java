package dev.amalgam.core.layer;

import dev.amalgam.core.weight.Weight;

/**
 * A table of vectors of which each token takes one.
 *
 * @param weight the table, a row for each index
 * @param index what a token's index is
 */
public record EmbeddingTable(Weight weight, Index index) {

  /** What a token looks up. */
  public sealed interface Index {
    /** Returns the index of each row of the batch. */
    int[] of(Pass pass);

    /** Returns what an index is, for messages. */
    String noun();
  }

  /** The token itself. */
  public record Token() implements Index {
    @Override
    public int[] of(Pass pass) {
      int[] ids = new int[pass.batch().tokens()];
      for (int e = 0; e < pass.batch().examples().size(); e++) {
        int[] own = pass.batch().examples().get(e).inputIds();
        System.arraycopy(own, 0, ids, pass.batch().start(e), own.length);
      }
      return ids;
    }

    @Override
    public String noun() {
      return "token id";
    }
  }

  /** The token's position in its sequence. */
  public record Position() implements Index {
    @Override
    public int[] of(Pass pass) {
      return pass.positions();
    }

    @Override
    public String noun() {
      return "position";
    }
  }

  /**
   * How many tokens before it may be attended to, as OPT counts: padding tokens all have the index
   * before the first.
   *
   * @param offset the index of the first token
   */
  public record AttendedPosition(int offset) implements Index {
    @Override
    public int[] of(Pass pass) {
      int[] positions = new int[pass.batch().tokens()];
      for (int e = 0; e < pass.batch().examples().size(); e++) {
        Example example = pass.batch().examples().get(e);
        int next = offset + pass.firstPosition();
        for (int i = 0; i < example.length(); i++) {
          int token = i;
          boolean attended = example.attentionMask().map(mask -> mask[token]).orElse(true);
          positions[pass.batch().start(e) + i] = attended ? next++ : offset - 1;
        }
      }
      return positions;
    }

    @Override
    public String noun() {
      return "position";
    }
  }

  /**
   * The token's position as RoBERTa counts: padding tokens have the position of their own id, and
   * the others count up from the one behind it.
   *
   * @param paddingId the id of the padding token
   */
  public record PositionBehindPadding(int paddingId) implements Index {
    @Override
    public int[] of(Pass pass) {
      int[] positions = new int[pass.batch().tokens()];
      for (int e = 0; e < pass.batch().examples().size(); e++) {
        int next = paddingId + 1;
        int row = pass.batch().start(e);
        for (int id : pass.batch().examples().get(e).inputIds()) {
          positions[row++] = id == paddingId ? paddingId : next++;
        }
      }
      return positions;
    }

    @Override
    public String noun() {
      return "position";
    }
  }

  /** The token's segment. */
  public record TokenType() implements Index {
    @Override
    public int[] of(Pass pass) {
      int[] types = new int[pass.batch().tokens()];
      for (int e = 0; e < pass.batch().examples().size(); e++) {
        int start = pass.batch().start(e);
        pass.batch()
            .examples()
            .get(e)
            .tokenTypeIds()
            .ifPresent(own -> System.arraycopy(own, 0, types, start, own.length));
      }
      return types;
    }

    @Override
    public String noun() {
      return "token type";
    }
  }
}
