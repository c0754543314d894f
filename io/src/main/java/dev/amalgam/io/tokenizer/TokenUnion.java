package dev.amalgam.io.tokenizer;

import static dev.amalgam.core.AmalgamException.quote;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tokens of several tokenizers in one. Those of the first keep their ids; behind them come the
 * tokens of the others' vocabularies, tokenizer by tokenizer in the order of ids, and behind those
 * their added tokens.
 *
 * <p>Byte-pair encoding reaches a token by merges only. So the merges that make one of the new
 * tokens are taken over with it, behind all of the first tokenizer's, tokenizer by tokenizer in
 * their own order: a text in which no new token arises is tokenized as before.
 */
public final class TokenUnion {

  private final TokenTable first;
  private final List<Member> others;
  private final Set<String> addedAnywhere = new HashSet<>();
  private final Map<String, TokenEntries.Entry> entries = new LinkedHashMap<>();
  private final Map<String, AddedToken> added = new LinkedHashMap<>();
  private int next;

  /**
   * A tokenizer that gives tokens to the union.
   *
   * @param table its tokens
   * @param rows how many tokens its model has rows for; tokens of larger ids are not used
   */
  public record Member(TokenTable table, int rows) {}

  private TokenUnion(TokenTable first, List<Member> others) {
    this.first = first;
    this.others = others;
    this.next = first.size();
    addedAnywhere.addAll(first.added().keySet());
    others.forEach(member -> addedAnywhere.addAll(member.table().added().keySet()));
  }

  /**
   * Returns the union of a tokenizer and others.
   *
   * @throws TokenizerException if tokens of another's vocabulary are missing in the first, but mean
   *     other texts there, because the two are not of one kind
   */
  public static TokenTable of(TokenTable first, List<Member> others) {
    return new TokenUnion(first, others).union();
  }

  private TokenTable union() {
    others.forEach(this::addEntries);
    others.forEach(this::addAdded);
    List<String> merges = merges();
    return first.with(
        new TokenTable.Additions(
            List.copyOf(entries.values()), merges, List.copyOf(added.values())));
  }

  private void addEntries(Member member) {
    TokenTable table = member.table();
    for (int id = 0; id < Math.min(table.size(), member.rows()); id++) {
      String token = table.token(id).orElse(null);
      if (token != null
          && first.id(token) < 0
          && !addedAnywhere.contains(token)
          && !entries.containsKey(token)) {
        checkKind(table, token);
        entries.put(token, new TokenEntries.Entry(token, next++, table.entries().score(id)));
      }
    }
  }

  private void checkKind(TokenTable table, String token) {
    if (!table.kind().equals(first.kind())) {
      throw new TokenizerException(
          "%s is a tokenizer of another kind (%s) than %s (%s), so its token %s, which the other lacks, would never be found; use the tokens of one of them, with 'tokenizer_source: base' or a model"
              .formatted(
                  quote(table.file().toString()),
                  quote(table.kind().describe()),
                  quote(first.file().toString()),
                  quote(first.kind().describe()),
                  quote(token)));
    }
  }

  private void addAdded(Member member) {
    for (AddedToken token : member.table().added().values()) {
      String content = token.content();
      if (token.id() < member.rows()
          && !first.added().containsKey(content)
          && !added.containsKey(content)) {
        int known = first.id(content);
        added.put(content, token.numbered(known >= 0 ? known : next++));
      }
    }
  }

  private List<String> merges() {
    if (entries.isEmpty() || !first.kind().type().equals("BPE")) {
      return List.of();
    }
    int prefix = first.kind().prefix().length();
    Set<List<String>> pairs = new LinkedHashSet<>();
    for (Member member : others) {
      List<String> merges = member.table().entries().merges();
      for (int i = 0; i < merges.size(); i += 2) {
        String left = merges.get(i);
        String right = merges.get(i + 1);
        if (right.length() >= prefix
            && entries.containsKey(left + right.substring(prefix))
            && isKnown(left)
            && isKnown(right)) {
          pairs.add(List.of(left, right));
        }
      }
    }
    List<String> merges = new ArrayList<>();
    pairs.forEach(merges::addAll);
    return merges;
  }

  private boolean isKnown(String token) {
    return first.id(token) >= 0 || entries.containsKey(token) || added.containsKey(token);
  }
}
