package dev.amalgam.core.layer;

import dev.amalgam.core.matrix.DenseMatrix;
import dev.amalgam.core.matrix.Scratch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Scaled dot-product attention (Vaswani et al., arXiv 1706.03762) of each sequence of a batch, in
 * blocks of queries: no more than the scores of one block of one head are held by each worker.
 * Backward works them out again.
 *
 * @param shape heads, scale and who attends to whom
 */
record Attention(AttentionShape shape) {

  /** Some queries of one head of one sequence. */
  private record Piece(int sequence, int head, int firstQuery) {}

  /**
   * Returns what each token attends to: for each head the values' mean, weighted with the
   * probabilities.
   *
   * @param q queries, a row for each token of the batch, all heads side by side
   * @param k keys of the same tokens, or of all so far if the pass has a cache
   * @param v values of the same tokens as the keys
   */
  States forward(States q, States k, States v, Pass pass) {
    States y = pass.states(q.rows(), shape.queryWidth());
    List<Piece> pieces = pieces(pass.batch());
    pass.workers()
        .run(
            pieces.size(),
            (scratch, index) -> forward(pieces.get(index), q, k, v, y, pass, scratch));
    return y;
  }

  private List<Piece> pieces(Batch batch) {
    List<Piece> pieces = new ArrayList<>();
    for (int sequence = 0; sequence < batch.examples().size(); sequence++) {
      int length = batch.start(sequence + 1) - batch.start(sequence);
      for (int head = 0; head < shape.heads(); head++) {
        for (int query = 0; query < length; query += AttentionScores.BLOCK) {
          pieces.add(new Piece(sequence, head, query));
        }
      }
    }
    return pieces;
  }

  private void forward(
      Piece piece, States q, States k, States v, States y, Pass pass, Scratch scratch) {
    int head = piece.head();
    States queries = sequence(head(q, head), piece.sequence(), pass);
    States keys = keys(head(k, shape.keyHead(head)), piece.sequence(), pass);
    States values = keys(head(v, shape.keyHead(head)), piece.sequence(), pass);
    int end = Math.min(queries.rows(), piece.firstQuery() + AttentionScores.BLOCK);
    AttentionScores scores = scores(piece.sequence(), piece.firstQuery(), end, keys.rows(), pass);
    float[] p = scratch.spare(0, scores.size());
    scores.probabilities(queries.rows(piece.firstQuery(), end), keys, p, scratch);
    States target = sequence(head(y, head), piece.sequence(), pass).rows(piece.firstQuery(), end);
    scratch.multiply(
        States.of(p, end - piece.firstQuery(), scores.keys()).matrix(),
        scores.blockKeys(values).matrix(),
        target.data(),
        target.offset(),
        target.stride(),
        false);
  }

  /**
   * Writes the gradients at queries, keys and values, given that at the result. Not for passes with
   * a cache.
   *
   * @param dk zero; gradients are added to it
   * @param dv zero; gradients are added to it
   */
  void backward(
      States q, States k, States v, States dy, States dq, States dk, States dv, Pass pass) {
    // Query heads that share a key head add to the same gradients, so one worker takes them all.
    pass.workers()
        .run(
            pass.batch().examples().size() * shape.keyHeads(),
            (scratch, piece) -> {
              int sequence = piece / shape.keyHeads();
              int keyHead = piece % shape.keyHeads();
              int group = shape.heads() / shape.keyHeads();
              for (int head = keyHead * group; head < (keyHead + 1) * group; head++) {
                backward(sequence, head, q, k, v, dy, dq, dk, dv, pass, scratch);
              }
            });
  }

  private void backward(
      int sequence,
      int head,
      States q,
      States k,
      States v,
      States dy,
      States dq,
      States dk,
      States dv,
      Pass pass,
      Scratch scratch) {
    int keyHead = shape.keyHead(head);
    States keys = sequence(head(k, keyHead), sequence, pass);
    States values = sequence(head(v, keyHead), sequence, pass);
    for (int first = 0; first < keys.rows(); first += AttentionScores.BLOCK) {
      int end = Math.min(keys.rows(), first + AttentionScores.BLOCK);
      AttentionScores scores = scores(sequence, first, end, keys.rows(), pass);
      States queries = sequence(head(q, head), sequence, pass).rows(first, end);
      States gradient = sequence(head(dy, head), sequence, pass).rows(first, end);
      float[] p = scratch.spare(0, scores.size());
      float[] dp = scratch.spare(1, scores.size());
      scores.probabilities(queries, keys, p, scratch);
      States probabilities = States.of(p, end - first, scores.keys());
      States dProbabilities = States.of(dp, end - first, scores.keys());
      scratch.multiply(
          gradient.matrix(),
          scores.blockKeys(values).matrix().transposed(),
          dp,
          0,
          scores.keys(),
          false);
      States dValues = scores.blockKeys(sequence(head(dv, keyHead), sequence, pass));
      multiply(probabilities.matrix().transposed(), gradient, dValues, true, scratch);
      scores.backward(queries, keys, p, dp, scratch);
      States dQueries = sequence(head(dq, head), sequence, pass).rows(first, end);
      multiply(dProbabilities.matrix(), scores.blockKeys(keys), dQueries, false, scratch);
      States dKeys = scores.blockKeys(sequence(head(dk, keyHead), sequence, pass));
      multiply(dProbabilities.matrix().transposed(), queries, dKeys, true, scratch);
    }
  }

  private static void multiply(
      DenseMatrix a, States b, States c, boolean accumulate, Scratch scratch) {
    scratch.multiply(a, b.matrix(), c.data(), c.offset(), c.stride(), accumulate);
  }

  private AttentionScores scores(int sequence, int first, int end, int keys, Pass pass) {
    Optional<boolean[]> attended = pass.batch().examples().get(sequence).attentionMask();
    return new AttentionScores(shape, pass.firstPosition(), first, end - first, keys, attended);
  }

  private States head(States heads, int head) {
    return heads.columns(head * shape.headSize(), shape.headSize());
  }

  private static States sequence(States states, int sequence, Pass pass) {
    return states.rows(pass.batch().start(sequence), pass.batch().start(sequence + 1));
  }

  // With a cache there is one sequence, and the keys are its own from the first token on.
  private static States keys(States states, int sequence, Pass pass) {
    return pass.cache().isPresent() ? states : sequence(states, sequence, pass);
  }
}
